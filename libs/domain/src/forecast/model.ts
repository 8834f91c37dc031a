import type { DatacenterId, Faults, HallId, Instant, Result, ShapeId, Watts } from '../core/index.ts';
import type { CoolingKind } from '../hall/model.ts';
import type { PowerNode } from '../powernode/model.ts';
import type { PowerPhase, PowerPhaseState } from '../powerphase/model.ts';
import type { Shape } from '../shape/model.ts';

/** What may run out first. In this order when two have as little left. */
export const SITE_RESOURCES = ['PHASE', 'POWER_NODE', 'COOLING', 'RACKS'] as const;
export type SiteResource = (typeof SITE_RESOURCES)[number];

export interface SiteHall {
  readonly id: HallId;
  readonly name: string;
  readonly coolingKinds: readonly CoolingKind[];
  readonly coolingCapacityW: Watts;
  readonly deratingPct: number;
}

/**
 * Racks that are alike in everything that is asked here, counted and not listed: a site of 25,000 racks is a few hundred groups. Alike
 * means: same hall, feeds, cooling, limits, and the same machines' idle watts and units in each of them.
 */
export interface RackGroup {
  readonly key: string;
  readonly hallId: HallId;
  readonly feedA?: string;
  readonly feedB?: string;
  readonly coolingKind: CoolingKind;
  /** PLANNED racks do not stand yet: they hold nothing and take nothing. */
  readonly state: 'PLANNED' | 'INSTALLED';
  readonly racks: number;
  /** Of one rack: the smaller of what it may draw and what it can be cooled of. */
  readonly limitW: Watts;
  readonly units: number;
  /** Of one rack: its machines without load, and the units they take. */
  readonly idleW: Watts;
  readonly usedUnits: number;
}

/** Watts above idle that a group's racks owe somebody: claims until their leases end, reservations between their dates. */
export interface Hold {
  readonly group: string;
  readonly watts: Watts;
  /** Absent: already held. */
  readonly from?: Instant;
  readonly to: Instant;
}

export type SiteShape = Pick<Shape, 'id' | 'code' | 'gpus' | 'maxW' | 'units' | 'coolingKinds'>;

/** A datacenter as far as watts are concerned. */
export interface SiteCapacity {
  readonly datacenterId: DatacenterId;
  /** Facility watts per IT watt, in thousandths. */
  readonly pueMilli: number;
  /** True: the loss of either side must leave everything running (N-1). */
  readonly feedLossTolerated: boolean;
  readonly phases: readonly PowerPhase[];
  /** Empty: the electrical tree is not declared, and limits nothing. */
  readonly nodes: readonly PowerNode[];
  readonly halls: readonly SiteHall[];
  readonly groups: readonly RackGroup[];
  readonly holds: readonly Hold[];
}

/** How many more machines one resource alone would allow. */
export interface Bound {
  readonly resource: SiteResource;
  readonly machines: number;
  /** IT watts that the resource has left. */
  readonly freeW: Watts;
  /** The node or the hall that gives way first, where it is one. */
  readonly name?: string;
}

export interface ShapeFit {
  readonly shapeId: ShapeId;
  readonly code: string;
  /** More machines at full load, beside everything that is held: all resources together. Never more than the smallest bound. */
  readonly machines: number;
  readonly gpus: number;
  /** Smallest first. */
  readonly bounds: readonly Bound[];
}

/** What is missing for the phase to be used to its last watt. */
export interface MustBuild {
  /** Beyond the INSTALLED ones, each at `rackW`. */
  readonly racks: number;
  /** Racks in the books as PLANNED: part of the above, or more than is needed. */
  readonly racksPlanned: number;
  readonly coolingW: Watts;
  /** IT watts that the tree cannot deliver. Null: no tree is declared, so nobody knows. */
  readonly distributionW: Watts | null;
}

export interface ForecastInterval {
  readonly from: Instant;
  readonly to: Instant;
  /** The phase that gives the most among those that count; absent when none is in force. */
  readonly phase?: { readonly name: string; readonly state: PowerPhaseState };
  /** Facility watts of that phase; 0 without one. */
  readonly contractedW: Watts;
  /** Facility watts of the ENERGISED phases alone: all that orders can count on today. */
  readonly energisedW: Watts;
  /** contractedW without what cooling and losses take: floor(contractedW × 1000 / pueMilli). */
  readonly itW: Watts;
  /** Idle watts of what stands, claims whose leases have not ended, reservations in force. */
  readonly committedItW: Watts;
  /** May be negative: more is held than the phases that count allow. */
  readonly freeItW: Watts;
  readonly limiting: { readonly resource: SiteResource; readonly freeW: Watts; readonly name?: string };
  readonly fits: readonly ShapeFit[];
  readonly mustBuild: MustBuild;
}

export interface ForecastQuestion {
  readonly from: Instant;
  readonly to: Instant;
  /** Phases in this state or a surer one count. */
  readonly atLeast: PowerPhaseState;
  /** Watts of each rack to be built. */
  readonly rackW: Watts;
  readonly shapes: readonly SiteShape[];
}

export type Forecast = Result<readonly ForecastInterval[], Faults>;
