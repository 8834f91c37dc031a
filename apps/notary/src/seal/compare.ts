import type { Remembrance } from '@cadastre/domain/seal';
import { readGlobalLeaves, readLeaves } from '@cadastre/store/seal';
import type { Store } from '@cadastre/store/pool';
import type { Frontier, Tile } from '@cadastre/tlog';
import { EMPTY_FRONTIER, parseCheckpoint, TILE_WIDTH } from '@cadastre/tlog';
import { merkle } from './hashing.ts';
import { sideBySide } from './side-by-side.ts';
import type { SignedTree } from './signer-client.ts';
import type { Tiles } from './tiles.ts';
import type { Log, Trail } from './trail.ts';
import { belongs } from './trail.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const CHUNK = 4_096;
const LOGS_AT_ONCE = 8;

/** The bundle that holds the last of `size` leaves, full or as wide as it was then. */
const lastBundles = (size: number): readonly Tile[] => {
  const index = BigInt(Math.floor((size - 1) / TILE_WIDTH));
  const width = ((size - 1) % TILE_WIDTH) + 1;
  const full: Tile = { level: 'entries', index, width: TILE_WIDTH };
  return width === TILE_WIDTH ? [full] : [{ level: 'entries', index, width }, full];
};
const storageOf = async (tiles: Tiles, origin: string, size: number): Promise<'WHOLE' | 'LACKING'> => {
  if (size === 0) return 'WHOLE';
  for (const bundle of lastBundles(size)) if (await tiles.has(origin, bundle)) return 'WHOLE';
  return 'LACKING';
};

const frontierAt = async (store: Store, log: Log, size: number): Promise<Frontier> => {
  let frontier = EMPTY_FRONTIER;
  for (let at = 0; at < size; at += CHUNK) {
    const to = Math.min(size, at + CHUNK);
    const hashes = log.kind === 'GLOBAL' ? (await readGlobalLeaves(store, log.id, at, to)).map(l => merkle.leafHash(l.body)) : (await readLeaves(store, log.id, at, to)).map(l => l.leafHash);
    frontier = merkle.appendLeaves(frontier, hashes);
  }
  return frontier;
};

// The note of the last checkpoint says what the tree was at its size; only after a crash between a signature and its row must the leaves be hashed again.
const rootAt = async (store: Store, log: Log, size: number): Promise<Uint8Array> => {
  if (size === log.size) return log.root;
  const checkpoint = log.note === '' ? undefined : parseCheckpoint(log.note);
  if (checkpoint?.ok === true && checkpoint.value.size === BigInt(size)) return checkpoint.value.root;
  return merkle.frontierRoot(await frontierAt(store, log, size));
};

/**
 * What the three places remember of every log of this origin. The database's tree is taken at the signer's size when it is the longer one, so that another past is
 * found here and not at the next signature, when events are already being taken again.
 */
export const remembrances = async (store: Store, tiles: Tiles, trail: Trail, memory: readonly SignedTree[]): Promise<readonly Remembrance[]> => {
  const logs = new Map([...trail.logs.values()].map(log => [log.origin, log]));
  const signed = new Map(memory.filter(tree => belongs(trail.operator, tree.origin)).map(tree => [tree.origin, tree]));
  const found: Remembrance[] = [];
  await sideBySide([...new Set([...logs.keys(), ...signed.keys()])], LOGS_AT_ONCE, async origin => {
    const [log, tree] = [logs.get(origin), signed.get(origin)];
    const size = log?.size ?? 0;
    const behind = tree !== undefined && size < tree.size;
    const comparable = tree !== undefined && log !== undefined && !behind;
    found.push({
      origin,
      // At the signer's size, when there is one to compare with.
      database: { size: comparable ? tree.size : size, root: hex(log === undefined ? merkle.emptyRoot() : comparable ? await rootAt(store, log, tree.size) : log.root), published: log?.published ?? 0 },
      signer: tree === undefined ? undefined : { size: tree.size, root: hex(tree.root) },
      storage: await storageOf(tiles, origin, behind ? tree.size : (log?.published ?? 0)),
    });
  });
  return found;
};
