import type { AuditId, DatacenterId, DecisionId, Instant, OrganisationId, Problem, ProjectId, ReservationId, ShapeId, Watts } from '../core/index.ts';
import type { Verdict } from '../capacity/model.ts';
import type { TenantClass } from '../organisation/model.ts';
import type { LegalScope } from '../project/model.ts';

export interface ReservationRequest {
  readonly reservationId: ReservationId;
  readonly tenantId: OrganisationId;
  readonly tenantClass: TenantClass;
  readonly projectId: ProjectId;
  readonly shapeId: ShapeId;
  readonly shapeCode: string;
  readonly machines: number;
  readonly watts: Watts;
  readonly datacenterId: DatacenterId | null;
  readonly from: Instant;
  readonly to: Instant;
  readonly legal: LegalScope;
}

export type ReservationAsk =
  | { readonly kind: 'RESERVE'; readonly reservation: ReservationRequest }
  | { readonly kind: 'CANCEL_RESERVATION'; readonly tenantId: OrganisationId; readonly reservationId: ReservationId };

export type ReservationReply =
  | { readonly kind: 'RESERVED'; readonly reservationId: ReservationId; readonly decisionId: DecisionId; readonly auditId: AuditId }
  | { readonly kind: 'RESERVATION_CANCELLED'; readonly reservationId: ReservationId; readonly auditId: AuditId }
  | { readonly kind: 'REFUSED'; readonly decisionId: DecisionId; readonly verdict: Extract<Verdict, { outcome: 'REFUSED' }>; readonly auditId: AuditId }
  | { readonly kind: 'PROBLEM'; readonly problem: Problem };
