import type { Instant, OrganisationId } from '@cadastre/domain/core';
import { INTERNAL } from '../pool/store.ts';
import type { Reader, Sql, Store } from '../pool/index.ts';

/** The log that a bundle is cut from. */
export interface ProvenLog {
  readonly id: number;
  readonly origin: string;
  /** Leaves whose tiles are in storage. */
  readonly published: number;
  readonly prunedBefore: number;
}

/** The open log of a tenant, or without one the provider's. */
export const logOf = async (q: Reader, tenantId: OrganisationId | undefined): Promise<ProvenLog | undefined> =>
  (await q.rows<ProvenLog>({
    text: `SELECT id, origin, published, pruned_before AS "prunedBefore" FROM audit_log
      WHERE closed_at IS NULL AND CASE WHEN $1::text IS NULL THEN kind = 'PROVIDER' ELSE kind = 'TENANT' AND tenant_id = $1 END ORDER BY id DESC LIMIT 1`,
    values: [tenantId ?? null],
  }))[0];

export const globalLog = async (q: Reader): Promise<ProvenLog | undefined> =>
  (await q.rows<ProvenLog>({ text: `SELECT id, origin, published, pruned_before AS "prunedBefore" FROM audit_log WHERE kind = 'GLOBAL' AND closed_at IS NULL ORDER BY id DESC LIMIT 1` }))[0];

/** How far a heartbeat's own time may be from the database's when it was recorded; more is a clock alarm, and then only costs a longer bundle. */
const CLOCKS_APART = "interval '1 day'";
const heartbeats = (tenantId: OrganisationId | undefined): string =>
  `(SELECT l.index, e.time_recorded, convert_from(e.body, 'UTF8')::json->>'time' AS time FROM audit_event e JOIN audit_leaf l ON l.event_id = e.id
    WHERE e.type = 'audit.log.heartbeat' AND l.log_id = $1 AND ${tenantId === undefined ? 'e.tenant_id IS NULL' : `e.tenant_id = $3`}) h`;
const found = async (q: Reader, sql: Sql): Promise<number | undefined> => (await q.rows<{ index: number | null }>(sql))[0]?.index ?? undefined;

/**
 * The heartbeat that a bundle of what happened from `from` on begins with: the last whose time is at most `before`, of those that stand before the first one after
 * `before`. (The last of all would do for a clock that never goes back; one that did would put leaves of the period in front of it.) Undefined: there is none.
 */
export const firstHeartbeat = async (q: Reader, { id, tenantId }: { readonly id: number; readonly tenantId: OrganisationId | undefined }, before: Instant): Promise<number | undefined> => {
  const tenant = tenantId === undefined ? [] : [tenantId];
  const limit = await found(q, {
    text: `SELECT h.index FROM ${heartbeats(tenantId)} WHERE h.time > $2 AND h.time_recorded > $2::timestamptz - ${CLOCKS_APART} ORDER BY h.time_recorded, h.index LIMIT 1`, values: [id, before, ...tenant],
  });
  return await found(q, {
    text: `SELECT h.index FROM ${heartbeats(tenantId)} WHERE h.time <= $2 AND h.time_recorded < $2::timestamptz + ${CLOCKS_APART} AND h.index < ${limit === undefined ? '9007199254740991' : String(limit)} ORDER BY h.time_recorded DESC, h.index DESC LIMIT 1`,
    values: [id, before, ...tenant],
  });
};

/** The heartbeat that it ends with: the first whose time is at least `after`, behind leaf `first`. */
export const lastHeartbeat = async (q: Reader, { id, tenantId }: { readonly id: number; readonly tenantId: OrganisationId | undefined }, after: Instant, first: number): Promise<number | undefined> =>
  await found(q, {
    text: `SELECT h.index FROM ${heartbeats(tenantId)} WHERE h.time >= $2 AND h.time_recorded > $2::timestamptz - ${CLOCKS_APART} AND h.index > ${String(first)} ORDER BY h.time_recorded, h.index LIMIT 1`,
    values: [id, after, ...(tenantId === undefined ? [] : [tenantId])],
  });

/** A global checkpoint that includes one of a log, with what the notary has of each. */
export interface Covering {
  readonly logSize: number;
  readonly logNote: string;
  readonly globalSize: number;
  readonly globalNote: string;
  /** Index of the global leaf. */
  readonly globalIndex: number;
  /** Cosignature lines without LF, by witness. */
  readonly cosignatures: readonly string[];
}

/** At most 50 signed global checkpoints that include the first signed checkpoint of the log of at least `end` leaves, smallest first, from global size `from` on. */
export const covering = async (q: Reader, { logId, globalId, end, from, cosigned }: { readonly logId: number; readonly globalId: number; readonly end: number; readonly from: number; readonly cosigned: 'only' | 'or not' }): Promise<readonly Covering[]> =>
  await q.rows<Covering>({
    text: `WITH own AS (
        SELECT g.index, g.size, c.note FROM audit_global_leaf g JOIN audit_checkpoint c ON c.log_id = g.log_id AND c.size = g.size WHERE g.log_id = $1 AND g.size >= $3 ORDER BY g.index LIMIT 1)
      SELECT own.size AS "logSize", own.note AS "logNote", c.size AS "globalSize", c.note AS "globalNote", own.index AS "globalIndex",
        ARRAY(SELECT s.line FROM audit_cosignature s WHERE s.log_id = c.log_id AND s.size = c.size ORDER BY s.witness COLLATE "C") AS cosignatures
      FROM own JOIN audit_checkpoint c ON c.log_id = $2 AND c.size > own.index AND c.size > $4
      WHERE $5 OR EXISTS (SELECT FROM audit_cosignature s WHERE s.log_id = c.log_id AND s.size = c.size) ORDER BY c.size LIMIT 50`,
    values: [logId, globalId, end, from, cosigned === 'or not'],
  });

