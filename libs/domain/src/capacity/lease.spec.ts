import { describe, expect, test } from 'vitest';
import type { Params, QuotaId, RegionId } from '../core/index.ts';
import type { Quota } from '../quota/index.ts';
import { NOW, capacityOf, claimFact, id, machineFact, openSite, order, phaseFact, poolFact, rackFact } from './facts.fixture.ts';
import type { CertificationFact, Counterfactual, LedgerFact, PlacementRequest, ReserveFact } from './index.ts';
import { decide } from './index.ts';

const [FEBRUARY, MARCH, APRIL, JUNE] = ['2027-02-01T00:00:00.000Z', '2027-03-01T00:00:00.000Z', '2027-04-01T00:00:00.000Z', '2027-06-01T00:00:00.000Z'] as const;
const base = (more: Parameters<typeof openSite>[1] = {}): LedgerFact[] => [...openSite('dc1', more), poolFact('p1'), rackFact('r1'), machineFact('m1', 'r1'), machineFact('m2', 'r1')];
const second = (): LedgerFact[] => [...openSite('dc2'), poolFact('p2', { datacenterId: id.dc('dc2') }), rackFact('r2', { datacenterId: id.dc('dc2') }), machineFact('x1', 'r2', { poolId: id.pool('p2') })];
const certificate = (name: string, from: string, to: string, more: Partial<CertificationFact> = {}): CertificationFact => ({ kind: 'CERTIFICATION', certificationId: name as CertificationFact['certificationId'], certification: 'HDS', datacenterId: id.dc('dc1'), from, to, ...more });
const health = (more: Partial<PlacementRequest> = {}): PlacementRequest => order(1, { legal: { jurisdictions: [], certifications: [], dataClass: 'HEALTH' }, ...more });
const reserve = (machine: string, from: string, to: string): ReserveFact => ({
  kind: 'RESERVE', reservationId: 'res1' as ReserveFact['reservationId'], tenantId: id.tenant('t9'), projectId: 'pr9' as ReserveFact['projectId'], from, to, machineId: id.machine(machine), gpus: 8, watts: 4_100, cpuMilli: 192_000, ramMiB: 2_097_152,
});
const quotas = (...list: readonly Partial<Quota>[]): LedgerFact => ({ kind: 'QUOTAS', quotas: list.map(q => ({ id: (q.name ?? '') as QuotaId, regionId: 'region' as RegionId, name: '', limits: [], budgets: [], generation: 1, ...q })) });
const mine = (nominal: number, more: Partial<Quota> = {}): Partial<Quota> => ({ name: 'ours', tenantId: id.tenant('t1'), limits: [{ dimension: 'GPU', nominal }], ...more });

const l40 = { shapeId: id.shape('l40-4'), shapeCode: 'l40-4', gpus: 4, poolId: id.pool('p9') };

interface Refused {
  readonly because: string;
  readonly ledger: readonly LedgerFact[];
  readonly asked: PlacementRequest;
  readonly reasons: readonly string[];
  readonly headline: Params;
  readonly advice: readonly Counterfactual[];
  readonly forEver: boolean;
}
const PLACE = { site: 'dc1', pool: 'p1', machines: 2, pools: 1 };

