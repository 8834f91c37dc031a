import { createHash } from 'node:crypto';

/** RFC 6962 by its definitions, without a thought for speed: the independent witness of what the product's tree must give. */
const sha256 = (...parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

export const leafHash = (leaf: Uint8Array): Buffer => sha256(Buffer.of(0), leaf);
const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer => sha256(Buffer.of(1), left, right);

/** The largest power of two below n, for n > 1. */
const splitOf = (n: number): number => {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
};

/** §2.1: the Merkle tree hash of leaf hashes. */
export const rootOf = (hashes: readonly Buffer[]): Buffer => {
  const [only] = hashes;
  if (only === undefined) return sha256();
  if (hashes.length === 1) return only;
  const k = splitOf(hashes.length);
  return nodeHash(rootOf(hashes.slice(0, k)), rootOf(hashes.slice(k)));
};

/** §2.1.1: the audit path of leaf `m`. */
export const inclusionOf = (m: number, hashes: readonly Buffer[]): readonly Buffer[] => {
  if (hashes.length <= 1) return [];
  const k = splitOf(hashes.length);
  return m < k ? [...inclusionOf(m, hashes.slice(0, k)), rootOf(hashes.slice(k))] : [...inclusionOf(m - k, hashes.slice(k)), rootOf(hashes.slice(0, k))];
};

const subproof = (m: number, hashes: readonly Buffer[], whole: boolean): readonly Buffer[] => {
  if (m === hashes.length) return whole ? [] : [rootOf(hashes)];
  const k = splitOf(hashes.length);
  return m <= k ? [...subproof(m, hashes.slice(0, k), whole), rootOf(hashes.slice(k))] : [...subproof(m - k, hashes.slice(k), false), rootOf(hashes.slice(0, k))];
};

/** §2.1.2: the consistency proof between the first `m` leaves and all of them. */
export const consistencyOf = (m: number, hashes: readonly Buffer[]): readonly Buffer[] => (m === 0 ? [] : subproof(m, hashes, true));

/** docs/audit-bundle.md, `range.left`: roots of the perfect subtrees of the first `first` leaves, widest first. */
export const leftOf = (first: number, hashes: readonly Buffer[]): readonly Buffer[] => {
  const out: Buffer[] = [];
  for (let at = 0, width = 2 ** 40; width >= 1; width /= 2) {
    if (Math.floor(first / width) % 2 === 1) {
      out.push(rootOf(hashes.slice(at, at + width)));
      at += width;
    }
  }
  return out;
};

/** docs/audit-bundle.md, `range.right`: roots of the maximal perfect, aligned subtrees of leaves `end` to the last. */
export const rightOf = (end: number, hashes: readonly Buffer[]): readonly Buffer[] => {
  const out: Buffer[] = [];
  for (let at = end; at < hashes.length; ) {
    let width = 1;
    while (at % (width * 2) === 0 && at + width * 2 <= hashes.length) width *= 2;
    out.push(rootOf(hashes.slice(at, at + width)));
    at += width;
  }
  return out;
};
