import type {
  CertificationId, ClusterId, CountryCode, DatacenterId, DecisionId, HallId, InstanceId, Instant, MachineId, OrderId, OrganisationId, Params, PlanId, PoolId, PowerNodeId,
  PowerPhaseId, ProjectId, RackId, RegionId, ReservationId, ShapeId, Watts,
} from '../core/index.ts';
import type { DatacenterStatus } from '../datacenter/model.ts';
import type { TenantClass } from '../organisation/model.ts';
import type { PoolPurpose } from '../pool/model.ts';
import type { PowerSide } from '../powernode/model.ts';
import type { LegalScope } from '../project/model.ts';
import type { Quota } from '../quota/model.ts';

/**
 * The ordered checks of a placement; the first that fails for a candidate is its reason. The headline of a refusal is the check without which the
 * order would have gone furthest. The order never changes.
 */
export const PLACEMENT_REASONS = [
  'MISCONFIGURED', 'NO_MATCHING_SHAPE', 'LEGAL_SCOPE', 'CERTIFICATION_EXPIRED', 'TENANT_CLASS', 'VOLUME_ELSEWHERE', 'ON_HOLD',
  'EXCEEDS_MAX_QUOTA', 'WAITING_FOR_QUOTA', 'POWER_PHASE', 'POWER_NODE', 'POWER_FEED_N_MINUS_1', 'RACK_POWER', 'COOLING', 'TOPOLOGY_FRAGMENTED',
  'STAFFING', 'HEALTH', 'RESERVED_FOR_OTHERS', 'NO_CAPACITY',
] as const;
export type PlacementReason = (typeof PLACEMENT_REASONS)[number];

/** What one instance takes of a machine; the same for a claim, a plan's hold and a reserved machine. */
export interface Taking {
  readonly machineId: MachineId;
  /** Whole GPUs; 0 for a slice, and for work on CPUs alone. */
  readonly gpus: number;
  /** Watts above the machine's idle draw. */
  readonly watts: Watts;
  /** Thousandths of one GPU, 1 to 999; absent: whole GPUs. */
  readonly milliGpu?: number;
  /** Which opened GPU of the machine the slice is on: a small number that is stable while the GPU has slices. */
  readonly slot?: number;
  readonly cpuMilli: number;
  readonly ramMiB: number;
}

