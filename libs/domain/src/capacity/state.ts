import type { ClusterId, DatacenterId, DecisionId, HallId, InstanceId, Instant, MachineId, OrganisationId, PlanId, PoolId, PowerNodeId, PowerPhaseId, ProjectId, RackId, ReservationId, ShapeId } from '../core/index.ts';
import type { CertificationFact, HallFact, MachineFact, PhaseFact, PoolFact, PowerNodeFact, RackFact, ReserveFact, SiteFact } from './model.ts';
import { Column, Names } from './column.ts';
import { Mix } from './mix.ts';
import { Power } from './power.ts';
import { QuotaBook } from './quotas.ts';
import { Tally } from './tally.ts';


/** Effective states: an ENERGISED machine of a rack that is not usable is HELD. Numbers, because they live in a column. */
export const ABSENT = 0;
export const ENERGISED = 1;
export const HELD = 2;
export const FAILED = 3;
export const NONE = -1;

/** What a claim or a plan's hold takes, by machine row. */
export interface Claim {
  readonly tenantId: OrganisationId;
  readonly projectId: ProjectId;
  readonly machine: number;
  /** Of the machine when it was claimed: what the quota was charged for. */
  readonly shapeCode: string;
  readonly gpus: number;
  readonly watts: number;
  readonly milliGpu: number;
  /** NONE for whole GPUs. */
  readonly slot: number;
  readonly cpuMilli: number;
  readonly ramMiB: number;
  /** When its lease began; undefined: the ledger did not say. */
  readonly at: Instant | undefined;
  readonly leaseEnd: Instant;
  readonly interruptible: boolean;
  readonly reservationId: ReservationId | undefined;
  /** The decision that placed it; absent for a hold. */
  readonly decisionId: DecisionId | undefined;
  /** Present for a hold. */
  readonly hold: { readonly planId: PlanId; readonly expiresAt: Instant } | undefined;
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
  /** Claims and holds, by instance. */
  readonly claims: Map<InstanceId, Claim>;
  /** Machines of each dated reservation. */
  readonly reservations: Map<ReservationId, readonly ReserveFact[]>;
  /** Of every shape that a machine was ever of. */
  readonly shapeCodes: Map<ShapeId, string>;
  /** The last facts, as written: what the inventory sync compares with, and what a snapshot shows. Rows match the names. */
  readonly rackFacts: (RackFact | undefined)[];
  readonly machineFacts: (MachineFact | undefined)[];
  readonly poolFacts: (PoolFact | undefined)[];
  readonly siteFacts: Map<DatacenterId, SiteFact>;
  readonly hallFacts: Map<HallId, HallFact>;
  readonly nodeFacts: Map<PowerNodeId, PowerNodeFact>;
  readonly phaseFacts: Map<PowerPhaseId, PhaseFact>;
  readonly certificationFacts: Map<CertificationFact['certificationId'], CertificationFact>;

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
  /** Whole GPUs claimed, and GPUs opened for slices. */
  readonly machineUsedGpus: Column;
  readonly machineClaimW: Column;
  readonly machineIdleW: Column;
  readonly machineMaxW: Column;
  readonly machineCpu: Column;
  readonly machineUsedCpu: Column;
  readonly machineRam: Column;
  readonly machineUsedRam: Column;
  /** As the ledger says; the effective state also looks at the rack. */
  readonly machineState: Column;
  /** Thousandths free of each GPU that is opened for slices, by slot; only machines that have one. */
  readonly slices: Map<number, Map<number, number>>;
  /** Dated reservations of a machine; only machines that have one. */
  readonly reserved: Map<number, readonly ReserveFact[]>;

  /** Everything above the machine that runs out of watts. */
  readonly power: Power;
  readonly quota: QuotaBook;
  /** What work the region has seen: by it, fragmentation is judged. */
  readonly mix: Mix;
  /** Per (pool, shape): how many machines in which state with how many free GPUs. Pool row NONE: machines without a pool. */
  readonly tallies: Map<string, Tally>;
  /** Machines and racks in the order in which they changed; what was derived for deciding reads on from where it stopped. */
  readonly touched: Touched[];
  /** How many changes were forgotten before the first of `touched`: whoever has not read them looks at everything again. */
  touchedFrom: number;
  /** Grows when which racks serve which pool and shape changed: what was derived is built anew. */
  structure: number;
  /** Grows when a pool's or a site's rules changed. */
  rules: number;
}

/** The row of a machine, or below it that of a rack of which any machine may have changed: -1 for the first. */
export type Touched = number;
export const touchedRack = (rack: number): Touched => -1 - rack;
/** undefined: it was one machine. */
export const rackOfTouched = (touched: Touched): number | undefined => (touched < 0 ? -1 - touched : undefined);

export const emptyCapacity = (): CapacityState => ({
  index: 0,
  racks: new Names(), machines: new Names(), pools: new Names(), shapes: new Names(), clusters: new Names(), datacenters: new Names(),
  claims: new Map(), reservations: new Map(), shapeCodes: new Map(),
  rackFacts: [], machineFacts: [], poolFacts: [],
  siteFacts: new Map(), hallFacts: new Map(), nodeFacts: new Map(), phaseFacts: new Map(), certificationFacts: new Map(),
  rackMaxW: new Column(), rackUsedW: new Column(), rackUsable: new Column(), rackMachines: [],
  machineRack: new Column(NONE), machineShape: new Column(NONE), machinePool: new Column(NONE), machineCluster: new Column(NONE),
  machineGpus: new Column(), machineUsedGpus: new Column(), machineClaimW: new Column(), machineIdleW: new Column(), machineMaxW: new Column(),
  machineCpu: new Column(), machineUsedCpu: new Column(), machineRam: new Column(), machineUsedRam: new Column(),
  machineState: new Column(ABSENT), slices: new Map(), reserved: new Map(),
  power: new Power(), quota: new QuotaBook(), mix: new Mix(),
  tallies: new Map(), touched: [], touchedFrom: 0, structure: 0, rules: 0,
});

export const effectiveState = (s: CapacityState, machine: number): number => {
  const state = s.machineState.get(machine);
  return state === ENERGISED && s.rackUsable.get(s.machineRack.get(machine)) === 0 ? HELD : state;
};

/** Never negative, so that a machine that shrank below its claims counts as full. */
export const freeGpus = (s: CapacityState, machine: number): number =>
  Math.max(0, s.machineGpus.get(machine) - s.machineUsedGpus.get(machine));

/** Watts that `share` of `of` equal parts of a machine draws above the idle draw, rounded up: a rack is never over by a fraction. */
export const shareWatts = (s: CapacityState, machine: number, share: number, of: number): number =>
  of === 0 ? 0 : Math.ceil((Math.max(0, s.machineMaxW.get(machine) - s.machineIdleW.get(machine)) * share) / of);

export const tallyKey = (pool: number, shape: number): string => `${String(pool)}|${String(shape)}`;
export const tallyOf = (s: CapacityState, pool: number, shape: number): Tally => {
  const key = tallyKey(pool, shape);
  const known = s.tallies.get(key);
  if (known !== undefined) return known;
  const made = new Tally(pool, shape);
  s.tallies.set(key, made);
  return made;
};

/** Rows that the power model needs of the state, so that it does not import it. */
export const drawW = (s: CapacityState, row: number): number =>
  // Idle watts count until the machine is gone, not only while it takes orders: one that is held or has failed mostly stays on, and watts lent to
  // others meanwhile would be missing when it comes back. Claims count always: what runs draws power.
  (s.machineState.get(row) === ABSENT ? 0 : s.machineIdleW.get(row)) + s.machineClaimW.get(row);
