import type { ActContext, AuditFact } from '@cadastre/domain/audit';
import type { HoldFact, IdempotencyClaim, LedgerFact, OrderRequest, Placement, ReservationDecided, ReserveFact, Verdict } from '@cadastre/domain/capacity';
import type { AuditId, DecisionId, InstanceId, Instant, MachineId, OrganisationId, PlanId, RegionId, ReservationId } from '@cadastre/domain/core';
import type { IdempotencyRecord } from '@cadastre/domain/idempotency';
import type { OrderPlan } from '@cadastre/domain/plan';
import type { Reservation } from '@cadastre/domain/reservation';

/** The key of one order and the answer that a repetition gets. */
export interface Idem extends IdempotencyClaim {
  readonly operation: string;
  /** Given the ids of the item's own audit events, in their order: the answer names them. */
  readonly result: (auditIds: readonly AuditId[]) => unknown;
}

/** One instance of an accepted order; the rest of its row is the order's. */
export interface NewInstance {
  readonly id: InstanceId;
  readonly name: string;
  readonly placement: Placement;
}

/** What a RELEASE gives back: the sizes of the claim that it ends. */
export interface ReleasedClaim {
  /** When it came back: what budgets promised beyond is theirs again. */
  readonly at?: Instant;
  readonly machineId: MachineId;
  readonly gpus: number;
  readonly watts: number;
  readonly milliGpu?: number;
  readonly cpuMilli: number;
  readonly ramMiB: number;
}

export type AllocationItem =
  /** An order placed: decision, instances, one CLAIM each. */
  | {
      readonly kind: 'CREATE'; readonly act: ActContext; readonly order: OrderRequest; readonly decisionId: DecisionId; readonly policyVersion: string;
      readonly verdict: Extract<Verdict, { outcome: 'PLACED' }>; readonly instances: readonly NewInstance[]; readonly audit: readonly AuditFact[]; readonly idempotency: Idem;
    }
  /** An order refused: the decision is kept, so that it can be explained; nothing else changes. */
  | {
      readonly kind: 'REFUSE'; readonly act: ActContext; readonly order: OrderRequest; readonly decisionId: DecisionId; readonly policyVersion: string;
      readonly verdict: Extract<Verdict, { outcome: 'REFUSED' }>; readonly audit: readonly AuditFact[]; readonly idempotency?: Idem;
    }
  /** The tenant gives it back, or it yields to an order: desired RELEASED, status TERMINATING, generation + 1. The GPUs stay claimed until FREE. */
  | {
      readonly kind: 'RELEASE'; readonly act: ActContext; readonly tenantId: OrganisationId; readonly instanceId: InstanceId; readonly ifGeneration: number;
      readonly audit: readonly AuditFact[]; readonly idempotency: Idem;
    }
  /** The pod is gone: ledger RELEASE of exactly the claim, status RELEASED. */
  | {
      readonly kind: 'FREE'; readonly act: ActContext; readonly tenantId: OrganisationId; readonly instanceId: InstanceId;
      readonly claim: ReleasedClaim; readonly audit: readonly AuditFact[];
    }
  /** A plan: decision, plan row, one HOLD for each instance that it would become. */
  | {
      readonly kind: 'HOLD'; readonly act: ActContext; readonly plan: OrderPlan; readonly verdict: Verdict; readonly policyVersion: string;
      readonly holds: readonly HoldFact[]; readonly audit: readonly AuditFact[]; readonly idempotency: Idem;
    }
  /** A plan ordered: the holds become claims of the same machines. Refused as STALE_GENERATION when the plan is not held any more. */
  | {
      readonly kind: 'APPLY'; readonly act: ActContext; readonly plan: OrderPlan; readonly order: OrderRequest;
      readonly instances: readonly NewInstance[]; readonly holds: readonly HoldFact[]; readonly audit: readonly AuditFact[]; readonly idempotency: Idem;
    }
  /** A plan whose time is over gives back what it held. */
  | { readonly kind: 'EXPIRE'; readonly act: ActContext; readonly planId: PlanId; readonly tenantId: OrganisationId; readonly holds: readonly HoldFact[]; readonly audit: readonly AuditFact[] }
  /** Machines of a dated reservation, with its row and the decision. */
  | {
      readonly kind: 'RESERVE'; readonly act: ActContext; readonly reservation: Reservation; readonly request: ReservationDecided; readonly verdict: Verdict; readonly policyVersion: string;
      readonly facts: readonly ReserveFact[]; readonly audit: readonly AuditFact[]; readonly idempotency: Idem;
    }
  /** A reservation that could not be had: the decision is kept. */
  | {
      readonly kind: 'REFUSE_RESERVATION'; readonly act: ActContext; readonly decisionId: DecisionId; readonly request: ReservationDecided; readonly verdict: Extract<Verdict, { outcome: 'REFUSED' }>;
      readonly policyVersion: string; readonly audit: readonly AuditFact[]; readonly idempotency: Idem;
    }
  /** A reservation cancelled by its tenant (`cancelledAt`), or over. */
  | {
      readonly kind: 'UNRESERVE'; readonly act: ActContext; readonly reservationId: ReservationId; readonly tenantId: OrganisationId; readonly cancelledAt?: Instant;
      readonly audit: readonly AuditFact[]; readonly idempotency?: Idem;
    }
  /** Facts copied from rows that were audited when they were written: `audit` may be empty. */
  | { readonly kind: 'INVENTORY'; readonly act: ActContext; readonly facts: readonly InventoryFact[]; readonly audit: readonly AuditFact[] };

/** What the ledger says without anybody having asked for it. */
export type InventoryFact = Extract<LedgerFact, { kind: 'SITE' | 'PHASE' | 'CERTIFICATION' | 'HALL' | 'POWER_NODE' | 'RACK' | 'MACHINE' | 'POOL' | 'QUOTAS' | 'MIX' }>;

export interface AllocationBatch {
  readonly regionId: RegionId;
  readonly regionCode: string;
  /** The lease under which everything in it was decided. */
  readonly epoch: number;
  /** Ledger index of the first new entry: one more than the last that the caller has folded. */
  readonly firstIndex: number;
  readonly items: readonly AllocationItem[];
}

export type ItemOutcome =
  | { readonly outcome: 'DONE'; readonly auditIds: readonly AuditId[] }
  /** A RELEASE: the instance moved, or was given back already. An APPLY: the plan is no longer held. The other items are done. */
  | { readonly outcome: 'STALE_GENERATION' };

export interface BatchCommitted {
  /** `firstIndex` of the next batch. */
  readonly nextIndex: number;
  /** In the order of `batch.items`. */
  readonly items: readonly ItemOutcome[];
}

/** Nothing of the batch was written. */
export type BatchRefusal =
  /** Another allocator holds the region: stop, acquire, fold again. */
  | { readonly code: 'STALE_EPOCH' }
  /** The ledger has entries that the caller has not folded: read on and decide again. */
  | { readonly code: 'STALE_INDEX' }
  /** Some keys were answered before: answer those from their records (compare fingerprints), send the rest again. */
  | { readonly code: 'ALREADY_DONE'; readonly items: readonly { readonly item: number; readonly record: IdempotencyRecord }[] }
  /** A living instance of the project has that name. Indices into `batch.items`. */
  | { readonly code: 'NAME_TAKEN'; readonly items: readonly number[] }
  /** The database forbids it: an overfull machine or rack (`machine_capacity_gpus`, `rack_capacity_power`), or another CHECK. */
  | { readonly code: 'LIMIT'; readonly constraint: string }
  | { readonly code: 'UNKNOWN_REFERENCE'; readonly constraint: string };
