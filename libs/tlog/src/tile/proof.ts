import type { Merkle } from '../merkle/bind.ts';
import type { Node, Plan } from '../merkle/plan.ts';
import type { ReadNode } from '../merkle/tree.ts';
import type { Tile } from './tile.ts';
import { TILE_WIDTH, formatTilePath } from './tile.ts';

const WIDTH = BigInt(TILE_WIDTH);
const LEVELS = 8;

interface Place {
  readonly tile: Tile;
  /** Of its first hash in the tile. */
  readonly from: number;
  /** Hashes of the tile that it is made of: a power of two. */
  readonly hashes: number;
}
/** Where a node lies in the tiles of a log of `size`. @throws RangeError when such a log does not have it. */
const placeOf = ({ level, index }: Node, size: bigint): Place => {
  const row = Math.floor(level / LEVELS);
  const hashes = 2 ** (level % LEVELS);
  const first = index * BigInt(hashes);
  const length = size >> BigInt(LEVELS * row);
  if (first + BigInt(hashes) > length) throw new RangeError(`a log of ${String(size)} has no node ${String(index)} at level ${String(level)}`);
  const tile = first / WIDTH;
  const left = length - tile * WIDTH;
  return { tile: { level: row, index: tile, width: left < WIDTH ? Number(left) : TILE_WIDTH }, from: Number(first % WIDTH), hashes };
};

/** The tiles of a log of `size` that hold the nodes of a plan, each once: fetch these, then `hashesOf(plan, fromTiles(…))`. */
export const tilesOfPlan = (plan: Plan, size: bigint): readonly Tile[] => [...new Map(plan.flat().map(node => placeOf(node, size).tile).map(tile => [formatTilePath(tile), tile])).values()];

/**
 * Reads nodes out of tiles. `readTile` gives the hashes of a tile that `tilesOfPlan` named. What comes of it is only as good as the tiles:
 * verify a proof against the signed root before it leaves the house. @throws RangeError when a tile is not as wide as it must be.
 */
export const fromTiles = (merkle: Pick<Merkle, 'rootOf'>, size: bigint, readTile: (tile: Tile) => readonly Uint8Array[]): ReadNode => node => {
  const { tile, from, hashes } = placeOf(node, size);
  const row = readTile(tile);
  if (row.length !== tile.width) throw new RangeError(`${formatTilePath(tile)} has ${String(row.length)} hashes`);
  return merkle.rootOf(row.slice(from, from + hashes));
};
