import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Free } from './fragmentation.ts';
import { NO_FIT, fragmentation, placementCost, sliceGpu } from './fragmentation.ts';
import type { Demand } from './mix.ts';
import { Mix } from './mix.ts';

const free = (cpuMilli: number, gpus: readonly number[], over: Partial<Free> = {}): Free =>
  ({ shape: 0, cpuMilli, ramMiB: 1 << 20, gpuMilli: Int32Array.from(gpus), gpuAt: 0, gpus: gpus.length, ...over });
const whole = (gpus: number, cpuMilli: number): Demand => ({ cpuMilli, ramMiB: 1 << 12, gpus, milliGpu: 0 });
const slice = (milliGpu: number, cpuMilli: number): Demand => ({ cpuMilli, ramMiB: 1 << 12, gpus: 0, milliGpu });

const learn = (claims: readonly Demand[]): Mix => {
  const mix = new Mix();
  for (const d of claims) mix.observe(mix.kindOf(d));
  mix.revise();
  return mix;
};

// Sizes on the edge of a level, where nothing is rounded and the sum of the paper can be written down.
const cpu = fc.integer({ min: 8, max: 18 }).map(n => 2 ** n);
const size = fc.oneof(fc.constantFrom(1, 2, 4, 8).map(gpus => ({ gpus, milliGpu: 0 })), fc.integer({ min: 1, max: 7 }).map(n => ({ gpus: 0, milliGpu: n * 125 })));
const demand: fc.Arbitrary<Demand> = fc.record({ cpuMilli: cpu, ramMiB: cpu, size }).map(({ size: s, ...d }) => ({ ...d, ...s }));
const machine = fc.record({ cpuMilli: cpu, ramMiB: cpu, gpus: fc.array(fc.oneof(fc.constantFrom(0, 1_000), fc.integer({ min: 0, max: 8 }).map(n => n * 125)), { maxLength: 16 }) })
  .map(m => free(m.cpuMilli, m.gpus, { ramMiB: m.ramMiB }));

/** F of the paper, §3: all that is free when the task does not fit, else what is free on GPUs too full for it. */
const published = (m: Free, d: Demand): number => {
  const gpus = [...m.gpuMilli];
  const each = d.milliGpu > 0 ? d.milliGpu : 1_000;
  const sum = (xs: readonly number[]): number => xs.reduce((a, x) => a + x, 0);
  const enough = gpus.filter(g => g >= each).length >= Math.max(1, d.gpus);
  return m.cpuMilli >= d.cpuMilli && m.ramMiB >= d.ramMiB && enough ? sum(gpus.filter(g => g < each)) : sum(gpus);
};

describe('fragmentation', () => {
  test('is the sum of the paper over the kinds, each with its weight', () => {
    fc.assert(fc.property(machine, fc.uniqueArray(demand, { selector: d => JSON.stringify(d), maxLength: 8 }), (m, kinds) => {
      const claims = kinds.flatMap((d, n) => (n % 2 === 0 ? [d] : Array.from({ length: 16 }, () => d)));
      const expected = kinds.reduce((sum, d, n) => sum + (n % 2 === 0 ? 1 : 4) * published(m, d), 0);
      expect(fragmentation(learn(claims), m)).toBe(expected);
    }));
  });
});

const HALVES = [slice(500, 4_096)];
const EIGHTS = [whole(1, 8_192), whole(8, 65_536)];
const HUNGRY = [whole(1, 16_384)];

describe('of two machines a demand goes to', () => {
  test.each<readonly [string, readonly Demand[], Demand, Free, Free]>([
    ['the one with a GPU already cut, so that a whole one stays', [...HALVES, whole(1, 4_096)], slice(500, 4_096), free(65_536, [500, 1_000]), free(65_536, [1_000, 1_000])],
    ['the one that is begun, so that eight stay together', EIGHTS, whole(1, 8_192), free(65_536, [1_000, 1_000, 0, 0, 0, 0, 0, 0]), free(65_536, [1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000])],
    ['the one whose GPUs are gone, when it wants CPUs alone', HUNGRY, whole(0, 16_384), free(32_768, [0, 0]), free(32_768, [1_000, 1_000])],
    ['the one with CPUs to spare, so that no GPU is left without', HUNGRY, whole(1, 32_768), free(131_072, [1_000, 1_000]), free(40_000, [1_000, 1_000])],
    ['and with memory to spare', [whole(1, 256)], { ...whole(1, 256), ramMiB: 1 << 14 }, free(65_536, [1_000, 1_000], { ramMiB: 1 << 15 }), free(65_536, [1_000, 1_000], { ramMiB: 1 << 14 })],
    ['the one whose GPUs nobody can use for want of CPUs', HUNGRY, slice(250, 1_024), free(2_048, [1_000]), free(65_536, [1_000])],
    ['the one that fits, however bad', HALVES, whole(2, 4_096), free(4_096, [1_000, 1_000]), free(4_096, [1_000, 999, 1_000], { gpus: 2 })],
    ['the one with less free, while nothing is known of the mix', [], whole(1, 1_024), free(65_536, [1_000, 0]), free(65_536, [1_000, 1_000])],
  ])('%s', (_, claims, d, better, worse) => {
    const mix = learn(claims);
    expect(placementCost(mix, better, d)).toBeLessThan(placementCost(mix, worse, d));
  });
});

describe('a machine does not fit', () => {
  const d: Demand = { ...slice(300, 1_000), shapes: [0, 2] };
  test.each([
    ['when all fits, it does', free(1_000, [300]), true],
    ['one thousandth of a CPU short', free(999, [300]), false],
    ['one MiB short', free(1_000, [300], { ramMiB: (1 << 12) - 1 }), false],
    ['one thousandth of a GPU short', free(1_000, [299]), false],
    ['enough on two GPUs, on none alone', free(1_000, [200, 200]), false],
    ['another shape', free(1_000, [300], { shape: 1 }), false],
    ['no GPU', free(1_000, []), false],
    ['a GPU of the neighbour in the same array', free(1_000, [0, 1_000], { gpus: 1 }), false],
  ])('%s', (_, m, does) => {
    expect(placementCost(new Mix(), m, d) !== NO_FIT).toBe(does);
    expect(sliceGpu(new Mix(), m, d) !== -1).toBe(m.gpuMilli[0] === 300);
  });
});

describe('of the GPUs of a machine a slice takes', () => {
  test.each<readonly [string, readonly Demand[], readonly number[], number]>([
    ['the one it fills', HALVES, [1_000, 500, 750], 1],
    ['the one it leaves useful, not the fullest', [slice(500, 1_024)], [750, 1_000], 1],
    ['the fullest, while nothing is known of the mix', [], [1_000, 600, 700], 1],
    ['the first of equals', HALVES, [0, 500, 500], 1],
  ])('%s', (_, claims, gpus, expected) => {
    expect(sliceGpu(learn(claims), free(65_536, gpus), slice(500, 1_024))).toBe(expected);
  });
});

test('the cost is a whole number, below NO_FIT, and the same for the same GPUs in any order and anywhere in an array', () => {
  fc.assert(fc.property(machine, demand, fc.array(demand, { maxLength: 8 }), (m, d, claims) => {
    const mix = learn(claims);
    const cost = placementCost(mix, m, d);
    const moved = free(m.cpuMilli, [1_000, ...[...m.gpuMilli].reverse(), 1_000], { ramMiB: m.ramMiB, gpuAt: 1, gpus: m.gpus });
    expect(placementCost(mix, moved, d)).toBe(cost);
    expect(Number.isInteger(cost) && cost >= 0 && cost <= NO_FIT).toBe(true);
  }));
});
