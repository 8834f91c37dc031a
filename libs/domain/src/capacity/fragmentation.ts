import type { Demand, Mix } from './mix.ts';
import { MAX_GPUS, blocked, rowOf, served } from './mix.ts';

/** What is free on a machine, read in place: GPU `g` has `gpuMilli[gpuAt + g]` thousandths free. */
export interface Free {
  readonly shape: number;
  readonly cpuMilli: number;
  readonly ramMiB: number;
  readonly gpuMilli: Int32Array;
  readonly gpuAt: number;
  /** At most MAX_GPUS. */
  readonly gpus: number;
}

const WHOLE = 1000;

/** Thousandths of a GPU to one step of the cost: less is noise of the mix, and what was free already tells better. */
const STEP = 20;
const SECOND = 2 ** 14;
/** Steps by which a placement can improve or worsen a machine at most, so that no cost is negative. */
const MOST = Math.ceil((MAX_GPUS * WHOLE) / STEP);

/** No machine costs so much. */
export const NO_FIT = 0x7fffffff;

/**
 * Thousandths of GPU, times the weight of the mix, that the mix cannot use on a machine. Summed over kinds: all that is free when the
 * kind does not fit, else what is free on GPUs too full for it. The sum over kinds is done in advance (`Mix.table`), so this reads one
 * number per GPU.
 */
export const fragmentation = (mix: Mix, m: Free): number => sumOf(mix.table(m.shape), rowOf(m.cpuMilli, m.ramMiB), m);

const sumOf = (table: Int32Array, row: number, m: Free): number => {
  let sum = 0;
  let whole = 0;
  for (let g = m.gpuAt; g < m.gpuAt + m.gpus; g++) {
    const free = m.gpuMilli[g] ?? 0;
    if (free === 0) continue;
    sum += free * blocked(table, row, free);
    if (free === WHOLE) whole++;
  }
  return sum - WHOLE * whole * served(table, row, whole);
};

/**
 * Cost of placing a demand on a machine: lower is better, NO_FIT when it does not fit. First the fragmentation that it adds, in steps
 * of STEP; then the GPUs that were free, so that full machines fill up before fresh ones are begun. Machines that still tie are alike
 * to the mix: any stable order will do.
 *
 * After Weng et al., "Beware of Fragmentation" (USENIX ATC 2023), whose FGD scores against every task of a known trace, squeezes the
 * difference through a sigmoid into hundredths and draws lots. Here the mix is learnt and coarse, the step is linear, and the second
 * criterion takes the place of the lot: packing as good or better for a small part of the cost, and the same answer on every replay.
 */
export const placementCost = (mix: Mix, m: Free, d: Demand): number => {
  if (!fits(m, d)) return NO_FIT;
  const table = mix.table(m.shape);
  const before = sumOf(table, rowOf(m.cpuMilli, m.ramMiB), m);
  const after = d.milliGpu > 0 ? bestSlice(table, m, d).after : afterWhole(table, m, d);
  const gain = mix.weight === 0 ? 0 : Math.floor((before - after) / (mix.weight * STEP));
  return (MOST - gain) * SECOND + freeMilli(m);
};

/** The GPU, counted from 0, that a slice fragments least; the fullest of equals, then the first. -1 when none has the room. */
export const sliceGpu = (mix: Mix, m: Free, d: Demand): number => bestSlice(mix.table(m.shape), m, d).gpu;

/** With what the mix could not use then. GPUs that the slice is not on add up to the same on each try: one sum, and a difference each. */
const bestSlice = (table: Int32Array, m: Free, d: Demand): { readonly gpu: number; readonly after: number } => {
  const row = rowOf(m.cpuMilli - d.cpuMilli, m.ramMiB - d.ramMiB);
  let untouched = 0;
  let whole = 0;
  for (let g = m.gpuAt; g < m.gpuAt + m.gpus; g++) {
    const free = m.gpuMilli[g] ?? 0;
    untouched += free * blocked(table, row, free);
    if (free === WHOLE) whole++;
  }
  let best = -1;
  let least = Infinity;
  let fullest = 0;
  for (let g = 0; g < m.gpus; g++) {
    const free = m.gpuMilli[m.gpuAt + g] ?? 0;
    if (free < d.milliGpu || (best !== -1 && free === fullest)) continue;
    const left = free - d.milliGpu;
    const wholeThen = free === WHOLE ? whole - 1 : whole;
    const after = untouched - free * blocked(table, row, free) + left * blocked(table, row, left) - WHOLE * wholeThen * served(table, row, wholeThen);
    if (after > least || (after === least && free >= fullest)) continue;
    best = g;
    least = after;
    fullest = free;
  }
  return { gpu: best, after: least };
};

const fits = (m: Free, d: Demand): boolean => {
  if (m.cpuMilli < d.cpuMilli || m.ramMiB < d.ramMiB || d.shapes?.includes(m.shape) === false) return false;
  const each = d.milliGpu > 0 ? d.milliGpu : WHOLE;
  let left = d.milliGpu > 0 ? 1 : d.gpus;
  for (let g = m.gpuAt; g < m.gpuAt + m.gpus && left > 0; g++) if ((m.gpuMilli[g] ?? 0) >= each) left--;
  return left === 0;
};

/** Whole GPUs are taken from the wholly free ones, which are alike. */
const afterWhole = (table: Int32Array, m: Free, d: Demand): number => {
  const row = rowOf(m.cpuMilli - d.cpuMilli, m.ramMiB - d.ramMiB);
  let taken = d.gpus;
  let sum = 0;
  let whole = 0;
  for (let g = m.gpuAt; g < m.gpuAt + m.gpus; g++) {
    const free = m.gpuMilli[g] ?? 0;
    if (free === 0) continue;
    if (free === WHOLE) {
      if (taken > 0) { taken--; continue; }
      whole++;
    }
    sum += free * blocked(table, row, free);
  }
  return sum - WHOLE * whole * served(table, row, whole);
};

const freeMilli = (m: Free): number => {
  let sum = 0;
  for (let g = m.gpuAt; g < m.gpuAt + m.gpus; g++) sum += m.gpuMilli[g] ?? 0;
  return sum;
};
