import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pause } from '@cadastre/platform/clock';
import { createIds } from '@cadastre/platform/ids';
import { silentLogger } from '@cadastre/platform/log';
import type { Nats } from '@cadastre/platform/nats';
import { connectNats } from '@cadastre/platform/nats';
import { commit } from '@cadastre/store/commit';
import * as outbox from '@cadastre/store/outbox';
import * as projects from '@cadastre/store/project';
import type { Store } from '@cadastre/store/pool';
import { actOf, openTestStore, seedSite, site, storeDatabase } from '@cadastre/store/testing';
import { waitFor } from '@cadastre/testing/wait';
import { runRelay } from './relay.ts';

const db = storeDatabase();
const ids = createIds();
let nats: Nats;
let stores: Record<'provider' | 'tenant' | 'controller', Store>;

beforeAll(async () => {
  nats = await connectNats({ url: process.env['CADASTRE_TEST_NATS_URL'] ?? '', name: 'relay-spec', log: silentLogger() });
  await nats.ensureStream();
  stores = { provider: openTestStore(db, 'provider', { ids }), tenant: openTestStore(db, 'tenant', { ids, max: 8 }), controller: openTestStore(db, 'controller', { ids }) };
});
afterAll(async () => {
  await nats.close();
  await Promise.all(Object.values(stores).map(s => s.close()));
});

const WRITES = 60;

describe('the relay between PostgreSQL and JetStream', () => {
  it('delivers every event of many writers at once, each with its trace and nothing but its key', async () => {
    const s = site(ids, { tenants: 1 });
    await seedSite(stores.provider, stores.tenant, s);
    const tenant = s.tenants[0];
    if (tenant === undefined) throw new Error('no tenant');
    const heard = new Map<string, string | undefined>();
    const tap = nats.tap('cad.v1._.project.renamed', wake => { heard.set(wake.key, wake.traceparent); });
    const stop = new AbortController();
    const relay = runRelay({
      readCursor: () => stores.controller.read('system', q => outbox.cursorOf(q, 'spec')), saveCursor: at => outbox.advance(stores.controller, 'spec', at),
      read: (after, limit) => stores.controller.read('system', q => outbox.after(q, after, limit)), publish: events => nats.publishEvents(events),
      pause, held: () => true, now: () => 0, onBatch: () => undefined, onTrouble: because => { throw new Error(because); },
    }, stop.signal);
    const keys = Array.from({ length: WRITES }, () => ids.next('project'));
    const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await Promise.all(keys.map(async key => {
      const done = await commit(stores.tenant, {
        scope: { tenant: tenant.id }, act: actOf('tenant'), writes: [projects.insert({
          id: key, tenantId: tenant.id, code: `p-${key.slice(-12)}`, name: 'P', stage: 'PILOT', legalScope: { jurisdictions: [], certifications: [], dataClass: 'ORDINARY' }, conditions: [], observedGeneration: 0, generation: 1,
        })],
        outbox: [{ noun: 'project', objectId: key, verb: 'renamed', regionCode: '_', tenantId: tenant.id, traceparent: trace }],
        audit: [{ type: 'tenancy.project.create', phase: 'completed', outcome: 'success', tenant: tenant.id, target: { kind: 'project', id: key } }],
      });
      if (!done.ok) throw new Error(JSON.stringify(done.error));
    }));
    await waitFor(() => keys.every(k => heard.has(k)), { what: 'every event' });
    expect(new Set([...heard.values()].map(t => t?.split('-')[1]))).toEqual(new Set([trace.split('-')[1]]));
    const end = await stores.controller.read('system', q => outbox.newest(q));
    await waitFor(async () => (await stores.controller.read('system', q => outbox.cursorOf(q, 'spec'))).seq >= end.seq, { what: 'the cursor at the end' });
    stop.abort();
    await relay;
    await tap.close();
  });
});
