import type { AuditId, Instant } from '../core/index.ts';
import type { Erasure } from './model.ts';
import { GROUND_CLAUSES } from './model.ts';

/**
 * What the certificate of an erasure says, as canonical JSON: one object, keys sorted. It names its event, and the event names its SHA-256: whoever holds the certificate and a bundle with
 * the event can prove it against the sealed log. Key ids say nothing of anybody; that events still carry them is how a reader sees what was erased.
 */
export interface Certificate {
  readonly clause: string;
  readonly erased_at: Instant;
  readonly event: AuditId;
  readonly id: string;
  readonly keys: readonly string[];
  readonly kind: 'cadastre-erasure-certificate';
  /** Origin of the log whose events carry the values. */
  readonly log: string;
  readonly requested_at: Instant;
  readonly requested_by: string;
  /** Absent: everybody of the organisation. */
  readonly subject?: string;
  readonly v: 1;
}

export const certificateOf = (e: Erasure, done: { readonly log: string; readonly at: Instant; readonly event: AuditId; readonly keys: readonly string[] }): Certificate => ({
  clause: GROUND_CLAUSES[e.ground], erased_at: done.at, event: done.event, id: e.id, keys: [...done.keys].sort(), kind: 'cadastre-erasure-certificate', log: done.log, requested_at: e.requestedAt,
  requested_by: e.requestedBy, ...(e.subject === undefined ? {} : { subject: e.subject }), v: 1,
});
