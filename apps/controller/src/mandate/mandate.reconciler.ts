import type { MandateId } from '@cadastre/domain/core';
import type { MandateSeen, MandateStep } from '@cadastre/domain/mandate';
import { planMandate } from '@cadastre/domain/mandate';
import type { Lease, Reconciler } from '../loop/reconciler.ts';
import { DONE } from '../loop/reconciler.ts';
import type { MandateRows } from './rows.ts';

/**
 * Writes down the end of mandates. Nothing depends on its promptness: a reading is judged by the clock at the door and in the database. Rejected: an event at the first
 * refused reading, which would leave the end of an access that nobody tried again out of the tenant's log.
 */
export const mandateReconciler = (rows: MandateRows, lease: Lease, everySeconds: number): Reconciler<MandateId, MandateSeen, MandateStep, never> => ({
  noun: 'mandate',
  timer: { everySeconds, keys: () => rows.ids() },
  lease,
  observe: id => rows.load(id),
  plan: planMandate,
  execute: async seen => ((await rows.expire(seen)) === 'saved' ? DONE : { as: 'again', because: 'the mandate changed since the look' }),
  // Its steps change rows of ours.
  reaches: () => null,
  tenant: () => undefined,
  statusOf: () => null,
  commit: () => Promise.resolve('saved'),
  restless: ({ mandate, now }) => {
    const afterMs = Date.parse(mandate.expiresAt) - Date.parse(now);
    return afterMs > 0 && afterMs <= everySeconds * 1_000 ? { afterMs, because: 'a mandate ends' } : null;
  },
  wakes: () => [],
  traceparent: () => undefined,
});
