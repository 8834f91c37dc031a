import { describe, expect, test } from 'vitest';
import type { Params, PlanId, ProjectId, QuotaId, RegionId, ReservationId } from '../core/index.ts';
import { NOW, capacityOf, claimFact, hallFact, id, machineFact, openSite, order, phaseFact, poolFact, rackFact, siteFact } from './facts.fixture.ts';
import type { HoldFact, LedgerFact, ReservationAsked, ReserveFact } from './index.ts';
import { dueHolds, dueReservations, place, placeReservation } from './index.ts';

const [FEBRUARY, MARCH, APRIL] = ['2027-02-01T00:00:00.000Z', '2027-03-01T00:00:00.000Z', '2027-04-01T00:00:00.000Z'] as const;
const asked = (machines: number, more: Partial<ReservationAsked> = {}): ReservationAsked => ({
  tenantId: id.tenant('t1'), tenantClass: 'PUBLIC_BODY', projectId: 'pr1' as ProjectId, shapeId: id.shape('h200-8'), shapeCode: 'h200-8', machines, datacenterId: null, legal: order(1).legal, from: FEBRUARY, to: MARCH, now: NOW, ...more,
});
const base: readonly LedgerFact[] = [...openSite(), poolFact('p1'), rackFact('r1'), machineFact('m1', 'r1'), machineFact('m2', 'r1')];
const reserve = (name: string, machine: string, from: string, to: string, more: Partial<ReserveFact> = {}): ReserveFact => ({
  kind: 'RESERVE', reservationId: name as ReservationId, tenantId: id.tenant('t9'), projectId: 'pr9' as ProjectId, from, to, machineId: id.machine(machine), gpus: 8, watts: 4_100, cpuMilli: 192_000, ramMiB: 2_097_152, ...more,
});
const busy = (name: string, machine: string, leaseEnd: string): LedgerFact => claimFact(name, machine, 4_100, 8, { leaseEnd });

describe('whole machines with their watts at full load are reserved', () => {
  test.each<{ because: string; ledger: readonly LedgerFact[]; r: ReservationAsked; machines: readonly string[] }>([
    { because: 'in order of their ids', ledger: base, r: asked(1), machines: ['m1'] },
    { because: 'what runs there today ends before', ledger: [...base, busy('i1', 'm1', FEBRUARY), busy('i2', 'm2', FEBRUARY)], r: asked(2), machines: ['m1', 'm2'] },
    { because: 'a machine whose lease reaches into it is passed over', ledger: [...base, busy('i1', 'm1', '2027-02-01T00:00:00.001Z')], r: asked(1), machines: ['m2'] },
    { because: 'before another reservation and after it', ledger: [...base, reserve('res1', 'm1', MARCH, APRIL), reserve('res2', 'm1', NOW, FEBRUARY)], r: asked(2), machines: ['m1', 'm2'] },
    { because: 'in the rack that takes all of them', ledger: [...base, rackFact('r2'), machineFact('n1', 'r2'), machineFact('n2', 'r2'), machineFact('n3', 'r2')], r: asked(3), machines: ['n1', 'n2', 'n3'] },
    { because: 'the watts of what has ended by then are free then', ledger: [...base, hallFact('hall', 3_800 + 2 * 4_100), busy('i1', 'm1', FEBRUARY), busy('i2', 'm2', FEBRUARY)], r: asked(2), machines: ['m1', 'm2'] },
    { because: 'a phase that is energised by then', ledger: [...base, phaseFact('dc1-phase', 3_800), phaseFact('next', 500_000, { from: FEBRUARY })], r: asked(2), machines: ['m1', 'm2'] },
    { because: 'the site that is asked for', ledger: [...base, ...openSite('dc2'), poolFact('p2', { datacenterId: id.dc('dc2') }), rackFact('r2', { datacenterId: id.dc('dc2') }), machineFact('n1', 'r2', { poolId: id.pool('p2') })], r: asked(1, { datacenterId: id.dc('dc2') }), machines: ['n1'] },
  ])('$because', ({ ledger, r, machines }) => {
    const v = placeReservation(capacityOf(ledger), r);
    expect(v.outcome === 'PLACED' ? v.machines : v.reasons).toEqual(machines.map(machineId => ({ machineId, gpus: 8, watts: 4_100, cpuMilli: 192_000, ramMiB: 2_097_152 })));
  });
});

