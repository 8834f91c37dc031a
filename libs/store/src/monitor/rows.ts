import { hash } from 'node:crypto';
import type { LogKind } from '@cadastre/domain/seal';
import type { Store } from '../pool/index.ts';
import { columnsOf, endOfRow } from '../pool/copy.ts';
import { INTERNAL } from '../pool/store.ts';

interface Which {
  readonly id: number;
  readonly kind: LogKind;
}

/** One leaf and its row as they are. */
export interface LeafRow {
  readonly index: number;
  /** As stored; in the global log of the body, for it stores none. */
  readonly hash: Buffer;
  /** Null in the global log. */
  readonly eventId: string | null;
  /** SHA-256 of the body, as the row says. */
  readonly digest: Buffer | null;
  readonly tenantId: string | null;
  /** Null: the row is gone, or was not asked for. */
  readonly body: Buffer | null;
}

/** The leaves of a tile with their rows as PostgreSQL sent them: the same bytes are the same leaves. `rowsOf` reads them. */
export interface TileRows {
  /** Index of the tile at level 0. */
  readonly tile: number;
  readonly bytes: Buffer;
}

const LEAVES = 'SELECT l.index, l.leaf_hash, l.event_id, NULL::bytea, NULL::text, NULL::bytea FROM audit_leaf l WHERE l.log_id = ';
const ENTRIES = 'SELECT l.index, l.leaf_hash, l.event_id, e.digest, e.tenant_id, e.body FROM audit_leaf l LEFT JOIN audit_event e ON e.id = l.event_id WHERE l.log_id = ';
const GLOBAL = 'SELECT l.index, NULL::bytea, NULL::text, NULL::bytea, NULL::text, l.body FROM audit_global_leaf l WHERE l.tree_id = ';
const whole = (n: number): string => {
  if (!Number.isSafeInteger(n)) throw new RangeError(`${String(n)} is no index`);
  return String(n);
};

/**
 * Leaves `from` … `end` − 1 of a log, tile by tile, also of a tile that has none. Columns as they are, and nothing hashed or compared here: a superuser can put another
 * function in the place of PostgreSQL's own, and then the database would say of itself that all is well. `LEAVES`: without the rows, of what was pruned.
 */
export const readTileRows = async (store: Store, log: Which, from: number, end: number, what: 'LEAVES' | 'ENTRIES'): Promise<readonly TileRows[]> => {
  const query = `${log.kind === 'GLOBAL' ? GLOBAL : what === 'LEAVES' ? LEAVES : ENTRIES}${whole(log.id)} AND l.index >= ${whole(from)} AND l.index < ${whole(end)} ORDER BY l.index`;
  const bytes = await store[INTERNAL].copy(query);
  let at = 0;
  return Array.from({ length: Math.ceil(end / TILE) - Math.floor(from / TILE) }, (_, n) => {
    const tile = Math.floor(from / TILE) + n;
    const first = at;
    while (at < bytes.length && indexOf(bytes, at) < (tile + 1) * TILE) at = endOfRow(bytes, at);
    return { tile, bytes: bytes.subarray(first, at) };
  });
};
const TILE = 256;
// The first column, behind the number of columns and its own length.
const indexOf = (bytes: Buffer, row: number): number => bytes.readUInt32BE(row + 6) * 2 ** 32 + bytes.readUInt32BE(row + 10);

export const rowsOf = ({ bytes }: Pick<TileRows, 'bytes'>): readonly LeafRow[] => {
  const rows: LeafRow[] = [];
  for (let at = 0; at < bytes.length; at = endOfRow(bytes, at)) {
    const [, stored, eventId, digest, tenantId, body] = columnsOf(bytes, at);
    rows.push({ index: indexOf(bytes, at), hash: stored ?? leafHash(body ?? Buffer.alloc(0)), eventId: eventId?.toString('utf8') ?? null, digest: digest ?? null, tenantId: tenantId?.toString('utf8') ?? null, body: body ?? null });
  }
  return rows;
};
const leafHash = (body: Buffer): Buffer => hash('sha256', Buffer.concat([Buffer.of(0), body]), 'buffer');

/** Hash of each leaf of a range, by its index. */
export const readLeafHashes = async (store: Store, log: Which, from: number, end: number): Promise<readonly Pick<LeafRow, 'index' | 'hash'>[]> =>
  (await readTileRows(store, log, from, end, 'LEAVES')).flatMap(rowsOf);
