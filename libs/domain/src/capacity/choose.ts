import type { Candidates } from './candidates.ts';
import type { Filed } from './filed.ts';
import type { PlaceFits } from './places.ts';
import type { Open } from './rack-room.ts';
import { MIXED, fitOf } from './rack-room.ts';
import type { Topology, TopologyLevel } from './model.ts';
import { TOPOLOGY_LEVELS } from './model.ts';
import { slotsFor } from './score.ts';
import type { CapacityState } from './state.ts';

/** One instance on its machine. */
export interface Pick {
  readonly machine: number;
  readonly watts: number;
  /** Of the GPU that a slice is on; undefined for whole GPUs. */
  readonly slot: number | undefined;
  readonly fragmentation: number;
  readonly rackRoom: number;
}
export interface Chosen {
  readonly picks: readonly Pick[];
  readonly level: TopologyLevel;
}

/** What a decision has given away of what racks share, while it is being made. */
class Draft {
  #taken: Map<number, number> | undefined;
  /** Not in `#taken` yet: most decisions give once, at their end, and nobody asks again. */
  readonly #given: { readonly rack: number; readonly watts: number }[] = [];
  readonly #s: CapacityState;
  readonly #c: Candidates;

  constructor(s: CapacityState, c: Candidates) {
    this.#s = s;
    this.#c = c;
    // What a reservation keeps is the order's to take: given back to it before it begins.
    if (c.kept !== undefined) this.#taken = new Map([...c.kept].map(([limit, half]) => [limit, -half]));
  }

  /** Watts that the rack may still take of what is above its own limit. */
  sharedW(rack: number): number {
    const { when } = this.#c;
    return this.#s.power.shared(rack, when.at, when.end, this.#given.length === 0 ? this.#taken : this.taken).watts;
  }

