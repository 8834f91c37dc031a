import type { PlacementRequest } from '@cadastre/domain/capacity';
import type { Columns } from '../region/columns.ts';
import { RESERVED_FROM } from '../region/world.ts';

/**
 * The tightest group that takes the whole gang of whole machines, by filling every group: each machine that is free is taken when the rack and everything above
 * it still have its watts, those given to the group before counted. How many the group takes; 0 when none takes all. A lesser question than an order's: it
 * judges no fragmentation, and names no machine.
 */
export const fillEach = (c: Columns, r: PlacementRequest, groups: readonly Int32Array[], shape: number): number => {
  const admitted = c.admitted(r);
  const taken = new Float64Array(c.now.length);
  let tightest = Infinity;
  for (const group of groups) {
    let fit = 0;
    for (const m of group) if (isFree(c, m, r, shape, admitted) && give(c, m, r, taken)) fit++;
    if (fit >= r.count && fit < tightest) tightest = fit;
    if (fit > 0) for (const m of group) forget(c, m, taken);
  }
  return tightest === Infinity ? 0 : tightest;
};

const isFree = (c: Columns, m: number, r: PlacementRequest, shape: number, admitted: Uint8Array): boolean =>
  c.open[m] === 1 && c.shape[m] === shape && admitted[c.pool[m] ?? 0] === 1 && c.free[m] === c.gpus[m] && !(c.reserved[m] === 1 && r.leaseEnd > RESERVED_FROM) && c.cpuFree[m] === c.cpu[m] && c.ramFree[m] === c.ram[m];

/** Takes the machine's watts of every limit above it, unless one of them has too few. */
const give = (c: Columns, m: number, r: PlacementRequest, taken: Float64Array): boolean => {
  const rack = c.rackOf[m] ?? 0;
  const watts = c.drawW[m] ?? 0;
  const beyond = r.leaseEnd > RESERVED_FROM;
  const [from, to] = [c.chainAt[rack] ?? 0, c.chainAt[rack + 1] ?? 0];
  for (let k = from; k < to; k++) {
    const limit = c.chainLimit[k] ?? 0;
    const now = c.now[limit] ?? 0;
    if ((beyond ? Math.min(now, c.then[limit] ?? 0) : now) - (taken[limit] ?? 0) < watts * (c.chainWeight[k] ?? 1)) return false;
  }
  for (let k = from; k < to; k++) taken[c.chainLimit[k] ?? 0] = (taken[c.chainLimit[k] ?? 0] ?? 0) + watts * (c.chainWeight[k] ?? 1);
  return true;
};

const forget = (c: Columns, m: number, taken: Float64Array): void => {
  const rack = c.rackOf[m] ?? 0;
  for (let k = c.chainAt[rack] ?? 0; k < (c.chainAt[rack + 1] ?? 0); k++) taken[c.chainLimit[k] ?? 0] = 0;
};
