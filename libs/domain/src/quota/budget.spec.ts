import { describe, expect, it } from 'vitest';
import type { Spending } from './budget.ts';
import { budgetLeft, budgetsOf, fitsBudget, periodOf, periodsOf, spentIn } from './budget.ts';
import type { QuotaBudget } from './model.ts';
import { node, nodeNamed, treeOf } from './quota.fixture.ts';

const day = (text: string): string => `${text}T00:00:00.000Z`;
const hours = (perPeriod: number, carryOverPct = 0): QuotaBudget => ({ dimension: 'GPU_HOURS', perPeriod, period: 'QUARTER', carryOverPct });
const lease = (from: string, to: string, over: Partial<Spending> = {}): Spending => ({ from: day(from), to: day(to), gpus: 8, watts: 10_200, minorPerHour: 1_600, ...over });

describe('a period', () => {
  it.each([
    { reason: 'a month', period: 'MONTH', now: '2026-02-28T23:59:59.999Z', from: '2026-02-01', to: '2026-03-01' },
    { reason: 'the first instant belongs to the period that begins', period: 'MONTH', now: day('2026-03-01'), from: '2026-03-01', to: '2026-04-01' },
    { reason: 'a quarter', period: 'QUARTER', now: day('2026-11-24'), from: '2026-10-01', to: '2027-01-01' },
    { reason: 'a year', period: 'YEAR', now: day('2026-11-24'), from: '2026-01-01', to: '2027-01-01' },
  ] as const)('$reason', ({ period, now, from, to }) => { expect(periodOf(period, now)).toEqual({ from: day(from), to: day(to) }); });

  it('of a lease is every one that it touches, and not the one that begins as it ends', () => {
    expect(periodsOf('QUARTER', { from: day('2026-12-31'), to: day('2027-04-01') }).map(p => p.from)).toEqual([day('2026-10-01'), day('2027-01-01')]);
  });
});

describe('what is left of a budget', () => {
  it.each([
    { reason: 'all of it at the beginning', budget: hours(1_000, 50), spent: 0, before: [], left: 1_000 },
    { reason: 'what is not spent', budget: hours(1_000, 50), spent: 400, before: [], left: 600 },
    { reason: 'half of what the last period left', budget: hours(1_000, 50), spent: 0, before: [400], left: 1_300 },
    { reason: 'nothing without carry-over', budget: hours(1_000), spent: 0, before: [400], left: 1_000 },
    { reason: 'what was carried is spent first: 500 came in, 500 went, so the whole 1,000 is passed on', budget: hours(1_000, 50), spent: 0, before: [0, 500], left: 1_500 },
    { reason: 'what was carried lapses: three idle periods pass on no more than one', budget: hours(1_000, 50), spent: 0, before: [0, 0, 0], left: 1_500 },
    { reason: 'a percent is rounded down', budget: hours(9, 50), spent: 0, before: [0], left: 13 },
    { reason: 'an overspent period is not a debt of the next', budget: hours(1_000, 100), spent: 0, before: [1_700], left: 1_000 },
    { reason: 'never below nothing', budget: hours(1_000), spent: 1_200, before: [], left: 0 },
  ])('$reason', ({ budget, spent, before, left }) => { expect(budgetLeft(budget, spent, before)).toBe(left); });
});

describe('what a lease costs a period', () => {
  const december = { from: day('2026-12-01'), to: day('2027-01-01') };
  it.each([
    { reason: '8 GPUs for a day', dimension: 'GPU_HOURS', of: lease('2026-12-10', '2026-12-11'), cost: 192 },
    { reason: '10.2 kW for a day, rounded up', dimension: 'KWH', of: lease('2026-12-10', '2026-12-11'), cost: 245 },
    { reason: '16 euros an hour for a day, in cents', dimension: 'EUR_MINOR', of: lease('2026-12-10', '2026-12-11'), cost: 38_400 },
    { reason: 'only the part that lies in it', dimension: 'GPU_HOURS', of: lease('2026-11-20', '2026-12-02'), cost: 192 },
    { reason: 'nothing outside', dimension: 'GPU_HOURS', of: lease('2027-01-01', '2027-01-02'), cost: 0 },
    { reason: 'an instant costs one unit', dimension: 'GPU_HOURS', of: { ...lease('2026-12-31', '2027-02-01'), from: '2026-12-31T23:59:59.999Z' }, cost: 1 },
    { reason: 'half a gigawatt for the month, exactly', dimension: 'KWH', of: lease('2026-01-01', '2027-01-01', { watts: 500_000_000 }), cost: 372_000_000 },
  ] as const)('$reason', ({ dimension, of, cost }) => { expect(spentIn(dimension, of, december)).toBe(cost); });
});

