import type { Hashing } from './hash.ts';
import { assertHashes, foldRight } from './hash.ts';
import type { Node, Plan } from './plan.ts';
import { planConsistency, planInclusion } from './plan.ts';

// Pairing row by row, the odd one out going up unhashed, is RFC 6962's split at the largest power of two, without its recursion.
const reduced = (hashing: Hashing, hashes: readonly Uint8Array[]): Uint8Array | undefined => {
  let row = hashes;
  while (row.length > 1) {
    const above: Uint8Array[] = [];
    for (let i = 0; i < row.length; i += 2) {
      const [left, right] = [row[i], row[i + 1]];
      if (left !== undefined) above.push(right === undefined ? left : hashing.nodeHash(left, right));
    }
    row = above;
  }
  return row[0];
};

/** Merkle Tree Hash of RFC 6962 §2.1 over hashes of leaves. @throws TypeError when one is not 32 bytes. */
export const rootOf = (hashing: Hashing, leafHashes: readonly Uint8Array[]): Uint8Array => {
  assertHashes(leafHashes);
  return reduced(hashing, leafHashes) ?? hashing.emptyRoot();
};

/** Reads the hash of a node that a plan names; throws when it cannot. Synchronous: fetch first, then compute. */
export type ReadNode = (node: Node) => Uint8Array;

/** The hashes of a plan, from the nodes that it names. @throws whatever `readNode` throws. */
export const hashesOf = (hashing: Hashing, plan: Plan, readNode: ReadNode): Uint8Array[] =>
  plan.map(group => {
    const hash = foldRight(hashing, group.map(readNode));
    if (hash === undefined) throw new RangeError('a plan with an empty group');
    return hash;
  });

const amongLeaves = (hashing: Hashing, leafHashes: readonly Uint8Array[]): ReadNode => ({ level, index }) => {
  const width = 2 ** level;
  const hash = reduced(hashing, leafHashes.slice(Number(index) * width, (Number(index) + 1) * width));
  if (hash === undefined) throw new RangeError('a node without leaves');
  return hash;
};

/** RFC 6962 §2.1.1. @throws RangeError when `index` is not among the leaves. */
export const inclusionProof = (hashing: Hashing, leafHashes: readonly Uint8Array[], index: bigint): Uint8Array[] => {
  assertHashes(leafHashes);
  return hashesOf(hashing, planInclusion(index, BigInt(leafHashes.length)), amongLeaves(hashing, leafHashes));
};

/** RFC 6962 §2.1.2; empty for size1 = 0. @throws RangeError unless 0 ≤ size1 ≤ size2 ≤ leaves. */
export const consistencyProof = (hashing: Hashing, leafHashes: readonly Uint8Array[], size1: bigint, size2: bigint): Uint8Array[] => {
  assertHashes(leafHashes);
  if (size2 > BigInt(leafHashes.length)) throw new RangeError(`a tree of ${String(size2)} needs as many leaves, not ${String(leafHashes.length)}`);
  return hashesOf(hashing, planConsistency(size1, size2), amongLeaves(hashing, leafHashes));
};
