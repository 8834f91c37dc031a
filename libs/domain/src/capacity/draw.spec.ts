import { describe, expect, test } from 'vitest';
import { capacityOf, hallFact, id, machineFact, openSite, order, phaseFact, poolFact, rackFact } from './facts.fixture.ts';
import { decide } from './index.ts';
import type { LedgerFact, PlacementRequest, ReserveFact } from './index.ts';

const [FEBRUARY, MARCH, APRIL] = ['2027-02-01T00:00:00.000Z', '2027-03-01T00:00:00.000Z', '2027-04-01T00:00:00.000Z'] as const;
const reserve = (machine: string): ReserveFact => ({
  kind: 'RESERVE', reservationId: 'res1' as ReserveFact['reservationId'], tenantId: id.tenant('t1'), projectId: order(1).projectId, from: FEBRUARY, to: APRIL, machineId: id.machine(machine), gpus: 8, watts: 4_100,
  cpuMilli: 192_000, ramMiB: 2_097_152,
});
const drawn = (count: number, more: Partial<PlacementRequest> = {}): PlacementRequest => order(count, { reservationId: reserve('').reservationId, at: FEBRUARY, leaseEnd: MARCH, ...more });
/** Two idle machines (3,800 W) and what the reservation keeps of them (8,200 W). */
const site = (...more: readonly LedgerFact[]): LedgerFact[] => [
  ...openSite(), hallFact('hall', 12_000), rackFact('r1', { maxPowerW: 12_000 }), poolFact('p1'), machineFact('m1', 'r1'), machineFact('m2', 'r1'), reserve('m1'), reserve('m2'), ...more,
];

describe('an order drawn from a reservation', () => {
  test.each([
    { because: 'takes the watts that were kept for it, of a rack and a hall that have no others', ledger: site(), asked: drawn(2), said: ['m1', 'm2'] },
    { because: 'a contract that was cut meanwhile binds it too: better refused than dark', ledger: site(phaseFact('dc1-phase', 7_000)), asked: drawn(1), said: 'POWER_PHASE' },
    { because: 'what is left of the contract is enough for one', ledger: site(phaseFact('dc1-phase', 8_000)), asked: drawn(1), said: ['m1'] },
    { because: 'but not for two', ledger: site(phaseFact('dc1-phase', 8_000)), asked: drawn(2), said: 'POWER_PHASE' },
    { because: 'a rack that was derated meanwhile binds it', ledger: site(rackFact('r1', { maxPowerW: 7_000 })), asked: drawn(1), said: 'RACK_POWER' },
  ])('$because', ({ ledger, asked, said }) => {
    const v = decide(capacityOf(ledger), asked);
    expect(v.outcome === 'PLACED' ? v.placements.map(p => p.machineId) : v.reasons[0]?.reason).toEqual(said);
  });
});