describe('whether a budget pays for a lease', () => {
  const fourth = { from: day('2026-10-01'), until: day('2027-01-01') };
  const first = { from: day('2027-01-01'), until: day('2027-04-01') };
  it.each([
    { reason: 'within one quarter', budget: hours(192), of: lease('2026-12-10', '2026-12-11'), spent: {}, is: { fits: true } },
    { reason: 'one hour short this quarter: wait for the next', budget: hours(192), of: lease('2026-12-10', '2026-12-11'), spent: { '2026-10-01': 1 },
      is: { fits: false, reason: 'WAITING_FOR_QUOTA', params: { dimension: 'GPU_HOURS', asked: 192, available: 191, ...fourth } } },
    { reason: 'more than any quarter gives, carry-over included: never', budget: hours(100, 50), of: lease('2026-12-10', '2026-12-11'), spent: {},
      is: { fits: false, reason: 'EXCEEDS_MAX_QUOTA', params: { dimension: 'GPU_HOURS', asked: 192, max: 150, ...fourth } } },
    { reason: 'each quarter pays its part', budget: hours(192), of: lease('2026-12-31', '2027-01-02'), spent: {}, is: { fits: true } },
    { reason: 'the second quarter is promised to others', budget: hours(192), of: lease('2026-12-31', '2027-01-02'), spent: { '2027-01-01': 50 },
      is: { fits: false, reason: 'WAITING_FOR_QUOTA', params: { dimension: 'GPU_HOURS', asked: 192, available: 142, ...first } } },
    { reason: 'what the quarter before left pays too', budget: hours(192, 100), of: lease('2027-01-01', '2027-01-03'), spent: { '2026-10-01': 0 }, is: { fits: true } },
    { reason: 'what is left of this quarter is promised to a lease of the next', budget: hours(192, 100), of: lease('2026-12-10', '2026-12-11'), spent: { '2026-10-01': 0, '2027-01-01': 384 },
      is: { fits: false, reason: 'WAITING_FOR_QUOTA', params: { dimension: 'GPU_HOURS', asked: 384, available: 192, ...first } } },
    { reason: 'a later quarter that was overspent anyhow is not the fault of this lease', budget: hours(192), of: lease('2026-12-10', '2026-12-11'), spent: { '2026-10-01': 0, '2027-01-01': 500 }, is: { fits: true } },
    { reason: 'but not what the lease itself takes of it', budget: hours(192, 100), of: lease('2026-12-31', '2027-01-03'), spent: { '2026-10-01': 0 },
      is: { fits: false, reason: 'WAITING_FOR_QUOTA', params: { dimension: 'GPU_HOURS', asked: 384, available: 192, ...first } } },
    { reason: 'a period in which nothing was granted yet passes nothing on', budget: hours(192, 100), of: lease('2027-01-01', '2027-01-03'), spent: {},
      is: { fits: false, reason: 'WAITING_FOR_QUOTA', params: { dimension: 'GPU_HOURS', asked: 384, available: 192, ...first } } },
  ])('$reason', ({ budget, of, spent, is }) => {
    expect(fitsBudget(budget, of, new Map(Object.entries(spent).map(([from, n]) => [day(from), n])))).toEqual(is);
  });

  it('is asked of every node up to the root', () => {
    const tree = treeOf(node('all', { budgets: [hours(900)] }), node('a', { under: 'all', org: 'a', budgets: [hours(300)] }), node('a1', { under: 'a', org: 'a', project: 'a1', budgets: [hours(100)] }));
    expect(budgetsOf(nodeNamed(tree, 'a1')).map(b => [b.node.quota.name, b.budget.perPeriod])).toEqual([['a1', 100], ['a', 300], ['all', 900]]);
  });
});

