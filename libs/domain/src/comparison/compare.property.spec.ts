import fc from 'fast-check';
import { expect, it } from 'vitest';
import { allDay, input, link, site, workload } from './site.fixture.ts';
import { compareSites } from './compare.ts';
import type { SiteFacts, Weights } from './model.ts';
import { CRITERIA } from './model.ts';

const weights = fc.record(Object.fromEntries(CRITERIA.map(c => [c, fc.integer({ min: 0, max: 100 })])) as Record<keyof Weights, fc.Arbitrary<number>>);
const candidate = (code: string): fc.Arbitrary<SiteFacts> =>
  fc.record({
    mbps: fc.constantFrom(0, 1_000, 10_000), latencyUs: fc.integer({ min: 200, max: 20_000 }), carriers: fc.integer({ min: 0, max: 3 }), response: fc.option(fc.integer({ min: 5, max: 2_000 })),
    contractedW: fc.integer({ min: 0, max: 200_000 }), pueMilli: fc.integer({ min: 1_000, max: 2_000 }), admitted: fc.boolean(), energy: fc.integer({ min: 0, max: 30_000 }), grams: fc.integer({ min: 0, max: 800 }),
  }).map(f => site(code, {
    pueMilli: f.pueMilli, links: Array.from({ length: f.carriers }, (_, n) => link(String(n), { capacityMbps: f.mbps, latencyUs: f.latencyUs })), staff: f.response === null ? [] : [allDay(f.response)],
    phases: [{ contractedW: f.contractedW, state: 'ENERGISED', from: '2020-01-01T00:00:00.000Z' }], law: { ...site(code).law, tenantClasses: [f.admitted ? 'PUBLIC_BODY' : 'PRIVATE'] },
    assumptions: { energyMinorPerMWh: f.energy, hostingMinorPerKWMonth: 15_000, trafficMinorPerTbOut: 50, gridGramsPerKwh: f.grams },
  }));
const candidates = fc.tuple(candidate('a'), candidate('b'), candidate('c'), candidate('d'));
const shuffled = candidates.chain(list => fc.shuffledSubarray(list, { minLength: 4, maxLength: 4 }).map(other => [list, other] as const));

it('the order in which the sites are named does not change the result', () => {
  fc.assert(fc.property(shuffled, weights, ([list, other], w) => {
    expect(compareSites(input(other, { weights: w }))).toEqual(compareSites(input(list, { weights: w })));
  }));
});

it('weights that are all zero are refused, any others are not', () => {
  fc.assert(fc.property(candidates, fc.oneof(weights, fc.constant(Object.fromEntries(CRITERIA.map(c => [c, 0])) as unknown as Weights)), (list, w) => {
    const result = compareSites(input([...list], { weights: w }));
    expect(result.ok ? 'ok' : result.error.map(p => p.code)).toEqual(CRITERIA.some(c => w[c] > 0) ? 'ok' : ['NO_WEIGHT']);
  }));
});

it('every site is either ranked or excluded; scores are whole thousandths; the ranking falls', () => {
  fc.assert(fc.property(candidates, weights.filter(w => CRITERIA.some(c => w[c] > 0)), (list, w) => {
    const result = compareSites(input([...list], { weights: w, workload: workload({ requiredResponseMinutes: 120 }) }));
    if (!result.ok) throw new Error('refused');
    const { ranking, excluded } = result.value;
    expect([...ranking, ...excluded].map(s => s.code).sort()).toEqual(['a', 'b', 'c', 'd']);
    expect(ranking.flatMap(s => CRITERIA.map(c => s.scores[c])).every(n => Number.isInteger(n) && n >= 0 && n <= 1_000)).toBe(true);
    expect(ranking.map(s => s.totalMilli)).toEqual(ranking.map(s => s.totalMilli).sort((x, y) => y - x));
  }));
});
