import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { usableW, type PowerNode } from '../powernode/index.ts';
import { POWER_PHASE_STATES } from '../powerphase/model.ts';
import { deliver, treeOf } from './deliver.ts';
import { capacityForecast, wantedShapes } from './forecast.ts';
import type { ForecastInterval, ForecastQuestion, SiteCapacity } from './model.ts';
import { group, H200, hall, newYear, node, NVL72, phase, site } from './site.fixture.ts';

const question: ForecastQuestion = { from: newYear(2027), to: newYear(2028), atLeast: 'NEGOTIATING', rackW: 150_000, shapes: [NVL72] };
const intervals = (s: SiteCapacity, q: Partial<ForecastQuestion> = {}): readonly ForecastInterval[] => {
  const f = capacityForecast(s, { ...question, ...q });
  if (!f.ok) throw new Error(JSON.stringify(f.error));
  return f.value;
};
const first = (s: SiteCapacity, q: Partial<ForecastQuestion> = {}): ForecastInterval => intervals(s, q)[0]!;
const nvl72 = (s: SiteCapacity): string => {
  const [fit] = first(s).fits;
  return `${String(fit?.machines)} by ${String(fit?.bounds[0]?.resource)}`;
};

describe('a site takes as many machines as its scarcest resource', () => {
  const plenty = site({ phases: [phase('p', 80, 'ENERGISED', 2027)], halls: [hall({ coolingCapacityW: 80_000_000 })], groups: [group(400)], nodes: [] });
  it.each([
    { reason: '400 racks, power and cold for more', seen: plenty, fit: '400 by RACKS' },
    { reason: 'the contract counts facility watts: 8 MW are 6.66 MW of IT', seen: { ...plenty, phases: [phase('p', 8, 'ENERGISED', 2027)] }, fit: '47 by PHASE' },
    { reason: 'no phase, no machine', seen: { ...plenty, phases: [] }, fit: '0 by PHASE' },
    { reason: 'a phase that is over', seen: { ...plenty, phases: [phase('p', 80, 'ENERGISED', 2020, 2027)] }, fit: '0 by PHASE' },
    { reason: 'the hall cools 7 MW less a tenth', seen: { ...plenty, halls: [hall({ deratingPct: 10 })] }, fit: '45 by COOLING' },
    { reason: 'no hall cools it as it must be cooled', seen: { ...plenty, halls: [hall({ coolingKinds: ['AIR'] })] }, fit: '0 by COOLING' },
    { reason: 'racks that are cooled otherwise do not take it', seen: { ...plenty, groups: [group(400, { coolingKind: 'REAR_DOOR' })] }, fit: '0 by RACKS' },
    { reason: 'planned racks do not stand yet', seen: { ...plenty, groups: [group(10), group(30, { key: 'g2', state: 'PLANNED' })] }, fit: '10 by RACKS' },
    { reason: 'what stands in a rack leaves too few watts', seen: { ...plenty, groups: [group(10, { idleW: 10_001 })] }, fit: '0 by RACKS' },
    { reason: 'what stands in a rack leaves too few units', seen: { ...plenty, groups: [group(10, { usedUnits: 7 })] }, fit: '0 by RACKS' },
    { reason: 'after the loss of a side the other carries everything', seen: { ...plenty, nodes: site().nodes }, fit: '50 by POWER_NODE' },
    { reason: 'a site that need not bear it uses both sides', seen: { ...plenty, nodes: site().nodes, feedLossTolerated: false }, fit: '57 by POWER_NODE' },
  ])('$reason: $fit', ({ seen, fit }) => { expect(nvl72(seen)).toBe(fit); });

  it('all together may be fewer than each alone: the racks with watts are not where the cold is', () => {
    const two = site({ nodes: [], halls: [hall({ coolingCapacityW: 140_000 }), hall({ id: 'hall_2' as never, name: 'H2' })], groups: [group(5), group(1, { key: 'g2', hallId: 'hall_2' as never })] });
    const [fit] = first(two).fits;
    expect(fit).toMatchObject({ machines: 2, bounds: [{ resource: 'RACKS', machines: 6 }, { resource: 'PHASE', machines: 47 }, { resource: 'COOLING', machines: 51 }] });
  });
});

