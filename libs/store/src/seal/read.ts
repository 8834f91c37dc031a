import type { Instant, OrganisationId } from '@cadastre/domain/core';
import type { AuditState, LogKind } from '@cadastre/domain/seal';
import type { Reader, Store } from '../pool/index.ts';
import { INTERNAL } from '../pool/store.ts';

/** One log as the database knows it. Hashes are bytes; sizes are counts of leaves. */
export interface StoredLog {
  readonly id: number;
  readonly origin: string;
  readonly kind: LogKind;
  readonly tenantId: OrganisationId | null;
  readonly size: number;
  readonly root: Buffer;
  /** Roots of the perfect subtrees of `size`, 32 bytes each. */
  readonly frontier: Buffer;
  readonly published: number;
  /** Size of the last checkpoint; 0 without one. */
  readonly signed: number;
  readonly prunedBefore: number;
  readonly openedAt: Instant;
  readonly heartbeatAt: Instant | null;
  readonly closed: boolean;
  readonly stopped: { readonly txid: number; readonly seq: number; readonly reason: string } | null;
}

export const readSealedLogs = (store: Store): Promise<readonly StoredLog[]> =>
  store[INTERNAL].statement<StoredLog>({
    text: `SELECT l.id, l.origin, l.kind, l.tenant_id AS "tenantId", l.size, l.root, l.frontier, l.published, l.pruned_before AS "prunedBefore", l.opened_at AS "openedAt", l.heartbeat_at AS "heartbeatAt",
      l.closed_at IS NOT NULL AS closed, coalesce((SELECT max(c.size) FROM audit_checkpoint c WHERE c.log_id = l.id), 0) AS signed,
      CASE WHEN l.stopped_at IS NULL THEN NULL ELSE jsonb_build_object('txid', l.stopped_txid, 'seq', l.stopped_seq, 'reason', l.stopped_reason) END AS stopped
      FROM audit_log l ORDER BY l.id`,
  });

/** Whether events are taken, for whoever may read: a server that started again and was not compared yet takes none, whatever its row says. */
export const readTrailState = async (q: Reader): Promise<{ readonly state: AuditState; readonly since: Instant }> => {
  const [row] = await q.rows<{ state: AuditState; since: Instant }>({
    name: 'cad_trail_state',
    text: `SELECT CASE WHEN state = 'OPEN' AND server_started IS DISTINCT FROM pg_postmaster_start_time() THEN 'FROZEN' ELSE state::text END AS state, since FROM audit_control WHERE id = 1`,
  });
  if (row === undefined) throw new Error('audit_control has no row: the migrations were not applied');
  return row;
};

/** A place in the order of events: (txid, seq) below the xmin window. */
export interface Place {
  readonly txid: number;
  readonly seq: number;
}

export interface UnsealedEvent extends Place {
  readonly id: string;
  readonly tenantId: OrganisationId | null;
  readonly body: Buffer;
  /** SHA-256 of the body, by the writer. */
  readonly digest: Buffer;
  readonly timeRecorded: Instant;
  /** It has an index already: it was taken back from storage, and only the cursor has to pass it. */
  readonly sealed: boolean;
}

const EVENT = `e.txid, e.seq, e.id, e.tenant_id AS "tenantId", e.body, e.digest, e.time_recorded AS "timeRecorded", coalesce(s.sealed, false) AS sealed`;
// One look at the index for each event. As EXISTS it may become a hash over all leaves, planned while there were few of them and kept by the connection.
const SEALED = 'LEFT JOIN LATERAL (SELECT true AS sealed FROM audit_leaf l WHERE l.event_id = e.id LIMIT 1) s ON true';
// In one statement, so of one snapshot: whatever may still commit has a transaction id at or above xmin, and so cannot come before what is read here.
const SETTLED = 'e.txid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint';

/** What comes next in the order of sealing, oldest first; nothing that is read here can be preceded by a later commit. */
export const readUnsealed = (store: Store, after: Place, limit: number): Promise<readonly UnsealedEvent[]> =>
  store[INTERNAL].statement<UnsealedEvent>({
    name: 'cad_seal_batch',
    text: `SELECT ${EVENT} FROM audit_event e ${SEALED} WHERE (e.txid, e.seq) > ($1::bigint, $2::bigint) AND ${SETTLED} ORDER BY e.txid, e.seq LIMIT $3`,
    values: [after.txid, after.seq, limit],
  });

/** The events of a stopped log that the cursor went past, in order. */
export const readHeldBack = (store: Store, tenantId: OrganisationId | null, from: Place, upTo: Place, limit: number): Promise<readonly UnsealedEvent[]> =>
  store[INTERNAL].statement<UnsealedEvent>({
    text: `SELECT ${EVENT} FROM audit_event e ${SEALED} WHERE e.tenant_id IS NOT DISTINCT FROM $1 AND (e.txid, e.seq) >= ($2::bigint, $3::bigint) AND (e.txid, e.seq) <= ($4::bigint, $5::bigint)
      AND s.sealed IS NULL ORDER BY e.txid, e.seq LIMIT $6`,
    values: [tenantId, from.txid, from.seq, upTo.txid, upTo.seq, limit],
  });

