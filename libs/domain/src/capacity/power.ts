import type { Instant, PowerNodeId } from '../core/index.ts';
import type { HallFact, PhaseFact, PowerNodeFact, RackFact, ReserveFact, SiteFact } from './state.ts';

/** What ran out of watts. */
export type LimitKind = 'RACK' | 'FEED' | 'NODE' | 'HALL' | 'SITE';

/**
 * One thing that carries watts. Loads are counted in half watts: of a rack with two feeds each side carries half, and a half of an odd number of watts
 * is no integer.
 */
interface Limit {
  readonly kind: LimitKind;
  /** Id of the rack, node, hall or datacenter. */
  readonly id: string;
  readonly name: string;
  readonly datacenterId: string;
  /** Half watts; of a site the contract decides, see `capOf`. */
  readonly cap: number;
  used: number;
  /** Set when something dated touches it. */
  dated: Dated | undefined;
}

/** What will be different on known dates. */
interface Dated {
  /** Instants at which the load may rise or the limit fall, in order. */
  readonly points: readonly Instant[];
  readonly reservations: readonly { readonly fact: ReserveFact; readonly rack: number; readonly weight: number }[];
  /** Half watts of claims whose lease ends by the point, by position in `points`. */
  readonly ended: number[];
}

export interface Link {
  readonly limit: number;
  /** What the limit has to be able to carry of the rack's watts. 2: all of them; 1: half. */
  readonly weight: number;
  /** What it carries while both feeds are up. */
  readonly normal: number;
}

/** What the model is built from. */
export interface PowerFacts {
  readonly sites: ReadonlyMap<string, SiteFact>;
  readonly halls: ReadonlyMap<string, HallFact>;
  readonly nodes: ReadonlyMap<string, PowerNodeFact>;
  readonly phases: Iterable<PhaseFact>;
  /** By rack row; a row without a fact was never declared. */
  readonly racks: readonly (RackFact | undefined)[];
  readonly rackUsedW: (rack: number) => number;
  readonly reservations: Iterable<{ readonly fact: ReserveFact; readonly rack: number }>;
  readonly claims: Iterable<{ readonly rack: number; readonly watts: number; readonly leaseEnd: Instant }>;
  /** Watts that claims have already taken of a reserved machine. */
  readonly drawn: (fact: ReserveFact) => number;
}

export interface Headroom {
  /** Watts that a rack may still take, at the worst instant of the interval. May be negative. */
  readonly watts: number;
  readonly limit: number;
}

const ALL: readonly Link[] = [];

/**
 * Rack, feeds, every ancestor, hall cooling, site contract: what a watt passes on its way to a machine. Kept in step by addition while the structure
 * stays; built anew when a rack, a node, a hall, a site, a phase or a reservation changed, which is rare and costs one pass.
 */
export class Power {
  #limits: Limit[] = [];
  /** By rack row: the rack's own limit first, then what it shares with other racks. */
  #chains: (readonly Link[])[] = [];
  #zones: string[] = [];
  #phases = new Map<string, readonly PhaseFact[]>();
  #pue = new Map<string, number>();
  #drawn: PowerFacts['drawn'] = () => 0;
  #stale = true;
  #dated: number[] = [];
  /** Grows at each rebuild. */
  version = 0;

  get stale(): boolean {
    return this.#stale;
  }
  /** Something structural changed: whoever decides next rebuilds. */
  spoil(): void {
    this.#stale = true;
  }

  /** Racks whose own limit has dated parts: their room depends on the interval. */
  get datedRacks(): readonly number[] {
    return this.#dated;
  }

  chainOf(rack: number): readonly Link[] {
    return this.#chains[rack] ?? ALL;
  }
  /** Racks of one zone share everything above their own limit. Made of ids: equal whatever order the facts came in. */
  zoneOf(rack: number): string {
    return this.#zones[rack] ?? '';
  }
  limit(row: number): { readonly kind: LimitKind; readonly id: string; readonly name: string; readonly datacenterId: string } {
    const l = this.#limits[row];
    if (l === undefined) throw new Error(`no limit ${String(row)}`);
    return l;
  }

