import type { IdempotencyRecord } from '@cadastre/domain/idempotency';
import type { Reader } from '../pool/index.ts';

/** The living record of a key, on the caller's snapshot and with the caller's rights: for the doors, which look before they decide. */
export const find = async (q: Reader, { scope, key }: { readonly scope: string; readonly key: string }): Promise<IdempotencyRecord | undefined> =>
  (
    await q.rows<IdempotencyRecord>({
      name: 'cad_idempotency_find',
      text: 'SELECT scope, key, fingerprint, operation, result, created_at AS "createdAt", expires_at AS "expiresAt" FROM idempotency_record WHERE scope = $1 AND key = $2 AND expires_at > now()',
      values: [scope, key],
    })
  )[0];