/** How many events wait, counted up to `most`, and since when the oldest one does. */
export const readBacklog = async (store: Store, after: Place, most = 100_000): Promise<{ readonly waiting: number; readonly oldest: Instant | null }> => {
  const [row] = await store[INTERNAL].statement<{ waiting: number; oldest: Instant | null }>({
    text: `SELECT count(*) AS waiting, min(t) AS oldest FROM (SELECT time_recorded AS t FROM audit_event WHERE (txid, seq) > ($1::bigint, $2::bigint) ORDER BY txid, seq LIMIT $3) e`,
    values: [after.txid, after.seq, most],
  });
  return row ?? { waiting: 0, oldest: null };
};

/** A leaf that has its index. `body` is null when the entry was pruned. */
export interface StoredLeaf {
  readonly index: number;
  readonly leafHash: Buffer;
  readonly body: Buffer | null;
}

/** Leaves `from` … `to` − 1 of a tenant's or the provider's log, with their bytes. */
export const readLeaves = (store: Store, logId: number, from: number, to: number): Promise<readonly StoredLeaf[]> =>
  store[INTERNAL].statement<StoredLeaf>({
    name: 'cad_seal_leaves',
    text: `SELECT l.index, l.leaf_hash AS "leafHash", e.body FROM audit_leaf l LEFT JOIN audit_event e ON e.id = l.event_id WHERE l.log_id = $1 AND l.index >= $2 AND l.index < $3 ORDER BY l.index`,
    values: [logId, from, to],
  });

/** Leaves of the global log: their bytes alone, the hash follows from them. */
export const readGlobalLeaves = (store: Store, treeId: number, from: number, to: number): Promise<readonly { readonly index: number; readonly body: Buffer }[]> =>
  store[INTERNAL].statement<{ index: number; body: Buffer }>({
    name: 'cad_seal_global_leaves',
    text: 'SELECT index, body FROM audit_global_leaf WHERE tree_id = $1 AND index >= $2 AND index < $3 ORDER BY index',
    values: [treeId, from, to],
  });

/** The last signed note of each log that has one. */
export const readLastCheckpoints = (store: Store, logIds: readonly number[]): Promise<readonly { readonly logId: number; readonly size: number; readonly root: Buffer; readonly note: string }[]> =>
  store[INTERNAL].statement<{ logId: number; size: number; root: Buffer; note: string }>({
    text: `SELECT c.log_id AS "logId", c.size, c.root, c.note FROM unnest($1::int[]) AS l(id) CROSS JOIN LATERAL (SELECT * FROM audit_checkpoint WHERE log_id = l.id ORDER BY size DESC LIMIT 1) c`,
    values: [logIds],
  });

/** Newest events of the provider's log that are looked through for what the notary said last. */
const LOOKED_THROUGH = 20_000;

/** Which of these degradations the provider's log says is still going on, if it said anything of them lately: the reason of a last `audit.log.degraded`. */
export const readStillDegraded = async (store: Store, reasons: readonly string[]): Promise<string | undefined> => {
  const [last] = await store[INTERNAL].statement<{ type: string; reason: string }>({
    text: `SELECT type, convert_from(body, 'UTF8')::json->>'reason' AS reason FROM (SELECT txid, seq, type, body FROM audit_event WHERE tenant_id IS NULL ORDER BY txid DESC, seq DESC LIMIT $2) e
      WHERE CASE WHEN type IN ('audit.log.degraded', 'audit.log.resumed') THEN convert_from(body, 'UTF8')::json->>'reason' = ANY($1) END ORDER BY txid DESC, seq DESC LIMIT 1`,
    values: [reasons, LOOKED_THROUGH],
  });
  return last?.type === 'audit.log.degraded' ? last.reason : undefined;
};

/** SHA-256 (hexadecimal) of the policy that the log last named; undefined when it named none lately. */
export const readLastPolicy = async (store: Store): Promise<string | undefined> => {
  const [last] = await store[INTERNAL].statement<{ digest: string | null }>({
    text: `SELECT convert_from(body, 'UTF8')::json->'change'->0->>'to' AS digest FROM (SELECT txid, seq, type, body FROM audit_event WHERE tenant_id IS NULL ORDER BY txid DESC, seq DESC LIMIT $1) e
      WHERE type = 'audit.log.policy' ORDER BY txid DESC, seq DESC LIMIT 1`,
    values: [LOOKED_THROUGH],
  });
  return last?.digest ?? undefined;
};

/** What the witnesses and the authority last vouched for, of one log. */
export const readVouched = async (store: Store, logId: number): Promise<{ readonly cosigned: number; readonly cosignedAt: Instant | null; readonly stamped: number; readonly stampedAt: Instant | null }> => {
  const [row] = await store[INTERNAL].statement<{ cosigned: number; cosignedAt: Instant | null; stamped: number; stampedAt: Instant | null }>({
    text: `SELECT coalesce(c.size, 0) AS cosigned, c.at AS "cosignedAt", coalesce(t.size, 0) AS stamped, t.at AS "stampedAt"
      FROM (SELECT max(size) AS size, max(cosigned_at) AS at FROM audit_cosignature WHERE log_id = $1) c, (SELECT max(size) AS size, max(generated_at) AS at FROM audit_timestamp WHERE log_id = $1) t`,
    values: [logId],
  });
  return row ?? { cosigned: 0, cosignedAt: null, stamped: 0, stampedAt: null };
};
