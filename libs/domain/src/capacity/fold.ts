import type { InstanceId, Result } from '../core/index.ts';
import { no, ok, unreachable } from '../core/index.ts';
import type { ClaimFact, HoldFact, LedgerEntry, LedgerFact, MachineFact, PoolFact, RackFact, ReserveFact, SiteFact } from './model.ts';
import { demandOf } from '../quota/index.ts';
import type { Span } from './power.ts';
import type { Charged } from './quotas.ts';
import type { CapacityState, Claim, Touched } from './state.ts';
import { ABSENT, ENERGISED, FAILED, HELD, NONE, drawW, effectiveState, freeGpus, tallyOf, touchedRack } from './state.ts';

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

/** A RELEASE or UNHOLD with what it ended; `undo` is absent when it ended nothing. */
export type InvertibleFact = ClaimFact | HoldFact | ReserveFact | (Extract<LedgerFact, { kind: 'RELEASE' | 'UNHOLD' }> & { readonly undo: ClaimFact | HoldFact | undefined }) |
  (Extract<LedgerFact, { kind: 'UNRESERVE' }> & { readonly undo: readonly ReserveFact[] });

/**
 * Takes the last entry back: for a batch that was decided and folded, and then not committed. Only what carries all that is needed to invert it; inventory
 * is folded after its commit.
 */
export const unfold = (s: CapacityState, entry: Pick<LedgerEntry, 'index'> & { readonly fact: InvertibleFact }): void => {
  if (entry.index !== s.index) throw new Error(`entry ${String(entry.index)} is not the last folded (${String(s.index)})`);
  const { fact } = entry;
  switch (fact.kind) {
    case 'CLAIM': neverWas(s, fact.instanceId); s.mix.observe(kindOf(s, fact), -1); break;
    case 'HOLD': neverWas(s, fact.instanceId); break;
    case 'RESERVE': unreserveOne(s, fact); break;
    case 'UNRESERVE': for (const r of fact.undo) reserve(s, r); break;
    default: if (fact.undo !== undefined) comesBack(s, fact, fact.undo);
  }
  s.index--;
};

const take = (s: CapacityState, fact: LedgerFact): void => {
  switch (fact.kind) {
    case 'SITE': site(s, fact); return;
    case 'PHASE': s.phaseFacts.set(fact.phaseId, fact); s.power.spoil(); return;
    case 'CERTIFICATION': s.certificationFacts.set(fact.certificationId, fact); s.rules++; return;
    case 'HALL': s.hallFacts.set(fact.hallId, fact); s.power.spoil(); return;
    case 'POWER_NODE': s.nodeFacts.set(fact.powerNodeId, fact); forget(s); return;
    case 'RACK': rack(s, fact); return;
    case 'MACHINE': machine(s, fact); return;
    case 'POOL': pool(s, fact); return;
    case 'QUOTAS': s.quota.plant(fact.quotas, () => charges(s)); return;
    case 'MIX': s.mix.revise(); return;
    case 'RESERVE': reserve(s, fact); return;
    case 'UNRESERVE': for (const r of s.reservations.get(fact.reservationId) ?? []) unreserveOne(s, r); return;
    case 'HOLD': occupyBy(s, fact); return;
    case 'CLAIM': occupyBy(s, fact); s.mix.observe(kindOf(s, fact), 1); return;
    case 'UNHOLD': neverWas(s, fact.instanceId); return;
    case 'RELEASE': ends(s, fact); return;
    default: unreachable(fact);
  }
};

const site = (s: CapacityState, fact: SiteFact): void => {
  const before = s.siteFacts.get(fact.datacenterId);
  s.datacenters.intern(fact.datacenterId);
  s.siteFacts.set(fact.datacenterId, fact);
  s.rules++;
  // What each feed has to carry decides the racks' own limits.
  if ((before?.feedLossTolerated ?? true) !== fact.feedLossTolerated) forget(s);
  else if (before?.pueMilli !== fact.pueMilli || before.name !== fact.name) s.power.spoil();
};

