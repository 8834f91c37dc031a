import { TENANT_CLASSES } from '../organisation/model.ts';
import { MAX_INSTANCES_PER_ORDER } from '../instance/model.ts';
import { choose, most, roomiest } from './choose.ts';
import type { GroupVerdict, PlacementReason, PlacementRequest, Refusal, ReserveFact, Verdict } from './model.ts';
import { PLACEMENT_REASONS, TOPOLOGY_LEVELS } from './model.ts';
import { serves, takesOf, undated } from './need.ts';
import { POWER_REASONS, powerRefusals } from './power-check.ts';
import type { Group, Scope } from './scope.ts';
import { admits } from './scope.ts';
import type { CapacityState } from './state.ts';
import { ENERGISED, FAILED, HELD, effectiveState, freeGpus } from './state.ts';
import type { Tally } from './tally.ts';

type Refused = Extract<Verdict, { outcome: 'REFUSED' }>;

/** What stands in the way, nested: each number leaves out what the one before it counts. In claims of the size asked for. */
interface Funnel {
  readonly asked: number;
  /** If nothing ran anywhere. */
  readonly potential: number;
  /** Where law, class, place and staff let the order be. */
  readonly admitted: number;
  /** Free now, also on hold or failed. */
  readonly free: number;
  readonly notHeld: number;
  readonly healthy: number;
  /** Not promised to a reservation in the time asked for. */
  readonly open: number;
  /** By the racks' own power. */
  readonly own: number;
  /** By all power, cooling and the contract. */
  readonly fit: number;
}

/** The refusal with every reason that applies, headline first. `quota`: what the quota says, when it says no. */
export const refused = (s: CapacityState, r: PlacementRequest, scope: Scope, quota: (Refusal & { readonly wouldFit: number }) | undefined): Refused => {
  const top = most(s, scope.candidates, r.count);
  const f = funnelOf(s, scope, r, top.count);
  const found = [
    shapeRefusal(s, r, scope, f), ...placeRefusals(scope), holdRefusal(scope), ...(quota === undefined ? [] : [{ reason: quota.reason, candidates: quota.candidates, params: quota.params }]),
    ...powerRefusals(s, scope, top.taken, f), topologyRefusal(f, r, scope), healthRefusal(scope), reservedRefusal(f), capacityRefusal(f, scope),
  ].filter(x => x !== undefined);
  const headline = headlineOf(f, scope, quota, found);
  const reasons = [...found].sort((a, b) => rank(a.reason, headline) - rank(b.reason, headline));
  return {
    outcome: 'REFUSED', ledgerIndex: s.index, reasons, groups: groupVerdicts(s, scope), counterfactuals: [],
    wouldFit: Math.min(quota?.wouldFit ?? Infinity, f.fit >= r.count && quota === undefined ? gangOf(s, scope, r) : Math.min(f.fit, gangOf(s, scope, r, f.fit))),
    forEver: NEVER.has(headline) || f.potential < f.asked || (!renewable(scope) && (CLOSED.has(headline) || f.admitted < f.asked)),
  };
};
/** Nothing that is declared changes these by waiting; the second group only where no certification may come into force. */
const NEVER: ReadonlySet<PlacementReason> = new Set(['MISCONFIGURED', 'NO_MATCHING_SHAPE', 'EXCEEDS_MAX_QUOTA']);
const CLOSED: ReadonlySet<PlacementReason> = new Set(['LEGAL_SCOPE', 'TENANT_CLASS', 'VOLUME_ELSEWHERE', 'STAFFING']);
export const renewable = ({ groups }: Scope): boolean => groups.some(g => g.refusal?.reason === 'CERTIFICATION_EXPIRED');

const rank = (reason: PlacementReason, headline: PlacementReason): number => (reason === headline ? -1 : PLACEMENT_REASONS.indexOf(reason));

