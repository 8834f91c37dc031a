/** Draws from a seed: the same seed gives the same draws on every machine. Not for secrets. */
export interface Draw {
  /** Uniform in [0, 1). */
  random(): number;
  /** Uniform whole number from 0 to `below` - 1. */
  int(below: number): number;
  /** True with the given probability. */
  chance(probability: number): boolean;
  /** One of the list. @throws when it is empty. */
  pick<T>(list: readonly T[]): T;
  shuffle<T>(list: readonly T[]): T[];
}

/** SplitMix over 32 bits: tiny, full period, and good enough to order the steps of a simulation. */
const splitMix32 = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32;
  };
};

export const drawFrom = (seed: number): Draw => {
  const random = splitMix32(seed);
  const int = (below: number): number => Math.floor(random() * below);
  return {
    random,
    int,
    chance: probability => random() < probability,
    pick: <T>(list: readonly T[]): T => {
      if (list.length === 0) throw new Error('nothing to pick from');
      return list[int(list.length)] as T;
    },
    shuffle: <T>(list: readonly T[]): T[] => {
      const mixed = [...list];
      for (let i = mixed.length - 1; i > 0; i--) {
        const j = int(i + 1);
        [mixed[i], mixed[j]] = [mixed[j] as T, mixed[i] as T];
      }
      return mixed;
    },
  };
};
