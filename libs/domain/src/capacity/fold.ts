import type { Result } from '../core/index.ts';
import { no, ok, unreachable } from '../core/index.ts';
import type { LedgerEntry, LedgerFact } from './model.ts';
import type { CapacityState, ClaimFact, MachineFact, PoolFact, RackFact } from './state.ts';
import { ABSENT, ENERGISED, FAILED, HELD, NONE, effectiveState, freeGpus, tallyOf } from './state.ts';

export interface OutOfOrder {
  readonly code: 'OUT_OF_ORDER';
  readonly expected: number;
  readonly got: number;
}

/**
 * Takes one entry into the state, in place. Dumb and total: it judges nothing, any fact about anything is taken; only the order is
 * checked, because a gap would mean that what is decided next rests on less than the ledger says.
 */
export const fold = (s: CapacityState, entry: Pick<LedgerEntry, 'index' | 'fact'>): Result<CapacityState, OutOfOrder> => {
  if (entry.index !== s.index + 1) return no({ code: 'OUT_OF_ORDER', expected: s.index + 1, got: entry.index });
  take(s, entry.fact);
  s.index = entry.index;
  return ok(s);
};

/**
 * Takes the last entry back: for a batch that was decided and folded, and then not committed. Only claims and releases, which carry all
 * that is needed to invert them; inventory is folded after its commit.
 */
export const unfold = (s: CapacityState, entry: Pick<LedgerEntry, 'index'> & { readonly fact: InvertibleFact }): void => {
  if (entry.index !== s.index) throw new Error(`entry ${String(entry.index)} is not the last folded (${String(s.index)})`);
  const { fact } = entry;
  if (fact.kind === 'CLAIM') giveBack(s, fact.instanceId);
  else if (fact.undo !== undefined) claim(s, { ...fact.undo, kind: 'CLAIM' });
  s.index--;
};

/** A RELEASE with the claim that it ended; `undo` is absent when it ended none. */
export type InvertibleFact = ClaimFact | (Extract<LedgerFact, { kind: 'RELEASE' }> & { readonly undo: ClaimFact | undefined });

const take = (s: CapacityState, fact: LedgerFact): void => {
  switch (fact.kind) {
    case 'RACK': rack(s, fact); return;
    case 'MACHINE': machine(s, fact); return;
    case 'POOL': pool(s, fact); return;
    case 'CLAIM': claim(s, fact); return;
    case 'RELEASE': giveBack(s, fact.instanceId); return;
    default: unreachable(fact);
  }
};

const rack = (s: CapacityState, fact: RackFact): void => {
  const row = rackRow(s, fact.rackId);
  s.datacenters.intern(fact.datacenterId);
  const members = s.rackMachines[row] ?? [];
  for (const m of members) count(s, m, -1);
  s.rackFacts[row] = fact;
  s.rackMaxW.set(row, fact.maxPowerW);
  s.rackUsable.set(row, fact.usable ? 1 : 0);
  for (const m of members) count(s, m, 1);
  touch(s, row);
};

const STATES = { ENERGISED, HELD, FAILED, GONE: ABSENT } as const;

const machine = (s: CapacityState, fact: MachineFact): void => {
  const row = s.machines.intern(fact.machineId);
  const from = s.machineRack.get(row);
  const to = rackRow(s, fact.rackId);
  leave(s, row);
  if (changesStructure(s.machineFacts[row], fact)) forget(s);
  s.machineFacts[row] = fact;
  s.machineRack.set(row, to);
  s.machineShape.set(row, s.shapes.intern(fact.shapeId));
  s.machinePool.set(row, fact.poolId === null ? NONE : s.pools.intern(fact.poolId));
  s.machineCluster.set(row, fact.clusterId === null ? NONE : s.clusters.intern(fact.clusterId));
  s.machineGpus.set(row, fact.gpus);
  s.machineIdleW.set(row, fact.idleW);
  s.machineMaxW.set(row, fact.maxW);
  s.machineState.set(row, STATES[fact.state]);
  if (from !== to) move(s, row, from, to);
  enter(s, row);
  touch(s, to);
};