const REFUSED: readonly Refused[] = [
  {
    because: 'the certification lapses inside the lease: never for so long, but until then',
    ledger: [...base(), certificate('c1', '2026-01-01T00:00:00.000Z', MARCH)], asked: health({ leaseEnd: JUNE }), reasons: ['CERTIFICATION_EXPIRED'],
    headline: { what: 'CERTIFICATION', required: 'HDS', has: ['HDS'], rule: 'CSP_L1111_8', validUntil: MARCH, uncoveredFrom: MARCH, from: NOW, to: JUNE, ...PLACE }, advice: [{ change: 'SHORTER', leaseEnd: MARCH }], forEver: true,
  },
  {
    because: 'the certification is not in force yet: from its day on it can be had',
    ledger: [...base(), certificate('c1', FEBRUARY, '2030-01-01T00:00:00.000Z')], asked: health(), reasons: ['CERTIFICATION_EXPIRED'],
    headline: { what: 'CERTIFICATION', required: 'HDS', has: ['HDS'], rule: 'CSP_L1111_8', validUntil: 'none', uncoveredFrom: NOW, from: NOW, to: '2027-01-01T00:00:00.000Z', ...PLACE },
    advice: [{ change: 'LATER', at: FEBRUARY, because: 'CERTIFICATION_BEGINS' }], forEver: false,
  },
  {
    because: 'a certification that lapsed and has no successor: with what is declared, never',
    ledger: [...base(), certificate('c1', '2025-01-01T00:00:00.000Z', '2026-06-01T00:00:00.000Z')], asked: health(), reasons: ['CERTIFICATION_EXPIRED'],
    headline: { what: 'CERTIFICATION', required: 'HDS', has: ['HDS'], rule: 'CSP_L1111_8', validUntil: '2026-06-01T00:00:00.000Z', uncoveredFrom: NOW, from: NOW, to: '2027-01-01T00:00:00.000Z', ...PLACE }, advice: [], forEver: true,
  },
  {
    because: 'a certification that nobody has', ledger: base(), asked: health(), reasons: ['LEGAL_SCOPE'],
    headline: { what: 'CERTIFICATION', required: 'HDS', has: [], country: 'FR', rule: 'CSP_L1111_8', ...PLACE }, advice: [], forEver: true,
  },
  {
    because: 'another site holds it: that one is named, and the law stays as it is',
    ledger: [...base(), ...second(), certificate('c1', '2026-01-01T00:00:00.000Z', '2030-01-01T00:00:00.000Z', { datacenterId: id.dc('dc2') })], asked: health({ datacenterId: id.dc('dc1') }), reasons: ['LEGAL_SCOPE'],
    headline: { what: 'CERTIFICATION', required: 'HDS', has: [], country: 'FR', rule: 'CSP_L1111_8', ...PLACE }, advice: [{ change: 'OTHER_SITE', datacenterId: id.dc('dc2') }], forEver: true,
  },
  {
    because: 'a jurisdiction that the site is not under', ledger: base(), asked: order(1, { legal: { jurisdictions: ['DE'], certifications: [], dataClass: 'ORDINARY' } }), reasons: ['LEGAL_SCOPE'],
    headline: { what: 'JURISDICTION', required: ['DE'], has: ['EU-FR'], country: 'FR', rule: 'ASKED', ...PLACE }, advice: [], forEver: true,
  },
  {
    because: 'nobody can be there within the hour', ledger: base({ responseMinutes: 240 }), asked: order(1, { maxResponseMinutes: 60 }), reasons: ['STAFFING'], headline: { asked: 60, has: 240, ...PLACE }, advice: [], forEver: true,
  },
  { because: 'nobody is ever there', ledger: base(), asked: order(1, { maxResponseMinutes: 60 }), reasons: ['STAFFING'], headline: { asked: 60, has: 'never', ...PLACE }, advice: [], forEver: true },
  {
    because: 'the data is at the other site, which has no such machine', ledger: [...base(), ...openSite('dc2')], asked: order(1, { dataDatacenterId: id.dc('dc2') }), reasons: ['VOLUME_ELSEWHERE'],
    headline: { dataAt: 'dc2', ...PLACE }, advice: [], forEver: true,
  },
  {
    because: 'one machine is promised from February on: a lease that ends before fits, or one that begins after',
    ledger: [...base(), reserve('m1', FEBRUARY, MARCH)], asked: order(2, { leaseEnd: APRIL }), reasons: ['RESERVED_FOR_OTHERS'], headline: { asked: 2, free: 2, open: 1, reserved: 1 },
    advice: [{ change: 'FEWER', count: 1 }, { change: 'SHORTER', leaseEnd: FEBRUARY }, { change: 'LATER', at: MARCH, because: 'RESERVATION_ENDS' }], forEver: false,
  },
  {
    because: 'more than the quota has when all else is idle',
    ledger: [...base(), quotas(mine(8))], asked: order(2), reasons: ['EXCEEDS_MAX_QUOTA'], headline: { dimension: 'GPU', asked: 16, max: 8, quota: 'ours' }, advice: [{ change: 'FEWER', count: 1 }], forEver: true,
  },
  {
    because: 'the quota alone: another site without power stands in the way of nothing that is asked for',
    ledger: [...base(), ...second(), phaseFact('dc2-phase', 2_000, { datacenterId: id.dc('dc2') }), quotas(mine(0))], asked: order(2), reasons: ['EXCEEDS_MAX_QUOTA'],
    headline: { dimension: 'GPU', asked: 16, max: 0, quota: 'ours' }, advice: [], forEver: true,
  },
  {
    because: 'the quota is in use: it comes back with the lease',
    ledger: [...base(), quotas(mine(8)), claimFact('i1', 'm1', 4_100, 8, { leaseEnd: FEBRUARY })], asked: order(1), reasons: ['WAITING_FOR_QUOTA'],
    headline: { dimension: 'GPU', asked: 8, available: 0, heldByOthers: 0, quota: 'ours' }, advice: [{ change: 'LATER', at: FEBRUARY, because: 'LEASES_END' }], forEver: false,
  },
  {
    because: 'what the cohort lends is lent to others just now',
    ledger: [...base(), machineFact('m3', 'r1'), quotas({ name: 'cohort', limits: [{ dimension: 'GPU', nominal: 16 }] }, mine(0, { parentId: 'cohort' as QuotaId }), { name: 'theirs', parentId: 'cohort' as QuotaId, tenantId: id.tenant('t2'), limits: [{ dimension: 'GPU', nominal: 0 }] }),
      claimFact('i1', 'm1', 4_100, 8, { tenantId: id.tenant('t2') })],
    asked: order(2), reasons: ['WAITING_FOR_QUOTA'], headline: { dimension: 'GPU', asked: 16, available: 8, heldByOthers: 8, quota: 'ours' },
    advice: [{ change: 'FEWER', count: 1 }, { change: 'LATER', at: '2027-01-01T00:00:00.000Z', because: 'LEASES_END' }], forEver: false,
  },
  {
    because: 'everything is taken: the first day on which enough is given back',
    ledger: [...base(), claimFact('i1', 'm1', 4_100, 8, { leaseEnd: MARCH }), claimFact('i2', 'm2', 4_100, 8, { leaseEnd: FEBRUARY })], asked: order(2), reasons: ['NO_CAPACITY'],
    headline: { asked: 2, free: 0, total: 2, machines: 2, gpusAsked: 16, gpusFree: 0 }, advice: [{ change: 'LATER', at: MARCH, because: 'LEASES_END' }], forEver: false,
  },
  {
    because: 'more than ever stood there: no waiting helps', ledger: base(), asked: order(3), reasons: ['NO_CAPACITY'],
    headline: { asked: 3, free: 2, total: 2, machines: 2, gpusAsked: 24, gpusFree: 16 }, advice: [{ change: 'FEWER', count: 2 }], forEver: true,
  },
  {
    because: 'GPUs are free and the CPUs beside them are not: that is no reservation',
    ledger: [...base(), machineFact('m2', 'r1', { state: 'GONE' }), claimFact('i1', 'm1', 513, 1, { cpuMilli: 192_000 })], asked: order(1, { gpusPerInstance: 1 }), reasons: ['NO_CAPACITY'],
    headline: { asked: 1, free: 0, total: 8, machines: 1, gpusAsked: 1, gpusFree: 0 }, advice: [{ change: 'LATER', at: '2027-01-01T00:00:00.000Z', because: 'LEASES_END' }], forEver: false,
  },
  {
    because: 'a rack that cannot feed one machine waits for nothing', ledger: [...base(), rackFact('r1', { maxPowerW: 5_000 })], asked: order(1), reasons: ['RACK_POWER'],
    headline: { what: 'RACK', name: 'r1', askedW: 4_100, freeW: 1_200, limitW: 5_000, racks: 1, freeMachines: 2, blockedMachines: 2 }, advice: [], forEver: true,
  },
  {
    because: 'another shape with as many GPUs is free',
    ledger: [...base(), claimFact('i1', 'm1'), claimFact('i2', 'm2'), poolFact('p9', { shapeId: id.shape('b300-8') }), machineFact('b1', 'r1', { shapeId: id.shape('b300-8'), shapeCode: 'b300-8', poolId: id.pool('p9') })],
    asked: order(1, { leaseEnd: '2026-12-15T00:00:00.000Z' }), reasons: ['NO_CAPACITY'], headline: { asked: 1, free: 0, total: 2, machines: 2, gpusAsked: 8, gpusFree: 0 },
    advice: [{ change: 'OTHER_SHAPE', shapeId: id.shape('b300-8') }, { change: 'LATER', at: '2027-01-01T00:00:00.000Z', because: 'LEASES_END' }], forEver: false,
  },
];

