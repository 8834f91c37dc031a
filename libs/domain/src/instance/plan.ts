import type { Seen } from '../cluster/seen.ts';
import type { ClusterId, InstanceId, Plan } from '../core/index.ts';
import { unreachable } from '../core/index.ts';
import type { GpuInstance } from './model.ts';

export interface PodFacts {
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
  /** Kubernetes' Ready condition. */
  readonly ready: boolean;
  /** Bound to its node by the scheduler. */
  readonly bound: boolean;
  /** A container waits for its image, in any of Kubernetes' words for it. */
  readonly pulling: boolean;
}

/** One of our objects of this instance, by where it is. */
export interface Located {
  readonly kind: 'Pod' | 'Service';
  readonly clusterId: ClusterId;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** The cluster the instance is placed in, seen through caches that follow it. */
export interface InstanceView {
  readonly namespaceName: string;
  readonly objectName: string;
  readonly namespace: 'READY' | 'NOT_READY' | 'STRANGER';
  readonly node: 'READY' | 'NOT_READY' | 'ABSENT';
  /** OURS only with our mark and this instance's label. */
  readonly pod: Seen<PodFacts>;
  readonly service: Seen;
}

export interface InstanceSnapshot {
  readonly id: InstanceId;
  /** null: no such row. */
  readonly instance: GpuInstance | null;
  /** True when the machine is: said in the conditions, never used to take a short cut. */
  readonly simulated: boolean;
  readonly view: InstanceView | 'UNREACHABLE';
  /** Objects with our mark and this instance's label anywhere but in their place. */
  readonly strays: readonly (Located & { readonly deleting: boolean })[];
}

export type InstanceStep =
  | { readonly do: 'applyService' }
  /** Creates only; a pod that exists is never changed. */
  | { readonly do: 'applyPod' }
  /** Deletes exactly this incarnation. */
  | { readonly do: 'delete'; readonly what: Located }
  /** Tells the allocator that the GPUs are free: only after the pod was seen gone. */
  | { readonly do: 'free' };

export const planInstance = (s: InstanceSnapshot): Plan<InstanceStep> => {
  const assumes = { generation: s.instance?.generation ?? 0 };
  const [steps, because] = movesOf(s);
  return { steps, because, assumes };
};

type Moves = readonly [steps: readonly InstanceStep[], because: string];

const movesOf = (s: InstanceSnapshot): Moves => {
  // Before all else, also before creating: a second pod of an instance must be gone before its place is filled.
  if (s.strays.length > 0) return [s.strays.flatMap(removal), s.instance === null ? 'no such instance' : 'outside its place'];
  if (s.instance === null) return [[], 'no such instance, nothing left of it'];
  if (s.view === 'UNREACHABLE') return [[], 'the cluster does not answer'];
  switch (s.instance.desired) {
    case 'RUNNING': return run(s.view, s.instance.clusterId);
    case 'STOPPED': return stop(s.view, s.instance.clusterId);
    case 'RELEASED': return release(s.instance, s.view);
    default: return unreachable(s.instance.desired);
  }
};

const removal = ({ deleting, ...what }: InstanceSnapshot['strays'][number]): readonly InstanceStep[] => (deleting ? [] : [{ do: 'delete', what }]);

const run = (v: InstanceView, clusterId: ClusterId): Moves => {
  if (v.namespace === 'STRANGER') return [[], 'the namespace is not ours'];
  if (v.pod.as === 'STRANGER' || v.service.as === 'STRANGER') return [[], 'the name is taken by an object that is not ours'];
  if (v.namespace === 'NOT_READY') return [[], 'the namespace is not ready'];
  if (v.pod.as === 'OURS' && v.pod.deleting) return [[], 'the old pod is still going'];
  if (v.pod.as === 'OURS' && (v.pod.phase === 'Failed' || v.pod.phase === 'Succeeded')) {
    return [deletion('Pod', v.pod, v, clusterId), `the pod ended as ${v.pod.phase}`];
  }
  const missing: InstanceStep[] = [];
  if (v.service.as === 'ABSENT') missing.push({ do: 'applyService' });
  if (v.pod.as === 'ABSENT') missing.push({ do: 'applyPod' });
  if (missing.length > 0) return [missing, v.pod.as === 'ABSENT' ? 'no pod' : 'no service'];
  return [[], v.pod.as === 'OURS' && v.pod.ready ? 'runs' : 'Kubernetes is starting it'];
};

const stop = (v: InstanceView, clusterId: ClusterId): Moves => {
  const steps = deletion('Pod', v.pod, v, clusterId);
  return [steps, steps.length > 0 ? 'must not run' : v.pod.as === 'OURS' ? 'the pod is going' : 'stopped'];
};

const release = (instance: GpuInstance, v: InstanceView): Moves => {
  const steps = [...deletion('Pod', v.pod, v, instance.clusterId), ...deletion('Service', v.service, v, instance.clusterId)];
  if (steps.length > 0) return [steps, 'released'];
  if (v.pod.as === 'OURS' || v.service.as === 'OURS') return [[], 'its objects are going'];
  // A stranger under our name is not the pod: nothing of ours runs, so the GPUs are free.
  return instance.status === 'RELEASED' ? [[], 'free'] : [[{ do: 'free' }], 'the pod is gone'];
};

const deletion = (kind: Located['kind'], seen: Seen, v: InstanceView, clusterId: ClusterId): readonly InstanceStep[] =>
  seen.as === 'OURS' && !seen.deleting
    ? [{ do: 'delete', what: { kind, clusterId, namespace: v.namespaceName, name: v.objectName, uid: seen.uid } }]
    : [];
