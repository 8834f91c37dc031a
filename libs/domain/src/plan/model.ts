import type { Placement, PlacementRequest } from '../capacity/model.ts';
import type { DecisionId, InstanceId, Instant, OrganisationId, PlanId, ProjectId, RegionId, Watts } from '../core/index.ts';

export const PLAN_STATES = ['HELD', 'APPLIED', 'EXPIRED', 'REFUSED'] as const;
export type PlanState = (typeof PLAN_STATES)[number];

/** Minutes that a plan holds what it shows. Long enough to ask a colleague, short enough that nobody parks machines in plans. */
export const PLAN_MINUTES = 15;
/** Plans of one organisation that may hold machines at once in a region: a plan costs nothing, so its number is what bounds it. */
export const MAX_HELD_PLANS = 20;

/** One instance that a plan would become, on the machine that is held for it. */
export interface PlannedInstance {
  readonly id: InstanceId;
  readonly placement: Placement;
}

/** A placement that is shown before it is ordered, and held until it is ordered or expires. */
export interface OrderPlan {
  readonly id: PlanId;
  readonly tenantId: OrganisationId;
  readonly projectId: ProjectId;
  readonly regionId: RegionId;
  readonly decisionId: DecisionId;
  /** REFUSED: nothing was held; the decision says why. */
  readonly state: PlanState;
  readonly request: PlacementRequest;
  /** Empty when refused. */
  readonly instances: readonly PlannedInstance[];
  /** IT watts at full load: idle and reserved. */
  readonly watts: Watts;
  /** Euro cents an hour of all instances; absent: a shape has no price. */
  readonly pricePerHourMinor?: number;
  /** Grams CO2e an hour at full load: watts × PUE × the grid's declared factor, rounded up. Absent: a site has no factor. An estimate: see `CARBON_METHOD`. */
  readonly gramsPerHour?: number;
  readonly expiresAt: Instant;
  readonly generation: number;
}

/** Printed with every estimate: GHG Protocol scope 2, location-based; full load, so an upper bound. */
export const CARBON_METHOD = 'full-load watts × PUE × declared grid factor (location-based, upper bound)';
export const CARBON_UNCERTAINTY_PCT = 30;
