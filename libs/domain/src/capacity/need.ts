import type { Instant, ReservationId } from '../core/index.ts';
import type { CapacityState } from './state.ts';
import { ENERGISED, effectiveState, freeGpus, shareWatts } from './state.ts';

/** What each instance of an order takes of a machine. The same for all orders of one size. */
export interface Need {
  /** Rows of the shapes that will do. */
  readonly shapes: ReadonlySet<number>;
  /** Whole GPUs; 0 for a slice, and for work on CPUs alone. */
  readonly gpus: number;
  /** Thousandths of one GPU; 0 for whole GPUs. */
  readonly milliGpu: number;
  /** Absent: in proportion to the GPUs. */
  readonly cpuMilli: number | undefined;
  readonly ramMiB: number | undefined;
  /** Only the machines of this reservation, whose watts are kept already. */
  readonly reservationId: ReservationId | undefined;
}

/** When the order needs it: [at, end). */
export interface Interval {
  readonly at: Instant;
  readonly end: Instant;
}

/** Bytes of a machine that go with `gpus` of it, or with a slice: rounded down, so that a machine's GPUs never run out of memory first. */
const proportion = (total: number, need: Need, gpus: number): number =>
  gpus === 0 ? 0 : Math.floor(need.milliGpu > 0 ? (total * need.milliGpu) / (1000 * gpus) : (total * need.gpus) / gpus);
export const cpuOf = (s: CapacityState, m: number, need: Need): number => need.cpuMilli ?? proportion(s.machineCpu.get(m), need, s.machineGpus.get(m));
export const ramOf = (s: CapacityState, m: number, need: Need): number => need.ramMiB ?? proportion(s.machineRam.get(m), need, s.machineGpus.get(m));

/** Watts that one instance reserves above the idle draw. Drawn from a reservation: they are kept there. */
export const wattsOf = (s: CapacityState, m: number, need: Need): number =>
  need.milliGpu > 0 ? shareWatts(s, m, need.milliGpu, 1000 * s.machineGpus.get(m)) : shareWatts(s, m, need.gpus, s.machineGpus.get(m));

/** The machine has the shape, and may be cut where a slice is asked. Says nothing about what is free. */
export const serves = (s: CapacityState, m: number, need: Need): boolean =>
  need.shapes.has(s.machineShape.get(m)) && (need.milliGpu === 0 || s.machineFacts[m]?.sliceable === true);

/** Instances that the machine could take by GPUs, CPUs and memory; power, dates and state aside. */
export const takesOf = (s: CapacityState, m: number, need: Need): number => {
  const byGpu = need.milliGpu > 0 ? slicesOf(s, m, need.milliGpu) : need.gpus > 0 ? Math.floor(freeGpus(s, m) / need.gpus) : Infinity;
  if (byGpu === 0) return 0;
  return Math.max(0, Math.min(byGpu, per(s.machineCpu.get(m) - s.machineUsedCpu.get(m), cpuOf(s, m, need)), per(s.machineRam.get(m) - s.machineUsedRam.get(m), ramOf(s, m, need))));
};
const per = (free: number, each: number): number => (each === 0 ? Infinity : Math.floor(free / each));

const slicesOf = (s: CapacityState, m: number, milli: number): number => {
  let n = freeGpus(s, m) * Math.floor(1000 / milli);
  for (const free of s.slices.get(m)?.values() ?? []) n += Math.floor(free / milli);
  return n;
};

/** True when nothing dated keeps the machine from the order: it is reserved for somebody else at no instant of the interval, or it is the reservation drawn from. */
export const undated = (s: CapacityState, m: number, need: Need, { at, end }: Interval): boolean => {
  const on = s.reserved.get(m);
  if (need.reservationId !== undefined) return on?.some(r => r.reservationId === need.reservationId && r.from <= at && end <= r.to) ?? false;
  return on === undefined || !on.some(r => r.from < end && at < r.to);
};

/** Half watts by limit that a reservation keeps for what it has not given out yet. */
export const keptOf = (s: CapacityState, need: Need): ReadonlyMap<number, number> | undefined => {
  if (need.reservationId === undefined) return undefined;
  const kept = new Map<number, number>();
  for (const r of s.reservations.get(need.reservationId) ?? []) {
    const m = s.machines.find(r.machineId);
    const watts = m === undefined ? 0 : Math.max(0, r.watts - s.machineClaimW.get(m));
    if (m !== undefined && watts > 0) s.power.addTo(kept, s.machineRack.get(m), watts);
  }
  return kept;
};

/** Instances that the machine takes now, power aside; of a reserved one not more than the watts that it keeps are enough for. `takesBy`: `takesOf`, where it is known already. */
export const openTo = (s: CapacityState, m: number, need: Need, when: Interval, takesBy?: (machine: number) => number): number => {
  if (effectiveState(s, m) !== ENERGISED) return 0;
  const takes = takesBy === undefined ? takesOf(s, m, need) : takesBy(m);
  if (takes === 0 || !undated(s, m, need, when)) return 0;
  const kept = need.reservationId === undefined ? undefined : s.reserved.get(m)?.find(r => r.reservationId === need.reservationId);
  return kept === undefined ? takes : Math.max(0, Math.min(takes, per(kept.watts - s.machineClaimW.get(m), wattsOf(s, m, need))));
};
