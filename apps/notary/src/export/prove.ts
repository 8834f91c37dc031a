import { PERIOD_MARGIN_SECONDS, type AuditExport } from '@cadastre/domain/auditexport';
import type { Instant } from '@cadastre/domain/core';
import * as exports from '@cadastre/store/auditexport';
import type { Covering, Pin, ProvenLog, Stamped } from '@cadastre/store/auditexport';
import type { ExportDeps } from './deps.ts';

/** What is not there yet will come: a heartbeat every minute, a witness, a tile. */
export type Waiting = 'CLOSING_HEARTBEAT' | 'QUORUM' | 'PUBLICATION' | 'LOG';
export interface Range {
  readonly log: ProvenLog;
  readonly first: number;
  readonly end: number;
}
export interface Proven extends Range {
  readonly global: ProvenLog;
  readonly pin: Pin;
}
type Step<T> = { readonly is: 'there'; readonly value: T } | { readonly is: 'waiting'; readonly for: Waiting } | { readonly is: 'pruned' };
const there = <T>(value: T): Step<T> => ({ is: 'there', value });
const waiting = (what: Waiting) => ({ is: 'waiting', for: what }) as const;

const shifted = (instant: Instant, seconds: number): Instant => new Date(Date.parse(instant) + seconds * 1_000).toISOString();

/** From a heartbeat before the period to one behind it (docs/audit-bundle.md, `period`), by what is sealed. */
export const findRange = (deps: ExportDeps, { tenantId, from, to }: AuditExport): Promise<Step<Range>> =>
  deps.store.read('system', async q => {
    const log = await exports.logOf(q, tenantId);
    if (log === undefined) return waiting('LOG');
    const found = await exports.firstHeartbeat(q, { id: log.id, tenantId }, shifted(from, -PERIOD_MARGIN_SECONDS));
    if ((found ?? 0) < log.prunedBefore) return { is: 'pruned' };
    const first = found ?? 0;
    const last = await exports.lastHeartbeat(q, { id: log.id, tenantId }, shifted(to, PERIOD_MARGIN_SECONDS), first);
    return last === undefined ? waiting('CLOSING_HEARTBEAT') : there({ log, first, end: last + 1 });
  });

/** The pin of the range; without one, the first global checkpoint that covers it and satisfies the quorum. */
export const findCovering = async (deps: ExportDeps, { log, first, end }: Range): Promise<Step<{ readonly global: ProvenLog; readonly pinned?: Pin; readonly covering?: Covering }>> => {
  const { store, policy } = deps;
  const { global, pinned } = await store.read('system', async q => ({ global: await exports.globalLog(q), pinned: await exports.pinOf(q, log.id, first, end) }));
  if (global === undefined || policy === undefined) return waiting('QUORUM');
  if (pinned !== undefined) return there({ global, pinned });
  for (let from = 0; ;) {
    const page = await store.read('system', q => exports.covering(q, { logId: log.id, globalId: global.id, end, from, cosigned: policy.needsWitness ? 'only' : 'or not' }));
    const covering = page.find(c => policy.met(noteOf(c)));
    if (covering !== undefined) return log.published < covering.logSize || global.published < covering.globalSize ? waiting('PUBLICATION') : there({ global, covering });
    from = page.at(-1)?.globalSize ?? 0;
    if (from === 0) return waiting('QUORUM');
  }
};

const noteOf = (c: Covering): string => `${c.globalNote}${c.cosignatures.map(line => `${line}\n`).join('')}`;

/** Asked anew for exactly this checkpoint; else the newest that the notary has of an earlier one, which a consistency proof ties to it. */
const timestampsOf = async (deps: ExportDeps, global: ProvenLog, c: Covering): Promise<readonly Stamped[]> => {
  const token = await deps.timestamp?.(c.globalNote).catch((error: unknown) => {
    deps.log.warn({ err: error, size: c.globalSize }, 'the checkpoint of an export was not timestamped; an earlier timestamp takes its place');
    return undefined;
  });
  if (token !== undefined) return [{ size: c.globalSize, checkpoint: c.globalNote, token: Buffer.from(token).toString('base64') }];
  const last = await deps.store.read('system', q => exports.lastTimestamp(q, global.id, c.globalSize));
  return last === undefined ? [] : [{ ...last, token: last.token.replaceAll('\n', '') }];
};

/** Decides once and for all what the range is proven with: two exports of it are then the same bytes, whatever was witnessed or stamped since. */
export const pinRange = async (deps: ExportDeps, { log, first, end }: Range, global: ProvenLog, c: Covering): Promise<Pin> =>
  await exports.pin(deps.store, log.id, {
    firstIndex: first, endIndex: end, logSize: c.logSize, logNote: c.logNote, globalSize: c.globalSize, globalNote: noteOf(c), globalIndex: c.globalIndex,
    policy: deps.policy?.text ?? '', prunedBefore: log.prunedBefore, timestamps: await timestampsOf(deps, global, c),
  });
