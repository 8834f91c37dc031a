import type { AuditFact } from '../audit/model.ts';
import type { Refused } from '../cluster/seen.ts';
import type { Condition, Instant, Params } from '../core/index.ts';
import { mergeConditions, unreachable } from '../core/index.ts';
import type { GpuInstance, InstanceConditionType, InstanceReason, InstanceState } from './model.ts';
import type { InstanceSnapshot, InstanceView } from './plan.ts';

/** What the steps of this look did. */
export interface InstanceDone {
  readonly appliedPod: boolean;
  /** The allocator took the GPUs back, and wrote RELEASED in the same transaction. */
  readonly freed: boolean;
  readonly refused: Refused | null;
}

export interface InstanceStatus {
  readonly next: GpuInstance;
  /** Verb of the outbox row. */
  readonly verb: string;
  /** Never empty: a change of conditions alone is a change that a tenant can see. */
  readonly audit: readonly AuditFact[];
}

/**
 * Where a state may lead by what the controller sees. ERROR is left to a person; RELEASED to the allocator, and has no way out.
 * Back from READY there is only REPAIRING: a tenant who was told READY is not told PROVISIONING again.
 */
export const INSTANCE_MOVES: Readonly<Record<InstanceState, readonly InstanceState[]>> = {
  PENDING: ['PROVISIONING', 'CONFIGURING', 'READY', 'REPAIRING', 'STOPPED', 'TERMINATING'],
  PROVISIONING: ['CONFIGURING', 'READY', 'REPAIRING', 'STOPPED', 'TERMINATING'],
  CONFIGURING: ['READY', 'REPAIRING', 'STOPPED', 'TERMINATING'],
  READY: ['REPAIRING', 'STOPPED', 'TERMINATING'],
  REPAIRING: ['READY', 'STOPPED', 'TERMINATING'],
  STOPPED: ['PROVISIONING', 'CONFIGURING', 'READY', 'REPAIRING', 'TERMINATING'],
  UPDATING: ['READY', 'REPAIRING', 'STOPPED', 'TERMINATING'],
  REBOOTING: ['READY', 'REPAIRING', 'STOPPED', 'TERMINATING'],
  TERMINATING: ['RELEASED'],
  RELEASED: [],
  ERROR: ['TERMINATING'],
};

/** Entries of an instance's history. The audit trail keeps every change; a pod that flaps for a week must not grow the row for ever. */
export const HISTORY_LIMIT = 50;

/** The new value of the row, or null when this look says nothing new. RELEASED rows are the allocator's. */
export const statusOfInstance = (s: InstanceSnapshot, done: InstanceDone, now: Instant): InstanceStatus | null => {
  const { instance } = s;
  if (instance === null || instance.status === 'RELEASED' || done.freed) return null;
  const to = stateOf(instance, s.view, done);
  const conditions = mergeConditions(instance.conditions, conditionsOf(s, to, done, now));
  const moved = to !== instance.status;
  if (!moved && instance.observedGeneration === instance.generation && JSON.stringify(conditions) === JSON.stringify(instance.conditions)) return null;
  const cause = conditions.find(c => c.type === 'Ready')?.reason ?? 'PLACED';
  const next: GpuInstance = {
    ...instance, status: to, conditions, observedGeneration: instance.generation,
    ...(moved ? { statusHistory: [...instance.statusHistory, { state: to, cause, actor: 'controller', at: now }].slice(-HISTORY_LIMIT) } : {}),
    ...(to === 'READY' && instance.readyAt === undefined ? { readyAt: now } : {}),
  };
  return { next, verb: moved ? to.toLowerCase() : 'observed', audit: [stateFact(instance, next, cause)] };
};

const stateOf = (i: GpuInstance, view: InstanceView | 'UNREACHABLE', done: InstanceDone): InstanceState => {
  if (i.desired === 'RELEASED') return 'TERMINATING';
  // What is not seen is not known: the last state stands, the conditions say Unknown.
  if (view === 'UNREACHABLE' || i.status === 'ERROR') return i.status;
  if (i.desired === 'STOPPED') return view.pod.as === 'OURS' ? i.status : 'STOPPED';
  const to = seenState(i, view, done);
  return INSTANCE_MOVES[i.status].includes(to) ? to : i.status;
};

const seenState = (i: GpuInstance, v: InstanceView, done: InstanceDone): InstanceState => {
  if (runs(v)) return 'READY';
  if (i.status === 'READY' || i.status === 'REPAIRING') return 'REPAIRING';
  if (v.pod.as === 'OURS') {
    if (v.pod.deleting || v.pod.phase === 'Failed' || v.pod.phase === 'Succeeded') return 'REPAIRING';
    return v.pod.bound ? 'CONFIGURING' : 'PROVISIONING';
  }
  // CONFIGURING was said of a pod that was seen; PROVISIONING may be of one that the cache does not show yet.
  if (i.status === 'CONFIGURING') return 'REPAIRING';
  return done.appliedPod ? 'PROVISIONING' : i.status;
};

