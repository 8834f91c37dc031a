import type { ClusterId, Condition, DatacenterId } from '../core/index.ts';

export const CLUSTER_PROVIDERS = ['SIMULATED', 'EXTERNAL', 'KIND', 'LOCAL'] as const;
export type ClusterProvider = (typeof CLUSTER_PROVIDERS)[number];
/** Reachable / Unreachable with the reason; `Unknown` until the first look. */
export type ClusterConditionType = 'Reachable' | 'Ready';

export interface Cluster {
  readonly id: ClusterId;
  readonly datacenterId: DatacenterId;
  /** Unique in the datacenter. */
  readonly name: string;
  /** SIMULATED: its nodes are KWOK objects, said wherever the cluster is shown. */
  readonly provider: ClusterProvider;
  /** https URL of the API server; the credential itself is sealed and never returned. */
  readonly endpoint: string;
  /** Kubernetes version last seen, `v1.37.2`. */
  readonly kubernetesVersion?: string;
  readonly conditions: readonly Condition<ClusterConditionType>[];
  readonly observedGeneration: number;
  readonly generation: number;
}
