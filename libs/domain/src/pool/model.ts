import type { ClusterId, Condition, DatacenterId, PoolId, RackId, ShapeId } from '../core/index.ts';
import type { TenantClass } from '../organisation/model.ts';

export const POOL_PURPOSES = ['TRAINING', 'INFERENCE', 'MIXED'] as const;
export type PoolPurpose = (typeof POOL_PURPOSES)[number];
export const DRAIN_POLICIES = ['WAIT_FOR_RELEASE', 'AFTER_NOTICE'] as const;
export type DrainPolicy = (typeof DRAIN_POLICIES)[number];

export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
}

export interface NodePool {
  readonly id: PoolId;
  readonly clusterId: ClusterId;
  readonly datacenterId: DatacenterId;
  readonly name: string;
  readonly shapeId: ShapeId;
  /** The pool takes machines from these racks only; empty means every INSTALLED rack of the datacenter. */
  readonly rackIds: readonly RackId[];
  /** Machines wanted in the cluster: minimum ≤ target ≤ maximum. */
  readonly target: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly purpose: PoolPurpose;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  /** Narrower than the datacenter's when not empty. */
  readonly tenantClasses: readonly TenantClass[];
  readonly drainPolicy: DrainPolicy;
  /** A paused pool keeps what runs, takes no new instance and is not scaled. */
  readonly paused: boolean;
  /** Machines whose node is Ready, from what was observed. */
  readonly readyMachines: number;
  readonly conditions: readonly Condition<'Ready' | 'Scaled'>[];
  readonly observedGeneration: number;
  readonly generation: number;
}