const runs = (v: InstanceView): boolean =>
  v.pod.as === 'OURS' && v.pod.phase === 'Running' && v.pod.ready && !v.pod.deleting && v.service.as === 'OURS' && v.node === 'READY';

type Verdict = readonly [status: Condition['status'], reason: InstanceReason, params?: Params];

const conditionsOf = (s: InstanceSnapshot, to: InstanceState, done: InstanceDone, now: Instant): readonly Condition<InstanceConditionType, InstanceReason>[] => {
  const observedGeneration = s.instance?.generation ?? 0;
  const condition = (type: InstanceConditionType, [status, reason, params = {}]: Verdict): Condition<InstanceConditionType, InstanceReason> =>
    ({ type, status, reason, params, observedGeneration, lastTransitionTime: now });
  const pod = podVerdict(s.view, to, done);
  return [
    condition('Placed', ['True', 'PLACED']),
    condition('PodRunning', pod),
    condition('SshReachable', sshVerdict(s, pod)),
    condition('Ready', readyVerdict(s, to, pod)),
  ];
};

// States in which a pod had been seen: its absence is a loss, not a beginning.
const MISSED: ReadonlySet<InstanceState> = new Set(['CONFIGURING', 'READY', 'REPAIRING']);

const podVerdict = (view: InstanceView | 'UNREACHABLE', state: InstanceState, done: InstanceDone): Verdict => {
  if (view === 'UNREACHABLE') return ['Unknown', 'CLUSTER_UNREACHABLE'];
  if (view.namespace === 'STRANGER') return ['False', 'NOT_OURS', { object: `Namespace ${view.namespaceName}` }];
  if (view.pod.as === 'STRANGER') return ['False', 'NOT_OURS', { object: `Pod ${view.namespaceName}/${view.objectName}` }];
  if (view.service.as === 'STRANGER') return ['False', 'NOT_OURS', { object: `Service ${view.namespaceName}/${view.objectName}` }];
  if (done.refused !== null) return ['False', done.refused.code === 'NOT_OURS' ? 'NOT_OURS' : 'APPLY_REFUSED', { code: done.refused.code, object: done.refused.object }];
  if (view.namespace === 'NOT_READY' && view.pod.as === 'ABSENT') return ['False', 'WAITING_FOR_NAMESPACE'];
  if (view.pod.as === 'ABSENT') return ['False', MISSED.has(state) ? 'POD_MISSING' : done.appliedPod ? 'POD_PENDING' : 'POD_NOT_CREATED'];
  if (view.pod.deleting) return ['False', 'POD_MISSING'];
  switch (view.pod.phase) {
    case 'Failed': case 'Succeeded': return ['False', 'POD_FAILED'];
    case 'Unknown': return ['Unknown', 'NODE_NOT_READY'];
    case 'Pending': return ['False', view.pod.pulling ? 'IMAGE_PULLING' : 'POD_PENDING'];
    case 'Running': return view.node !== 'READY' ? ['False', 'NODE_NOT_READY'] : view.pod.ready ? ['True', 'POD_RUNNING'] : ['False', 'POD_PENDING'];
    default: return unreachable(view.pod.phase);
  }
};

const sshVerdict = (s: InstanceSnapshot, pod: Verdict): Verdict => {
  if (pod[0] !== 'True') return pod;
  // No server listens on hardware that does not exist: the order is fulfilled, the promise of a login is not made.
  if (s.simulated) return ['False', 'SIMULATED'];
  return s.view !== 'UNREACHABLE' && s.view.service.as === 'OURS' ? ['True', 'SERVICE_READY'] : ['False', 'POD_PENDING'];
};

const readyVerdict = (s: InstanceSnapshot, to: InstanceState, pod: Verdict): Verdict => {
  if (s.instance?.desired === 'RELEASED') return ['False', 'RELEASING'];
  if (pod[0] === 'Unknown') return pod;
  return to === 'READY' ? ['True', 'POD_RUNNING'] : pod[0] === 'True' ? ['False', 'POD_PENDING'] : pod;
};

const stateFact = (before: GpuInstance, next: GpuInstance, reason: string): AuditFact => ({
  type: 'compute.instance.state', phase: 'completed', outcome: next.status === 'ERROR' ? 'failure' : 'success', reason, tenant: before.tenantId,
  target: { kind: 'instance', id: before.id, parent: before.projectId, region: before.regionId, datacenter: before.datacenterId },
  op: { id: before.orderId, from: before.status, to: next.status },
  k8s: { cluster: before.clusterId },
  change: next.conditions.flatMap(c => {
    const was = before.conditions.find(b => b.type === c.type)?.status;
    return was === c.status ? [] : [{ path: `conditions.${c.type}`, to: c.status, ...(was === undefined ? {} : { from: was }) }];
  }),
});
