import { describe, expect, test } from 'vitest';
import type { Params } from '../core/index.ts';
import type { LedgerFact } from './index.ts';
import type { PlacementRequest } from './model.ts';
import { place } from './decide.ts';
import { append, capacityOf, claimFact, id, machineFact, openSite, order, poolFact, rackFact } from './facts.fixture.ts';

/** Racks `r1…`, machines `r1-m1…`. */
const site = (racks: number, perRack: number, rack: Partial<ReturnType<typeof rackFact>> = {}): LedgerFact[] => [
  ...openSite(), poolFact('p1'),
  ...Array.from({ length: racks }, (_, r) => rackFact(`r${String(r + 1)}`, rack)),
  ...Array.from({ length: racks }, (_, r) => Array.from({ length: perRack }, (_, m) => machineFact(`r${String(r + 1)}-m${String(m + 1)}`, `r${String(r + 1)}`))).flat(),
];
const claims = (...machines: string[]): LedgerFact[] => machines.map(m => claimFact(`i-${m}`, m));

interface Refused {
  readonly because: string;
  readonly ledger: readonly LedgerFact[];
  readonly asked: PlacementRequest;
  readonly reasons: readonly string[];
  readonly headline: Params;
  readonly wouldFit: number;
}

const REFUSED: readonly Refused[] = [
  {
    because: 'three machines are free, but what each rack has left does not feed one',
    // 3 idle machines cost 5,700 W and one claim 4,100 W, so a rack of 11,700 W has 1,900 W left.
    ledger: [...site(2, 3, { maxPowerW: 11_700 }), ...claims('r1-m1', 'r2-m1')], asked: order(1), reasons: ['RACK_POWER'],
    headline: { what: 'RACK', name: 'r1', askedW: 4_100, freeW: 1_900, limitW: 11_700, racks: 2, freeMachines: 4, blockedMachines: 4 }, wouldFit: 0,
  },
  {
    because: 'the machines of one order count against each other in the rack',
    ledger: site(1, 4, { maxPowerW: 4 * 1_900 + 2 * 4_100 + 100 }), asked: order(3), reasons: ['RACK_POWER'],
    headline: { what: 'RACK', name: 'r1', askedW: 4_100, freeW: 100, limitW: 15_900, racks: 1, freeMachines: 4, blockedMachines: 2 }, wouldFit: 2,
  },
  {
    because: 'all machines are taken, so power is not what is missing',
    ledger: [...site(1, 2), ...claims('r1-m1', 'r1-m2')], asked: order(1), reasons: ['NO_CAPACITY'],
    headline: { asked: 1, free: 0, total: 2, machines: 2, gpusAsked: 8, gpusFree: 0 }, wouldFit: 0,
  },
  {
    because: 'too few are free, and of those some have no power: the missing machines come first',
    ledger: [...site(1, 4, { maxPowerW: 4 * 1_900 + 4_100 * 2 }), ...claims('r1-m1')], asked: order(4), reasons: ['NO_CAPACITY', 'RACK_POWER'],
    headline: { asked: 4, free: 3, total: 4, machines: 4, gpusAsked: 32, gpusFree: 24 }, wouldFit: 1,
  },
  {
    because: 'nobody has declared a machine of that shape',
    ledger: site(1, 1), asked: order(1, { shapeId: id.shape('b300-8'), shapeCode: 'b300-8' }), reasons: ['NO_MATCHING_SHAPE'],
    headline: { shape: 'b300-8', gpus: 1, machines: 0, machinesElsewhere: 0 }, wouldFit: 0,
  },
  {
    because: 'the shape exists, at another datacenter than the one asked for',
    ledger: site(1, 2), asked: order(1, { datacenterId: id.dc('dc9') }), reasons: ['NO_MATCHING_SHAPE'],
    headline: { shape: 'h200-8', gpus: 1, machines: 0, machinesElsewhere: 2 }, wouldFit: 0,
  },
  {
    because: 'no machine of the shape has so many GPUs',
    ledger: site(1, 2), asked: order(1, { gpusPerInstance: 9 }), reasons: ['NO_MATCHING_SHAPE'],
    headline: { shape: 'h200-8', gpus: 9, machines: 0, machinesElsewhere: 0 }, wouldFit: 0,
  },
  {
    because: 'the datacenter is for public bodies and research only',
    ledger: site(1, 2), asked: order(1, { tenantClass: 'PRIVATE' }), reasons: ['TENANT_CLASS'],
    headline: { what: 'TENANT_CLASS', required: 'PRIVATE', has: ['PUBLIC_BODY', 'RESEARCH'], rule: 'ASKED', site: 'dc1', pool: 'p1', admitted: ['PUBLIC_BODY', 'RESEARCH'], pools: 1, machines: 2 }, wouldFit: 0,
  },
  {
    because: 'a pool can be narrower than its datacenter',
    ledger: [...site(1, 2), poolFact('p1', { tenantClasses: ['RESEARCH'] })], asked: order(1), reasons: ['TENANT_CLASS'],
    headline: { what: 'TENANT_CLASS', required: 'PUBLIC_BODY', has: ['RESEARCH'], rule: 'ASKED', site: 'dc1', pool: 'p1', admitted: ['RESEARCH'], pools: 1, machines: 2 }, wouldFit: 0,
  },
  {
    because: 'law comes before busy: when every machine is taken too, waiting would not help',
    ledger: [...site(1, 1), ...claims('r1-m1')], asked: order(1, { tenantClass: 'PRIVATE' }), reasons: ['TENANT_CLASS'],
    headline: { what: 'TENANT_CLASS', required: 'PRIVATE', has: ['PUBLIC_BODY', 'RESEARCH'], rule: 'ASKED', site: 'dc1', pool: 'p1', admitted: ['PUBLIC_BODY', 'RESEARCH'], pools: 1, machines: 1 }, wouldFit: 0,
  },
  {
    because: 'the only pool is paused',
    ledger: [...site(1, 2), poolFact('p1', { paused: true })], asked: order(1), reasons: ['ON_HOLD'],
    headline: { heldMachines: 0, pausedPools: 1, machinesInPausedPools: 2 }, wouldFit: 0,
  },
  {
    because: 'the free machine is in maintenance',
    ledger: [...site(1, 2), ...claims('r1-m1'), machineFact('r1-m2', 'r1', { state: 'HELD' })], asked: order(1), reasons: ['ON_HOLD'],
    headline: { heldMachines: 1, pausedPools: 0, machinesInPausedPools: 0 }, wouldFit: 0,
  },
  {
    because: 'a rack that is not installed holds its machines back',
    ledger: site(1, 2, { usable: false }), asked: order(1), reasons: ['ON_HOLD'], headline: { heldMachines: 2, pausedPools: 0, machinesInPausedPools: 0 }, wouldFit: 0,
  },
  {
    because: 'machines that no pool has taken yet serve nobody',
    ledger: [...openSite(), rackFact('r1'), machineFact('m1', 'r1', { poolId: null, clusterId: null, state: 'HELD' })], asked: order(1), reasons: ['ON_HOLD'],
    headline: { heldMachines: 0, pausedPools: 0, machinesInPausedPools: 1 }, wouldFit: 0,
  },
  {
    because: 'one of the two that are needed has failed',
    ledger: [...site(1, 2), machineFact('r1-m2', 'r1', { state: 'FAILED' })], asked: order(2), reasons: ['HEALTH'], headline: { failedMachines: 1 }, wouldFit: 1,
  },
  {
    because: 'a pool is asked for another shape than it has',
    ledger: site(1, 1), asked: order(1, { shapeId: id.shape('b300-8'), poolId: id.pool('p1') }), reasons: ['MISCONFIGURED'],
    headline: { field: 'poolId', value: 'p1', shapeId: 'h200-8', askedShapeId: 'b300-8' }, wouldFit: 0,
  },
  {
    because: 'zero machines is no order', ledger: site(1, 1), asked: order(0), reasons: ['MISCONFIGURED'],
    headline: { field: 'count', value: '0', minimum: 1, maximum: 512 }, wouldFit: 0,
  },
  {
    because: 'one order takes at most 512 machines', ledger: site(1, 1), asked: order(100_000), reasons: ['MISCONFIGURED'],
    headline: { field: 'count', value: '100000', minimum: 1, maximum: 512 }, wouldFit: 0,
  },
  {
    because: 'asking for more than exists says how much exists', ledger: site(2, 2), asked: order(9), reasons: ['NO_CAPACITY'],
    headline: { asked: 9, free: 4, total: 4, machines: 4, gpusAsked: 72, gpusFree: 32 }, wouldFit: 4,
  },
];

