import type { ReservationId } from '../core/index.ts';
import { MAX_INSTANCES_PER_ORDER } from '../instance/model.ts';
import type { Chosen, Pick } from './choose.ts';
import { choose } from './choose.ts';
import type { Placement, PlacementRequest, Refusal, Verdict } from './model.ts';
import { cpuOf, ramOf } from './need.ts';
import { groupVerdicts, refused } from './refuse.ts';
import type { Scope } from './scope.ts';
import { scopeOf } from './scope.ts';
import { quotaRefusal } from './quota-check.ts';
import type { CapacityState } from './state.ts';

/**
 * The verdict on an order: all of its instances, or none and every reason with its numbers. A function of the ledger and the request
 * alone; the state is read, and what is remembered beside it for the next decision changes no answer. Says nothing about what else would do:
 * see `counterfactuals`.
 */
export const place = (s: CapacityState, r: PlacementRequest): Verdict => {
  const wrong = misconfigured(s, r);
  if (wrong !== undefined) return { outcome: 'REFUSED', ledgerIndex: s.index, reasons: [wrong], wouldFit: 0, groups: [], counterfactuals: [], forEver: wrong.params['field'] !== 'lease' };
  const scope = scopeOf(s, r);
  const quota = quotaRefusal(s, r, scope);
  if (quota !== undefined) return refused(s, r, scope, quota);
  const chosen = choose(s, scope.candidates, r);
  return chosen.picks.length === r.count ? placed(s, scope, chosen) : refused(s, r, scope, undefined);
};

const placed = (s: CapacityState, scope: Scope, { picks, level }: Chosen): Verdict => ({
  outcome: 'PLACED', ledgerIndex: s.index, placements: picks.map(p => placement(s, scope, p)), topology: level, groups: groupVerdicts(s, scope),
});

const misconfigured = (s: CapacityState, r: PlacementRequest): Refusal | undefined => {
  const no = (params: Refusal['params']): Refusal => ({ reason: 'MISCONFIGURED', candidates: 0, params });
  const outside = (field: string, value: number | undefined, minimum: number, maximum: number): Refusal | undefined =>
    value !== undefined && (!Number.isInteger(value) || value < minimum || value > maximum) ? no({ field, value: String(value), minimum, maximum }) : undefined;
  const number = outside('count', r.count, 1, MAX_INSTANCES_PER_ORDER) ?? outside('gpusPerInstance', r.gpusPerInstance, 0, 1024) ?? outside('milliGpu', r.milliGpu, 1, 999)
    ?? outside('cpuMilli', r.cpuMilli, 0, 1e9) ?? outside('ramMiB', r.ramMiB, 0, 1e9);
  if (number !== undefined) return number;
  if (r.leaseEnd <= r.at) return no({ field: 'leaseEnd', value: r.leaseEnd, minimum: r.at });
  if (r.milliGpu !== undefined && r.gpusPerInstance !== undefined) return no({ field: 'milliGpu', value: String(r.milliGpu), expected: 'a slice or whole GPUs, not both' });
  // Work that takes neither GPU nor CPU would fit without end.
  if (r.gpusPerInstance === 0 && (r.cpuMilli ?? 0) === 0) return no({ field: 'cpuMilli', value: String(r.cpuMilli ?? ''), minimum: 1 });
  return (r.reservationId === undefined ? undefined : mayNotDraw(s, r, r.reservationId, no)) ?? poolMismatch(s, r, no);
};

/** A reservation is its project's alone, and a lease on it ends when it does. */
const mayNotDraw = (s: CapacityState, r: PlacementRequest, id: ReservationId, no: (params: Refusal['params']) => Refusal): Refusal | undefined => {
  const [one] = s.reservations.get(id) ?? [];
  if (one?.tenantId !== r.tenantId || one.projectId !== r.projectId) return no({ field: 'reservationId', value: id });
  return r.at < one.from || r.leaseEnd > one.to ? no({ field: 'lease', value: `${r.at} ${r.leaseEnd}`, minimum: one.from, maximum: one.to }) : undefined;
};

const poolMismatch = (s: CapacityState, r: PlacementRequest, no: (params: Refusal['params']) => Refusal): Refusal | undefined => {
  const row = r.poolId === null ? undefined : s.pools.find(r.poolId);
  const pool = row === undefined ? undefined : s.poolFacts[row];
  if (pool === undefined) return undefined;
  if (pool.shapeId !== r.shapeId) return no({ field: 'poolId', value: pool.poolId, shapeId: pool.shapeId, askedShapeId: r.shapeId });
  if (r.datacenterId !== null && pool.datacenterId !== r.datacenterId) {
    return no({ field: 'poolId', value: pool.poolId, datacenterId: pool.datacenterId, askedDatacenterId: r.datacenterId });
  }
  return undefined;
};

const placement = (s: CapacityState, { need }: Scope, { machine, watts, slot, fragmentation, rackRoom }: Pick): Placement => {
  const pool = s.poolFacts[s.machinePool.get(machine)];
  if (pool === undefined) throw new Error('a machine was chosen whose pool is not in the ledger');
  const whole = {
    machineId: s.machines.key(machine),
    rackId: s.racks.key(s.machineRack.get(machine)),
    poolId: pool.poolId,
    clusterId: pool.clusterId,
    datacenterId: pool.datacenterId,
    shapeId: s.shapes.key(s.machineShape.get(machine)),
    gpus: need.gpus,
    watts,
    cpuMilli: cpuOf(s, machine, need),
    ramMiB: ramOf(s, machine, need),
    score: { fragmentation, rackRoom },
  };
  return slot === undefined ? whole : { ...whole, milliGpu: need.milliGpu, slot };
};
