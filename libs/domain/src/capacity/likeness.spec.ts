import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { append, capacityOf, claimFact, claimsOf, id, machineFact, openSite, order, poolFact, rackFact, releaseFact } from './facts.fixture.ts';
import { place } from './decide.ts';
import { likenessOf } from './likeness.ts';
import type { LedgerFact, PlacementRequest } from './model.ts';
import { takesOf } from './need.ts';
import type { Need } from './need.ts';
import { fragmentationOf } from './score.ts';
import type { CapacityState } from './state.ts';

const RACKS = ['r1', 'r2', 'r3'];
const MACHINES = ['m1', 'm2', 'm3', 'm4', 'm5', 'm6'];
const world = (): LedgerFact[] => [
  ...openSite(), poolFact('p1'), ...RACKS.map(r => rackFact(r)),
  ...MACHINES.map((m, n) => machineFact(m, RACKS[n % 3] ?? 'r1', n === 5 ? { gpus: 4, cpuMilli: 96_000, maxW: 4_000 } : {})),
];

const ORDERS: readonly Partial<PlacementRequest>[] = [
  { gpusPerInstance: 1, cpuMilli: 8_000, ramMiB: 65_536 }, { gpusPerInstance: 1, cpuMilli: 60_000, ramMiB: 65_536 }, { milliGpu: 300, cpuMilli: 4_000, ramMiB: 16_384 }, { milliGpu: 700 },
  { gpusPerInstance: 4 }, { gpusPerInstance: 8 }, { gpusPerInstance: 0, cpuMilli: 16_000, ramMiB: 32_768 },
];
type Step = { readonly do: 'order' | 'look'; readonly which: number } | { readonly do: 'release' | 'mix' | 'hold' | 'grow' | 'forget'; readonly which: number };
const steps = fc.array(fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('order' as const), which: fc.nat(ORDERS.length - 1) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('look' as const), which: fc.nat(ORDERS.length - 1) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('release' as const, 'mix' as const, 'hold' as const, 'grow' as const, 'forget' as const), which: fc.nat(100) }) },
), { minLength: 5, maxLength: 60 });

/** The facts that a step comes to, folded; decisions are made on the way, so that what is remembered has something to be wrong about. */
const walk = (s: CapacityState, list: readonly Step[]): void => {
  const running: ReturnType<typeof claimsOf> = [];
  list.forEach((step, n) => {
    const machine = MACHINES[step.which % MACHINES.length] ?? 'm1';
    const rack = RACKS[MACHINES.indexOf(machine) % 3] ?? 'r1';
    if (step.do === 'look') place(s, order(1, ORDERS[step.which]));
    else if (step.do === 'order') {
      const r = order(1, ORDERS[step.which]);
      const v = place(s, r);
      if (v.outcome === 'PLACED') running.push(...claimsOf(v.placements, `i${String(n)}`, r));
      if (v.outcome === 'PLACED') append(s, running.slice(-1));
    } else if (step.do === 'release') append(s, running.splice(step.which % Math.max(1, running.length), 1).map(releaseFact));
    else if (step.do === 'mix') append(s, [{ kind: 'MIX' }]);
    else if (step.do === 'hold') append(s, [machineFact(machine, rack, { state: step.which % 2 === 0 ? 'HELD' : 'ENERGISED' })]);
    else if (step.do === 'grow') append(s, [machineFact(machine, rack, { gpus: 4 + (step.which % 5) })]);
    // As when nobody looked for 65,536 changes.
    else s.touchedFrom += s.touched.splice(0).length;
  });
};

/** -1 where nothing was written. */
const costsOf = (s: CapacityState, need: Need, takes: Int32Array): Int32Array => {
  const into = new Int32Array(takes.length).fill(-1);
  likenessOf(s).costs(need, takes.map((_, m) => m), takes, into);
  return into;
};

describe('machines in the same state', () => {
  it('answer what each of them would, whatever happened between two looks', () => {
    const needs: readonly Need[] = ORDERS.map(o => ({ shapes: new Set([0]), gpus: o.gpusPerInstance ?? 0, milliGpu: o.milliGpu ?? 0, cpuMilli: o.cpuMilli, ramMiB: o.ramMiB, reservationId: undefined }));
    fc.assert(fc.property(fc.array(steps, { maxLength: 3 }), rounds => {
      const s = capacityOf(world());
      for (const list of rounds) {
        walk(s, list);
        for (const need of needs) {
          const rows = Int32Array.from({ length: s.machines.size }, (_, m) => m);
          const takes = likenessOf(s).takes(need);
          expect([...rows].map(takes)).toEqual([...rows].map(m => takesOf(s, m, need)));
          expect([...costsOf(s, need, rows.map(() => 1))]).toEqual([...rows].map(m => fragmentationOf(s, m, need)));
          // What takes none is not looked at.
          expect([...costsOf(s, need, rows.map(m => m % 2))]).toEqual([...rows].map(m => (m % 2 === 0 ? -1 : fragmentationOf(s, m, need))));
        }
      }
    }), { numRuns: 100 });
  });

  it('are counted once, and forgotten when nobody is in the state any more', () => {
    const s = capacityOf(world());
    const likeness = likenessOf(s);
    const need: Need = { shapes: new Set([0]), gpus: 1, milliGpu: 0, cpuMilli: 1_000, ramMiB: 1_024, reservationId: undefined };
    const look = (): number => {
      costsOf(s, need, new Int32Array(s.machines.size).fill(1));
      return likeness.states;
    };
    expect(look(), 'five of eight GPUs, one of four').toBe(2);
    for (let n = 1; n <= 20; n++) {
      append(s, [claimFact(`i${String(n)}`, 'm1', 10, 0, { cpuMilli: 1_000, ramMiB: 1_024 })]);
      expect(look(), `after ${String(n)} claims on one machine`).toBe(3);
    }
  });
});

describe('what is remembered between decisions', () => {
  it('gives every verdict that a state without memory gives', () => {
    fc.assert(fc.property(steps, list => {
      const s = capacityOf(world());
      walk(s, list);
      // More than fits shows its numbers.
      const all = ORDERS.flatMap(o => [order(1, o), order(500, o)]);
      const verdicts = all.map(r => place(s, r));
      // Another structure: racks, scopes and scores are all made again.
      s.structure++;
      expect(verdicts).toStrictEqual(all.map(r => place(s, r)));
    }), { numRuns: 150 });
  });
  it('has a machine of another pool in mind only for that pool', () => {
    const s = capacityOf([...world(), poolFact('p2')]);
    const r = order(1, { poolId: id.pool('p2') });
    expect(place(s, r).outcome).toBe('REFUSED');
    append(s, [machineFact('m1', 'r1', { poolId: id.pool('p2') })]);
    const v = place(s, r);
    expect(v.outcome === 'PLACED' ? v.placements.map(p => p.machineId) : []).toEqual(['m1']);
  });
});
