import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InstanceId } from '@cadastre/domain/core';
import type { Violation } from '@cadastre/domain/violation';
import * as certifications from '../certification/index.ts';
import { commit, commitAllocations } from '../commit/index.ts';
import type { Work } from '../commit/index.ts';
import { acquireLease } from '../lease/index.ts';
import type { Store } from '../pool/index.ts';
import * as tenancy from '../tenancy/index.ts';
import { actOf, asSuperuser, countingIds, createItem, inventoryItem, openTestStore, placementOn, seedSite, site, storeDatabase } from '../testing/index.ts';
import * as violations from './index.ts';

const db = storeDatabase();
const ids = countingIds();
const s = site(ids);
const YEAR = { from: '2026-01-01T00:00:00.000Z', to: '2027-01-01T00:00:00.000Z' };
let stores: Readonly<Record<'provider' | 'tenant' | 'controller' | 'allocator', Store>>;
const instanceOf: InstanceId[] = [];

const write = (store: Store, writes: Work['writes']) =>
  commit(store, { scope: 'system', act: actOf('none'), writes, outbox: [], audit: [{ type: 'law.violation.open', phase: 'completed', outcome: 'success', target: { kind: 'x', id: 'x' } }] });

beforeAll(async () => {
  stores = { provider: openTestStore(db, 'provider'), tenant: openTestStore(db, 'tenant'), controller: openTestStore(db, 'controller'), allocator: openTestStore(db, 'allocator') };
  await seedSite(stores.provider, stores.tenant, s);
  await acquireLease(stores.allocator, { regionId: s.regionId, holder: 'a', ttlMs: 60_000 });
  const orders = s.tenants.map((_, tenant) => {
    const machine = s.machines[tenant];
    if (machine === undefined) throw new Error('no machine');
    return createItem(ids, s, [placementOn(s, machine, 8, 100)], { tenant });
  });
  instanceOf.push(...orders.flatMap(o => o.instances.map(i => i.id)));
  const done = await commitAllocations(stores.allocator, { regionId: s.regionId, regionCode: s.regionCode, epoch: 1, firstIndex: 1, items: [inventoryItem(s), ...orders] });
  if (!done.ok) throw new Error(JSON.stringify(done.error));
});
afterAll(() => Promise.all(Object.values(stores).map(store => store.close())));

const violation = (tenant: number, over: Partial<Violation> = {}): Violation => {
  const [t, instanceId] = [s.tenants[tenant], instanceOf[tenant]];
  if (t === undefined || instanceId === undefined) throw new Error('no such tenant');
  return {
    id: ids.next('violation'), tenantId: t.id, instanceId, datacenterId: s.datacenterId, rule: 'CERTIFICATION_EXPIRED', certification: 'HDS', since: YEAR.from, detail: { validUntil: YEAR.from }, ...over,
  };
};
const lasting = () => stores.controller.read('system', q => violations.lasting(q, s.datacenterId));

describe('the law of a site, as the controller reads it', () => {
  it('has the certifications of the datacenter and of its region, each with its dates', async () => {
    const held = { holder: 'Opérateur', from: YEAR.from, to: YEAR.to, assumed: [], generation: 1 };
    await write(stores.provider, [
      certifications.insert({ ...held, id: ids.next('certification'), kind: 'HDS', datacenterId: s.datacenterId }),
      certifications.insert({ ...held, id: ids.next('certification'), kind: 'ISO27001', regionId: s.regionId }),
    ]);
    const [law, ofRegion] = await stores.controller.read('system', async q => [await violations.siteLaw(q, s.datacenterId), await certifications.ofRegion(q, s.regionId)]);
    expect(law).toEqual({
      regionCode: s.regionCode, country: 'FR', jurisdiction: 'EU-FR', tenantClasses: ['PUBLIC_BODY', 'PRIVATE'], certifications: [{ kind: 'HDS', ...YEAR }, { kind: 'ISO27001', ...YEAR }],
    });
    expect(ofRegion.map(c => c.kind)).toEqual(['HDS', 'ISO27001']);
  });

  it('concerns the instances whose scope asks for something, or whose class is not admitted', async () => {
    const read = () => stores.controller.read('system', q => violations.bound(q, s.datacenterId));
    expect(await read()).toEqual([]);
    await asSuperuser(db, `UPDATE gpu_instance SET legal_scope = '{"jurisdictions": [], "certifications": [], "dataClass": "HEALTH"}' WHERE tenant_id = '${s.tenants[0]?.id ?? ''}'`);
    await asSuperuser(db, `UPDATE organisation SET class = 'RESEARCH' WHERE id = '${s.tenants[1]?.id ?? ''}'`);
    expect((await read()).map(b => [b.id, b.tenantClass, b.legalScope.dataClass])).toEqual([[instanceOf[0], 'PUBLIC_BODY', 'HEALTH'], [instanceOf[1], 'RESEARCH', 'ORDINARY']]);
    expect(await stores.controller.read('system', q => violations.tended(q))).toEqual([s.datacenterId]);
  });
});

