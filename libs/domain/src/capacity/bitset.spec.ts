import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Bitset } from './bitset.ts';
import { runsOf } from './runs.fixture.ts';

const RUNS = runsOf(process.env);

test('finds first, next and last as a sorted list would, at any size and after any changes', () => {
  const change = fc.record({ at: fc.nat(99), add: fc.boolean() });
  fc.assert(fc.property(fc.integer({ min: 1, max: 40_000 }), fc.array(change, { maxLength: 200 }), (size, changes) => {
    const [set, oracle] = [new Bitset(size), new Set<number>()];
    // Places all over the range, so that every level is crossed.
    const place = (n: number): number => Math.floor((n / 100) * size);
    for (const { at, add } of changes) {
      if (add) { set.add(place(at)); oracle.add(place(at)); } else { set.delete(place(at)); oracle.delete(place(at)); }
    }
    const sorted = [...oracle].sort((a, b) => a - b);
    expect(set.count).toBe(sorted.length);
    expect(set.last()).toBe(sorted.at(-1) ?? -1);
    for (let n = 0; n < 100; n++) {
      expect(set.from(place(n))).toBe(sorted.find(x => x >= place(n)) ?? -1);
      expect(set.has(place(n))).toBe(oracle.has(place(n)));
    }
    expect(set.from(size + 1)).toBe(-1);
  }), RUNS);
});