const rack = (s: CapacityState, fact: RackFact): void => {
  const row = rackRow(s, fact.rackId);
  s.datacenters.intern(fact.datacenterId);
  const members = s.rackMachines[row] ?? [];
  const before = s.rackFacts[row];
  for (const m of members) count(s, m, -1);
  s.rackFacts[row] = fact;
  s.rackMaxW.set(row, fact.maxPowerW);
  s.rackUsable.set(row, fact.usable ? 1 : 0);
  for (const m of members) count(s, m, 1);
  // Where a rack stands decides the order in which racks are looked at.
  if (before?.hallId !== fact.hallId || before.row !== fact.row || before.feedA !== fact.feedA || before.feedB !== fact.feedB || before.datacenterId !== fact.datacenterId) forget(s);
  else {
    if (before.maxPowerW !== fact.maxPowerW || before.coolingW !== fact.coolingW) s.power.spoil();
    touch(s, touchedRack(row));
  }
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
  s.shapeCodes.set(fact.shapeId, fact.shapeCode);
  s.machinePool.set(row, fact.poolId === null ? NONE : s.pools.intern(fact.poolId));
  s.machineCluster.set(row, fact.clusterId === null ? NONE : s.clusters.intern(fact.clusterId));
  s.machineGpus.set(row, fact.gpus);
  s.machineIdleW.set(row, fact.idleW);
  s.machineMaxW.set(row, fact.maxW);
  s.machineCpu.set(row, fact.cpuMilli);
  s.machineRam.set(row, fact.ramMiB);
  s.machineState.set(row, STATES[fact.state]);
  if (from !== to) move(s, row, from, to);
  enter(s, row);
  touch(s, row);
};

/** Which racks can serve which pool and shape, and what an instance draws at most, depends on these alone; a change of state only touches the rack. */
const changesStructure = (before: MachineFact | undefined, after: MachineFact): boolean =>
  before === undefined || before.rackId !== after.rackId || before.shapeId !== after.shapeId || before.poolId !== after.poolId || before.gpus !== after.gpus ||
  before.idleW !== after.idleW || before.maxW !== after.maxW || before.nvlinkDomain !== after.nvlinkDomain || before.cpuMilli !== after.cpuMilli || before.ramMiB !== after.ramMiB || before.sliceable !== after.sliceable ||
  (before.state === 'GONE') !== (after.state === 'GONE');

/** Takes a machine's share out of its rack and its tally; `enter` puts it back with whatever changed between. */
const leave = (s: CapacityState, row: number): void => {
  const at = s.machineRack.get(row);
  if (at === NONE) return;
  count(s, row, -1);
  s.rackUsedW.add(at, -drawW(s, row));
  s.power.draw(at, -drawW(s, row));
};
const enter = (s: CapacityState, row: number): void => {
  const at = s.machineRack.get(row);
  if (at === NONE) return;
  count(s, row, 1);
  s.rackUsedW.add(at, drawW(s, row));
  s.power.draw(at, drawW(s, row));
};

const move = (s: CapacityState, row: number, from: number, to: number): void => {
  if (from !== NONE) s.rackMachines[from] = (s.rackMachines[from] ?? []).filter(m => m !== row);
  const members = s.rackMachines[to] ?? [];
  const id = s.machines.key(row);
  const before = members.findIndex(m => s.machines.key(m) > id);
  members.splice(before === -1 ? members.length : before, 0, row);
  s.rackMachines[to] = members;
  s.power.spoil();
};

const pool = (s: CapacityState, fact: PoolFact): void => {
  const row = s.pools.intern(fact.poolId);
  s.clusters.intern(fact.clusterId);
  s.datacenters.intern(fact.datacenterId);
  s.shapes.intern(fact.shapeId);
  s.poolFacts[row] = fact;
  s.rules++;
};

const claimOf = (s: CapacityState, fact: ClaimFact | HoldFact): Claim => ({
  tenantId: fact.tenantId, projectId: fact.projectId, machine: s.machines.intern(fact.machineId),
  shapeCode: s.machineFacts[s.machines.find(fact.machineId) ?? NONE]?.shapeCode ?? '', gpus: fact.gpus, watts: fact.watts, milliGpu: fact.milliGpu ?? 0,
  slot: fact.slot ?? NONE, cpuMilli: fact.cpuMilli, ramMiB: fact.ramMiB, at: fact.at, leaseEnd: fact.leaseEnd, reservationId: fact.reservationId,
  interruptible: fact.kind === 'CLAIM' && fact.interruptible, decisionId: fact.kind === 'CLAIM' ? fact.decisionId : undefined,
  hold: fact.kind === 'HOLD' ? { planId: fact.planId, expiresAt: fact.expiresAt } : undefined,
});

