import { MAX_INSTANCES_PER_ORDER } from '../instance/model.ts';
import { TENANT_CLASSES } from '../organisation/model.ts';
import type { Pick } from './candidates.ts';
import type { Placement, PlacementReason, PlacementRequest, Refusal, Verdict } from './model.ts';
import { PLACEMENT_REASONS } from './model.ts';
import type { Group, Scope } from './scope.ts';
import { admits, scopeOf } from './scope.ts';
import type { CapacityState } from './state.ts';
import { ENERGISED, FAILED, HELD } from './state.ts';

/**
 * The verdict on an order: all of its machines, or none and every reason with its numbers. A function of the ledger and the request
 * alone; the state is read, and what is remembered in it for the next decision changes no answer.
 */
export const decide = (s: CapacityState, r: PlacementRequest): Verdict => {
  const wrong = misconfigured(s, r);
  if (wrong !== undefined) return { outcome: 'REFUSED', ledgerIndex: s.index, reasons: [wrong], wouldFit: 0 };
  const scope = scopeOf(s, r);
  if (scope.candidates.total < r.count) {
    return { outcome: 'REFUSED', ledgerIndex: s.index, reasons: refusals(s, r, scope), wouldFit: scope.candidates.total };
  }
  return { outcome: 'PLACED', ledgerIndex: s.index, placements: scope.candidates.choose(r.count).map(p => placement(s, scope, p)) };
};

const misconfigured = (s: CapacityState, r: PlacementRequest): Refusal | undefined => {
  const no = (params: Refusal['params']): Refusal => ({ reason: 'MISCONFIGURED', candidates: 0, params });
  if (!Number.isInteger(r.count) || r.count < 1 || r.count > MAX_INSTANCES_PER_ORDER) {
    return no({ field: 'count', value: String(r.count), minimum: 1, maximum: MAX_INSTANCES_PER_ORDER });
  }
  if (r.gpusPerInstance !== undefined && (!Number.isInteger(r.gpusPerInstance) || r.gpusPerInstance < 1)) {
    return no({ field: 'gpusPerInstance', value: String(r.gpusPerInstance), minimum: 1 });
  }
  const row = r.poolId === null ? undefined : s.pools.find(r.poolId);
  const pool = row === undefined ? undefined : s.poolFacts[row];
  if (pool === undefined) return undefined;
  if (pool.shapeId !== r.shapeId) return no({ field: 'poolId', value: pool.poolId, shapeId: pool.shapeId, askedShapeId: r.shapeId });
  if (r.datacenterId !== null && pool.datacenterId !== r.datacenterId) {
    return no({ field: 'poolId', value: pool.poolId, datacenterId: pool.datacenterId, askedDatacenterId: r.datacenterId });
  }
  return undefined;
};

const placement = (s: CapacityState, scope: Scope, p: Pick): Placement => {
  const pool = s.poolFacts[s.machinePool.get(p.machine)];
  if (pool === undefined) throw new Error('a machine was chosen whose pool is not in the ledger');
  return {
    machineId: s.machines.key(p.machine),
    rackId: s.racks.key(s.machineRack.get(p.machine)),
    poolId: pool.poolId,
    clusterId: pool.clusterId,
    datacenterId: pool.datacenterId,
    gpus: scope.size,
    reservedW: p.watts,
  };
};

/** What stands in the way, nested: each number leaves out what the one before it counts. In claims of the size asked for. */
interface Funnel {
  readonly asked: number;
  /** If nothing ran anywhere. */
  readonly potential: number;
  readonly admitted: number;
  /** Free now, also on hold or failed. */
  readonly free: number;
  readonly notHeld: number;
  readonly healthy: number;
  readonly fit: number;
}

const refusals = (s: CapacityState, r: PlacementRequest, scope: Scope): Refusal[] => {
  const f = funnelOf(r.count, scope);
  const found = [shapeRefusal(s, r, scope), classRefusal(r, scope), holdRefusal(scope), powerRefusal(s, f, scope), healthRefusal(scope), capacityRefusal(f, scope)]
    .filter(x => x !== undefined);
  const headline = headlineOf(f);
  return [...found].sort((a, b) => rank(a.reason, headline) - rank(b.reason, headline));
};

const rank = (reason: PlacementReason, headline: PlacementReason): number => (reason === headline ? -1 : PLACEMENT_REASONS.indexOf(reason));

/**
 * The check without which the order would have gone furthest: what for ever forbids comes before what is only busy, and what is busy
 * before what is free but blocked. So free GPUs on racks without power say RACK_POWER, and no free GPU says NO_CAPACITY.
 */
