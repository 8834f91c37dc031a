import type { InstanceId, MachineId, RackId } from '../core/index.ts';
import type { CertificationFact, HallFact, MachineFact, PhaseFact, PoolFact, PowerNodeFact, RackFact, ReserveFact, SiteFact } from './model.ts';
import type { SpentRow } from './budgets.ts';
import type { CapacityState, Claim } from './state.ts';
import { freeGpus } from './state.ts';

/** A state as plain data in a canonical order: equal snapshots decide equally, whatever order the entries came in. */
export interface CapacitySnapshot {
  readonly index: number;
  readonly sites: readonly SiteFact[];
  readonly halls: readonly HallFact[];
  readonly nodes: readonly PowerNodeFact[];
  readonly phases: readonly PhaseFact[];
  readonly certifications: readonly CertificationFact[];
  readonly racks: readonly { readonly id: RackId; readonly fact: RackFact | undefined; readonly usedW: number }[];
  readonly machines: readonly {
    readonly id: MachineId; readonly fact: MachineFact | undefined; readonly freeGpus: number; readonly claimW: number; readonly usedCpu: number; readonly usedRam: number;
    readonly slices: readonly (readonly [slot: number, free: number])[];
  }[];
  readonly pools: readonly PoolFact[];
  readonly reservations: readonly ReserveFact[];
  readonly claims: readonly (Omit<Claim, 'machine'> & { readonly instanceId: InstanceId; readonly machineId: MachineId })[];
  /** What budgets have spent or promised. */
  readonly spent: readonly SpentRow[];
}

export const snapshot = (s: CapacityState): CapacitySnapshot => ({
  index: s.index,
  sites: sorted(s.siteFacts.values(), f => f.datacenterId),
  halls: sorted(s.hallFacts.values(), f => f.hallId),
  nodes: sorted(s.nodeFacts.values(), f => f.powerNodeId),
  phases: sorted(s.phaseFacts.values(), f => f.phaseId),
  certifications: sorted(s.certificationFacts.values(), f => f.certificationId),
  racks: sorted(rows(s.racks.size).map(r => ({ id: s.racks.key(r), fact: s.rackFacts[r], usedW: s.rackUsedW.get(r) })), r => r.id),
  machines: sorted(rows(s.machines.size).map(m => ({
    id: s.machines.key(m), fact: s.machineFacts[m], freeGpus: freeGpus(s, m), claimW: s.machineClaimW.get(m), usedCpu: s.machineUsedCpu.get(m), usedRam: s.machineUsedRam.get(m),
    slices: [...(s.slices.get(m) ?? [])].sort(([a], [b]) => a - b),
  })), m => m.id),
  pools: sorted(s.poolFacts.filter(p => p !== undefined), p => p.poolId),
  reservations: sorted([...s.reservations.values()].flat(), r => `${r.reservationId} ${r.machineId}`),
  claims: sorted([...s.claims].map(([instanceId, { machine, ...c }]) => ({ ...c, instanceId, machineId: s.machines.key(machine) })), c => c.instanceId),
  spent: s.quota.budgets.rows(),
});

const rows = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const sorted = <T>(list: Iterable<T>, key: (x: T) => string): readonly T[] => [...list].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
