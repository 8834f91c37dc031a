import type { PlacementReason } from '../capacity/model.ts';

/** What an operator can add, negotiate or hire. NONE: nothing would have helped, the request was contradictory. */
export const LIMITING_RESOURCES = ['POWER', 'COOLING', 'GPUS', 'QUOTA', 'LAW', 'STAFF', 'TOPOLOGY', 'NONE'] as const;
export type LimitingResource = (typeof LIMITING_RESOURCES)[number];

/** Which resource each reason of a refusal is short of. Closed: a new reason does not compile without its resource. */
export const RESOURCE_OF: Readonly<Record<PlacementReason, LimitingResource>> = {
  MISCONFIGURED: 'NONE',
  // More machines would have helped: there is none of the shape, or those there are broken, held, promised or let.
  NO_MATCHING_SHAPE: 'GPUS', ON_HOLD: 'GPUS', HEALTH: 'GPUS', RESERVED_FOR_OTHERS: 'GPUS', NO_CAPACITY: 'GPUS',
  LEGAL_SCOPE: 'LAW', CERTIFICATION_EXPIRED: 'LAW', TENANT_CLASS: 'LAW',
  EXCEEDS_MAX_QUOTA: 'QUOTA', WAITING_FOR_QUOTA: 'QUOTA',
  POWER_PHASE: 'POWER', POWER_NODE: 'POWER', POWER_FEED_N_MINUS_1: 'POWER', RACK_POWER: 'POWER',
  COOLING: 'COOLING',
  // There is enough of everything, but not together, or not where the data is.
  TOPOLOGY_FRAGMENTED: 'TOPOLOGY', VOLUME_ELSEWHERE: 'TOPOLOGY',
  STAFFING: 'STAFF',
};

/** What was asked and not placed in one week for one headline reason; sums only, nothing of any tenant. */
export interface Unplaced {
  /** ISO 8601 week, `2027-W03`. */
  readonly week: string;
  readonly reason: PlacementReason;
  /** Orders, repetitions within the hour counted once. */
  readonly orders: number;
  /** GPUs × hours of the lease, rounded down. */
  readonly gpuHours: number;
}

export interface BoardCell {
  readonly week: string;
  readonly resource: LimitingResource;
  readonly orders: number;
  readonly gpuHours: number;
  /** The reasons behind it, most GPU-hours first. */
  readonly reasons: readonly Omit<Unplaced, 'week'>[];
}