const occupyBy = (s: CapacityState, fact: ClaimFact | HoldFact): void => {
  neverWas(s, fact.instanceId);
  const c = claimOf(s, fact);
  s.claims.set(fact.instanceId, c);
  occupy(s, c, 1);
  s.quota.budgets.promise(c, 1);
};

/** A hold that became a claim or expired, a claim that was not written: budgets have all of it back. */
const neverWas = (s: CapacityState, instanceId: InstanceId): void => {
  const c = giveBack(s, instanceId);
  if (c !== undefined) s.quota.budgets.promise(c, -1);
};
/** A claim that ran: what it did not last comes back. */
const ends = (s: CapacityState, fact: Extract<LedgerFact, { kind: 'RELEASE' }>): void => {
  const c = giveBack(s, fact.instanceId);
  if (c !== undefined && fact.at !== undefined) s.quota.budgets.end(c, fact.at, 1);
};
const comesBack = (s: CapacityState, fact: Extract<LedgerFact, { kind: 'RELEASE' | 'UNHOLD' }>, was: ClaimFact | HoldFact): void => {
  if (fact.kind === 'UNHOLD') {
    occupyBy(s, was);
    return;
  }
  const c = claimOf(s, was);
  s.claims.set(was.instanceId, c);
  occupy(s, c, 1);
  if (fact.at !== undefined) s.quota.budgets.end(c, fact.at, -1);
};

/** A claim as the ledger said it: what unfolding its release needs. The shapes that would have done as well are not kept; they only counted for the mix. */
export const claimFactOf = (s: CapacityState, instanceId: InstanceId, c: Claim): ClaimFact | undefined =>
  c.decisionId === undefined ? undefined : {
    kind: 'CLAIM', instanceId, tenantId: c.tenantId, projectId: c.projectId, decisionId: c.decisionId, leaseEnd: c.leaseEnd, interruptible: c.interruptible,
    ...(c.reservationId === undefined ? {} : { reservationId: c.reservationId }), ...(c.at === undefined ? {} : { at: c.at }), machineId: s.machines.key(c.machine), gpus: c.gpus, watts: c.watts,
    ...(c.milliGpu > 0 ? { milliGpu: c.milliGpu, slot: c.slot } : {}), cpuMilli: c.cpuMilli, ramMiB: c.ramMiB,
  };

const giveBack = (s: CapacityState, instanceId: InstanceId): Claim | undefined => {
  const held = s.claims.get(instanceId);
  if (held === undefined) return undefined;
  s.claims.delete(instanceId);
  occupy(s, held, -1);
  return held;
};

/** Counts what a claim takes, or gives it back. */
export const occupy = (s: CapacityState, c: Claim, by: 1 | -1): void => {
  const row = c.machine;
  const at = s.machineRack.get(row);
  if (at !== NONE) count(s, row, -1);
  s.machineUsedGpus.add(row, by * (c.milliGpu > 0 ? openedBy(s, c, by) : c.gpus));
  s.machineClaimW.add(row, by * c.watts);
  s.machineUsedCpu.add(row, by * c.cpuMilli);
  s.machineUsedRam.add(row, by * c.ramMiB);
  // Most tenants of a region without quotas are in no tree: what a claim counts for is worked out for those that are.
  if (s.quota.nodeOf(c.tenantId, c.projectId) !== undefined) s.quota.count(chargeOf(c), by);
  if (at === NONE) return;
  count(s, row, 1);
  s.rackUsedW.add(at, by * c.watts);
  s.power.draw(at, by * c.watts, spanOf(s, c));
  touch(s, row);
};

