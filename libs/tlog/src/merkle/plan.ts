import { isSize } from './hash.ts';

/** A perfect subtree: the 2^level leaves that begin at index × 2^level. Its hash never changes once the log is that long. */
export interface Node {
  /** 0 for a leaf, at most 62. */
  readonly level: number;
  readonly index: bigint;
}
/**
 * Which nodes a list of hashes is made of, before any of them is read: a log has 10^7 leaves, and a proof needs some fifty hashes.
 * One group a hash; the hash is the fold of its group from the right (`hashesOf`).
 */
export type Plan = readonly (readonly Node[])[];

/**
 * The maximal perfect, aligned subtrees that make up leaves `start` … `end` − 1, left to right: from each place the widest 2^k that
 * divides it and still fits.
 */
export const nodesBetween = (start: bigint, end: bigint): readonly Node[] => {
  const nodes: Node[] = [];
  for (let at = start; at < end;) {
    let [level, width] = [0, 1n];
    while ((at & (2n * width - 1n)) === 0n && at + 2n * width <= end) [level, width] = [level + 1, 2n * width];
    nodes.push({ level, index: at / width });
    at += width;
  }
  return nodes;
};

// RFC 6962 §2.1: a tree of n > 1 leaves is split at the largest power of two below n.
const split = (n: bigint): bigint => 1n << BigInt((n - 1n).toString(2).length - 1);

/** RFC 6962 §2.1.1, the sibling of the leaf first. @throws RangeError unless 0 ≤ index < size. */
export const planInclusion = (index: bigint, size: bigint): Plan => {
  if (!isSize(index) || !isSize(size) || index >= size) throw new RangeError(`leaf ${String(index)} is not in a tree of ${String(size)}`);
  const path: (readonly Node[])[] = [];
  for (let [start, end] = [0n, size]; end - start > 1n;) {
    const middle = start + split(end - start);
    const left = index < middle;
    path.push(left ? nodesBetween(middle, end) : nodesBetween(start, middle));
    [start, end] = left ? [start, middle] : [middle, end];
  }
  return path.reverse();
};

/** RFC 6962 §2.1.2. Empty when the sizes are equal, and for size1 = 0 (C2SP tlog-witness). @throws RangeError unless 0 ≤ size1 ≤ size2. */
export const planConsistency = (size1: bigint, size2: bigint): Plan => {
  if (!isSize(size1) || !isSize(size2) || size1 > size2) throw new RangeError(`a tree of ${String(size1)} is no past of one of ${String(size2)}`);
  if (size1 === 0n || size1 === size2) return [];
  const path: (readonly Node[])[] = [];
  let [start, end] = [0n, size2];
  while (end !== size1) {
    const middle = start + split(end - start);
    const left = size1 <= middle;
    path.push(left ? nodesBetween(middle, end) : nodesBetween(start, middle));
    [start, end] = left ? [start, middle] : [middle, end];
  }
  // A tree of size1 that is itself a left edge is known to whoever asks: RFC 6962 leaves it out.
  if (start !== 0n) path.push(nodesBetween(start, end));
  return path.reverse();
};

const alone = (nodes: readonly Node[]): Plan => nodes.map(node => [node]);
/** `left` of a range that begins at `first` (docs/audit-bundle.md), and the frontier of a tree of that size: one hash per bit set, widest first. */
export const planFrontier = (size: bigint): Plan => {
  if (!isSize(size)) throw new RangeError(`${String(size)} is no size`);
  return alone(nodesBetween(0n, size));
};
/** `left` and `right` of the range `first` … `end` − 1 in a tree of `size` (docs/audit-bundle.md). @throws RangeError unless first ≤ end ≤ size. */
export const planRange = (first: bigint, end: bigint, size: bigint): { readonly left: Plan; readonly right: Plan } => {
  if (!isSize(first) || !isSize(end) || !isSize(size) || first > end || end > size) throw new RangeError(`${String(first)} … ${String(end)} is no range in a tree of ${String(size)}`);
  return { left: planFrontier(first), right: alone(nodesBetween(end, size)) };
};
/** The root itself: one hash, of the nodes of the frontier. None for size 0, whose root is `emptyRoot()`. */
export const planRoot = (size: bigint): Plan => (size === 0n ? [] : [planFrontier(size).flat()]);
