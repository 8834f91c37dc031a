import { describe, expect, test } from 'vitest';
import type { Params } from '../core/index.ts';
import { capacityOf, claimFact, id, machineFact, openSite, order, poolFact, rackFact } from './facts.fixture.ts';
import type { Counterfactual, LedgerFact, PlacementRequest, TopologyLevel } from './index.ts';
import { decide, place } from './index.ts';

const required = (level: TopologyLevel) => ({ topology: { level, required: true } });
const wished = (level: TopologyLevel) => ({ topology: { level, required: false } });
/** Racks `r1…` of so many machines `r1-m1…`, two racks a row. */
const racks = (count: number, each: number, more: Parameters<typeof machineFact>[2] = {}): LedgerFact[] => Array.from({ length: count }, (_, r) => {
  const rack = `r${String(r + 1)}`;
  return [rackFact(rack, { row: `row${String(Math.floor(r / 2))}`, maxPowerW: 150_000 }), ...Array.from({ length: each }, (_x, m) => machineFact(`${rack}-m${String(m + 1)}`, rack, more))];
}).flat();
const site = (count: number, each: number, more: Parameters<typeof machineFact>[2] = {}): LedgerFact[] => [...openSite(), poolFact('p1'), ...racks(count, each, more)];
const claims = (...machines: string[]): LedgerFact[] => machines.map(m => claimFact(`i-${m}`, m));

describe('a topology that is required and that no place has is refused with the roomiest place, and the narrowest wider level that would do', () => {
  test.each<{ because: string; ledger: readonly LedgerFact[]; asked: PlacementRequest; headline: Params; wouldFit: number; advice: readonly Counterfactual[] }>([
    {
      because: 'no machine has ten GPUs for two instances of five', ledger: site(2, 2), asked: order(2, { gpusPerInstance: 5, ...required('SAME_MACHINE') }),
      headline: { level: 'SAME_MACHINE', asked: 2, fit: 2, roomiest: 1, wider: ['NVLINK_DOMAIN', 'RACK', 'ROW', 'DATACENTER', 'REGION', 'ANY'] }, wouldFit: 1, advice: [{ change: 'FEWER', count: 1 }, { change: 'WIDER_TOPOLOGY', level: 'RACK' }],
    },
    {
      because: 'a domain of two machines does not take three', ledger: [...site(1, 4, { nvlinkDomain: 'a' }), machineFact('r1-m3', 'r1', { nvlinkDomain: 'b' }), machineFact('r1-m4', 'r1', { nvlinkDomain: 'b' })], asked: order(3, required('NVLINK_DOMAIN')),
      headline: { level: 'NVLINK_DOMAIN', asked: 3, fit: 3, roomiest: 2, wider: ['RACK', 'ROW', 'DATACENTER', 'REGION', 'ANY'] }, wouldFit: 2, advice: [{ change: 'FEWER', count: 2 }, { change: 'WIDER_TOPOLOGY', level: 'RACK' }],
    },
    {
      because: 'each rack has two free', ledger: [...site(2, 3), ...claims('r1-m1', 'r2-m1')], asked: order(3, required('RACK')),
      headline: { level: 'RACK', asked: 3, fit: 3, roomiest: 2, wider: ['ROW', 'DATACENTER', 'REGION', 'ANY'] }, wouldFit: 2, advice: [{ change: 'FEWER', count: 2 }, { change: 'WIDER_TOPOLOGY', level: 'ROW' }, { change: 'LATER', at: '2027-01-01T00:00:00.000Z', because: 'LEASES_END' }],
    },
    {
      because: 'a row of two racks has four', ledger: site(4, 2), asked: order(5, required('ROW')),
      headline: { level: 'ROW', asked: 5, fit: 5, roomiest: 4, wider: ['DATACENTER', 'REGION', 'ANY'] }, wouldFit: 4, advice: [{ change: 'FEWER', count: 4 }, { change: 'WIDER_TOPOLOGY', level: 'DATACENTER' }],
    },
    {
      because: 'no site has three alone', ledger: [...site(1, 2), ...openSite('dc2'), poolFact('p2', { datacenterId: id.dc('dc2') }), rackFact('x', { datacenterId: id.dc('dc2') }), machineFact('x-m1', 'x', { poolId: id.pool('p2') })], asked: order(3, required('DATACENTER')),
      headline: { level: 'DATACENTER', asked: 3, fit: 3, roomiest: 2, wider: ['REGION', 'ANY'] }, wouldFit: 2, advice: [{ change: 'FEWER', count: 2 }, { change: 'WIDER_TOPOLOGY', level: 'ANY' }],
    },
  ])('$because', ({ ledger, asked, headline, wouldFit, advice }) => {
    const v = decide(capacityOf(ledger), asked);
    expect(v.outcome === 'REFUSED' && { reason: v.reasons[0]?.reason, headline: v.reasons[0]?.params, wouldFit: v.wouldFit, advice: v.counterfactuals }).toEqual({ reason: 'TOPOLOGY_FRAGMENTED', headline, wouldFit, advice });
  });
});

