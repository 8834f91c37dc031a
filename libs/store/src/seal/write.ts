import type { ActContext, AuditFact } from '@cadastre/domain/audit';
import type { OrganisationId, Result } from '@cadastre/domain/core';
import type { LogKind } from '@cadastre/domain/seal';
import { auditRows, factsStatement } from '../commit/facts.ts';
import type { Session } from '../pool/session.ts';
import { INTERNAL } from '../pool/store.ts';
import type { Store } from '../pool/store.ts';
import type { Fenced, Seal } from './lead.ts';
import { fenced, refuse } from './lead.ts';
import type { Place } from './read.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');

/** What the notary itself has to tell, in the logs concerned. */
export interface OwnEvents {
  readonly act: ActContext;
  readonly facts: readonly AuditFact[];
}
const tell = async (store: Store, session: Session, own: OwnEvents | undefined): Promise<void> => {
  if (own === undefined || own.facts.length === 0) return;
  await session.run(factsStatement([], auditRows(store[INTERNAL].options, own.act, own.facts)));
};

export interface NewLog {
  readonly origin: string;
  readonly kind: LogKind;
  readonly tenantId: OrganisationId | undefined;
}

/** Opens logs, each with nothing in it, and says so in them. Fenced: one of them is there already. */
export const openLogs = (store: Store, seal: Seal, logs: readonly NewLog[], emptyRoot: Uint8Array, own: OwnEvents): Promise<Result<void, Fenced>> =>
  fenced(store, seal, async session => {
    const { rowCount } = await session.run({
      text: `INSERT INTO audit_log (origin, kind, tenant_id, root, frontier) SELECT origin, kind::"AuditLogKind", "tenantId", decode($2, 'hex'), '' FROM json_to_recordset($1::json) AS l(origin text, kind text, "tenantId" text)
        ON CONFLICT (origin) DO NOTHING`,
      values: [JSON.stringify(logs), hex(emptyRoot)],
    });
    if (rowCount !== logs.length) refuse();
    await tell(store, session, own);
  });

/** A tree after a batch. `from` is the size that it had, which must still be its size. */
export interface GrownLog {
  readonly id: number;
  readonly from: number;
  readonly size: number;
  readonly root: Uint8Array;
  readonly frontier: Uint8Array;
}
export interface NewLeaf extends Place {
  readonly logId: number;
  readonly index: number;
  readonly eventId: string;
  readonly leafHash: Uint8Array;
}
export interface NewGlobalLeaf {
  /** The global log. */
  readonly treeId: number;
  readonly index: number;
  readonly logId: number;
  readonly size: number;
  readonly root: Uint8Array;
  readonly body: Uint8Array;
}
export interface Stop extends Place {
  readonly logId: number;
  readonly reason: string;
}
export interface Sequence {
  /** Where the cursor must stand, and where it goes. Equal when only held-back events are sequenced. */
  readonly after: Place;
  readonly upTo: Place;
  readonly leaves: readonly NewLeaf[];
  /** With the global log. */
  readonly grown: readonly GrownLog[];
  readonly globalLeaves: readonly NewGlobalLeaf[];
  readonly stops: readonly Stop[];
  /** Logs whose bytes were put right. */
  readonly resumed: readonly number[];
  readonly own?: OwnEvents;
}

const moveLogs = async (session: Session, grown: readonly GrownLog[]): Promise<void> => {
  if (grown.length === 0) return;
  const { rowCount } = await session.run({
    name: 'cad_seal_grow',
    text: `UPDATE audit_log l SET size = g.size, root = decode(g.root, 'hex'), frontier = decode(g.frontier, 'hex')
      FROM json_to_recordset($1::json) AS g(id int, "from" bigint, size bigint, root text, frontier text) WHERE l.id = g.id AND l.size = g."from" AND l.closed_at IS NULL`,
    values: [JSON.stringify(grown.map(g => ({ ...g, root: hex(g.root), frontier: hex(g.frontier) })))],
  });
  if (rowCount !== grown.length) refuse();
};
const addLeaves = async (session: Session, leaves: readonly NewLeaf[]): Promise<void> => {
  if (leaves.length === 0) return;
  await session.run({
    name: 'cad_seal_leaf',
    text: `INSERT INTO audit_leaf (log_id, index, event_id, txid, seq, leaf_hash) SELECT "logId", index, "eventId", txid, seq, decode("leafHash", 'hex')
      FROM json_to_recordset($1::json) AS l("logId" int, index bigint, "eventId" text, txid bigint, seq bigint, "leafHash" text)`,
    values: [JSON.stringify(leaves.map(l => ({ ...l, leafHash: hex(l.leafHash) })))],
  });
};
const addGlobalLeaves = async (session: Session, leaves: readonly NewGlobalLeaf[]): Promise<void> => {
  if (leaves.length === 0) return;
  await session.run({
    name: 'cad_seal_global',
    text: `INSERT INTO audit_global_leaf (tree_id, index, log_id, size, root, body) SELECT "treeId", index, "logId", size, decode(root, 'hex'), decode(body, 'hex')
      FROM json_to_recordset($1::json) AS g("treeId" int, index bigint, "logId" int, size bigint, root text, body text)`,
    values: [JSON.stringify(leaves.map(g => ({ ...g, root: hex(g.root), body: hex(g.body) })))],
  });
};
const setStops = async (session: Session, { stops, resumed }: Sequence): Promise<void> => {
  if (resumed.length > 0) await session.run({ text: 'UPDATE audit_log SET stopped_txid = NULL, stopped_seq = NULL, stopped_reason = NULL, stopped_at = NULL WHERE id = ANY($1::int[])', values: [resumed] });
  if (stops.length === 0) return;
  await session.run({
    text: `UPDATE audit_log l SET stopped_txid = s.txid, stopped_seq = s.seq, stopped_reason = s.reason, stopped_at = clock_timestamp()
      FROM json_to_recordset($1::json) AS s("logId" int, txid bigint, seq bigint, reason text) WHERE l.id = s."logId"`,
    values: [JSON.stringify(stops)],
  });
};

