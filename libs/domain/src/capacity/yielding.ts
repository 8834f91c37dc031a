import type { InstanceId, MachineId, OrganisationId } from '../core/index.ts';
import { place } from './decide.ts';
import { without } from './fold.ts';
import type { PlacementReason, PlacementRequest, Verdict } from './model.ts';
import { scopeOf } from './scope.ts';
import type { CapacityState } from './state.ts';

/** An instance that gives way. */
export interface Yielder {
  readonly instanceId: InstanceId;
  readonly tenantId: OrganisationId;
  readonly machineId: MachineId;
  /** It was on its way out before anybody asked: nothing is left to ask of it. */
  readonly leaves: boolean;
}

/** What interruptible work can give: GPUs and watts, and room beside each other. Law, quota and dates it cannot. */
const HELPS: ReadonlySet<PlacementReason> = new Set(['POWER_PHASE', 'POWER_NODE', 'POWER_FEED_N_MINUS_1', 'RACK_POWER', 'COOLING', 'TOPOLOGY_FRAGMENTED', 'NO_CAPACITY']);
/** Claims that are looked at, in the order in which they would give way. */
const MOST = 4_096;
const NOBODY: ReadonlySet<InstanceId> = new Set();

/** Whether instances that give way could make this order fit at all: what costs nothing to ask. */
export const mayYield = (r: PlacementRequest, v: Verdict): boolean => v.outcome === 'REFUSED' && r.interruptible !== true && HELPS.has(v.reasons[0]?.reason ?? 'MISCONFIGURED');

/**
 * Who gives way in a region, in which order: those on their way out, then the interruptible ones, most recent first. One pass over its claims: worth keeping for the
 * next order. Ids of decisions and instances begin with their time, so that they sort by it.
 */
export const yieldOrder = (s: CapacityState, leaving: ReadonlySet<InstanceId> = NOBODY): readonly InstanceId[] => {
  const soft: { readonly id: InstanceId; readonly decided: string }[] = [];
  for (const [id, c] of s.claims) if (c.interruptible && !leaving.has(id)) soft.push({ id, decided: c.decisionId ?? '' });
  return [...leaving, ...soft.sort((a, b) => compare(b.decided, a.decided) || compare(b.id, a.id)).map(x => x.id)];
};
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * The instances whose going lets a refused order be placed: as few of the first in `order` as reach, and of those none whose staying would not hinder it. Those on
 * their way out come first, so that nobody else is asked while they are enough. Undefined when the order is interruptible itself, was refused for something else,
 * or all of them together would not do.
 */
export const yieldFor = (s: CapacityState, r: PlacementRequest, v: Verdict, leaving: ReadonlySet<InstanceId> = NOBODY, order: readonly InstanceId[] = yieldOrder(s, leaving)): readonly Yielder[] | undefined => {
  if (!mayYield(r, v)) return undefined;
  const list = within(s, r, order);
  const enough = (gone: readonly InstanceId[]): boolean => without(s, gone, () => place(s, r).outcome === 'PLACED');
  const reach = fewest(list, enough);
  if (reach === undefined) return undefined;
  return needed(list.slice(0, reach), enough).flatMap(instanceId => {
    const c = s.claims.get(instanceId);
    return c === undefined ? [] : [{ instanceId, tenantId: c.tenantId, machineId: s.machines.key(c.machine), leaves: leaving.has(instanceId) }];
  });
};

/** Of them, those at sites that the order may use. */
const within = (s: CapacityState, r: PlacementRequest, order: readonly InstanceId[]): readonly InstanceId[] => {
  const sites = new Set(scopeOf(s, r).groups.filter(g => g.refusal === undefined).map(g => g.site?.datacenterId));
  const list: InstanceId[] = [];
  for (const id of order) {
    const c = s.claims.get(id);
    if (c !== undefined && sites.has(s.rackFacts[s.machineRack.get(c.machine)]?.datacenterId)) list.push(id);
    if (list.length === MOST) break;
  }
  return list;
};

/** How many of the first are enough. Doubled, then halved: what costs is how many are taken away to try, and mostly a few are enough. */
const fewest = (list: readonly InstanceId[], enough: (gone: readonly InstanceId[]) => boolean): number | undefined => {
  let low = 1;
  let high = 1;
  while (!enough(list.slice(0, high))) {
    if (high >= list.length) return undefined;
    low = high + 1;
    high = Math.min(2 * high, list.length);
  }
  while (low < high) {
    const middle = (low + high) >> 1;
    if (enough(list.slice(0, middle))) high = middle;
    else low = middle + 1;
  }
  return high;
};

/**
 * Those without which it would not be enough, the last spared first. Whole runs of them are spared at once where that is possible: most claims of a
 * region have nothing to do with an order.
 */
const needed = (list: readonly InstanceId[], enough: (gone: readonly InstanceId[]) => boolean): readonly InstanceId[] => {
  let kept = list;
  const spare = (from: readonly InstanceId[]): void => {
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
