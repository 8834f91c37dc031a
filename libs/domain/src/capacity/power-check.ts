import type { PlacementReason, Refusal } from './model.ts';
import type { Interval } from './need.ts';
import type { Headroom } from './power.ts';
import type { Scope } from './scope.ts';
import type { Zone } from './serving.ts';
import type { CapacityState } from './state.ts';

/** Of `refuse.ts`: claims that are asked, that fit if power were no matter, by the racks' own power, and by all power. */
interface Short {
  readonly asked: number;
  readonly healthy: number;
  readonly own: number;
  readonly fit: number;
}

/**
 * The racks' own limits, and everything that they share: what is short of watts, one refusal a reason, what blocks the order first: the racks' own when they
 * alone take less than is asked, else of what is shared the limit that comes closest to enough.
 */
export const powerRefusals = (s: CapacityState, scope: Scope, taken: ReadonlyMap<number, number>, f: Short): Refusal[] => {
  const own = ownRefusal(s, scope, f);
  // What all that is asked for gets past stands in nobody's way; and there are thousands of zones to ask.
  const shared = f.fit >= Math.min(f.own, f.asked) ? [] : sharedRefusals(s, scope, taken);
  const list = own === undefined ? shared : f.own < f.asked ? [own, ...shared] : [...shared, own];
  return firstOfEach(list);
};

export const POWER_REASONS: ReadonlySet<PlacementReason> = new Set(['POWER_PHASE', 'POWER_NODE', 'POWER_FEED_N_MINUS_1', 'RACK_POWER', 'COOLING']);
/** Of each reason the first. */
export const firstOfEach = (list: readonly Refusal[]): Refusal[] => list.filter((x, n) => list.findIndex(y => y.reason === x.reason) === n);

/** A rack has a limit of its own by what its inlet carries, by what takes its heat away, and by the feeds that serve it alone. */
const ownRefusal = (s: CapacityState, { candidates: c }: Scope, f: Short): Refusal | undefined => {
  const near = c.nearlyEnough();
  if (near === undefined) return undefined;
  const { reason, params } = rackShort(s, near.rack, c.when, near.room.nextW, near.room.leftW);
  return { reason, candidates: c.slots - c.total, params: { ...params, racks: c.blockedRacks, freeMachines: f.healthy, blockedMachines: c.slots - c.total } };
};

/** What bounds a rack that has `leftW` for a claim of `askedW`. */
export const rackShort = (s: CapacityState, rack: number, { at, end }: Interval, askedW: number, leftW: number): Pick<Refusal, 'reason' | 'params'> => {
  const fact = s.rackFacts[rack];
  const [link] = s.power.chainOf(rack);
  const limitW = link === undefined ? 0 : s.power.room(link.limit, at, end).limitW;
  const bound = s.power.ownBound(rack);
  const numbers = { askedW, freeW: Math.max(0, leftW), limitW };
  if (bound === undefined) return { reason: fact === undefined || fact.maxPowerW <= fact.coolingW ? 'RACK_POWER' : 'COOLING', params: { what: 'RACK', name: fact?.name ?? '', ...numbers } };
  const bothUp = bound.normalW - bound.alwaysW + leftW;
  return { reason: bothUp >= askedW ? 'POWER_FEED_N_MINUS_1' : 'POWER_NODE', params: { what: 'FEED', name: bound.name, ...numbers } };
};

/** Claims of one size that one shared limit stops. */
export interface Blocked {
  readonly rack: number;
  readonly askedW: number;
  readonly freeW: number;
  /** Half watts of the limit that the same order has already been given. */
  readonly taken: number;
  claims: number;
}

const sharedRefusals = (s: CapacityState, scope: Scope, taken: ReadonlyMap<number, number>): Refusal[] => {
  const { candidates: c } = scope;
  // Where the machines of a rack draw differently, a dear one may be what is left over.
  const rooms = new Map<Zone, Headroom>();
  const roomOf = (zone: Zone): Headroom => {
    const known = rooms.get(zone) ?? s.power.shared(zone.rack, c.when.at, c.when.end, taken);
    rooms.set(zone, known);
    return known;
  };
  const cheap = blockedBy(scope, taken, roomOf, p => c.costW(p));
  const short = cheap.size > 0 ? cheap : blockedBy(scope, taken, roomOf, () => c.mostW);
  const by = new Map<PlacementReason, Refusal>();
  for (const [limit, x] of [...short].sort(([a, x], [b, y]) => x.askedW - x.freeW - (y.askedW - y.freeW) || (s.power.limit(a).id < s.power.limit(b).id ? -1 : 1))) {
    const refusal = sharedRefusal(s, c.when, limit, x);
    if (!by.has(refusal.reason)) by.set(refusal.reason, refusal);
  }
  return [...by.values()];
};

/** By the limit that has the least left: racks of one zone share it. */
const blockedBy = ({ candidates: c }: Scope, taken: ReadonlyMap<number, number>, roomOf: (zone: Zone) => Headroom, costW: (p: number) => number): ReadonlyMap<number, Blocked> => {
  const short = new Map<number, Blocked>();
  for (const zone of c.zones) {
    for (let p = zone.from; p < zone.to; p++) {
      const fit = c.fits.of(p);
      if (fit === 0) continue;
      const { watts, limit } = roomOf(zone);
      if (watts >= c.mostW) break;
      if (watts >= costW(p)) continue;
      const known = short.get(limit);
      if (known === undefined) short.set(limit, { rack: c.rack(p), askedW: costW(p), freeW: Math.max(0, watts), taken: taken.get(limit) ?? 0, claims: fit });
      else known.claims += fit;
    }
  }
  return short;
};

/** What a shared limit says. */
export const sharedRefusal = (s: CapacityState, { at, end }: Interval, row: number, x: Blocked): Refusal => {
  const limit = s.power.limit(row);
  const { limitW, when } = s.power.room(row, at, end);
  const reason = ((): PlacementReason => {
    switch (limit.kind) {
      case 'SITE': return 'POWER_PHASE';
      case 'HALL': return 'COOLING';
      case 'FEED': return s.power.freeWithBothFeeds(x.rack, row, at, end, x.taken) >= x.askedW ? 'POWER_FEED_N_MINUS_1' : 'POWER_NODE';
      default: return 'POWER_NODE';
    }
  })();
  return {
    reason, candidates: x.claims,
    params: {
      what: limit.kind, name: limit.name, askedW: x.askedW, freeW: x.freeW, limitW, blockedMachines: x.claims, at: when,
      ...(limit.kind === 'SITE' ? { pueMilli: s.siteFacts.get(limit.datacenterId as never)?.pueMilli ?? 1000 } : {}),
    },
  };
};
