import type { AuditId, DecisionId, InstanceId, Instant, OrderId, OrganisationId, PlanId, Problem } from '../core/index.ts';
import type { ActContext } from '../audit/model.ts';
import type { TenantClass } from '../organisation/model.ts';
import type { LegalScope } from '../project/model.ts';
import type { ReservationAsk, ReservationReply } from '../reservation/protocol.ts';
import type { Offer, PlacementRequest, Verdict } from './model.ts';

/** Scope, key and fingerprint of a mutation; a repeated key replays the first answer for 24 hours. */
export interface IdempotencyClaim {
  /** Organisation id, or `provider`. */
  readonly scope: string;
  readonly key: string;
  /** SHA-256 hex of the canonical input. */
  readonly fingerprint: string;
}

export interface OrderRequest extends PlacementRequest {
  readonly name: string;
  readonly image: string;
  readonly sshKeys: readonly string[];
  readonly interruptible: boolean;
}

/** Asked on `cad.v1.<region>.allocate`; answered after the group commit. */
export type AllocateRequest =
  | { readonly kind: 'CREATE'; readonly act: ActContext; readonly idempotency: IdempotencyClaim; readonly order: OrderRequest }
  | {
      /** The tenant gives it back: desired becomes RELEASED; the GPUs return once the pod is gone. */
      readonly kind: 'RELEASE'; readonly act: ActContext; readonly idempotency: IdempotencyClaim; readonly tenantId: OrganisationId; readonly instanceId: InstanceId;
      /** Nobody gave it back: it is interruptible, and gives way to the order that this decision refused. */
      readonly yieldsTo?: DecisionId;
    }
  /** What an order would get, held until the plan expires. */
  | {
      readonly kind: 'PLAN'; readonly act: ActContext; readonly idempotency: IdempotencyClaim; readonly request: PlacementRequest;
      /** Euro cents an hour of a whole machine, by shape id, where declared. */
      readonly prices: Readonly<Record<string, number>>;
    }
  /** A plan ordered: exactly what it holds. */
  | {
      readonly kind: 'APPLY'; readonly act: ActContext; readonly idempotency: IdempotencyClaim; readonly tenantId: OrganisationId; readonly planId: PlanId;
      readonly name: string; readonly image: string; readonly sshKeys: readonly string[];
    }
  | ({ readonly act: ActContext; readonly idempotency: IdempotencyClaim } & ReservationAsk)
  /** The controller saw the pod gone: RELEASE enters the ledger and the instance becomes RELEASED. Repeating it changes nothing. */
  | { readonly kind: 'FREE'; readonly act: ActContext; readonly instanceId: InstanceId };

/** Instances give way to a refused order. How many and when, never whose. */
export interface RoomToCome {
  readonly instances: number;
  /** After so many seconds the last of them is gone. */
  readonly noticeSeconds: number;
}

export type AllocateReply =
  | {
      readonly kind: 'ACCEPTED'; readonly instances: readonly InstanceId[];
      /** Absent for RELEASE and FREE. Another order's than the one asked for: the first answer to the same key is repeated. */
      readonly orderId?: OrderId;
      /** Absent for RELEASE and FREE. */
      readonly decisionId?: DecisionId;
      /** Absent when nothing was left to do: a repeated FREE. */
      readonly auditId?: AuditId;
    }
  /** The plan's row is written; its state says whether anything is held. */
  | { readonly kind: 'PLANNED'; readonly planId: PlanId; readonly decisionId: DecisionId; readonly auditId: AuditId }
  | Extract<ReservationReply, { kind: 'RESERVED' | 'RESERVATION_CANCELLED' }>
  | { readonly kind: 'REFUSED'; readonly decisionId: DecisionId; readonly verdict: Extract<Verdict, { outcome: 'REFUSED' }>; readonly auditId: AuditId; readonly yields?: RoomToCome }
  /** Nothing was written, not even an audit event: whoever asked records the refusal. */
  | { readonly kind: 'PROBLEM'; readonly problem: Problem };

export interface OffersRequest {
  readonly tenantClass: TenantClass;
  /** The law that an order would be under; absent: none beyond the class. */
  readonly legal?: LegalScope;
  /** An order until then; absent: a day. */
  readonly until?: Instant;
}
export interface OffersReply {
  readonly offers: readonly Offer[];
  readonly ledgerIndex: number;
  readonly at: Instant;
}
