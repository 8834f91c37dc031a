import type { AuditId, ContractEndId, ErasureId, Instant, OrganisationId } from '../core/index.ts';

/** Why somebody's personal values go, with the clause that asks for it. */
export const GROUND_CLAUSES = {
  NO_LONGER_NECESSARY: 'GDPR:17.1.a', CONSENT_WITHDRAWN: 'GDPR:17.1.b', OBJECTION: 'GDPR:17.1.c', UNLAWFUL: 'GDPR:17.1.d', LEGAL_OBLIGATION: 'GDPR:17.1.e', CONTRACT_ENDED: 'SecNumCloud-3.2:19.4',
} as const;
export type ErasureGround = keyof typeof GROUND_CLAUSES;

/** REQUESTED: written down. ERASING: no hold stood in the way, the key may be gone. ERASED: it is, and the certificate says so. */
export type ErasureState = 'REQUESTED' | 'ERASING' | 'ERASED';

/**
 * A person is erased from the events of one directory: the key under which their personal values are sealed is destroyed. Events, their hashes and every proof stay as they are, and so
 * does the opaque id; whoever acts again is sealed under a new key.
 */
export interface Erasure {
  readonly id: ErasureId;
  /** Absent: the provider's directory. */
  readonly tenantId?: OrganisationId;
  /** Opaque id in that directory. Absent: everybody of the organisation, at the end of its contract. */
  readonly subject?: string;
  readonly ground: ErasureGround;
  readonly state: ErasureState;
  readonly requestedBy: string;
  readonly requestedAt: Instant;
  readonly contractEndId?: ContractEndId;
  readonly erasedAt?: Instant;
  /** Ids of the keys that were destroyed. Empty: nothing personal was ever sealed for that subject. */
  readonly keys: readonly string[];
  /** The event that says so; its `numbers.certificate_sha256` is the SHA-256 of the certificate. */
  readonly eventId?: AuditId;
  /** Canonical JSON. */
  readonly certificate?: string;
  readonly generation: number;
}

export type ContractEndState = 'PROPOSED' | 'NOTICED' | 'CANCELLED' | 'ENDED';

/** The end of an organisation's contract: notice, then everything personal in its log is erased (SecNumCloud 3.2 §19.4). */
export interface ContractEnd {
  readonly id: ContractEndId;
  readonly tenantId: OrganisationId;
  /** 21 to 365. */
  readonly noticeDays: number;
  readonly state: ContractEndState;
  readonly proposedBy: string;
  readonly approvedBy?: string;
  /** When it was approved: the notice runs from here. */
  readonly noticedAt?: Instant;
  readonly dueAt?: Instant;
  readonly cancelledBy?: string;
  readonly cancelledAt?: Instant;
  readonly endedAt?: Instant;
  readonly generation: number;
}
