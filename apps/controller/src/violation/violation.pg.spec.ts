import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CertificationId, Instant, InstanceId } from '@cadastre/domain/core';
import * as certifications from '@cadastre/store/certification';
import { commit, commitAllocations } from '@cadastre/store/commit';
import { acquireLease } from '@cadastre/store/lease';
import type { Store } from '@cadastre/store/pool';
import { actOf, asSuperuser, countingIds, createItem, inventoryItem, openTestStore, placementOn, seedSite, site, storeDatabase } from '@cadastre/store/testing';
import * as violations from '@cadastre/store/violation';
import { makeActOf } from '../act.ts';
import { UNANNOUNCED } from '../loop/effects.ts';
import { reconcile } from '../loop/reconciler.ts';
import { storedViolations } from './stored.ts';
import { violationReconciler } from './violation.reconciler.ts';

const db = storeDatabase();
const ids = countingIds();
const s = site(ids);
const LAPSE = '2099-03-01T12:00:00.000Z';
const EVERY_SECONDS = 60;
let stores: Readonly<Record<'provider' | 'tenant' | 'controller' | 'allocator', Store>>;
let instanceId: InstanceId;
let certificationId: CertificationId;

const mine = () => {
  const [tenant] = s.tenants;
  if (tenant === undefined) throw new Error('no tenant');
  return { tenant: tenant.id };
};

/** An instance with health data on a site whose HDS lapses; the other tenant's order asks for nothing. */
beforeAll(async () => {
  stores = { provider: openTestStore(db, 'provider'), tenant: openTestStore(db, 'tenant'), controller: openTestStore(db, 'controller'), allocator: openTestStore(db, 'allocator') };
  await seedSite(stores.provider, stores.tenant, s);
  certificationId = ids.next('certification');
  await keep(certifications.insert({ id: certificationId, kind: 'HDS', datacenterId: s.datacenterId, holder: 'Opérateur', from: '2020-01-01T00:00:00.000Z', to: LAPSE, assumed: [], generation: 1 }));
  await acquireLease(stores.allocator, { regionId: s.regionId, holder: 'a', ttlMs: 60_000 });
  const orders = s.machines.slice(0, 2).map((machine, tenant) => createItem(ids, s, [placementOn(s, machine, 8, 100)], { tenant }));
  const done = await commitAllocations(stores.allocator, { regionId: s.regionId, regionCode: s.regionCode, epoch: 1, firstIndex: 1, items: [inventoryItem(s), ...orders] });
  const [instance] = orders.flatMap(o => o.instances);
  if (!done.ok || instance === undefined) throw new Error(JSON.stringify(done));
  instanceId = instance.id;
  await asSuperuser(db, `UPDATE gpu_instance SET legal_scope = '{"jurisdictions": ["EU"], "certifications": [], "dataClass": "HEALTH"}' WHERE id = '${instanceId}'`);
});
afterAll(() => Promise.all(Object.values(stores).map(store => store.close())));

const keep = async (write: ReturnType<typeof certifications.insert>): Promise<void> => {
  const done = await commit(stores.provider, {
    scope: 'system', act: actOf('provider'), writes: [write], outbox: [], audit: [{ type: 'dcim.certification.update', phase: 'completed', outcome: 'success', target: { kind: 'certification', id: 'c' } }],
  });
  if (!done.ok) throw new Error(JSON.stringify(done.error));
};

/** One look at the datacenter, at an instant. */
const look = (now: Instant) => {
  const clock = { now: () => now };
  const reconciler = violationReconciler(storedViolations(stores.controller, makeActOf(ids, clock, 'spec'), clock), ids, { held: () => true }, EVERY_SECONDS);
  return reconcile(reconciler, s.datacenterId, clock, { look: (_n, _k, _p, run) => run(), step: (_n, _w, run) => run() }, UNANNOUNCED);
};
const seenByTenant = () => stores.tenant.read(mine(), async q => (await violations.page(q, { first: 10 })).items.map(v => ({ of: v.instanceId, rule: v.rule, kind: v.certification, since: v.since, endedAt: v.endedAt })));
const told = async () => (await stores.tenant.read(mine(), q => q.rows<{ verb: string }>({ text: "SELECT verb FROM outbox WHERE noun = 'violation' ORDER BY txid, seq" }))).map(e => e.verb);

describe('a certification lapses', () => {
  it('not yet: nothing is opened, and the next look is due at the lapse', async () => {
    expect((await look('2099-03-01T11:59:30.000Z')).outcome).toEqual({ kind: 'again', afterMs: 30_000, because: 'a certification begins or lapses' });
    expect([await seenByTenant(), await told()]).toEqual([[], []]);
  });

  it('at its instant: what needs it is in violation from then on, and its tenant is told, once', async () => {
    await look(LAPSE);
    await look('2099-03-01T12:05:00.000Z');
    expect([await seenByTenant(), await told()]).toEqual([[{ of: instanceId, rule: 'CERTIFICATION_EXPIRED', kind: 'HDS', since: LAPSE, endedAt: undefined }], ['opened']]);
  });

  it('leaves an audit event of its tenant with the date', async () => {
    const rows = await stores.tenant.read(mine(), q => q.rows<{ body: string }>({ text: "SELECT convert_from(body, 'UTF8') AS body FROM audit_event WHERE type = 'law.violation.open'" }));
    expect(rows.map(r => (JSON.parse(r.body) as { readonly numbers?: unknown }).numbers)).toEqual([{ certification: 'HDS', since: LAPSE }]);
  });

  it('renewed after a day: the violation ended when the new paper began', async () => {
    const renewed = '2099-03-02T12:00:00.000Z';
    await keep(certifications.insert({ id: ids.next('certification'), kind: 'HDS', regionId: s.regionId, holder: 'Opérateur', from: renewed, to: '2199-01-01T00:00:00.000Z', assumed: [], generation: 1 }));
    await look('2099-03-02T13:00:00.000Z');
    expect([await seenByTenant(), await told()]).toEqual([[{ of: instanceId, rule: 'CERTIFICATION_EXPIRED', kind: 'HDS', since: LAPSE, endedAt: renewed }], ['opened', 'ended']]);
  });
});
