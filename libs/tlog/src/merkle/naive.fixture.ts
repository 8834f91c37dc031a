import { sha256 } from '@noble/hashes/sha2.js';

/** RFC 6962 §2.1 written down word by word, recursion and all: what everything else here is held against. */
const concat = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap(part => [...part]));
const k = (n: number): number => { let power = 1; while (power * 2 < n) power *= 2; return power; };

export const naiveLeaf = (data: Uint8Array): Uint8Array => sha256(concat(Uint8Array.of(0), data));
export const naiveNode = (left: Uint8Array, right: Uint8Array): Uint8Array => sha256(concat(Uint8Array.of(1), left, right));

/** MTH(D[n]). */
export const mth = (d: readonly Uint8Array[]): Uint8Array => {
  const [only] = d;
  if (only === undefined) return sha256(new Uint8Array(0));
  return d.length === 1 ? only : naiveNode(mth(d.slice(0, k(d.length))), mth(d.slice(k(d.length))));
};
/** PATH(m, D[n]), §2.1.1. */
export const path = (m: number, d: readonly Uint8Array[]): readonly Uint8Array[] => {
  if (d.length === 1) return [];
  const at = k(d.length);
  return m < at ? [...path(m, d.slice(0, at)), mth(d.slice(at))] : [...path(m - at, d.slice(at)), mth(d.slice(0, at))];
};
/** PROOF(m, D[n]) = SUBPROOF(m, D[n], true), §2.1.2. */
export const subproof = (m: number, d: readonly Uint8Array[], known: boolean): readonly Uint8Array[] => {
  if (m === d.length) return known ? [] : [mth(d)];
  const at = k(d.length);
  return m <= at ? [...subproof(m, d.slice(0, at), known), mth(d.slice(at))] : [...subproof(m - at, d.slice(at), false), mth(d.slice(0, at))];
};
/** Whatever `n` hashes, different ones. */
export const leaves = (n: number): readonly Uint8Array[] => Array.from({ length: n }, (_, i) => naiveLeaf(Uint8Array.of(i & 255, i >> 8)));
