import type { Clock } from '@cadastre/domain/core';
import { decideExpireMandate } from '@cadastre/domain/mandate';
import { commit } from '@cadastre/store/commit';
import * as mandates from '@cadastre/store/mandate';
import type { Store } from '@cadastre/store/pool';
import type { MakeAct } from '../act.ts';
import type { MandateRows } from './rows.ts';

export const storedMandates = (store: Store, makeAct: MakeAct, clock: Clock, aheadSeconds: number): MandateRows => ({
  load: async id => {
    const mandate = await store.read('system', q => mandates.get(q, id));
    return mandate === undefined ? null : { now: clock.now(), mandate };
  },
  ids: () => store.read('system', q => mandates.endingBefore(q, new Date(Date.parse(clock.now()) + aheadSeconds * 1_000).toISOString())),
  expire: async ({ mandate }) => {
    const { next, changes, ifGeneration, events, audit } = decideExpireMandate(mandate);
    const saved = await commit(store, { scope: 'system', act: makeAct('mandate.expire'), writes: [mandates.change(next.id, changes, { ifGeneration })], outbox: events, audit });
    return saved.ok ? 'saved' : 'stale';
  },
});
