import { alarmFact, planAlarms } from '@cadastre/domain/alarm';
import type { AlarmStep, Finding } from '@cadastre/domain/alarm';
import type { AuditFact } from '@cadastre/domain/audit';
import type { ForeignReason, KubePending } from '@cadastre/domain/kubeaudit';
import * as alarms from '@cadastre/store/alarm';
import { commit } from '@cadastre/store/commit';
import { markForeign } from '@cadastre/store/kubeaudit';
import type { KubeAuditDeps } from './tools.ts';

// Which cluster, not which request: a hundred changes by one thief are one alarm, seen a hundred times, and a hundred events.
const findingOf = ({ operator }: KubeAuditDeps, request: KubePending, reason: ForeignReason): Finding =>
  ({ kind: 'KUBE_FOREIGN', origin: `${operator}/provider`, place: `kube/${request.clusterId}`, detail: { reason, verb: request.verb, resource: request.resource, auditId: request.auditId } });

const factOf = (request: KubePending, reason: ForeignReason): AuditFact => ({
  type: 'platform.kube.foreign', phase: 'completed', outcome: 'failure', reason, target: { kind: 'cluster', id: request.clusterId }, k8s: { cluster: request.clusterId, auditIds: [request.auditId] },
  numbers: {
    verb: request.verb, resource: request.resource, namespace: request.namespace, name: request.name, user: request.username, userAgent: request.userAgent, sourceIp: request.sourceIp, code: request.code,
    receivedAt: request.receivedAt,
  },
});

const planOf = async (deps: KubeAuditDeps, finding: Finding): Promise<AlarmStep | undefined> => {
  const { open, settled } = await alarms.readAlarms(deps.store);
  return planAlarms({ now: deps.clock.now(), open, settled, findings: [finding], examined: () => false }, deps.ids).steps.find(s => s.do === 'raise' || s.do === 'repeat');
};

// Another process may raise the same alarm between the look and the write: then it is repeated.
const ROUNDS = 3;

/** The event, the alarm and the row in one commit: nobody ever sees the one without the others. Throws when the log takes no event; the request stays pending. */
export const reportForeign = async (deps: KubeAuditDeps, request: KubePending, reason: ForeignReason): Promise<void> => {
  for (let round = 1; ; round++) {
    const step = await planOf(deps, findingOf(deps, request, reason));
    const raise = step?.do === 'raise' ? step.alarm : undefined;
    const done = await commit(deps.store, {
      scope: 'system', act: deps.makeAct('kubeaudit.judge'), outbox: [],
      writes: [markForeign(request, reason), ...(raise === undefined ? [] : [alarms.raise([raise], deps.clock.now())])],
      audit: [factOf(request, reason), ...(raise === undefined ? [] : [alarmFact(raise, 'raise')])],
    });
    if (done.ok) {
      if (step?.do === 'repeat') await alarms.repeat(deps.store, [{ id: step.alarm.id, detail: step.detail }], deps.clock.now());
      return;
    }
    // Judged by another replica in between.
    if (done.error.code === 'STALE_GENERATION') return;
    if (done.error.code !== 'ALREADY_EXISTS' || round === ROUNDS) throw new Error(`a foreign change could not be written down: ${JSON.stringify(done.error)}`);
  }
};