/** What the ledger says happened to a region's capacity. Append-only, dense index per region, one writer. A fact about a thing replaces the one before. */
export type LedgerFact =
  | {
      /** A datacenter as placement sees it. */
      readonly kind: 'SITE'; readonly datacenterId: DatacenterId; readonly name: string; readonly country: CountryCode; readonly jurisdiction: string;
      readonly tenantClasses: readonly TenantClass[]; readonly status: DatacenterStatus;
      /** IT watts × this / 1000 count against the contract. ISO/IEC 30134-2. */
      readonly pueMilli: number;
      /** The loss of either feed must be survived (N-1). */
      readonly feedLossTolerated: boolean;
      /** Worst time over the week until somebody is there, minutes; null: never covered. */
      readonly responseMinutes: number | null;
      /** Grams CO2e a kWh of the grid, for estimates; null: not declared. */
      readonly gridGramsPerKwh: number | null;
    }
  | {
      /** Only ENERGISED phases in force give capacity. `gone`: no longer declared. */
      readonly kind: 'PHASE'; readonly phaseId: PowerPhaseId; readonly datacenterId: DatacenterId; readonly name: string;
      /** Facility watts. */
      readonly contractedW: Watts; readonly energised: boolean; readonly from: Instant; readonly to: Instant | null; readonly gone?: true;
    }
  | {
      readonly kind: 'CERTIFICATION'; readonly certificationId: CertificationId; readonly certification: string;
      /** null: it covers every datacenter of the region. */
      readonly datacenterId: DatacenterId | null; readonly from: Instant; readonly to: Instant; readonly gone?: true;
    }
  | {
      /** Cooling after derating, IT watts. */
      readonly kind: 'HALL'; readonly hallId: HallId; readonly datacenterId: DatacenterId; readonly name: string; readonly coolingW: Watts;
    }
  | {
      readonly kind: 'POWER_NODE'; readonly powerNodeId: PowerNodeId; readonly datacenterId: DatacenterId; readonly name: string;
      readonly parentId: PowerNodeId | null; readonly side: PowerSide;
      /** After derating. */
      readonly usableW: Watts; readonly gone?: true;
    }
  | {
      readonly kind: 'RACK'; readonly rackId: RackId; readonly hallId: HallId; readonly datacenterId: DatacenterId; readonly name: string; readonly row: string;
      readonly maxPowerW: Watts; readonly coolingW: Watts;
      readonly feedA: PowerNodeId | null; readonly feedB: PowerNodeId | null;
      readonly usable: boolean;
    }
  | {
      /** A machine enters capacity, or any of these facts about it changed (a whole new value, so that the fold stays dumb). */
      readonly kind: 'MACHINE'; readonly machineId: MachineId; readonly rackId: RackId; readonly shapeId: ShapeId; readonly shapeCode: string; readonly name: string;
      readonly gpus: number; readonly idleW: Watts; readonly maxW: Watts; readonly cpuMilli: number; readonly ramMiB: number;
      /** GPUs of the machine may be cut into slices. Only the pool's purpose and the shape decide. */
      readonly sliceable: boolean;
      /** Machines with the same word share one NVLink domain; null: the machine is its own. */
      readonly nvlinkDomain: string | null;
      readonly poolId: PoolId | null; readonly clusterId: ClusterId | null;
      /**
       * ENERGISED takes orders; HELD and FAILED keep what runs and take none; GONE left the region. Only GONE gives the idle watts back to the
       * rack: whatever still stands in it may be on, or be switched on again.
       */
      readonly state: 'ENERGISED' | 'HELD' | 'FAILED' | 'GONE';
    }
  | {
      readonly kind: 'POOL'; readonly poolId: PoolId; readonly clusterId: ClusterId; readonly datacenterId: DatacenterId; readonly name: string;
      readonly shapeId: ShapeId; readonly purpose: PoolPurpose;
      /** Narrower than the datacenter's when not empty. */
      readonly tenantClasses: readonly TenantClass[];
      readonly paused: boolean;
    }
  /** The whole cohort tree of the region: nodes refer to each other, so that they change together. */
  | { readonly kind: 'QUOTAS'; readonly quotas: readonly Quota[] }
  /** From here on fragmentation is judged by the claims counted so far. See mix.ts. */
  | { readonly kind: 'MIX' }
  /** One machine of a dated reservation: whole, with its watts at full load, over [from, to). */
  | ({
      readonly kind: 'RESERVE'; readonly reservationId: ReservationId; readonly tenantId: OrganisationId; readonly projectId: ProjectId;
      readonly from: Instant; readonly to: Instant;
    } & Taking)
  /** The reservation ended or was cancelled: all its machines. */
  | { readonly kind: 'UNRESERVE'; readonly reservationId: ReservationId }
  /** One instance of a plan, kept until the plan is applied or expires. Counts like a claim. */
  | ({
      readonly kind: 'HOLD'; readonly planId: PlanId; readonly instanceId: InstanceId; readonly tenantId: OrganisationId; readonly projectId: ProjectId;
      readonly expiresAt: Instant; readonly leaseEnd: Instant; readonly reservationId?: ReservationId;
      /** When the lease begins that budgets pay for; absent: they do not. */
      readonly at?: Instant;
    } & Taking)
  | ({ readonly kind: 'UNHOLD'; readonly planId: PlanId; readonly instanceId: InstanceId } & Omit<Taking, 'slot'>)
  | ({
      readonly kind: 'CLAIM'; readonly instanceId: InstanceId; readonly tenantId: OrganisationId; readonly projectId: ProjectId; readonly decisionId: DecisionId;
      readonly leaseEnd: Instant; readonly interruptible: boolean; readonly reservationId?: ReservationId;
      /** When the lease begins that budgets pay for; absent: they do not. */
      readonly at?: Instant;
      /** Every shape that would have done, where the order named more than one. */
      readonly orShapeIds?: readonly ShapeId[];
    } & Taking)
  | ({
      readonly kind: 'RELEASE'; readonly instanceId: InstanceId;
      /** What budgets have promised beyond it comes back; absent: nothing does. */
      readonly at?: Instant;
    } & Omit<Taking, 'slot'>);

