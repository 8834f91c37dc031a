import type { DatacenterId, Ids } from '@cadastre/domain/core';
import type { ViolationStep } from '@cadastre/domain/violation';
import { nextLook, planViolations } from '@cadastre/domain/violation';
import type { Did, Lease, Reconciler } from '../loop/reconciler.ts';
import { DONE } from '../loop/reconciler.ts';
import type { LawSeen, ViolationRows } from './rows.ts';

const STALE: Did = { as: 'again', because: 'the rows changed since the look' };

/**
 * Keeps the dated violations of a datacenter what they should be. Nothing outside the database is touched: the steps are the writes, one tenant
 * each, and the violations are their own status. A lapse within the time of the timer is looked at when it happens, not when the timer comes by.
 */
export const violationReconciler = (rows: ViolationRows, ids: Ids, lease: Lease, everySeconds: number): Reconciler<DatacenterId, LawSeen, ViolationStep, never> => ({
  noun: 'violation',
  timer: { everySeconds, keys: () => rows.ids() },
  lease,
  observe: id => rows.load(id),
  plan: seen => planViolations(seen, ids),
  execute: async (seen, step) => ((await rows.write(seen, step)) === 'saved' ? DONE : STALE),
  // Its steps change rows of ours, or ask the allocator.
  reaches: () => null,
  tenant: () => undefined,
  statusOf: () => null,
  commit: () => Promise.resolve('saved'),
  restless: seen => {
    const next = nextLook(seen);
    const afterMs = next === undefined ? Infinity : Date.parse(next) - Date.parse(seen.now);
    return afterMs <= everySeconds * 1_000 ? { afterMs, because: 'a certification begins or lapses' } : null;
  },
  wakes: () => [],
  traceparent: () => undefined,
});
