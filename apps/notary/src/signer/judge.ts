import { verifyConsistency } from '@cadastre/tlog';
import type { Remembered } from './memory.ts';

/** A tree that the notary asks to be signed, with the proof that it continues the one remembered. */
export interface Asked extends Remembered {
  /** RFC 6962 §2.1.2 from the remembered size; empty for the first tree and for the same one again. */
  readonly consistency: readonly Uint8Array[];
}

export type Refusal =
  /** The log was already signed at a larger size: the asker was put back to an earlier state. */
  | ({ readonly code: 'BEHIND' } & Remembered)
  /** Not the continuation of what was signed. */
  | ({ readonly code: 'INCONSISTENT' } & Remembered)
  /** A proof from a tree that was never signed here. */
  | { readonly code: 'INCONSISTENT'; readonly origin: string }
  | { readonly code: 'UNKNOWN_ORIGIN'; readonly origin: string };

const NAME = /^\/(?:provider|t\/[a-z0-9_]{1,100})$/;
/** Whether the log is the operator's: the global log, the provider's or a tenant's. */
export const isLogOf = (operator: string, origin: string): boolean => origin === operator || (origin.startsWith(operator) && NAME.test(origin.slice(operator.length)));

const judgeOne = (operator: string, last: Remembered | undefined, { origin, size, root, consistency }: Asked): Refusal | undefined => {
  if (!isLogOf(operator, origin)) return { code: 'UNKNOWN_ORIGIN', origin };
  // Of a log never signed anything may be the beginning; a proof from nothing has no hashes.
  if (last === undefined) return consistency.length === 0 ? undefined : { code: 'INCONSISTENT', origin };
  if (size < last.size) return { code: 'BEHIND', ...last };
  const continues = verifyConsistency({ size1: last.size, root1: last.root, size2: size, root2: root, proof: consistency });
  return continues ? undefined : { code: 'INCONSISTENT', ...last };
};

/** Whether all of the trees may be signed, given what is remembered: the first that may not is the answer. */
export const judge = (operator: string, memory: { get(origin: string): Remembered | undefined }, trees: readonly Asked[]): Refusal | undefined => {
  const seen = new Map<string, Remembered>();
  for (const tree of trees) {
    const refusal = judgeOne(operator, seen.get(tree.origin) ?? memory.get(tree.origin), tree);
    if (refusal !== undefined) return refusal;
    seen.set(tree.origin, tree);
  }
  return undefined;
};
