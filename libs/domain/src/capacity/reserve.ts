import type { DatacenterId, Instant, OrganisationId, ProjectId, ReservationId, ShapeId } from '../core/index.ts';
import { compare } from '../core/index.ts';
import type { TenantClass } from '../organisation/model.ts';
import type { LegalScope } from '../project/model.ts';
import { demandOf, fits, howMany, times } from '../quota/index.ts';
import { MAX_RESERVED_MACHINES } from '../reservation/model.ts';
import { spanOf } from './fold.ts';
import type { HoldFact, PlacementReason, Refusal, ReserveFact, Taking, Verdict } from './model.ts';
import { PLACEMENT_REASONS } from './model.ts';
import type { Interval, Need } from './need.ts';
import { serves } from './need.ts';
import type { Blocked } from './power-check.ts';
import { POWER_REASONS, firstOfEach, rackShort, sharedRefusal } from './power-check.ts';
import { furthest, groupVerdicts, placeRefusals, renewable } from './refuse.ts';
import type { Scope } from './scope.ts';
import { scopeOf } from './scope.ts';
import type { CapacityState, Claim } from './state.ts';
import { ENERGISED, FAILED, HELD, effectiveState } from './state.ts';

/** Whole machines for a project over [from, to), with their watts at full load. */
export interface ReservationAsked {
  readonly tenantId: OrganisationId;
  readonly tenantClass: TenantClass;
  readonly projectId: ProjectId;
  readonly shapeId: ShapeId;
  readonly shapeCode: string;
  /** 1 to MAX_RESERVED_MACHINES. */
  readonly machines: number;
  readonly datacenterId: DatacenterId | null;
  readonly legal: LegalScope;
  readonly from: Instant;
  readonly to: Instant;
  readonly now: Instant;
}
export type ReservationVerdict =
  /** What a RESERVE fact of each machine says; as many as asked. */
  | { readonly outcome: 'PLACED'; readonly ledgerIndex: number; readonly machines: readonly Taking[] }
  | Extract<Verdict, { outcome: 'REFUSED' }>;

/** What became of each machine of the shape; a machine stands in one list, by the first check that it fails. */
interface Sorted {
  readonly open: readonly number[];
  readonly held: number;
  readonly failed: number;
  /** Claimed or held by a plan beyond `from`. */
  readonly busy: number;
  /** Promised to another reservation at some instant. */
  readonly reserved: number;
}

/**
 * The verdict on a dated reservation: as many machines, or every reason. A machine serves when the law lets it over all of [from, to), it takes orders,
 * what runs on it ends by `from`, no other reservation overlaps, and all that carries it has the watts at every instant. Looks at every machine and
 * every claim once: a rare act, that may cost what a decision on an order may not.
 */
export const placeReservation = (s: CapacityState, r: ReservationAsked): ReservationVerdict => {
  const wrong = misconfigured(r);
  if (wrong !== undefined) return { outcome: 'REFUSED', ledgerIndex: s.index, reasons: [wrong], wouldFit: 0, groups: [], counterfactuals: [], forEver: true };
  const when = { at: r.from, end: r.to };
  const scope = scopeOf(s, { tenantClass: r.tenantClass, shapeId: r.shapeId, datacenterId: r.datacenterId, poolId: null, at: r.from, leaseEnd: r.to, legal: r.legal });
  // Whole machines, whatever their number of GPUs.
  const need: Need = { ...scope.need, gpus: 1 };
  const runs = runningAt(r);
  const sorted = sort(s, scope, need, when, runs);
  const ended = endedBy(s, r.from, runs);
  const filled = fill(s, sorted.open, r.machines, when, ended);
  const quota = quotaRefusal(s, r, sorted.open);
  if (quota === undefined && filled.machines.length === r.machines) return { outcome: 'PLACED', ledgerIndex: s.index, machines: filled.machines.map(m => taking(s, m)) };
  return refused(s, r, scope, sorted, filled, quota);
};

const misconfigured = (r: ReservationAsked): Refusal | undefined => {
  const no = (params: Refusal['params']): Refusal => ({ reason: 'MISCONFIGURED', candidates: 0, params });
  if (!Number.isInteger(r.machines) || r.machines < 1 || r.machines > MAX_RESERVED_MACHINES) return no({ field: 'machines', value: String(r.machines), minimum: 1, maximum: MAX_RESERVED_MACHINES });
  if (r.from < r.now) return no({ field: 'from', value: r.from, minimum: r.now });
  return r.to <= r.from ? no({ field: 'to', value: r.to, minimum: r.from }) : undefined;
};

/** What is there now runs now, whatever its lease says; that it will be gone on a later day is believed. */
const runningAt = ({ from, now }: ReservationAsked) => (c: Claim): boolean => from <= now || c.leaseEnd > from;

const fullW = (s: CapacityState, m: number): number => Math.max(0, s.machineMaxW.get(m) - s.machineIdleW.get(m));
const taking = (s: CapacityState, m: number): Taking => ({ machineId: s.machines.key(m), gpus: s.machineGpus.get(m), watts: fullW(s, m), cpuMilli: s.machineCpu.get(m), ramMiB: s.machineRam.get(m) });

