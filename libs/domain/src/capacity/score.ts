import type { Free } from './fragmentation.ts';
import { placementCost, sliceGpu } from './fragmentation.ts';
import type { Demand } from './mix.ts';
import { MAX_GPUS } from './mix.ts';
import type { Need } from './need.ts';
import { cpuOf, ramOf } from './need.ts';
import type { CapacityState } from './state.ts';
import { NONE, freeGpus } from './state.ts';

// One view for all machines, filled anew each time: a decision may look at thousands, and none of them outlives the look.
const gpuMilli = new Int32Array(MAX_GPUS);
const view: { -readonly [K in keyof Free]: Free[K] } = { shape: 0, cpuMilli: 0, ramMiB: 0, gpuMilli, gpuAt: 0, gpus: 0 };

/** GPUs opened for slices first, by slot, then the whole ones. A machine of more GPUs than the mix knows looks like one of as many as it knows. */
const freeOf = (s: CapacityState, m: number, slices: ReadonlyMap<number, number> | undefined, whole: number): Free => {
  view.shape = s.machineShape.get(m);
  view.cpuMilli = Math.max(0, s.machineCpu.get(m) - s.machineUsedCpu.get(m));
  view.ramMiB = Math.max(0, s.machineRam.get(m) - s.machineUsedRam.get(m));
  let n = 0;
  if (slices !== undefined) for (const free of slices.values()) if (n < MAX_GPUS) gpuMilli[n++] = free;
  for (let k = 0; k < whole && n < MAX_GPUS; k++) gpuMilli[n++] = 1000;
  view.gpus = n;
  return view;
};

const demandOf = (s: CapacityState, m: number, need: Need): Demand => ({ cpuMilli: cpuOf(s, m, need), ramMiB: ramOf(s, m, need), gpus: Math.min(need.gpus, MAX_GPUS), milliGpu: need.milliGpu });

/** What one instance on the machine costs the region in fragmentation; smaller is better. See fragmentation.ts. */
export const fragmentationOf = (s: CapacityState, m: number, need: Need): number => placementCost(s.mix, freeOf(s, m, s.slices.get(m), freeGpus(s, m)), demandOf(s, m, need));

/** Slots for `n` more slices on the machine, each on the GPU that it fragments least. None for whole GPUs. */
export const slotsFor = (s: CapacityState, m: number, need: Need, n: number): readonly number[] => {
  if (need.milliGpu === 0) return [];
  const open = new Map([...(s.slices.get(m) ?? [])].sort(([a], [b]) => a - b));
  const slots: number[] = [];
  for (let whole = freeGpus(s, m); slots.length < n;) {
    const gpu = sliceGpu(s.mix, freeOf(s, m, open, whole), demandOf(s, m, need));
    const slot = [...open.keys()][gpu] ?? unused(open);
    if (!open.has(slot)) whole--;
    open.set(slot, (open.get(slot) ?? 1000) - need.milliGpu);
    slots.push(slot);
  }
  return slots;
};

const unused = (open: ReadonlyMap<number, number>): number => {
  let slot = NONE + 1;
  while (open.has(slot)) slot++;
  return slot;
};
