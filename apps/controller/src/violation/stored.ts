import type { Clock } from '@cadastre/domain/core';
import { factsOfStep } from '@cadastre/domain/violation';
import { currentTraceparent } from '@cadastre/platform/otel';
import { commit } from '@cadastre/store/commit';
import type { Store } from '@cadastre/store/pool';
import * as violations from '@cadastre/store/violation';
import type { MakeAct } from '../act.ts';
import type { ViolationRows } from './rows.ts';

export const storedViolations = (store: Store, makeAct: MakeAct, clock: Clock): ViolationRows => ({
  load: id => store.read('system', async q => {
    const [site, instances, lasting] = await Promise.all([violations.siteLaw(q, id), violations.bound(q, id), violations.lasting(q, id)]);
    if (site === undefined) return null;
    const { regionCode, ...law } = site;
    return { now: clock.now(), regionCode, instances, lasting, sites: new Map([[id, law]]) };
  }),
  ids: () => store.read('system', q => violations.tended(q)),
  write: async ({ regionCode }, step) => {
    const traceparent = currentTraceparent();
    const { events, audit } = factsOfStep(step, regionCode);
    const saved = await commit(store, {
      scope: { tenant: step.tenantId }, act: makeAct('violation.state'), audit,
      writes: [step.do === 'open' ? violations.open(step.violations) : violations.end(step.violations)],
      outbox: events.map(e => (traceparent === undefined ? e : { ...e, traceparent })),
    });
    return saved.ok ? 'saved' : 'stale';
  },
});
