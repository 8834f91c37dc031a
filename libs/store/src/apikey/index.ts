import type { ApiKey } from '@cadastre/domain/apikey';
import type { ApiKeyId, Instant } from '@cadastre/domain/core';
import type { ApiKey as Row } from '../generated/client.ts';
import type { Write } from '../commit/commit.ts';
import { INTERNAL } from '../pool/store.ts';
import type { Reader, Scope, Store } from '../pool/index.ts';
import { insertRows, readsOf, table } from '../sql/table.ts';
import type { Fenced, Stored } from '../sql/table.ts';

export const API_KEY = table<Row, ApiKey>('api_key', 'apikey', {
  id: 'plain', directory: 'plain', tenantId: 'plain', name: 'plain', prefix: 'plain', sha256: 'plain', roles: 'plain', expiresAt: 'instant', lastUsedAt: 'instant',
  allowedCidrs: 'plain', revokedAt: 'instant', generation: 'plain', createdAt: 'instant',
});

export const { get, byIds, page } = readsOf<ApiKey, ApiKeyId>(API_KEY);

/** The key with that digest, before any tenant is known: read with scope `system`. Says nothing about expiry, revocation or directory: the caller checks. */
export const bySha256 = async (q: Reader, sha256: string): Promise<Stored<ApiKey> | undefined> => {
  const [row] = await q.rows({ name: 'cad_apikey_digest', text: `SELECT ${API_KEY.select('t')} FROM app_api_key_by_sha256($1) t`, values: [sha256] });
  return row === undefined ? undefined : API_KEY.read(row);
};

export const insert = (key: ApiKey) => insertRows(API_KEY, [key]);
export const revoke = (id: ApiKeyId, at: Instant, { ifGeneration }: Fenced): Write => ({
  noun: API_KEY.noun, id, rows: 1,
  sql: { text: 'UPDATE api_key SET revoked_at = $2, generation = generation + 1 WHERE id = $1 AND generation = $3 AND revoked_at IS NULL', values: [id, at, ifGeneration] },
});

/**
 * Notes that a key was used, at most once a minute per key. Outside commit(): it is no act but the trace of one that is audited where it happens,
 * and an audit event for each request would say nothing more.
 */
export const touch = (store: Store, scope: Scope, id: ApiKeyId): Promise<void> =>
  store[INTERNAL].transaction(scope, async (session, end) => {
    await session.run({ text: "UPDATE api_key SET last_used_at = now() WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')", values: [id] });
    await end.commit();
  });
