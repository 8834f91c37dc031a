/**
 * The smallest of many numbers, where single numbers change often: one path to the root a change. Equal numbers: the lowest position wins. Keys are exact
 * integers up to 2^53; Infinity is "not in the running".
 */
export class Tournament {
  readonly #keys: Float64Array;
  readonly #leaves: number;
  readonly #size: number;

  constructor(size: number) {
    this.#size = Math.max(1, size);
    this.#leaves = 2 ** Math.ceil(Math.log2(Math.max(1, size)));
    this.#keys = new Float64Array(this.#leaves * 2).fill(Infinity);
  }

  key(p: number): number {
    return this.#keys[p + this.#leaves] ?? Infinity;
  }

  set(p: number, key: number): void {
    const keys = this.#keys;
    let node = p + this.#leaves;
    if (keys[node] === key) return;
    keys[node] = key;
    for (node >>= 1; node >= 1; node >>= 1) {
      const least = smaller(keys[node * 2], keys[node * 2 + 1]);
      // Whatever is above has seen this minimum already.
      if (keys[node] === least) return;
      keys[node] = least;
    }
  }

  /** Like `set`, where many follow and nothing is asked before `settle`: one pass instead of a path each. */
  put(p: number, key: number): void {
    this.#keys[p + this.#leaves] = key;
  }
  settle(): void {
    const keys = this.#keys;
    // Level by level, and of each only what is above a position: the tree is as wide as the next power of two.
    for (let from = this.#leaves >> 1, to = (this.#leaves + this.#size - 1) >> 1; from >= 1; from >>= 1, to >>= 1) {
      for (let node = from; node <= to; node++) keys[node] = smaller(keys[node * 2], keys[node * 2 + 1]);
    }
  }

  /** Position of the smallest, or -1 when none is in the running. */
  first(): number {
    return this.#down(1);
  }

  /** Position of the smallest in [lo, hi), or -1. */
  firstIn(lo: number, hi: number): number {
    const keys = this.#keys;
    let best = -1;
    const meet = (node: number): void => {
      const key = keys[node] ?? Infinity;
      const least = best === -1 ? Infinity : keys[best] ?? Infinity;
      // Nodes are met out of order: an equal one to the left still wins.
      if (key < least || (key === least && key !== Infinity && this.#left(node) < this.#left(best))) best = node;
    };
    for (let l = lo + this.#leaves, h = hi + this.#leaves; l < h; l >>= 1, h >>= 1) {
      if ((l & 1) === 1) meet(l++);
      if ((h & 1) === 1) meet(--h);
    }
    return best === -1 ? -1 : this.#down(best);
  }

  #left(node: number): number {
    let at = node;
    while (at < this.#leaves) at *= 2;
    return at;
  }

  #down(from: number): number {
    if (this.#keys[from] === Infinity) return -1;
    let node = from;
    while (node < this.#leaves) node = this.#keys[node * 2] === this.#keys[node] ? node * 2 : node * 2 + 1;
    return node - this.#leaves;
  }
}

// Math.min also has to think of NaN and of -0.
const smaller = (a = Infinity, b = Infinity): number => (a < b ? a : b);