describe('over the whole lease, an order is refused with what would do instead', () => {
  test.each(REFUSED)('$because', ({ ledger, asked, reasons, headline, advice, forEver }) => {
    const v = decide(capacityOf(ledger), asked);
    expect(v.outcome === 'REFUSED' && { reasons: v.reasons.map(r => r.reason), headline: v.reasons[0]?.params, advice: v.counterfactuals, forEver: v.forEver }).toEqual({ reasons, headline, advice, forEver });
  });
});

describe('over the whole lease, an order is placed where nothing stands in the way', () => {
  test.each<{ because: string; ledger: readonly LedgerFact[]; asked: PlacementRequest; machines: readonly string[] }>([
    { because: 'certifications that follow one another cover a lease across both', ledger: [...base(), certificate('c1', '2026-01-01T00:00:00.000Z', MARCH), certificate('c2', MARCH, '2030-01-01T00:00:00.000Z')], asked: health({ leaseEnd: JUNE }), machines: ['m1'] },
    { because: 'one of the region covers every site', ledger: [...base(), certificate('c1', '2026-01-01T00:00:00.000Z', '2030-01-01T00:00:00.000Z', { datacenterId: null })], asked: health(), machines: ['m1'] },
    { because: 'a lease that ends as the certification does', ledger: [...base(), certificate('c1', '2026-01-01T00:00:00.000Z', MARCH)], asked: health({ leaseEnd: MARCH }), machines: ['m1'] },
    { because: 'a lease that ends as the reservation begins', ledger: [...base(), reserve('m1', FEBRUARY, MARCH)], asked: order(2, { leaseEnd: FEBRUARY }), machines: ['m1', 'm2'] },
    { because: 'a machine that is promised later is left alone by a lease that reaches it', ledger: [...base(), reserve('m1', FEBRUARY, MARCH)], asked: order(1, { leaseEnd: APRIL }), machines: ['m2'] },
    { because: 'the site where the data is', ledger: [...base(), ...second()], asked: order(1, { dataDatacenterId: id.dc('dc2') }), machines: ['x1'] },
    { because: 'somebody is there in time', ledger: base({ responseMinutes: 60 }), asked: order(1, { maxResponseMinutes: 60 }), machines: ['m1'] },
    {
      because: 'what runs counts for the shape that it was claimed as, whatever its machine has become since',
      ledger: [...base(), poolFact('p9', { shapeId: id.shape('l40-4') }), claimFact('i1', 'm1'),
        machineFact('m1', 'r1', l40), machineFact('x1', 'r1', l40), quotas(mine(99, { limits: [{ dimension: 'GPU:l40-4', nominal: 4 }] }))],
      asked: order(1, { shapeId: id.shape('l40-4'), shapeCode: 'l40-4' }), machines: ['x1'],
    },
    { because: 'an organisation without a quota is not limited', ledger: [...base(), quotas(mine(0))], asked: order(2, { tenantId: id.tenant('t3') }), machines: ['m1', 'm2'] },
  ])('$because', ({ ledger, asked, machines }) => {
    const v = decide(capacityOf(ledger), asked);
    expect(v.outcome === 'PLACED' ? v.placements.map(p => p.machineId) : v.reasons).toEqual(machines);
  });
});