// The fence and the cursor are one statement: an old epoch, a frozen trail or a cursor that stands elsewhere find no row, and nothing after it is written.
const CURSOR = `UPDATE audit_control SET cursor_txid = $5, cursor_seq = $6, sealed_at = clock_timestamp() WHERE id = 1 AND epoch = $1 AND holder = $2 AND cursor_txid = $3 AND cursor_seq = $4
  AND state = 'OPEN' AND server_started IS NOT DISTINCT FROM pg_postmaster_start_time()`;

/** Gives a batch its indices: leaves, trees, global leaves and cursor, or nothing of it. */
export const sequence = (store: Store, seal: Seal, batch: Sequence): Promise<Result<void, Fenced>> =>
  fenced(store, seal, async session => {
    // Sent one behind the other; the first that fails makes PostgreSQL ignore the rest.
    const sent = [moveLogs(session, batch.grown), addLeaves(session, batch.leaves), addGlobalLeaves(session, batch.globalLeaves), setStops(session, batch), tell(store, session, batch.own)];
    const failed = (await Promise.allSettled(sent)).find(s => s.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }, { text: CURSOR, values: [batch.after.txid, batch.after.seq, batch.upTo.txid, batch.upTo.seq] });

/** Events of the notary itself, and the heartbeats among them. */
export const recordOwn = (store: Store, seal: Seal, own: OwnEvents, heartbeats: readonly number[] = []): Promise<Result<void, Fenced>> =>
  fenced(store, seal, async session => {
    await tell(store, session, own);
    if (heartbeats.length > 0) await session.run({ text: 'UPDATE audit_log SET heartbeat_at = clock_timestamp() WHERE id = ANY($1::int[])', values: [heartbeats] });
  });

export const markPublished = (store: Store, seal: Seal, logs: readonly { readonly id: number; readonly published: number }[]): Promise<Result<void, Fenced>> =>
  fenced(store, seal, async session => {
    await session.run({
      name: 'cad_seal_published',
      text: 'UPDATE audit_log l SET published = p.published FROM json_to_recordset($1::json) AS p(id int, published bigint) WHERE l.id = p.id',
      values: [JSON.stringify(logs)],
    });
  });

export interface NewCheckpoint {
  readonly logId: number;
  readonly size: number;
  readonly root: Uint8Array;
  readonly note: string;
}
/** Notes that the signer gave; the same again is fine. */
export const recordCheckpoints = (store: Store, seal: Seal, checkpoints: readonly NewCheckpoint[]): Promise<Result<void, Fenced>> =>
  fenced(store, seal, async session => {
    await session.run({
      name: 'cad_seal_checkpoint',
      text: `INSERT INTO audit_checkpoint (log_id, size, root, note) SELECT "logId", size, decode(root, 'hex'), note FROM json_to_recordset($1::json) AS c("logId" int, size bigint, root text, note text)
        ON CONFLICT (log_id, size) DO NOTHING`,
      values: [JSON.stringify(checkpoints.map(c => ({ ...c, root: hex(c.root) })))],
    });
  });

export interface NewCosignature {
  readonly witness: string;
  /** The signature line, without its line feed. */
  readonly line: string;
  /** Milliseconds since the epoch, by the witness. */
  readonly at: number;
}
export const recordCosignatures = (store: Store, seal: Seal, logId: number, size: number, lines: readonly NewCosignature[]): Promise<Result<void, Fenced>> =>
  fenced(store, seal, async session => {
    await session.run({
      text: `INSERT INTO audit_cosignature (log_id, size, witness, line, cosigned_at) SELECT $1, $2, witness, line, to_timestamp(at / 1000.0) FROM json_to_recordset($3::json) AS c(witness text, line text, at float8)
        ON CONFLICT (log_id, size, witness) DO NOTHING`,
      values: [logId, size, JSON.stringify(lines)],
    });
  });

export const recordTimestamp = (store: Store, seal: Seal, stamp: { readonly logId: number; readonly size: number; readonly authority: string; readonly token: Uint8Array; readonly at: number }): Promise<Result<void, Fenced>> =>
  fenced(store, seal, async session => {
    await session.run({
      text: `INSERT INTO audit_timestamp (log_id, size, authority, token, generated_at) VALUES ($1, $2, $3, decode($4, 'hex'), to_timestamp($5 / 1000.0)) ON CONFLICT (log_id, size, authority) DO NOTHING`,
      values: [stamp.logId, stamp.size, stamp.authority, hex(stamp.token), stamp.at],
    });
  });
