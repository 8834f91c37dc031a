import { Bitset } from './bitset.ts';
import type { CapacityState } from './state.ts';
import { ENERGISED, claimWatts, effectiveState, freeGpus, headroomW } from './state.ts';

/** What a rack can take of one size of claim, and why not more. */
export interface RackRoom {
  /** Claims that fit, power included. */
  readonly fit: number;
  /** Claims that would fit if power were no matter. */
  readonly slots: number;
  /** Watts left after `fit` claims. */
  readonly leftW: number;
  /** Watts of the cheapest claim that did not fit; 0 when all did. */
  readonly nextW: number;
}

export interface Pick {
  readonly machine: number;
  readonly watts: number;
}

/** Never the leftover of a rack: marks racks where power blocks nothing. */
const UNBLOCKED = -0x80000000;

/**
 * The racks that serve one shape, size of claim and set of pools, filed by how many claims fit now. Best fit is then two searches in
 * small bitsets, and a refusal reads its numbers off a tree: neither looks at all racks. Racks are independent of each other (power
 * and machines end at the rack's door), so the sum of `fit` is exactly how many claims fit at all.
 */
export class Candidates {
  readonly #state: CapacityState;
  readonly #shape: number;
  readonly #pools: ReadonlySet<number>;
  readonly #size: number;
  /** Rack rows, ordered by rack id: a position is the stable order that breaks ties. */
  readonly #racks: readonly number[];
  readonly #position = new Map<number, number>();
  readonly #fit: Int32Array;
  readonly #slots: Int32Array;
  /** Racks by how many claims fit. */
  readonly #byFit: (Bitset | undefined)[] = [];
  readonly #fits: Bitset;
  /** Tournament over positions: the greatest leftover of a rack where machines are free and power is not. */
  readonly #blocked: Int32Array;
  readonly #leaves: number;
  #total = 0;
  #blockedRacks = 0;
  #read: number;

  constructor(state: CapacityState, shape: number, size: number, pools: ReadonlySet<number>) {
    this.#state = state;
    this.#shape = shape;
    this.#size = size;
    this.#pools = pools;
    this.#racks = this.#serving();
    this.#racks.forEach((rack, p) => this.#position.set(rack, p));
    const n = this.#racks.length;
    this.#fit = new Int32Array(n);
    this.#slots = new Int32Array(n);
    this.#leaves = 2 ** Math.ceil(Math.log2(Math.max(1, n)));
    this.#blocked = new Int32Array(this.#leaves * 2).fill(UNBLOCKED);
    this.#fits = new Bitset(1 + this.#racks.reduce((most, rack) => Math.max(most, this.#most(rack)), 0));
    this.#read = state.touched.length;
    for (let p = 0; p < n; p++) this.#refresh(p);
  }

  /** Takes in what changed since the last look. Every other method answers as of the last `sync`. */
  sync(): this {
    const { touched } = this.#state;
    for (; this.#read < touched.length; this.#read++) {
      const p = this.#position.get(touched[this.#read] ?? -1);
      if (p !== undefined) this.#refresh(p);
    }
    return this;
  }

  /** How many claims fit now, racks' power included. */
  get total(): number {
    return this.#total;
  }

  /** Racks where machines are free and power is not. */
  get blockedRacks(): number {
    return this.#blockedRacks;
  }

