import type { IdempotencyRecord } from '@cadastre/domain/idempotency';
import { IDEMPOTENCY_HOURS } from '@cadastre/domain/idempotency';
import type { Session, Sql } from '../pool/session.ts';
import { Outage } from '../pool/outage.ts';
import { INTERNAL } from '../pool/store.ts';
import type { Store } from '../pool/store.ts';

/** Where an expired record still stands, it is overwritten; a living one keeps the row and nothing is inserted. */
export const INSERT_UNLESS_LIVE = `ON CONFLICT (scope, key) DO UPDATE SET fingerprint = excluded.fingerprint, operation = excluded.operation, result = excluded.result,
  created_at = excluded.created_at, expires_at = excluded.expires_at WHERE idempotency_record.expires_at <= now()`;
export const EXPIRY = `now() + interval '${String(IDEMPOTENCY_HOURS)} hours'`;
const COLUMNS = 'scope, key, fingerprint, operation, result, created_at AS "createdAt", expires_at AS "expiresAt"';

const claimStatement = (r: Omit<IdempotencyRecord, 'createdAt' | 'expiresAt'>): Sql => ({
  name: 'cad_idempotency',
  text: `INSERT INTO idempotency_record (scope, key, fingerprint, operation, result, created_at, expires_at) VALUES ($1, $2, $3, $4, $5::jsonb, now(), ${EXPIRY}) ${INSERT_UNLESS_LIVE}`,
  values: [r.scope, r.key, r.fingerprint, r.operation, JSON.stringify(r.result ?? null)],
});

/**
 * Takes the key for this transaction, before any other write: a concurrent twin waits here on the unique index until the first one has
 * ended, and then finds its record, having done nothing. Undefined: the key is ours.
 */
export const claimKey = async (session: Session, record: Omit<IdempotencyRecord, 'createdAt' | 'expiresAt'>): Promise<IdempotencyRecord | undefined> => {
  const { rowCount } = await session.run(claimStatement(record));
  if (rowCount === 1) return undefined;
  const { rows } = await session.run<IdempotencyRecord>({ text: `SELECT ${COLUMNS} FROM idempotency_record WHERE scope = $1 AND key = $2`, values: [record.scope, record.key] });
  // Living a moment ago and gone now: it expired and was cleared between the two statements.
  if (rows[0] === undefined) throw new Outage('IDEMPOTENCY_RACE', 'nothing', undefined);
  return rows[0];
};

/** The living records among `keys`, in one statement. For the allocator, which looks before it decides; commit() looks by itself. */
export const readIdempotency = async (store: Store, keys: readonly { readonly scope: string; readonly key: string }[]): Promise<readonly IdempotencyRecord[]> =>
  keys.length === 0
    ? []
    : store[INTERNAL].statement<IdempotencyRecord>({
        name: 'cad_idempotency_read',
        text: `SELECT ${COLUMNS} FROM idempotency_record WHERE (scope, key) IN (SELECT * FROM unnest($1::text[], $2::text[])) AND expires_at > now()`,
        values: [keys.map(k => k.scope), keys.map(k => k.key)],
      });

/** Clears at most `limit` expired records; the controller's timer calls it. Returns how many went. */
export const purgeIdempotency = async (store: Store, limit = 10_000): Promise<number> =>
  (
    await store[INTERNAL].statement({
      text: `DELETE FROM idempotency_record WHERE (scope, key) IN (SELECT scope, key FROM idempotency_record WHERE expires_at < now() ORDER BY expires_at LIMIT $1) RETURNING 1`,
      values: [limit],
    })
  ).length;
