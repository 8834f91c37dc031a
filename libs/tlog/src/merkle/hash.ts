import { isBytes } from '@noble/hashes/utils.js';

/** SHA-256 of bytes, as 32 bytes of its own. `node:crypto`'s and noble's both fit. */
export type Sha256 = (data: Uint8Array) => Uint8Array;

export const HASH_BYTES = 32;
/** C2SP tlog-checkpoint and tlog-tiles count leaves in an int64. */
export const MAX_SIZE = 2n ** 63n - 1n;

export const isHash = (value: unknown): value is Uint8Array => isBytes(value) && value.length === HASH_BYTES;
export const isSize = (value: unknown): value is bigint => typeof value === 'bigint' && value >= 0n && value <= MAX_SIZE;

/**
 * A list of hashes from outside, copied element by element: what was checked is then what is used, even of a list whose iterator or whose
 * elements change between two looks. Undefined: not a list of at most `limit` hashes.
 */
export const hashesFrom = (value: unknown, limit: number): Uint8Array[] | undefined => {
  if (!Array.isArray(value)) return undefined;
  const length: unknown = value.length;
  if (typeof length !== 'number' || length > limit) return undefined;
  const copied: Uint8Array[] = [];
  for (let i = 0; i < length; i++) {
    const hash: unknown = value[i];
    if (!isHash(hash)) return undefined;
    copied.push(hash);
  }
  return copied;
};

/** For what our own code passes: a wrong hash here is a bug, not an attack, and must not become a root. */
export const assertHashes = (hashes: readonly Uint8Array[]): void => {
  for (const hash of hashes) if (!isHash(hash)) throw new TypeError('a hash is a Uint8Array of 32 bytes');
};

/** The three hashes of RFC 6962 §2.1. The prefixes keep a leaf from being shown as a node: without them a second preimage is free. */
export interface Hashing {
  /** SHA-256(0x00 || data). */
  readonly leafHash: (data: Uint8Array) => Uint8Array;
  /** SHA-256(0x01 || left || right). @throws TypeError when one is not 32 bytes. */
  readonly nodeHash: (left: Uint8Array, right: Uint8Array) => Uint8Array;
  /** SHA-256 of nothing: the root of no leaves. */
  readonly emptyRoot: () => Uint8Array;
}

const LEAF_SCRATCH = 4_096;

export const hashingWith = (sha256: Sha256): Hashing => {
  // One scratch for all nodes: allocating 65 bytes a node costs as much as a tenth of hashing them.
  const pair = new Uint8Array(1 + 2 * HASH_BYTES);
  pair[0] = 1;
  // The same for leaves, which are about as long as each other; what is longer gets room of its own.
  const leaf = new Uint8Array(LEAF_SCRATCH);
  return {
    leafHash: data => {
      const length = 1 + data.length;
      const prefixed = length > LEAF_SCRATCH ? new Uint8Array(length) : leaf.subarray(0, length);
      prefixed.set(data, 1);
      return sha256(prefixed);
    },
    nodeHash: (left, right) => {
      if (!isHash(left) || !isHash(right)) throw new TypeError('a hash is a Uint8Array of 32 bytes');
      pair.set(left, 1);
      pair.set(right, 1 + HASH_BYTES);
      return sha256(pair);
    },
    emptyRoot: () => sha256(new Uint8Array(0)),
  };
};

/** Root of neighbours that together end a tree, left to right, each at least as wide as the next: `node(a, node(b, c))`. */
export const foldRight = (hashing: Hashing, hashes: readonly Uint8Array[]): Uint8Array | undefined => {
  let root = hashes.at(-1);
  for (let i = hashes.length - 2; i >= 0 && root !== undefined; i--) {
    const left = hashes[i];
    if (left !== undefined) root = hashing.nodeHash(left, root);
  }
  return root;
};

export const sameHash = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);
