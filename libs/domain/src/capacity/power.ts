import type { Instant, PowerNodeId } from '../core/index.ts';
import { compare } from '../core/index.ts';
import type { HallFact, PhaseFact, PowerNodeFact, RackFact, ReserveFact, SiteFact } from './model.ts';

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
  /** Of which while both feeds are up. */
  usedNormal: number;
  /** Of a rack: the tightest of the nodes that carry it alone, where that is less than the rack itself takes. */
  readonly bound: OwnBound | undefined;
  /** Set when something dated touches it. */
  dated: Dated | undefined;
}

/** What will be different on known dates. */
interface Dated {
  /** Instants at which a reservation or a contract begins or ends, in order: between two of them nothing rises and no limit falls. */
  readonly points: readonly Instant[];
  /** Half watts that reservations keep from the point on, beyond what the claims drawn from them take; by position in `points`. */
  readonly reserved: number[];
  /** Half watts of claims whose lease ends by the point. */
  readonly ended: number[];
}

/** A node that carries one rack and nothing else is part of what that rack may take. */
export interface OwnBound {
  readonly name: string;
  /** Watts of the rack that it carries after the loss of the other side, and while both feeds are up. */
  readonly alwaysW: number;
  readonly normalW: number;
}

/** Until when a claim draws. Drawn from a reservation it takes the place of the watts that are kept there, over `within`. */
export interface Span {
  readonly leaseEnd: Instant;
  readonly within: { readonly from: Instant; readonly to: Instant } | undefined;
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
  readonly claims: Iterable<{ readonly rack: number; readonly watts: number; readonly span: Span }>;
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

  /** Adds `watts` of the rack to a sum of half watts by limit. */
  addTo(sum: Map<number, number>, rack: number, watts: number): void {
    for (const { limit, weight } of this.chainOf(rack)) sum.set(limit, (sum.get(limit) ?? 0) + watts * weight);
  }

  /** A rack's draw changed by `watts`. `span`: of the claim that came or went; absent for idle watts. */
  draw(rack: number, watts: number, span?: Span): void {
    if (this.#stale) return;
    for (const { limit, weight, normal } of this.chainOf(rack)) {
      const l = this.#limits[limit];
      if (l === undefined) continue;
      l.used += watts * weight;
      l.usedNormal += watts * normal;
      if (l.dated !== undefined && span !== undefined) book(l.dated, span, watts * weight);
    }
  }

  /** What is left and the limit of one row, in whole watts, at its worst instant of [at, end). */
  room(row: number, at: Instant, end: Instant): { readonly freeW: number; readonly limitW: number; readonly when: Instant } {
    const l = this.#limits[row];
    if (l === undefined) return { freeW: Infinity, limitW: Infinity, when: at };
    const { free, cap, when } = this.#worst(l, at, end);
    return { freeW: Math.floor(free / 2), limitW: Math.floor(cap / 2), when };
  }

  /**
   * In half watts. What should have ended by `at` and still runs draws power, unless `ended` takes it away; what ends later is believed.
   */
  #worst(l: Limit, at: Instant, end: Instant, ended = 0): { readonly free: number; readonly cap: number; readonly when: Instant } {
    const d = l.dated;
    if (d === undefined) return { free: l.cap - l.used + ended, cap: l.cap, when: at };
    const now = d.points.findLastIndex(p => p <= at);
    const cap = this.#capOf(l, at);
    let worst = { free: cap - l.used + ended - (d.reserved[now] ?? 0), cap, when: at };
    for (let n = now + 1; n < d.points.length; n++) {
      const p = d.points[n];
      if (p === undefined || p >= end) break;
      const capThen = this.#capOf(l, p);
      const free = capThen - l.used + (d.ended[n] ?? 0) - (d.reserved[n] ?? 0);
      if (free < worst.free) worst = { free, cap: capThen, when: p };
    }
    return worst;
  }

  /**
   * Watts that the rack may take of what it shares with others, and the tightest limit. `taken`: half watts by limit that the same decision has already
   * given away. `ended`: half watts by limit of what no longer runs at `at`, for a date to come.
   */
  shared(rack: number, at: Instant, end: Instant, taken?: ReadonlyMap<number, number>, ended?: ReadonlyMap<number, number>): Headroom {
    const chain = this.chainOf(rack);
    let watts = Infinity;
    let limit = -1;
    for (let n = 1; n < chain.length; n++) {
      const link = chain[n];
      const l = link === undefined ? undefined : this.#limits[link.limit];
      if (link === undefined || l === undefined) continue;
      const half = l.dated === undefined && ended === undefined ? l.cap - l.used : this.#worst(l, at, end, ended?.get(link.limit)).free;
      const free = Math.floor((half - (taken?.get(link.limit) ?? 0)) / link.weight);
      if (free < watts) {
        watts = free;
        limit = link.limit;
      }
    }
    return { watts, limit };
  }

