import { Column } from './column.ts';
import type { Need } from './need.ts';
import { takesOf } from './need.ts';
import { fragmentationOf } from './score.ts';
import type { CapacityState, Touched } from './state.ts';
import { NONE, rackOfTouched } from './state.ts';

/** By state, good for the pass that they were made in: kept from pass to pass, because a pass is short and memory for it is not. */
interface Answers {
  /** Not integers: what asks for nothing fits any number of times. */
  readonly values: Float64Array;
  readonly passes: Int32Array;
}
const room = (states: number): Answers => ({ values: new Float64Array(states), passes: new Int32Array(states) });

/**
 * Which machines are in the same state: of one shape and size, with as much taken of CPU, memory and each GPU. To the mix of work they are one machine, so
 * what a claim would cost is worked out once for all of them. Kept beside the state, by what was touched; a machine's number says nothing but "the same as".
 */
export class Likeness {
  readonly #s: CapacityState;
  readonly #rows = new Map<string, number>();
  readonly #keys: string[] = [];
  /** Machines of each state. One that nobody is in any more is forgotten, and its number used again: there are never more than machines. */
  readonly #counts = new Column();
  readonly #unused: number[] = [];
  /** State by machine: read for every machine of every pass, and therefore no `Column`. */
  #of = new Int32Array(0);
  #costs = room(0);
  #takes = room(0);
  #pass = 0;
  #read = 0;

  constructor(s: CapacityState) {
    this.#s = s;
  }

  /** The most states that there were at one time, of machines that were looked at. */
  get states(): number {
    return this.#keys.length;
  }

  /** `takesOf`, once for each state. For one pass over many machines: it does not follow what changes afterwards. */
  takes(need: Need): (machine: number) => number {
    const pass = this.#begin();
    const { values, passes } = this.#takes;
    const states = this.#of;
    return machine => {
      const known = states[machine] ?? NONE;
      const row = known === NONE ? this.#enter(machine) : known;
      if (passes[row] === pass) return values[row] ?? 0;
      const value = takesOf(this.#s, machine, need);
      values[row] = value;
      passes[row] = pass;
      return value;
    };
  }

  /** Writes `fragmentationOf` of the machines that take any claim, once for each state. One loop over numbers: there are thousands, at each change of the mix. */
  costs(need: Need, machines: Int32Array, takes: Int32Array, into: Int32Array): void {
    const pass = this.#begin();
    const { values, passes } = this.#costs;
    const states = this.#of;
    for (let at = 0; at < machines.length; at++) {
      if (takes[at] === 0) continue;
      const machine = machines[at] ?? NONE;
      const known = states[machine] ?? NONE;
      const row = known === NONE ? this.#enter(machine) : known;
      if (passes[row] !== pass) {
        values[row] = fragmentationOf(this.#s, machine, need);
        passes[row] = pass;
      }
      into[at] = values[row] ?? 0;
    }
  }

  #begin(): number {
    this.#sync();
    this.#grow();
    return ++this.#pass;
  }

  /** Never more states than machines; twice as many, so that a region that grows is not measured anew for each machine. */
  #grow(): void {
    const { size } = this.#s.machines;
    if (this.#of.length >= size) return;
    const of = new Int32Array(2 * size).fill(NONE);
    of.set(this.#of);
    [this.#of, this.#costs, this.#takes] = [of, room(2 * size), room(2 * size)];
  }

  #sync(): void {
    const { touched, touchedFrom } = this.#s;
    if (this.#read < touchedFrom) for (let m = 0; m < this.#s.machines.size; m++) this.#leave(m);
    else for (let n = this.#read - touchedFrom; n < touched.length; n++) this.#leaves(touched[n] ?? 0);
    this.#read = touchedFrom + touched.length;
  }

  #leaves(touched: Touched): void {
    const rack = rackOfTouched(touched);
    if (rack === undefined) this.#leave(touched);
    else for (const m of this.#s.rackMachines[rack] ?? []) this.#leave(m);
  }

  #leave(machine: number): void {
    const row = this.#of[machine] ?? NONE;
    if (row === NONE) return;
    this.#of[machine] = NONE;
    this.#counts.add(row, -1);
    if (this.#counts.get(row) > 0) return;
    this.#rows.delete(this.#keys[row] ?? '');
    this.#unused.push(row);
  }

  #enter(machine: number): number {
    const key = keyOf(this.#s, machine);
    const row = this.#rows.get(key) ?? this.#unused.pop() ?? this.#keys.length;
    this.#rows.set(key, row);
    this.#keys[row] = key;
    this.#counts.add(row, 1);
    this.#of[machine] = row;
    return row;
  }
}

const keyOf = (s: CapacityState, m: number): string => {
  const slices = s.slices.get(m);
  return `${s.machineShape.get(m)} ${s.machineGpus.get(m)} ${s.machineCpu.get(m)} ${s.machineRam.get(m)} ${s.machineUsedGpus.get(m)} ${s.machineUsedCpu.get(m)} ${s.machineUsedRam.get(m)}${
    slices === undefined ? '' : ` ${[...slices.values()].sort((a, b) => a - b).join(' ')}`}`;
};

const known = new WeakMap<CapacityState, Likeness>();
export const likenessOf = (s: CapacityState): Likeness => {
  const likeness = known.get(s) ?? new Likeness(s);
  known.set(s, likeness);
  return likeness;
};
