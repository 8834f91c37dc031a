import { describe, expect, test } from 'vitest';
import type { ScopeRequest } from './by-request.ts';
import { ByRequest } from './by-request.ts';

const request = (of: object = {}): ScopeRequest => ({
  tenantClass: 'PUBLIC_BODY', shapeId: 'shape_1', datacenterId: null, poolId: null, at: '2026-12-01T00:00:00.000Z', leaseEnd: '2027-01-01T00:00:00.000Z',
  legal: { jurisdictions: ['EU-FR'], certifications: ['HDS'], dataClass: 'ORDINARY' }, orShapeIds: ['shape_2'], gpusPerInstance: 2, cpuMilli: 1_000, ramMiB: 2_048, ...of,
} as unknown as ScopeRequest);

/** Each of them alone may let an order into other pools, or onto other machines of them. */
const DIFFERENT: Readonly<Record<string, object>> = {
  tenantClass: { tenantClass: 'PRIVATE' }, shapeId: { shapeId: 'shape_9' }, datacenterId: { datacenterId: 'datacenter_1' }, poolId: { poolId: 'pool_1' },
  orShapeIds: { orShapeIds: ['shape_3'] }, 'fewer orShapeIds': { orShapeIds: undefined }, gpusPerInstance: { gpusPerInstance: 1 }, milliGpu: { gpusPerInstance: undefined, milliGpu: 2 },
  cpuMilli: { cpuMilli: 1_001 }, ramMiB: { ramMiB: undefined }, purpose: { purpose: 'TRAINING' }, maxResponseMinutes: { maxResponseMinutes: 30 }, dataDatacenterId: { dataDatacenterId: 'datacenter_1' },
  reservationId: { reservationId: 'reservation_1' }, jurisdictions: { legal: { jurisdictions: [], certifications: ['HDS'], dataClass: 'ORDINARY' } },
  certifications: { legal: { jurisdictions: ['EU-FR'], certifications: ['SOC2'], dataClass: 'ORDINARY' } }, dataClass: { legal: { jurisdictions: ['EU-FR'], certifications: ['HDS'], dataClass: 'HEALTH' } },
};

describe('values by what a request asks for', () => {
  test.each(Object.entries(DIFFERENT))('another %s is another request', (_, of) => {
    const by = new ByRequest<number>();
    by.set(request(), 1);
    expect(by.get(request(of))).toBeUndefined();
    by.set(request(of), 2);
    expect([by.get(request()), by.get(request(of)), by.size]).toEqual([1, 2, 2]);
  });

  test('lists are compared by what is in them, dates not at all, and no other shape is an empty list of them', () => {
    const by = new ByRequest<number>();
    by.set(request({ orShapeIds: [] }), 1);
    by.set(request({ orShapeIds: undefined, at: '2028-01-01T00:00:00.000Z', legal: { jurisdictions: ['EU-FR'], certifications: ['HDS'], dataClass: 'ORDINARY' } }), 2);
    expect([by.get(request({ orShapeIds: [] })), by.size]).toEqual([2, 1]);
  });

  test('sizes whose numbers meet are told apart', () => {
    const by = new ByRequest<number>();
    // cpuMilli + 1 weighs as much as ramMiB + 1,000,003.
    by.set(request({ cpuMilli: 1, ramMiB: 0 }), 1);
    by.set(request({ cpuMilli: 0, ramMiB: 1_000_003 }), 2);
    expect([by.get(request({ cpuMilli: 1, ramMiB: 0 })), by.get(request({ cpuMilli: 0, ramMiB: 1_000_003 }))]).toEqual([1, 2]);
  });
});