describe('time is cut where something changes, and nowhere else', () => {
  const days = (s: SiteCapacity): readonly string[] => intervals(s).map(i => `${i.from.slice(5, 10)} ${String(i.committedItW)}`);
  const until = (to: string, watts = 5) => ({ group: 'g1', watts, to: `2027-${to}T00:00:00.000Z` });
  it.each([
    { reason: 'nothing happens', holds: [], said: ['01-01 0'] },
    { reason: 'a lease ends', holds: [until('03-01')], said: ['01-01 5', '03-01 0'] },
    { reason: 'a lease that ended before the question', holds: [{ ...until('03-01'), to: newYear(2027) }], said: ['01-01 0'] },
    { reason: 'a reservation begins and ends', holds: [{ ...until('05-01'), from: '2027-04-01T00:00:00.000Z' }], said: ['01-01 0', '04-01 5', '05-01 0'] },
    { reason: 'a lease is followed by a reservation of as much', holds: [until('03-01'), { ...until('05-01'), from: '2027-03-01T00:00:00.000Z' }], said: ['01-01 5', '05-01 0'] },
    { reason: 'of racks that are not there', holds: [{ ...until('03-01'), group: 'gone' }], said: ['01-01 0'] },
  ])('$reason', ({ holds, said }) => { expect(days(site({ holds }))).toEqual(said); });

  it('a question that ends before it begins is refused', () => {
    expect(capacityForecast(site(), { ...question, to: question.from })).toMatchObject({ ok: false, error: [{ code: 'INTERVAL_REVERSED', path: ['to'] }] });
  });
  it('racks to be built are of 1 W to 150 kW', () => {
    expect([0, 150_001].map(rackW => capacityForecast(site(), { ...question, rackW }))).toMatchObject([{ error: [{ code: 'BELOW_MINIMUM' }] }, { error: [{ code: 'ABOVE_MAXIMUM' }] }]);
  });
  it('a shape that nobody declared is refused with what was meant', () => {
    expect(wantedShapes([NVL72, H200], undefined)).toEqual({ ok: true, value: [NVL72, H200] });
    expect(wantedShapes([NVL72, H200], ['h200-8'])).toEqual({ ok: true, value: [H200] });
    expect(wantedShapes([NVL72, H200], ['h200-8', 'h200-9'])).toMatchObject({ ok: false, error: [{ code: 'UNKNOWN_VALUE', path: ['shapes', '1'], params: { near: 'h200-8' } }] });
  });
  it('phases count from the state that is asked for; of two, the one that gives more', () => {
    const phases = [phase('a', 8, 'ENERGISED', 2027), phase('b', 40, 'CONTRACTED', 2027)];
    expect(POWER_PHASE_STATES.map(atLeast => first(site({ phases }), { atLeast }).phase?.name)).toEqual(['b', 'b', 'b', 'a']);
    expect(first(site({ phases })).energisedW).toBe(8_000_000);
  });
});

describe('what a tree delivers', () => {
  const words = (nodes: readonly PowerNode[], tolerated: boolean): string => {
    const { watts, stoppedBy } = deliver(treeOf(nodes), usableW, tolerated);
    return `${String(watts / 1_000)} by ${stoppedBy.map(n => n.name).join(',')}`;
  };
  const both = [node('G', 'NONE', 100), node('TA', 'A', 60, 'G'), node('A1', 'A', 40, 'TA'), node('A2', 'A', 40, 'TA'), node('TB', 'B', 50, 'G'), node('B1', 'B', 50, 'TB')];
  it.each([
    { reason: 'no tree', nodes: [], n1: '0 by ', normal: '0 by ' },
    { reason: 'the weaker side bounds; with half on each, twice that, as far as the grid goes', nodes: both, n1: '50 by TB', normal: '100 by G' },
    { reason: 'a derated transformer', nodes: [both[0]!, node('TA', 'A', 60, 'G', 50), ...both.slice(2)], n1: '30 by TA', normal: '60 by TA' },
    { reason: 'one side only: racks with one feed', nodes: both.slice(0, 4), n1: '60 by TA', normal: '60 by TA' },
    { reason: 'a grid connection of each side', nodes: [node('GA', 'A', 30), node('GB', 'B', 20)], n1: '20 by GB', normal: '40 by GB' },
    { reason: 'a common node that feeds nothing', nodes: [node('G', 'NONE', 100)], n1: '0 by ', normal: '0 by ' },
  ])('$reason', ({ nodes, n1, normal }) => { expect([words(nodes, true), words(nodes, false)]).toEqual([n1, normal]); });
});