describe('a reservation is refused with the numbers of what stands in the way', () => {
  test.each<{ because: string; ledger: readonly LedgerFact[]; r: ReservationAsked; reason: string; params: Params; wouldFit: number; forEver: boolean }>([
    { because: 'it begins in the past', ledger: base, r: asked(1, { from: '2026-11-30T23:59:59.999Z' }), reason: 'MISCONFIGURED', params: { field: 'from', value: '2026-11-30T23:59:59.999Z', minimum: NOW }, wouldFit: 0, forEver: true },
    { because: 'it ends before it begins', ledger: base, r: asked(1, { to: FEBRUARY }), reason: 'MISCONFIGURED', params: { field: 'to', value: FEBRUARY, minimum: FEBRUARY }, wouldFit: 0, forEver: true },
    { because: 'half a machine', ledger: base, r: asked(0.5), reason: 'MISCONFIGURED', params: { field: 'machines', value: '0.5', minimum: 1, maximum: 512 }, wouldFit: 0, forEver: true },
    { because: 'no such shape', ledger: base, r: asked(1, { shapeId: id.shape('b300-8'), shapeCode: 'b300-8' }), reason: 'NO_MATCHING_SHAPE', params: { shape: 'b300-8', gpus: 1, machines: 0, machinesElsewhere: 0 }, wouldFit: 0, forEver: true },
    { because: 'more than stand there', ledger: base, r: asked(3), reason: 'NO_CAPACITY', params: { asked: 3, free: 2, total: 2, machines: 2, gpusAsked: 24, gpusFree: 16 }, wouldFit: 2, forEver: true },
    { because: 'a lease reaches into it', ledger: [...base, busy('i1', 'm1', APRIL)], r: asked(2), reason: 'NO_CAPACITY', params: { asked: 2, free: 1, total: 2, machines: 2, gpusAsked: 16, gpusFree: 8 }, wouldFit: 1, forEver: false },
    { because: 'what runs now runs now, whatever its lease says', ledger: [...base, busy('i1', 'm1', NOW)], r: asked(2, { from: NOW }), reason: 'NO_CAPACITY', params: { asked: 2, free: 1, total: 2, machines: 2, gpusAsked: 16, gpusFree: 8 }, wouldFit: 1, forEver: false },
    { because: 'another one overlaps', ledger: [...base, reserve('res1', 'm1', '2027-02-28T23:59:59.999Z', APRIL)], r: asked(2), reason: 'RESERVED_FOR_OTHERS', params: { asked: 2, free: 2, open: 1, reserved: 1 }, wouldFit: 1, forEver: false },
    { because: 'one has failed', ledger: [...base, machineFact('m2', 'r1', { state: 'FAILED' })], r: asked(2), reason: 'HEALTH', params: { failedMachines: 1 }, wouldFit: 1, forEver: false },
    { because: 'one is held', ledger: [...base, machineFact('m2', 'r1', { state: 'HELD' })], r: asked(2), reason: 'ON_HOLD', params: { heldMachines: 1, pausedPools: 0, machinesInPausedPools: 0 }, wouldFit: 1, forEver: false },
    { because: 'the class is not admitted', ledger: base, r: asked(1, { tenantClass: 'PRIVATE' }), reason: 'TENANT_CLASS', params: { what: 'TENANT_CLASS', required: 'PRIVATE', has: ['PUBLIC_BODY', 'RESEARCH'], rule: 'ASKED', site: 'dc1', pool: 'p1', machines: 2, pools: 1, admitted: ['PUBLIC_BODY', 'RESEARCH'] }, wouldFit: 0, forEver: true },
    { because: 'the phase ends in the middle of it', ledger: [...base, phaseFact('dc1-phase', 500_000, { to: '2027-02-15T00:00:00.000Z' })], r: asked(1), reason: 'POWER_PHASE', params: { what: 'SITE', name: 'dc1', askedW: 4_100, freeW: 0, limitW: 0, blockedMachines: 2, at: '2027-02-15T00:00:00.000Z', pueMilli: 1_000 }, wouldFit: 0, forEver: false },
    { because: 'the hall cools one of the two', ledger: [...base, hallFact('hall', 3_800 + 4_100)], r: asked(2), reason: 'COOLING', params: { what: 'HALL', name: 'hall', askedW: 4_100, freeW: 0, limitW: 7_900, blockedMachines: 1, at: FEBRUARY }, wouldFit: 1, forEver: false },
    { because: 'the inlet of the rack feeds one of the two', ledger: [...base, rackFact('r1', { maxPowerW: 3_800 + 4_100 })], r: asked(2), reason: 'RACK_POWER', params: { what: 'RACK', name: 'r1', askedW: 4_100, freeW: 0, limitW: 7_900, blockedMachines: 1 }, wouldFit: 1, forEver: false },
    {
      because: 'the quota is smaller', r: asked(2), reason: 'EXCEEDS_MAX_QUOTA', params: { dimension: 'GPU', asked: 16, max: 8, quota: 'ours' }, wouldFit: 1, forEver: true,
      ledger: [...base, { kind: 'QUOTAS', quotas: [{ id: 'q' as QuotaId, regionId: 'region' as RegionId, name: 'ours', tenantId: id.tenant('t1'), limits: [{ dimension: 'GPU', nominal: 8 }], budgets: [], generation: 1 }] }],
    },
  ])('$because', ({ ledger, r, reason, params, wouldFit, forEver }) => {
    const v = placeReservation(capacityOf(ledger), r);
    expect(v.outcome === 'REFUSED' && { reason: v.reasons[0]?.reason, params: v.reasons[0]?.params, wouldFit: v.wouldFit, forEver: v.forEver, advice: v.counterfactuals })
      .toEqual({ reason, params, wouldFit, forEver, advice: wouldFit > 0 ? [{ change: 'FEWER', count: wouldFit }] : [] });
  });
});

