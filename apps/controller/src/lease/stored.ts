import type { Clock } from '@cadastre/domain/core';
import { factsOfEnding } from '@cadastre/domain/instance';
import { currentTraceparent } from '@cadastre/platform/otel';
import { commit } from '@cadastre/store/commit';
import * as instances from '@cadastre/store/instance';
import type { Store } from '@cadastre/store/pool';
import * as regions from '@cadastre/store/region';
import type { MakeAct } from '../act.ts';
import type { LeaseRows } from './rows.ts';

// Each is an audit event, or a question to the allocator: what a look takes on must be done before the next is due.
const AT_MOST = 200;

export interface LeaseOptions {
  readonly warningSeconds: number;
  /** What becomes due within these seconds is read too, so that it is looked at when it is. */
  readonly aheadSeconds: number;
  readonly atMost?: number;
}

export const storedLeases = (store: Store, makeAct: MakeAct, clock: Clock, { warningSeconds, aheadSeconds, atMost = AT_MOST }: LeaseOptions): LeaseRows => ({
  load: id => store.read('system', async q => {
    const now = clock.now();
    const until = new Date(Date.parse(now) + aheadSeconds * 1_000).toISOString();
    const [region, leases] = await Promise.all([regions.get(q, id), instances.leasesDue(q, id, { now, until, warningSeconds, atMost })]);
    return region === undefined ? null : { now, regionCode: region.code, warningSeconds, atMost, leases };
  }),
  ids: () => store.read('system', async q => (await regions.list(q)).map(r => r.id)),
  warn: async ({ regionCode }, leases) => {
    const traceparent = currentTraceparent();
    const now = clock.now();
    const { events, audit } = factsOfEnding(leases, { now, regionCode });
    const saved = await commit(store, {
      scope: 'system', act: makeAct('lease.warn'), writes: [instances.leaseWarned(leases, now)], audit, outbox: events.map(e => (traceparent === undefined ? e : { ...e, traceparent })),
    });
    return saved.ok ? 'saved' : 'stale';
  },
});
