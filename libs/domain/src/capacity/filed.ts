import { Bitset } from './bitset.ts';

/**
 * Positions filed by a small integer that they have, so that the smallest value that suffices is found without looking at all. 0 is filed nowhere.
 * Filed only from the first such question on: orders of one instance, which are most, ask for single values and for the sum.
 */
export class Filed {
  readonly #size: number;
  readonly #most: number;
  #files: Files | undefined;
  readonly #of: Int32Array;
  #sum = 0;

  /** `most`: greater values are filed under it. */
  constructor(size: number, most: number) {
    this.#size = size;
    this.#most = most;
    this.#of = new Int32Array(size);
  }

  of(p: number): number {
    return this.#of[p] ?? 0;
  }
  /** Sum of all values. */
  get sum(): number {
    return this.#sum;
  }

  set(p: number, value: number): void {
    const before = this.#of[p] ?? 0;
    if (before === value) return;
    this.#of[p] = value;
    this.#sum += value - before;
    this.#files?.move(p, Math.min(before, this.#most), Math.min(value, this.#most));
  }

  /** The smallest value in use that is at least `value`, or -1. */
  atLeast(value: number): number {
    return value > this.#most ? -1 : this.#filed.values.from(value);
  }
  /** The greatest value in use, or -1. */
  greatest(): number {
    return this.#filed.values.last();
  }
  /** The first position at or after `from` filed under exactly `value`, or -1. */
  next(value: number, from: number): number {
    return this.#filed.by[value]?.from(from) ?? -1;
  }

  get #filed(): Files {
    if (this.#files !== undefined) return this.#files;
    const files = new Files(this.#size, this.#most);
    for (let p = 0; p < this.#size; p++) files.move(p, 0, Math.min(this.of(p), this.#most));
    this.#files = files;
    return files;
  }
}

/** Positions by value, and the values that have one. */
class Files {
  readonly by: (Bitset | undefined)[] = [];
  readonly values: Bitset;
  readonly #size: number;

  constructor(size: number, most: number) {
    this.#size = size;
    this.values = new Bitset(most + 1);
  }

  move(p: number, from: number, to: number): void {
    if (from === to) return;
    const old = this.by[from];
    if (from > 0 && old !== undefined) {
      old.delete(p);
      if (old.count === 0) this.values.delete(from);
    }
    if (to === 0) return;
    const next = this.by[to] ?? new Bitset(this.#size);
    this.by[to] = next;
    next.add(p);
    this.values.add(to);
  }
}
