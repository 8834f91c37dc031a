import type { ClusterId, DatacenterId, DecisionId, InstanceId, MachineId, OrderId, OrganisationId, PoolId, ProjectId, RackId, ShapeId } from '../core/index.ts';
import type { CapacityState, ClaimFact, MachineFact, PoolFact, RackFact } from './index.ts';
import type { LedgerFact, Placement, PlacementRequest } from './model.ts';
import { fold } from './fold.ts';
import { emptyCapacity } from './state.ts';

/** Short names for specs: `r1`, `m1`, `p1`. Real ids are TypeIDs; the engine only compares them. */
export const id = {
  rack: (n: string) => n as RackId, machine: (n: string) => n as MachineId, pool: (n: string) => n as PoolId, shape: (n: string) => n as ShapeId,
  instance: (n: string) => n as InstanceId, dc: (n: string) => n as DatacenterId, cluster: (n: string) => n as ClusterId, tenant: (n: string) => n as OrganisationId,
};

export const rackFact = (name: string, more: Partial<RackFact> = {}): RackFact => ({
  kind: 'RACK', rackId: id.rack(name), hallId: 'hall', datacenterId: id.dc('dc1'), name, maxPowerW: 60_000, usable: true, ...more,
});
export const machineFact = (name: string, rack: string, more: Partial<MachineFact> = {}): MachineFact => ({
  kind: 'MACHINE', machineId: id.machine(name), rackId: id.rack(rack), shapeId: id.shape('h200-8'), name, gpus: 8, idleW: 1_900, maxW: 6_000,
  poolId: id.pool('p1'), clusterId: id.cluster('c1'), state: 'ENERGISED', ...more,
});
export const poolFact = (name: string, more: Partial<PoolFact> = {}): PoolFact => ({
  kind: 'POOL', poolId: id.pool(name), clusterId: id.cluster('c1'), datacenterId: id.dc('dc1'), name, shapeId: id.shape('h200-8'), tenantClasses: [],
  datacenterTenantClasses: ['PUBLIC_BODY', 'RESEARCH'], paused: false, ...more,
});
export const claimFact = (name: string, machine: string, watts = 4_100, gpus = 8): ClaimFact => ({
  kind: 'CLAIM', instanceId: id.instance(name), tenantId: id.tenant('t1'), machineId: id.machine(machine), gpus, watts, decisionId: 'd1' as DecisionId,
});
export const releaseFact = (c: ClaimFact): Extract<LedgerFact, { kind: 'RELEASE' }> => ({
  kind: 'RELEASE', instanceId: c.instanceId, machineId: c.machineId, gpus: c.gpus, watts: c.watts,
});
export const order = (count: number, more: Partial<PlacementRequest> = {}): PlacementRequest => ({
  orderId: 'o1' as OrderId, tenantId: id.tenant('t1'), tenantClass: 'PUBLIC_BODY', projectId: 'pr1' as ProjectId, shapeId: id.shape('h200-8'), shapeCode: 'h200-8',
  count, datacenterId: null, poolId: null, ...more,
});

/** Folds facts after what the state has, and throws when the fold does not take one. */
export const append = (s: CapacityState, facts: readonly LedgerFact[]): CapacityState => {
  for (const fact of facts) {
    const r = fold(s, { index: s.index + 1, fact });
    if (!r.ok) throw new Error(JSON.stringify(r.error));
  }
  return s;
};
export const capacityOf = (facts: readonly LedgerFact[]): CapacityState => append(emptyCapacity(), facts);

export const claimsOf = (placements: readonly Placement[], prefix: string): ClaimFact[] =>
  placements.map((p, n) => claimFact(`${prefix}-${String(n)}`, p.machineId, p.reservedW, p.gpus));