/** A timestamped checkpoint of the global log. */
export interface Stamped {
  readonly size: number;
  readonly checkpoint: string;
  /** The RFC 3161 response, base64. */
  readonly token: string;
}
/** The newest timestamp of a global checkpoint of at most `size` leaves. */
export const lastTimestamp = async (q: Reader, globalId: number, size: number): Promise<Stamped | undefined> =>
  (await q.rows<Stamped>({
    text: `SELECT t.size, c.note AS checkpoint, encode(t.token, 'base64') AS token FROM audit_timestamp t JOIN audit_checkpoint c ON c.log_id = t.log_id AND c.size = t.size
      WHERE t.log_id = $1 AND t.size <= $2 ORDER BY t.size DESC, t.authority COLLATE "C" LIMIT 1`,
    values: [globalId, size],
  }))[0];

/** What a range is proven with, once and for all. */
export interface Pin {
  readonly firstIndex: number;
  readonly endIndex: number;
  readonly logSize: number;
  readonly logNote: string;
  readonly globalSize: number;
  /** With the cosignatures. */
  readonly globalNote: string;
  readonly globalIndex: number;
  readonly policy: string;
  readonly prunedBefore: number;
  readonly timestamps: readonly Stamped[];
}
const PIN = `first_index AS "firstIndex", end_index AS "endIndex", log_size AS "logSize", log_note AS "logNote", global_size AS "globalSize", global_note AS "globalNote", global_index AS "globalIndex",
  policy, pruned_before AS "prunedBefore", timestamps`;

export const pinOf = async (q: Reader, logId: number, first: number, end: number): Promise<Pin | undefined> =>
  (await q.rows<Pin>({ text: `SELECT ${PIN} FROM audit_export_pin WHERE log_id = $1 AND first_index = $2 AND end_index = $3`, values: [logId, first, end] }))[0];

/** Whoever pins first has decided for all. A mark of the notary's own like a lease, hence outside commit(). */
export const pin = async (store: Store, logId: number, p: Pin): Promise<Pin> => {
  const { statement } = store[INTERNAL];
  await statement({
    text: `INSERT INTO audit_export_pin (log_id, first_index, end_index, log_size, log_note, global_size, global_note, global_index, policy, pruned_before, timestamps)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::jsonb) ON CONFLICT DO NOTHING`,
    values: [logId, p.firstIndex, p.endIndex, p.logSize, p.logNote, p.globalSize, p.globalNote, p.globalIndex, p.policy, p.prunedBefore, JSON.stringify(p.timestamps)],
  });
  const [pinned] = await statement<Pin>({ text: `SELECT ${PIN} FROM audit_export_pin WHERE log_id = $1 AND first_index = $2 AND end_index = $3`, values: [logId, p.firstIndex, p.endIndex] });
  if (pinned === undefined) throw new Error('a pin that was just written is not there');
  return pinned;
};

/** One leaf as the database has it; `body` is null when its row is there no more. */
export interface StoredLeaf {
  readonly index: number;
  readonly leafHash: Uint8Array;
  readonly body: Uint8Array | null;
}
/** Leaves [from, to) by index. */
export const leaves = async (q: Reader, logId: number, from: number, to: number): Promise<readonly StoredLeaf[]> =>
  await q.rows<StoredLeaf>({
    name: 'cad_export_leaves',
    text: 'SELECT l.index, l.leaf_hash AS "leafHash", e.body FROM audit_leaf l LEFT JOIN audit_event e ON e.id = l.event_id WHERE l.log_id = $1 AND l.index >= $2 AND l.index < $3 ORDER BY l.index',
    values: [logId, from, to],
  });
/** Their hashes alone, whether or not their entries were pruned. */
export const leafHashes = async (q: Reader, logId: number, from: number, to: number): Promise<readonly Uint8Array[]> =>
  (await q.rows<{ h: Uint8Array }>({ text: 'SELECT leaf_hash AS h FROM audit_leaf WHERE log_id = $1 AND index >= $2 AND index < $3 ORDER BY index', values: [logId, from, to] })).map(r => r.h);
/** Leaves of the global log. */
export const globalLeaves = async (q: Reader, from: number, to: number): Promise<readonly Uint8Array[]> =>
  (await q.rows<{ body: Uint8Array }>({ text: `SELECT body FROM audit_global_leaf WHERE tree_id = (SELECT id FROM audit_log WHERE kind = 'GLOBAL' AND closed_at IS NULL) AND index >= $1 AND index < $2 ORDER BY index`, values: [from, to] })).map(r => r.body);
