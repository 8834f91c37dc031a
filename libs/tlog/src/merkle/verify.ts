import type { Hashing } from './hash.ts';
import { hashesFrom, isHash, isSize, sameHash } from './hash.ts';

export interface InclusionClaim {
  readonly leafHash: Uint8Array;
  /** From 0. */
  readonly index: bigint;
  readonly size: bigint;
  /** The sibling of the leaf first. */
  readonly proof: readonly Uint8Array[];
  readonly root: Uint8Array;
}
export interface ConsistencyClaim {
  readonly size1: bigint;
  readonly size2: bigint;
  readonly root1: Uint8Array;
  readonly root2: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

// Both paths of RFC 6962 are at most one hash a level, and one more.
const MAX_PROOF = 64;

// A claim comes from outside and may be anything, a getter that throws included: what cannot be read is not proven.
const soundly = (judge: () => boolean): boolean => {
  try {
    return judge();
  } catch {
    return false;
  }
};

/** Whether the path leads from the leaf to the root (RFC 9162 §2.1.3.2, same tree as RFC 6962). Anything malformed is false; never throws. */
export const verifyInclusion = (hashing: Hashing, claim: InclusionClaim): boolean =>
  soundly(() => {
    const { leafHash, index, size, root } = claim;
    const proof = hashesFrom(claim.proof, MAX_PROOF);
    if (!isHash(leafHash) || !isHash(root) || !isSize(index) || !isSize(size) || proof === undefined || index >= size) return false;
    let [at, last, hash] = [index, size - 1n, leafHash];
    for (const sibling of proof) {
      if (last === 0n) return false;
      if ((at & 1n) === 1n || at === last) {
        hash = hashing.nodeHash(sibling, hash);
        // On the right edge the levels without a sibling are skipped.
        while ((at & 1n) === 0n && at !== 0n) [at, last] = [at >> 1n, last >> 1n];
      } else hash = hashing.nodeHash(hash, sibling);
      [at, last] = [at >> 1n, last >> 1n];
    }
    return last === 0n && sameHash(hash, root);
  });

/**
 * Whether the tree of `size2` begins with that of `size1` (RFC 9162 §2.1.4.2). Size 0 is the past of everything with an empty proof, if
 * `root1` is the root of nothing. Anything malformed is false; never throws.
 */
export const verifyConsistency = (hashing: Hashing, claim: ConsistencyClaim): boolean =>
  soundly(() => {
    const { size1, size2, root1, root2 } = claim;
    const proof = hashesFrom(claim.proof, MAX_PROOF);
    if (!isHash(root1) || !isHash(root2) || !isSize(size1) || !isSize(size2) || proof === undefined || size1 > size2) return false;
    const empty = hashing.emptyRoot();
    if (size1 === 0n) return proof.length === 0 && sameHash(root1, empty) && (size2 > 0n || sameHash(root2, empty));
    if (size1 === size2) return proof.length === 0 && sameHash(root1, root2);
    // A tree of 2^k is a left edge: its root is the first hash, and the proof leaves it out.
    const [seed, ...path] = (size1 & (size1 - 1n)) === 0n ? [root1, ...proof] : proof;
    if (seed === undefined) return false;
    return climb(hashing, { at: size1 - 1n, last: size2 - 1n, seed, path, root1, root2 });
  });

interface Climb {
  readonly at: bigint;
  readonly last: bigint;
  readonly seed: Uint8Array;
  readonly path: readonly Uint8Array[];
  readonly root1: Uint8Array;
  readonly root2: Uint8Array;
}
const climb = (hashing: Hashing, { seed, path, root1, root2, ...from }: Climb): boolean => {
  let { at, last } = from;
  while ((at & 1n) === 1n) [at, last] = [at >> 1n, last >> 1n];
  let [older, newer] = [seed, seed];
  for (const hash of path) {
    if (last === 0n) return false;
    if ((at & 1n) === 1n || at === last) {
      [older, newer] = [hashing.nodeHash(hash, older), hashing.nodeHash(hash, newer)];
      while ((at & 1n) === 0n && at !== 0n) [at, last] = [at >> 1n, last >> 1n];
    } else newer = hashing.nodeHash(newer, hash);
    [at, last] = [at >> 1n, last >> 1n];
  }
  return last === 0n && sameHash(older, root1) && sameHash(newer, root2);
};
