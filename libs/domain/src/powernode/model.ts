import type { DatacenterId, PowerNodeId, Watts } from '../core/index.ts';

/** From the grid down. A child may be of any kind but GRID_CONNECTION: sites differ in what stands between a transformer and a rack. */
export const POWER_NODE_KINDS = ['GRID_CONNECTION', 'TRANSFORMER', 'SWITCHBOARD', 'UPS', 'BUSWAY', 'PDU', 'RACK_FEED'] as const;
export type PowerNodeKind = (typeof POWER_NODE_KINDS)[number];
/** NONE: common to both sides. What racks may be fed by is always of A or of B. */
export const POWER_SIDES = ['A', 'B', 'NONE'] as const;
export type PowerSide = (typeof POWER_SIDES)[number];
/** What racks are plugged into, or what is plugged into only one rack: it has a side. */
export const SIDED_KINDS: readonly PowerNodeKind[] = ['BUSWAY', 'PDU', 'RACK_FEED'];

/** One piece of the electrical tree of a datacenter: grid connection ▸ transformer, switchboard ▸ UPS ▸ busway, PDU ▸ rack feed. */
export interface PowerNode {
  readonly id: PowerNodeId;
  readonly datacenterId: DatacenterId;
  /** Unique in the datacenter: racks name their feeds by it. */
  readonly name: string;
  readonly kind: PowerNodeKind;
  /** What it is fed from; absent for a root. */
  readonly parentId?: PowerNodeId;
  readonly side: PowerSide;
  /** Watts on its nameplate. */
  readonly capacityW: Watts;
  /** Whole percent taken off the nameplate, 0 to 100. Usable: floor(capacityW × (100 − deratingPct) / 100). */
  readonly deratingPct: number;
  readonly assumed: readonly string[];
  readonly generation: number;
}
