/**
 * A set of small integers that finds its first member, or the first from a position, in O(log32 size): three levels hold 32,768
 * racks. A heap would also give the minimum, but not removal from the middle, which every claim needs.
 */
export class Bitset {
  readonly #levels: Int32Array[] = [];
  #count = 0;

  constructor(size: number) {
    for (let words = Math.max(1, Math.ceil(size / 32)); ; words = Math.ceil(words / 32)) {
      this.#levels.push(new Int32Array(words));
      if (words === 1) break;
    }
  }

  get count(): number {
    return this.#count;
  }

  has(i: number): boolean {
    return (((this.#levels[0]?.[i >>> 5] ?? 0) >>> (i & 31)) & 1) === 1;
  }

  add(i: number): void {
    if (this.has(i)) return;
    this.#count++;
    let at = i;
    for (const level of this.#levels) {
      const word = at >>> 5;
      level[word] = (level[word] ?? 0) | (1 << (at & 31));
      at = word;
    }
  }

  delete(i: number): void {
    if (!this.has(i)) return;
    this.#count--;
    let at = i;
    for (const level of this.#levels) {
      const word = at >>> 5;
      const left = (level[word] ?? 0) & ~(1 << (at & 31));
      level[word] = left;
      if (left !== 0) return;
      at = word;
    }
  }

  /** The smallest member ≥ `from`, or -1. */
  from(from: number): number {
    let at = from;
    for (let l = 0; l < this.#levels.length; l++) {
      const level = this.#levels[l];
      const word = at >>> 5;
      if (level === undefined || word >= level.length) return -1;
      const bits = ((level[word] ?? 0) >>> (at & 31)) << (at & 31);
      if (bits !== 0) return this.#down(l, (word << 5) + lowest(bits));
      at = word + 1;
    }
    return -1;
  }

  /** The greatest member, or -1. */
  last(): number {
    let at = 0;
    for (let l = this.#levels.length - 1; l >= 0; l--) {
      const bits = this.#levels[l]?.[at] ?? 0;
      if (bits === 0) return -1;
      at = (at << 5) + 31 - Math.clz32(bits);
    }
    return at;
  }

  #down(level: number, index: number): number {
    let at = index;
    for (let l = level - 1; l >= 0; l--) at = (at << 5) + lowest(this.#levels[l]?.[at] ?? 0);
    return at;
  }
}

const lowest = (bits: number): number => 31 - Math.clz32(bits & -bits);