describe('violations', () => {
  it('are opened once, seen by their tenant alone and by the provider, and ended once', async () => {
    const [mine, other] = [violation(0), violation(1, { rule: 'TENANT_CLASS' })];
    expect(await write(stores.controller, [violations.open([mine, other])])).toMatchObject({ ok: true });
    expect(await write(stores.controller, [violations.open([violation(0)])])).toMatchObject({ ok: false });
    const [tenants, providers] = [await stores.tenant.read({ tenant: mine.tenantId }, q => violations.page(q, { first: 10 })), await stores.provider.read('system', q => violations.page(q, { first: 10 }))];
    expect([tenants.items.map(v => v.id), providers.items.map(v => v.id)]).toEqual([[mine.id], [mine.id, other.id]]);
    const ended = { ...mine, endedAt: '2026-06-01T00:00:00.000Z' };
    expect([await write(stores.controller, [violations.end([ended])]), await write(stores.controller, [violations.end([ended])])].map(r => r.ok)).toEqual([true, false]);
    expect((await lasting()).map(v => v.id)).toEqual([other.id]);
    // Ended is not forgotten, and the same may begin again.
    expect(await write(stores.controller, [violations.open([violation(0, { since: '2026-07-01T00:00:00.000Z' })])])).toMatchObject({ ok: true });
    expect((await lasting()).map(v => v.since)).toEqual([other.since, '2026-07-01T00:00:00.000Z']);
  });

  it('cannot be removed, nor their dates be rewritten, by the controller', async () => {
    for (const text of ['DELETE FROM violation', 'UPDATE violation SET since = now()']) {
      await expect(write(stores.controller, [{ noun: 'violation', id: 'x', sql: { text }, rows: 1 }])).rejects.toThrow(/permission denied/);
    }
  });
});

describe('who ran at a site, by the ledger', () => {
  const held = (from: string, to: string, datacenterId = s.datacenterId) => stores.provider.read('system', q => tenancy.ofDatacenter(q, { regionId: s.regionId, datacenterId, from, to }));

  it('counts each claim that overlaps the period, under the class of its organisation', async () => {
    expect((await held('2020-01-01T00:00:00.000Z', '2100-01-01T00:00:00.000Z')).map(t => [t.organisationId, t.class, t.instances, t.last])).toEqual([
      [s.tenants[0]?.id, 'PUBLIC_BODY', 1, undefined], [s.tenants[1]?.id, 'RESEARCH', 1, undefined],
    ]);
    expect(await held('2020-01-01T00:00:00.000Z', '2021-01-01T00:00:00.000Z')).toEqual([]);
    expect(await held('2020-01-01T00:00:00.000Z', '2100-01-01T00:00:00.000Z', ids.next('datacenter'))).toEqual([]);
  });

  it('says which rows of the ledger that rests on', async () => {
    const range = (to: string) => stores.provider.read('system', q => tenancy.ledgerRange(q, s.regionId, to));
    const [written] = await stores.provider.read('system', q => q.rows<{ n: number }>({ text: 'SELECT count(*)::int AS n FROM capacity_ledger' }));
    expect([await range('2100-01-01T00:00:00.000Z'), await range('2020-01-01T00:00:00.000Z')]).toEqual([{ firstIndex: 1, lastIndex: written?.n }, undefined]);
  });
});
