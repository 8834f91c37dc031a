import { compare } from '../core/index.ts';
import type { Need } from './need.ts';
import { serves } from './need.ts';
import type { CapacityState } from './state.ts';
import { NONE } from './state.ts';

/** Racks that share everything above their own limit: positions [from, to). */
export interface Zone {
  readonly from: number;
  readonly to: number;
  /** Any rack of it. */
  readonly rack: number;
}

/**
 * The racks and machines that serve some shapes in some pools, whatever is free on them. They change only with the structure of the region, and claims of
 * every size share them.
 */
export class Serving {
  /** Rack rows, ordered by zone, then id: a position is the stable order that breaks ties. */
  readonly racks: readonly number[];
  readonly zones: readonly Zone[];
  /** Machine rows by position, those of one rack by id; `first(p)` up to `first(p + 1)` are those of position p. */
  readonly machines: Int32Array;
  readonly #first: Int32Array;
  /** Positions by rack row. */
  readonly #position: Int32Array;

  constructor(s: CapacityState, need: Need, pools: ReadonlySet<number>) {
    const racks: number[] = [];
    const machines: number[] = [];
    const first = [0];
    this.#position = new Int32Array(s.racks.size).fill(NONE);
    const only = reservedRacks(s, need);
    for (const rack of orderOf(s)) {
      if (only?.has(rack) === false) continue;
      const before = machines.length;
      for (const m of s.rackMachines[rack] ?? []) if (pools.has(s.machinePool.get(m)) && serves(s, m, need)) machines.push(m);
      if (machines.length === before) continue;
      this.#position[rack] = racks.length;
      racks.push(rack);
      first.push(machines.length);
    }
    this.racks = racks;
    this.machines = Int32Array.from(machines);
    this.#first = Int32Array.from(first);
    this.zones = zonesOf(s, racks);
  }

  first(p: number): number {
    return this.#first[p] ?? 0;
  }
  /** NONE when the rack has no machine that serves. */
  position(rack: number): number {
    return this.#position[rack] ?? NONE;
  }
}

/** Racks in which the reservation drawn from has a machine; undefined without one. */
const reservedRacks = (s: CapacityState, need: Need): ReadonlySet<number> | undefined => {
  if (need.reservationId === undefined) return undefined;
  const rows = (s.reservations.get(need.reservationId) ?? []).map(r => s.machines.find(r.machineId)).filter(m => m !== undefined);
  return new Set(rows.map(m => s.machineRack.get(m)));
};

const zonesOf = (s: CapacityState, racks: readonly number[]): readonly Zone[] => {
  const zones: Zone[] = [];
  let from = 0;
  racks.forEach((rack, p) => {
    const next = racks[p + 1];
    if (next !== undefined && s.power.zoneOf(next) === s.power.zoneOf(rack)) return;
    zones.push({ from, to: p + 1, rack });
    from = p + 1;
  });
  return zones;
};

/** What was derived from one structure. Beside the state: any of it can be made again. */
interface Derived {
  readonly structure: number;
  readonly order: readonly number[];
  readonly by: Map<string, Serving>;
}
const derived = new WeakMap<CapacityState, Derived>();
const derivedOf = (s: CapacityState): Derived => {
  const known = derived.get(s);
  if (known?.structure === s.structure) return known;
  const keyed = Array.from({ length: s.racks.size }, (_, rack) => ({ rack, zone: s.power.zoneOf(rack), id: s.racks.key(rack) }));
  const order = keyed.sort((a, b) => compare(a.zone, b.zone) || compare(a.id, b.id)).map(r => r.rack);
  const made = { structure: s.structure, order, by: new Map<string, Serving>() };
  derived.set(s, made);
  return made;
};
/** All racks: sorted once, not for each size of claim. */
const orderOf = (s: CapacityState): readonly number[] => derivedOf(s).order;

const sorted = (rows: ReadonlySet<number>): string => [...rows].sort((a, b) => a - b).join(',');
export const servingOf = (s: CapacityState, need: Need, pools: ReadonlySet<number>): Serving => {
  // Which machines a reservation has is no matter of structure.
  if (need.reservationId !== undefined) return new Serving(s, need, pools);
  const { by } = derivedOf(s);
  const key = `${sorted(need.shapes)}|${need.milliGpu > 0 ? 'cut' : 'whole'}|${sorted(pools)}`;
  const serving = by.get(key) ?? new Serving(s, need, pools);
  by.set(key, serving);
  return serving;
};
