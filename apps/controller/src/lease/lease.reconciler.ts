import type { RegionId } from '@cadastre/domain/core';
import type { Leased, LeasesSeen, LeaseStep } from '@cadastre/domain/instance';
import { nextEnd, planLeases } from '@cadastre/domain/instance';
import type { Did, Lease, Reconciler } from '../loop/reconciler.ts';
import { DONE } from '../loop/reconciler.ts';
import type { Release, ReleaseAsked } from '../release.ts';
import type { LeaseRows } from './rows.ts';

export interface LeaseHands {
  readonly rows: LeaseRows;
  readonly release: Release;
}

const STALE: Did = { as: 'again', because: 'the rows changed since the look' };

/**
 * Warns tenants of the end of their leases and gives back what is over, a region at a time: its allocator decides, and one that is silent holds up no other
 * region. Nothing is kept of a release: an instance that is on its way out is not seen again.
 */
export const leaseReconciler = ({ rows, release }: LeaseHands, lease: Lease, everySeconds: number): Reconciler<RegionId, LeasesSeen, LeaseStep, never> => ({
  noun: 'lease',
  timer: { everySeconds, keys: () => rows.ids() },
  lease,
  observe: id => rows.load(id),
  plan: planLeases,
  execute: async (seen, step) => {
    if (step.do === 'warn') return (await rows.warn(seen, step.leases)) === 'saved' ? DONE : STALE;
    const came = await release(releaseOf(seen, step.lease));
    return typeof came === 'object' ? { as: 'again', because: came.again } : DONE;
  },
  // Its steps change rows of ours, or ask the allocator.
  reaches: () => null,
  tenant: () => undefined,
  statusOf: () => null,
  commit: () => Promise.resolve('saved'),
  restless: seen => {
    const next = nextEnd(seen);
    const afterMs = next === undefined ? Infinity : Date.parse(next) - Date.parse(seen.now);
    return afterMs <= everySeconds * 1_000 ? { afterMs, because: 'a lease ends, or is to be warned of' } : null;
  },
  wakes: () => [],
  traceparent: () => undefined,
});

/** An instance has one lease: whoever asks again asks the same. */
const releaseOf = ({ regionCode }: LeasesSeen, { id, tenantId }: Leased): ReleaseAsked =>
  ({ regionCode, tenantId, instanceId: id, key: `lease-${id}`, operation: 'lease.release', because: { policy: 'system', rule: 'lease-ended' } });
