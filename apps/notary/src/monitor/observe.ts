import type { AlarmKind, Finding, ScanPlan, Vigil, WatchedLog } from '@cadastre/domain/alarm';
import { CONDITIONS, conditionsOf, planScan } from '@cadastre/domain/alarm';
import type { MonitoredLog, TrailState } from '@cadastre/store/monitor';
import { isPruningTold, readCosignatures, readMonitoredLogs, readMonitoredSinks, readSkew, readTrailState } from '@cadastre/store/monitor';
import { parseCosignature, parseNote, quorumHolds, verifierOf } from '@cadastre/tlog';
import { sha256 } from '@cadastre/platform/digest';
import { followLog } from './follow.ts';
import { readGlobal } from './global.ts';
import { equation } from './hashing.ts';
import { scanRange } from './scan.ts';
import type { MonitorState } from './state.ts';
import { followedOf } from './state.ts';
import type { MonitorTools } from './tools.ts';
import { belongs, findingOf, inParallel, short } from './tools.ts';
import type { Head } from './trust.ts';
import { headOf } from './trust.ts';

/** Enough for the last quorum of sixteen witnesses and what some of them did since. */
const MOST_COSIGNATURES = 64;
const LOGS_AT_ONCE = 4;
const msOf = (instant: string | null): number | undefined => (instant === null ? undefined : Date.parse(instant));

/** What one part of a pass found, and which kinds it would have found. */
export interface Seen {
  readonly findings: readonly Finding[];
  readonly examined: readonly AlarmKind[];
}

interface Vouched extends Pick<Vigil, 'witnesses' | 'quorumAt'> {
  readonly findings: readonly Finding[];
}
/** When each witness last cosigned the global log, by its own clock, in lines that verify; and when they were last a quorum. */
const vouchedOf = async (tools: MonitorTools, global: MonitoredLog | undefined): Promise<Vouched> => {
  const { witnesses, quorum } = tools.policy;
  const findings: Finding[] = [];
  const last = new Map<string, number>();
  const bySize = new Map<number, Map<string, number>>();
  for (const { size, witness, line, note } of global === undefined ? [] : await readCosignatures(tools.store, global.id, MOST_COSIGNATURES)) {
    const of = witnesses.find(w => w.key.name === witness);
    if (of === undefined) continue;
    const at = cosignedAt(of, note, line);
    if (at === undefined) {
      if (global !== undefined) findings.push(findingOf(global, 'CHECKPOINT_INVALID', `cosignature/${String(size)}/${of.name}`, { because: 'COSIGNATURE', found: short(sha256(Buffer.from(line))) }));
      continue;
    }
    last.set(of.name, Math.max(at, last.get(of.name) ?? 0));
    bySize.set(size, (bySize.get(size) ?? new Map<string, number>()).set(of.name, at));
  }
  const met = [...bySize.values()].filter(signed => quorumHolds(quorum, new Set(signed.keys()))).map(signed => Math.max(...signed.values()));
  return { witnesses: witnesses.map(({ name }) => ({ name, cosignedAt: last.get(name) })), quorumAt: quorum.kind === 'none' ? 'none' : met.length === 0 ? undefined : Math.max(...met), findings };
};
const cosignedAt = (witness: MonitorTools['policy']['witnesses'][number], note: string, line: string): number | undefined => {
  const parsed = parseNote(`${note}${line}\n`);
  const signature = parsed.ok ? parsed.value.signatures.at(-1) : undefined;
  if (!parsed.ok || signature === undefined || signature.name !== witness.key.name || signature.keyId !== witness.key.keyId) return undefined;
  const time = parseCosignature(signature.signature)?.time;
  return time !== undefined && verifierOf(witness.key, equation).verify(parsed.value.text, signature.signature) ? Number(time) * 1_000 : undefined;
};

const watched = (log: MonitoredLog): WatchedLog => ({
  origin: log.origin, tenantId: log.tenantId ?? undefined, kind: log.kind, closed: log.closed, openedAt: Date.parse(log.openedAt), heartbeatAt: msOf(log.heartbeatAt), stoppedAt: msOf(log.stoppedAt), unsignedSince: msOf(log.unsignedSince),
});

