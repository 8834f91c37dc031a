import type { TenantClass } from '../organisation/model.ts';
import { MAX_INSTANCES_PER_ORDER } from '../instance/model.ts';
import type { Offer } from './model.ts';
import { admits, scopeOf } from './scope.ts';
import type { CapacityState } from './state.ts';
import { ENERGISED } from './state.ts';

/**
 * What a class of tenants can have now, per pool and shape, in order of shape and pool id. `available` is what `decide` would accept in one
 * order for that pool, no more and no less; paused pools say 0.
 */
export const offers = (s: CapacityState, tenantClass: TenantClass): readonly Offer[] => {
  const list: Offer[] = [];
  for (const tally of s.tallies.values()) {
    const pool = tally.pool < 0 ? undefined : s.poolFacts[tally.pool];
    // An order that names a pool must name its shape: machines of another shape in it cannot be ordered there.
    if (pool === undefined || tally.total === 0 || !admits(pool, tenantClass) || s.shapes.key(tally.shape) !== pool.shapeId) continue;
    const scope = scopeOf(s, { tenantClass, shapeId: pool.shapeId, datacenterId: null, poolId: pool.poolId });
    list.push({
      shapeId: pool.shapeId, datacenterId: pool.datacenterId, poolId: pool.poolId,
      available: Math.min(scope.candidates.total, MAX_INSTANCES_PER_ORDER), free: tally.wholeFree(ENERGISED), total: tally.total,
    });
  }
  return list.sort((a, b) => compare(a.shapeId, b.shapeId) || compare(a.poolId, b.poolId));
};

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
