import type { InstanceId, MachineId, OrganisationId, Watts } from '../core/index.ts';
import { place } from './decide.ts';
import { without } from './fold.ts';
import type { PlacementReason, PlacementRequest, Verdict } from './model.ts';
import { scopeOf } from './scope.ts';
import type { CapacityState, Claim } from './state.ts';

/** An interruptible instance that gives way. */
export interface Yielder {
  readonly instanceId: InstanceId;
  readonly tenantId: OrganisationId;
  readonly machineId: MachineId;
  readonly gpus: number;
  readonly watts: Watts;
}

/** What interruptible work can give: GPUs and watts, and room beside each other. Law, quota and dates it cannot. */
const HELPS: ReadonlySet<PlacementReason> = new Set(['POWER_PHASE', 'POWER_NODE', 'POWER_FEED_N_MINUS_1', 'RACK_POWER', 'COOLING', 'TOPOLOGY_FRAGMENTED', 'NO_CAPACITY']);
/** Claims that are looked at, most recent first. */
const MOST = 4_096;

/**
 * The interruptible instances whose going lets a refused order be placed: as few of the most recent as reach, and of those none whose staying would not
 * hinder it. Undefined when the order is interruptible itself, was refused for something else, or not all of them together would do.
 */
export const yieldFor = (s: CapacityState, r: PlacementRequest, v: Verdict): readonly Yielder[] | undefined => {
  if (v.outcome === 'PLACED' || r.interruptible === true || !HELPS.has(v.reasons[0]?.reason ?? 'MISCONFIGURED')) return undefined;
  const list = recentFirst(s, r).slice(0, MOST);
  const enough = (gone: readonly Entry[]): boolean => without(s, gone.map(([id]) => id), () => place(s, r).outcome === 'PLACED');
  if (!enough(list)) return undefined;
  let [low, high] = [1, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (enough(list.slice(0, middle))) high = middle;
    else low = middle + 1;
  }
  return needed(list.slice(0, low), enough).map(([instanceId, c]) => ({ instanceId, tenantId: c.tenantId, machineId: s.machines.key(c.machine), gpus: c.gpus, watts: c.watts }));
};
type Entry = readonly [InstanceId, Claim];

/** Interruptible claims at sites that the order may use. Ids of decisions and instances begin with their time, so that they sort by it. */
const recentFirst = (s: CapacityState, r: PlacementRequest): Entry[] => {
  const sites = new Set(scopeOf(s, r).groups.filter(g => g.refusal === undefined).map(g => g.site?.datacenterId));
  return [...s.claims].filter(([, c]) => c.interruptible && sites.has(s.rackFacts[s.machineRack.get(c.machine)]?.datacenterId))
    .sort(([a, x], [b, y]) => compare(y.decisionId ?? '', x.decisionId ?? '') || compare(b, a));
};
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Those without which it would not be enough, the oldest spared first. Whole runs of them are spared at once where that is possible: most claims of a
 * region have nothing to do with an order.
 */
const needed = (list: readonly Entry[], enough: (gone: readonly Entry[]) => boolean): readonly Entry[] => {
  let kept = list;
  const spare = (from: readonly Entry[]): void => {
    const spared = new Set(from);
    const rest = kept.filter(x => !spared.has(x));
    if (enough(rest)) kept = rest;
    else if (from.length > 1) {
      const middle = from.length >> 1;
      spare(from.slice(middle));
      spare(from.slice(0, middle));
    }
  };
  if (list.length > 0) spare(list);
  return kept;
};
