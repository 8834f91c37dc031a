import type { DatacenterId, HallId, Watts } from '../core/index.ts';

export const COOLING_KINDS = ['AIR', 'REAR_DOOR', 'COLD_PLATE', 'IMMERSION'] as const;
export type CoolingKind = (typeof COOLING_KINDS)[number];

export interface Hall {
  readonly id: HallId;
  readonly datacenterId: DatacenterId;
  readonly name: string;
  readonly coolingKinds: readonly CoolingKind[];
  readonly coolingCapacityW: Watts;
  /** Whole percent taken off the nameplate, 0 to 100. */
  readonly deratingPct: number;
  readonly assumed: readonly string[];
  readonly generation: number;
}
