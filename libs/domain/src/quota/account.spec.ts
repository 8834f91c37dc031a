import { describe, expect, it } from 'vitest';
import type { QuotaUsage } from './account.ts';
import { available, borrows, charge, demandOf, effectOf, fits, howMany, most, noUsage, recount, times, usedUnder } from './account.ts';
import type { QuotaDimension, Quota } from './model.ts';
import { gpus, node, nodeNamed, org, project, treeOf } from './quota.fixture.ts';

type Uses = Readonly<Record<string, number>>;
const world = (quotas: readonly Quota[], uses: Uses, dimension: QuotaDimension = 'GPU'): QuotaUsage => {
  const usage = noUsage(treeOf(...quotas));
  for (const [name, amount] of Object.entries(uses)) charge(usage, nodeNamed(usage.tree, name), [{ dimension, amount }]);
  return usage;
};
/** `fits`, or the reason with its numbers. */
const said = (usage: QuotaUsage, name: string, asked: number): string => {
  const fit = fits(usage, nodeNamed(usage.tree, name), [{ dimension: 'GPU', amount: asked }]);
  return fit.fits ? 'fits' : [fit.reason, ...Object.entries(fit.params).map(([k, v]) => `${k}=${String(v)}`)].join(' ');
};

const TWO = [node('all'), node('a', { under: 'all', limits: gpus(8) }), node('b', { under: 'all', limits: gpus(8) })];
const BOUNDED = [node('all'), node('a', { under: 'all', limits: gpus(8, { borrowingLimit: 2 }) }), node('b', { under: 'all', limits: gpus(8, { lendingLimit: 3 }) })];
const DEEP = [
  node('all', { limits: gpus(4) }), node('left', { under: 'all', limits: gpus(0, { borrowingLimit: 5 }) }), node('right', { under: 'all', limits: gpus(10, { lendingLimit: 6 }) }),
  node('l1', { under: 'left', limits: gpus(8) }), node('l2', { under: 'left', limits: gpus(8) }),
];

describe('what a node may take, in the words of Kueue', () => {
  it.each([
    { reason: 'alone: its nominal', quotas: [node('a', { limits: gpus(8) })], uses: {}, of: 'a', asked: 8, is: 'fits' },
    { reason: 'alone: nobody to borrow from, for ever', quotas: [node('a', { limits: gpus(8) })], uses: {}, of: 'a', asked: 9, is: 'EXCEEDS_MAX_QUOTA dimension=GPU asked=9 max=8' },
    { reason: 'the cohort lends all that is unused', quotas: TWO, uses: {}, of: 'a', asked: 16, is: 'fits' },
    { reason: 'more than the whole cohort: never', quotas: TWO, uses: {}, of: 'a', asked: 17, is: 'EXCEEDS_MAX_QUOTA dimension=GPU asked=17 max=16' },
    { reason: 'the other uses part: wait, and see by how much', quotas: TWO, uses: { b: 5 }, of: 'a', asked: 12, is: 'WAITING_FOR_QUOTA dimension=GPU asked=12 available=11 heldByOthers=5' },
    { reason: 'the node itself uses part: nobody else is in the way', quotas: TWO, uses: { a: 5 }, of: 'a', asked: 12, is: 'WAITING_FOR_QUOTA dimension=GPU asked=12 available=11 heldByOthers=0' },
    { reason: 'a borrowing limit is the most beyond the nominal', quotas: BOUNDED, uses: {}, of: 'a', asked: 10, is: 'fits' },
    { reason: 'beyond the borrowing limit: never', quotas: BOUNDED, uses: {}, of: 'a', asked: 11, is: 'EXCEEDS_MAX_QUOTA dimension=GPU asked=11 max=10' },
    { reason: 'a lending limit keeps the rest for its owner: a could borrow 2 of 3 lent', quotas: BOUNDED, uses: { a: 10 }, of: 'b', asked: 6, is: 'fits' },
    { reason: 'what is lent is missing until it comes back', quotas: BOUNDED, uses: { a: 10 }, of: 'b', asked: 7, is: 'WAITING_FOR_QUOTA dimension=GPU asked=7 available=6 heldByOthers=10' },
    { reason: 'an owner without borrowing limit takes what the other leaves', quotas: BOUNDED, uses: {}, of: 'b', asked: 16, is: 'fits' },
    { reason: 'two floors: own, the sister\'s, and 5 from above', quotas: DEEP, uses: {}, of: 'l1', asked: 21, is: 'fits' },
    { reason: 'two floors: the cohort\'s borrowing limit binds all under it', quotas: DEEP, uses: {}, of: 'l1', asked: 22, is: 'EXCEEDS_MAX_QUOTA dimension=GPU asked=22 max=21' },
    { reason: 'two floors: the sister has borrowed already', quotas: DEEP, uses: { l2: 10 }, of: 'l1', asked: 12, is: 'WAITING_FOR_QUOTA dimension=GPU asked=12 available=11 heldByOthers=10' },
    { reason: 'two floors: a child\'s nominal exceeds its parent\'s, and counts', quotas: DEEP, uses: { right: 14 }, of: 'l1', asked: 16, is: 'fits' },
    { reason: 'what the far side keeps is out of reach: 4 + 6 lent, and its own', quotas: DEEP, uses: { l1: 21 }, of: 'right', asked: 9, is: 'fits' },
  ])('$reason', ({ quotas, uses, of, asked, is }) => { expect(said(world(quotas, uses), of, asked)).toBe(is); });
});

