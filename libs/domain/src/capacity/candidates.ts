import type { Instant } from '../core/index.ts';
import { Filed } from './filed.ts';
import type { Interval, Need } from './need.ts';
import type { Look } from './likeness.ts';
import { likenessOf } from './likeness.ts';
import { keptOf, openTo, wattsOf } from './need.ts';
import { PlaceFits, Places, rowOf, siteOf } from './places.ts';
import { fragmentationOf } from './score.ts';
import type { Serving, Zone } from './serving.ts';
import { servingOf } from './serving.ts';
import type { ReserveFact } from './model.ts';
import type { CapacityState } from './state.ts';
import { NONE } from './state.ts';
import { Tournament } from './tournament.ts';

/** What a rack can take of one size of claim by its own limit, and why not more. */
export interface RackRoom {
  /** Claims that fit, the rack's own power included. */
  readonly fit: number;
  /** Claims that would fit if power were no matter. */
  readonly slots: number;
  /** Watts left after `fit` claims. */
  readonly leftW: number;
  /** Watts of the cheapest claim that did not fit; 0 when all did. */
  readonly nextW: number;
}

/** A machine with room. */
export interface Open {
  readonly machine: number;
  /** Of one claim. */
  readonly watts: number;
  /** Claims that it takes, power aside. */
  readonly n: number;
  readonly fragmentation: number;
}

/** Claims on one machine, or in one NVLink domain, beyond this are filed together. Orders have at most 512. */
const MOST = 512;
/** Room of a rack in a key: the part below the fragmentation. */
const ROOM = 1024;

/**
 * The racks that serve one size of claim in one set of pools, filed by how many claims fit now and by how well one would sit. The best place is then the
 * root of a tree, and a refusal reads its numbers off another: neither looks at all racks. Kept in step by what was touched, when it is next asked.
 */
export class Candidates {
  readonly need: Need;
  /** Watts of the cheapest and of the dearest claim, on any machine that serves, whatever its state. */
  readonly leastW: number;
  readonly mostW: number;
  /** The reservation's machines as they were when this was built; undefined without one. */
  readonly basis: readonly ReserveFact[] | undefined;
  readonly #s: CapacityState;
  readonly #serving: Serving;
  readonly #fits: Filed;
  readonly #slots: Int32Array;
  /** Watts of the cheapest claim of each rack. */
  readonly #costs: Int32Array;
  readonly #best: Tournament;
  /** Smallest lack of watts where machines are free and the rack's power is not. */
  readonly #blocked: Tournament;
  /** By machine of `#serving`: 1 when it takes a claim, by the rack's own power. */
  readonly #open: Uint8Array;
  readonly #stamp: Int32Array;
  #domains: Filed | undefined;
  #machines: Filed | undefined;
  #rows: PlaceFits | undefined;
  #sites: PlaceFits | undefined;
  #when: Interval = { at: '', end: '' };
  #dated: readonly number[] = [];
  #datedVersion = -1;
  /** When reservations begin and end; and how many of them had begun, and came before the end, of the last interval. */
  #dates: readonly Instant[] = [];
  #begun = -1;
  #before = -1;
  #blockedRacks = 0;
  #slotSum = 0;
  #read = 0;
  #round = 0;
  #kept: ReadonlyMap<number, number> | undefined;
  #mix: number;
  readonly #cost: Look['cost'] = m => fragmentationOf(this.#s, m, this.need);

  constructor(state: CapacityState, need: Need, pools: ReadonlySet<number>) {
    this.#s = state;
    this.need = need;
    this.basis = need.reservationId === undefined ? undefined : state.reservations.get(need.reservationId);
    this.#serving = servingOf(state, need, pools);
    [this.leastW, this.mostW] = this.#watts();
    const n = this.racks;
    this.#fits = new Filed(n, MOST);
    this.#slots = new Int32Array(n);
    this.#costs = new Int32Array(n);
    this.#best = new Tournament(n);
    this.#blocked = new Tournament(n);
    this.#open = new Uint8Array(this.#serving.machines.length);
    this.#stamp = new Int32Array(n);
    this.#mix = state.mix.version;
  }