/** Over which time the claim draws; of one drawn from a reservation, what that keeps is not counted twice. */
export const spanOf = (s: CapacityState, c: Claim): Span => {
  const kept = c.reservationId === undefined ? undefined : s.reserved.get(c.machine)?.find(r => r.reservationId === c.reservationId);
  return { leaseEnd: c.leaseEnd, within: kept };
};

/** Takes a slice from its GPU or gives it back; 1 when the GPU was opened by it, or is whole again. */
const openedBy = (s: CapacityState, c: Claim, by: 1 | -1): 0 | 1 => {
  const slots = s.slices.get(c.machine) ?? new Map<number, number>();
  s.slices.set(c.machine, slots);
  const before = slots.get(c.slot) ?? 1000;
  const after = before - by * c.milliGpu;
  if (after >= 1000) slots.delete(c.slot);
  else slots.set(c.slot, after);
  if (slots.size === 0) s.slices.delete(c.machine);
  return (by === 1 && before === 1000) || (by === -1 && after >= 1000) ? 1 : 0;
};

const chargeOf = (c: Claim): Charged => ({
  tenantId: c.tenantId, projectId: c.projectId, lease: c,
  demand: demandOf({ shapeCode: c.shapeCode, gpus: c.gpus, watts: c.watts, ...(c.milliGpu > 0 ? { milliGpu: c.milliGpu } : {}) }),
});
const charges = function* (s: CapacityState): Iterable<Charged> {
  for (const c of s.claims.values()) yield chargeOf(c);
};

/** The kind of work that a claim is, among all that the region has seen: with the shapes that would have done, not only the one it got. */
const kindOf = (s: CapacityState, f: ClaimFact): number => {
  const shape = s.machineShape.get(s.machines.find(f.machineId) ?? NONE);
  const shapes = [shape];
  for (const id of f.orShapeIds ?? []) {
    const other = s.shapes.intern(id);
    if (!shapes.includes(other)) shapes.push(other);
  }
  return s.mix.kindOf({ cpuMilli: f.cpuMilli, ramMiB: f.ramMiB, gpus: f.gpus, milliGpu: f.milliGpu ?? 0, shapes });
};

const reserve = (s: CapacityState, fact: ReserveFact): void => {
  const row = s.machines.intern(fact.machineId);
  s.reservations.set(fact.reservationId, [...(s.reservations.get(fact.reservationId) ?? []), fact]);
  s.reserved.set(row, [...(s.reserved.get(row) ?? []), fact]);
  dateChanged(s, row);
};
const unreserveOne = (s: CapacityState, fact: ReserveFact): void => {
  const row = s.machines.intern(fact.machineId);
  const without = (list: readonly ReserveFact[] | undefined): readonly ReserveFact[] => (list ?? []).filter(r => r.reservationId !== fact.reservationId || r.machineId !== fact.machineId);
  const left = without(s.reservations.get(fact.reservationId));
  if (left.length === 0) s.reservations.delete(fact.reservationId);
  else s.reservations.set(fact.reservationId, left);
  const on = without(s.reserved.get(row));
  if (on.length === 0) s.reserved.delete(row);
  else s.reserved.set(row, on);
  dateChanged(s, row);
};
const dateChanged = (s: CapacityState, machineRow: number): void => {
  s.power.spoil();
  if (s.machineRack.get(machineRow) !== NONE) touch(s, touchedRack(s.machineRack.get(machineRow)));
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
  s.power.spoil();
};

const MAX_TOUCHED = 1 << 16;
const touch = (s: CapacityState, what: Touched): void => {
  if (s.touched.length >= MAX_TOUCHED) s.touchedFrom += s.touched.splice(0, MAX_TOUCHED / 2).length;
  s.touched.push(what);
};

/** Looks at the state as it would be without some claims, and puts them back. The ledger knows nothing of it. */
export const without = <T>(s: CapacityState, ids: readonly InstanceId[], look: () => T): T => {
  const aside = ids.flatMap(id => {
    const c = s.claims.get(id);
    return c === undefined ? [] : [{ id, c }];
  });
  for (const { id, c } of aside) {
    s.claims.delete(id);
    occupy(s, c, -1);
  }
  try {
    return look();
  } finally {
    for (const { id, c } of aside) {
      s.claims.set(id, c);
      occupy(s, c, 1);
    }
  }
};