const headlineOf = (f: Funnel): PlacementReason => {
  if (f.potential === 0) return 'NO_MATCHING_SHAPE';
  if (f.admitted === 0) return 'TENANT_CLASS';
  if (f.admitted < f.asked && f.potential >= f.asked) return 'TENANT_CLASS';
  if (f.free < f.asked) return 'NO_CAPACITY';
  if (f.notHeld < f.asked) return 'ON_HOLD';
  return f.healthy < f.asked ? 'HEALTH' : 'RACK_POWER';
};

const sum = (groups: readonly Group[], of: (g: Group) => number): number => groups.reduce((total, g) => total + of(g), 0);

const funnelOf = (asked: number, { groups, size, candidates }: Scope): Funnel => {
  const admitted = groups.filter(g => g.admitted);
  const running = admitted.filter(g => !g.paused);
  return {
    asked,
    potential: sum(groups, g => g.tally.potential(size)),
    admitted: sum(admitted, g => g.tally.potential(size)),
    free: sum(admitted, g => g.tally.slots(ENERGISED, size) + g.tally.slots(HELD, size) + g.tally.slots(FAILED, size)),
    notHeld: sum(running, g => g.tally.slots(ENERGISED, size) + g.tally.slots(FAILED, size)),
    healthy: sum(running, g => g.tally.slots(ENERGISED, size)),
    fit: candidates.total,
  };
};

/** No machine of the shape at the place asked for, or none that has so many GPUs. */
const shapeRefusal = (s: CapacityState, r: PlacementRequest, { groups, size }: Scope): Refusal | undefined => {
  if (groups.some(g => g.tally.potential(size) > 0)) return undefined;
  const shape = s.shapes.find(r.shapeId) ?? -1;
  const elsewhere = [...s.tallies.values()].reduce((n, t) => (t.shape === shape ? n + t.total : n), 0);
  return { reason: 'NO_MATCHING_SHAPE', candidates: 0, params: { shape: r.shapeCode, gpus: size, machines: 0, machinesElsewhere: elsewhere - sum(groups, g => g.tally.total) } };
};

const classRefusal = (r: PlacementRequest, { groups }: Scope): Refusal | undefined => {
  const closed = groups.filter(g => !g.admitted);
  const machines = sum(closed, g => g.tally.total);
  if (machines === 0) return undefined;
  const admitted = TENANT_CLASSES.filter(c => closed.some(g => g.pool !== undefined && admits(g.pool, c)));
  return { reason: 'TENANT_CLASS', candidates: machines, params: { tenantClass: r.tenantClass, admitted, pools: closed.length, machines } };
};

const holdRefusal = ({ groups }: Scope): Refusal | undefined => {
  const paused = groups.filter(g => g.admitted && g.paused);
  const inPaused = sum(paused, g => g.tally.total);
  const held = sum(groups.filter(g => g.admitted && !g.paused), g => g.tally.machines(HELD));
  if (inPaused + held === 0) return undefined;
  return {
    reason: 'ON_HOLD', candidates: inPaused + held,
    params: { heldMachines: held, pausedPools: paused.filter(g => g.pool !== undefined).length, machinesInPausedPools: inPaused },
  };
};

const powerRefusal = (s: CapacityState, f: Funnel, { candidates }: Scope): Refusal | undefined => {
  const near = candidates.nearlyEnough();
  if (near === undefined) return undefined;
  return {
    reason: 'RACK_POWER', candidates: f.healthy - f.fit,
    params: {
      askedW: near.room.nextW, freeW: Math.max(0, near.room.leftW), limitW: s.rackMaxW.get(near.rack), racks: candidates.blockedRacks,
      freeMachines: f.healthy, blockedMachines: f.healthy - f.fit,
    },
  };
};

const healthRefusal = ({ groups }: Scope): Refusal | undefined => {
  const failed = sum(groups.filter(g => g.admitted && !g.paused), g => g.tally.machines(FAILED));
  return failed === 0 ? undefined : { reason: 'HEALTH', candidates: failed, params: { failedMachines: failed } };
};

const capacityRefusal = (f: Funnel, { groups, size }: Scope): Refusal | undefined => {
  if (f.admitted === 0 || f.free >= f.asked) return undefined;
  const total = sum(groups.filter(g => g.admitted), g => g.tally.total);
  return {
    reason: 'NO_CAPACITY', candidates: f.admitted - f.free,
    params: { asked: f.asked, free: f.free, total: f.admitted, machines: total, gpusAsked: f.asked * size, gpusFree: f.free * size },
  };
};
