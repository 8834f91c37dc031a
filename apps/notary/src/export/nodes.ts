import type { Objects } from '@cadastre/platform/objects';
import { formatTilePath, fromTiles, parseTile, tilesOfPlan, TILE_WIDTH, type Plan, type Tile } from '@cadastre/tlog';
import { merkle } from '../seal/hashing.ts';
import { prefixOf } from '../seal/trail.ts';

/** One log as the storage has it, and the hashes of its leaves as the database has them. */
export interface TreeSource {
  readonly objects: Pick<Objects, 'get'>;
  readonly origin: string;
  readonly leafHashes: (from: number, to: number) => Promise<readonly Uint8Array[]>;
}

/** A tile from the storage, as wide as asked or wider; else from the tiles below it; those at the bottom from the database. What comes of it is verified against the signed root. */
const hashesOfTile = async (source: TreeSource, tile: Tile): Promise<readonly Uint8Array[]> => {
  const widths = tile.width === TILE_WIDTH ? [TILE_WIDTH] : [tile.width, TILE_WIDTH];
  for (const width of widths) {
    const bytes = await source.objects.get(`${prefixOf(source.origin)}${formatTilePath({ ...tile, width })}`);
    const hashes = bytes === undefined ? undefined : parseTile(bytes, width);
    if (hashes !== undefined) return hashes.slice(0, tile.width);
  }
  const first = Number(tile.index) * TILE_WIDTH;
  if (tile.level === 0) return await source.leafHashes(first, first + tile.width);
  const hashes: Uint8Array[] = [];
  for (let n = 0; n < tile.width; n++) hashes.push(merkle.rootOf(await hashesOfTile(source, { level: Number(tile.level) - 1, index: BigInt(first + n), width: TILE_WIDTH })));
  return hashes;
};

/** The hashes of a plan in a tree of `size`: some fifty, whatever the size. */
export const hashesOfPlan = async (source: TreeSource, plan: Plan, size: number): Promise<readonly Uint8Array[]> => {
  const tiles = new Map<string, readonly Uint8Array[]>();
  for (const tile of tilesOfPlan(plan, BigInt(size))) tiles.set(formatTilePath(tile), await hashesOfTile(source, tile));
  const read = fromTiles(merkle, BigInt(size), tile => tiles.get(formatTilePath(tile)) ?? []);
  return merkle.hashesOf(plan, read);
};