  /** The rack that comes closest to having the power that is missing. Undefined when power blocks nothing. */
  nearlyEnough(): { readonly rack: number; readonly room: RackRoom } | undefined {
    if (this.#blockedRacks === 0) return undefined;
    let node = 1;
    while (node < this.#leaves) node = this.#blocked[node * 2] === this.#blocked[node] ? node * 2 : node * 2 + 1;
    const rack = this.#racks[node - this.#leaves];
    return rack === undefined ? undefined : { rack, room: this.#room(rack) };
  }

  /**
   * `count` claims, or as many as fit. While no rack takes all that is left, the roomiest is filled; the rest goes to the rack that it
   * fills best. Scattering over the scraps first would fill more tightly, but a multi-machine order wants few racks.
   */
  choose(count: number): Pick[] {
    const picks: Pick[] = [];
    let fit = this.#fits.last();
    let p = fit > 0 ? (this.#byFit[fit]?.from(0) ?? -1) : -1;
    let left = count;
    while (left > 0 && p !== -1) {
      if (fit >= left) {
        const tight = this.#fits.from(left);
        this.#take(tight === fit ? p : (this.#byFit[tight]?.from(0) ?? -1), left, picks);
        return picks;
      }
      this.#take(p, fit, picks);
      left -= fit;
      p = this.#byFit[fit]?.from(p + 1) ?? -1;
      while (p === -1 && fit > 1) {
        fit--;
        p = this.#byFit[fit]?.from(0) ?? -1;
      }
    }
    return picks;
  }

  #serving(): number[] {
    const s = this.#state;
    const racks = new Set<number>();
    for (let m = 0; m < s.machines.size; m++) if (this.#serves(m)) racks.add(s.machineRack.get(m));
    return [...racks].map(rack => ({ rack, id: s.racks.key(rack) })).sort((a, b) => (a.id < b.id ? -1 : 1)).map(r => r.rack);
  }

  #serves(machine: number): boolean {
    return this.#state.machineShape.get(machine) === this.#shape && this.#pools.has(this.#state.machinePool.get(machine));
  }

  /** Claims of this size that fit the rack when nothing runs: the bound of its fit while the structure stays. */
  #most(rack: number): number {
    const s = this.#state;
    return (s.rackMachines[rack] ?? []).reduce((sum, m) => (this.#serves(m) ? sum + Math.floor(s.machineGpus.get(m) / this.#size) : sum), 0);
  }

  #refresh(p: number): void {
    const rack = this.#racks[p] ?? -1;
    const room = this.#room(rack);
    const before = this.#fit[p] ?? 0;
    if (before !== room.fit) this.#file(p, before, room.fit);
    this.#fit[p] = room.fit;
    this.#total += room.fit - before;
    this.#slots[p] = room.slots;
    this.#block(p, room.slots > room.fit ? room.leftW : UNBLOCKED);
  }

  #file(p: number, before: number, after: number): void {
    const old = this.#byFit[before];
    if (before > 0 && old !== undefined) {
      old.delete(p);
      if (old.count === 0) this.#fits.delete(before);
    }
    if (after === 0) return;
    const next = this.#byFit[after] ?? new Bitset(this.#racks.length);
    this.#byFit[after] = next;
    next.add(p);
    this.#fits.add(after);
  }

  #block(p: number, leftW: number): void {
    let node = p + this.#leaves;
    const before = this.#blocked[node] ?? UNBLOCKED;
    if (before === leftW) return;
    this.#blockedRacks += (leftW === UNBLOCKED ? 0 : 1) - (before === UNBLOCKED ? 0 : 1);
    this.#blocked[node] = leftW;
    for (node >>= 1; node >= 1; node >>= 1) {
      this.#blocked[node] = Math.max(this.#blocked[node * 2] ?? UNBLOCKED, this.#blocked[node * 2 + 1] ?? UNBLOCKED);
    }
  }

  #room(rack: number): RackRoom {
    const s = this.#state;
    const free = headroomW(s, rack);
    let slots = 0;
    let cost = -1;
    let mixed = false;
    for (const m of s.rackMachines[rack] ?? []) {
      const n = this.#slotsOf(m);
      if (n === 0) continue;
      slots += n;
      const watts = claimWatts(s, m, this.#size);
      mixed ||= cost !== -1 && cost !== watts;
      cost = watts;
    }
    if (mixed) return this.#mixedRoom(rack, slots);
    const fit = free < 0 ? 0 : cost <= 0 ? slots : Math.min(slots, Math.floor(free / cost));
    return { fit, slots, leftW: free - fit * Math.max(0, cost), nextW: fit < slots ? cost : 0 };
  }

  /** Machines of one shape whose watts differ: a shape that is being corrected. The cheapest first is how most fit. */
  #mixedRoom(rack: number, slots: number): RackRoom {
    let leftW = headroomW(this.#state, rack);
    let fit = 0;
    for (const { watts, n } of this.#offers(rack).sort((a, b) => a.watts - b.watts)) {
      const taken = leftW < 0 ? 0 : watts === 0 ? n : Math.min(n, Math.floor(leftW / watts));
      fit += taken;
      leftW -= taken * watts;
      if (taken < n) return { fit, slots, leftW, nextW: watts };
    }
    return { fit, slots, leftW, nextW: 0 };
  }

  #slotsOf(machine: number): number {
    return this.#serves(machine) && effectiveState(this.#state, machine) === ENERGISED ? Math.floor(freeGpus(this.#state, machine) / this.#size) : 0;
  }

  #offers(rack: number): { machine: number; watts: number; n: number; free: number }[] {
    const s = this.#state;
    return (s.rackMachines[rack] ?? [])
      .map(machine => ({ machine, watts: claimWatts(s, machine, this.#size), n: this.#slotsOf(machine), free: freeGpus(s, machine) }))
      .filter(o => o.n > 0);
  }

  /** Cheapest in watts, then the fullest machine, then the smallest id (the order of the rack's machines; sort is stable). */
  #take(p: number, count: number, picks: Pick[]): void {
    let left = count;
    for (const o of this.#offers(this.#racks[p] ?? -1).sort((a, b) => a.watts - b.watts || a.free - b.free)) {
      for (let n = o.n; n > 0 && left > 0; n--, left--) picks.push({ machine: o.machine, watts: o.watts });
      if (left === 0) return;
    }
  }
}