/** The most that the order's topology takes, below what was asked: halving, because what fits one level fits fewer there too. */
const gangOf = (s: CapacityState, scope: Scope, r: PlacementRequest, upTo = r.count - 1): number => {
  if (r.topology?.required !== true || r.topology.level === 'ANY' || r.topology.level === 'REGION') return upTo;
  const { topology } = r;
  const takes = (count: number): boolean => choose(s, scope.candidates, { count, topology }).picks.length === count;
  let [low, high] = [0, Math.min(upTo, r.count - 1, roomiest(scope.candidates, topology.level))];
  // Where nothing above the racks is short, the roomiest place takes what it has room for.
  if (high > 0 && takes(high)) return high;
  high = Math.max(0, high - 1);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (takes(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
};

/**
 * The check without which the order would have gone furthest: what for ever forbids comes before what is only busy, and what is busy
 * before what is free but blocked. So free GPUs on racks without power say RACK_POWER, and no free GPU says NO_CAPACITY.
 */
const headlineOf = (f: Funnel, scope: Scope, quota: Refusal | undefined, found: readonly Refusal[]): PlacementReason => {
  if (f.potential === 0) return 'NO_MATCHING_SHAPE';
  if (f.admitted === 0 || (f.admitted < f.asked && f.potential >= f.asked)) return furthest(scope);
  if (quota !== undefined) return quota.reason;
  if (f.free < f.asked) return 'NO_CAPACITY';
  if (f.notHeld < f.asked) return 'ON_HOLD';
  if (f.healthy < f.asked) return 'HEALTH';
  if (f.open < f.asked) return 'RESERVED_FOR_OTHERS';
  const power = found.find(x => POWER_REASONS.has(x.reason));
  return f.fit < f.asked && power !== undefined ? power.reason : 'TOPOLOGY_FRAGMENTED';
};

/** Of the groups that law, class, place or staff turned away, the check of the one that came furthest. */
export const furthest = ({ groups }: Scope): PlacementReason =>
  groups.map(g => g.refusal?.reason).filter(x => x !== undefined).reduce((a, b) => (PLACEMENT_REASONS.indexOf(b) > PLACEMENT_REASONS.indexOf(a) ? b : a), 'LEGAL_SCOPE');

const sum = (groups: readonly Group[], of: (g: Group) => number): number => groups.reduce((total, g) => total + of(g), 0);

const funnelOf = (s: CapacityState, scope: Scope, r: PlacementRequest, fit: number): Funnel => {
  const { groups, candidates } = scope;
  if (candidates.basis !== undefined) return drawnFunnel(s, scope, r, candidates.basis, fit);
  const { each, size } = unitOf(scope);
  const admitted = groups.filter(g => g.refusal === undefined);
  const running = admitted.filter(g => !g.paused);
  const slots = (list: readonly Group[], states: readonly number[]): number => each * sum(list, g => states.reduce((n, state) => n + counted(g.tally, state, size), 0));
  const healthy = candidates.slots + promised(s, scope);
  const notHeld = healthy + slots(running, [FAILED]);
  const paused = slots(admitted.filter(g => g.paused), [ENERGISED, HELD, FAILED]);
  const potential = (list: readonly Group[]): number => each * sum(list, g => (size === 0 ? g.tally.total : g.tally.potential(size)));
  return {
    asked: r.count, potential: potential(groups), admitted: potential(admitted), free: notHeld + slots(running, [HELD]) + paused,
    notHeld, healthy, open: candidates.slots, own: candidates.total, fit,
  };
};

/** Of an order that draws from a reservation: its machines and no others. */
const drawnFunnel = (s: CapacityState, scope: Scope, r: PlacementRequest, machines: readonly ReserveFact[], fit: number): Funnel => {
  const { groups, candidates: c } = scope;
  const { each, size } = unitOf(scope);
  const claims = (list: readonly Group[], states: readonly number[], gpus: (m: number) => number): number => {
    const pools = new Set(list.map(g => g.tally.pool));
    const rows = machines.map(x => s.machines.find(x.machineId)).filter(m => m !== undefined && serves(s, m, c.need) && pools.has(s.machinePool.get(m)) && states.includes(effectiveState(s, m)));
    return each * rows.reduce<number>((n, m) => n + (m === undefined ? 0 : size === 0 ? 1 : Math.floor(gpus(m) / size)), 0);
  };
  const admitted = groups.filter(g => g.refusal === undefined);
  const running = admitted.filter(g => !g.paused);
  const [all, free] = [(m: number) => s.machineGpus.get(m), (m: number) => freeGpus(s, m)];
  const notHeld = c.slots + claims(running, [FAILED], free);
  return {
    asked: r.count, potential: claims(groups, [ENERGISED, HELD, FAILED], all), admitted: claims(admitted, [ENERGISED, HELD, FAILED], all),
    free: notHeld + claims(running, [HELD], free) + claims(admitted.filter(g => g.paused), [ENERGISED, HELD, FAILED], free),
    notHeld, healthy: c.slots, open: c.slots, own: c.total, fit,
  };
};

/**
 * What is counted where no machine is looked at: an upper bound, which is what the funnel needs. Slices in GPUs that could be cut; work on CPUs alone in
 * machines, each as if it took a whole order.
 */
const unitOf = ({ need, size }: Scope): { readonly each: number; readonly size: number } =>
  need.milliGpu > 0 ? { each: Math.floor(1000 / need.milliGpu), size: 1 } : size === 0 ? { each: MAX_INSTANCES_PER_ORDER, size: 0 } : { each: 1, size };
const counted = (tally: Tally, state: number, size: number): number => (size === 0 ? tally.machines(state) : tally.slots(state, size));

/** Claims that would fit on machines promised to a reservation in the time asked for. */
const promised = (s: CapacityState, { candidates: { need, when }, groups }: Scope): number => {
  const usable = new Set(groups.filter(g => g.refusal === undefined && !g.paused).map(g => g.tally.pool));
  let n = 0;
  for (const m of s.reserved.keys()) if (usable.has(s.machinePool.get(m)) && serves(s, m, need) && effectiveState(s, m) === ENERGISED && !undated(s, m, need, when)) n += takesOf(s, m, need);
  return n;
};

/** No machine of the shape at the place asked for, or none that has so many GPUs. */
const shapeRefusal = (s: CapacityState, r: PlacementRequest, { groups, size, need }: Scope, f: Funnel): Refusal | undefined => {
  if (f.potential > 0) return undefined;
  const elsewhere = [...s.tallies.values()].reduce((n, t) => (need.shapes.has(t.shape) ? n + t.total : n), 0);
  return { reason: 'NO_MATCHING_SHAPE', candidates: 0, params: { shape: r.shapeCode, gpus: size, machines: 0, machinesElsewhere: elsewhere - sum(groups, g => g.tally.total) } };
};

/** Law, class, place and staff: once a reason, with the numbers of the first group that it turned away and how many machines it did in all. */
export const placeRefusals = ({ groups }: Scope): Refusal[] => {
  const by = new Map<PlacementReason, Refusal & { pools: number }>();
  for (const g of groups) {
    if (g.refusal === undefined) continue;
    const known = by.get(g.refusal.reason);
    by.set(g.refusal.reason, { ...(known ?? g.refusal), candidates: (known?.candidates ?? 0) + g.tally.total, pools: (known?.pools ?? 0) + 1 });
  }
  return [...by.values()].map(({ pools, ...x }) => {
    const params = { ...x.params, machines: x.candidates, pools };
    return { ...x, params: x.reason === 'TENANT_CLASS' ? { ...params, admitted: admittedBy(groups) } : params };
  });
};
const admittedBy = (groups: readonly Group[]): readonly string[] =>
  TENANT_CLASSES.filter(c => groups.some(g => g.refusal?.reason === 'TENANT_CLASS' && g.pool !== undefined && admits(g.pool, g.site, c)));

const holdRefusal = ({ groups }: Scope): Refusal | undefined => {
  const paused = groups.filter(g => g.refusal === undefined && g.paused);
  const inPaused = sum(paused, g => g.tally.total);
  const held = sum(groups.filter(g => g.refusal === undefined && !g.paused), g => g.tally.machines(HELD));
  if (inPaused + held === 0) return undefined;
  return {
    reason: 'ON_HOLD', candidates: inPaused + held,
    params: { heldMachines: held, pausedPools: paused.filter(g => g.pool !== undefined).length, machinesInPausedPools: inPaused },
  };
};

const topologyRefusal = (f: Funnel, r: PlacementRequest, { candidates: c }: Scope): Refusal | undefined => {
  if (f.fit < f.asked || r.topology?.required !== true) return undefined;
  const { level } = r.topology;
  return {
    reason: 'TOPOLOGY_FRAGMENTED', candidates: c.total,
    params: { level, asked: f.asked, fit: f.fit, roomiest: roomiest(c, level), wider: TOPOLOGY_LEVELS.slice(TOPOLOGY_LEVELS.indexOf(level) + 1) },
  };
};

const healthRefusal = ({ groups }: Scope): Refusal | undefined => {
  const failed = sum(groups.filter(g => g.refusal === undefined && !g.paused), g => g.tally.machines(FAILED));
  return failed === 0 ? undefined : { reason: 'HEALTH', candidates: failed, params: { failedMachines: failed } };
};

const reservedRefusal = (f: Funnel): Refusal | undefined => {
  const reserved = f.healthy - f.open;
  return reserved <= 0 || f.open >= f.asked ? undefined : { reason: 'RESERVED_FOR_OTHERS', candidates: reserved, params: { asked: f.asked, free: f.healthy, open: f.open, reserved } };
};

const capacityRefusal = (f: Funnel, { groups, size }: Scope): Refusal | undefined => {
  if (f.admitted === 0 || f.free >= f.asked) return undefined;
  const total = sum(groups.filter(g => g.refusal === undefined), g => g.tally.total);
  return {
    reason: 'NO_CAPACITY', candidates: Math.max(0, f.admitted - f.free),
    params: { asked: f.asked, free: f.free, total: f.admitted, machines: total, gpusAsked: f.asked * size, gpusFree: f.free * size },
  };
};

/** What was looked at, by pool and shape, with what turned it away. */
export const groupVerdicts = (s: CapacityState, scope: Scope): readonly GroupVerdict[] => {
  const { groups, size } = scope;
  const known = told.get(scope) ?? { versions: new Float64Array(groups.length).fill(-1), verdicts: [] };
  // A region has hundreds of groups, and a claim changes one of them: the others are told as they were. Who was given the list before keeps it as it was.
  let verdicts: GroupVerdict[] | undefined;
  for (let n = 0; n < groups.length; n++) {
    const g = groups[n];
    if (g === undefined || g.tally.version === known.versions[n]) continue;
    known.versions[n] = g.tally.version;
    verdicts ??= [...known.verdicts];
    verdicts[n] = groupVerdict(s, g, size);
  }
  if (verdicts === undefined) return known.verdicts;
  told.set(scope, { versions: known.versions, verdicts });
  return verdicts;
};
const told = new WeakMap<Scope, { readonly versions: Float64Array; readonly verdicts: readonly GroupVerdict[] }>();

const groupVerdict = (s: CapacityState, g: Group, size: number): GroupVerdict => ({
  datacenterId: g.pool?.datacenterId ?? null, poolId: g.pool?.poolId ?? null, shapeId: s.shapes.key(g.tally.shape), machines: g.tally.total,
  free: counted(g.tally, ENERGISED, size),
  reasons: [
    ...(g.refusal === undefined ? [] : [g.refusal]),
    ...(g.paused ? [{ reason: 'ON_HOLD' as const, candidates: g.tally.total, params: { heldMachines: 0, pausedPools: 1, machinesInPausedPools: g.tally.total } }] : []),
    ...(g.tally.machines(FAILED) === 0 ? [] : [{ reason: 'HEALTH' as const, candidates: g.tally.machines(FAILED), params: { failedMachines: g.tally.machines(FAILED) } }]),
  ],
});
