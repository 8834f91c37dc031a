/** Chance with a seed (mulberry32): the same attacks in each run. */
export interface Chance {
  /** An integer from 0 to n − 1. */
  readonly below: (n: number) => number;
  readonly bytes: (n: number) => Buffer;
  readonly of: <T>(items: readonly T[]) => T;
}
export const chanceOf = (seed: number): Chance => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t ^ (t + Math.imul(t ^ (t >>> 7), t | 61))) >>> 0;
    return (t ^ (t >>> 14)) >>> 0;
  };
  const below = (n: number): number => next() % n;
  return {
    below,
    bytes: n => Buffer.from(Array.from({ length: n }, () => below(256))),
    of: items => {
      const item = items[below(items.length)];
      if (item === undefined) throw new RangeError('nothing to choose from');
      return item;
    },
  };
};

/** How many cases the adversarial specs try: `few`, or as many as `CADASTRE_ADVERSARIAL_RUNS` says (the nightly set: 100000), at most `most`. */
export const runs = (few: number, most: number): number => Math.min(most, Number(process.env['CADASTRE_ADVERSARIAL_RUNS'] ?? few));
