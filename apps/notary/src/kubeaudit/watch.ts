import { kubeRequestOf } from '@cadastre/domain/audit';
import type { ClusterId } from '@cadastre/domain/core';
import type { ParsedLine } from '@cadastre/domain/kubeaudit';
import { judgeKubeRequest, kubeRequestIn, kubeRequestOfLine } from '@cadastre/domain/kubeaudit';
import { metrics } from '@cadastre/platform/otel';
import { recordAudit } from '@cadastre/store/commit';
import * as kubeAudit from '@cadastre/store/kubeaudit';
import { readOn } from './follow.ts';
import { reportForeign } from './foreign.ts';
import type { KubeAuditDeps, KubeAuditFile, TakeEvents } from './tools.ts';

const LOOK_MS = 250;
const RETRY_MS = 2_000;
const JUDGED_AT_ONCE = 500;

const read = metrics.counter('cadastre.kubeaudit.requests', { description: 'Changes with our credential that API servers wrote down, by whether we had announced them.', unit: '{request}' });
const broken = metrics.counter('cadastre.kubeaudit.broken', { description: 'Lines or events of an API server’s audit log that could not be read.', unit: '{line}' });

const requestsOf = (parsed: readonly ParsedLine[]) => {
  const wrong = parsed.filter(p => p.kind === 'BROKEN').length;
  if (wrong > 0) broken.add(wrong);
  return { requests: parsed.flatMap(p => (p.kind === 'REQUEST' ? [p.request] : [])), wrong };
};

// Told before the place is moved: after a crash it is told again rather than not at all.
const tellGap = async (deps: KubeAuditDeps, cluster: ClusterId, path: string): Promise<void> => {
  deps.log.error({ cluster, path }, 'the audit log file that was being read is gone: changes between may not have been seen; keep more rotated files');
  await recordAudit(deps.store, deps.makeAct('kubeaudit.read'), [
    { type: 'audit.log.degraded', phase: 'completed', outcome: 'failure', reason: 'KUBE_AUDIT_GAP', target: { kind: 'cluster', id: cluster }, k8s: { cluster } },
  ], 'system');
};

/** Reads what a file has and keeps it; answers how long to wait for more. */
const lookAtFile = async (deps: KubeAuditDeps, { cluster, path }: KubeAuditFile): Promise<number> => {
  const source = `${cluster} ${path}`;
  const [clusterId, place] = await deps.store.read('system', q => Promise.all([kubeAudit.clusterNamed(q, cluster), kubeAudit.placeOf(q, source)]));
  // Registered later, or renamed: its file waits, nothing of it is lost.
  if (clusterId === undefined) return RETRY_MS;
  const part = await readOn(path, place);
  if (part === undefined) return LOOK_MS;
  if (part.gap) await tellGap(deps, clusterId, path);
  const { requests, wrong } = requestsOf(part.lines.map(line => kubeRequestOfLine(line, deps.users)));
  if (wrong > 0) deps.log.error({ cluster, path, wrong, after: place }, 'lines of the audit log cannot be read');
  await kubeAudit.take(deps.store, clusterId, requests, { ...part.next, source });
  return part.more ? 0 : LOOK_MS;
};

/** What came over the webhook. Kept before it is answered; the API server sends again what was not. */
export const takeEventsOf = (deps: KubeAuditDeps): TakeEvents => async (cluster: ClusterId, events) => {
  const { requests, wrong } = requestsOf(events.map(event => kubeRequestIn(event, deps.users)));
  if (requests.length > 0) await kubeAudit.take(deps.store, cluster, requests);
  return { broken: wrong };
};

/** Lays what was read beside what was announced; answers how long to wait. */
const judge = async (deps: KubeAuditDeps): Promise<number> => {
  const waiting = await deps.store.read('system', q => kubeAudit.pending(q, JUDGED_AT_ONCE));
  if (waiting.length === 0) return LOOK_MS;
  const ids = [...new Set(waiting.flatMap(r => kubeRequestOf(r.auditId)?.act ?? []))];
  const acts = await deps.store.read('system', q => kubeAudit.actsOf(q, ids));
  const judged = waiting.map(request => ({ request, judgement: judgeKubeRequest(request, acts, deps.graceMs) }));
  const ours = judged.filter(j => j.judgement === 'ANNOUNCED').map(j => j.request);
  if (ours.length > 0) await kubeAudit.markAnnounced(deps.store, ours);
  read.add(ours.length, { announced: true });
  for (const { request, judgement } of judged) {
    if (typeof judgement === 'string') continue;
    await reportForeign(deps, request, judgement.foreign);
    read.add(1, { announced: false });
    deps.log.error({ clusterId: request.clusterId, reason: judgement.foreign, verb: request.verb, resource: request.resource, namespace: request.namespace, name: request.name }, 'a cluster was changed with our credential and no act of ours announced it');
  }
  return judged.length === JUDGED_AT_ONCE && judged.some(j => j.judgement !== 'WAIT') ? 0 : LOOK_MS;
};

const again = async (deps: KubeAuditDeps, signal: AbortSignal, what: string, look: () => Promise<number>): Promise<void> => {
  while (!signal.aborted) {
    const ms = await look().catch((err: unknown) => {
      if (!signal.aborted) deps.log.warn({ err, what }, 'the cross-witness stumbles and goes on where it was');
      return RETRY_MS;
    });
    if (ms > 0) await deps.pause(ms, signal);
  }
};

/**
 * The cross-witness: follows the audit logs of API servers and reports each change made with our credential that no act of ours announced. Runs until the signal. Any number may run at
 * once; what two of them read twice is kept once. It is a process of its own and not a part of the controller, because the controller is what it watches: it has neither its database
 * role nor its credentials.
 */
export const watchKubeAudit = async (deps: KubeAuditDeps, signal: AbortSignal): Promise<void> => {
  await Promise.all([
    ...deps.files.map(file => again(deps, signal, file.path, () => lookAtFile(deps, file))),
    again(deps, signal, 'judging', () => judge(deps)),
  ]);
};
