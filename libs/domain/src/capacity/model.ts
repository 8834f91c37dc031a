import type {
  ClusterId, DatacenterId, DecisionId, InstanceId, Instant, MachineId, OrderId, OrganisationId, Params, PoolId, ProjectId, RackId, RegionId, ShapeId, Watts,
} from '../core/index.ts';
import type { TenantClass } from '../organisation/model.ts';

/**
 * The ordered checks of a placement; the first that fails for a candidate is its reason, and the smallest index over all
 * candidates that came furthest is the headline. Later issues fill the checks between; the order never changes.
 */
export const PLACEMENT_REASONS = [
  'MISCONFIGURED', 'NO_MATCHING_SHAPE', 'LEGAL_SCOPE', 'CERTIFICATION_EXPIRED', 'TENANT_CLASS', 'VOLUME_ELSEWHERE', 'ON_HOLD',
  'EXCEEDS_MAX_QUOTA', 'WAITING_FOR_QUOTA', 'POWER_PHASE', 'POWER_NODE', 'POWER_FEED_N_MINUS_1', 'RACK_POWER', 'COOLING', 'TOPOLOGY_FRAGMENTED',
  'STAFFING', 'HEALTH', 'RESERVED_FOR_OTHERS', 'NO_CAPACITY',
] as const;
export type PlacementReason = (typeof PLACEMENT_REASONS)[number];

/** What the ledger says happened to a region's capacity. Append-only, dense index per region, one writer. */
export type LedgerFact =
  | {
      readonly kind: 'RACK'; readonly rackId: RackId; readonly hallId: string; readonly datacenterId: DatacenterId; readonly name: string;
      readonly maxPowerW: Watts; readonly usable: boolean;
    }
  | {
      /** A machine enters capacity, or any of these facts about it changed (a whole new value, so that the fold stays dumb). */
      readonly kind: 'MACHINE'; readonly machineId: MachineId; readonly rackId: RackId; readonly shapeId: ShapeId; readonly name: string;
      readonly gpus: number; readonly idleW: Watts; readonly maxW: Watts;
      readonly poolId: PoolId | null; readonly clusterId: ClusterId | null;
      /**
       * ENERGISED takes orders; HELD and FAILED keep what runs and take none; GONE left the region. Only GONE gives the idle watts back to the
       * rack: whatever still stands in it may be on, or be switched on again.
       */
      readonly state: 'ENERGISED' | 'HELD' | 'FAILED' | 'GONE';
    }
  | {
      readonly kind: 'POOL'; readonly poolId: PoolId; readonly clusterId: ClusterId; readonly datacenterId: DatacenterId; readonly name: string;
      readonly shapeId: ShapeId;
      /** Narrower than the datacenter's when not empty. */
      readonly tenantClasses: readonly TenantClass[];
      /** The classes its datacenter admits: copied here so that a replay needs nothing but the ledger. */
      readonly datacenterTenantClasses: readonly TenantClass[];
      readonly paused: boolean;
    }
  | {
      readonly kind: 'CLAIM'; readonly instanceId: InstanceId; readonly tenantId: OrganisationId; readonly machineId: MachineId;
      readonly gpus: number; readonly watts: Watts; readonly decisionId: DecisionId;
    }
  | { readonly kind: 'RELEASE'; readonly instanceId: InstanceId; readonly machineId: MachineId; readonly gpus: number; readonly watts: Watts };

export interface LedgerEntry {
  readonly regionId: RegionId;
  /** Dense from 1. */
  readonly index: number;
  /** Fencing epoch of the allocator that wrote it. */
  readonly epoch: number;
  readonly at: Instant;
  readonly fact: LedgerFact;
}

/** An order as the allocator sees it: authenticated, authorised and validated by the door. */
export interface PlacementRequest {
  readonly orderId: OrderId;
  readonly tenantId: OrganisationId;
  readonly tenantClass: TenantClass;
  readonly projectId: ProjectId;
  readonly shapeId: ShapeId;
  readonly shapeCode: string;
  readonly count: number;
  /** Restrict to one datacenter or pool; null: any of the region. */
  readonly datacenterId: DatacenterId | null;
  readonly poolId: PoolId | null;
  /** GPUs of each instance; absent: the whole machine. At least 1. */
  readonly gpusPerInstance?: number;
}

export interface Placement {
  readonly machineId: MachineId;
  readonly rackId: RackId;
  readonly poolId: PoolId;
  readonly clusterId: ClusterId;
  readonly datacenterId: DatacenterId;
  readonly gpus: number;
  readonly reservedW: Watts;
}

/** One failed check, with its numbers: `{asked, free, limit, machines…}` in integer units, and how many candidates it stopped. */
export interface Refusal {
  readonly reason: PlacementReason;
  readonly candidates: number;
  readonly params: Params;
}

export type Verdict =
  | { readonly outcome: 'PLACED'; readonly ledgerIndex: number; readonly placements: readonly Placement[] }
  | {
      readonly outcome: 'REFUSED'; readonly ledgerIndex: number;
      /** `reasons[0]` is the headline. Never empty. */
      readonly reasons: readonly Refusal[];
      /** How many could be placed now, all else equal: the smallest change that fits. 0 when none. */
      readonly wouldFit: number;
    };

/** Bumped when the same ledger and request may give another verdict: a stored decision names it. */
export const ENGINE_VERSION = '1';

/** What an offer says can be had now of a shape in a datacenter. */
export interface Offer {
  readonly shapeId: ShapeId;
  readonly datacenterId: DatacenterId;
  readonly poolId: PoolId;
  /** Whole machines that an order of this tenant's class could take at once now (GPUs and rack power both fit). */
  readonly available: number;
  /** Wholly free machines, even where power does not allow them. */
  readonly free: number;
  readonly total: number;
}
