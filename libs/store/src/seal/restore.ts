import type { Result } from '@cadastre/domain/core';
import type { Session } from '../pool/session.ts';
import type { Store } from '../pool/store.ts';
import type { Fenced, Seal } from './lead.ts';
import { fenced, refuse } from './lead.ts';

/** A leaf taken back from storage, with what its row needs. */
export interface RestoredLeaf {
  readonly index: number;
  readonly leafHash: Uint8Array;
  readonly id: string;
  readonly tenantId: string | null;
  readonly type: string;
  readonly phase: string;
  readonly outcome: string;
  readonly actorId: string;
  readonly actorDirectory: string;
  readonly targetKind: string;
  readonly targetId: string;
  readonly body: Uint8Array;
  readonly digest: Uint8Array;
  /** Of the event: when its row was recorded is lost with the row. */
  readonly time: string;
}
export interface RestoredGlobalLeaf {
  readonly index: number;
  readonly logId: number;
  readonly size: number;
  readonly root: Uint8Array;
  readonly body: Uint8Array;
}
interface Restored<Leaf> {
  readonly logId: number;
  readonly from: number;
  readonly size: number;
  readonly root: Uint8Array;
  readonly frontier: Uint8Array;
  readonly leaves: readonly Leaf[];
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

// Only while nothing else is taken, and only from where the log stands.
const grow = async (session: Session, { logId, from, size, root, frontier }: Restored<unknown>): Promise<void> => {
  const { rowCount } = await session.run({
    text: `UPDATE audit_log SET size = $3, published = $3, root = decode($4, 'hex'), frontier = decode($5, 'hex') WHERE id = $1 AND size = $2 AND EXISTS (SELECT FROM audit_control WHERE state = 'FROZEN')`,
    values: [logId, from, size, hex(root), hex(frontier)],
  });
  if (rowCount !== 1) refuse();
};

/** Puts leaves back at the end of a log. Rows that the database still has are only given their index; answers how many had to be put back too. */
export const restoreLeaves = (store: Store, seal: Seal, log: Restored<RestoredLeaf>): Promise<Result<number, Fenced>> =>
  fenced(store, seal, async session => {
    await grow(session, log);
    const { rows } = await session.run<{ inserted: number; mapped: number }>({
      text: `WITH given AS (SELECT * FROM json_to_recordset($2::json) AS g(index bigint, "leafHash" text, id text, "tenantId" text, type text, phase text, outcome text, "actorId" text, "actorDirectory" text,
          "targetKind" text, "targetId" text, body text, digest text, time timestamptz)),
        kept AS (SELECT e.id, e.txid, e.seq FROM audit_event e JOIN given g ON g.id = e.id AND decode(g.digest, 'hex') = e.digest),
        put AS (INSERT INTO audit_event (id, tenant_id, type, phase, outcome, actor_id, actor_directory, target_kind, target_id, reason, trace, body, digest, time_recorded)
          SELECT id, "tenantId", type, phase, outcome, "actorId", "actorDirectory", "targetKind", "targetId", audit_event_reason(decode(body, 'hex')), audit_event_trace(decode(body, 'hex')), decode(body, 'hex'), decode(digest, 'hex'), time FROM given
          WHERE id NOT IN (SELECT id FROM kept) ORDER BY index RETURNING id, txid, seq),
        leaf AS (INSERT INTO audit_leaf (log_id, index, event_id, txid, seq, leaf_hash)
          SELECT $1, g.index, g.id, p.txid, p.seq, decode(g."leafHash", 'hex') FROM given g JOIN (SELECT * FROM kept UNION ALL SELECT * FROM put) p ON p.id = g.id RETURNING 1)
        SELECT (SELECT count(*) FROM put) AS inserted, (SELECT count(*) FROM leaf) AS mapped`,
      values: [log.logId, JSON.stringify(log.leaves.map(l => ({ ...l, leafHash: hex(l.leafHash), body: hex(l.body), digest: hex(l.digest) })))],
    });
    if (rows[0]?.mapped !== log.leaves.length) return refuse();
    return rows[0].inserted;
  });

/** The same for the global log. */
export const restoreGlobalLeaves = (store: Store, seal: Seal, log: Restored<RestoredGlobalLeaf>): Promise<Result<void, Fenced>> =>
  fenced(store, seal, async session => {
    await grow(session, log);
    await session.run({
      text: `INSERT INTO audit_global_leaf (tree_id, index, log_id, size, root, body) SELECT $2, index, "logId", size, decode(root, 'hex'), decode(body, 'hex')
        FROM json_to_recordset($1::json) AS g(index bigint, "logId" int, size bigint, root text, body text)`,
      values: [JSON.stringify(log.leaves.map(g => ({ ...g, root: hex(g.root), body: hex(g.body) }))), log.logId],
    });
  });