const sort = (s: CapacityState, { groups }: Scope, need: Need, { at, end }: Interval, runs: (c: Claim) => boolean): Sorted => {
  const pools = new Set(groups.filter(g => g.refusal === undefined && !g.paused).map(g => g.tally.pool));
  const taken = new Set<number>();
  for (const c of s.claims.values()) if (runs(c)) taken.add(c.machine);
  const open: number[] = [];
  let [held, failed, busy, reserved] = [0, 0, 0, 0];
  for (let m = 0; m < s.machines.size; m++) {
    if (!pools.has(s.machinePool.get(m)) || !serves(s, m, need)) continue;
    const state = effectiveState(s, m);
    if (state === HELD) held++;
    else if (state === FAILED) failed++;
    else if (state !== ENERGISED) continue;
    else if (taken.has(m)) busy++;
    else if (s.reserved.get(m)?.some(x => x.from < end && at < x.to) === true) reserved++;
    else open.push(m);
  }
  return { open, held, failed, busy, reserved };
};

/** Half watts by limit of what no longer runs at the instant. What draws from a reservation that is in force then is part of what that keeps. */
const endedBy = (s: CapacityState, at: Instant, runs: (c: Claim) => boolean): ReadonlyMap<number, number> => {
  const ended = new Map<number, number>();
  for (const c of s.claims.values()) {
    const { within } = spanOf(s, c);
    if (runs(c) || (within !== undefined && within.from <= at && at < within.to)) continue;
    s.power.addTo(ended, s.machineRack.get(c.machine), c.watts);
  }
  return ended;
};

interface Filled {
  readonly machines: readonly number[];
  /** Machines that the racks' own limits stop, with the numbers of the first. */
  readonly own: Refusal | undefined;
  /** Machines that a shared limit stops, by limit. */
  readonly shared: ReadonlyMap<number, Blocked>;
}

/** The roomiest racks first, so that a reservation stands in few of them; in a rack in order of id. */
const fill = (s: CapacityState, open: readonly number[], count: number, when: Interval, ended: ReadonlyMap<number, number>): Filled => {
  const racks = [...Map.groupBy(open, m => s.machineRack.get(m))]
    .sort(([a, x], [b, y]) => y.length - x.length || compare(s.racks.key(a), s.racks.key(b)));
  const taken = new Map<number, number>();
  const machines: number[] = [];
  const shared = new Map<number, Blocked>();
  let own: Refusal | undefined;
  for (const [rack, list] of racks) {
    for (const m of list.toSorted((a, b) => fullW(s, a) - fullW(s, b) || compare(s.machines.key(a), s.machines.key(b)))) {
      if (machines.length === count) return { machines, own, shared };
      const watts = fullW(s, m);
      const chain = s.power.chainOf(rack);
      const ownW = s.power.own(rack, when.at, when.end, ended) - (taken.get(chain[0]?.limit ?? -1) ?? 0) / 2;
      const above = s.power.shared(rack, when.at, when.end, taken, ended);
      if (watts <= ownW && watts <= above.watts) {
        machines.push(m);
        s.power.addTo(taken, rack, watts);
      } else if (watts > ownW) own = { ...(own ?? { ...rackShort(s, rack, when, watts, ownW) }), candidates: (own?.candidates ?? 0) + 1 };
      else {
        const known = shared.get(above.limit);
        if (known === undefined) shared.set(above.limit, { rack, askedW: watts, freeW: Math.max(0, above.watts), taken: taken.get(above.limit) ?? 0, claims: 1 });
        else known.claims++;
      }
    }
  }
  return { machines, own, shared };
};

const quotaRefusal = (s: CapacityState, r: ReservationAsked, open: readonly number[]): (Refusal & { readonly wouldFit: number }) | undefined => {
  const node = s.quota.nodeOf(r.tenantId, r.projectId);
  const { usage } = s.quota;
  if (node === undefined || usage === undefined) return undefined;
  const [gpus, watts] = open.reduce(([g, w], m) => [Math.max(g, s.machineGpus.get(m)), Math.max(w, fullW(s, m))], [0, 0]);
  const each = demandOf({ shapeCode: r.shapeCode, gpus, watts });
  const fit = fits(usage, node, times(each, r.machines));
  if (fit.fits) return undefined;
  return { reason: fit.reason, candidates: r.machines, params: { ...fit.params, quota: node.quota.name }, wouldFit: Math.max(0, Math.min(r.machines - 1, howMany(usage, node, each))) };
};

