import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HallId } from '../core/index.ts';
import { RACK_STATES } from '../rack/model.ts';
import { MACHINE_STATES } from '../machine/model.ts';
import type { MachineState } from '../machine/model.ts';
import { append, claimFact, id, order } from './facts.fixture.ts';
import type { Inventory, LedgerFact } from './index.ts';
import { runsOf } from './runs.fixture.ts';
import { decide, emptyCapacity, inventoryFacts, snapshot } from './index.ts';

const RUNS = runsOf(process.env);

const SHAPE: Omit<Inventory['shapes'][number], 'idleW' | 'maxW'> = { id: id.shape('h200-8'), code: 'h200-8', gpus: 8, cpuMilli: 192_000, ramMiB: 2_097_152, sliceProfiles: [] };
const PROFILES: Inventory['shapes'][number]['sliceProfiles'] = [{ name: 'half', milliGpu: 500, memoryMiB: 70_000 }];
const RACK: Omit<Inventory['racks'][number], 'id' | 'name' | 'maxPowerW' | 'state'> = { hallId: 'hall' as HallId, datacenterId: id.dc('dc1'), row: 'A', coolingCapacityW: 150_000 };
const base: Inventory = {
  region: { country: 'FR', jurisdiction: 'EU-FR' },
  datacenters: [{ id: id.dc('dc1'), name: 'dc1', admittedTenantClasses: ['PUBLIC_BODY'], status: 'OPEN', pueMilli: 1_000, feedLossTolerated: true }],
  halls: [], powerNodes: [], certifications: [], staff: [], quotas: [],
  phases: [{ id: id.phase('ph1'), datacenterId: id.dc('dc1'), name: 'ph1', contractedW: 500_000_000, state: 'ENERGISED', from: '2026-01-01T00:00:00.000Z' }],
  shapes: [{ ...SHAPE, idleW: 1_900, maxW: 6_000 }],
  racks: [{ ...RACK, id: id.rack('r1'), name: 'r1', maxPowerW: 10_000, state: 'INSTALLED' }],
  pools: [{ id: id.pool('p1'), clusterId: id.cluster('c1'), datacenterId: id.dc('dc1'), name: 'p1', shapeId: id.shape('h200-8'), purpose: 'MIXED', tenantClasses: [], paused: false }],
  machines: ['m1', 'm2'].map(m => ({ id: id.machine(m), rackId: id.rack('r1'), shapeId: id.shape('h200-8'), name: m, poolId: id.pool('p1'), clusterId: id.cluster('c1'), state: 'AVAILABLE' as const })),
};
const kinds = (facts: readonly LedgerFact[]): string[] => facts.map(f => f.kind === 'MACHINE' ? `${f.name} ${f.state}` : f.kind === 'RACK' ? `${f.name} ${String(f.maxPowerW)}` : f.kind);
const machine = (n: number, more: Partial<Inventory['machines'][number]>): Inventory => ({ ...base, machines: base.machines.map((m, i) => (i === n ? { ...m, ...more } : m)) });
const rack = (more: Partial<Inventory['racks'][number]>): Inventory => ({ ...base, racks: base.racks.map(r => ({ ...r, ...more })) });

