import type { PlacementReason, Refusal } from './model.ts';
import type { Scope } from './scope.ts';
import type { CapacityState } from './state.ts';

/** The racks' own limits, and everything that they share: what is short of watts, one refusal a reason, the limit that comes closest first. */
export const powerRefusals = (s: CapacityState, scope: Scope, taken: ReadonlyMap<number, number>, f: { readonly healthy: number; readonly own: number; readonly fit: number }): Refusal[] => {
  const own = ownRefusal(s, scope, f);
  const shared = f.fit >= f.own ? [] : sharedRefusals(s, scope, taken);
  return [...shared.filter(x => x.reason !== own?.reason), ...(own === undefined ? [] : [own])];
};

/** A rack has a limit of its own by what its inlet carries, by what takes its heat away, and by the feeds that serve it alone. */
const ownRefusal = (s: CapacityState, { candidates: c }: Scope, f: { readonly healthy: number; readonly own: number }): Refusal | undefined => {
  const near = c.nearlyEnough();
  if (near === undefined) return undefined;
  const fact = s.rackFacts[near.rack];
  const [link] = s.power.chainOf(near.rack);
  const limitW = link === undefined ? 0 : s.power.room(link.limit, c.when.at, c.when.end).limitW;
  const reason: PlacementReason = fact === undefined || limitW >= fact.maxPowerW ? 'RACK_POWER' : limitW >= fact.coolingW ? 'COOLING' : 'POWER_FEED_N_MINUS_1';
  return {
    reason, candidates: c.slots - c.total,
    params: {
      what: 'RACK', name: fact?.name ?? '', askedW: near.room.nextW, freeW: Math.max(0, near.room.leftW), limitW, racks: c.blockedRacks, freeMachines: f.healthy, blockedMachines: c.slots - c.total,
    },
  };
};

interface Short {
  readonly rack: number;
  readonly askedW: number;
  readonly freeW: number;
  claims: number;
}

const sharedRefusals = (s: CapacityState, { candidates: c }: Scope, taken: ReadonlyMap<number, number>): Refusal[] => {
  const short = new Map<number, Short>();
  for (let p = 0; p < c.racks; p++) {
    const fit = c.fits.of(p);
    if (fit === 0) continue;
    const { watts, limit } = s.power.shared(c.rack(p), c.when.at, c.when.end, taken);
    if (watts >= c.costW(p)) continue;
    const known = short.get(limit);
    if (known === undefined) short.set(limit, { rack: c.rack(p), askedW: c.costW(p), freeW: Math.max(0, watts), claims: fit });
    else known.claims += fit;
  }
  const by = new Map<PlacementReason, Refusal>();
  for (const [limit, x] of [...short].sort(([, a], [, b]) => a.askedW - a.freeW - (b.askedW - b.freeW))) {
    const refusal = sharedRefusal(s, c.when, limit, x);
    if (!by.has(refusal.reason)) by.set(refusal.reason, refusal);
  }
  return [...by.values()];
};

const sharedRefusal = (s: CapacityState, when: { readonly at: string; readonly end: string }, row: number, x: Short): Refusal => {
  const limit = s.power.limit(row);
  const { limitW, when: at } = s.power.room(row, when.at, when.end);
  const reason = ((): PlacementReason => {
    switch (limit.kind) {
      case 'SITE': return 'POWER_PHASE';
      case 'HALL': return 'COOLING';
      case 'FEED': return s.power.freeWithBothFeeds(row, rack => s.rackUsedW.get(rack)) >= x.askedW ? 'POWER_FEED_N_MINUS_1' : 'POWER_NODE';
      default: return 'POWER_NODE';
    }
  })();
  return {
    reason, candidates: x.claims,
    params: {
      what: limit.kind, name: limit.name, askedW: x.askedW, freeW: x.freeW, limitW, blockedMachines: x.claims, at,
      ...(limit.kind === 'SITE' ? { pueMilli: s.siteFacts.get(limit.datacenterId as never)?.pueMilli ?? 1000 } : {}),
    },
  };
};
