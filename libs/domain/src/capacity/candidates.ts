import { Dates } from './dates.ts';
import { Filed } from './filed.ts';
import type { Interval, Need } from './need.ts';
import { likenessOf } from './likeness.ts';
import { keptOf, openTo, wattsOf } from './need.ts';
import { PlaceFits, Places, rowOf, siteOf } from './places.ts';
import type { Open, RackRoom } from './rack-room.ts';
import { MIXED, MOST, fitOf, keyOf } from './rack-room.ts';
import { fragmentationOf } from './score.ts';
import type { Serving, Zone } from './serving.ts';
import { servingOf } from './serving.ts';
import type { ReserveFact } from './model.ts';
import type { CapacityState, Touched } from './state.ts';
import { NONE, rackOfTouched } from './state.ts';
import { Tournament } from './tournament.ts';

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
  /** Smallest lack of watts where machines are free and the rack's power is not; from the first time that there is one. */
  #blocked: Tournament | undefined;
  /** By machine of `#serving`: claims that it takes, power aside; and what the first of them costs in fragmentation, where it takes any. */
  readonly #takes: Int32Array;
  readonly #fragments: Int32Array;
  /** See `eachW`. */
  readonly #each: Int32Array;
  /** The round in which the rack, or the machine, was last looked at. */
  readonly #stamp: Int32Array;
  readonly #seen: Int32Array;
  /** Positions of the racks of this round: one list, used again. */
  readonly #changed: number[] = [];
  #domains: Filed | undefined;
  #machines: Filed | undefined;
  #rows: PlaceFits | undefined;
  #sites: PlaceFits | undefined;
  #when: Interval = { at: '', end: '' };
  readonly #dates = new Dates();
  #blockedRacks = 0;
  #slotSum = 0;
  #read = 0;
  #round = 0;
  #kept: ReadonlyMap<number, number> | undefined;
  #mix: number;

  constructor(state: CapacityState, need: Need, pools: ReadonlySet<number>) {
    this.#s = state;
    this.need = need;
    this.basis = need.reservationId === undefined ? undefined : state.reservations.get(need.reservationId);
    this.#serving = servingOf(state, need, pools);
    const n = this.racks;
    this.#each = new Int32Array(n);
    [this.leastW, this.mostW] = this.#watts();
    this.#fits = new Filed(n, MOST);
    this.#slots = new Int32Array(n);
    this.#costs = new Int32Array(n);
    this.#best = new Tournament(n);
    this.#takes = new Int32Array(this.#serving.machines.length);
    this.#fragments = new Int32Array(this.#serving.machines.length);
    this.#seen = new Int32Array(this.#serving.machines.length);
    this.#stamp = new Int32Array(n);
    this.#mix = state.mix.version;
  }

  /** Takes in what changed since the last look. Every other method answers as of the last `sync`. */
  sync(when: Interval): this {
    this.#when = when;
    this.#kept = keptOf(this.#s, this.need);
    const { touched, touchedFrom, mix } = this.#s;
    const all = this.#round++ === 0 || this.#read < touchedFrom;
    const anew = all || mix.version !== this.#mix;
    const dated = this.#dates.changed(this.#s, when, rack => this.#serving.position(rack));
    if (all) this.#lookAtAll();
    else {
      const changed = this.#changed;
      changed.length = 0;
      for (let n = this.#read - touchedFrom; n < touched.length; n++) this.#look(touched[n] ?? NONE, anew);
      // Their room depends on the interval that is asked for.
      for (const p of dated) this.#lookAtRack(p, anew);
      for (const p of changed) this.#file(p, anew);
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
  /** Watts of a claim on any of the rack's machines; MIXED where they differ. */
  eachW(p: number): number {
    return this.#each[p] ?? 0;
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
    const p = this.#blocked?.first() ?? -1;
    return p === -1 ? undefined : { rack: this.rack(p), room: this.#room(p) };
  }

  /** Machines of the rack with room, best first: least watts, least fragmenting, then the smallest id (the order of the rack's machines; sort is stable). */
  open(p: number): readonly Open[] {
    const list: Open[] = [];
    const to = this.#serving.first(p + 1);
    const each = this.#each[p] ?? 0;
    for (let at = this.#serving.first(p); at < to; at++) {
      const n = this.#takes[at] ?? 0;
      if (n === 0) continue;
      const machine = this.#serving.machines[at] ?? NONE;
      list.push({ machine, watts: each === MIXED ? wattsOf(this.#s, machine, this.need) : each, n, fragmentation: this.#fragments[at] ?? 0 });
    }
    return list.length === 1 ? list : list.sort((a, b) => a.watts - b.watts || a.fragmentation - b.fragmentation);
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
    for (let p = 0; p < this.racks; p++) {
      let [low, high] = [Infinity, 0];
      for (let at = this.#serving.first(p); at < this.#serving.first(p + 1); at++) {
        const watts = wattsOf(this.#s, this.#serving.machines[at] ?? NONE, this.need);
        low = Math.min(low, watts);
        high = Math.max(high, watts);
      }
      this.#each[p] = low === high ? low : MIXED;
      least = Math.min(least, low);
      most = Math.max(most, high);
    }
    return [least, most];
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

  #lookAtAll(): void {
    const takes = likenessOf(this.#s).takes(this.need);
    const { machines } = this.#serving;
    for (let at = 0; at < machines.length; at++) this.#takes[at] = openTo(this.#s, machines[at] ?? NONE, this.need, this.#when, takes);
    for (let p = 0; p < this.racks; p++) this.#file(p, true);
  }

  /** Of a machine that was touched, the rest of its rack answers as before; only what the rack has of watts is another. */
  #look(touched: Touched, anew: boolean): void {
    const rack = rackOfTouched(touched);
    if (rack !== undefined) {
      const p = this.#serving.position(rack);
      if (p !== NONE) this.#lookAtRack(p, anew);
      return;
    }
    const p = this.#serving.position(this.#s.machineRack.get(touched));
    if (p === NONE) return;
    this.#change(p);
    const { machines } = this.#serving;
    for (let at = this.#serving.first(p), to = this.#serving.first(p + 1); at < to; at++) if (machines[at] === touched) this.#lookAt(at, anew);
  }

  #lookAtRack(p: number, anew: boolean): void {
    this.#change(p);
    for (let at = this.#serving.first(p), to = this.#serving.first(p + 1); at < to; at++) this.#lookAt(at, anew);
  }

  #change(p: number): void {
    if (this.#stamp[p] === this.#round) return;
    this.#stamp[p] = this.#round;
    this.#changed.push(p);
  }

  /** `anew`: all scores are made anew afterwards. */
  #lookAt(at: number, anew: boolean): void {
    if (this.#seen[at] === this.#round) return;
    this.#seen[at] = this.#round;
    const m = this.#serving.machines[at] ?? NONE;
    const n = openTo(this.#s, m, this.need, this.#when);
    this.#takes[at] = n;
    if (n > 0 && !anew) this.#fragments[at] = fragmentationOf(this.#s, m, this.need);
  }

  /** Other weights change what a claim costs, and nothing of what fits. */
  #rescore(): void {
    this.#mix = this.#s.mix.version;
    if (this.#slotSum === 0) return;
    const [takes, fragments, best, fits, each] = [this.#takes, this.#fragments, this.#best, this.#fits, this.#each];
    likenessOf(this.#s).costs(this.need, this.#serving.machines, takes, fragments);
    for (let p = 0, at = 0, { racks } = this; p < racks; p++) {
      const to = this.#serving.first(p + 1);
      const fit = fits.of(p);
      let least = Infinity;
      if (fit === 0) at = to;
      for (; at < to; at++) {
        const one = fragments[at] ?? 0;
        if (one < least && takes[at] !== 0) least = one;
      }
      if (fit > 0) best.put(p, keyOf(fit, each[p] === MIXED ? this.#cheapestFed(p) : least));
    }
    best.settle();
  }

  /** What one claim costs on the rack's best machine. The rack feeds any of them or none, unless they draw differently. */
  #cheapest(p: number): number {
    if (this.#each[p] === MIXED) return this.#cheapestFed(p);
    let least = Infinity;
    for (let at = this.#serving.first(p), to = this.#serving.first(p + 1); at < to; at++) {
      const one = this.#fragments[at] ?? 0;
      if (one < least && this.#takes[at] !== 0) least = one;
    }
    return least;
  }
  #cheapestFed(p: number): number {
    const own = this.ownW(this.rack(p));
    return this.open(p).reduce((least, o) => (o.watts <= own && o.fragmentation < least ? o.fragmentation : least), Infinity);
  }

  /** `anew`: as in `#lookAt`. */
  #file(p: number, anew: boolean): void {
    let slots = 0;
    for (let at = this.#serving.first(p), to = this.#serving.first(p + 1); at < to; at++) slots += this.#takes[at] ?? 0;
    // Full before and full now: what was filed stands. Most racks of a busy region, each time.
    if (slots === 0 && this.#slots[p] === 0) return;
    const each = this.#each[p] ?? 0;
    if (slots > 0 && each === MIXED) {
      const { fit, nextW, leftW, costW } = this.#mixedRoom(p, slots);
      this.#fileAs(p, slots, fit, costW, nextW - leftW, anew);
      return;
    }
    // No object for each: a decision may look at thousands of racks.
    const own = slots === 0 ? 0 : this.ownW(this.rack(p));
    const fit = fitOf(slots, own, each);
    this.#fileAs(p, slots, fit, slots === 0 ? 0 : each, each - (own - fit * each), anew);
  }

  /** `lackW`: of the cheapest claim that did not fit. */
  #fileAs(p: number, slots: number, fit: number, costW: number, lackW: number, anew: boolean): void {
    const more = fit - this.#fits.of(p);
    if (more !== 0) {
      this.#fits.set(p, fit);
      this.#rows?.add(p, more);
      this.#sites?.add(p, more);
    }
    this.#slotSum += slots - (this.#slots[p] ?? 0);
    this.#slots[p] = slots;
    this.#costs[p] = costW;
    if (fit === 0) this.#best.set(p, Infinity);
    else if (!anew) this.#best.set(p, keyOf(fit, this.#cheapest(p)));
    this.#block(p, slots > fit ? lackW : Infinity);
    this.#domains?.set(p, this.#mostIn(p, m => this.domainOf(m)));
    this.#machines?.set(p, this.#mostIn(p, String));
  }

  #block(p: number, lack: number): void {
    if (lack === Infinity && this.#blocked === undefined) return;
    const blocked = (this.#blocked ??= new Tournament(this.racks));
    this.#blockedRacks += (lack === Infinity ? 0 : 1) - (blocked.key(p) === Infinity ? 0 : 1);
    blocked.set(p, lack);
  }

  #room(p: number): RackRoom {
    const slots = this.#slots[p] ?? 0;
    const each = this.#each[p] ?? 0;
    if (slots > 0 && each === MIXED) return this.#mixedRoom(p, slots);
    const own = slots === 0 ? 0 : this.ownW(this.rack(p));
    const fit = fitOf(slots, own, each);
    return { fit, slots, leftW: own - fit * each, nextW: fit < slots ? each : 0 };
  }

  /** Machines whose claims differ in watts. The cheapest first is how most fit. */
  #mixedRoom(p: number, slots: number): RackRoom & { readonly costW: number } {
    let leftW = this.ownW(this.rack(p));
    let fit = 0;
    let nextW = 0;
    const open = this.open(p);
    for (const { watts, n } of open) {
      const taken = leftW < 0 ? 0 : watts === 0 ? n : Math.min(n, Math.floor(leftW / watts));
      fit += taken;
      leftW -= taken * watts;
      if (taken < n) {
        nextW = watts;
        break;
      }
    }
    return { fit, slots, leftW, nextW, costW: open[0]?.watts ?? 0 };
  }
}