describe('the ledger follows the rows', () => {
  test('a new site enters whole, racks before their machines, and a second look adds nothing', () => {
    const s = emptyCapacity();
    const first = inventoryFacts(s, base);
    expect(kinds(first.facts)).toEqual(['SITE', 'PHASE', 'POOL', 'r1 10000', 'm1 ENERGISED', 'm2 ENERGISED']);
    append(s, first.facts);
    expect(inventoryFacts(s, base)).toEqual({ facts: [], withheld: [] });
    expect(decide(s, order(1)).outcome).toBe('PLACED');
  });

  test.each<{ because: string; rows: Inventory; said: string[] }>([
    { because: 'maintenance holds a machine', rows: machine(0, { state: 'MAINTENANCE' }), said: ['m1 HELD'] },
    { because: 'repair means it has failed', rows: machine(0, { state: 'REPAIRING' }), said: ['m1 FAILED'] },
    { because: 'a retired machine is gone', rows: machine(0, { state: 'RETIRED' }), said: ['m1 GONE'] },
    { because: 'a machine whose row is gone is gone', rows: { ...base, machines: base.machines.slice(1) }, said: ['m1 GONE'] },
    { because: 'a rack that is not installed holds its machines', rows: rack({ state: 'PLANNED' }), said: ['r1 10000', 'm1 HELD', 'm2 HELD'] },
    { because: 'a paused pool is a new fact of the pool', rows: { ...base, pools: base.pools.map(p => ({ ...p, paused: true })) }, said: ['POOL'] },
    { because: 'another admission is a new fact of the site', rows: { ...base, datacenters: base.datacenters.map(d => ({ ...d, admittedTenantClasses: ['PRIVATE'] })) }, said: ['SITE'] },
    { because: 'a phase whose row is gone is gone', rows: { ...base, phases: [] }, said: ['PHASE'] },
    { because: 'a hall and a power node come before the racks they carry', rows: { ...base, halls: [{ id: 'h' as HallId, datacenterId: id.dc('dc1'), name: 'H', coolingCapacityW: 10, deratingPct: 0 }], powerNodes: [{ id: id.node('n'), datacenterId: id.dc('dc1'), name: 'BUS-A', side: 'A', capacityW: 10, deratingPct: 0 }], racks: base.racks.map(r => ({ ...r, feedA: 'BUS-A' })) }, said: ['HALL', 'POWER_NODE', 'r1 10000'] },
    { because: 'a quota is a new tree', rows: { ...base, quotas: [{ id: 'q' as Inventory['quotas'][number]['id'], regionId: 'region' as Inventory['quotas'][number]['regionId'], name: 'q', limits: [], budgets: [], generation: 1 }] }, said: ['QUOTAS'] },
    { because: 'a corrected shape changes each machine', rows: { ...base, shapes: base.shapes.map(x => ({ ...x, maxW: 7_000 })) }, said: ['m1 ENERGISED', 'm2 ENERGISED'] },
    { because: 'a lower limit that still holds what draws power', rows: rack({ maxPowerW: 3_800 }), said: ['r1 3800'] },
  ])('$because', ({ rows, said }) => {
    const s = append(emptyCapacity(), inventoryFacts(emptyCapacity(), base).facts);
    expect(kinds(inventoryFacts(s, rows).facts)).toEqual(said);
  });

  test.each<{ purpose: Inventory['pools'][number]['purpose']; profiles: Inventory['shapes'][number]['sliceProfiles']; cut: boolean }>([
    { purpose: 'INFERENCE', profiles: PROFILES, cut: true }, { purpose: 'MIXED', profiles: PROFILES, cut: true }, { purpose: 'TRAINING', profiles: PROFILES, cut: false }, { purpose: 'INFERENCE', profiles: [], cut: false },
  ])('a machine of a pool for $purpose may be cut: $cut', ({ purpose, profiles, cut }) => {
    const rows: Inventory = { ...base, pools: base.pools.map(p => ({ ...p, purpose })), shapes: base.shapes.map(x => ({ ...x, sliceProfiles: profiles })) };
    expect(inventoryFacts(emptyCapacity(), rows).facts.flatMap(f => (f.kind === 'MACHINE' ? [f.sliceable] : []))).toEqual([cut, cut]);
  });

  test('a new machine that would overfill its rack stays out, with the watts', () => {
    const { facts, withheld } = inventoryFacts(emptyCapacity(), rack({ maxPowerW: 2_000 }));
    expect(kinds(facts)).toEqual(['SITE', 'PHASE', 'POOL', 'r1 2000', 'm1 ENERGISED']);
    expect(withheld).toEqual([{ id: 'm2', because: 'RACK_POWER', neededW: 3_800, limitW: 2_000 }]);
  });

  test('what leaves makes room for what enters, in the same pass', () => {
    const tight = rack({ maxPowerW: 2_000 });
    const only = (n: number): Inventory => ({ ...tight, machines: base.machines.map((m, i) => ({ ...m, state: i === n ? 'AVAILABLE' as const : 'RETIRED' as const })) });
    const s = append(emptyCapacity(), inventoryFacts(emptyCapacity(), only(1)).facts);
    const next = inventoryFacts(s, only(0));
    expect(kinds(next.facts)).toEqual(['m2 GONE', 'm1 ENERGISED']);
    expect(next.withheld).toEqual([]);
  });

  test.each<{ state: MachineState; said: string }>([
    { state: 'MAINTENANCE', said: 'm1 HELD' }, { state: 'ERASING', said: 'm1 HELD' }, { state: 'REPAIRING', said: 'm1 FAILED' },
  ])('$state: a machine with its instance running frees no watts, and is back at once', ({ state, said }) => {
    // Two idle machines and one claim leave 1,000 W: half a machine (2,050 W) would fit if the first lent its idle watts, and these would then be missing.
    const limit = { maxPowerW: 2 * 1_900 + 4_100 + 1_000 };
    const up = rack(limit);
    const down: Inventory = { ...machine(0, { state }), racks: up.racks };
    const s = append(emptyCapacity(), [...inventoryFacts(emptyCapacity(), up).facts, claimFact('i1', 'm1')]);
    const held = inventoryFacts(s, down);
    expect(kinds(held.facts)).toEqual([said]);
    append(s, held.facts);
    expect(snapshot(s).racks.map(r => (r.fact?.maxPowerW ?? 0) - r.usedW)).toEqual([1_000]);
    const between = decide(s, order(1, { gpusPerInstance: 4 }));
    expect(between.outcome === 'REFUSED' && between.reasons[0]).toMatchObject({ reason: 'RACK_POWER', params: { askedW: 2_050, freeW: 1_000 } });
    const back = inventoryFacts(s, up);
    expect({ said: kinds(back.facts), withheld: back.withheld }).toEqual({ said: ['m1 ENERGISED'], withheld: [] });
  });

  test.each<{ because: string; change: Partial<Inventory['machines'][number]>; said: string[] }>([
    { because: 'a move into a rack without room for it waits', change: {}, said: [] },
    { because: 'but where it was it takes no more orders, when it shall take none', change: { state: 'MAINTENANCE' }, said: ['m1 HELD in r1'] },
    { because: 'and leaves, when it shall leave', change: { state: 'RETIRED' }, said: ['m1 GONE in r1'] },
  ])('$because', ({ change, said }) => {
    const both: Inventory = { ...base, racks: [...base.racks, ...base.racks.map(r => ({ ...r, id: id.rack('r2'), name: 'r2', maxPowerW: 4_000 }))] };
    const s = append(emptyCapacity(), [...inventoryFacts(emptyCapacity(), both).facts, claimFact('i1', 'm1')]);
    const moved: Inventory = { ...both, machines: both.machines.map((m, n) => (n === 0 ? { ...m, rackId: id.rack('r2'), ...change } : m)) };
    const { facts, withheld } = inventoryFacts(s, moved);
    expect(facts.map(f => f.kind === 'MACHINE' && `${f.name} ${f.state} in ${f.rackId}`)).toEqual(said);
    expect(withheld).toMatchObject([{ id: 'm1', because: 'RACK_POWER', limitW: 4_000 }]);
    // Said once.
    expect(inventoryFacts(append(s, facts), moved).facts).toEqual([]);
  });

  test('a limit below what is drawn is withheld until enough is given back', () => {
    const s = append(emptyCapacity(), [...inventoryFacts(emptyCapacity(), base).facts, claimFact('i1', 'm1')]);
    expect(inventoryFacts(s, rack({ maxPowerW: 5_000 }))).toEqual({ facts: [], withheld: [{ id: 'r1', because: 'RACK_POWER', neededW: 7_900, limitW: 5_000 }] });
  });
});