/** What guards the logs and does not do its work now. */
export const observeConditions = async (tools: MonitorTools): Promise<Seen> => {
  const skewMs = await readSkew(tools.store, tools.clock);
  const trail: TrailState = await readTrailState(tools.store);
  const logs = (await readMonitoredLogs(tools.store)).filter(log => belongs(tools.operator, log.origin));
  const sinks = (await readMonitoredSinks(tools.store)).map(({ tenantId, waitingSince, ...sink }) => ({ ...sink, tenantId: tenantId ?? undefined, waitingSince: Date.parse(waitingSince) }));
  const { findings, ...vouched } = await vouchedOf(tools, logs.find(log => log.kind === 'GLOBAL' && !log.closed));
  const vigil: Vigil = {
    now: Date.parse(trail.now), skewMs, logs: logs.map(watched), frozenSince: msOf(trail.frozenSince), unsealedSince: msOf(trail.unsealedSince), timestampAt: msOf(trail.timestampAt), sinks, ...vouched,
  };
  return { findings: [...findings, ...conditionsOf(tools.operator, vigil, tools.limits)], examined: CONDITIONS };
};

/** Entries may only go with an event that says so: the number alone is one that a superuser can move. */
const observePruning = async (tools: MonitorTools, state: MonitorState, log: MonitoredLog): Promise<readonly Finding[]> => {
  const followed = followedOf(state, log.origin);
  if (log.prunedBefore === followed.pruned) return [];
  if (log.prunedBefore < followed.pruned || !(await isPruningTold(tools.store, log, log.prunedBefore))) return [findingOf(log, 'ROW_MISSING', 'pruned', { before: followed.pruned, now: log.prunedBefore })];
  followed.pruned = log.prunedBefore;
  return [];
};

export interface Followers extends Seen {
  readonly logs: readonly MonitoredLog[];
  readonly heads: ReadonlyMap<string, Head>;
}

/** Checkpoints, trees and the global log, from where `state` left them; `state` moves on. */
export const observeTrees = async (tools: MonitorTools, state: MonitorState): Promise<Followers> => {
  // The global checkpoint before the logs, the logs before their checkpoints: whatever the global log speaks of is then in what was read after it.
  const top = await headOf(tools, tools.operator);
  const logs = (await readMonitoredLogs(tools.store)).filter(log => belongs(tools.operator, log.origin));
  const heads = new Map<string, Head>([[tools.operator, top]]);
  const others = logs.filter(log => log.origin !== tools.operator);
  await inParallel(others, LOGS_AT_ONCE, async log => void heads.set(log.origin, await headOf(tools, log.origin)));
  const gone = [...state.logs.keys()].filter(origin => !logs.some(log => log.origin === origin));
  const findings: Finding[] = gone.map(origin => findingOf({ origin, tenantId: null }, 'ROLLED_BACK', 'database', { before: state.logs.get(origin)?.checkpoint?.size ?? 0, now: 0 }));
  const global = logs.find(log => log.origin === tools.operator);
  if (global === undefined) return { findings, examined: [], logs, heads };
  const followed = followedOf(state, tools.operator);
  const { frontier } = followed;
  const trouble = await followLog(tools, global, followed, top, []);
  findings.push(...trouble);
  const { said, findings: told, whole } = await readGlobal(tools, global, logs, state, { from: Number(frontier.size), to: Number(followed.frontier.size), head: top.found === 'tree' ? top.tree.size : 0 });
  if (!whole) followed.frontier = frontier;
  findings.push(...told);
  for (const log of others) findings.push(...(await observePruning(tools, state, log)));
  await inParallel(others, LOGS_AT_ONCE, async log => void findings.push(...(await followLog(tools, log, followedOf(state, log.origin), heads.get(log.origin) ?? { found: 'nothing' }, said.get(log.origin) ?? []))));
  return { findings, examined: [], logs, heads };
};

/** Rows, leaves, tiles and bundles of what `planScan` gives this pass. */
export const observeRows = async (tools: MonitorTools, { logs, heads }: Pick<Followers, 'logs' | 'heads'>, rolling: ScanPlan['next'], signal: AbortSignal): Promise<{ readonly findings: readonly Finding[]; readonly plan: ScanPlan; readonly leaves: number; readonly total: number }> => {
  const trees = logs.flatMap(log => {
    const head = heads.get(log.origin);
    return head?.found === 'tree' ? [{ log, head: head.tree, origin: log.origin, size: head.tree.size }] : [];
  });
  const plan = planScan(trees, tools.rowsPerPass, rolling);
  const findings: Finding[] = [];
  let leaves = 0;
  for (const range of plan.ranges) {
    const tree = trees.find(t => t.origin === range.origin);
    if (tree === undefined || signal.aborted) continue;
    findings.push(...(await scanRange(tools, tree.log, tree.head, range, signal)));
    leaves += range.to - range.from;
  }
  return { findings, plan, leaves, total: trees.reduce((sum, t) => sum + t.size, 0) };
};