test('what is reserved is taken by its project alone, within its days', () => {
  const s = capacityOf([...base, reserve('res1', 'm1', FEBRUARY, MARCH, { tenantId: id.tenant('t1'), projectId: 'pr1' as ProjectId })]);
  const draw = order(1, { reservationId: 'res1' as ReservationId, at: FEBRUARY, leaseEnd: MARCH });
  expect(place(s, draw)).toMatchObject({ outcome: 'PLACED', placements: [{ machineId: 'm1' }] });
  expect(place(s, { ...draw, tenantId: id.tenant('t2') })).toMatchObject({ outcome: 'REFUSED', reasons: [{ reason: 'MISCONFIGURED', params: { field: 'reservationId' } }] });
  expect(place(s, order(2, { at: FEBRUARY, leaseEnd: MARCH }))).toMatchObject({ outcome: 'REFUSED', reasons: [{ reason: 'RESERVED_FOR_OTHERS' }] });
  expect(place(s, { ...draw, count: 2 })).toMatchObject({ outcome: 'REFUSED', reasons: [{ reason: 'NO_CAPACITY', params: { asked: 2, free: 1, total: 1 } }], wouldFit: 1 });
});

test('a reserved machine whose site no longer admits its project is not drawn', () => {
  const s = capacityOf([...base, reserve('res1', 'm1', FEBRUARY, MARCH, { tenantId: id.tenant('t1'), projectId: 'pr1' as ProjectId }), siteFact('dc1', { tenantClasses: ['PRIVATE'] })]);
  expect(place(s, order(1, { reservationId: 'res1' as ReservationId, at: FEBRUARY, leaseEnd: MARCH }))).toMatchObject({ outcome: 'REFUSED', reasons: [{ reason: 'TENANT_CLASS' }] });
});

test('holds and reservations that are over are told in order, and no others', () => {
  const hold = (plan: string, name: string, machine: string, expiresAt: string): HoldFact => ({
    kind: 'HOLD', planId: plan as PlanId, instanceId: id.instance(name), tenantId: id.tenant('t1'), projectId: 'pr1' as ProjectId, expiresAt, leaseEnd: APRIL, machineId: id.machine(machine), gpus: 1, watts: 513, cpuMilli: 24_000, ramMiB: 262_144,
  });
  const s = capacityOf([...base, hold('plan2', 'h3', 'm2', FEBRUARY), hold('plan1', 'h2', 'm1', FEBRUARY), hold('plan1', 'h1', 'm1', FEBRUARY), hold('plan3', 'h4', 'm2', MARCH), busy('i1', 'm2', NOW),
    reserve('res2', 'm1', NOW, FEBRUARY), reserve('res1', 'm1', FEBRUARY, MARCH), reserve('res0', 'm2', NOW, FEBRUARY)]);
  expect(dueHolds(s, FEBRUARY).map(h => `${h.planId} ${h.instanceId}`)).toEqual(['plan1 h1', 'plan1 h2', 'plan2 h3']);
  expect(dueHolds(s, '2027-01-31T23:59:59.999Z')).toEqual([]);
  expect(dueReservations(s, FEBRUARY).map(r => r.reservationId)).toEqual(['res0', 'res2']);
  expect(dueReservations(s, NOW)).toEqual([]);
});
