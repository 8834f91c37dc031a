import type {
  ClusterId, Condition, DatacenterId, DecisionId, InstanceId, Instant, MachineId, OrderId, OrganisationId, PoolId, ProjectId, RackId,
  PlanId, RegionId, ReservationId, ShapeId, StatusChange, Watts,
} from '../core/index.ts';
import type { LegalScope } from '../project/model.ts';

export const INSTANCE_STATES = [
  'PENDING', 'PROVISIONING', 'CONFIGURING', 'READY', 'STOPPED', 'UPDATING', 'REPAIRING', 'REBOOTING', 'TERMINATING', 'RELEASED', 'ERROR',
] as const;
export type InstanceState = (typeof INSTANCE_STATES)[number];
export const INSTANCE_DESIRES = ['RUNNING', 'STOPPED', 'RELEASED'] as const;
export type InstanceDesire = (typeof INSTANCE_DESIRES)[number];

export const MAX_INSTANCES_PER_ORDER = 512;
export const MAX_SSH_KEYS = 16;

/** Closed list: what an instance's conditions may say. */
export const INSTANCE_REASONS = [
  'PLACED', 'WAITING_FOR_NAMESPACE', 'NAMESPACE_READY', 'POD_NOT_CREATED', 'POD_PENDING', 'IMAGE_PULLING', 'POD_RUNNING', 'POD_FAILED', 'POD_MISSING', 'CLUSTER_UNREACHABLE',
  'NODE_NOT_READY', 'NOT_OURS', 'APPLY_REFUSED', 'SERVICE_READY', 'SIMULATED', 'RELEASING', 'RELEASED',
] as const;
export type InstanceReason = (typeof INSTANCE_REASONS)[number];
export type InstanceConditionType = 'Placed' | 'PodRunning' | 'SshReachable' | 'Ready';

export interface GpuInstance {
  readonly id: InstanceId;
  readonly tenantId: OrganisationId;
  readonly projectId: ProjectId;
  readonly orderId: OrderId;
  /** `<order name>-<n>`; unique in the project while not released. */
  readonly name: string;
  readonly regionId: RegionId;
  readonly datacenterId: DatacenterId;
  readonly clusterId: ClusterId;
  readonly poolId: PoolId;
  readonly shapeId: ShapeId;
  readonly machineId: MachineId;
  readonly rackId: RackId;
  readonly gpus: number;
  /** Watts reserved at the rack above the machine's idle draw. */
  readonly reservedW: Watts;
  /** Thousandths of one GPU, for a slice; then `gpus` is 0. */
  readonly milliGpu?: number;
  /** Profile of the shape that the slice is of. */
  readonly slice?: string;
  readonly cpuMilli: number;
  readonly ramMiB: number;
  /** What the order needed of the law: the project's default, tightened. */
  readonly legalScope: LegalScope;
  /** The dated reservation that it draws from. */
  readonly reservationId?: ReservationId;
  /** The plan that it was ordered by. */
  readonly planId?: PlanId;
  readonly image: string;
  readonly sshKeys: readonly string[];
  readonly leaseEnd: Instant;
  /** When its tenant was warned of that end. */
  readonly leaseWarnedAt?: Instant;
  readonly interruptible: boolean;
  readonly desired: InstanceDesire;
  readonly status: InstanceState;
  readonly statusHistory: readonly StatusChange<InstanceState>[];
  readonly conditions: readonly Condition<InstanceConditionType, InstanceReason>[];
  readonly decisionId: DecisionId;
  /** W3C traceparent of the order, so that the reconciler's spans continue the same trace. */
  readonly traceparent?: string;
  readonly readyAt?: Instant;
  readonly releasedAt?: Instant;
  readonly createdAt: Instant;
  readonly observedGeneration: number;
  readonly generation: number;
}