describe('an order is refused with the numbers of what blocks it', () => {
  test.each(REFUSED)('$because', ({ ledger, asked, reasons, headline, wouldFit }) => {
    const v = place(capacityOf(ledger), asked);
    expect(v.outcome === 'REFUSED' && { reasons: v.reasons.map(r => r.reason), headline: v.reasons[0]?.params, wouldFit: v.wouldFit })
      .toEqual({ reasons, headline, wouldFit });
  });
});

interface Placed {
  readonly because: string;
  readonly ledger: readonly LedgerFact[];
  readonly asked: PlacementRequest;
  readonly machines: readonly string[];
}
const PLACED: readonly Placed[] = [
  { because: 'equal machines are taken in order of their ids', ledger: site(2, 2), asked: order(1), machines: ['r1-m1'] },
  { because: 'the rack that is already in use is filled first, so that whole racks stay free', ledger: [...site(3, 2), ...claims('r2-m2')], asked: order(1), machines: ['r2-m1'] },
  { because: 'four machines go to one rack that holds four, not to the scraps of others', ledger: [...site(3, 4), ...claims('r1-m1')], asked: order(4), machines: ['r2-m1', 'r2-m2', 'r2-m3', 'r2-m4'] },
  { because: 'of racks that hold all, the one that is filled best', ledger: [...site(2, 4), ...claims('r2-m1')], asked: order(3), machines: ['r2-m2', 'r2-m3', 'r2-m4'] },
  { because: 'an order larger than any rack fills the roomiest, and puts the rest where it fits best', ledger: [...site(3, 3), ...claims('r2-m1', 'r2-m2')], asked: order(4), machines: ['r1-m1', 'r1-m2', 'r1-m3', 'r2-m3'] },
  { because: 'a paused pool does not stop the pool beside it', ledger: [...site(1, 1), poolFact('p1', { paused: true }), poolFact('p2'), machineFact('x', 'r1', { poolId: id.pool('p2') })], asked: order(1), machines: ['x'] },
  { because: 'the pool that is asked for', ledger: [...site(1, 1), poolFact('p2'), machineFact('x', 'r1', { poolId: id.pool('p2') })], asked: order(1, { poolId: id.pool('p2') }), machines: ['x'] },
  { because: 'fractions of a machine go to the machine that is fullest', ledger: [...site(1, 2), claimFact('i', 'r1-m2', 1_025, 2)], asked: order(2, { gpusPerInstance: 3 }), machines: ['r1-m2', 'r1-m2'] },
];

