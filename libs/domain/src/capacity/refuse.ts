import { TENANT_CLASSES } from '../organisation/model.ts';
import { choose, most } from './choose.ts';
import type { GroupVerdict, PlacementReason, PlacementRequest, Refusal, Verdict } from './model.ts';
import { PLACEMENT_REASONS, TOPOLOGY_LEVELS } from './model.ts';
import { powerRefusals } from './power-check.ts';
import type { Group, Scope } from './scope.ts';
import { admits } from './scope.ts';
import type { CapacityState } from './state.ts';
import { ENERGISED, FAILED, HELD } from './state.ts';

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
  const f = funnelOf(scope, r, top.count);
  const found = [
    shapeRefusal(s, r, scope), ...placeRefusals(scope), holdRefusal(scope), ...(quota === undefined ? [] : [{ reason: quota.reason, candidates: quota.candidates, params: quota.params }]),
    ...powerRefusals(s, scope, top.taken, f), topologyRefusal(f, r, scope), healthRefusal(scope), reservedRefusal(f), capacityRefusal(f, scope),
  ].filter(x => x !== undefined);
  const headline = headlineOf(f, scope, quota, found);
  const reasons = [...found].sort((a, b) => rank(a.reason, headline) - rank(b.reason, headline));
  return {
    outcome: 'REFUSED', ledgerIndex: s.index, reasons, groups: groupVerdicts(s, scope), counterfactuals: [],
    wouldFit: Math.min(quota?.wouldFit ?? Infinity, f.fit >= r.count && quota === undefined ? gangOf(s, scope, r) : Math.min(f.fit, gangOf(s, scope, r, f.fit))),
    forEver: FOR_EVER.has(headline) || (f.admitted < f.asked),
  };
};
/** Nothing that is declared changes these by waiting. */
const FOR_EVER: ReadonlySet<PlacementReason> = new Set(['MISCONFIGURED', 'NO_MATCHING_SHAPE', 'LEGAL_SCOPE', 'TENANT_CLASS', 'VOLUME_ELSEWHERE', 'STAFFING', 'EXCEEDS_MAX_QUOTA']);

const rank = (reason: PlacementReason, headline: PlacementReason): number => (reason === headline ? -1 : PLACEMENT_REASONS.indexOf(reason));

/** The most that the order's topology takes, below what was asked: halving, because what fits one level fits fewer there too. */
const gangOf = (s: CapacityState, scope: Scope, r: PlacementRequest, upTo = r.count - 1): number => {
  if (r.topology?.required !== true || r.topology.level === 'ANY' || r.topology.level === 'REGION') return upTo;
  let [low, high] = [0, Math.min(upTo, r.count - 1)];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (choose(s, scope.candidates, { count: middle, topology: r.topology }).picks.length === middle) low = middle;
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
  if (f.open < f.asked) return found.some(x => x.reason === 'RESERVED_FOR_OTHERS') ? 'RESERVED_FOR_OTHERS' : 'NO_CAPACITY';
  const power = found.find(x => POWER.has(x.reason) && (f.own >= f.asked ? x.reason !== 'RACK_POWER' : true));
  return f.fit < f.asked && power !== undefined ? power.reason : 'TOPOLOGY_FRAGMENTED';
};
const POWER: ReadonlySet<PlacementReason> = new Set(['POWER_PHASE', 'POWER_NODE', 'POWER_FEED_N_MINUS_1', 'RACK_POWER', 'COOLING']);

/** Of the groups that law, class, place or staff turned away, the check of the one that came furthest. */
const furthest = ({ groups }: Scope): PlacementReason =>
  groups.map(g => g.refusal?.reason).filter(x => x !== undefined).reduce((a, b) => (PLACEMENT_REASONS.indexOf(b) > PLACEMENT_REASONS.indexOf(a) ? b : a), 'LEGAL_SCOPE');

