import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { append, capacityOf, id, releaseFact } from './facts.fixture.ts';
import type { CapacityState, LedgerFact, PlacementRequest, ReserveFact, Verdict } from './index.ts';
import { decide, fold, offers, place, placeReservation, snapshot, unfold, without } from './index.ts';
import { runsOf } from './runs.fixture.ts';
import { claimsFor, day, requestOf, steps, tell, wanted, world } from './worlds.fixture.ts';

const RUNS = runsOf(process.env);

const timeless = (s: CapacityState): unknown => ({ ...snapshot(s), index: 0 });
const said = (v: Verdict): unknown => ({ ...v, ledgerIndex: 0 });

describe('whatever the world and whatever happened', () => {
  test('a gang is all or nothing, on machines that share the level that the verdict names', () => {
    const met = new Map<string, number>();
    fc.assert(fc.property(world, steps(30), (start, story) => {
      tell(start, story, {
        order: ({ r, v, s }) => {
          if (v.outcome === 'REFUSED') return;
          expect(v.placements.length).toBe(r.count);
          if (r.topology?.required === true) expect(v.topology).toBe(r.topology.level);
          const facts = v.placements.map(p => s.machineFacts[s.machines.find(p.machineId) ?? -1]);
          const racks = v.placements.map(p => s.rackFacts[s.racks.find(p.rackId) ?? -1]);
          const one = {
            SAME_MACHINE: facts.map(f => f?.machineId), NVLINK_DOMAIN: facts.map(f => (f?.nvlinkDomain == null ? f?.machineId : `${f.rackId} ${f.nvlinkDomain}`)), RACK: facts.map(f => f?.rackId),
            ROW: racks.map(x => `${String(x?.hallId)} ${String(x?.row)}`), DATACENTER: v.placements.map(p => p.datacenterId), REGION: [''], ANY: [''],
          }[v.topology];
          expect(new Set(one).size).toBe(1);
          if (r.count > 1) met.set(v.topology, (met.get(v.topology) ?? 0) + 1);
        },
      });
    }), RUNS);
    expect(met.size).toBeGreaterThan(3);
  });

  test('place, then take back or release or look without, restores the state and every later verdict', () => {
    fc.assert(fc.property(world, steps(25), wanted, wanted, (start, story, first, second) => {
      const { s, clock, reservations } = tell(start, story);
      const [a, b] = [requestOf(first, clock, reservations), requestOf(second, clock, reservations)];
      const before = timeless(s);
      const then = said(decide(s, b));
      const v = decide(s, a);
      expect(timeless(s)).toEqual(before);
      const made = v.outcome === 'PLACED' ? claimsFor(v, a, 'x') : [];
      append(s, made);
      expect(without(s, made.map(c => c.instanceId), () => ({ state: timeless(s), then: said(decide(s, b)) }))).toEqual({ state: before, then });
      const after = timeless(s);
      append(s, made.map(releaseFact));
      expect({ state: timeless(s), then: said(decide(s, b)) }).toEqual({ state: before, then });
      for (const c of [...made].reverse()) unfold(s, { index: s.index, fact: { ...releaseFact(c), undo: c } });
      expect(timeless(s)).toEqual(after);
      for (const fact of [...made].reverse()) unfold(s, { index: s.index, fact });
      expect({ state: timeless(s), then: said(decide(s, b)) }).toEqual({ state: before, then });
    }), RUNS);
  });

  test('a reservation that is taken back, or cancelled, leaves no trace', () => {
    let met = 0;
    fc.assert(fc.property(world, steps(20), wanted, fc.integer({ min: 0, max: 8 }), fc.integer({ min: 1, max: 9 }), (start, story, w, from, days) => {
      const { s, clock, reservations } = tell(start, story);
      const r = requestOf(w, clock, reservations);
      const look = (): unknown => ({ state: timeless(s), then: said(decide(s, r)) });
      const before = look();
      const v = placeReservation(s, { tenantId: r.tenantId, tenantClass: r.tenantClass, projectId: r.projectId, shapeId: r.shapeId, shapeCode: r.shapeCode, machines: 2, datacenterId: null, legal: r.legal, from: day(clock + from), to: day(clock + from + days), now: day(clock) });
      expect(look()).toEqual(before);
      if (v.outcome === 'REFUSED') return;
      met++;
      const made = v.machines.map((t): ReserveFact => ({ kind: 'RESERVE', reservationId: 'x' as ReserveFact['reservationId'], tenantId: r.tenantId, projectId: r.projectId, from: day(clock + from), to: day(clock + from + days), ...t }));
      append(s, made);
      decide(s, r);
      for (const fact of [...made].reverse()) unfold(s, { index: s.index, fact });
      expect(look()).toEqual(before);
      append(s, [...made, { kind: 'UNRESERVE', reservationId: 'x' as ReserveFact['reservationId'] }]);
      expect(look()).toEqual(before);
    }), RUNS);
    expect(met).toBeGreaterThan(RUNS.numRuns / 50);
  });

  test('replaying the ledger gives the same bytes for every verdict, however much was decided in between', () => {
    fc.assert(fc.property(world, steps(25), (start, story) => {
      const decided: { readonly upTo: number; readonly r: PlacementRequest; readonly v: string }[] = [];
      const { facts } = tell(start, story, { order: ({ facts: before, r, s }) => void decided.push({ upTo: before.length, r, v: JSON.stringify(decide(s, r)) }) });
      const s = capacityOf([]);
      let at = 0;
      for (const { upTo, r, v } of decided) {
        for (; at < upTo; at++) fold(s, { index: s.index + 1, fact: facts[at] as LedgerFact });
        expect(JSON.stringify(decide(s, r))).toBe(v);
      }
      const last = decided.at(-1);
      if (last !== undefined) expect(JSON.stringify(decide(capacityOf(facts.slice(0, last.upTo)), last.r))).toBe(last.v);
    }), RUNS);
  });

  test('the order in which unrelated facts arrived changes no verdict and no offer', () => {
    fc.assert(fc.property(world.chain(w => fc.tuple(fc.constant(w), fc.shuffledSubarray([...w], { minLength: w.length }))), steps(15), wanted, ([a, b], story, w) => {
      const told = tell(a, story);
      const r = requestOf(w, told.clock, told.reservations);
      // What happened keeps its order: a claim stands on the machine as it was then.
      const happened = told.facts.slice(a.length);
      const [x, y] = [told.s, capacityOf([...b, ...happened])];
      expect(decide(y, r)).toEqual(decide(x, r));
      const wish = { tenantClass: r.tenantClass, at: r.at, leaseEnd: r.leaseEnd, legal: r.legal };
      expect(offers(y, wish)).toEqual(offers(x, wish));
    }), RUNS);
  });

  test('a stricter law places nothing that a looser one refuses, and offers no more', () => {
    let met = 0;
    fc.assert(fc.property(world, steps(15), wanted, fc.constantFrom<'certification' | 'jurisdiction' | 'data' | 'longer'>('certification', 'jurisdiction', 'data', 'longer'), (start, story, w, how) => {
      const { s, clock, reservations } = tell(start, story);
      const loose = requestOf({ ...w, draw: false }, clock, reservations);
      const strict: PlacementRequest = how === 'longer' ? { ...loose, leaseEnd: '2027-06-01T00:00:00.000Z' } : {
        ...loose, legal: how === 'certification' ? { ...loose.legal, certifications: ['HDS', ...loose.legal.certifications] } : how === 'data' ? { ...loose.legal, dataClass: 'HEALTH' } : { ...loose.legal, jurisdictions: ['FR'] },
      };
      if (how === 'jurisdiction' && !loose.legal.jurisdictions.includes('EU')) return;
      const v = place(s, strict);
      if (loose.count === 1 && v.outcome === 'PLACED') { met++; expect(place(s, loose).outcome).toBe('PLACED'); }
      const had = new Map(offers(s, loose).map(o => [`${o.poolId} ${o.shapeId}`, o.available]));
      for (const o of offers(s, strict)) expect(o.available).toBeLessThanOrEqual(had.get(`${o.poolId} ${o.shapeId}`) ?? 0);
    }), RUNS);
    expect(met).toBeGreaterThan(RUNS.numRuns / 250);
  });

  test('what an offer says is available is accepted', () => {
    fc.assert(fc.property(world, steps(15), wanted, (start, story, w) => {
      const { s, clock } = tell(start, story);
      const r = requestOf({ ...w, draw: false }, clock, []);
      const bare: PlacementRequest = { ...r, tenantId: id.tenant('without quota'), datacenterId: null };
      for (const key of ['gpusPerInstance', 'milliGpu', 'cpuMilli', 'ramMiB', 'topology', 'purpose', 'maxResponseMinutes', 'dataDatacenterId', 'orShapeIds'] as const) Reflect.deleteProperty(bare, key);
      for (const o of offers(s, bare)) if (o.available > 0) expect(place(s, { ...bare, shapeId: o.shapeId, poolId: o.poolId, count: o.available }).outcome).toBe('PLACED');
    }), RUNS);
  });
});
