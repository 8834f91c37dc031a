import type { PlacementRequest } from '@cadastre/domain/capacity';
import { RESERVED_FROM } from '../region/world.ts';
import type { Columns } from '../region/columns.ts';

/**
 * The best machine by looking at every one: state, shape, pool, reservation, GPUs, CPU, memory, then the watts of its rack and of all above it, worked out
 * once a rack. Best fit: the machine that is left fullest, in the rack that is left fullest. The row, or -1.
 */
export const scan = (c: Columns, r: PlacementRequest, want: { readonly shape: number; readonly gpus: number }): number => {
  const admitted = c.admitted(r);
  const beyond = r.leaseEnd > RESERVED_FROM;
  const milli = r.milliGpu ?? 0;
  let best = -1;
  let least = Infinity;
  let rack = -1;
  let left = 0;
  for (let m = 0; m < c.machines; m++) {
    if (c.open[m] !== 1 || c.shape[m] !== want.shape || admitted[c.pool[m] ?? 0] !== 1 || (beyond && c.reserved[m] === 1)) continue;
    const gpus = c.gpus[m] ?? 1;
    const fit = milli > 0 ? leastSlice(c, m, milli) : (c.free[m] ?? 0) - want.gpus;
    if (fit < 0) continue;
    const share = milli > 0 ? milli / (1_000 * gpus) : want.gpus / gpus;
    if ((c.cpuFree[m] ?? 0) < (r.cpuMilli ?? Math.floor((c.cpu[m] ?? 0) * share)) || (c.ramFree[m] ?? 0) < (r.ramMiB ?? Math.floor((c.ram[m] ?? 0) * share))) continue;
    const at = c.rackOf[m] ?? 0;
    if (at !== rack) {
      rack = at;
      left = c.leftW(rack, r);
    }
    const watts = Math.ceil((c.drawW[m] ?? 0) * share);
    if (watts > left) continue;
    const key = fit * 1_000_000 + (left - watts);
    if (key < least) {
      least = key;
      best = m;
    }
  }
  return best;
};

/** Thousandths that are left of the fullest GPU that takes the slice; -1: none does. */
const leastSlice = (c: Columns, m: number, milli: number): number => {
  let least = Infinity;
  for (let g = m * 8; g < m * 8 + (c.gpus[m] ?? 0); g++) {
    const left = (c.milli[g] ?? 0) - milli;
    if (left >= 0 && left < least) least = left;
  }
  return least === Infinity ? -1 : least;
};
