import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PlacementRequest } from './index.ts';
import { Oracle } from './oracle.fixture.ts';
import { runsOf } from './runs.fixture.ts';
import { claimsFor, steps, tell, world } from './worlds.fixture.ts';

const RUNS = runsOf(process.env);

/** GPUs of each instance as the engine reads the order: the largest machine of its shapes at the place asked for. */
const sizeOf = (o: Oracle, r: PlacementRequest): number => r.gpusPerInstance ?? Math.max(1, ...[...o.machines.values()].filter(m => {
  const p = o.pools.get(m.poolId ?? '');
  return m.state !== 'GONE' && [r.shapeId, ...(r.orShapeIds ?? [])].includes(m.shapeId) && p !== undefined && (r.datacenterId === null || p.datacenterId === r.datacenterId) &&
    (r.purpose === undefined || p.purpose === 'MIXED' || p.purpose === r.purpose);
}).map(m => m.gpus));

const overBy = (o: Oracle, r: PlacementRequest): ReadonlyMap<string, number> => new Map(o.over(r.at, r.leaseEnd).map(x => [x.what, x.load - x.limit]));

/** Kueue's words, counted by hand: what one takes of its cohort, and all together of what all have. */
const overQuota = (o: Oracle, r: PlacementRequest): readonly unknown[] => {
  const [cohort, ...nodes] = o.quotas;
  const used = (tenant: string | undefined, dimension: string): number => [...o.claims.values()].filter(c => tenant === undefined ? nodes.some(q => q.tenantId === c.tenantId) : c.tenantId === tenant)
    .reduce((n, c) => n + (dimension === 'WATTS' ? c.watts : dimension === 'GPU' || dimension === `GPU:${o.shapes.get(c.instanceId) ?? ''}` ? c.gpus : 0), 0);
  return nodes.filter(q => q.tenantId === r.tenantId).flatMap(q => q.limits.flatMap(l => {
    const all = [cohort, ...nodes].reduce((n, x) => n + (x?.limits.find(y => y.dimension === l.dimension)?.nominal ?? 0), 0);
    return [{ ...l, used: used(q.tenantId, l.dimension), most: l.nominal + (l.borrowingLimit ?? Infinity) }, { ...l, used: used(undefined, l.dimension), most: all }];
  })).filter(x => x.used > x.most);
};

describe('against an oracle that recomputes everything at every instant of the lease', () => {
  test('no placement puts anything over its limit', () => {
    let placed = 0;
    fc.assert(fc.property(world, steps(40), (start, story) => {
      tell(start, story, {
        order: ({ facts, r, v }) => {
          if (v.outcome === 'REFUSED') return;
          placed++;
          const before = new Oracle(facts);
          const claims = claimsFor(v, r, 'new');
          const after = before.with(claims);
          if (claims.some(c => c.gpus + c.watts > 0)) expect(overQuota(after, r)).toEqual([]);
          const was = overBy(before, r);
          // What was lowered under what runs stays over; nothing that the order touches is over with it.
          const touched = new Set(claims.flatMap(c => { const m = after.machines.get(c.machineId); return m === undefined ? [] : [...after.chain(m)]; }));
          for (const x of after.over(r.at, r.leaseEnd)) expect({ over: x, was: was.has(x.what) }).toEqual({ over: x, was: true });
          expect(after.drawing(r.reservationId).over(r.at, r.leaseEnd).filter(x => touched.has(x.what))).toEqual([]);
          for (const c of claims) { const m = after.machines.get(c.machineId); expect(m !== undefined && before.admits(m, r)).toBe(true); }
        },
        reservation: ({ facts, r, made }) => {
          const before = new Oracle(facts);
          const was = new Set(before.over(r.now, r.to).map(x => x.what));
          expect(before.with(made).over(r.now, r.to).filter(x => !was.has(x.what))).toEqual([]);
        },
      });
    }), RUNS);
    expect(placed).toBeGreaterThan(RUNS.numRuns);
  });

  test('one instance is refused only when no machine takes it, and placed only when one does', () => {
    const met = { placed: 0, refused: 0 };
    fc.assert(fc.property(world, steps(30), (start, story) => {
      tell(start, story, {
        order: ({ facts, r, v }) => {
          if (r.count > 1 || (v.outcome === 'REFUSED' && v.reasons.some(x => x.reason.endsWith('QUOTA') || x.reason === 'MISCONFIGURED'))) return;
          const o = new Oracle(facts);
          const size = sizeOf(o, r);
          const takes = [...o.machines.values()].filter(m => o.takes(m, r, size)).map(m => m.machineId);
          met[v.outcome === 'PLACED' ? 'placed' : 'refused']++;
          if (v.outcome === 'PLACED') expect(takes).toContain(v.placements[0]?.machineId);
          else expect({ takes, why: v.reasons }).toEqual({ takes: [], why: v.reasons });
        },
      });
    }), RUNS);
    expect(Math.min(met.placed, met.refused)).toBeGreaterThan(RUNS.numRuns / 2);
  });
});
