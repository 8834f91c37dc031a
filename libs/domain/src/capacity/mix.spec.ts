import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Demand } from './mix.ts';
import { MAX_GPUS, Mix, blocked, rowOf, served } from './mix.ts';

const SHAPE = 0;
const whole = (gpus: number, cpuMilli = 8_000, ramMiB = 16_384): Demand => ({ cpuMilli, ramMiB, gpus, milliGpu: 0 });
const slice = (milliGpu: number, cpuMilli = 4_000, ramMiB = 8_192): Demand => ({ cpuMilli, ramMiB, gpus: 0, milliGpu });

const demand: fc.Arbitrary<Demand> = fc.record({
  cpuMilli: fc.integer({ min: 0, max: 600_000 }), ramMiB: fc.integer({ min: 0, max: 5_000_000 }),
  size: fc.oneof(fc.constantFrom(0, 1, 2, 4, 8, 16).map(gpus => ({ gpus, milliGpu: 0 })), fc.integer({ min: 1, max: 999 }).map(milliGpu => ({ gpus: 0, milliGpu }))),
  shapes: fc.option(fc.uniqueArray(fc.integer({ min: 0, max: 2 }), { minLength: 1 }), { nil: undefined }),
}).map(({ size, shapes, ...d }) => ({ ...d, ...size, ...(shapes === undefined ? {} : { shapes }) }));

const learn = (claims: readonly Demand[]): Mix => {
  const mix = new Mix();
  for (const d of claims) mix.observe(mix.kindOf(d));
  mix.revise();
  return mix;
};
const seen = (n: number, d: Demand): Demand[] => Array.from({ length: n }, () => d);

test.each([
  ['nothing is known before the first claim', [], 0],
  ['the first claim makes a kind known', seen(1, whole(1)), 1],
  ['the fifteenth says nothing new', seen(15, whole(1)), 1],
  ['the sixteenth makes it usual', seen(16, whole(1)), 4],
  ['and nothing ever makes it more', seen(1_000, whole(1)), 4],
  ['work without GPU fragments none', seen(20, whole(0)), 0],
  ['11,300 and 11,400 thousandths of a CPU are one kind', [...seen(8, whole(1, 11_300)), ...seen(8, whole(1, 11_400))], 4],
  ['but not where half an octave ends, at 2^13.5 = 11,585.2', [whole(1, 11_585), whole(1, 11_586)], 2],
  ['one GPU and two are two kinds', [whole(1), whole(2)], 2],
  ['0.4 and 0.6 of a GPU are two kinds', [slice(400), slice(600)], 2],
  ['other shapes allowed, another kind', [whole(1), { ...whole(1), shapes: [1] }], 2],
  ['but not the same shapes in another order', [{ ...whole(1), shapes: [1, 2] }, { ...whole(1), shapes: [2, 1] }], 1],
])('%s', (_, claims, weight) => {
  expect(learn(claims).weight).toBe(weight);
});