describe('what does not fit any more', () => {
  it('runs on after a limit was lowered, and is counted: less than nothing is left', () => {
    const usage = world([node('a', { limits: gpus(8) })], { a: 12 });
    expect([available(usage, nodeNamed(usage.tree, 'a'), 'GPU'), said(usage, 'a', 1)]).toEqual([-4, 'WAITING_FOR_QUOTA dimension=GPU asked=1 available=0 heldByOthers=0']);
  });
  it.each([
    { reason: 'within the nominal', uses: { a: 8 }, borrowed: false },
    { reason: 'one beyond', uses: { a: 9 }, borrowed: true },
  ])('is borrowed when it goes beyond the nominal: $reason', ({ uses, borrowed }) => {
    const usage = world(TWO, uses);
    expect(borrows(usage, nodeNamed(usage.tree, 'a'), 'GPU')).toBe(borrowed);
  });
});

describe('an order asks for several things at once', () => {
  const quotas = [node('a', { org: 'a', limits: [{ dimension: 'GPU:h200-8', nominal: 16 }, { dimension: 'WATTS', nominal: 25_000 }, { dimension: 'MILLI_GPU', nominal: 20_000 }] })];
  const usage = noUsage(treeOf(...quotas));
  const a = nodeNamed(usage.tree, 'a');
  const machine = demandOf({ shapeCode: 'h200-8', gpus: 8, watts: 10_200 });

  it('costs GPUs, GPUs of its shape, thousandths and watts', () => {
    expect(machine).toEqual([{ dimension: 'GPU', amount: 8 }, { dimension: 'GPU:h200-8', amount: 8 }, { dimension: 'MILLI_GPU', amount: 8_000 }, { dimension: 'WATTS', amount: 10_200 }]);
  });
  it('a slice costs its thousandths and no GPU', () => {
    expect(demandOf({ shapeCode: 'l40-4', gpus: 0, milliGpu: 250, watts: 70, storageGib: 20 })).toEqual([{ dimension: 'MILLI_GPU', amount: 250 }, { dimension: 'WATTS', amount: 70 }, { dimension: 'STORAGE_GIB', amount: 20 }]);
  });
  it.each([
    { reason: 'all of it fits', count: 2, is: { fits: true } },
    { reason: 'the first that can never be is named', count: 3, is: { fits: false, reason: 'EXCEEDS_MAX_QUOTA', params: { dimension: 'GPU:h200-8', asked: 24, max: 16 } } },
  ])('$reason', ({ count, is }) => { expect(fits(usage, a, times(machine, count))).toEqual(is); });
  it('a dimension that no node names does not limit', () => {
    expect([most(a, 'STORAGE_GIB'), fits(usage, a, [{ dimension: 'STORAGE_GIB', amount: 1_000_000 }])]).toEqual([Infinity, { fits: true }]);
  });
  it.each([
    { reason: 'as many as the tightest dimension allows', each: machine, count: 2 },
    { reason: 'no bound where nothing is limited', each: [{ dimension: 'STORAGE_GIB', amount: 5 }] as const, count: Infinity },
  ])('how many fit: $reason', ({ each, count }) => { expect(howMany(usage, a, each)).toBe(count); });
});

describe('a plan shows what it would do', () => {
  it.each([
    { reason: 'within the nominal', uses: {}, asked: 8, is: { nominal: 8, availableAfter: 8, borrowedAfter: 0 } },
    { reason: 'partly on what others lend', uses: { a: 4, b: 1 }, asked: 6, is: { nominal: 8, availableAfter: 5, borrowedAfter: 2 } },
    { reason: 'what does not fit', uses: { b: 8 }, asked: 9, is: { nominal: 8, availableAfter: -1, borrowedAfter: 1 } },
  ])('$reason', ({ uses, asked, is }) => {
    const usage = world(TWO, uses);
    expect(effectOf(usage, nodeNamed(usage.tree, 'a'), [{ dimension: 'GPU', amount: asked }, { dimension: 'WATTS', amount: 5 }])).toEqual([{ dimension: 'GPU', asked, ...is }]);
  });
});

describe('a changed tree', () => {
  it('counts the same claims at the nodes that their owners have now', () => {
    const claims = [
      { tenantId: org('a'), projectId: project('a1'), demand: [{ dimension: 'GPU', amount: 5 }] },
      { tenantId: org('b'), projectId: project('b1'), demand: [{ dimension: 'GPU', amount: 3 }] },
    ] as const;
    const tree = treeOf(node('a', { org: 'a', limits: gpus(8) }), node('a1', { under: 'a', org: 'a', project: 'a1' }));
    const usage = recount(tree, claims);
    expect([usedUnder(usage, nodeNamed(tree, 'a1'), 'GPU'), usedUnder(usage, nodeNamed(tree, 'a'), 'GPU'), available(usage, nodeNamed(tree, 'a1'), 'GPU')]).toEqual([5, 5, 3]);
  });
});
