import type { ClusterId, DatacenterId, DecisionId, HallId, InstanceId, MachineId, OrderId, OrganisationId, PoolId, PowerNodeId, PowerPhaseId, ProjectId, RackId, ShapeId } from '../core/index.ts';
import type { CapacityState, ClaimFact, MachineFact, PoolFact, RackFact, SiteFact } from './index.ts';
import type { LedgerFact, Placement, PlacementRequest } from './model.ts';
import { fold } from './fold.ts';
import { emptyCapacity } from './state.ts';

/** Short names for specs: `r1`, `m1`, `p1`. Real ids are TypeIDs; the engine only compares them. */
export const id = {
  rack: (n: string) => n as RackId, machine: (n: string) => n as MachineId, pool: (n: string) => n as PoolId, shape: (n: string) => n as ShapeId,
  instance: (n: string) => n as InstanceId, dc: (n: string) => n as DatacenterId, cluster: (n: string) => n as ClusterId, tenant: (n: string) => n as OrganisationId, node: (n: string) => n as PowerNodeId, phase: (n: string) => n as PowerPhaseId, hall: (n: string) => n as HallId,
};

export const NOW = '2026-12-01T00:00:00.000Z';
export const siteFact = (name = 'dc1', more: Partial<SiteFact> = {}): SiteFact => ({
  kind: 'SITE', datacenterId: id.dc(name), name, country: 'FR', jurisdiction: 'EU-FR', tenantClasses: ['PUBLIC_BODY', 'RESEARCH'], status: 'OPEN', pueMilli: 1_000,
  feedLossTolerated: true, responseMinutes: null, gridGramsPerKwh: null, ...more,
});
type Fact<K extends LedgerFact['kind']> = Extract<LedgerFact, { kind: K }>;
export const phaseFact = (name: string, contractedW: number, more: Partial<Fact<'PHASE'>> = {}): Fact<'PHASE'> => ({
  kind: 'PHASE', phaseId: id.phase(name), datacenterId: id.dc('dc1'), name, contractedW, energised: true, from: '2026-01-01T00:00:00.000Z', to: null, ...more,
});
/** A site with all the power that a story needs which is about something else. */
export const openSite = (name = 'dc1', more: Partial<SiteFact> = {}): LedgerFact[] => [siteFact(name, more), phaseFact(`${name}-phase`, 500_000_000, { datacenterId: id.dc(name) })];
export const hallFact = (name: string, coolingW: number, more: Partial<Fact<'HALL'>> = {}): Fact<'HALL'> => ({ kind: 'HALL', hallId: id.hall(name), datacenterId: id.dc('dc1'), name, coolingW, ...more });
export const nodeFact = (name: string, usableW: number, more: Partial<Fact<'POWER_NODE'>> = {}): Fact<'POWER_NODE'> => ({
  kind: 'POWER_NODE', powerNodeId: id.node(name), datacenterId: id.dc('dc1'), name, parentId: null, side: 'NONE', usableW, ...more,
});
export const rackFact = (name: string, more: Partial<RackFact> = {}): RackFact => ({
  kind: 'RACK', rackId: id.rack(name), hallId: id.hall('hall'), datacenterId: id.dc('dc1'), name, row: 'A', maxPowerW: 60_000, coolingW: 150_000, feedA: null, feedB: null, usable: true, ...more,
});
export const machineFact = (name: string, rack: string, more: Partial<MachineFact> = {}): MachineFact => ({
  kind: 'MACHINE', machineId: id.machine(name), rackId: id.rack(rack), shapeId: id.shape('h200-8'), shapeCode: 'h200-8', name, gpus: 8, idleW: 1_900, maxW: 6_000,
  cpuMilli: 192_000, ramMiB: 2_097_152, sliceable: true, nvlinkDomain: null, poolId: id.pool('p1'), clusterId: id.cluster('c1'), state: 'ENERGISED', ...more,
});
export const poolFact = (name: string, more: Partial<PoolFact> = {}): PoolFact => ({
  kind: 'POOL', poolId: id.pool(name), clusterId: id.cluster('c1'), datacenterId: id.dc('dc1'), name, shapeId: id.shape('h200-8'), purpose: 'MIXED', tenantClasses: [], paused: false, ...more,
});
export const claimFact = (name: string, machine: string, watts = 4_100, gpus = 8, more: Partial<ClaimFact> = {}): ClaimFact => ({
  kind: 'CLAIM', instanceId: id.instance(name), tenantId: id.tenant('t1'), projectId: 'pr1' as ProjectId, machineId: id.machine(machine), gpus, watts, cpuMilli: 24_000 * gpus, ramMiB: 262_144 * gpus,
  leaseEnd: '2027-01-01T00:00:00.000Z', interruptible: false, decisionId: 'd1' as DecisionId, ...more,
});
export const releaseFact = (c: ClaimFact): Extract<LedgerFact, { kind: 'RELEASE' }> => ({
  kind: 'RELEASE', instanceId: c.instanceId, machineId: c.machineId, gpus: c.gpus, watts: c.watts, cpuMilli: c.cpuMilli, ramMiB: c.ramMiB,
});
export const order = (count: number, more: Partial<PlacementRequest> = {}): PlacementRequest => ({
  orderId: 'o1' as OrderId, tenantId: id.tenant('t1'), tenantClass: 'PUBLIC_BODY', projectId: 'pr1' as ProjectId, shapeId: id.shape('h200-8'), shapeCode: 'h200-8',
  count, at: NOW, leaseEnd: '2027-01-01T00:00:00.000Z', legal: { jurisdictions: [], certifications: [], dataClass: 'ORDINARY' }, datacenterId: null, poolId: null, ...more,
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

/** The claims of an order as it was placed. */
export const claimsOf = (placements: readonly Placement[], prefix: string, r?: PlacementRequest): ClaimFact[] =>
  placements.map(({ machineId, gpus, watts, cpuMilli, ramMiB, milliGpu, slot }, n) => claimFact(`${prefix}-${String(n)}`, machineId, watts, gpus, {
    cpuMilli, ramMiB, ...(milliGpu === undefined ? {} : { milliGpu }), ...(slot === undefined ? {} : { slot }), ...(r === undefined ? {} : { leaseEnd: r.leaseEnd, tenantId: r.tenantId, projectId: r.projectId }),
  }));