/** Which racks can serve which pool and shape depends on these alone; a change of state or watts only touches the rack. */
const changesStructure = (before: MachineFact | undefined, after: MachineFact): boolean =>
  before === undefined || before.rackId !== after.rackId || before.shapeId !== after.shapeId || before.poolId !== after.poolId || before.gpus !== after.gpus ||
  (before.state === 'GONE') !== (after.state === 'GONE');

/** Takes a machine's share out of its rack and its tally; `enter` puts it back with whatever changed between. */
const leave = (s: CapacityState, row: number): void => {
  const at = s.machineRack.get(row);
  if (at === NONE) return;
  count(s, row, -1);
  s.rackUsedW.add(at, -drawW(s, row));
};
const enter = (s: CapacityState, row: number): void => {
  const at = s.machineRack.get(row);
  if (at === NONE) return;
  count(s, row, 1);
  s.rackUsedW.add(at, drawW(s, row));
};
/**
 * Idle watts count until the machine is gone, not only while it takes orders: one that is held or has failed mostly stays on, and watts lent to
 * others meanwhile would be missing when it comes back. Claims count always: what runs draws power.
 */
const drawW = (s: CapacityState, row: number): number =>
  (s.machineState.get(row) === ABSENT ? 0 : s.machineIdleW.get(row)) + s.machineClaimW.get(row);

const move = (s: CapacityState, row: number, from: number, to: number): void => {
  if (from !== NONE) s.rackMachines[from] = (s.rackMachines[from] ?? []).filter(m => m !== row);
  const members = s.rackMachines[to] ?? [];
  const id = s.machines.key(row);
  const before = members.findIndex(m => s.machines.key(m) > id);
  members.splice(before === -1 ? members.length : before, 0, row);
  s.rackMachines[to] = members;
};

const pool = (s: CapacityState, fact: PoolFact): void => {
  const row = s.pools.intern(fact.poolId);
  s.clusters.intern(fact.clusterId);
  s.datacenters.intern(fact.datacenterId);
  s.shapes.intern(fact.shapeId);
  s.poolFacts[row] = fact;
  s.rules++;
};

const claim = (s: CapacityState, fact: ClaimFact): void => {
  giveBack(s, fact.instanceId);
  const row = s.machines.intern(fact.machineId);
  s.claims.set(fact.instanceId, { tenantId: fact.tenantId, machine: row, gpus: fact.gpus, watts: fact.watts, decisionId: fact.decisionId });
  occupy(s, row, fact.gpus, fact.watts);
};

const giveBack = (s: CapacityState, instanceId: ClaimFact['instanceId']): void => {
  const held = s.claims.get(instanceId);
  if (held === undefined) return;
  s.claims.delete(instanceId);
  occupy(s, held.machine, -held.gpus, -held.watts);
};

const occupy = (s: CapacityState, row: number, gpus: number, watts: number): void => {
  leave(s, row);
  s.machineUsedGpus.add(row, gpus);
  s.machineClaimW.add(row, watts);
  enter(s, row);
  if (s.machineRack.get(row) !== NONE) touch(s, s.machineRack.get(row));
};

const count = (s: CapacityState, row: number, by: 1 | -1): void => {
  const state = effectiveState(s, row);
  if (state !== ABSENT) tallyOf(s, s.machinePool.get(row), s.machineShape.get(row)).add(state, s.machineGpus.get(row), freeGpus(s, row), by);
};

const rackRow = (s: CapacityState, id: RackFact['rackId']): number => {
  const row = s.racks.intern(id);
  s.rackMachines[row] ??= [];
  return row;
};

/** What was derived for deciding is built anew at its next use. */
const forget = (s: CapacityState): void => {
  s.structure++;
  s.touched.length = 0;
};

/** Beyond this many changes nobody reads on from the past: whoever is behind builds anew. */
const MAX_TOUCHED = 1 << 16;
const touch = (s: CapacityState, row: number): void => {
  if (s.touched.length >= MAX_TOUCHED) forget(s);
  else s.touched.push(row);
};
