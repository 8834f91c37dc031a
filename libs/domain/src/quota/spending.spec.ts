import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { Spending } from './budget.ts';
import { budgetLeft, periodsOf, spentIn } from './budget.ts';
import type { QuotaBudget } from './model.ts';
import { node, nodeNamed, treeOf } from './quota.fixture.ts';
import { endEarly, fitsBudgets, nothingSpent, spend, spentOf } from './spending.ts';

const RUNS = { numRuns: Number(process.env['CADASTRE_PROPERTY_RUNS'] ?? 500) };
const day = (text: string): string => `${text}T00:00:00.000Z`;
const lease = (from: string, to: string): Spending => ({ from: day(from), to: day(to), gpus: 8, watts: 10_200, minorPerHour: 1_600 });
const hours = (perPeriod: number, carryOverPct = 0): QuotaBudget => ({ dimension: 'GPU_HOURS', perPeriod, period: 'QUARTER', carryOverPct });
const tree = treeOf(
  node('all', { budgets: [hours(300)] }), node('a', { under: 'all', org: 'a', budgets: [hours(200)] }), node('b', { under: 'all', org: 'b', budgets: [hours(200), { dimension: 'EUR_MINOR', perPeriod: 40_000, period: 'MONTH', carryOverPct: 0 }] }),
);
const [all, a, b] = [nodeNamed(tree, 'all'), nodeNamed(tree, 'a'), nodeNamed(tree, 'b')];

describe('what leases spend', () => {
  it('is charged to every budget up to the root, each period its part', () => {
    const usage = nothingSpent();
    spend(usage, a, lease('2026-12-31', '2027-01-03'));
    const parts = new Map([[day('2026-10-01'), 192], [day('2027-01-01'), 384]]);
    expect([spentOf(usage, a, 'GPU_HOURS'), spentOf(usage, all, 'GPU_HOURS'), spentOf(usage, b, 'GPU_HOURS')]).toEqual([parts, parts, new Map()]);
  });

  it.each([
    { reason: 'one day of three', at: '2026-12-11', left: 192 },
    { reason: 'before it began', at: '2026-12-01', left: 0 },
    { reason: 'at its own end: nothing changes', at: '2026-12-13', left: 576 },
  ])('comes back for what a lease that ends early did not last: $reason', ({ at, left }) => {
    const usage = nothingSpent();
    spend(usage, a, lease('2026-12-10', '2026-12-13'));
    endEarly(usage, a, lease('2026-12-10', '2026-12-13'), day(at));
    expect(spentOf(usage, a, 'GPU_HOURS').get(day('2026-10-01'))).toBe(left);
  });

  it.each([
    { reason: 'the node\'s own budget', spent: [], of: a, asked: lease('2026-12-10', '2026-12-12'), is: 'EXCEEDS_MAX_QUOTA a GPU_HOURS' },
    { reason: 'the budget above', spent: [b], of: a, asked: lease('2026-12-10', '2026-12-11'), is: 'WAITING_FOR_QUOTA all GPU_HOURS' },
    { reason: 'money, month by month', spent: [b], of: b, asked: { ...lease('2026-12-20', '2026-12-21'), gpus: 0 }, is: 'WAITING_FOR_QUOTA b EUR_MINOR' },
    { reason: 'never stands before wait', spent: [b], of: b, asked: lease('2026-12-20', '2026-12-22'), is: 'EXCEEDS_MAX_QUOTA b GPU_HOURS' },
    { reason: 'nothing', spent: [], of: a, asked: lease('2026-12-10', '2026-12-11'), is: 'fits' },
  ])('is bounded by $reason', ({ spent, of, asked, is }) => {
    const usage = nothingSpent();
    for (const n of spent) spend(usage, n, lease('2026-12-10', '2026-12-11'));
    const fit = fitsBudgets(usage, of, asked);
    expect(fit.fits ? 'fits' : `${fit.reason} ${fit.quota} ${fit.params.dimension}`).toBe(is);
  });
});

describe('whatever the leases', () => {
  const instant = fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2028-01-01') }).map(ms => new Date(ms).toISOString());
  const any = fc.record({ between: fc.tuple(instant, instant).filter(([x, y]) => x !== y), gpus: fc.integer({ min: 0, max: 4_096 }), watts: fc.integer({ min: 0, max: 500_000_000 }), minorPerHour: fc.integer({ min: 0, max: 1_000_000 }) })
    .map(({ between: [x, y], ...rest }): Spending => ({ ...rest, from: x < y ? x : y, to: x < y ? y : x }));

  test('the periods together pay all of a lease, and at most one unit each more', () => {
    fc.assert(fc.property(any, fc.constantFrom('MONTH', 'QUARTER', 'YEAR'), (l, period) => {
      const periods = periodsOf(period, l);
      const whole = (l.gpus * (Date.parse(l.to) - Date.parse(l.from))) / 3_600_000;
      const paid = periods.reduce((n, p) => n + spentIn('GPU_HOURS', l, p), 0);
      expect(paid).toBeGreaterThanOrEqual(Math.floor(whole));
      expect(paid).toBeLessThanOrEqual(whole + periods.length);
    }), RUNS);
  });

  test('leases that fit, once charged in any order, leave no period overspent, carry-over included', () => {
    const small = fc.record({ start: fc.nat(500), days: fc.integer({ min: 1, max: 120 }), gpus: fc.integer({ min: 1, max: 8 }) })
      .map(({ start, days, gpus }): Spending => ({ from: new Date(Date.parse('2026-01-01') + start * 86_400_000).toISOString(), to: new Date(Date.parse('2026-01-01') + (start + days) * 86_400_000).toISOString(), gpus, watts: 0, minorPerHour: 0 }));
    fc.assert(fc.property(fc.array(small, { minLength: 2, maxLength: 12 }), fc.constantFrom(0, 50, 100), (list, carryOverPct) => {
      const budget = hours(6_000, carryOverPct);
      const one = nodeNamed(treeOf(node('one', { org: 'a', budgets: [budget] })), 'one');
      const usage = nothingSpent();
      // Granted from the first day on: what the first quarter leaves is worth something.
      spend(usage, one, { from: day('2026-01-01'), to: day('2026-01-02'), gpus: 1, watts: 0, minorPerHour: 0 });
      for (const l of list) if (fitsBudgets(usage, one, l).fits) spend(usage, one, l);
      const spent = spentOf(usage, one, 'GPU_HOURS');
      const amounts = periodsOf('QUARTER', { from: day('2026-01-01'), to: day('2028-01-01') }).map(p => spent.get(p.from) ?? 0);
      amounts.forEach((amount, n) => { expect(amount).toBeLessThanOrEqual(budgetLeft(budget, 0, amounts.slice(0, n))); });
    }), RUNS);
  });

  test('charged and ended before it began, a lease has cost nothing', () => {
    fc.assert(fc.property(fc.array(any, { maxLength: 4 }), any, (list, l) => {
      const amounts = (): readonly number[] => [a, all].map(n => [...spentOf(usage, n, 'GPU_HOURS').values()].reduce((x, y) => x + y, 0));
      const usage = nothingSpent();
      for (const x of list) spend(usage, a, x);
      const before = amounts();
      spend(usage, a, l);
      endEarly(usage, a, l, l.from);
      expect(amounts()).toEqual(before);
    }), RUNS);
  });
});
