import { EMPTY_FRONTIER, FrontierStack } from './frontier.ts';
import type { Hashing } from './hash.ts';
import { hashesFrom, isHash, isSize, sameHash } from './hash.ts';
import type { Plan } from './plan.ts';
import { nodesBetween, planRange } from './plan.ts';
import type { ReadNode } from './tree.ts';
import { hashesOf } from './tree.ts';

// To the right of a leaf lie at most 62 rising and 62 falling subtrees.
const MAX_HASHES = 126;

/**
 * `proofs.json.range` of docs/audit-bundle.md: what surrounds leaves `first` … `end` − 1 in a tree of `size`. A root does not commit to its
 * size (61 and 62 leaves can have the same shape to the right of a range): take `size` and root from one signed checkpoint.
 */
export interface RangeProof {
  readonly first: bigint;
  readonly end: bigint;
  readonly size: bigint;
  /** Roots of the perfect subtrees of leaves 0 … first − 1, widest first. */
  readonly left: readonly Uint8Array[];
  /** Roots of the maximal perfect, aligned subtrees of leaves end … size − 1, left to right. */
  readonly right: readonly Uint8Array[];
}

/** From nodes that are read one by one: of a log that is too long to be held. */
export const rangeProof = (hashing: Hashing, range: { readonly first: bigint; readonly end: bigint; readonly size: bigint }, readNode: ReadNode): RangeProof => {
  const plan = planRange(range.first, range.end, range.size);
  const hashes = (part: Plan): Uint8Array[] => hashesOf(hashing, part, readNode);
  return { ...range, left: hashes(plan.left), right: hashes(plan.right) };
};

/** Leaves go in one by one, or as the roots of perfect subtrees of `width` of them that begin at a multiple of it, in order; at most 64 hashes are held. Neither method throws, whatever the proof and the leaves are. */
export interface RangeVerification {
  add(hash: Uint8Array, width?: bigint): void;
  /** True when exactly `end` − `first` leaves came and the whole has this root. Ends the verification: a second call is false. */
  gives(root: Uint8Array): boolean;
}

/** The proof, copied: what was checked cannot change afterwards. Undefined when it does not fit its own numbers. */
const fitting = ({ first, end, size, left, right }: RangeProof): RangeProof | undefined => {
  if (!isSize(first) || !isSize(end) || !isSize(size) || first > end || end > size) return undefined;
  const before = hashesFrom(left, MAX_HASHES);
  const after = hashesFrom(right, MAX_HASHES);
  if (before?.length !== nodesBetween(0n, first).length || after?.length !== nodesBetween(end, size).length) return undefined;
  return { first, end, size, left: before, right: after };
};

export const verifyingRange = (hashing: Hashing, claim: RangeProof): RangeVerification => {
  const stack = new FrontierStack(hashing, EMPTY_FRONTIER);
  let proof: RangeProof | undefined;
  // Any fault, of ours or of the proof, closes the verification: from then on nothing is proven.
  const soundly = (step: () => void): void => {
    try {
      step();
    } catch {
      proof = undefined;
    }
  };
  soundly(() => {
    const read = fitting(claim);
    if (read === undefined) return;
    nodesBetween(0n, read.first).forEach(({ level }, n) => push(stack, read.left[n], 1n << BigInt(level)));
    proof = read;
  });
  return {
    add: (hash, width = 1n) => {
      if (proof !== undefined) soundly(() => stack.append(hash, width));
    },
    gives: root => {
      let same = false;
      soundly(() => {
        if (proof === undefined || stack.size !== proof.end || !isHash(root)) return;
        const { end, size, right } = proof;
        nodesBetween(end, size).forEach(({ level }, n) => push(stack, right[n], 1n << BigInt(level)));
        same = sameHash(stack.root(), root);
      });
      proof = undefined;
      return same;
    },
  };
};
const push = (stack: FrontierStack, hash: Uint8Array | undefined, width: bigint): void => {
  if (hash === undefined) throw new TypeError('a hash is missing');
  stack.append(hash, width);
};