  /** Takes in what changed since the last look. Every other method answers as of the last `sync`. */
  sync(when: Interval): this {
    this.#when = when;
    this.#kept = keptOf(this.#s, this.need);
    const { touched, touchedFrom, mix } = this.#s;
    const first = this.#round++ === 0;
    const all = first || this.#read < touchedFrom;
    const anew = all || mix.version !== this.#mix;
    const dated = this.#datedPositions();
    if (all) {
      const { takes } = likenessOf(this.#s).look(this.need);
      for (let p = 0; p < this.racks; p++) this.#refresh(p, anew, takes);
    } else {
      for (let n = this.#read - touchedFrom; n < touched.length; n++) {
        const p = this.#serving.position(touched[n] ?? NONE);
        if (p === NONE || this.#stamp[p] === this.#round) continue;
        this.#stamp[p] = this.#round;
        this.#refresh(p, anew);
      }
      // Their room depends on the interval that is asked for.
      for (const p of dated) if (this.#stamp[p] !== this.#round) this.#refresh(p, anew);
    }
    this.#read = touchedFrom + touched.length;
    if (anew) this.#rescore();
    return this;
  }

  get racks(): number {
    return this.#serving.racks.length;
  }
  rack(p: number): number {
    return this.#serving.racks[p] ?? NONE;
  }
  get zones(): readonly Zone[] {
    return this.#serving.zones;
  }
  /** Watts of the cheapest claim that the rack has machines for. */
  costW(p: number): number {
    return this.#costs[p] ?? 0;
  }
  /** Claims that fit by the racks' own limits: what is above them may allow less. */
  get total(): number {
    return this.#fits.sum;
  }
  /** Claims that would fit if power were no matter. */
  get slots(): number {
    return this.#slotSum;
  }
  /** Racks where machines are free and the rack's own power is not. */
  get blockedRacks(): number {
    return this.#blockedRacks;
  }
  get fits(): Filed {
    return this.#fits;
  }
  /** Positions by how well one claim would sit there: the least fragmenting machine, then the fullest rack. */
  get best(): Tournament {
    return this.#best;
  }
  get when(): Interval {
    return this.#when;
  }
  /** Claims that fit in the roomiest NVLink domain of each rack. */
  get domains(): Filed {
    return (this.#domains ??= this.#filedBy(p => this.#mostIn(p, m => this.domainOf(m))));
  }
  /** Claims that fit in each row, and in each site. */
  get rows(): PlaceFits {
    return (this.#rows ??= this.#placed(rowOf));
  }
  get sites(): PlaceFits {
    return (this.#sites ??= this.#placed(siteOf));
  }
  /** Claims that fit on the roomiest machine of each rack. */
  get machines(): Filed {
    return (this.#machines ??= this.#filedBy(p => this.#mostIn(p, String)));
  }

  /** The rack that comes closest to having the power that is missing. Undefined when the racks' own power blocks nothing. */
  nearlyEnough(): { readonly rack: number; readonly room: RackRoom } | undefined {
    const p = this.#blocked.first();
    return p === -1 ? undefined : { rack: this.rack(p), room: this.#room(p) };
  }

  /** Machines of the rack with room, best first: least watts, least fragmenting, then the smallest id (the order of the rack's machines; sort is stable). */
  open(p: number): readonly Open[] {
    const s = this.#s;
    const list: Open[] = [];
    for (let at = this.#serving.first(p); at < this.#serving.first(p + 1); at++) {
      const m = this.#serving.machines[at] ?? NONE;
      const n = openTo(s, m, this.need, this.#when);
      if (n > 0) list.push({ machine: m, watts: wattsOf(s, m, this.need), n, fragmentation: fragmentationOf(s, m, this.need) });
    }
    return list.sort((a, b) => a.watts - b.watts || a.fragmentation - b.fragmentation);
  }

  /** Machines with one answer share an NVLink domain. Domains end at the rack's door: no cable is that long. */
  domainOf(machine: number): string {
    return this.#s.machineFacts[machine]?.nvlinkDomain ?? `${String(machine)} alone`;
  }

  #placed(place: (s: CapacityState, rack: number) => string): PlaceFits {
    const { racks } = this.#serving;
    return new PlaceFits(new Places(racks, rack => place(this.#s, rack)), racks.length, p => this.#fits.of(p));
  }

  #filedBy(value: (p: number) => number): Filed {
    const filed = new Filed(this.racks, MOST);
    for (let p = 0; p < this.racks; p++) filed.set(p, value(p));
    return filed;
  }

  /** Claims of the best group of the rack's machines, by the rack's own power: each group as if it had all of it, its cheapest machines first. */
  #mostIn(p: number, group: (m: number) => string): number {
    const own = this.ownW(this.rack(p));
    if (own < 0) return 0;
    const sums = new Map<string, { n: number; leftW: number }>();
    for (const o of this.open(p)) {
      const key = group(o.machine);
      const { n, leftW } = sums.get(key) ?? { n: 0, leftW: own };
      const taken = o.watts === 0 ? o.n : Math.min(o.n, Math.floor(leftW / o.watts));
      sums.set(key, { n: n + taken, leftW: leftW - taken * o.watts });
    }
    return [...sums.values()].reduce((most, g) => Math.max(most, g.n), 0);
  }

  #watts(): readonly [least: number, most: number] {
    let [least, most] = [Infinity, 0];
    for (const m of this.#serving.machines) {
      const watts = wattsOf(this.#s, m, this.need);
      least = Math.min(least, watts);
      most = Math.max(most, watts);
    }
    return [least, most];
  }

  /** None while no date lies between the interval that is asked for and the one asked for last. */
  #datedPositions(): readonly number[] {
    const { power, reserved, machineRack } = this.#s;
    const { at, end } = this.#when;
    const rebuilt = this.#datedVersion !== power.version;
    if (rebuilt) {
      this.#datedVersion = power.version;
      const racks = new Set([...power.datedRacks, ...[...reserved.keys()].map(m => machineRack.get(m))]);
      this.#dated = [...racks].map(r => this.#serving.position(r)).filter(p => p !== NONE);
      this.#dates = [...new Set([...reserved.values()].flat().flatMap(r => [r.from, r.to]))].sort();
    }
    let [begun, before] = [0, 0];
    for (const date of this.#dates) {
      if (date <= at) begun++;
      if (date < end) before++;
    }
    if (!rebuilt && begun === this.#begun && before === this.#before) return [];
    [this.#begun, this.#before] = [begun, before];
    return this.#dated;
  }

  /** Watts that the rack itself may take. What the reservation drawn from keeps there is the order's own; a contract that has shrunk since binds it all the same. */
  ownW(rack: number): number {
    const own = this.#s.power.own(rack, this.#when.at, this.#when.end);
    return this.#kept === undefined ? own : own + (this.#kept.get(this.#s.power.chainOf(rack)[0]?.limit ?? NONE) ?? 0) / 2;
  }
  /** Half watts by limit that the reservation drawn from keeps and has not given out; undefined where none is drawn from. */
  get kept(): ReadonlyMap<number, number> | undefined {
    return this.#kept;
  }

  /** Other weights change what a claim costs, and nothing of what fits. */
  #rescore(): void {
    this.#mix = this.#s.mix.version;
    if (this.#fits.sum === 0) return;
    const { cost } = likenessOf(this.#s).look(this.need);
    const fits = this.#fits;
    const best = this.#best;
    for (let p = 0, { racks } = this; p < racks; p++) {
      const fit = fits.of(p);
      if (fit > 0) best.put(p, keyOf(fit, this.#cheapest(p, cost)));
    }
    best.settle();
  }

  /** What one claim costs on the rack's best machine that is open. */
  #cheapest(p: number, cost: Look['cost']): number {
    const { machines } = this.#serving;
    const to = this.#serving.first(p + 1);
    let least = Infinity;
    for (let n = this.#serving.first(p); n < to; n++) {
      const one = this.#open[n] === 1 ? cost(machines[n] ?? NONE) : Infinity;
      if (one < least) least = one;
    }
    return least;
  }

  /** `anew`: all scores are made anew afterwards. */
  #refresh(p: number, anew: boolean, takes?: Look['takes']): void {
    const room = this.#room(p, takes);
    // Full before and full now: what was filed stands. Most racks of a busy region, each time.
    if (room.slots === 0 && this.#slots[p] === 0) return;
    const more = room.fit - this.#fits.of(p);
    this.#fits.set(p, room.fit);
    this.#rows?.add(p, more);
    this.#sites?.add(p, more);
    this.#slotSum += room.slots - (this.#slots[p] ?? 0);
    this.#slots[p] = room.slots;
    this.#costs[p] = room.costW;
    if (room.fit === 0) this.#best.set(p, Infinity);
    else if (!anew) this.#best.set(p, keyOf(room.fit, this.#cheapest(p, this.#cost)));
    const lack = room.slots > room.fit ? room.nextW - room.leftW : Infinity;
    this.#blockedRacks += (lack === Infinity ? 0 : 1) - (this.#blocked.key(p) === Infinity ? 0 : 1);
    this.#blocked.set(p, lack);
    this.#domains?.set(p, this.#mostIn(p, m => this.domainOf(m)));
    this.#machines?.set(p, this.#mostIn(p, String));
  }

  #room(p: number, takes?: Look['takes']): RackRoom & { readonly costW: number } {
    const s = this.#s;
    const { machines } = this.#serving;
    let own = NaN;
    let slots = 0;
    let cost = -1;
    let mixed = false;
    for (let at = this.#serving.first(p); at < this.#serving.first(p + 1); at++) {
      const m = machines[at] ?? NONE;
      const n = openTo(s, m, this.need, this.#when, takes);
      this.#open[at] = 0;
      if (n === 0) continue;
      if (slots === 0) own = this.ownW(this.rack(p));
      slots += n;
      const watts = wattsOf(s, m, this.need);
      mixed ||= cost !== -1 && cost !== watts;
      cost = cost === -1 ? watts : Math.min(cost, watts);
      if (watts <= own) this.#open[at] = 1;
    }
    if (slots === 0) return FULL;
    if (mixed) return { ...this.#mixedRoom(p, slots, own), costW: cost };
    const fit = own < 0 ? 0 : cost <= 0 ? slots : Math.min(slots, Math.floor(own / cost));
    return { fit, slots, leftW: own - fit * Math.max(0, cost), nextW: fit < slots ? cost : 0, costW: Math.max(0, cost) };
  }

  /** Machines whose claims differ in watts. The cheapest first is how most fit. */
  #mixedRoom(p: number, slots: number, own: number): RackRoom {
    let leftW = own;
    let fit = 0;
    for (const { watts, n } of this.open(p)) {
      const taken = leftW < 0 ? 0 : watts === 0 ? n : Math.min(n, Math.floor(leftW / watts));
      fit += taken;
      leftW -= taken * watts;
      if (taken < n) return { fit, slots, leftW, nextW: watts };
    }
    return { fit, slots, leftW, nextW: 0 };
  }
}

const FULL = { fit: 0, slots: 0, leftW: 0, nextW: 0, costW: 0 };
const keyOf = (fit: number, fragmentation: number): number => fragmentation * ROOM + Math.min(fit, ROOM - 1);
