/**
 * One integer per row, growing by doubling: 400,000 machines cost 1.6 MB a column instead of an object each.
 * Reading past the end answers the fill value, so that a table's columns need not grow in step.
 */
export class Column {
  #cells: Int32Array;
  readonly #fill: number;

  constructor(fill = 0, capacity = 64) {
    this.#fill = fill;
    this.#cells = new Int32Array(capacity).fill(fill);
  }

  get(row: number): number {
    return this.#cells[row] ?? this.#fill;
  }

  set(row: number, value: number): void {
    if (row >= this.#cells.length) this.#grow(row);
    this.#cells[row] = value;
  }

  add(row: number, delta: number): void {
    this.set(row, this.get(row) + delta);
  }

  #grow(row: number): void {
    const next = new Int32Array(Math.max(row + 1, this.#cells.length * 2)).fill(this.#fill);
    next.set(this.#cells);
    this.#cells = next;
  }
}

/** Text keys to dense row numbers, in order of first sight. Nothing that decides may depend on that order. */
export class Names<K extends string> {
  readonly #rows = new Map<K, number>();
  readonly #keys: K[] = [];

  get size(): number {
    return this.#keys.length;
  }

  /** The row of a key, new when never seen. */
  intern(key: K): number {
    const known = this.#rows.get(key);
    if (known !== undefined) return known;
    const row = this.#keys.length;
    this.#keys.push(key);
    this.#rows.set(key, row);
    return row;
  }

  find(key: K): number | undefined {
    return this.#rows.get(key);
  }

  key(row: number): K {
    const key = this.#keys[row];
    if (key === undefined) throw new Error(`no row ${String(row)}`);
    return key;
  }
}
