import type { Merkle } from '../merkle/bind.ts';
import { isSize } from '../merkle/hash.ts';
import type { Tile } from './tile.ts';
import { TILE_WIDTH, encodeTile } from './tile.ts';

const WIDTH = BigInt(TILE_WIDTH);
const assertGrowth = (from: bigint, to: bigint): void => {
  if (!isSize(from) || !isSize(to) || from > to) throw new RangeError(`a log does not grow from ${String(from)} to ${String(to)}`);
};

const rowOfGrowth = (level: number | 'entries', before: bigint, after: bigint): readonly Tile[] => {
  if (before === after) return [];
  const tiles: Tile[] = [];
  for (let index = before / WIDTH; index < after / WIDTH; index++) tiles.push({ level, index, width: TILE_WIDTH });
  const rest = Number(after % WIDTH);
  return rest === 0 ? tiles : [...tiles, { level, index: after / WIDTH, width: rest }];
};

/** The tiles that a log of `to` leaves has and one of `from` has not, level by level, left to right: what must be written. */
export const tilesOfGrowth = (from: bigint, to: bigint): readonly Tile[] => {
  assertGrowth(from, to);
  const tiles: Tile[] = [];
  for (let [level, before, after] = [0, from, to]; after > 0n; [level, before, after] = [level + 1, before / WIDTH, after / WIDTH]) tiles.push(...rowOfGrowth(level, before, after));
  return tiles;
};
/** The same for bundles of entries. */
export const bundlesOfGrowth = (from: bigint, to: bigint): readonly Tile[] => {
  assertGrowth(from, to);
  return rowOfGrowth('entries', from, to);
};
/** The bundles that hold entries `first` … `end` − 1, each as wide as it is in a log of `size`. */
export const bundlesBetween = (first: bigint, end: bigint, size: bigint): readonly Tile[] => {
  assertGrowth(first, end);
  assertGrowth(end, size);
  if (first === end) return [];
  return rowOfGrowth('entries', (first / WIDTH) * WIDTH, size).slice(0, Number((end - 1n) / WIDTH - first / WIDTH) + 1);
};
/** The partial tiles of a log, lowest level first: what must be read in order to grow it (`edgeOf`). */
export const partialTiles = (size: bigint): readonly Tile[] => {
  assertGrowth(0n, size);
  const tiles: Tile[] = [];
  for (let [level, row] = [0, size]; row > 0n; [level, row] = [level + 1, row / WIDTH]) {
    if (row % WIDTH !== 0n) tiles.push({ level, index: row / WIDTH, width: Number(row % WIDTH) });
  }
  return tiles;
};

/** The hashes of the partial tile of each level, none where there is no partial tile: at most 255 a level. */
export interface Edge {
  readonly size: bigint;
  readonly rows: readonly (readonly Uint8Array[])[];
}
export const EMPTY_EDGE: Edge = { size: 0n, rows: [] };
/** From what `partialTiles` names. @throws whatever `readTile` throws; RangeError when a tile is not as wide as the size says. */
export const edgeOf = (size: bigint, readTile: (tile: Tile) => readonly Uint8Array[]): Edge => {
  const rows: (readonly Uint8Array[])[] = [];
  for (const tile of partialTiles(size)) {
    const hashes = readTile(tile);
    if (hashes.length !== tile.width) throw new RangeError(`a tile of ${String(tile.width)} hashes has ${String(hashes.length)}`);
    while (rows.length < Number(tile.level)) rows.push([]);
    rows.push(hashes);
  }
  return { size, rows };
};

export interface WrittenTile {
  readonly tile: Tile;
  readonly bytes: Uint8Array;
}

/** Appends leaves: the tiles of `tilesOfGrowth` with their bytes, and the edge to go on from. The same growth always gives the same bytes. */
export const growTiles = (merkle: Pick<Merkle, 'rootOf'>, edge: Edge, leafHashes: readonly Uint8Array[]): { readonly written: readonly WrittenTile[]; readonly edge: Edge } => {
  const written: WrittenTile[] = [];
  const rows: (readonly Uint8Array[])[] = [];
  let appended = leafHashes;
  for (let [level, before] = [0, edge.size]; appended.length > 0 || level < edge.rows.length; [level, before] = [level + 1, before / WIDTH]) {
    const row = [...(edge.rows[level] ?? []), ...appended];
    const above: Uint8Array[] = [];
    let at = 0;
    const write = (hashes: readonly Uint8Array[]): void => {
      written.push({ tile: { level, index: before / WIDTH + BigInt(at / TILE_WIDTH), width: hashes.length }, bytes: encodeTile(hashes) });
    };
    for (; at + TILE_WIDTH <= row.length; at += TILE_WIDTH) {
      const hashes = row.slice(at, at + TILE_WIDTH);
      write(hashes);
      above.push(merkle.rootOf(hashes));
    }
    const rest = row.slice(at);
    if (rest.length > 0 && appended.length > 0) write(rest);
    rows.push(rest);
    appended = above;
  }
  return { written, edge: { size: edge.size + BigInt(leafHashes.length), rows } };
};
