import { HASH_BYTES, isHash, isSize } from '../merkle/hash.ts';
import { fromDecimalPath, toDecimalPath } from './path.ts';

/** Hashes of a full tile, and entries of a full bundle. C2SP tlog-tiles. */
export const TILE_WIDTH = 256;

/** One file of a log: a tile of hashes at a level, or a bundle of entries. */
export interface Tile {
  /** 0: hashes of leaves; L: of subtrees of 256^L leaves, L ≤ 63. */
  readonly level: number | 'entries';
  /** From 0, in its level. */
  readonly index: bigint;
  /** Hashes or entries in it: 1 to 256. */
  readonly width: number;
}

/** `tile/<L>/<N>` or `tile/<L>/<N>.p/<W>`, under the prefix of the log. @throws RangeError for what no tile is. */
export const formatTilePath = ({ level, index, width }: Tile): string => {
  const levelFits = level === 'entries' || (Number.isInteger(level) && level >= 0 && level <= 63);
  if (!levelFits || !isSize(index) || !Number.isInteger(width) || width < 1 || width > TILE_WIDTH) throw new RangeError('a tile has a level of 0 to 63, an index and a width of 1 to 256');
  return `tile/${String(level)}/${toDecimalPath(index)}${width === TILE_WIDTH ? '' : `.p/${String(width)}`}`;
};

/** Undefined unless `formatTilePath` writes a tile exactly so. */
export const parseTilePath = (path: string): Tile | undefined => {
  const found = /^tile\/(entries|[0-9]{1,2})\/([x0-9/]+?)(?:\.p\/([0-9]{1,3}))?$/.exec(path);
  if (found === null) return undefined;
  const [, level = '', number = '', width] = found;
  const index = fromDecimalPath(number);
  const tile = { level: level === 'entries' ? level : Number(level), index: index ?? -1n, width: width === undefined ? TILE_WIDTH : Number(width) } as const;
  // Writing it again is the strictness: leading zeros, `.p/0`, `.p/256` and level 64 have no other place where they could be forgotten.
  try {
    return formatTilePath(tile) === path ? tile : undefined;
  } catch {
    return undefined;
  }
};

/** The bytes of a tile. @throws RangeError unless 1 to 256 hashes. */
export const encodeTile = (hashes: readonly Uint8Array[]): Uint8Array => {
  if (hashes.length < 1 || hashes.length > TILE_WIDTH || !hashes.every(isHash)) throw new RangeError('a tile has 1 to 256 hashes of 32 bytes');
  const bytes = new Uint8Array(HASH_BYTES * hashes.length);
  hashes.forEach((hash, n) => bytes.set(hash, n * HASH_BYTES));
  return bytes;
};

/** The hashes of a tile. Undefined unless there are exactly `width`. */
export const parseTile = (bytes: Uint8Array, width: number): readonly Uint8Array[] | undefined =>
  bytes.length === HASH_BYTES * width && width >= 1 && width <= TILE_WIDTH ? Array.from({ length: width }, (_, n) => bytes.slice(n * HASH_BYTES, (n + 1) * HASH_BYTES)) : undefined;
