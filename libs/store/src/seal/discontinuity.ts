import type { Result } from '@cadastre/domain/core';
import { auditRows, factsStatement } from '../commit/facts.ts';
import { INTERNAL } from '../pool/store.ts';
import type { Store } from '../pool/store.ts';
import type { Fenced, Seal } from './lead.ts';
import { fenced } from './lead.ts';
import type { OwnEvents } from './write.ts';

/**
 * Ends every open log, and says so in the logs that follow them. The trail stays frozen until a notary of the new origin has compared; what was never sealed, or
 * was held back by a stopped log, is then sealed into the new logs: the cursor goes back to the first of it, and what has its index is passed over.
 */
export const closeLogs = (store: Store, seal: Seal, reason: string, own: OwnEvents): Promise<Result<void, Fenced>> =>
  fenced(store, seal, async session => {
    await session.run(factsStatement([], auditRows(store[INTERNAL].options, own.act, own.facts)));
    await session.run({
      text: `UPDATE audit_control c SET state = 'FROZEN', reason = $1, since = clock_timestamp(), cursor_txid = p.txid, cursor_seq = p.seq
        FROM (SELECT txid, seq FROM (SELECT cursor_txid AS txid, cursor_seq AS seq FROM audit_control WHERE id = 1
          UNION ALL SELECT stopped_txid, stopped_seq - 1 FROM audit_log WHERE closed_at IS NULL AND stopped_txid IS NOT NULL) x ORDER BY txid, seq LIMIT 1) p WHERE c.id = 1`,
      values: [reason],
    });
    await session.run({ text: 'UPDATE audit_log SET closed_at = clock_timestamp() WHERE closed_at IS NULL' });
  });
