import { describe, expect, it } from 'vitest';
import { inWords } from '../datacenter/site.fixture.ts';
import { allDay, EQUAL, input, link, only, site, workload } from './site.fixture.ts';
import { compareSites } from './compare.ts';
import type { ComparisonInput, Criterion, ScoredSite, SiteComparison } from './model.ts';

const compare = (asked: ComparisonInput): SiteComparison => {
  const result = compareSites(asked);
  if (!result.ok) throw new Error(inWords(result).join(', '));
  return result.value;
};
const of = (found: SiteComparison, code: string): ScoredSite => {
  const one = found.ranking.find(s => s.code === code);
  if (one === undefined) throw new Error(`${code} is not ranked`);
  return one;
};

describe('one criterion, two sites: the better one has 1000, and the score of the other says how much worse it is', () => {
  const cases: readonly { reason: string; criterion: Criterion; a: Partial<Parameters<typeof site>[1]>; b: Partial<Parameters<typeof site>[1]>; asked?: Partial<ComparisonInput['workload']>; scores: readonly [number, number] }[] = [
    { reason: 'a tenth of the capacity: a quarter of the criterion, nearly gone', criterion: 'CONNECTIVITY', a: {}, b: { links: [link('a', { capacityMbps: 1_000 }), link('b', { capacityMbps: 1_000 })] }, scores: [1_000, 775] },
    { reason: 'twice as far: half of a quarter', criterion: 'CONNECTIVITY', a: {}, b: { links: [link('a', { latencyUs: 4_000 }), link('b', { latencyUs: 4_000 })] }, scores: [1_000, 875] },
    { reason: 'one carrier instead of two, at the same capacity and price', criterion: 'CONNECTIVITY', a: {}, b: { links: [link('a', { capacityMbps: 20_000, monthlyPriceMinor: 200_000 })] }, scores: [1_000, 875] },
    { reason: 'no way out is no connectivity, and no free one either', criterion: 'CONNECTIVITY', a: {}, b: { links: [] }, scores: [1_000, 0] },
    { reason: 'twice the wait, nothing being required', criterion: 'STAFF', a: {}, b: { staff: [allDay(120)] }, scores: [1_000, 500] },
    { reason: 'both within what is required: no difference worth a point', criterion: 'STAFF', a: {}, b: { staff: [allDay(120)] }, asked: { requiredResponseMinutes: 240 }, scores: [1_000, 1_000] },
    { reason: 'four times what is required', criterion: 'STAFF', a: {}, b: { staff: [allDay(240)] }, asked: { requiredResponseMinutes: 60 }, scores: [1_000, 250] },
    { reason: 'nobody of the skill', criterion: 'STAFF', a: { staff: [allDay(60, { skill: 'GPU_REPAIR' })] }, b: {}, asked: { skill: 'GPU_REPAIR' }, scores: [1_000, 0] },
    // 12 kW, then 24 kW at the meter: 24 kW is twice, then exactly enough.
    { reason: 'exactly enough power in the last year is half of that year', criterion: 'POWER', a: {}, b: { phases: [{ contractedW: 24_000, state: 'ENERGISED', from: '2020-01-01T00:00:00.000Z' }] }, scores: [1_000, 750] },
    { reason: 'what others use is not there: 80 kW of IT leave 4 kW', criterion: 'POWER', a: {}, b: { usedItW: 80_000 }, scores: [1_000, 124] },
    { reason: 'a contract that is signed and not energised is no power', criterion: 'POWER', a: {}, b: { phases: [{ contractedW: 100_000, state: 'CONTRACTED', from: '2020-01-01T00:00:00.000Z' }] }, scores: [1_000, 0] },
    { reason: 'energised in June 2028: nothing in either January', criterion: 'POWER', a: {}, b: { phases: [{ contractedW: 100_000, state: 'ENERGISED', from: '2028-06-01T00:00:00.000Z' }] }, scores: [1_000, 0] },
    { reason: 'a contract that ends in autumn is worth what is left in winter', criterion: 'POWER', a: {}, b: { phases: [{ contractedW: 100_000, state: 'ENERGISED', from: '2020-01-01T00:00:00.000Z', to: '2028-10-01T00:00:00.000Z' }] }, scores: [1_000, 500] },
    { reason: 'twice the carbon', criterion: 'CARBON', a: {}, b: { assumptions: { ...site('x').assumptions, gridGramsPerKwh: 80 } }, scores: [1_000, 500] },
    { reason: 'some carbon against none', criterion: 'CARBON', a: { assumptions: { ...site('x').assumptions, gridGramsPerKwh: 0 } }, b: {}, scores: [1_000, 0] },
    { reason: 'both pass the law: no more, no less', criterion: 'LAW', a: {}, b: {}, scores: [1_000, 1_000] },
  ];
  it.each(cases)('$criterion: $reason', ({ criterion, a, b, asked, scores }) => {
    const found = compare(input([site('a', a), site('b', b)], { workload: workload(asked) }));
    expect([of(found, 'a').scores[criterion], of(found, 'b').scores[criterion]]).toEqual(scores);
  });
});

