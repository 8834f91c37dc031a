import type { Instant, LegalHoldId, OrganisationId, RetentionId } from '../core/index.ts';

/** Months that events are kept: six at least (SecNumCloud 3.2 §12.6), twelve unless somebody decides, thirty-six at most and with a reason (CNIL 2021-122). */
export const RETENTION = { floor: 6, byDefault: 12, ceiling: 36 } as const;

export const RETENTION_CLASSES = ['security', 'admin', 'data-access', 'lifecycle', 'billing', 'log-control'] as const;
export type RetentionClass = (typeof RETENTION_CLASSES)[number];

/** How long events of a class are kept, proposed by one person and approved by another; the last approved one of a class counts. */
export interface RetentionPolicy {
  readonly id: RetentionId;
  readonly class: RetentionClass;
  readonly months: number;
  /** Needed above twelve months. Names no person: it is not sealed. */
  readonly reason?: string;
  readonly state: 'PROPOSED' | 'APPROVED' | 'CANCELLED';
  readonly proposedBy: string;
  readonly approvedBy?: string;
  readonly approvedAt?: Instant;
  readonly generation: number;
}

/** While it is not lifted, nothing that it covers is pruned, and nobody whom it covers is erased. */
export interface LegalHold {
  readonly id: LegalHoldId;
  /** Whose log; absent: the provider's. */
  readonly tenantId?: OrganisationId;
  /** Of the order or the file that asks for it. Names no person: it is not sealed. */
  readonly reference: string;
  /** Events recorded from here on; absent: from the first. */
  readonly from?: Instant;
  /** Excluded; absent: to the last. */
  readonly to?: Instant;
  /** Id of a target or of an actor, whose events alone it covers; absent: all. */
  readonly about?: string;
  readonly placedBy: string;
  readonly placedAt: Instant;
  readonly liftedBy?: string;
  readonly liftedAt?: Instant;
  readonly generation: number;
}