type Fact<K extends LedgerFact['kind']> = Extract<LedgerFact, { kind: K }>;
export type SiteFact = Fact<'SITE'>;
export type PhaseFact = Fact<'PHASE'>;
export type CertificationFact = Fact<'CERTIFICATION'>;
export type HallFact = Fact<'HALL'>;
export type PowerNodeFact = Fact<'POWER_NODE'>;
export type RackFact = Fact<'RACK'>;
export type MachineFact = Fact<'MACHINE'>;
export type PoolFact = Fact<'POOL'>;
export type QuotasFact = Fact<'QUOTAS'>;
export type ReserveFact = Fact<'RESERVE'>;
export type HoldFact = Fact<'HOLD'>;
export type ClaimFact = Fact<'CLAIM'>;

export interface LedgerEntry {
  readonly regionId: RegionId;
  /** Dense from 1. */
  readonly index: number;
  /** Fencing epoch of the allocator that wrote it. */
  readonly epoch: number;
  readonly at: Instant;
  readonly fact: LedgerFact;
}

/** From the tightest to the widest. A gang of one level shares one of its places. */
export const TOPOLOGY_LEVELS = ['SAME_MACHINE', 'NVLINK_DOMAIN', 'RACK', 'ROW', 'DATACENTER', 'REGION', 'ANY'] as const;
export type TopologyLevel = (typeof TOPOLOGY_LEVELS)[number];
export interface Topology {
  readonly level: TopologyLevel;
  /** false: wished for; the order is placed wider rather than refused. */
  readonly required: boolean;
}

/** An order as the allocator sees it: authenticated, authorised and validated by the door. */
export interface PlacementRequest {
  readonly orderId: OrderId;
  readonly tenantId: OrganisationId;
  readonly tenantClass: TenantClass;
  readonly projectId: ProjectId;
  readonly shapeId: ShapeId;
  readonly shapeCode: string;
  /** Other shapes that will do as well. */
  readonly orShapeIds?: readonly ShapeId[];
  /** Instances; each is one claim, all of them or none. 1 to 512. */
  readonly count: number;
  /** Decided as of this instant. The order needs everything over [at, leaseEnd), not only now. */
  readonly at: Instant;
  readonly leaseEnd: Instant;
  readonly legal: LegalScope;
  /** Restrict to one datacenter or pool; null: any of the region. */
  readonly datacenterId: DatacenterId | null;
  readonly poolId: PoolId | null;
  /** Where the volumes are that the order needs: only that site will do. */
  readonly dataDatacenterId?: DatacenterId;
  /** GPUs of each instance; absent: the whole machine. At least 1, or 0 for work on CPUs alone. */
  readonly gpusPerInstance?: number;
  /** Thousandths of one GPU, 1 to 999, on a machine that may be sliced. Not with `gpusPerInstance`. */
  readonly milliGpu?: number;
  /** Profile of the shape that the thousandths are of. Decides nothing: Kubernetes names the resource by it. */
  readonly slice?: string;
  /** Absent: the machine's, in proportion to the GPUs. */
  readonly cpuMilli?: number;
  readonly ramMiB?: number;
  readonly topology?: Topology;
  readonly purpose?: 'TRAINING' | 'INFERENCE';
  readonly interruptible?: boolean;
  /** Somebody must be at the site within so many minutes, at any hour. */
  readonly maxResponseMinutes?: number;
  /** Take the machines of this reservation of the project. */
  readonly reservationId?: ReservationId;
}

