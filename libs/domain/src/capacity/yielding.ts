import type { InstanceId, MachineId, OrganisationId } from '../core/index.ts';
import { compare } from '../core/index.ts';
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
 * The interruptible instances of a region, most recent first: ids of decisions and instances begin with their time, so that they sort by it. One pass over its claims:
 * worth keeping for the next order.
 */
export const interruptible = (s: CapacityState): readonly InstanceId[] => {
  const soft: { readonly id: InstanceId; readonly decided: string }[] = [];
  for (const [id, c] of s.claims) if (c.interruptible) soft.push({ id, decided: c.decisionId ?? '' });
  return soft.sort((a, b) => compare(b.decided, a.decided) || compare(b.id, a.id)).map(x => x.id);
};

/**
 * The instances whose going lets a refused order be placed: as few of the first as reach, and of those none whose staying would not hinder it. Those on their way out
 * (`leaving`) come first, so that nobody else is asked while they are enough; then `soft` in its order. Undefined when the order is interruptible itself, was refused
 * for something else, or all of them together would not do.
 */
export const yieldFor = (
  s: CapacityState, r: PlacementRequest, v: Verdict, leaving: ReadonlySet<InstanceId> = NOBODY, soft: readonly InstanceId[] = interruptible(s),
): readonly Yielder[] | undefined => {
  if (!mayYield(r, v)) return undefined;
  const fits = (): boolean => place(s, r).outcome === 'PLACED';
  const list = within(s, r, leaving, soft);
  const reach = fewest(list, gone => without(s, gone, fits));
  if (reach === undefined) return undefined;
  return needed(s, list.slice(0, reach), fits, false).flatMap(instanceId => {
    const c = s.claims.get(instanceId);
    return c === undefined ? [] : [{ instanceId, tenantId: c.tenantId, machineId: s.machines.key(c.machine), leaves: leaving.has(instanceId) }];
  });
};

/** Of them, those at sites that the order may use. */
const within = (s: CapacityState, r: PlacementRequest, leaving: ReadonlySet<InstanceId>, soft: readonly InstanceId[]): readonly InstanceId[] => {
  const sites = new Set(scopeOf(s, r).groups.filter(g => g.refusal === undefined).map(g => g.site?.datacenterId));
  const helps = (id: InstanceId): boolean => {
    const c = s.claims.get(id);
    return c !== undefined && sites.has(s.rackFacts[s.machineRack.get(c.machine)]?.datacenterId);
  };
  const list = [...leaving].filter(helps);
  for (const id of soft) {
    if (list.length >= MOST) break;
    if (!leaving.has(id) && helps(id)) list.push(id);
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
 * Those of a list that is enough without which it would not be, the first rather than the last: what the second half must give with all of the first half gone, then
 * what the first must give beside that (QuickXplain: Junker, AAAI 2004). Whole halves that have nothing to do with the order cost one question. `more`: somebody has
 * gone since it was last asked whether that is enough.
 */
const needed = (s: CapacityState, list: readonly InstanceId[], fits: () => boolean, more: boolean): readonly InstanceId[] => {
  if (more && fits()) return [];
  if (list.length <= 1) return list;
  const [first, second] = [list.slice(0, list.length >> 1), list.slice(list.length >> 1)];
  const ofSecond = without(s, first, () => needed(s, second, fits, true));
  const ofFirst = without(s, ofSecond, () => needed(s, first, fits, ofSecond.length > 0));
  return [...ofFirst, ...ofSecond];
};
