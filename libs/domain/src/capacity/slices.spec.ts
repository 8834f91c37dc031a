import { describe, expect, test } from 'vitest';
import { append, capacityOf, claimFact, claimsOf, id, machineFact, openSite, order, poolFact, rackFact, releaseFact } from './facts.fixture.ts';
import type { LedgerFact, PlacementRequest } from './index.ts';
import { place, snapshot } from './index.ts';

const site = (...machines: readonly LedgerFact[]): LedgerFact[] => [...openSite(), poolFact('p1'), rackFact('r1'), ...machines];
const two = site(machineFact('m1', 'r1'), machineFact('m2', 'r1'));
const slice = (milliGpu: number, count = 1, more: Partial<PlacementRequest> = {}): PlacementRequest => order(count, { milliGpu, ...more });
/** `m1/0`: on the first opened GPU of m1. */
const where = (ledger: readonly LedgerFact[], r: PlacementRequest): unknown => {
  const v = place(capacityOf(ledger), r);
  return v.outcome === 'PLACED' ? v.placements.map(p => `${p.machineId}/${String(p.slot ?? 'whole')}`) : v.reasons;
};
const held = (name: string, machine: string, milliGpu: number, slot: number): LedgerFact => claimFact(name, machine, Math.ceil((4_100 * milliGpu) / 8_000), 0, { milliGpu, slot, cpuMilli: 24 * milliGpu, ramMiB: 262 * milliGpu });

describe('slices are packed, so that whole GPUs stay free', () => {
  test.each<{ because: string; ledger: readonly LedgerFact[]; asked: PlacementRequest; places: readonly string[] }>([
    { because: 'two halves share one GPU', ledger: two, asked: slice(500, 2), places: ['m1/0', 'm1/0'] },
    { because: 'a third opens a second GPU of the same machine', ledger: two, asked: slice(500, 3), places: ['m1/0', 'm1/0', 'm1/1'] },
    { because: 'the GPU that it fills, not the one with the most room', ledger: [...two, held('a', 'm1', 250, 0), held('b', 'm1', 500, 1)], asked: slice(500), places: ['m1/1'] },
    { because: 'a machine with an opened GPU before a whole machine', ledger: [...two, held('a', 'm2', 250, 0)], asked: slice(250), places: ['m2/0'] },
    { because: 'a whole order goes to the machine that is not cut', ledger: [...two, held('a', 'm1', 250, 0)], asked: order(1), places: ['m2/whole'] },
    { because: 'whole GPUs beside slices are whole', ledger: [...two, held('a', 'm1', 250, 0)], asked: order(1, { gpusPerInstance: 7 }), places: ['m1/whole'] },
    { because: 'a machine that may not be cut is passed over', ledger: site(machineFact('m1', 'r1', { sliceable: false }), machineFact('m2', 'r1')), asked: slice(500), places: ['m2/0'] },
    { because: 'work on CPUs alone takes no GPU', ledger: site(machineFact('m1', 'r1')), asked: order(2, { gpusPerInstance: 0, cpuMilli: 96_000, ramMiB: 1_000_000 }), places: ['m1/whole', 'm1/whole'] },
  ])('$because', ({ ledger, asked, places }) => { expect(where(ledger, asked)).toEqual(places); });
});

test('a slice takes its part of the watts, the CPUs and the memory; watts rounded up, the others down', () => {
  const v = place(capacityOf(two), slice(333));
  expect(v).toMatchObject({ outcome: 'PLACED', placements: [{ gpus: 0, milliGpu: 333, slot: 0, watts: 171, cpuMilli: 7_992, ramMiB: 87_293 }] });
});

describe('a slice is refused with what is missing', () => {
  test.each<{ because: string; ledger: readonly LedgerFact[]; asked: PlacementRequest; reason: string; params: Readonly<Record<string, unknown>>; wouldFit: number }>([
    { because: 'training pools are never cut', ledger: site(machineFact('m1', 'r1', { sliceable: false })), asked: slice(500), reason: 'NO_CAPACITY', params: { asked: 1, free: 0 }, wouldFit: 0 },
    { because: 'what is left of each GPU is too small, though together it would do', ledger: [...site(machineFact('m1', 'r1', { gpus: 2 })), held('a', 'm1', 600, 0), held('b', 'm1', 600, 1)], asked: slice(500), reason: 'NO_CAPACITY', params: { asked: 1, free: 0, gpusAsked: 1, gpusFree: 0 }, wouldFit: 0 },
    { because: 'three fit where four are asked', ledger: [...site(machineFact('m1', 'r1', { gpus: 2 })), held('a', 'm1', 500, 0)], asked: slice(500, 4), reason: 'NO_CAPACITY', params: { asked: 4, free: 3 }, wouldFit: 3 },
    { because: 'an opened GPU is not whole', ledger: [...site(machineFact('m1', 'r1')), held('a', 'm1', 125, 0)], asked: order(1), reason: 'NO_CAPACITY', params: { asked: 1, free: 0 }, wouldFit: 0 },
    { because: 'the memory beside the GPU is gone', ledger: [...site(machineFact('m1', 'r1')), claimFact('a', 'm1', 0, 0, { cpuMilli: 1, ramMiB: 2_097_152 })], asked: slice(500), reason: 'NO_CAPACITY', params: { asked: 1, free: 0 }, wouldFit: 0 },
  ])('$because', ({ ledger, asked, reason, params, wouldFit }) => {
    expect(place(capacityOf(ledger), asked)).toMatchObject({ outcome: 'REFUSED', reasons: [{ reason, params }], wouldFit });
  });
});

test('a GPU whose last slice is given back is whole again', () => {
  const s = capacityOf(site(machineFact('m1', 'r1')));
  const before = { ...snapshot(s), index: 0 };
  const v = place(s, slice(500, 3));
  if (v.outcome === 'REFUSED') throw new Error(JSON.stringify(v.reasons));
  const claims = claimsOf(v.placements, 'x');
  append(s, claims);
  expect(snapshot(s).machines).toMatchObject([{ freeGpus: 6, slices: [[0, 0], [1, 500]] }]);
  append(s, claims.slice(0, 2).map(releaseFact));
  expect(snapshot(s).machines).toMatchObject([{ freeGpus: 7, slices: [[1, 500]] }]);
  append(s, claims.slice(2).map(releaseFact));
  expect({ ...snapshot(s), index: 0 }).toEqual(before);
  expect(place(s, order(1, { poolId: id.pool('p1') })).outcome).toBe('PLACED');
});