  /** A rack's draw changed by `watts`. `leaseEnd`: of the claim that came or went; absent for idle watts. */
  draw(rack: number, watts: number, leaseEnd?: Instant): void {
    if (this.#stale) return;
    for (const { limit, weight } of this.chainOf(rack)) {
      const l = this.#limits[limit];
      if (l === undefined) continue;
      l.used += watts * weight;
      if (l.dated !== undefined && leaseEnd !== undefined) l.dated.points.forEach((p, n) => { if (leaseEnd <= p && l.dated !== undefined) l.dated.ended[n] = (l.dated.ended[n] ?? 0) + watts * weight; });
    }
  }

  /** The greatest draw and the limit of one row, in whole watts, at its worst instant of [at, end). */
  room(row: number, at: Instant, end: Instant): { readonly freeW: number; readonly limitW: number; readonly when: Instant } {
    const l = this.#limits[row];
    if (l === undefined) return { freeW: Infinity, limitW: Infinity, when: at };
    let cap = this.#capOf(l, at);
    let free = cap - l.used - reservedAt(l, at, this.#drawn);
    let when = at;
    const d = l.dated;
    if (d !== undefined) {
      d.points.forEach((p, n) => {
        if (p <= at || p >= end) return;
        const capThen = this.#capOf(l, p);
        const freeThen = capThen - l.used + (d.ended[n] ?? 0) - reservedAt(l, p, this.#drawn);
        if (freeThen < free) [free, cap, when] = [freeThen, capThen, p];
      });
    }
    return { freeW: Math.floor(free / 2), limitW: Math.floor(cap / 2), when };
  }

  /**
   * Watts that the rack may take of what it shares with others, and the tightest limit. `taken`: half watts by limit that the same decision has already
   * given away.
   */
  shared(rack: number, at: Instant, end: Instant, taken?: ReadonlyMap<number, number>): Headroom {
    const chain = this.chainOf(rack);
    let watts = Infinity;
    let limit = -1;
    for (let n = 1; n < chain.length; n++) {
      const link = chain[n];
      const l = link === undefined ? undefined : this.#limits[link.limit];
      if (link === undefined || l === undefined) continue;
      const half = l.dated === undefined ? l.cap - l.used : this.room(link.limit, at, end).freeW * 2;
      const free = Math.floor((half - (taken?.get(link.limit) ?? 0)) / link.weight);
      if (free < watts) {
        watts = free;
        limit = link.limit;
      }
    }
    return { watts, limit };
  }

  /** Watts that the limit could still take if both feeds were always up. */
  freeWithBothFeeds(row: number, rackUsedW: (rack: number) => number): number {
    const l = this.#limits[row];
    if (l === undefined) return Infinity;
    let load = 0;
    this.#chains.forEach((chain, rack) => { for (const link of chain) if (link.limit === row) load += rackUsedW(rack) * link.normal; });
    return Math.floor((l.cap - load) / 2);
  }

  /** Watts that the rack itself may take. */
  own(rack: number, at: Instant, end: Instant): number {
    const [link] = this.chainOf(rack);
    const l = link === undefined ? undefined : this.#limits[link.limit];
    if (link === undefined || l === undefined) return 0;
    return l.dated === undefined ? Math.floor((l.cap - l.used) / 2) : this.room(link.limit, at, end).freeW;
  }

  /** Contracted facility watts in force, as IT watts, of a datacenter. */
  contractW(datacenterId: string, at: Instant): number {
    const facility = (this.#phases.get(datacenterId) ?? []).reduce((most, p) => (p.from <= at && (p.to === null || at < p.to) ? Math.max(most, p.contractedW) : most), 0);
    return Math.floor((facility * 1000) / (this.#pue.get(datacenterId) ?? 1000));
  }
  /** Instants after `at` at which an ENERGISED phase of the datacenter begins or ends. */
  contractChanges(datacenterId: string, at: Instant): readonly Instant[] {
    const all = (this.#phases.get(datacenterId) ?? []).flatMap(p => (p.to === null ? [p.from] : [p.from, p.to]));
    return [...new Set(all)].filter(x => x > at).sort(compare);
  }

  #capOf(l: Limit, at: Instant): number {
    return l.kind === 'SITE' ? 2 * this.contractW(l.id, at) : l.cap;
  }

  rebuild(f: PowerFacts): void {
    this.#stale = false;
    this.version++;
    this.#drawn = f.drawn;
    this.#limits = [];
    this.#chains = [];
    this.#zones = [];
    this.#phases = new Map();
    this.#pue = new Map([...f.sites].map(([id, s]) => [id, s.pueMilli]));
    for (const p of f.phases) if (p.energised && p.gone !== true) this.#phases.set(p.datacenterId, [...(this.#phases.get(p.datacenterId) ?? []), p]);
    this.#lay(f);
    this.#date(f);
  }

  #lay(f: PowerFacts): void {
    const rows = new Map<string, number>();
    const row = (kind: LimitKind, id: string, name: string, datacenterId: string, cap: number): number => {
      const key = `${kind} ${id}`;
      const known = rows.get(key);
      if (known !== undefined) return known;
      this.#limits.push({ kind, id, name, datacenterId, cap, used: 0, dated: undefined });
      rows.set(key, this.#limits.length - 1);
      return this.#limits.length - 1;
    };
    const users = usersOf(f);
    f.racks.forEach((r, n) => {
      if (r === undefined) return;
      const site = f.sites.get(r.datacenterId);
      const loads = loadsOf(r, f, site?.feedLossTolerated ?? true);
      // What feeds this rack alone is part of the rack's own limit: the racks of one busway then share one zone, however many feeds hang off it.
      const alone = [...loads].filter(([id]) => users.get(id) === 1);
      const own = alone.reduce((least, [id, { weight }]) => Math.min(least, Math.floor((2 * (f.nodes.get(id)?.usableW ?? 0)) / weight)), Math.min(r.maxPowerW, r.coolingW));
      const links: Link[] = [{ limit: row('RACK', r.rackId, r.name, r.datacenterId, 2 * own), weight: 2, normal: 2 }];
      const shared = [...loads].filter(([id]) => users.get(id) !== 1).sort(([a], [b]) => compare(a, b));
      for (const [id, load] of shared) {
        const node = f.nodes.get(id);
        if (node !== undefined) links.push({ limit: row(node.side === 'NONE' ? 'NODE' : 'FEED', id, node.name, r.datacenterId, 2 * node.usableW), ...load });
      }
      const hall = f.halls.get(r.hallId);
      if (hall !== undefined) links.push({ limit: row('HALL', r.hallId, hall.name, r.datacenterId, 2 * hall.coolingW), weight: 2, normal: 2 });
      links.push({ limit: row('SITE', r.datacenterId, site?.name ?? r.datacenterId, r.datacenterId, 0), weight: 2, normal: 2 });
      this.#chains[n] = links;
      this.#zones[n] = [r.datacenterId, r.hallId, ...shared.map(([id]) => id)].join(' ');
      const watts = f.rackUsedW(n);
      for (const { limit, weight } of links) {
        const l = this.#limits[limit];
        if (l !== undefined) l.used += watts * weight;
      }
    });
    // The contract of a site is dated by nature; `room` reads it at each change.
    for (const l of this.#limits) if (l.kind === 'SITE') l.dated = { points: this.contractChanges(l.id, ''), reservations: [], ended: [] };
  }

  /** Lays the dated parts over the limits that they touch. */
  #date(f: PowerFacts): void {
    const by = new Map<number, { fact: ReserveFact; rack: number; weight: number }[]>();
    for (const r of f.reservations) for (const { limit, weight } of this.chainOf(r.rack)) by.set(limit, [...(by.get(limit) ?? []), { ...r, weight }]);
    for (const [row, reservations] of by) {
      const l = this.#limits[row];
      if (l === undefined) continue;
      const points = [...new Set([...(l.dated?.points ?? []), ...reservations.map(r => r.fact.from)])].sort(compare);
      l.dated = { points, reservations, ended: [] };
    }
    this.#dated = [...new Set([...by.values()].flat().map(r => r.rack))];
    if (this.#limits.some(l => l.dated !== undefined && l.dated.points.length > 0)) {
      for (const c of f.claims) {
        for (const { limit, weight } of this.chainOf(c.rack)) {
          const d = this.#limits[limit]?.dated;
          d?.points.forEach((p, n) => { if (c.leaseEnd <= p) d.ended[n] = (d.ended[n] ?? 0) + c.watts * weight; });
        }
      }
    }
  }
}

const reservedAt = (l: Limit, at: Instant, drawn: PowerFacts['drawn']): number => {
  let sum = 0;
  for (const { fact, weight } of l.dated?.reservations ?? []) if (fact.from <= at && at < fact.to) sum += weight * Math.max(0, fact.watts - drawn(fact));
  return sum;
};

/** The nodes that carry the rack, and how much of its watts they have to be able to carry. */
const loadsOf = (r: RackFact, f: PowerFacts, feedLossTolerated: boolean): Map<string, { readonly weight: number; readonly normal: number }> => {
  const feeds = [r.feedA, r.feedB].filter(x => x !== null);
  const loads = new Map<string, { readonly weight: number; readonly normal: number }>();
  for (const feed of feeds) {
    for (const id of ancestry(feed, f.nodes)) {
      // One feed carries all; of two each carries half, and all when the other side is lost. Above both feeds the halves meet again.
      const normal = feeds.length === 1 ? 2 : (loads.get(id)?.normal ?? 0) + 1;
      loads.set(id, { weight: feedLossTolerated ? 2 : normal, normal });
    }
  }
  return loads;
};

/** A node and what is above it, as far as declared. A cycle, which no door lets in, ends the walk. */
export const ancestry = (from: PowerNodeId, nodes: ReadonlyMap<string, PowerNodeFact>): readonly string[] => {
  const seen: string[] = [];
  for (let id: PowerNodeId | null = from; id !== null && !seen.includes(id);) {
    const node: PowerNodeFact | undefined = nodes.get(id);
    if (node === undefined || node.gone === true) break;
    seen.push(id);
    id = node.parentId;
  }
  return seen;
};

/** How many racks hang off each node. */
const usersOf = (f: PowerFacts): Map<string, number> => {
  const users = new Map<string, number>();
  for (const r of f.racks) {
    if (r === undefined) continue;
    const above = new Set([r.feedA, r.feedB].filter(x => x !== null).flatMap(feed => ancestry(feed, f.nodes)));
    for (const id of above) users.set(id, (users.get(id) ?? 0) + 1);
  }
  return users;
};

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
