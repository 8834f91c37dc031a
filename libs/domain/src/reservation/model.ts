import type { DatacenterId, DecisionId, Instant, MachineId, OrganisationId, ProjectId, RegionId, ReservationId, ShapeId, Watts } from '../core/index.ts';

export const RESERVATION_STATES = ['SCHEDULED', 'ACTIVE', 'EXPIRED', 'CANCELLED'] as const;
export type ReservationState = (typeof RESERVATION_STATES)[number];

export const MAX_RESERVED_MACHINES = 512;
export const MAX_RESERVATION_DAYS = 366;

/** Whole machines and their watts, kept for a project over [from, to). */
export interface Reservation {
  readonly id: ReservationId;
  readonly tenantId: OrganisationId;
  readonly projectId: ProjectId;
  readonly regionId: RegionId;
  /** The only site that will do; absent: any of the region. */
  readonly datacenterId?: DatacenterId;
  readonly shapeId: ShapeId;
  /** Whole machines, 1 to MAX_RESERVED_MACHINES. */
  readonly machines: number;
  /** At full load: machines × the shape's maxW. */
  readonly watts: Watts;
  readonly from: Instant;
  readonly to: Instant;
  /** As last written: SCHEDULED or CANCELLED. What it is at an instant is `stateAt()`: no clock has to write the other two. */
  readonly state: ReservationState;
  /** Since when it holds nothing. Only with CANCELLED. */
  readonly cancelledAt?: Instant;
  /** The machines that the allocator pinned; as many as `machines`. */
  readonly machineIds: readonly MachineId[];
  readonly decisionId?: DecisionId;
  readonly generation: number;
}
