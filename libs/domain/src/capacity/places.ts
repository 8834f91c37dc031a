import type { CapacityState } from './state.ts';

/** The rows, or the sites, in which racks stand, by position; places in order of their ids. */
export class Places {
  readonly #of: Int32Array;
  readonly members: readonly (readonly number[])[];

  constructor(racks: readonly number[], place: (rack: number) => string) {
    const by = new Map<string, number[]>();
    racks.forEach((rack, p) => {
      const key = place(rack);
      const known = by.get(key);
      if (known === undefined) by.set(key, [p]);
      else known.push(p);
    });
    this.members = [...by].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, positions]) => positions);
    this.#of = new Int32Array(racks.length);
    this.members.forEach((positions, n) => { for (const p of positions) this.#of[p] = n; });
  }

  of(p: number): number {
    return this.#of[p] ?? 0;
  }
}

export const rowOf = (s: CapacityState, rack: number): string => `${s.rackFacts[rack]?.hallId ?? ''} ${s.rackFacts[rack]?.row ?? ''}`;
export const siteOf = (s: CapacityState, rack: number): string => s.rackFacts[rack]?.datacenterId ?? '';

/** How many claims fit in each place by the racks' own power, kept by addition. There are few places: the tightest is found by looking at all of them. */
export class PlaceFits {
  readonly #places: Places;
  readonly #sums: Float64Array;

  constructor(places: Places, racks: number, fit: (p: number) => number) {
    this.#places = places;
    this.#sums = new Float64Array(places.members.length);
    for (let p = 0; p < racks; p++) this.add(p, fit(p));
  }

  add(p: number, claims: number): void {
    const n = this.#places.of(p);
    this.#sums[n] = (this.#sums[n] ?? 0) + claims;
  }

  get roomiest(): number {
    let most = 0;
    for (const sum of this.#sums) if (sum > most) most = sum;
    return most;
  }

  /** Positions of the places with room for so many, the tightest place first. */
  *withRoomFor(count: number): Iterable<readonly number[]> {
    const enough: number[] = [];
    this.#sums.forEach((sum, n) => { if (sum >= count) enough.push(n); });
    // Mostly the first one serves: the others are sorted only when it did not.
    const first = enough.reduce((best, n) => ((this.#sums[n] ?? 0) < (this.#sums[best] ?? Infinity) ? n : best), -1);
    if (first === -1) return;
    yield this.#places.members[first] ?? [];
    for (const n of enough.filter(x => x !== first).sort((a, b) => (this.#sums[a] ?? 0) - (this.#sums[b] ?? 0) || a - b)) yield this.#places.members[n] ?? [];
  }
}
