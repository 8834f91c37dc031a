import { readGlobalLeaves, readLeaves } from '@cadastre/store/seal';
import type { Store } from '@cadastre/store/pool';
import type { Edge } from '@cadastre/tlog';
import { bundlesOfGrowth, EMPTY_EDGE, encodeBundle, growTiles, sameHash, TILE_WIDTH } from '@cadastre/tlog';
import type { Fresh } from './fresh.ts';
import { merkle } from './hashing.ts';
import { sideBySide } from './side-by-side.ts';
import type { Tiles } from './tiles.ts';
import { rootOfEdge } from './tiles.ts';
import type { Log } from './trail.ts';

/** Leaves that are held at once: their bytes are at most 16 KiB each, and about one in life. As many as a batch can bring. */
const CHUNK = 16 * TILE_WIDTH;
const FILES_AT_ONCE = 8;

/** The leaves of a log in the database do not make the tree that the database says: its files would prove nothing. */
export class BrokenLog extends Error {
  override readonly name = 'BrokenLog';
}

const storedRows = (store: Store, log: Log, from: number, to: number): Promise<readonly { readonly index: number; readonly body: Buffer | null }[]> =>
  log.kind === 'GLOBAL' ? readGlobalLeaves(store, log.id, from, to) : readLeaves(store, log.id, from, to);

/** Bytes of the leaves `from` … `to` − 1. */
const bodiesOf = async (store: Store, log: Log, from: number, to: number, fresh?: Fresh): Promise<readonly Uint8Array[]> => {
  const held = fresh?.take(log.id, from, to);
  if (held !== undefined) return held;
  const rows = await storedRows(store, log, from, to);
  if (rows.length !== to - from || rows.some((row, n) => row.index !== from + n)) throw new BrokenLog(`${log.origin} lacks leaves between ${String(from)} and ${String(to)}`);
  return rows.map(row => {
    if (row.body === null) throw new BrokenLog(`${log.origin} has no bytes of leaf ${String(row.index)}`);
    return row.body;
  });
};

/**
 * Bytes of the leaves of a bundle that is not full yet, which the next one repeats. A row may have been altered since it was sealed, and must not take what was
 * published along: its bytes are used only by their hash, and else those that storage has.
 */
const repeated = async (store: Store, tiles: Tiles, log: Log, from: number, hashes: readonly Uint8Array[], fresh: Fresh): Promise<readonly Uint8Array[]> => {
  if (hashes.length === 0) return [];
  const same = (bodies: readonly Uint8Array[]): boolean => bodies.length === hashes.length && bodies.every((body, n) => sameHash(merkle.leafHash(body), hashes[n] ?? new Uint8Array()));
  const held = fresh.take(log.id, from - hashes.length, from);
  if (held !== undefined && same(held)) return held;
  const rows = (await storedRows(store, log, from - hashes.length, from)).flatMap(row => row.body ?? []);
  if (same(rows)) return rows;
  const kept = await tiles.entries(log.origin, BigInt(Math.floor(from / TILE_WIDTH)), hashes.length);
  if (kept !== undefined && same(kept)) return kept;
  throw new BrokenLog(`${log.origin} has other bytes below ${String(from)} than were sealed, and so has storage`);
};

/** The edge from the database alone, for when storage has lost its tiles: from the hashes of all leaves, whose bytes may have been pruned. */
const edgeFromLeaves = async (store: Store, log: Log, size: number): Promise<Edge> => {
  let edge = EMPTY_EDGE;
  for (let at = 0; at < size; at += CHUNK) {
    const to = Math.min(size, at + CHUNK);
    const hashes = log.kind === 'GLOBAL' ? (await bodiesOf(store, log, at, to)).map(merkle.leafHash) : (await readLeaves(store, log.id, at, to)).map(leaf => leaf.leafHash);
    edge = growTiles(merkle, edge, hashes).edge;
  }
  return edge;
};

export interface Published {
  readonly edge: Edge;
  readonly published: number;
  /** Files that nobody had signed and that were written anew: the database was put back before they were signed. */
  readonly rewritten: number;
}

/**
 * Writes the next leaves of a log to storage: at most a chunk, so that a log that has much to catch up does not hold up the others. Bytes follow from the leaves
 * alone, so doing it again after a crash writes the same. Throws BrokenLog when the result would not be the tree that was decided.
 */
export const publishLog = async (store: Store, tiles: Tiles, log: Log, fresh: Fresh): Promise<Published> => {
  const [from, to] = [log.published, Math.min(log.size, log.published + CHUNK)];
  const before = log.edge ?? (await tiles.edge(log.origin, BigInt(from))) ?? (await edgeFromLeaves(store, log, from));
  const start = from - (from % TILE_WIDTH);
  const bodies = [...(await repeated(store, tiles, log, from, before.rows[0] ?? [], fresh)), ...(await bodiesOf(store, log, from, to, fresh))];
  const { written, edge } = growTiles(merkle, before, bodies.slice(from - start).map(merkle.leafHash));
  if (to === log.size && !sameHash(rootOfEdge(edge), log.root)) throw new BrokenLog(`the leaves of ${log.origin} do not have the root that was decided at ${String(to)}`);
  const signed = BigInt(log.remembered?.size ?? 0);
  const bundles = bundlesOfGrowth(BigInt(from), BigInt(to)).map(tile => {
    const first = Number(tile.index) * TILE_WIDTH - start;
    return { tile, bytes: encodeBundle(bodies.slice(first, first + tile.width)) };
  });
  let rewritten = 0;
  await sideBySide([...bundles, ...written], FILES_AT_ONCE, async ({ tile, bytes }) => {
    if ((await tiles.write(log.origin, tile, bytes, signed)) === 'rewritten') rewritten += 1;
  });
  fresh.drop(log.id, to - (to % TILE_WIDTH));
  return { edge, published: to, rewritten };
};