// DataLab Normandie: universities, a hospital and an agency bought machines together; each has a share of the GPU-hours and of the energy of a quarter,
// and half of what it leaves goes with it into the next.
describe('a consortium shares its machines by the quarter', () => {
  const share = (gpuHours: number, kWh: number): readonly QuotaBudget[] => [
    { dimension: 'GPU_HOURS', perPeriod: gpuHours, period: 'QUARTER', carryOverPct: 50 }, { dimension: 'KWH', perPeriod: kWh, period: 'QUARTER', carryOverPct: 50 },
  ];
  const tree = treeOf(
    node('datalab', { org: 'datalab', budgets: share(100_000, 150_000) }),
    ...[['caen', 50_000, 75_000], ['rouen', 30_000, 45_000], ['chu', 20_000, 30_000]].map(([name, h, e]) => node(String(name), { under: 'datalab', org: 'datalab', project: String(name), budgets: share(Number(h), Number(e)) })),
  );
  const may = (member: string, of: Spending, spent: Readonly<Record<string, Readonly<Record<string, readonly [hours: number, kWh: number]>>>>): string => {
    for (const { node: at, budget } of budgetsOf(nodeNamed(tree, member))) {
      const known = Object.entries(spent[at.quota.name] ?? {}).map(([from, [h, e]]) => [day(from), budget.dimension === 'KWH' ? e : h] as const);
      const fit = fitsBudget(budget, of, new Map(known));
      if (!fit.fits) return `${fit.reason} ${at.quota.name} ${Object.values(fit.params).map(String).join(' ')}`;
    }
    return 'yes';
  };
  const Q4 = '2026-10-01';
  it.each<{ readonly reason: string; readonly member: string; readonly of: Spending; readonly spent: Parameters<typeof may>[2]; readonly is: string }>([
    { reason: 'Caen trains on 64 GPUs for thirty days: 46,080 of its 50,000 hours', member: 'caen', of: lease('2026-10-01', '2026-10-31', { gpus: 64, watts: 81_600 }), spent: {}, is: 'yes' },
    { reason: 'and cannot go on in November: 3,920 hours are left of its share', member: 'caen', of: lease('2026-11-01', '2026-11-04', { gpus: 64, watts: 81_600 }), spent: { caen: { [Q4]: [46_080, 58_752] } },
      is: `WAITING_FOR_QUOTA caen GPU_HOURS 4608 ${day(Q4)} ${day('2027-01-01')} 3920` },
    { reason: 'the hospital infers day and night on 8: its energy, not its hours, ends first', member: 'chu', of: lease('2026-10-01', '2027-01-01', { gpus: 8, watts: 14_000 }), spent: {},
      is: `WAITING_FOR_QUOTA chu KWH 30912 ${day(Q4)} ${day('2027-01-01')} 30000` },
    { reason: 'with what it left last quarter it can', member: 'chu', of: lease('2026-10-01', '2027-01-01', { gpus: 8, watts: 14_000 }), spent: { chu: { '2026-07-01': [19_000, 28_000] } }, is: 'yes' },
    { reason: 'Rouen has hours left, the consortium as a whole has not', member: 'rouen', of: lease('2026-12-01', '2026-12-02', { gpus: 64, watts: 81_600 }), spent: { datalab: { [Q4]: [99_000, 120_000] } },
      is: `WAITING_FOR_QUOTA datalab GPU_HOURS 1536 ${day(Q4)} ${day('2027-01-01')} 1000` },
    { reason: 'a job that no quarter of its share could ever hold', member: 'rouen', of: lease('2026-10-01', '2027-01-01', { gpus: 64, watts: 81_600 }), spent: {},
      is: `EXCEEDS_MAX_QUOTA rouen GPU_HOURS 141312 ${day(Q4)} ${day('2027-01-01')} 45000` },
  ])('$reason', ({ member, of, spent, is }) => { expect(may(member, of, spent)).toBe(is); });
});
