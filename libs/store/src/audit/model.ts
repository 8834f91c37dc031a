import type { AuditType } from '@cadastre/domain/audit';
import type { AuditId, Instant, OrganisationId } from '@cadastre/domain/core';

/** One stored event. `line` is the leaf, byte for byte; the rest are copies made when it was written. */
export interface StoredAuditEvent {
  readonly txid: number;
  readonly seq: number;
  readonly id: AuditId;
  readonly tenantId: OrganisationId | null;
  readonly type: AuditType;
  readonly phase: string;
  readonly outcome: 'success' | 'failure' | 'denied' | 'unknown';
  readonly actorId: string;
  readonly targetKind: string;
  readonly targetId: string;
  readonly line: string;
  /** SHA-256 hex of `line`, by the writer. */
  readonly digest: string;
  readonly timeRecorded: Instant;
}

/** A place in the log: see the outbox for why a sequence number alone would lose events that commit late. */
export interface AuditCursor {
  readonly txid: number;
  readonly seq: number;
}
