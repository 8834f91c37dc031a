import type { LedgerFact, OrderRequest, Placement } from '@cadastre/domain/capacity';
import type { Ids } from '@cadastre/domain/core';
import type { Machine } from '@cadastre/domain/machine';
import type { AllocationItem } from '../commit/index.ts';
import { actOf } from './site.ts';
import type { Site } from './site.ts';

const SYSTEM = actOf('none');

/** The ledger facts that introduce the whole site: racks, machines (energised), pool. */
export const inventoryFacts = (s: Site): readonly Exclude<LedgerFact, { kind: 'CLAIM' | 'RELEASE' }>[] => [
  ...s.racks.map(r => ({ kind: 'RACK', rackId: r.id, hallId: r.hallId, datacenterId: r.datacenterId, name: r.name, maxPowerW: r.maxPowerW, usable: true }) as const),
  ...s.machines.map(m => machineFact(s, m)),
  { kind: 'POOL', poolId: s.poolId, clusterId: s.clusterId, datacenterId: s.datacenterId, name: 'p1', shapeId: s.shapeId, tenantClasses: [], datacenterTenantClasses: ['PUBLIC_BODY', 'PRIVATE'], paused: false },
];
export const machineFact = (s: Site, m: Machine, more: Partial<Extract<LedgerFact, { kind: 'MACHINE' }>> = {}): Extract<LedgerFact, { kind: 'MACHINE' }> => ({
  kind: 'MACHINE', machineId: m.id, rackId: m.rackId, shapeId: m.shapeId, name: m.name, gpus: 8, idleW: 1000, maxW: 9000, poolId: s.poolId, clusterId: s.clusterId, state: 'ENERGISED', ...more,
});
export const inventoryItem = (s: Site): AllocationItem => ({ kind: 'INVENTORY', act: SYSTEM, facts: inventoryFacts(s), audit: [] });

export const placementOn = (s: Site, m: Machine, gpus = 8, reservedW = 8000): Placement => ({
  machineId: m.id, rackId: m.rackId, poolId: s.poolId, clusterId: s.clusterId, datacenterId: s.datacenterId, gpus, reservedW,
});

/** An accepted order of one instance per placement, named `<name>-<i>`. */
export const createItem = (
  ids: Ids, s: Site, placements: readonly Placement[], { tenant = 0, name = ids.next('order').slice(-12), key = ids.next('request').slice() } = {},
): Extract<AllocationItem, { kind: 'CREATE' }> => {
  const t = s.tenants[tenant];
  if (t === undefined) throw new RangeError('no such tenant');
  const decisionId = ids.next('decision');
  const instances = placements.map((placement, i) => ({ id: ids.next('instance'), name: `${name}-${String(i)}`, placement }));
  const order: OrderRequest = {
    orderId: ids.next('order'), tenantId: t.id, tenantClass: 'PUBLIC_BODY', projectId: t.projectId, shapeId: s.shapeId, shapeCode: 'h200-8', count: placements.length, datacenterId: null,
    poolId: null, name, image: 'registry.example/cuda:13', sshKeys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFOO test'], leaseEnd: '2027-01-01T00:00:00.000Z', interruptible: false,
  };
  return {
    kind: 'CREATE', act: SYSTEM, order, decisionId, policyVersion: '1', verdict: { outcome: 'PLACED', ledgerIndex: 0, placements }, instances,
    audit: [
      {
        type: 'compute.instance.create', phase: 'completed', outcome: 'success', tenant: t.id, target: { kind: 'order', id: order.orderId, region: s.regionCode, datacenter: s.datacenterId },
        numbers: { count: placements.length, gpus: placements.reduce((n, p) => n + p.gpus, 0) },
      },
    ],
    idempotency: { scope: t.id, key, fingerprint: 'f'.repeat(64), operation: 'createGpuInstances', result: () => ({ instances: instances.map(i => i.id) }) },
  };
};
