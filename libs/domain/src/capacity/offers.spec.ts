import { expect, test } from 'vitest';
import { NOW, capacityOf, claimFact, hallFact, id, machineFact, openSite, order, phaseFact, poolFact, rackFact, siteFact } from './facts.fixture.ts';
import type { LedgerFact, ReserveFact, Wish } from './index.ts';
import { offers } from './index.ts';

const [FEBRUARY, MARCH, APRIL] = ['2027-02-01T00:00:00.000Z', '2027-03-01T00:00:00.000Z', '2027-04-01T00:00:00.000Z'] as const;
const wish: Wish = { tenantClass: 'PUBLIC_BODY', at: NOW, leaseEnd: '2026-12-02T00:00:00.000Z', legal: order(1).legal };
const base: readonly LedgerFact[] = [...openSite(), poolFact('p1'), rackFact('r1'), machineFact('m1', 'r1'), machineFact('m2', 'r1'), machineFact('m3', 'r1')];
const reserve = (machine: string, from: string, to: string): ReserveFact => ({
  kind: 'RESERVE', reservationId: `res-${machine}` as ReserveFact['reservationId'], tenantId: id.tenant('t9'), projectId: 'pr9' as ReserveFact['projectId'], from, to, machineId: id.machine(machine), gpus: 8, watts: 4_100, cpuMilli: 192_000, ramMiB: 2_097_152,
});
const all = { shapeId: 'h200-8', datacenterId: 'dc1', poolId: 'p1', available: 3, free: 3, total: 3 };

test.each<{ because: string; ledger: readonly LedgerFact[]; wish: Wish; said: readonly unknown[] }>([
  { because: 'what is free', ledger: base, wish, said: [all] },
  { because: 'what runs is not free', ledger: [...base, claimFact('i1', 'm1')], wish, said: [{ ...all, available: 2, free: 2 }] },
  { because: 'a machine with one GPU taken is not offered whole', ledger: [...base, claimFact('i1', 'm1', 513, 1)], wish, said: [{ ...all, available: 2, free: 2 }] },
  { because: 'free machines that the hall cannot cool are counted, and not offered', ledger: [...base, hallFact('hall', 3 * 1_900 + 4_100)], wish, said: [{ ...all, available: 1 }] },
  { because: 'the next phase is told with its day', ledger: [...base, phaseFact('dc1-phase', 3 * 1_900), phaseFact('next', 500_000, { from: MARCH })], wish, said: [{ ...all, available: 0, next: { at: MARCH, because: 'PHASE_ENERGISED' } }] },
  { because: 'a phase that brings less is no news', ledger: [...base, phaseFact('next', 1_000, { from: MARCH })], wish, said: [all] },
  { because: 'what is promised within the time asked for is not offered, and is told with the day on which it is free', ledger: [...base, reserve('m1', NOW, FEBRUARY)], wish, said: [{ ...all, available: 2, next: { at: FEBRUARY, because: 'RESERVATION_ENDS' } }] },
  { because: 'a lease that ends before the reservation begins may have it', ledger: [...base, reserve('m1', FEBRUARY, MARCH)], wish: { ...wish, leaseEnd: FEBRUARY }, said: [{ ...all, next: { at: MARCH, because: 'RESERVATION_ENDS' } }] },
  {
    because: 'a reservation at another site says nothing about this one', wish,
    ledger: [...base, ...openSite('dc2'), poolFact('p2', { datacenterId: id.dc('dc2') }), rackFact('r2', { datacenterId: id.dc('dc2') }), machineFact('x1', 'r2', { poolId: id.pool('p2') }), reserve('x1', NOW, APRIL)],
    said: [all, { shapeId: 'h200-8', datacenterId: 'dc2', poolId: 'p2', available: 0, free: 1, total: 1, next: { at: APRIL, because: 'RESERVATION_ENDS' } }],
  },
  { because: 'under a law that the site does not meet there is nothing', ledger: base, wish: { ...wish, legal: { jurisdictions: [], certifications: ['HDS'], dataClass: 'ORDINARY' } }, said: [{ ...all, available: 0 }] },
  { because: 'a site that the class may never use is not shown', ledger: [...base, siteFact('dc1', { tenantClasses: ['PRIVATE'] })], wish, said: [] },
  { because: 'a paused pool offers nothing', ledger: [...base, poolFact('p1', { paused: true })], wish, said: [{ ...all, available: 0 }] },
])('offers: $because', ({ ledger, wish: asked, said }) => { expect(offers(capacityOf(ledger), asked)).toEqual(said); });
