import pg from 'pg';
import type { IdempotencyRecord } from '@cadastre/domain/idempotency';

export type CommitRefusal =
  /** A row was not at the generation that the decision was made on, or is gone. */
  | { readonly code: 'STALE_GENERATION'; readonly noun: string; readonly id: string }
  /** The same key with the same input was done before: answer with `record.result`. */
  | { readonly code: 'ALREADY_DONE'; readonly record: IdempotencyRecord }
  | { readonly code: 'IDEMPOTENCY_CONFLICT' }
  /** A unique constraint: the name is taken. */
  | { readonly code: 'ALREADY_EXISTS'; readonly constraint: string }
  /** A foreign key from elsewhere still points at the row. */
  | { readonly code: 'IN_USE'; readonly constraint: string }
  /** A foreign key of the written row points at nothing: its parent is gone, or is another tenant's. */
  | { readonly code: 'UNKNOWN_REFERENCE'; readonly constraint: string }
  /** A CHECK, or an integer beyond its column. */
  | { readonly code: 'LIMIT'; readonly constraint: string };

/** What PostgreSQL refused, as a value; undefined when the error is no refusal but a bug or an outage. */
export const refusalOf = (error: unknown): Exclude<CommitRefusal, { code: 'STALE_GENERATION' | 'ALREADY_DONE' | 'IDEMPOTENCY_CONFLICT' }> | undefined => {
  if (!(error instanceof pg.DatabaseError)) return undefined;
  const constraint = error.constraint ?? '';
  switch (error.code) {
    case '23505':
      return { code: 'ALREADY_EXISTS', constraint };
    case '23503':
      // One SQLSTATE and one constraint name for both ends of a foreign key: only the sentence says which end was touched.
      return error.message.startsWith('update or delete on table') ? { code: 'IN_USE', constraint } : { code: 'UNKNOWN_REFERENCE', constraint };
    case '23514':
    case '23P01':
      return { code: 'LIMIT', constraint };
    case '22003':
      return { code: 'LIMIT', constraint: 'integer_range' };
    default:
      return undefined;
  }
};
