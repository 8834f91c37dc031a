import type { Objects } from '@cadastre/platform/objects';
import { ObjectConflict } from '@cadastre/platform/objects';
import type { Edge, Plan, Tile } from '@cadastre/tlog';
import { edgeOf, formatTilePath, fromTiles, parseBundle, parseTile, partialTiles, planConsistency, planRoot, TILE_WIDTH, tilesOfPlan } from '@cadastre/tlog';
import { merkle } from './hashing.ts';
import { prefixOf } from './trail.ts';

type Hashes = readonly Uint8Array[];
const WIDTH = BigInt(TILE_WIDTH);

/** Leaves of the log that exist when this file does: files that end above what was signed have never been vouched for. */
export const endOf = ({ level, index, width }: Tile): bigint => (index * WIDTH + BigInt(width)) * WIDTH ** BigInt(level === 'entries' ? 0 : level);

/** The tiles of all logs in storage, the youngest also in memory: what is proven is nearly always about the newest leaves. */
export interface Tiles {
  /** Hashes of a tile. Throws when storage does not have it, or has another length. */
  read(origin: string, tile: Tile): Promise<Hashes>;
  /** Writes once. What nobody signed may be written anew, for its database was put back; answers whether it was. */
  write(origin: string, tile: Tile, bytes: Uint8Array, signed: bigint): Promise<'written' | 'rewritten'>;
  has(origin: string, tile: Tile): Promise<boolean>;
  /** Entries of a bundle; undefined when storage does not have it, or has something else. Believe them only by their hashes. */
  entries(origin: string, index: bigint, width: number): Promise<readonly Uint8Array[] | undefined>;
  /** RFC 6962 §2.1.2 out of the tiles of `to`. Believe it only after verifying it. */
  consistency(origin: string, from: bigint, to: bigint): Promise<Uint8Array[]>;
  /** The partial tiles of a size, read from storage; undefined when one is lacking. */
  edge(origin: string, size: bigint): Promise<Edge | undefined>;
}

/** Tiles held in memory, of 256 hashes each: some 50 MB. */
const MOST_HELD = 2_000;

export const tilesIn = (objects: Objects): Tiles => {
  const held = new Map<string, Hashes>();
  const keyOf = (origin: string, tile: Tile): string => `${prefixOf(origin)}${formatTilePath(tile)}`;
  const hold = (key: string, hashes: Hashes): Hashes => {
    held.delete(key);
    held.set(key, hashes);
    const oldest = held.keys().next();
    if (held.size > MOST_HELD && oldest.done !== true) held.delete(oldest.value);
    return hashes;
  };
  const read = async (origin: string, tile: Tile): Promise<Hashes> => {
    const key = keyOf(origin, tile);
    const known = held.get(key);
    if (known !== undefined) return known;
    const hashes = parseTile((await objects.get(key)) ?? new Uint8Array(), tile.width);
    if (hashes === undefined) throw new Error(`${key} is not in ${objects.where}, or is no tile of ${String(tile.width)} hashes`);
    return hold(key, hashes);
  };
  const nodes = async (origin: string, size: bigint, plan: Plan): Promise<Uint8Array[]> => {
    const tiles = new Map<string, Hashes>();
    for (const tile of tilesOfPlan(plan, size)) tiles.set(formatTilePath(tile), await read(origin, tile));
    return merkle.hashesOf(plan, fromTiles(merkle, size, tile => tiles.get(formatTilePath(tile)) ?? []));
  };
  return {
    read,
    write: async (origin, tile, bytes, signed) => {
      const key = keyOf(origin, tile);
      const hashes = tile.level === 'entries' ? undefined : parseTile(bytes, tile.width);
      if (hashes !== undefined) hold(key, hashes);
      try {
        await objects.put(key, bytes);
        return 'written';
      } catch (error) {
        if (!(error instanceof ObjectConflict) || endOf(tile) <= signed) throw error;
        await objects.replace(key, bytes);
        return 'rewritten';
      }
    },
    has: async (origin, tile) => (await objects.stat(keyOf(origin, tile))) !== undefined,
    entries: async (origin, index, width) => parseBundle((await objects.get(keyOf(origin, { level: 'entries', index, width }))) ?? new Uint8Array(), width),
    consistency: (origin, from, to) => nodes(origin, to, planConsistency(from, to)),
    edge: async (origin, size) => {
      const rows = new Map<string, Hashes>();
      for (const tile of partialTiles(size)) {
        const hashes = held.get(keyOf(origin, tile)) ?? parseTile((await objects.get(keyOf(origin, tile))) ?? new Uint8Array(), tile.width);
        if (hashes === undefined) return undefined;
        rows.set(formatTilePath(tile), hashes);
      }
      return edgeOf(size, tile => rows.get(formatTilePath(tile)) ?? []);
    },
  };
};

/** The root of a log, out of its edge alone: each node that it is folded from lies in a partial tile. */
export const rootOfEdge = (edge: Edge): Uint8Array =>
  edge.size === 0n ? merkle.emptyRoot() : (merkle.hashesOf(planRoot(edge.size), fromTiles(merkle, edge.size, ({ level }) => edge.rows[Number(level)] ?? []))[0] ?? merkle.emptyRoot());
