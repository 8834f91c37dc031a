import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { capacityOf, id } from './facts.fixture.ts';
import type { LedgerFact, PlacementRequest } from './index.ts';
import { place } from './index.ts';
import { Oracle } from './oracle.fixture.ts';
import { runsOf } from './runs.fixture.ts';
import { requestOf, steps, tell, wanted, world } from './worlds.fixture.ts';

const RUNS = runsOf(process.env);

/**
 * The same worlds with limits that nest: a hall has one busway a side, and machines of a shape draw alike. Whatever is taken first, as many fit then. Where
 * limits cross, the most that fits is a knapsack, and the engine promises only that what it places fits.
 */
const nested = (facts: readonly LedgerFact[]): readonly LedgerFact[] => facts.map(f => {
  if (f.kind === 'MACHINE') return { ...f, idleW: 1_001, maxW: f.shapeId === 'l40-4' ? 2_204 : 4_003 };
  if (f.kind !== 'RACK') return f;
  const busway = (side: string) => id.node(`${f.datacenterId}-bus-${side}${f.hallId.at(-1) ?? ''}`);
  return { ...f, feedA: busway('a'), feedB: busway('b') };
});

/** The most that fits, by adding one after the other wherever it fits. */
const most = (start: Oracle, r: PlacementRequest, size: number, upTo: number): number => {
  let [o, n] = [start, 0];
  for (const m of start.machines.values()) {
    while (n < upTo && o.takes(m, r, size)) {
      const claim = o.claimsOn(m, r, size).find(c => o.stands(m, r, c));
      if (claim === undefined) break;
      o = o.with([{ ...claim, instanceId: id.instance(`n${String(n++)}`) }]);
    }
  }
  return n;
};

describe('a gang, where limits nest', () => {
  test('is placed exactly when as many fit, and refused with how many do', () => {
    const met = { placed: 0, refused: 0 };
    fc.assert(fc.property(world.map(nested), steps(12), wanted, fc.integer({ min: 2, max: 7 }), fc.constantFrom(8, 4, 3, 2), (start, story, w, count, gpus) => {
      const { facts, clock } = tell(start, story.map(x => (x.do === 'FACT' ? { do: 'WAIT' as const, days: 1 } : x)));
      const r: PlacementRequest = { ...requestOf({ ...w, draw: false }, clock, []), count, tenantId: id.tenant('without quota') };
      Reflect.deleteProperty(r, 'orShapeIds');
      Reflect.deleteProperty(r, 'topology');
      if (r.milliGpu === undefined) Reflect.set(r, 'gpusPerInstance', r.gpusPerInstance === 0 ? 0 : gpus);
      const fit = most(new Oracle(facts), r, r.gpusPerInstance ?? 1, count);
      const v = place(capacityOf(facts), r);
      met[v.outcome === 'PLACED' ? 'placed' : 'refused']++;
      expect(v.outcome === 'PLACED' ? v.placements.length : { fit: v.wouldFit }).toEqual(fit === count ? count : { fit });
    }), RUNS);
    expect(Math.min(met.placed, met.refused)).toBeGreaterThan(RUNS.numRuns / 20);
  });
});
