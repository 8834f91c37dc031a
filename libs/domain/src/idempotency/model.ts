import type { Instant } from '../core/index.ts';

/** Answers are replayed this long. */
export const IDEMPOTENCY_HOURS = 24;

export interface IdempotencyRecord {
  /** Organisation id, or `provider` at the provider door. */
  readonly scope: string;
  readonly key: string;
  /** SHA-256 hex of the canonical input without the key. Same key, other fingerprint: IDEMPOTENCY_CONFLICT. */
  readonly fingerprint: string;
  readonly operation: string;
  /** The answer as plain data that the door renders again (ids and codes, never localised text). */
  readonly result: unknown;
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
}
