import type { LedgerEntry } from '@cadastre/domain/capacity';
import type { RegionId } from '@cadastre/domain/core';
import { readIdempotency } from '@cadastre/store/commit';
import * as instances from '@cadastre/store/instance';
import * as ledger from '@cadastre/store/ledger';
import * as plans from '@cadastre/store/plan';
import * as reservations from '@cadastre/store/reservation';
import type { Store } from '@cadastre/store/pool';
import type { Turn } from './ask.ts';
import { idempotencyOf } from './ask.ts';
import type { Known } from './step.ts';
import { recordKey } from './step.ts';

/** Entries of one read: small enough that a take-over of a long ledger never holds more than this beside the fold. */
const CHUNK = 20_000;

/** The ledger after `index`, piece by piece, each in its own short transaction. */
export async function* ledgerAfter(store: Store, regionId: RegionId, index: number): AsyncGenerator<readonly LedgerEntry[]> {
  for (let from = index; ;) {
    const after = from;
    const entries = await store.read('system', q => ledger.after(q, regionId, after, CHUNK));
    if (entries.length > 0) yield entries;
    if (entries.length < CHUNK) return;
    from = entries.at(-1)?.index ?? from;
  }
}

/** One statement for the keys of a whole batch, and one for the instances that it gives back, when there are any. */
export const knownFor = async (store: Store, regionId: RegionId, turns: readonly Turn[]): Promise<Known> => {
  const keys = turns.map(t => idempotencyOf(t.request)).filter(k => k !== undefined);
  const ids = turns.flatMap(({ request: r }) => (r.kind === 'RELEASE' || r.kind === 'FREE' ? [r.instanceId] : []));
  const planIds = turns.flatMap(({ request: r }) => (r.kind === 'APPLY' ? [r.planId] : []));
  const reservationIds = turns.flatMap(({ request: r }) => (r.kind === 'CANCEL_RESERVATION' ? [r.reservationId] : []));
  const [records, found, held, reserved] = await Promise.all([
    readIdempotency(store, keys),
    ids.length === 0 ? undefined : store.read('system', q => instances.byIds(q, ids)),
    planIds.length === 0 ? undefined : store.read('system', q => plans.byIds(q, planIds)),
    reservationIds.length === 0 ? undefined : store.read('system', q => reservations.byIds(q, reservationIds)),
  ]);
  return {
    records: new Map(records.map(r => [recordKey(r), r])),
    instances: new Map([...(found?.values() ?? [])].filter(i => i.regionId === regionId).map(i => [i.id, i])),
    plans: new Map([...(held?.values() ?? [])].filter(p => p.regionId === regionId).map(p => [p.id, p])),
    reservations: new Map([...(reserved?.values() ?? [])].filter(r => r.regionId === regionId).map(r => [r.id, r])),
  };
};