describe('a gang stands together where that is possible', () => {
  test.each<{ because: string; ledger: readonly LedgerFact[]; asked: PlacementRequest; level: TopologyLevel; machines: readonly string[] }>([
    { because: 'one machine for both instances', ledger: site(2, 2), asked: order(2, { gpusPerInstance: 4, ...required('SAME_MACHINE') }), level: 'SAME_MACHINE', machines: ['r1-m1', 'r1-m1'] },
    { because: 'of machines that take both the fullest', ledger: [...site(1, 2), claimFact('i', 'r1-m2', 2_050, 4)], asked: order(2, { gpusPerInstance: 2, ...required('SAME_MACHINE') }), level: 'SAME_MACHINE', machines: ['r1-m2', 'r1-m2'] },
    { because: 'the domain that it fills', ledger: [...site(1, 3, { nvlinkDomain: 'a' }), machineFact('z1', 'r1', { nvlinkDomain: 'b' }), machineFact('z2', 'r1', { nvlinkDomain: 'b' })], asked: order(2, required('NVLINK_DOMAIN')), level: 'NVLINK_DOMAIN', machines: ['z1', 'z2'] },
    { because: 'the rack with exactly the room', ledger: [...site(2, 3), ...claims('r1-m2')], asked: order(2, required('RACK')), level: 'RACK', machines: ['r1-m1', 'r1-m3'] },
    { because: 'the row with the room, though the other has the rack that is fullest', ledger: [...site(4, 2), ...claims('r1-m1', 'r2-m1')], asked: order(3, required('ROW')), level: 'ROW', machines: ['r3-m1', 'r3-m2', 'r4-m1'] },
    { because: 'a wish that cannot be met is placed at the next level that can', ledger: [...site(2, 3), ...claims('r1-m1', 'r2-m1')], asked: order(3, wished('RACK')), level: 'ROW', machines: ['r1-m2', 'r1-m3', 'r2-m2'] },
    { because: 'domains of one name in two racks are two: no cable is that long', ledger: site(2, 1, { nvlinkDomain: 'a' }), asked: order(2, wished('NVLINK_DOMAIN')), level: 'ROW', machines: ['r1-m1', 'r2-m1'] },
  ])('$because', ({ ledger, asked, level, machines }) => {
    const v = decide(capacityOf(ledger), asked);
    expect(v.outcome === 'PLACED' ? { level: v.topology, machines: v.placements.map(p => p.machineId) } : v.reasons).toEqual({ level, machines });
  });
});

/** Eighteen trays of four GPUs with one NVLink domain: 72 GPUs, one rack. */
const nvl72 = (rack: string): LedgerFact[] => [
  rackFact(rack, { maxPowerW: 140_000 }), ...Array.from({ length: 18 }, (_, n) => machineFact(`${rack}-tray${String(n + 10)}`, rack, { gpus: 4, nvlinkDomain: rack, idleW: 1_500, maxW: 7_200 })),
];
test('a rack of 72 GPUs is placed as one domain, and one tray in use makes it the wrong rack', () => {
  const ledger = [...openSite(), poolFact('p1'), ...nvl72('a'), ...nvl72('b'), claimFact('i1', 'a-tray12', 5_700, 4)];
  const v = place(capacityOf(ledger), order(18, required('NVLINK_DOMAIN')));
  expect(v.outcome === 'PLACED' && { level: v.topology, racks: [...new Set(v.placements.map(p => p.rackId))], gpus: v.placements.reduce((n, p) => n + p.gpus, 0), machines: new Set(v.placements.map(p => p.machineId)).size })
    .toEqual({ level: 'NVLINK_DOMAIN', racks: ['b'], gpus: 72, machines: 18 });
  const both = place(capacityOf([...ledger, claimFact('i2', 'b-tray11', 5_700, 4)]), order(18, required('NVLINK_DOMAIN')));
  expect(both).toMatchObject({ outcome: 'REFUSED', reasons: [{ reason: 'TOPOLOGY_FRAGMENTED', params: { asked: 18, fit: 18, roomiest: 17 } }], wouldFit: 17 });
});

test('512 machines are placed all together, or none of them: with one taken the order is refused whole', () => {
  const ledger = site(64, 8);
  const all = place(capacityOf(ledger), order(512));
  expect(all.outcome === 'PLACED' && new Set(all.placements.map(p => p.machineId)).size).toBe(512);
  expect(place(capacityOf([...ledger, ...claims('r64-m8')]), order(512))).toMatchObject({ outcome: 'REFUSED', reasons: [{ reason: 'NO_CAPACITY', params: { asked: 512, free: 511 } }], wouldFit: 511 });
});