describe('price, as use grows', () => {
  const priced = (energyMinorPerMWh: number, trafficMinorPerTbOut: number) => ({ assumptions: { ...site('x').assumptions, energyMinorPerMWh, trafficMinorPerTbOut } });
  it('is energy, hosting and traffic of every year', () => {
    const { costMinor, years } = of(compare(input([site('a', priced(10_000, 100))])), 'a').measures;
    // 12 kW × 8,760 h = 105,120 kWh at 100 €/MWh; 10 kW × 150 € × 12; 10 TB × 1 € × 12.
    expect(years[0]).toMatchObject({ year: 2027, facilityW: 12_000, energyKWh: 105_120, energyMinor: 1_051_200, hostingMinor: 1_800_000, trafficMinor: 12_000, totalMinor: 2_863_200, carbonG: 4_204_800, neededMbps: 92 });
    expect(costMinor).toBe(2_863_200 * 3);
  });
  it('the cheap start loses when traffic grows', () => {
    const growing = (factor: number) => workload({ years: [1, factor].map((f, n) => ({ year: 2027 + n, itW: 10_000, dataInTb: 10, dataOutTb: 100 * f })) });
    const winner = (factor: number) => compare(input([site('a', priced(8_000, 200)), site('b', priced(10_000, 0))], { weights: only({ PRICE: 1 }), workload: growing(factor) })).winner;
    expect([winner(0), winner(5)]).toEqual(['a', 'b']);
  });
});

describe('the law shuts out, and says why', () => {
  const held = (kind: string, to: number) => ({ kind, from: '2020-01-01T00:00:00.000Z', to: `${String(to)}-01-01T00:00:00.000Z` });
  const health = workload({ legalScope: { jurisdictions: ['EU'], certifications: [], dataClass: 'HEALTH' } });
  it.each([
    { reason: 'certified through the last year', certifications: [held('HDS', 2029)], missing: [] },
    { reason: 'certified only until the second year begins', certifications: [held('HDS', 2028)], missing: ['CERTIFICATION HDS CSP_L1111_8 2028-01-01T00:00:00.000Z'] },
    { reason: 'never certified', certifications: [], missing: ['CERTIFICATION HDS CSP_L1111_8 none'] },
  ])('$reason', ({ certifications, missing }) => {
    const found = compare(input([site('a', { law: { ...site('a').law, certifications } }), site('b', { law: { ...site('b').law, certifications: [held('HDS', 2040)] } })], { workload: health }));
    expect(found.excluded.flatMap(e => e.missing.map(m => ['what', 'required', 'rule', 'until'].map(p => String(m.params[p])).join(' ')))).toEqual(missing);
    expect(found.ranking.map(s => s.code)).toEqual(missing.length === 0 ? ['a', 'b'] : ['b']);
  });
  it('the best site by far, if it may not, does not even set the measure', () => {
    const free = site('free', { law: { ...site('x').law, tenantClasses: ['PRIVATE'] }, assumptions: { energyMinorPerMWh: 0, hostingMinorPerKWMonth: 0, trafficMinorPerTbOut: 0, gridGramsPerKwh: 0 } });
    const found = compare(input([free, site('a'), site('b')]));
    expect([found.ranking.map(s => [s.code, s.totalMilli]), found.excluded.map(e => e.code)]).toEqual([[['a', 1_000], ['b', 1_000]], ['free']]);
  });
  it('nobody is left: no winner, and every reason', () => {
    const found = compare(input([site('a'), site('b')], { workload: workload({ tenantClass: 'PRIVATE' }) }));
    expect([found.winner, found.dominant, found.ranking, found.sensitivity, found.excluded.map(e => e.missing[0]?.params['what'])]).toEqual([undefined, false, [], [], ['TENANT_CLASS', 'TENANT_CLASS']]);
  });
});

it('a site is ranked with what should worry: the first year of each lack', () => {
  const weak = site('a', { links: [link('a', { capacityMbps: 100 })], staff: [allDay(90)], phases: [{ contractedW: 15_000, state: 'ENERGISED', from: '2020-01-01T00:00:00.000Z' }] });
  const { warnings } = of(compare(input([weak], { workload: workload({ requiredResponseMinutes: 60 }) })), 'a');
  expect(warnings.map(w => [w.code, w.params])).toEqual([
    ['TOO_FEW_CARRIERS', { have: 1, limit: 2 }], ['BANDWIDTH_SHORT', { year: '2028', need: 183, have: 100 }], ['RESPONSE_TOO_SLOW', { have: 90, limit: 60 }], ['POWER_SHORT', { year: '2028', need: 24_000, have: 15_000 }],
  ]);
  expect(of(compare(input([site('a', { staff: [] })])), 'a').warnings.map(w => w.code)).toEqual(['NOBODY_ON_SITE']);
});

describe('what cannot be compared is refused, all of it at once', () => {
  const [y] = workload().years;
  if (y === undefined) throw new Error('the fixture has years');
  it.each([
    { reason: 'no weight at all', asked: input([site('a')], { weights: only({}) }), said: ['NO_WEIGHT weights'] },
    { reason: 'a weight below nothing, and one above everything', asked: input([site('a')], { weights: { ...EQUAL, PRICE: -1, CARBON: 101 } }), said: ['BELOW_MINIMUM weights.price value=-1 limit=0', 'ABOVE_MAXIMUM weights.carbon value=101 limit=100'] },
    { reason: 'no site', asked: input([]), said: ['REQUIRED sites'] },
    { reason: 'a site twice', asked: input([site('a'), site('a')]), said: ['DUPLICATE sites.1 value=a other=1'] },
    { reason: 'no year', asked: input([site('a')], { workload: workload({ years: [] }) }), said: ['REQUIRED workload.years'] },
    { reason: 'a year that nobody pays for', asked: input([site('a')], { workload: workload({ years: [y, { ...y, year: 2029 }] }) }), said: ['ABOVE_MAXIMUM workload.years.1.year value=2029 limit=2028'] },
    { reason: 'two currencies', asked: input([site('a', { links: [link('a', { currency: 'CHF' })] })]), said: ['MIXED_CURRENCIES sites.0 expected=EUR'] },
  ])('$reason', ({ asked, said }) => { expect(inWords(compareSites(asked))).toEqual(said); });
});