  /** Watts that the rack could still take of the limit over [at, end) if both feeds were always up. `taken`: half watts, as in `shared`. */
  freeWithBothFeeds(rack: number, row: number, at: Instant, end: Instant, taken: number): number {
    const l = this.#limits[row];
    const link = this.chainOf(rack).find(x => x.limit === row);
    if (l === undefined || link === undefined) return Infinity;
    return Math.floor((this.#worst(l, at, end).free + l.used - l.usedNormal - (taken * link.normal) / link.weight) / link.normal);
  }

  /** The node that bounds the rack's own limit; undefined when the rack itself does. */
  ownBound(rack: number): OwnBound | undefined {
    return this.#limits[this.chainOf(rack)[0]?.limit ?? -1]?.bound;
  }

  /** Watts that the rack itself may take. */
  own(rack: number, at: Instant, end: Instant, ended?: ReadonlyMap<number, number>): number {
    const link = this.#chains[rack]?.[0];
    const l = link === undefined ? undefined : this.#limits[link.limit];
    if (link === undefined || l === undefined) return 0;
    if (l.dated === undefined && ended === undefined) return Math.floor((l.cap - l.used) / 2);
    return Math.floor(this.#worst(l, at, end, ended?.get(link.limit)).free / 2);
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
    const row = (kind: LimitKind, id: string, name: string, datacenterId: string, cap: number, bound?: OwnBound): number => {
      const key = `${kind} ${id}`;
      const known = rows.get(key);
      if (known !== undefined) return known;
      this.#limits.push({ kind, id, name, datacenterId, cap, used: 0, usedNormal: 0, bound, dated: undefined });
      rows.set(key, this.#limits.length - 1);
      return this.#limits.length - 1;
    };
    const users = usersOf(f);
    f.racks.forEach((r, n) => {
      if (r === undefined) return;
      const site = f.sites.get(r.datacenterId);
      const loads = loadsOf(r, f, site?.feedLossTolerated ?? true);
      // What feeds this rack alone is part of the rack's own limit: the racks of one busway then share one zone, however many feeds hang off it.
      const bound = boundOf([...loads].filter(([id]) => users.get(id) === 1), f);
      const itself = Math.min(r.maxPowerW, r.coolingW);
      const tight = bound !== undefined && bound.alwaysW < itself ? bound : undefined;
      const links: Link[] = [{ limit: row('RACK', r.rackId, r.name, r.datacenterId, 2 * (tight?.alwaysW ?? itself), tight), weight: 2, normal: 2 }];
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
      for (const { limit, weight, normal } of links) {
        const l = this.#limits[limit];
        if (l === undefined) continue;
        l.used += watts * weight;
        l.usedNormal += watts * normal;
      }
    });
    // The contract of a site is dated by nature.
    for (const l of this.#limits) if (l.kind === 'SITE') l.dated = { points: this.contractChanges(l.id, ''), reserved: [], ended: [] };
  }

  /** Lays the dated parts over the limits that they touch. */
  #date(f: PowerFacts): void {
    const by = new Map<number, { fact: ReserveFact; rack: number; weight: number }[]>();
    for (const r of f.reservations) {
      for (const { limit, weight } of this.chainOf(r.rack)) {
        const known = by.get(limit);
        if (known === undefined) by.set(limit, [{ ...r, weight }]);
        else known.push({ ...r, weight });
      }
    }
    for (const [row, reservations] of by) {
      const l = this.#limits[row];
      if (l === undefined) continue;
      const points = [...new Set([...(l.dated?.points ?? []), ...reservations.flatMap(r => [r.fact.from, r.fact.to])])].sort(compare);
      const reserved = points.map(p => reservations.reduce((sum, { fact, weight }) => (fact.from <= p && p < fact.to ? sum + weight * fact.watts : sum), 0));
      l.dated = { points, reserved, ended: [] };
    }
    this.#dated = [...new Set([...by.values()].flat().map(r => r.rack))];
    if (this.#limits.some(l => l.dated !== undefined && l.dated.points.length > 0)) {
      for (const c of f.claims) {
        for (const { limit, weight } of this.chainOf(c.rack)) {
          const d = this.#limits[limit]?.dated;
          if (d !== undefined) book(d, c.span, c.watts * weight);
        }
      }
    }
  }
}

const book = (d: Dated, { leaseEnd, within }: Span, half: number): void => {
  d.points.forEach((p, n) => {
    if (within !== undefined && within.from <= p && p < within.to) d.reserved[n] = (d.reserved[n] ?? 0) - half;
    else if (leaseEnd <= p) d.ended[n] = (d.ended[n] ?? 0) + half;
  });
};

/** The tightest of the nodes that carry one rack alone. */
const boundOf = (alone: readonly (readonly [string, { readonly weight: number; readonly normal: number }])[], f: PowerFacts): OwnBound | undefined =>
  alone.flatMap(([id, { weight, normal }]) => {
    const node = f.nodes.get(id);
    return node === undefined ? [] : [{ name: node.name, alwaysW: Math.floor((2 * node.usableW) / weight), normalW: Math.floor((2 * node.usableW) / normal) }];
  }).sort((a, b) => a.alwaysW - b.alwaysW || compare(a.name, b.name))[0];

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
