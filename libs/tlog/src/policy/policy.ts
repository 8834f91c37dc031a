import type { VerifierKey } from '../note/vkey.ts';

/** C2SP tlog-policy: which logs are believed, and which witnesses must have seen what they say. */
export interface Policy {
  /** In the order of the lines. */
  readonly logs: readonly PolicyLog[];
  readonly witnesses: readonly PolicyWitness[];
  readonly quorum: Quorum;
}
export interface PolicyLog {
  /** Its name is the origin of the log. */
  readonly key: VerifierKey;
  readonly url: string | undefined;
}
export interface PolicyWitness {
  /** Means something in its file only; the name of its signatures is `key.name`. */
  readonly name: string;
  readonly key: VerifierKey;
  readonly url: string | undefined;
}
/** A tree, since a group names what stands before it. Each witness hangs on it once, or there would be two ways to count it. */
export type Quorum =
  | { readonly kind: 'none' }
  | { readonly kind: 'witness'; readonly witness: PolicyWitness }
  /** `threshold`: how many of the members must hold, 1 to all. */
  | { readonly kind: 'group'; readonly name: string; readonly threshold: number; readonly members: readonly Quorum[] };

/** Whether the witnesses of these names (of the policy) are enough. */
export const quorumHolds = (quorum: Quorum, cosigned: ReadonlySet<string>): boolean => {
  switch (quorum.kind) {
    case 'none': return true;
    case 'witness': return cosigned.has(quorum.witness.name);
    case 'group': return quorum.members.filter(member => quorumHolds(member, cosigned)).length >= quorum.threshold;
  }
};