describe('an order is placed where it leaves most whole', () => {
  test.each(PLACED)('$because', ({ ledger, asked, machines }) => {
    const v = place(capacityOf(ledger), asked);
    expect(v.outcome === 'PLACED' ? v.placements.map(p => p.machineId) : v.reasons).toEqual(machines);
  });
});

test('a placement carries the watts above idle, rounded up, and the index it was decided at', () => {
  const s = capacityOf([...openSite(), rackFact('r1'), poolFact('p1'), machineFact('m1', 'r1', { idleW: 1_000, maxW: 2_001 })]);
  expect(place(s, order(1, { gpusPerInstance: 3 }))).toMatchObject({
    outcome: 'PLACED', ledgerIndex: 5,
    placements: [{ machineId: 'm1', rackId: 'r1', poolId: 'p1', clusterId: 'c1', datacenterId: 'dc1', shapeId: 'h200-8', gpus: 3, watts: 376, cpuMilli: 72_000, ramMiB: 786_432 }],
  });
});

test('what was remembered for deciding is forgotten when the inventory changes under it', () => {
  const s = capacityOf(site(1, 1));
  expect(place(s, order(1)).outcome).toBe('PLACED');
  append(s, [machineFact('r1-m1', 'r1', { state: 'GONE' })]);
  expect(place(s, order(1))).toMatchObject({ outcome: 'REFUSED', reasons: [{ reason: 'NO_MATCHING_SHAPE' }] });
  append(s, [machineFact('r1-m1', 'r1'), machineFact('r1-m2', 'r1')]);
  expect(place(s, order(2)).outcome).toBe('PLACED');
});