test('an answer that is remembered ends with the certification that it rests on', () => {
  const s = capacityOf([...base(), certificate('c1', '2026-01-01T00:00:00.000Z', MARCH)]);
  expect(decide(s, health()).outcome).toBe('PLACED');
  expect(decide(s, health({ at: FEBRUARY, leaseEnd: MARCH })).outcome).toBe('PLACED');
  expect(decide(s, health({ at: FEBRUARY, leaseEnd: '2027-03-01T00:00:00.001Z' }))).toMatchObject({ outcome: 'REFUSED', reasons: [{ reason: 'CERTIFICATION_EXPIRED' }] });
  expect(decide(s, health({ at: MARCH, leaseEnd: APRIL }))).toMatchObject({ outcome: 'REFUSED', reasons: [{ reason: 'CERTIFICATION_EXPIRED' }] });
});

describe('an order that nothing can serve is told so before anything is looked at', () => {
  test.each<{ because: string; asked: PlacementRequest; params: Params }>([
    { because: 'a lease that ends before it begins', asked: order(1, { leaseEnd: NOW }), params: { field: 'leaseEnd', value: NOW, minimum: NOW } },
    { because: 'a slice and whole GPUs', asked: order(1, { milliGpu: 500, gpusPerInstance: 1 }), params: { field: 'milliGpu', value: '500', expected: 'a slice or whole GPUs, not both' } },
    { because: 'a slice of a whole GPU', asked: order(1, { milliGpu: 1000 }), params: { field: 'milliGpu', value: '1000', minimum: 1, maximum: 999 } },
    { because: 'neither GPU nor CPU', asked: order(1, { gpusPerInstance: 0 }), params: { field: 'cpuMilli', value: '', minimum: 1 } },
    { because: 'no CPU at all, which would fit without end', asked: order(1, { gpusPerInstance: 0, cpuMilli: 0 }), params: { field: 'cpuMilli', value: '0', minimum: 1 } },
    { because: 'a reservation of somebody else', asked: order(1, { reservationId: 'res1' as ReserveFact['reservationId'] }), params: { field: 'reservationId', value: 'res1' } },
    { because: 'a lease that outlives its reservation', asked: order(1, { tenantId: id.tenant('t9'), projectId: 'pr9' as ReserveFact['projectId'], reservationId: 'res1' as ReserveFact['reservationId'], at: FEBRUARY, leaseEnd: APRIL }), params: { field: 'lease', value: `${FEBRUARY} ${APRIL}`, minimum: FEBRUARY, maximum: MARCH } },
  ])('$because', ({ asked, params }) => {
    expect(decide(capacityOf([...base(), reserve('m1', FEBRUARY, MARCH)]), asked)).toMatchObject({ outcome: 'REFUSED', reasons: [{ reason: 'MISCONFIGURED', params }], wouldFit: 0, counterfactuals: [] });
  });
});
