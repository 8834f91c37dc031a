import type { NodeAmounts, Taint } from '@cadastre/domain/pool';
import { INSTANCE_LABEL } from '@cadastre/domain/instance';
import type { KubeObject, Node, Pod, ResourceQuota } from '@cadastre/kube/client';
import { quantity } from '@cadastre/kube/client';

/** What the caches hold of each object: little, because a site has many. */
export interface Kept {
  readonly uid: string;
  readonly deleting: boolean;
  /** Value of our instance label, when it has one. */
  readonly instance: string | undefined;
}
export interface KeptPod extends Kept {
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
  readonly ready: boolean;
  readonly bound: boolean;
  readonly pulling: boolean;
}
export interface KeptNode extends Kept {
  readonly ready: boolean;
  readonly cordoned: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  readonly has: NodeAmounts;
}
export interface KeptQuota extends Kept {
  readonly counting: boolean;
}
export interface KeptInProject extends Kept {
  readonly project: string | undefined;
}

const PHASES = ['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'] as const;
const phaseOf = (text: string | undefined): KeptPod['phase'] => PHASES.find(p => p === text) ?? 'Pending';
// Kubernetes' own words for an image on its way, or on its way again.
const PULLING: ReadonlySet<string> = new Set(['ContainerCreating', 'ErrImagePull', 'ImagePullBackOff']);

export const keep = (o: KubeObject): Kept => ({
  uid: o.metadata?.uid ?? '', deleting: o.metadata?.deletionTimestamp !== undefined, instance: o.metadata?.labels?.[INSTANCE_LABEL],
});

export const keepPod = (pod: Pod): KeptPod => ({
  ...keep(pod),
  phase: phaseOf(pod.status?.phase),
  ready: pod.status?.conditions?.some(c => c.type === 'Ready' && c.status === 'True') === true,
  bound: pod.spec?.nodeName !== undefined && pod.spec.nodeName !== '',
  pulling: pod.status?.containerStatuses?.some(c => PULLING.has(c.state?.waiting?.reason ?? '')) === true,
});

const effectOf = (text: string): Taint['effect'] => (text === 'NoExecute' || text === 'PreferNoSchedule' ? text : 'NoSchedule');

export const keepNode = (node: Node): KeptNode => ({
  ...keep(node),
  ready: node.status?.conditions?.some(c => c.type === 'Ready' && c.status === 'True') === true,
  cordoned: node.spec?.unschedulable === true,
  labels: node.metadata?.labels ?? {},
  taints: (node.spec?.taints ?? []).map(t => ({ key: t.key, value: t.value ?? '', effect: effectOf(t.effect) })),
  has: amountsOf(node.status?.allocatable ?? {}),
});

const amountsOf = (allocatable: Readonly<Record<string, string>>): NodeAmounts => {
  const of = (resource: string, unit: number): number => Math.round((quantity(allocatable[resource]) ?? 0) / unit);
  return { gpus: of('nvidia.com/gpu', 1), cpuMilli: of('cpu', 1e-3), ramMiB: of('memory', 2 ** 20), nvmeGiB: of('ephemeral-storage', 2 ** 30) };
};

export const keepQuota = (q: ResourceQuota): KeptQuota => ({ ...keep(q), counting: q.status?.hard !== undefined });