test('whatever the rows become, no prefix of the facts puts a rack over its power, and the sync settles', () => {
  const rows = fc.record({
    racks: fc.array(fc.record({ maxPowerW: fc.integer({ min: 1, max: 12_000 }), state: fc.constantFrom('INSTALLED' as const, ...RACK_STATES) }), { minLength: 3, maxLength: 3 }),
    machines: fc.array(fc.record({ rack: fc.nat(2), state: fc.constantFrom('AVAILABLE' as const, 'AVAILABLE' as const, ...MACHINE_STATES), pooled: fc.boolean() }), { maxLength: 8 }),
    shape: fc.record({ idleW: fc.integer({ min: 0, max: 3_000 }), more: fc.integer({ min: 1, max: 4_000 }) }),
  }).map((x): Inventory => ({
    ...base,
    racks: x.racks.map((r, n) => ({ ...RACK, ...r, id: id.rack(`r${String(n)}`), name: `r${String(n)}` })),
    machines: x.machines.map((m, n) => ({ id: id.machine(`m${String(n)}`), rackId: id.rack(`r${String(m.rack)}`), shapeId: id.shape('h200-8'), name: `m${String(n)}`, state: m.state, ...(m.pooled ? { poolId: id.pool('p1'), clusterId: id.cluster('c1') } : {}) })),
    shapes: [{ ...SHAPE, idleW: x.shape.idleW, maxW: x.shape.idleW + x.shape.more }],
  }));
  fc.assert(fc.property(fc.array(rows, { minLength: 1, maxLength: 5 }), history => {
    const s = emptyCapacity();
    history.forEach((now, n) => {
      for (const fact of inventoryFacts(s, now).facts) {
        append(s, [fact]);
        for (const r of snapshot(s).racks) expect(r.usedW).toBeLessThanOrEqual(r.fact?.maxPowerW ?? 0);
      }
      // What one pass made room for may go in at the next; with eight machines there is nothing left to move after eight passes.
      for (let pass = 0; pass < 8; pass++) append(s, inventoryFacts(s, now).facts);
      expect(inventoryFacts(s, now).facts).toEqual([]);
      const v = decide(s, order(1));
      if (v.outcome === 'PLACED') append(s, v.placements.map(p => claimFact(`i${String(n)}`, p.machineId, p.watts)));
    });
  }), RUNS);
});
