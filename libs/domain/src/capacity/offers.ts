import { compare } from '../core/index.ts';
import { MAX_INSTANCES_PER_ORDER } from '../instance/model.ts';
import { most } from './choose.ts';
import type { Offer, PlacementRequest } from './model.ts';
import { admits, scopeOf } from './scope.ts';
import type { CapacityState } from './state.ts';
import { ENERGISED } from './state.ts';
import type { Tally } from './tally.ts';

/** Whose offers, over which time, under which law. */
export type Wish = Pick<PlacementRequest, 'tenantClass' | 'at' | 'leaseEnd' | 'legal'>;

/**
 * What a class of tenants can have now, per pool and shape, in order of shape and pool id. `available` is what `place` would accept in one
 * order for that pool, no more and no less; paused pools, and sites that the law closes, say 0. Pools that the class may never use are left out.
 */
export const offers = (s: CapacityState, wish: Wish): readonly Offer[] => {
  const list: Offer[] = [];
  for (const tally of s.tallies.values()) {
    const pool = tally.pool < 0 ? undefined : s.poolFacts[tally.pool];
    // An order that names a pool must name its shape: machines of another shape in it cannot be ordered there.
    if (pool === undefined || tally.total === 0 || s.shapes.key(tally.shape) !== pool.shapeId || !admits(pool, s.siteFacts.get(pool.datacenterId), wish.tenantClass)) continue;
    const scope = scopeOf(s, { ...wish, shapeId: pool.shapeId, datacenterId: null, poolId: pool.poolId });
    const available = most(s, scope.candidates, Math.min(scope.candidates.total, MAX_INSTANCES_PER_ORDER)).count;
    const next = nextOf(s, tally, pool.datacenterId, wish);
    list.push({ shapeId: pool.shapeId, datacenterId: pool.datacenterId, poolId: pool.poolId, available, free: tally.wholeFree(ENERGISED), total: tally.total, ...(next === undefined ? {} : { next }) });
  }
  return list.sort((a, b) => compare(a.shapeId, b.shapeId) || compare(a.poolId, b.poolId));
};

/** The first declared date on which there may be more: a greater contract at the site, a reservation of such a machine over. Leases that end are told without a promise: whoever holds one may renew. */
const nextOf = (s: CapacityState, tally: Tally, datacenterId: Offer['datacenterId'], { at }: Wish): Offer['next'] => {
  const now = s.power.contractW(datacenterId, at);
  const phase = s.power.contractChanges(datacenterId, at).find(t => s.power.contractW(datacenterId, t) > now);
  const ours = [...s.reserved].filter(([m]) => s.machinePool.get(m) === tally.pool && s.machineShape.get(m) === tally.shape);
  const reservation = ours.flatMap(([, list]) => list.map(r => r.to)).filter(t => t > at).sort()[0];
  if (phase === undefined && reservation === undefined) return undefined;
  return reservation === undefined || (phase !== undefined && phase <= reservation) ? { at: phase ?? '', because: 'PHASE_ENERGISED' } : { at: reservation, because: 'RESERVATION_ENDS' };
};