const RUNS = { numRuns: Number(process.env['CADASTRE_PROPERTY_RUNS'] ?? 500) };
const kw = fc.integer({ min: 1, max: 3_000 });
const hold = fc.record({ group: fc.constantFrom('g1', 'g2'), watts: fc.integer({ min: 0, max: 500_000 }), from: fc.integer({ min: 2026, max: 2029 }).map(newYear), to: fc.integer({ min: 2029, max: 2031 }).map(newYear) });
const anySite: fc.Arbitrary<SiteCapacity> = fc.record({ grid: kw, a: kw, b: kw, cold: kw, one: fc.integer({ min: 0, max: 20 }), two: fc.integer({ min: 0, max: 20 }), idleW: fc.integer({ min: 0, max: 60_000 }), mw: fc.integer({ min: 0, max: 5 }), tolerated: fc.boolean(), holds: fc.array(hold, { maxLength: 4 }) })
  .map(x => site({
    phases: [phase('p', x.mw, 'ENERGISED', 2028), phase('q', x.mw + 1, 'CONTRACTED', 2029)], feedLossTolerated: x.tolerated, halls: [hall({ coolingCapacityW: x.cold * 1_000 })],
    nodes: [node('G', 'NONE', x.grid), node('A1', 'A', x.a, 'G'), node('B1', 'B', x.b, 'G')], groups: [group(x.one), group(x.two, { key: 'g2', idleW: x.idleW, usedUnits: 8 })], holds: x.holds,
  }));
const ask = (s: SiteCapacity): readonly ForecastInterval[] => intervals(s, { from: newYear(2026), to: newYear(2032), shapes: [NVL72, H200] });

describe('whatever the site', () => {
  it('intervals follow each other without gap or overlap, and two neighbours differ', () => {
    fc.assert(fc.property(anySite, s => {
      const list = ask(s);
      expect([list[0]?.from, ...list.map(i => i.to)]).toEqual([newYear(2026), ...list.slice(1).map(i => i.from), newYear(2032)]);
    }), RUNS);
  });

  it('what fits is built within every limit, recomputed from the facts', () => {
    fc.assert(fc.property(anySite, s => {
      for (const i of ask(s)) for (const [n, shape] of [NVL72, H200].entries()) {
        const add = (i.fits[n]?.machines ?? 0) * shape.maxW;
        if (add === 0) continue;
        const heldBy = s.groups.map(g => g.racks * g.idleW + s.holds.filter(h => h.group === g.key && h.from! <= i.from && i.from < h.to).reduce((w, h) => w + h.watts, 0));
        // A group that holds more than its racks allow takes nothing more; the others are not to make up for it.
        const racksW = s.groups.reduce((w, g, at) => w + Math.max(heldBy[at] ?? 0, g.racks * g.limitW), 0);
        const held = heldBy.reduce((w, h) => w + h, 0);
        const sided = s.feedLossTolerated ? held + add : (held + add) / 2;
        const [grid, a, b] = s.nodes.map(usableW);
        expect((held + add) * s.pueMilli).toBeLessThanOrEqual(i.contractedW * 1_000);
        expect(held + add).toBeLessThanOrEqual(Math.min(s.halls[0]!.coolingCapacityW, grid!, racksW));
        expect(sided).toBeLessThanOrEqual(Math.min(a!, b!));
        expect(i.fits[n]?.machines).toBeLessThanOrEqual(i.fits[n]?.bounds[0]?.machines ?? 0);
      }
    }), RUNS);
  });

  it('more held is never more room', () => {
    fc.assert(fc.property(anySite, hold, (s, more) => {
      const [before, after] = [ask(s), ask({ ...s, holds: [...s.holds, more] })];
      for (const i of after) {
        const then = before.find(b => b.from <= i.from && i.from < b.to);
        expect(i.fits.map(f => f.machines <= (then?.fits.find(t => t.code === f.code)?.machines ?? -1))).toEqual([true, true]);
      }
    }), RUNS);
  });
});
