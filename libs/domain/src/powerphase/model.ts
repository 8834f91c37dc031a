import type { Evidence } from '../certification/model.ts';
import type { DatacenterId, Instant, PowerPhaseId, Watts } from '../core/index.ts';

/** In this order: a phase goes forward, and back only while nothing that runs would lose its power. Only ENERGISED ones in force give capacity. */
export const POWER_PHASE_STATES = ['NEGOTIATING', 'AUTHORISED', 'CONTRACTED', 'ENERGISED'] as const;
export type PowerPhaseState = (typeof POWER_PHASE_STATES)[number];

/** One step of a datacenter's contract with the grid. Each phase says the whole contract at its time, not what it adds. */
export interface PowerPhase {
  readonly id: PowerPhaseId;
  readonly datacenterId: DatacenterId;
  /** Unique in the datacenter. */
  readonly name: string;
  /** Facility watts: IT watts × PUE count against them. */
  readonly contractedW: Watts;
  readonly state: PowerPhaseState;
  /** In force in [from, to); without `to`, from then on. */
  readonly from: Instant;
  readonly to?: Instant;
  readonly evidence?: Evidence;
  readonly assumed: readonly string[];
  readonly generation: number;
}
