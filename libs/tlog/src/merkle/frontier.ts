import type { Hashing } from './hash.ts';
import { MAX_SIZE, foldRight, isHash, isSize } from './hash.ts';
import { nodesBetween } from './plan.ts';

/**
 * All that a log must remember in order to grow: the roots of the perfect subtrees that make up its leaves, widest first, one per bit set
 * in `size` (a compact range). At most 63 hashes; how they are stored is the caller's.
 */
export interface Frontier {
  readonly size: bigint;
  readonly hashes: readonly Uint8Array[];
}
export const EMPTY_FRONTIER: Frontier = { size: 0n, hashes: [] };

/** A frontier that was stored. @throws RangeError when the number of hashes does not fit the size, TypeError when one is not 32 bytes. */
export const frontierOf = (size: bigint, hashes: readonly Uint8Array[]): Frontier => {
  if (!isSize(size)) throw new RangeError(`${String(size)} is no size`);
  if (nodesBetween(0n, size).length !== hashes.length) throw new RangeError(`a frontier of ${String(size)} leaves does not have ${String(hashes.length)} hashes`);
  if (!hashes.every(isHash)) throw new TypeError('a hash is a Uint8Array of 32 bytes');
  return { size, hashes: [...hashes] };
};

/** The same, growing in place: what appends millions of leaves must not copy a list for each. */
export class FrontierStack {
  #size: bigint;
  readonly #hashes: Uint8Array[];
  readonly #hashing: Hashing;

  constructor(hashing: Hashing, from: Frontier) {
    this.#hashing = hashing;
    this.#size = from.size;
    this.#hashes = [...from.hashes];
  }
  get size(): bigint {
    return this.#size;
  }
  /** @throws TypeError when the hash is not 32 bytes; RangeError when the width does not divide the size, or at 2^63 leaves. */
  append(hash: Uint8Array, width = 1n): void {
    if (!isHash(hash)) throw new TypeError('a hash is a Uint8Array of 32 bytes');
    if (width < 1n || this.#size % width !== 0n || this.#size + width > MAX_SIZE) throw new RangeError(`a subtree of ${String(width)} cannot begin at ${String(this.#size)}`);
    let merged = hash;
    for (let bit = width; (this.#size & bit) !== 0n; bit <<= 1n) {
      const left = this.#hashes.pop();
      if (left !== undefined) merged = this.#hashing.nodeHash(left, merged);
    }
    this.#hashes.push(merged);
    this.#size += width;
  }
  frontier(): Frontier {
    return { size: this.#size, hashes: [...this.#hashes] };
  }
  root(): Uint8Array {
    return foldRight(this.#hashing, this.#hashes) ?? this.#hashing.emptyRoot();
  }
}

export const appendLeaves = (hashing: Hashing, frontier: Frontier, leafHashes: Iterable<Uint8Array>): Frontier => {
  const stack = new FrontierStack(hashing, frontier);
  for (const hash of leafHashes) stack.append(hash);
  return stack.frontier();
};
