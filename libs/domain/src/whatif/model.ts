import type { HallId, PowerNodeId, Watts } from '../core/index.ts';
import type { SiteResource, SiteShape } from '../forecast/index.ts';
import type { PowerSide } from '../powernode/index.ts';

/** "How many racks of shape S fit phase 2 at PUE 1.2 and N-1?" */
export interface RacksQuestion {
  readonly shape: SiteShape;
  /** Machines in each rack. */
  readonly perRack: number;
  /** Watts and units of each rack. */
  readonly rackW: Watts;
  readonly rackUnits: number;
  /** Facility watts of the phase. */
  readonly contractedW: Watts;
  readonly pueMilli: number;
  readonly feedLossTolerated: boolean;
}

/** One limit of the chain, with what it allows alone. */
export interface RackLimit {
  readonly resource: Exclude<SiteResource, 'RACKS'>;
  /** Of an empty site. */
  readonly limitW: Watts;
  readonly racks: number;
  /** Beside what is held now; may be negative watts, never negative racks. */
  readonly freeW: Watts;
  readonly racksBeside: number;
  /** The node that stops the tree, or the hall with the least left. */
  readonly name?: string;
}

export interface RacksAnswer {
  /** One rack of them at full load. */
  readonly rackDrawW: Watts;
  /** On an empty site, and beside what is held now. 0 when a rack does not take `perRack` machines. */
  readonly racks: number;
  readonly racksBeside: number;
  /** In the order of the checks: phase, tree (when one is declared), cooling. */
  readonly limits: readonly RackLimit[];
  /** What bounds `racks`: the first of the smallest limits, or RACK when one rack does not take them. */
  readonly limitedBy: SiteResource | 'RACK';
}

/** Racks that are plugged in alike, with what runs in them. */
export interface FedGroup {
  readonly hallId: HallId;
  readonly feedA?: string;
  readonly feedB?: string;
  readonly racks: number;
  readonly machines: number;
  readonly instances: number;
  readonly gpus: number;
  /** Idle watts and claims. */
  readonly usedW: Watts;
}

export interface CutTotals {
  readonly racks: number;
  readonly machines: number;
  readonly instances: number;
  readonly gpus: number;
  readonly watts: Watts;
}

/** A node that stays alive and is asked for more than it may give. */
export interface Overloaded {
  readonly nodeId: PowerNodeId;
  readonly name: string;
  readonly side: PowerSide;
  readonly beforeW: Watts;
  readonly loadW: Watts;
  readonly usableW: Watts;
  readonly overW: Watts;
}

export interface CutAnswer {
  readonly node: { readonly id: PowerNodeId; readonly name: string };
  /** No feed left. */
  readonly dark: CutTotals;
  /** One feed of two left: they run on, all on the other side. */
  readonly shifted: CutTotals;
  readonly darkFeeds: readonly Pick<FedGroup, 'hallId' | 'feedA' | 'feedB'>[];
  /** Surviving nodes over their usable watts, worst first. */
  readonly overloaded: readonly Overloaded[];
  /** Watts to take off the racks behind the overloaded nodes, at least: what is shed under a node also relieves everything above it. */
  readonly mustShedW: Watts;
}
