import { sha256 } from '@noble/hashes/sha2.js';
import { bindHash } from './bind.ts';

export type { Merkle } from './bind.ts';
export { bindHash } from './bind.ts';
export type { Frontier } from './frontier.ts';
export { EMPTY_FRONTIER, FrontierStack, frontierOf } from './frontier.ts';
export type { Sha256 } from './hash.ts';
export { HASH_BYTES, MAX_SIZE, isHash, isSize, sameHash } from './hash.ts';
export type { Node, Plan } from './plan.ts';
export { nodesBetween, planConsistency, planFrontier, planInclusion, planRange, planRoot } from './plan.ts';
export type { RangeProof, RangeVerification } from './range.ts';
export type { ReadNode } from './tree.ts';
export type { ConsistencyClaim, InclusionClaim } from './verify.ts';

export const {
  leafHash, nodeHash, emptyRoot, rootOf, inclusionProof, verifyInclusion, consistencyProof, verifyConsistency,
  appendLeaf, appendLeaves, frontierRoot, growing, hashesOf, rangeProof, verifyingRange,
} = bindHash(sha256);