  /** Half watts by limit. */
  get taken(): Map<number, number> {
    const taken = (this.#taken ??= new Map<number, number>());
    for (const { rack, watts } of this.#given) this.#s.power.addTo(taken, rack, watts);
    this.#given.length = 0;
    return taken;
  }

  give(rack: number, watts: number): void {
    this.#given.push({ rack, watts });
  }
}

/**
 * Machines for all instances of an order, at the level of topology it asks for, or at a wider one where it only wishes; fewer picks than asked when they do
 * not fit. Deterministic: a function of what is free, not of how it came to be.
 */
export const choose = (s: CapacityState, c: Candidates, r: Asked): Chosen => {
  const asked = r.topology ?? { level: 'ANY', required: false };
  const levels = asked.required ? [asked.level] : TOPOLOGY_LEVELS.slice(TOPOLOGY_LEVELS.indexOf(asked.level));
  for (const level of levels) {
    const picks = at(level, s, c, r.count);
    if (picks.length === r.count) return { picks, level };
  }
  return { picks: [], level: asked.level };
};
type Asked = { readonly count: number; readonly topology?: Topology };

/** As many as fit, up to `count`, without regard to topology; and half watts by limit that they take. */
export const most = (s: CapacityState, c: Candidates, count: number): { readonly count: number; readonly taken: ReadonlyMap<number, number> } => {
  const draft = new Draft(s, c);
  let found = 0;
  for (const p of everywhere(c, draft)) {
    if (found === count) break;
    const sharedW = draft.sharedW(c.rack(p));
    if (c.costW(p) > sharedW) continue;
    const left = Math.min(c.fits.of(p), count - found);
    const each = c.eachW(p);
    if (each === MIXED) {
      found += take(s, c, p, left, draft).length;
      continue;
    }
    // Which machines is all the same: nothing of them is looked at.
    const n = fitOf(left, sharedW, each);
    draft.give(c.rack(p), n * each);
    found += n;
  }
  return { count: found, taken: draft.taken };
};

const at = (level: TopologyLevel, s: CapacityState, c: Candidates, count: number): readonly Pick[] => {
  switch (level) {
    case 'SAME_MACHINE': return oneRack(s, c, c.machines, count, o => String(o.machine));
    case 'NVLINK_DOMAIN': return oneRack(s, c, c.domains, count, o => c.domainOf(o.machine));
    case 'RACK': return oneRack(s, c, c.fits, count, () => '');
    case 'ROW': return onePlace(s, c, count, c.rows);
    case 'DATACENTER': return onePlace(s, c, count, c.sites);
    default: return c.total < count ? [] : count === 1 ? single(s, c) : many(s, c, count);
  }
};

/** The best place for one. The root of the tree is right unless something above its rack is short of watts; then each zone's best is asked. */
const single = (s: CapacityState, c: Candidates): readonly Pick[] => {
  const draft = new Draft(s, c);
  const p = c.best.first();
  if (p === -1) return [];
  if (c.costW(p) <= draft.sharedW(c.rack(p))) {
    const got = take(s, c, p, 1, draft);
    if (got.length === 1) return got;
  }
  let best = -1;
  for (const zone of c.zones) {
    const q = c.best.firstIn(zone.from, zone.to);
    if (q !== -1 && (best === -1 || c.best.key(q) < c.best.key(best)) && c.costW(q) <= draft.sharedW(zone.rack)) best = q;
  }
  const got = best === -1 ? [] : take(s, c, best, 1, draft);
  return got.length === 1 ? got : fill(c, draft, s, everywhere(c, draft), 1);
};

/**
 * While no rack takes all that is left, the roomiest is filled; the rest goes to the rack that it fills best. Scattering over the scraps first would fill
 * more tightly, but a multi-machine order wants few racks. Where what is above the racks is short, whatever fits in stable order.
 */
const many = (s: CapacityState, c: Candidates, count: number): readonly Pick[] => {
  const draft = new Draft(s, c);
  const picks: Pick[] = [];
  let fit = c.fits.greatest();
  let p = fit > 0 ? c.fits.next(fit, 0) : -1;
  while (picks.length < count && p !== -1) {
    const left = count - picks.length;
    const tight = fit >= left ? c.fits.atLeast(left) : -1;
    const here = tight === -1 || tight === fit ? p : c.fits.next(tight, 0);
    const wanted = Math.min(left, fit);
    const got = take(s, c, here, wanted, draft);
    picks.push(...got);
    if (got.length < wanted) break;
    p = c.fits.next(fit, p + 1);
    while (p === -1 && fit > 1) {
      fit--;
      p = c.fits.next(fit, 0);
    }
  }
  if (picks.length === count) return picks;
  const anew = new Draft(s, c);
  return fill(c, anew, s, everywhere(c, anew), count);
};

/** One rack, and in it one group of machines, that takes all: the tightest that has the room. */
const oneRack = (s: CapacityState, c: Candidates, by: Filed, count: number, group: (o: Open) => string): readonly Pick[] => {
  const draft = new Draft(s, c);
  for (let value = by.atLeast(count); value !== -1; value = by.atLeast(value + 1)) {
    for (let p = by.next(value, 0); p !== -1; p = by.next(value, p + 1)) {
      if (c.costW(p) * count > draft.sharedW(c.rack(p))) continue;
      for (const list of groupsOf(c.open(p), group, count)) {
        const got = take(s, c, p, count, draft, list);
        if (got.length === count) return got;
      }
    }
  }
  return [];
};

/** Groups with room for all, tightest first. */
const groupsOf = (open: readonly Open[], group: (o: Open) => string, count: number): readonly (readonly Open[])[] => {
  const by = new Map<string, Open[]>();
  for (const o of open) by.set(group(o), [...(by.get(group(o)) ?? []), o]);
  const room = (list: readonly Open[]): number => list.reduce((n, o) => n + o.n, 0);
  return [...by.values()].filter(list => room(list) >= count).sort((a, b) => room(a) - room(b));
};

/** Claims that the roomiest place of a level takes by the racks' own power: what a refusal for its topology has to tell. */
export const roomiest = (c: Candidates, level: TopologyLevel): number => {
  switch (level) {
    case 'SAME_MACHINE': return Math.max(0, c.machines.greatest());
    case 'NVLINK_DOMAIN': return Math.max(0, c.domains.greatest());
    case 'RACK': return Math.max(0, c.fits.greatest());
    case 'ROW': return c.rows.roomiest;
    case 'DATACENTER': return c.sites.roomiest;
    default: return c.total;
  }
};

/** Racks of one row or site that take all together: the tightest such place, its roomiest racks first. */
const onePlace = (s: CapacityState, c: Candidates, count: number, fits: PlaceFits): readonly Pick[] => {
  for (const positions of fits.withRoomFor(count)) {
    const picks = fill(c, new Draft(s, c), s, roomiestFirst(c, positions), count);
    if (picks.length === count) return picks;
  }
  return [];
};

/** By room, then in their order. Counted, not compared: there are thousands of racks and few different rooms. */
const roomiestFirst = function* (c: Candidates, positions: readonly number[]): Iterable<number> {
  const by = new Map<number, number[]>();
  for (const p of positions) {
    const fit = c.fits.of(p);
    const known = fit === 0 ? undefined : by.get(fit);
    if (known !== undefined) known.push(p);
    else if (fit > 0) by.set(fit, [p]);
  }
  for (const [, list] of [...by].sort(([a], [b]) => b - a)) yield* list;
};

/** All racks with room, zone by zone: what is above a zone is asked again before each, and one without a watt for the cheapest claim is left at once. */
const everywhere = function* (c: Candidates, draft: Draft): Iterable<number> {
  if (c.total === 0) return;
  for (const zone of c.zones) {
    for (let p = zone.from; p < zone.to; p++) {
      if (c.fits.of(p) === 0) continue;
      if (draft.sharedW(zone.rack) < c.leastW) break;
      yield p;
    }
  }
};

const fill = (c: Candidates, draft: Draft, s: CapacityState, positions: Iterable<number>, count: number): readonly Pick[] => {
  const picks: Pick[] = [];
  for (const p of positions) {
    if (picks.length === count) break;
    const fit = c.fits.of(p);
    if (fit > 0 && c.costW(p) <= draft.sharedW(c.rack(p))) picks.push(...take(s, c, p, Math.min(fit, count - picks.length), draft));
  }
  return picks;
};

/** Up to `count` claims of one rack, by its own power and by what is above it. Whole machines before the next: the fullest is filled. */
const take = (s: CapacityState, c: Candidates, p: number, count: number, draft: Draft, open: readonly Open[] = c.open(p)): readonly Pick[] => {
  const rack = c.rack(p);
  const rackRoom = c.fits.of(p);
  let left = Math.min(c.ownW(rack), draft.sharedW(rack));
  const picks: Pick[] = [];
  for (const o of open) {
    const n = left < 0 ? 0 : Math.min(o.n, count - picks.length, o.watts === 0 ? Infinity : Math.floor(left / o.watts));
    if (n <= 0) continue;
    const slots = slotsFor(s, o.machine, c.need, n);
    for (let k = 0; k < n; k++) picks.push({ machine: o.machine, watts: o.watts, slot: slots[k], fragmentation: o.fragmentation, rackRoom });
    left -= n * o.watts;
    draft.give(rack, n * o.watts);
    if (picks.length === count) break;
  }
  return picks;
};