/** The same order of checks as of an order, and the same rule for the headline: what the reservation would have come furthest without. */
const refused = (s: CapacityState, r: ReservationAsked, scope: Scope, x: Sorted, filled: Filled, quota: (Refusal & { readonly wouldFit: number }) | undefined): ReservationVerdict => {
  const { groups } = scope;
  const total = groups.reduce((n, g) => n + g.tally.total, 0);
  const admitted = groups.reduce((n, g) => n + (g.refusal === undefined ? g.tally.total : 0), 0);
  const paused = groups.filter(g => g.refusal === undefined && g.paused);
  const inPaused = paused.reduce((n, g) => n + g.tally.total, 0);
  const asked = r.machines;
  const found: Refusal[] = [
    ...(total === 0 ? [no('NO_MATCHING_SHAPE', 0, { shape: r.shapeCode, gpus: scope.size, machines: 0, machinesElsewhere: elsewhere(s, r) })] : []), ...placeRefusals(scope),
    ...(x.held + inPaused === 0 ? [] : [no('ON_HOLD', x.held + inPaused, { heldMachines: x.held, pausedPools: paused.filter(g => g.pool !== undefined).length, machinesInPausedPools: inPaused })]),
    ...(quota === undefined ? [] : [no(quota.reason, quota.candidates, quota.params)]), ...power(s, { at: r.from, end: r.to }, filled),
    ...(x.failed === 0 ? [] : [no('HEALTH', x.failed, { failedMachines: x.failed })]),
    ...(x.reserved === 0 ? [] : [no('RESERVED_FOR_OTHERS', x.reserved, { asked, free: x.open.length + x.reserved, open: x.open.length, reserved: x.reserved })]),
    ...(admitted === 0 || admitted - x.busy >= asked ? [] : [no('NO_CAPACITY', x.busy, { asked, free: admitted - x.busy, total: admitted, machines: admitted, gpusAsked: asked * scope.size, gpusFree: (admitted - x.busy) * scope.size })]),
  ];
  const headline = ((): PlacementReason | undefined => {
    if (total === 0) return 'NO_MATCHING_SHAPE';
    if (admitted === 0 || (admitted < asked && total >= asked)) return furthest(scope);
    if (quota !== undefined) return quota.reason;
    if (admitted - x.busy < asked) return 'NO_CAPACITY';
    if (admitted - x.busy - x.held - inPaused < asked) return 'ON_HOLD';
    if (x.open.length + x.reserved < asked) return 'HEALTH';
    return x.open.length < asked ? 'RESERVED_FOR_OTHERS' : undefined;
  })();
  const rank = (reason: PlacementReason): number => (reason === headline ? -1 : PLACEMENT_REASONS.indexOf(reason));
  const reasons = headline === undefined ? [...found.filter(y => POWER_REASONS.has(y.reason)), ...found.filter(y => !POWER_REASONS.has(y.reason))] : found.toSorted((a, b) => rank(a.reason) - rank(b.reason));
  const wouldFit = Math.min(filled.machines.length, quota?.wouldFit ?? Infinity);
  return {
    outcome: 'REFUSED', ledgerIndex: s.index, reasons, wouldFit, groups: groupVerdicts(s, scope), counterfactuals: wouldFit > 0 ? [{ change: 'FEWER', count: wouldFit }] : [],
    forEver: total < asked || quota?.reason === 'EXCEEDS_MAX_QUOTA' || (!renewable(scope) && admitted < asked),
  };
};
const no = (reason: PlacementReason, candidates: number, params: Refusal['params']): Refusal => ({ reason, candidates, params });

const elsewhere = (s: CapacityState, r: ReservationAsked): number => {
  const shape = s.shapes.find(r.shapeId);
  return [...s.tallies.values()].reduce((n, t) => (t.shape === shape ? n + t.total : n), 0);
};

const power = (s: CapacityState, when: Interval, { own, shared }: Filled): Refusal[] => {
  const list = [...shared].sort(([, a], [, b]) => a.askedW - a.freeW - (b.askedW - b.freeW)).map(([limit, x]) => sharedRefusal(s, when, limit, x));
  const all = own === undefined ? list : [...list, { ...own, params: { ...own.params, blockedMachines: own.candidates } }];
  return firstOfEach(all);
};

/** Plans' holds that are over at `now`, in order of plan and instance. */
export const dueHolds = (s: CapacityState, now: Instant): readonly Pick<HoldFact, 'planId' | 'instanceId' | 'machineId' | 'gpus' | 'watts' | 'milliGpu' | 'cpuMilli' | 'ramMiB'>[] =>
  [...s.claims].flatMap(([instanceId, c]) => (c.hold === undefined || c.hold.expiresAt > now ? [] : [{
    planId: c.hold.planId, instanceId, machineId: s.machines.key(c.machine), gpus: c.gpus, watts: c.watts, cpuMilli: c.cpuMilli, ramMiB: c.ramMiB, ...(c.milliGpu === 0 ? {} : { milliGpu: c.milliGpu }),
  }])).sort((a, b) => compare(a.planId, b.planId) || compare(a.instanceId, b.instanceId));

/** Reservations that are over at `now`, in order of id; each with all its machines. */
export const dueReservations = (s: CapacityState, now: Instant): readonly { readonly reservationId: ReservationId; readonly machines: readonly ReserveFact[] }[] =>
  [...s.reservations].filter(([, list]) => list.every(x => x.to <= now)).map(([reservationId, machines]) => ({ reservationId, machines })).sort((a, b) => compare(a.reservationId, b.reservationId));
