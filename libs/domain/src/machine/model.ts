import type { ClusterId, Condition, DatacenterId, MachineId, PoolId, RackId, RegionId, ShapeId } from '../core/index.ts';

/** ADOPTED = exists and is never touched. */
export const MACHINE_STATES = [
  'REGISTERED', 'INSPECTING', 'AVAILABLE', 'ALLOCATED', 'MAINTENANCE', 'REPAIRING', 'ERASING', 'RETIRED', 'ADOPTED',
] as const;
export type MachineState = (typeof MACHINE_STATES)[number];

export interface Machine {
  readonly id: MachineId;
  readonly rackId: RackId;
  readonly datacenterId: DatacenterId;
  readonly regionId: RegionId;
  /** Unique in the datacenter; also the Kubernetes node's name: RFC 1123 label. */
  readonly name: string;
  /** Lowest rack unit it occupies, counted from 1 at the bottom; absent when not recorded. */
  readonly positionU?: number;
  readonly units: number;
  readonly shapeId: ShapeId;
  readonly serial: string;
  /** Machines of one datacenter with the same word share one NVLink domain, as the trays of a rack-scale system do; absent: the machine is its own. Kubernetes label value. */
  readonly nvlinkDomain?: string;
  /** True when no such hardware exists; the API, the console and the Kubernetes node say so too. */
  readonly simulated: boolean;
  readonly state: MachineState;
  /** The pool it serves, once a pool has taken it. */
  readonly poolId?: PoolId;
  readonly clusterId?: ClusterId;
  readonly conditions: readonly Condition<'NodeReady'>[];
  readonly generation: number;
}
