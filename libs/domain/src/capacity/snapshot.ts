import type { InstanceId, MachineId, OrganisationId, RackId } from '../core/index.ts';
import type { CapacityState, MachineFact, PoolFact, RackFact } from './state.ts';
import { freeGpus, headroomW } from './state.ts';

/** A state as plain data in a canonical order: equal snapshots decide equally, whatever order the entries came in. */
export interface CapacitySnapshot {
  readonly index: number;
  readonly racks: readonly { readonly id: RackId; readonly fact: RackFact | undefined; readonly freeW: number }[];
  readonly machines: readonly { readonly id: MachineId; readonly fact: MachineFact | undefined; readonly freeGpus: number; readonly claimW: number }[];
  readonly pools: readonly PoolFact[];
  readonly claims: readonly { readonly instanceId: InstanceId; readonly tenantId: OrganisationId; readonly machineId: MachineId; readonly gpus: number; readonly watts: number }[];
}

export const snapshot = (s: CapacityState): CapacitySnapshot => ({
  index: s.index,
  racks: rows(s.racks.size).map(r => ({ id: s.racks.key(r), fact: s.rackFacts[r], freeW: headroomW(s, r) })).sort((a, b) => compare(a.id, b.id)),
  machines: rows(s.machines.size)
    .map(m => ({ id: s.machines.key(m), fact: s.machineFacts[m], freeGpus: freeGpus(s, m), claimW: s.machineClaimW.get(m) }))
    .sort((a, b) => compare(a.id, b.id)),
  pools: s.poolFacts.filter(p => p !== undefined).sort((a, b) => compare(a.poolId, b.poolId)),
  claims: [...s.claims]
    .map(([instanceId, c]) => ({ instanceId, tenantId: c.tenantId, machineId: s.machines.key(c.machine), gpus: c.gpus, watts: c.watts }))
    .sort((a, b) => compare(a.instanceId, b.instanceId)),
});

const rows = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
