import type { Frontier } from './frontier.ts';
import { FrontierStack, appendLeaves } from './frontier.ts';
import type { Hashing, Sha256 } from './hash.ts';
import { foldRight, hashingWith } from './hash.ts';
import type { Plan } from './plan.ts';
import type { RangeProof, RangeVerification } from './range.ts';
import { rangeProof, verifyingRange } from './range.ts';
import type { ReadNode } from './tree.ts';
import { consistencyProof, hashesOf, inclusionProof, rootOf } from './tree.ts';
import type { ConsistencyClaim, InclusionClaim } from './verify.ts';
import { verifyConsistency, verifyInclusion } from './verify.ts';

/** Everything that hashes, bound to one SHA-256. Hashes are 32 bytes, indices and sizes are bigint. What makes throws on a caller's bug; what verifies is false instead, whatever it is given. */
export interface Merkle extends Hashing {
  /** Merkle Tree Hash of RFC 6962 §2.1; of no leaves `emptyRoot()`. */
  readonly rootOf: (leafHashes: readonly Uint8Array[]) => Uint8Array;
  /** RFC 6962 §2.1.1, the leaf's sibling first. @throws RangeError when `index` is not among the leaves. */
  readonly inclusionProof: (leafHashes: readonly Uint8Array[], index: bigint) => Uint8Array[];
  readonly verifyInclusion: (claim: InclusionClaim) => boolean;
  /** RFC 6962 §2.1.2; empty for size1 = 0 and for equal sizes. @throws RangeError unless 0 ≤ size1 ≤ size2 ≤ leaves. */
  readonly consistencyProof: (leafHashes: readonly Uint8Array[], size1: bigint, size2: bigint) => Uint8Array[];
  readonly verifyConsistency: (claim: ConsistencyClaim) => boolean;

  /** A frontier with one leaf more. */
  readonly appendLeaf: (frontier: Frontier, leafHash: Uint8Array) => Frontier;
  /** A frontier with many leaves more, at the cost of one copy. */
  readonly appendLeaves: (frontier: Frontier, leafHashes: Iterable<Uint8Array>) => Frontier;
  readonly frontierRoot: (frontier: Frontier) => Uint8Array;
  /** A frontier that grows in place. */
  readonly growing: (frontier: Frontier) => FrontierStack;

  /** The hashes that a plan (`planInclusion`, `planConsistency`, `planRange`, `planFrontier`, `planRoot`) names, from single nodes: of a log that is too long to be held. */
  readonly hashesOf: (plan: Plan, readNode: ReadNode) => Uint8Array[];
  /** `proofs.json.range` of docs/audit-bundle.md. @throws RangeError unless first ≤ end ≤ size. */
  readonly rangeProof: (range: { readonly first: bigint; readonly end: bigint; readonly size: bigint }, readNode: ReadNode) => RangeProof;
  /** Verifies a range as its leaves come by, in constant memory. */
  readonly verifyingRange: (proof: RangeProof) => RangeVerification;
}

/** To whom a million nodes matter, Node's `Buffer.from(crypto.hash('sha256', data, 'latin1'), 'latin1')` takes a sixth of the time of JavaScript; it gives `Buffer`s. */
export const bindHash = (sha256: Sha256): Merkle => {
  const hashing = hashingWith(sha256);
  return {
    ...hashing,
    rootOf: leafHashes => rootOf(hashing, leafHashes),
    inclusionProof: (leafHashes, index) => inclusionProof(hashing, leafHashes, index),
    verifyInclusion: claim => verifyInclusion(hashing, claim),
    consistencyProof: (leafHashes, size1, size2) => consistencyProof(hashing, leafHashes, size1, size2),
    verifyConsistency: claim => verifyConsistency(hashing, claim),
    appendLeaf: (frontier, leafHash) => appendLeaves(hashing, frontier, [leafHash]),
    appendLeaves: (frontier, leafHashes) => appendLeaves(hashing, frontier, leafHashes),
    frontierRoot: ({ hashes }) => foldRight(hashing, hashes) ?? hashing.emptyRoot(),
    growing: frontier => new FrontierStack(hashing, frontier),
    hashesOf: (plan, readNode) => hashesOf(hashing, plan, readNode),
    rangeProof: (range, readNode) => rangeProof(hashing, range, readNode),
    verifyingRange: proof => verifyingRange(hashing, proof),
  };
};
