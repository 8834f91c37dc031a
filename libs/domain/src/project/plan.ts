import type { Seen } from '../cluster/seen.ts';
import type { ClusterId, InstanceId, Plan } from '../core/index.ts';
import type { Project } from './model.ts';

/** One cluster where the project has instances that are not released. */
export interface ProjectCluster {
  readonly clusterId: ClusterId;
  readonly view: ProjectView | 'UNREACHABLE';
}
export interface ProjectView {
  /** `active` is false while Kubernetes deletes it. */
  readonly namespace: Seen;
  readonly denyAll: Seen;
  readonly allow: Seen;
  /** `counting`: the quota controller has filled its status; before that the server refuses every pod. */
  readonly quota: Seen<{ readonly counting: boolean }>;
  readonly limits: Seen;
  /** True once the namespace's default service account exists: no pod is admitted before. */
  readonly serviceAccount: boolean;
}

export interface ProjectSnapshot {
  readonly project: Project;
  readonly clusters: readonly ProjectCluster[];
  /** Instances that wait for the namespaces; woken when a look finds them ready. */
  readonly waiting: readonly InstanceId[];
}

export type ProjectStep =
  | { readonly do: 'applyNamespace'; readonly clusterId: ClusterId }
  | { readonly do: 'applyNetworkPolicies'; readonly clusterId: ClusterId }
  | { readonly do: 'applyQuota'; readonly clusterId: ClusterId }
  | { readonly do: 'applyLimitRange'; readonly clusterId: ClusterId };

export const strangersOf = (v: ProjectView): readonly string[] =>
  Object.entries({ Namespace: v.namespace, 'NetworkPolicy deny-all': v.denyAll, 'NetworkPolicy allow': v.allow, ResourceQuota: v.quota, LimitRange: v.limits })
    .filter(([, seen]) => seen.as === 'STRANGER').map(([what]) => what);

/** Pods may be created: the fences stand before the first pod, and the server will admit it. */
export const namespaceReady = (v: ProjectView): boolean =>
  v.namespace.as === 'OURS' && !v.namespace.deleting && v.denyAll.as === 'OURS' && v.allow.as === 'OURS'
  && v.limits.as === 'OURS' && v.quota.as === 'OURS' && v.quota.counting && v.serviceAccount;

const stepsFor = ({ clusterId, view }: ProjectCluster): readonly ProjectStep[] => {
  // One stranger in the set and nothing is written: half a fence around a namespace someone else uses helps nobody.
  if (view === 'UNREACHABLE' || strangersOf(view).length > 0) return [];
  if (view.namespace.as === 'ABSENT') return [{ do: 'applyNamespace', clusterId }];
  if (view.namespace.as === 'OURS' && view.namespace.deleting) return [];
  const steps: ProjectStep[] = [];
  if (view.denyAll.as === 'ABSENT' || view.allow.as === 'ABSENT') steps.push({ do: 'applyNetworkPolicies', clusterId });
  if (view.quota.as === 'ABSENT') steps.push({ do: 'applyQuota', clusterId });
  if (view.limits.as === 'ABSENT') steps.push({ do: 'applyLimitRange', clusterId });
  return steps;
};

/**
 * The namespace stays when the last instance goes; it ends with the project. Rejected: removing it at zero instances. It would
 * race the next order (a namespace in deletion admits nothing, for up to minutes), and would take with it whatever the
 * tenant's auditors may still want to look at.
 */
export const planProject = (s: ProjectSnapshot): Plan<ProjectStep> => {
  const steps = s.clusters.flatMap(stepsFor);
  return { steps, because: becauseOf(s, steps), assumes: { generation: s.project.generation } };
};

const becauseOf = (s: ProjectSnapshot, steps: readonly ProjectStep[]): string => {
  if (s.clusters.length === 0) return 'no live instance anywhere';
  if (steps.length > 0) return `${steps.length} objects missing`;
  if (s.clusters.some(c => c.view === 'UNREACHABLE')) return 'a cluster does not answer';
  if (s.clusters.some(c => c.view !== 'UNREACHABLE' && strangersOf(c.view).length > 0)) return 'a name is taken by an object that is not ours';
  return s.clusters.every(c => c.view !== 'UNREACHABLE' && namespaceReady(c.view)) ? 'all in place' : 'Kubernetes is not done yet';
};