describe('a mix is a function of how often each kind was claimed', () => {
  test('not of the order, of claims given back, of when tables were first read, nor of when it was revised', () => {
    const history = fc.array(fc.record({ d: demand, n: fc.constantFrom(1, 1, 15, 16, 17), lost: fc.boolean(), look: fc.boolean() }), { maxLength: 12 });
    fc.assert(fc.property(history, fc.array(fc.nat(), { minLength: 20, maxLength: 20 }), (steps, keys) => {
      const claims = steps.flatMap(s => seen(s.n, s.d));
      const shuffled = claims.map((d, n) => ({ d, at: keys[n % keys.length] ?? 0 })).sort((a, b) => a.at - b.at).map(x => x.d);
      const plain = learn(shuffled);
      const eventful = new Mix();
      for (const { d, n, lost, look } of steps) {
        const kind = eventful.kindOf(d);
        for (let k = 0; k < n; k++) eventful.observe(kind);
        if (lost) { eventful.observe(kind); eventful.observe(kind, -1); }
        if (look) { eventful.table(SHAPE); eventful.revise(); }
      }
      eventful.revise();
      expect(eventful.weight).toBe(plain.weight);
      for (const shape of [0, 1, 2]) expect(eventful.table(shape)).toEqual(plain.table(shape));
    }), { numRuns: 100 });
  });

  test('that is looked at when it is revised, and only then', () => {
    const mix = learn(seen(15, whole(1)));
    const before = { version: mix.version, table: mix.table(SHAPE).slice() };
    const kind = mix.kindOf(whole(1));
    mix.observe(kind);
    expect([mix.due, mix.version, mix.table(SHAPE)]).toEqual([true, before.version, before.table]);
    mix.observe(kind, -1);
    expect(mix.due).toBe(false);
    mix.revise();
    expect(mix.version).toBe(before.version);
    mix.observe(kind);
    mix.revise();
    expect([mix.due, mix.version, mix.weight]).toEqual([false, before.version + 1, 4]);
  });

  test('and is ripe when other weights are due and a sixteenth of all claims came since', () => {
    const mix = new Mix();
    const [usual, rare] = [mix.kindOf(whole(1)), mix.kindOf(whole(8))];
    mix.observe(usual);
    expect([mix.due, mix.ripe]).toEqual([true, true]);
    mix.revise();
    for (let n = 1; n < 160; n++) { mix.observe(usual); mix.revise(); }
    mix.observe(rare);
    // One of 161 since the revision at the sixteenth claim would be ripe: 145 came since then.
    expect([mix.due, mix.ripe]).toEqual([true, true]);
    mix.revise();
    const other = mix.kindOf(whole(4));
    mix.observe(other);
    expect([mix.due, mix.ripe]).toEqual([true, false]);
    for (let n = 0; n < 9; n++) mix.observe(usual);
    expect(mix.ripe).toBe(false);
    mix.observe(usual);
    expect(mix.ripe).toBe(true);
  });

  test('and changes at most twice per kind, however long a region lives', () => {
    const mix = new Mix();
    const kind = mix.kindOf(whole(8));
    for (let n = 0; n < 10_000; n++) { mix.observe(kind); mix.revise(); }
    expect(mix.version).toBe(2);
  });
});

test('a machine that fits a demand is never counted as one that does not', () => {
  fc.assert(fc.property(demand, fc.nat(600_000), fc.nat(5_000_000), fc.nat(1_000), (d, moreCpu, moreRam, moreMilli) => {
    fc.pre(d.gpus + d.milliGpu > 0);
    const { shapes: [shape = SHAPE] = [], ...rest } = d;
    const table = learn([d]).table(shape);
    const row = rowOf(rest.cpuMilli + moreCpu, rest.ramMiB + moreRam);
    if (d.gpus > 1) expect(served(table, row, Math.min(MAX_GPUS, d.gpus + (moreMilli % 9)))).toBe(1);
    else expect(blocked(table, row, d.gpus === 1 ? 1_000 : Math.min(1_000, d.milliGpu + moreMilli))).toBe(0);
  }));
});

test.each([
  ['enough of all', rowOf(8_000, 16_384), 1_000, 0],
  ['half the CPU', rowOf(4_000, 16_384), 1_000, 1],
  ['half the RAM', rowOf(8_000, 8_192), 1_000, 1],
  ['a GPU that is cut', rowOf(8_000, 16_384), 990, 1],
])('a whole GPU with %s', (_, row, free, weight) => {
  expect(blocked(learn([whole(1)]).table(SHAPE), row, free)).toBe(weight);
});

test('a shape that is not allowed is blocked, whatever is free', () => {
  const mix = learn([{ ...whole(1), shapes: [1] }]);
  expect([0, 1].map(shape => blocked(mix.table(shape), rowOf(64_000, 65_536), 1_000))).toEqual([1, 0]);
});