export interface Placement extends Taking {
  readonly rackId: RackId;
  readonly poolId: PoolId;
  readonly clusterId: ClusterId;
  readonly datacenterId: DatacenterId;
  readonly shapeId: ShapeId;
  /** What the choice was made by; smaller was better. */
  readonly score: Score;
}

/** Terms in the order in which they are compared. Integers. */
export interface Score {
  /** How much the placement fragments the machine against the mix of work that the region has seen. See fragmentation.ts. */
  readonly fragmentation: number;
  /** Claims of this size that the rack could still take before: the fullest rack first. */
  readonly rackRoom: number;
}

/** One failed check, with its numbers: `{asked, free, limit, machines…}` in integer units, and how many candidates it stopped. */
export interface Refusal {
  readonly reason: PlacementReason;
  /** Machines, or claims of the size asked for where the check is about power. */
  readonly candidates: number;
  readonly params: Params;
}

/** What was looked at, and why it did not serve: the machines of one shape in one pool. `reasons` in the order of the checks; empty where nothing stood in the way. */
export interface GroupVerdict {
  readonly datacenterId: DatacenterId | null;
  readonly poolId: PoolId | null;
  readonly shapeId: ShapeId;
  readonly machines: number;
  /** Claims of the size asked for that its free GPUs could take, power aside. */
  readonly free: number;
  readonly reasons: readonly Refusal[];
}

/** The smallest change that would be accepted. Never one that loosens the law. */
export type Counterfactual =
  | { readonly change: 'FEWER'; readonly count: number }
  | { readonly change: 'OTHER_SHAPE'; readonly shapeId: ShapeId }
  | { readonly change: 'OTHER_SITE'; readonly datacenterId: DatacenterId }
  | { readonly change: 'WIDER_TOPOLOGY'; readonly level: TopologyLevel }
  /** What changes then is named: a phase energised, a reservation over, a certification in force, leases that end. */
  | { readonly change: 'LATER'; readonly at: Instant; readonly because: 'PHASE_ENERGISED' | 'RESERVATION_ENDS' | 'CERTIFICATION_BEGINS' | 'BUDGET_PERIOD_BEGINS' | 'LEASES_END' }
  | { readonly change: 'SHORTER'; readonly leaseEnd: Instant };

export type Verdict =
  | {
      readonly outcome: 'PLACED'; readonly ledgerIndex: number;
      /** Empty for a reservation: see `machines`. */
      readonly placements: readonly Placement[];
      /** Only of a reservation: what is pinned for it. */
      readonly machines?: readonly Taking[];
      /** The level that the instances share. Wider than wished for where the wish was not `required`. */
      readonly topology: TopologyLevel;
      readonly groups: readonly GroupVerdict[];
    }
  | {
      readonly outcome: 'REFUSED'; readonly ledgerIndex: number;
      /** `reasons[0]` is the headline. Never empty. */
      readonly reasons: readonly Refusal[];
      /** How many could be placed now, all else equal. 0 when none. */
      readonly wouldFit: number;
      readonly groups: readonly GroupVerdict[];
      /** In order of how little they change; each was decided and accepted. Empty: impossible with what is declared. */
      readonly counterfactuals: readonly Counterfactual[];
      /** No change of what runs, and no date that is declared, would make it possible. */
      readonly forEver: boolean;
    };

/** Bumped when the same ledger and request may give another verdict: a stored decision names it. */
export const ENGINE_VERSION = '3';
/** Bumped when what is decided by policy and not by the engine changes. A replay wants both. */
export const POLICY_VERSION = '1';

/** What can be had of a shape in a pool. */
export interface Offer {
  readonly shapeId: ShapeId;
  readonly datacenterId: DatacenterId;
  readonly poolId: PoolId;
  /** Whole machines that an order of this tenant could take at once now: law, power, cooling and GPUs all fit. */
  readonly available: number;
  /** Wholly free machines, even where power does not allow them. */
  readonly free: number;
  readonly total: number;
  /** When more comes, and why; absent: no date is declared. */
  readonly next?: { readonly at: Instant; readonly because: 'PHASE_ENERGISED' | 'RESERVATION_ENDS' | 'LEASES_END' };
}
