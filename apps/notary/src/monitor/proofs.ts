import { parseBundle, parseTile, sameHash, TILE_WIDTH } from '@cadastre/tlog';
import { sha256 } from '@cadastre/platform/digest';
import { merkle } from './hashing.ts';

/** What was proven of one full tile, as SHA-256 of the bytes that it was proven with. */
interface Proven {
  /** The node of the level above: what everything here hangs on. */
  readonly above: Uint8Array;
  readonly tile: Uint8Array;
  bundle?: Uint8Array;
  rows?: Uint8Array;
}

/**
 * Full tiles of leaves that this process has verified hash by hash, with their entry bundles and rows. What has the same SHA-256 as bytes that were verified is those bytes,
 * and one hash over 200 KB costs a tenth of 511 small ones: all passes but the first are mostly that. In memory alone, for it is no more than what a pass would find again.
 */
export interface Proofs {
  /** Whether the bytes are the tile of leaves whose root is `above`. */
  tile(key: string, above: Uint8Array, bytes: Uint8Array): boolean;
  /** Whether the bytes are a bundle with these leaves: hashes that the root vouches for, one behind the other. */
  bundle(key: string, leaves: Uint8Array, bytes: Uint8Array): boolean;
  /** Whether rows are as they were when `verify` said so, or it says so now. After `bundle`, or without one. */
  rows(key: string, leaves: Uint8Array, rows: Uint8Array, verify: () => boolean): boolean;
}

export const HASH = 32;

const isBundle = (leaves: Uint8Array, bytes: Uint8Array): boolean =>
  parseBundle(bytes, leaves.length / HASH)?.every((entry, n) => equal(merkle.leafHash(entry), leaves.subarray(n * HASH, (n + 1) * HASH))) === true;
export const equal = (a: Uint8Array | undefined | null, b: Uint8Array): boolean => a !== undefined && a !== null && Buffer.compare(a, b) === 0;

/** `leaves`: of how many the tiles are kept in mind, some two bytes for each leaf; what is beyond is verified anew each time. */
export const createProofs = (leaves: number): Proofs => {
  const most = Math.ceil(leaves / TILE_WIDTH);
  const proven = new Map<string, Proven>();
  // Only what is proven of these very leaves, which must have come out of `tile`; one on the right edge is another in the next pass, and never known.
  const of = (key: string, hashes: Uint8Array): Proven | undefined => {
    const known = hashes.length === TILE_WIDTH * HASH ? proven.get(key) : undefined;
    return known !== undefined && equal(known.tile, sha256(hashes)) ? known : undefined;
  };
  return {
    tile: (key, above, bytes) => {
      const known = proven.get(key);
      const digest = sha256(bytes);
      if (known !== undefined && equal(known.above, above) && equal(known.tile, digest)) return true;
      const hashes = parseTile(bytes, TILE_WIDTH);
      if (hashes === undefined || !sameHash(merkle.rootOf(hashes), above)) return false;
      proven.delete(key);
      if (proven.size < most) proven.set(key, { above, tile: digest });
      return true;
    },
    bundle: (key, hashes, bytes) => {
      const known = of(key, hashes);
      const digest = known === undefined ? undefined : sha256(bytes);
      if (digest !== undefined && equal(known?.bundle, digest)) return true;
      if (!isBundle(hashes, bytes)) return false;
      if (known !== undefined && digest !== undefined) known.bundle = digest;
      return true;
    },
    rows: (key, hashes, rows, verify) => {
      const known = of(key, hashes);
      const digest = known === undefined ? undefined : sha256(rows);
      if (digest !== undefined && equal(known?.rows, digest)) return true;
      if (!verify()) return false;
      if (known !== undefined && digest !== undefined) known.rows = digest;
      return true;
    },
  };
};
