import type { ClusterId, DatacenterId, DecisionId, InstanceId, MachineId, OrganisationId, PoolId, RackId, ShapeId } from '../core/index.ts';
import type { LedgerFact } from './model.ts';
import { Column, Names } from './column.ts';
import { Tally } from './tally.ts';

export type RackFact = Extract<LedgerFact, { kind: 'RACK' }>;
export type MachineFact = Extract<LedgerFact, { kind: 'MACHINE' }>;
export type PoolFact = Extract<LedgerFact, { kind: 'POOL' }>;
export type ClaimFact = Extract<LedgerFact, { kind: 'CLAIM' }>;

/** Effective states: an ENERGISED machine of a rack that is not usable is HELD. Numbers, because they live in a column. */
export const ABSENT = 0;
export const ENERGISED = 1;
export const HELD = 2;
export const FAILED = 3;
export const NONE = -1;

export interface Claim {
  readonly tenantId: OrganisationId;
  readonly machine: number;
  readonly gpus: number;
  readonly watts: number;
  /** The decision that placed it. */
  readonly decisionId: DecisionId;
}

/**
 * A region's capacity, folded from its ledger. Rows are numbers, facts are columns: one process holds 400,000 machines.
 * Everything but the first group can be derived from it; `fold` keeps the derived part in step, entry by entry.
 */
export interface CapacityState {
  /** Index of the last entry folded; 0 before the first. */
  index: number;
  readonly racks: Names<RackId>;
  readonly machines: Names<MachineId>;
  readonly pools: Names<PoolId>;
  readonly shapes: Names<ShapeId>;
  readonly clusters: Names<ClusterId>;
  readonly datacenters: Names<DatacenterId>;
  readonly claims: Map<InstanceId, Claim>;
  /** The last facts, as written: what the inventory sync compares with, and what a snapshot shows. Rows match the names. */
  readonly rackFacts: (RackFact | undefined)[];
  readonly machineFacts: (MachineFact | undefined)[];
  readonly poolFacts: (PoolFact | undefined)[];

  readonly rackMaxW: Column;
  /** Idle watts of the machines that are not gone plus the watts of claims. */
  readonly rackUsedW: Column;
  readonly rackUsable: Column;
  /** Machine rows of each rack, ordered by machine id: the stable order that breaks ties. */
  readonly rackMachines: number[][];

  readonly machineRack: Column;
  readonly machineShape: Column;
  readonly machinePool: Column;
  readonly machineCluster: Column;
  readonly machineGpus: Column;
  readonly machineUsedGpus: Column;
  readonly machineClaimW: Column;
  readonly machineIdleW: Column;
  readonly machineMaxW: Column;
  /** As the ledger says; the effective state also looks at the rack. */
  readonly machineState: Column;

  /** Per (pool, shape): how many machines in which state with how many free GPUs. Pool row NONE: machines without a pool. */
  readonly tallies: Map<string, Tally>;
  /** Racks in the order in which they changed; what was derived for deciding reads on from where it stopped. */
  readonly touched: number[];
  /** Grows when which racks serve which pool and shape changed, and when `touched` begins anew: what was derived is built anew. */
  structure: number;
  /** Grows when a pool's rules changed. */
  rules: number;
}

export const emptyCapacity = (): CapacityState => ({
  index: 0,
  racks: new Names(), machines: new Names(), pools: new Names(), shapes: new Names(), clusters: new Names(), datacenters: new Names(),
  claims: new Map(),
  rackFacts: [], machineFacts: [], poolFacts: [],
  rackMaxW: new Column(), rackUsedW: new Column(), rackUsable: new Column(), rackMachines: [],
  machineRack: new Column(NONE), machineShape: new Column(NONE), machinePool: new Column(NONE), machineCluster: new Column(NONE),
  machineGpus: new Column(), machineUsedGpus: new Column(), machineClaimW: new Column(), machineIdleW: new Column(), machineMaxW: new Column(),
  machineState: new Column(ABSENT),
  tallies: new Map(), touched: [], structure: 0, rules: 0,
});

export const effectiveState = (s: CapacityState, machine: number): number => {
  const state = s.machineState.get(machine);
  return state === ENERGISED && s.rackUsable.get(s.machineRack.get(machine)) === 0 ? HELD : state;
};

/** Never negative, so that a machine that shrank below its claims counts as full. */
export const freeGpus = (s: CapacityState, machine: number): number =>
  Math.max(0, s.machineGpus.get(machine) - s.machineUsedGpus.get(machine));

export const headroomW = (s: CapacityState, rack: number): number => s.rackMaxW.get(rack) - s.rackUsedW.get(rack);

/** Watts that a claim reserves above the idle draw, rounded up: a rack is never over by a fraction. */
export const claimWatts = (s: CapacityState, machine: number, gpus: number): number => {
  const total = s.machineGpus.get(machine);
  return total === 0 ? 0 : Math.ceil((Math.max(0, s.machineMaxW.get(machine) - s.machineIdleW.get(machine)) * gpus) / total);
};

export const tallyKey = (pool: number, shape: number): string => `${String(pool)}|${String(shape)}`;
export const tallyOf = (s: CapacityState, pool: number, shape: number): Tally => {
  const key = tallyKey(pool, shape);
  const known = s.tallies.get(key);
  if (known !== undefined) return known;
  const made = new Tally(pool, shape);
  s.tallies.set(key, made);
  return made;
};
