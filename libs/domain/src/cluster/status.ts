import type { AuditFact } from '../audit/model.ts';
import type { Condition, Instant, Params } from '../core/index.ts';
import { mergeConditions } from '../core/index.ts';
import type { Cluster, ClusterConditionType } from './model.ts';
import type { ClusterDone, ClusterSnapshot } from './plan.ts';

/** Closed list: what a cluster's conditions may say. */
export const CLUSTER_REASONS = [
  'CONNECTING', 'ANSWERS', 'CLUSTER_UNREACHABLE', 'CLUSTER_BAD_CERTIFICATE', 'CLUSTER_UNAUTHORISED', 'CLUSTER_FORBIDDEN', 'CLUSTER_BAD_KUBECONFIG',
  'RIGHTS_MISSING', 'CACHES_BEHIND', 'WATCHING',
] as const;
export type ClusterReason = (typeof CLUSTER_REASONS)[number];

type ClusterCondition = Condition<ClusterConditionType, ClusterReason>;
/** A new value to save with what it says happened; null when the look changed nothing. */
export interface ClusterStatus {
  readonly next: Cluster;
  readonly audit: readonly AuditFact[];
}

type Verdict = readonly [status: Condition['status'], reason: ClusterReason, params: Params];

const reachable = (s: ClusterSnapshot, done: ClusterDone): Verdict => {
  if (done.connectRefused !== null) return ['False', done.connectRefused.code, { detail: done.connectRefused.detail }];
  if (s.probe === null) return ['Unknown', 'CONNECTING', {}];
  return s.probe.ok ? ['True', 'ANSWERS', { version: s.probe.version }] : ['False', s.probe.code, { detail: s.probe.detail }];
};

const ready = (s: ClusterSnapshot, [status, reason, params]: Verdict): Verdict => {
  if (status !== 'True') return [status, reason, params];
  if (s.missingRights.length > 0) return ['False', 'RIGHTS_MISSING', { missing: s.missingRights }];
  return s.cachesFresh ? ['True', 'WATCHING', {}] : ['False', 'CACHES_BEHIND', {}];
};

/** Reachable: the API server answers this credential. Ready: and it may do what we need, and our caches follow it. */
export const statusOfCluster = (s: ClusterSnapshot, done: ClusterDone, now: Instant): ClusterStatus | null => {
  const { cluster } = s;
  const condition = (type: ClusterConditionType, [status, reason, params]: Verdict): ClusterCondition =>
    ({ type, status, reason, params, observedGeneration: cluster.generation, lastTransitionTime: now });
  const reach = reachable(s, done);
  const conditions = mergeConditions<ClusterConditionType, string>(cluster.conditions, [condition('Reachable', reach), condition('Ready', ready(s, reach))]);
  const next: Cluster = {
    ...cluster,
    ...(s.probe?.ok === true ? { kubernetesVersion: s.probe.version } : {}),
    conditions,
    observedGeneration: cluster.generation,
  };
  if (sameCluster(cluster, next)) return null;
  const moved = conditions.filter(c => c.status !== cluster.conditions.find(b => b.type === c.type)?.status);
  return { next, audit: [stateFact(cluster, next, moved)] };
};

const sameCluster = (a: Cluster, b: Cluster): boolean =>
  a.kubernetesVersion === b.kubernetesVersion && a.observedGeneration === b.observedGeneration && JSON.stringify(a.conditions) === JSON.stringify(b.conditions);

const stateFact = (before: Cluster, next: Cluster, moved: readonly Condition<ClusterConditionType>[]): AuditFact => ({
  type: 'platform.cluster.state', phase: 'completed', outcome: 'success', reason: next.conditions.find(c => c.type === 'Ready')?.reason ?? 'CONNECTING',
  target: { kind: 'cluster', id: before.id, datacenter: before.datacenterId },
  change: moved.map(c => {
    const from = before.conditions.find(b => b.type === c.type)?.status;
    return { path: `conditions.${c.type}`, to: c.status, ...(from === undefined ? {} : { from }) };
  }),
});
