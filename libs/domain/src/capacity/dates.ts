import type { Instant } from '../core/index.ts';
import type { Interval } from './need.ts';
import type { CapacityState } from './state.ts';
import { NONE } from './state.ts';

const NOWHERE: readonly number[] = [];

/** What depends on when an order needs it: racks with something dated, looked at again when a date has come to lie on the other side of what is asked for. */
export class Dates {
  #positions: readonly number[] = [];
  #version = -1;
  /** When reservations begin and end; and how many of them had begun, and came before the end, of the last interval. */
  #dates: readonly Instant[] = [];
  #begun = -1;
  #before = -1;

  /** Positions of the racks; none while no date lies between the interval that is asked for and the one asked for last. */
  changed(s: CapacityState, { at, end }: Interval, position: (rack: number) => number): readonly number[] {
    const { power, reserved, machineRack } = s;
    const rebuilt = this.#version !== power.version;
    if (rebuilt) {
      this.#version = power.version;
      const racks = new Set([...power.datedRacks, ...[...reserved.keys()].map(m => machineRack.get(m))]);
      this.#positions = [...racks].map(position).filter(p => p !== NONE);
      this.#dates = [...new Set([...reserved.values()].flat().flatMap(r => [r.from, r.to]))].sort();
    }
    let [begun, before] = [0, 0];
    for (const date of this.#dates) {
      if (date <= at) begun++;
      if (date < end) before++;
    }
    if (!rebuilt && begun === this.#begun && before === this.#before) return NOWHERE;
    [this.#begun, this.#before] = [begun, before];
    return this.#positions;
  }
}
