import type { CarrierId, DatacenterId, LinkId } from '../core/index.ts';

export const LINK_KINDS = ['DARK_FIBRE', 'WAVE', 'TRANSIT', 'PEERING'] as const;
export type LinkKind = (typeof LINK_KINDS)[number];

/** A way for data to leave a datacenter: to another one (`toDatacenterId`), or to the outside (`toName`); exactly one of the two. */
export interface Link {
  readonly id: LinkId;
  readonly datacenterId: DatacenterId;
  /** Unique in the datacenter where it is declared. */
  readonly name: string;
  readonly toDatacenterId?: DatacenterId;
  /** An exchange, a carrier's point of presence, a customer's site. */
  readonly toName?: string;
  readonly carrierId: CarrierId;
  readonly kind: LinkKind;
  /** Megabits a second, each way. 0: lit no more. */
  readonly capacityMbps: number;
  /** Round trip, microseconds. */
  readonly latencyUs: number;
  /** Minor units of `currency`. */
  readonly monthlyPriceMinor: number;
  /** ISO 4217. */
  readonly currency: string;
  readonly assumed: readonly string[];
  readonly generation: number;
}
