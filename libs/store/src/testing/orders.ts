import type { LedgerFact, OrderRequest, Placement } from '@cadastre/domain/capacity';
import type { Ids } from '@cadastre/domain/core';
import type { Machine } from '@cadastre/domain/machine';
import type { AllocationItem, InventoryFact } from '../commit/index.ts';
import { actOf } from './site.ts';
import type { Site } from './site.ts';

const SYSTEM = actOf('none');

/** The ledger facts that introduce the whole site: racks, machines (energised), pool. */
export const inventoryFacts = (s: Site): readonly InventoryFact[] => [
  {
    kind: 'SITE', datacenterId: s.datacenterId, name: 'dc1', country: 'FR', jurisdiction: 'EU-FR', tenantClasses: ['PUBLIC_BODY', 'PRIVATE'], status: 'OPEN', pueMilli: 1200, feedLossTolerated: true,
    responseMinutes: null, gridGramsPerKwh: null,
  },
  { kind: 'PHASE', phaseId: s.phaseId, datacenterId: s.datacenterId, name: 'phase-1', contractedW: 500_000_000, energised: true, from: '2020-01-01T00:00:00.000Z', to: null },
  ...s.racks.map(r => ({ kind: 'RACK', rackId: r.id, hallId: r.hallId, datacenterId: r.datacenterId, name: r.name, row: r.row, maxPowerW: r.maxPowerW, coolingW: r.coolingCapacityW, feedA: null, feedB: null, usable: true }) as const),
  ...s.machines.map(m => machineFact(s, m)),
  { kind: 'POOL', poolId: s.poolId, clusterId: s.clusterId, datacenterId: s.datacenterId, name: 'p1', shapeId: s.shapeId, purpose: 'MIXED', tenantClasses: [], paused: false },
];
export const machineFact = (s: Site, m: Machine, more: Partial<Extract<LedgerFact, { kind: 'MACHINE' }>> = {}): Extract<LedgerFact, { kind: 'MACHINE' }> => ({
  kind: 'MACHINE', machineId: m.id, rackId: m.rackId, shapeId: m.shapeId, shapeCode: 'h200-8', name: m.name, gpus: 8, idleW: 1000, maxW: 9000, cpuMilli: 96_000, ramMiB: 2_097_152, sliceable: false, nvlinkDomain: null, poolId: s.poolId, clusterId: s.clusterId, state: 'ENERGISED', ...more,
});
export const inventoryItem = (s: Site): AllocationItem => ({ kind: 'INVENTORY', act: SYSTEM, facts: inventoryFacts(s), audit: [] });

export const placementOn = (s: Site, m: Machine, gpus = 8, watts = 8000): Placement => ({
  machineId: m.id, rackId: m.rackId, poolId: s.poolId, clusterId: s.clusterId, datacenterId: s.datacenterId, shapeId: s.shapeId, gpus, watts, cpuMilli: 12_000 * gpus, ramMiB: 262_144 * gpus,
  score: { fragmentation: 0, rackRoom: 1 },
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
    poolId: null, name, image: 'registry.example/cuda:13', sshKeys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFOO test'], at: '2026-12-01T00:00:00.000Z', leaseEnd: '2027-01-01T00:00:00.000Z', legal: { jurisdictions: [], certifications: [], dataClass: 'ORDINARY' }, interruptible: false,
  };
  return {
    kind: 'CREATE', act: SYSTEM, order, decisionId, policyVersion: '1', verdict: { outcome: 'PLACED', ledgerIndex: 0, placements, topology: 'ANY', groups: [] }, instances,
    audit: [
      {
        type: 'compute.instance.create', phase: 'completed', outcome: 'success', tenant: t.id, target: { kind: 'order', id: order.orderId, region: s.regionCode, datacenter: s.datacenterId },
        numbers: { count: placements.length, gpus: placements.reduce((n, p) => n + p.gpus, 0) },
      },
    ],
    idempotency: { scope: t.id, key, fingerprint: 'f'.repeat(64), operation: 'createGpuInstances', result: () => ({ instances: instances.map(i => i.id) }) },
  };
};
