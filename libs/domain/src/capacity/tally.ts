/**
 * How many machines of one pool and shape are in which effective state with how many free GPUs. Small (states × free counts), exact for
 * any size of claim, and kept by addition: a refusal can be explained without looking at a machine.
 */
export class Tally {
  readonly pool: number;
  readonly shape: number;
  /** Machines by state, then by free GPUs. */
  readonly #byFree: number[][] = [[], [], [], []];
  /** Machines by total GPUs, in any state. */
  readonly #byTotal: number[] = [];
  readonly #whole: number[] = [0, 0, 0, 0];
  /** Grows at each change. */
  version = 0;

  constructor(pool: number, shape: number) {
    this.pool = pool;
    this.shape = shape;
  }

  /** `by` is +1 when the machine enters this cell, -1 when it leaves. */
  add(state: number, gpus: number, free: number, by: 1 | -1): void {
    const row = this.#byFree[state];
    if (row === undefined) return;
    this.version++;
    row[free] = (row[free] ?? 0) + by;
    this.#byTotal[gpus] = (this.#byTotal[gpus] ?? 0) + by;
    if (free === gpus) this.#whole[state] = (this.#whole[state] ?? 0) + by;
  }

  /** Claims of `size` GPUs that the machines of a state could take, power aside. */
  slots(state: number, size: number): number {
    return slotsOf(this.#byFree[state] ?? [], size);
  }

  /** Claims of `size` GPUs that all machines together could take if nothing ran. */
  potential(size: number): number {
    return slotsOf(this.#byTotal, size);
  }

  machines(state: number): number {
    return (this.#byFree[state] ?? []).reduce((sum, n) => sum + n, 0);
  }

  get total(): number {
    return this.#byTotal.reduce((sum, n) => sum + n, 0);
  }

  /** GPUs of the largest machine; 0 when there is none. */
  get largest(): number {
    return this.#byTotal.reduce((most, machines, gpus) => (machines > 0 ? gpus : most), 0);
  }

  wholeFree(state: number): number {
    return this.#whole[state] ?? 0;
  }
}

// Array.prototype.reduce skips holes, which these arrays have.
const slotsOf = (counts: readonly number[], size: number): number =>
  counts.reduce((sum, machines, gpus) => sum + Math.floor(gpus / size) * machines, 0);
