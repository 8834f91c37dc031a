import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CapacityState, ClaimFact, Counterfactual, PlacementRequest } from './index.ts';
import { decide, place, without, yieldFor } from './index.ts';
import { runsOf } from './runs.fixture.ts';
import { requestOf, steps, tell, wanted, world } from './worlds.fixture.ts';

const RUNS = runsOf(process.env);

/** The order as a customer would repeat it who follows the advice. */
const changed = (s: CapacityState, r: PlacementRequest, c: Counterfactual, size: number): PlacementRequest => {
  switch (c.change) {
    case 'FEWER': return { ...r, count: c.count };
    case 'OTHER_SHAPE': {
      const { orShapeIds: _, ...rest } = r;
      return { ...rest, shapeId: c.shapeId, shapeCode: s.shapeCodes.get(c.shapeId) ?? '', poolId: null, ...(r.milliGpu === undefined ? { gpusPerInstance: size } : {}) };
    }
    case 'OTHER_SITE': return { ...r, datacenterId: c.datacenterId, poolId: null };
    case 'WIDER_TOPOLOGY': return { ...r, topology: { level: c.level, required: true } };
    case 'SHORTER': return { ...r, leaseEnd: c.leaseEnd };
    case 'LATER': return { ...r, at: c.at, leaseEnd: new Date(Date.parse(c.at) + Date.parse(r.leaseEnd) - Date.parse(r.at)).toISOString() };
  }
};

describe('a refusal', () => {
  test('every counterfactual, when applied, is accepted', () => {
    const met = new Map<string, number>();
    fc.assert(fc.property(world, steps(25), (start, story) => {
      tell(start, story, {
        order: ({ r, v: first, s }) => {
          const v = first.outcome === 'PLACED' ? first : decide(s, r);
          if (v.outcome === 'PLACED') return;
          const shape = new Set([r.shapeId, ...(r.orShapeIds ?? [])]);
          const size = r.gpusPerInstance ?? Math.max(1, ...v.groups.filter(g => shape.has(g.shapeId)).map(g => Math.max(...s.machineFacts.map(f => (f?.shapeId === g.shapeId && f.state !== 'GONE' && f.poolId === g.poolId ? f.gpus : 0)))));
          for (const c of v.counterfactuals) {
            const name = c.change === 'LATER' ? `LATER ${c.because}` : c.change;
            met.set(name, (met.get(name) ?? 0) + 1);
            const ended = c.change === 'LATER' && c.because === 'LEASES_END' ? [...s.claims].filter(([, x]) => x.leaseEnd > r.at && x.leaseEnd <= c.at && shape.has(s.shapes.key(s.machineShape.get(x.machine)))).map(([i]) => i) : [];
            expect({ c, v: without(s, ended, () => place(s, changed(s, r, c, size))).outcome }).toEqual({ c, v: 'PLACED' });
          }
        },
      });
    }), RUNS);
    expect([...met.keys()]).toEqual(expect.arrayContaining(['FEWER', 'LATER LEASES_END', 'LATER PHASE_ENERGISED', 'LATER RESERVATION_ENDS', 'OTHER_SHAPE', 'OTHER_SITE', 'SHORTER']));
  });

  test('has each reason once, the headline first, and integers that are not negative', () => {
    fc.assert(fc.property(world, steps(25), (start, story) => {
      const look = (v: { readonly outcome: string; readonly reasons?: readonly { readonly reason: string; readonly candidates: number; readonly params: Readonly<Record<string, unknown>> }[] }): void => {
        if (v.reasons === undefined) return;
        expect(v.reasons.length).toBeGreaterThan(0);
        expect(new Set(v.reasons.map(x => x.reason)).size).toBe(v.reasons.length);
        for (const x of v.reasons) for (const [k, n] of [...Object.entries(x.params), ['candidates', x.candidates] as const]) if (typeof n === 'number') expect({ reason: x.reason, [k]: Number.isInteger(n) && n >= 0 ? 'ok' : n }).toEqual({ reason: x.reason, [k]: 'ok' });
        const [first] = v.reasons;
        if (first !== undefined && typeof first.params['freeW'] === 'number') expect(first.params['askedW'] === 0 ? 1 : first.params['askedW']).toBeGreaterThan(first.params['freeW']);
      };
      tell(start, story, { order: ({ v }) => { look(v); }, reservation: ({ v }) => { look(v); } });
    }), RUNS);
  });

  test('that says never is never accepted: not when all is given back, not on any other day', () => {
    let met = 0;
    fc.assert(fc.property(world, steps(20), wanted, (start, story, w) => {
      const { s, clock, reservations } = tell(start, story);
      const r = requestOf(w, clock, reservations);
      const v = decide(s, r);
      if (v.outcome === 'PLACED' || !v.forEver) return;
      met++;
      expect(v.counterfactuals.filter(c => c.change === 'LATER')).toEqual([]);
      without(s, [...s.claims.keys()], () => {
        for (let n = 0; n < 40; n++) {
          const at = new Date(Date.parse(r.at) + n * 86_400_000).toISOString();
          const x = place(s, { ...r, at, leaseEnd: new Date(Date.parse(at) + Date.parse(r.leaseEnd) - Date.parse(r.at)).toISOString() });
          expect({ why: v.reasons[0]?.reason, n, outcome: x.outcome }).toEqual({ why: v.reasons[0]?.reason, n, outcome: 'REFUSED' });
        }
      });
    }), RUNS);
    expect(met).toBeGreaterThan(RUNS.numRuns / 250);
  });

  test('is lifted by exactly the interruptible instances that have to go, and never by one too many', () => {
    let met = 0;
    fc.assert(fc.property(world, steps(30), (start, story) => {
      tell(start, story, {
        order: ({ r, v, s }) => {
          const gone = yieldFor(s, r, v);
          if (gone === undefined) return;
          met++;
          expect(gone.length).toBeGreaterThan(0);
          const placed = (ids: readonly ClaimFact['instanceId'][]): boolean => without(s, ids, () => place(s, r).outcome === 'PLACED');
          const ids = gone.map(g => g.instanceId);
          expect(placed(ids)).toBe(true);
          for (const one of ids) expect(placed(ids.filter(x => x !== one))).toBe(false);
          for (const one of ids) expect(s.claims.get(one)?.interruptible).toBe(true);
          const leaving = new Set([...s.claims.keys()].filter((_, n) => n % 3 === 0));
          const asked = (yieldFor(s, r, v, leaving) ?? []).filter(y => !y.leaves).map(y => y.instanceId);
          for (const one of asked) expect(placed([...leaving, ...asked.filter(x => x !== one)])).toBe(false);
        },
      });
    }), RUNS);
    expect(met).toBeGreaterThan(RUNS.numRuns / 250);
  });
});