const sum = (groups: readonly Group[], of: (g: Group) => number): number => groups.reduce((total, g) => total + of(g), 0);

const funnelOf = (scope: Scope, r: PlacementRequest, fit: number): Funnel => {
  const { groups, candidates, need } = scope;
  // Slices, and work on CPUs alone: counted in GPUs that could be cut, or in machines. An upper bound, which is what the funnel needs.
  const each = need.milliGpu > 0 ? Math.floor(1000 / need.milliGpu) : 1;
  const size = Math.max(1, scope.size);
  const admitted = groups.filter(g => g.refusal === undefined);
  const running = admitted.filter(g => !g.paused);
  const slots = (list: readonly Group[], states: readonly number[]): number => each * sum(list, g => states.reduce((n, state) => n + g.tally.slots(state, size), 0));
  const healthy = Math.max(slots(running, [ENERGISED]), candidates.slots);
  const notHeld = healthy + slots(running, [FAILED]);
  return {
    asked: r.count,
    potential: each * sum(groups, g => g.tally.potential(size)),
    admitted: each * sum(admitted, g => g.tally.potential(size)),
    free: Math.max(slots(admitted, [ENERGISED, HELD, FAILED]), notHeld),
    notHeld, healthy, open: candidates.slots, own: candidates.total, fit,
  };
};

/** No machine of the shape at the place asked for, or none that has so many GPUs. */
const shapeRefusal = (s: CapacityState, r: PlacementRequest, { groups, size, need }: Scope): Refusal | undefined => {
  if (groups.some(g => g.tally.potential(Math.max(1, size)) > 0)) return undefined;
  const elsewhere = [...s.tallies.values()].reduce((n, t) => (need.shapes.has(t.shape) ? n + t.total : n), 0);
  return { reason: 'NO_MATCHING_SHAPE', candidates: 0, params: { shape: r.shapeCode, gpus: size, machines: 0, machinesElsewhere: elsewhere - sum(groups, g => g.tally.total) } };
};

/** Law, class, place and staff: once a reason, with the numbers of the first group that it turned away and how many machines it did in all. */
const placeRefusals = ({ groups }: Scope): Refusal[] => {
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
  const by = level === 'SAME_MACHINE' ? c.machines : level === 'NVLINK_DOMAIN' ? c.domains : level === 'RACK' ? c.fits : undefined;
  return {
    reason: 'TOPOLOGY_FRAGMENTED', candidates: c.total,
    params: { level, asked: f.asked, fit: f.fit, ...(by === undefined ? {} : { roomiest: Math.max(0, by.greatest()) }), wider: TOPOLOGY_LEVELS.slice(TOPOLOGY_LEVELS.indexOf(level) + 1) },
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
    reason: 'NO_CAPACITY', candidates: f.admitted - f.free,
    params: { asked: f.asked, free: f.free, total: f.admitted, machines: total, gpusAsked: f.asked * size, gpusFree: f.free * size },
  };
};

/** What was looked at, by pool and shape, with what turned it away. */
export const groupVerdicts = (s: CapacityState, { groups, size }: Scope): readonly GroupVerdict[] =>
  groups.map(g => ({
    datacenterId: g.pool?.datacenterId ?? null, poolId: g.pool?.poolId ?? null, shapeId: s.shapes.key(g.tally.shape), machines: g.tally.total,
    free: g.tally.slots(ENERGISED, Math.max(1, size)),
    reasons: [
      ...(g.refusal === undefined ? [] : [g.refusal]),
      ...(g.paused ? [{ reason: 'ON_HOLD' as const, candidates: g.tally.total, params: { heldMachines: 0, pausedPools: 1, machinesInPausedPools: g.tally.total } }] : []),
      ...(g.tally.machines(FAILED) === 0 ? [] : [{ reason: 'HEALTH' as const, candidates: g.tally.machines(FAILED), params: { failedMachines: g.tally.machines(FAILED) } }]),
    ],
  }));
