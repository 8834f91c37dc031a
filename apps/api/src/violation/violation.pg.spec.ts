import { commit, commitAllocations } from '@cadastre/store/commit';
import * as certifications from '@cadastre/store/certification';
import { acquireLease } from '@cadastre/store/lease';
import { actOf, asSuperuser, countingIds, createItem, inventoryItem, openTestStore, placementOn, storeDatabase, type Site } from '@cadastre/store/testing';
import * as violations from '@cadastre/store/violation';
import { admitsFor, requirementsOf } from '@cadastre/domain/law';
import type { ViolationId } from '@cadastre/domain/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { providerToken, seedTenants, tenantToken } from '../testing/tenants.ts';
import { openWorld, type World } from '../testing/world.ts';

const db = storeDatabase();
const ids = countingIds();
const [FROM, LAPSE, LATER] = ['2026-01-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z', '2100-01-01T00:00:00.000Z'] as const;
let world: World;
let s: Site;
const opened: ViolationId[] = [];
afterAll(() => world.close());

/** Both tenants hold a machine; the second is private; the HDS of the site has lapsed under the first. */
beforeAll(async () => {
  s = await seedTenants(db);
  world = await openWorld(db);
  const stores = { provider: openTestStore(db, 'provider'), allocator: openTestStore(db, 'allocator'), controller: openTestStore(db, 'controller') };
  await asSuperuser(db, `UPDATE organisation SET class = 'PRIVATE' WHERE id = '${s.tenants[1]?.id ?? ''}'`);
  await acquireLease(stores.allocator, { regionId: s.regionId, holder: 'a', ttlMs: 60_000 });
  const orders = s.machines.slice(0, 2).map((machine, tenant) => createItem(ids, s, [placementOn(s, machine, 8, 100)], { tenant }));
  await commitAllocations(stores.allocator, { regionId: s.regionId, regionCode: s.regionCode, epoch: 1, firstIndex: 1, items: [inventoryItem(s), ...orders] });
  const held = [{ kind: 'HDS', from: FROM, to: LAPSE }];
  const refused = admitsFor({ country: 'FR', jurisdiction: 'EU-FR', tenantClasses: ['PUBLIC_BODY'], certifications: held }, requirementsOf({ jurisdictions: [], certifications: [], dataClass: 'HEALTH' }, 'PUBLIC_BODY', 'FR'), LAPSE, LATER);
  if (refused.ok) throw new Error('a lapsed certification was believed');
  const rows = orders.flatMap((o, n) => o.instances.map(i => ({
    id: ids.next('violation'), tenantId: s.tenants[n]?.id ?? o.order.tenantId, instanceId: i.id, datacenterId: s.datacenterId, rule: 'CERTIFICATION_EXPIRED' as const, certification: 'HDS', since: LAPSE, detail: refused.error.params,
  })));
  opened.push(...rows.map(r => r.id));
  const act = { scope: 'system', act: actOf('none'), outbox: [], audit: [{ type: 'law.violation.open', phase: 'completed', outcome: 'success', target: { kind: 'violation', id: 'v' } }] } as const;
  await commit(stores.controller, { ...act, writes: [violations.open(rows)] });
  await commit(stores.provider, { ...act, writes: [certifications.insert({ id: ids.next('certification'), kind: 'HDS', datacenterId: s.datacenterId, holder: 'Opérateur', from: FROM, to: LAPSE, evidence: { document: 'D', sha256: 'a'.repeat(64) }, assumed: [], generation: 1 })] });
  await Promise.all(Object.values(stores).map(store => store.close()));
});

const asTenant = async (query: string, n = 0, lang = 'fr') => (await world.tenant.ask(query, { token: await tenantToken(world, s, n, ['VIEWER']), headers: { 'accept-language': lang } })).data;
const asProvider = async (query: string) => (await world.provider.ask(query, { token: await providerToken(world, ['PROVIDER_AUDITOR']), headers: { 'accept-language': 'en' } })).data;
const LIST = '{ violations { totalCount edges { node { id rule certification since endedAt message datacenter { code } } } } }';

describe('violations at the doors', () => {
  it('a tenant reads its own, with the clause in its language', async () => {
    expect(await asTenant(LIST)).toEqual({ violations: { totalCount: 1, edges: [{ node: {
      id: opened[0], rule: 'CERTIFICATION_EXPIRED', certification: 'HDS', since: LAPSE, endedAt: null, datacenter: { code: 'dc1' },
      message: `la certification HDS du site, valable jusqu’au ${LAPSE}, que l’hébergement de données de santé demande en France (code de la santé publique, article L.1111-8), manque à partir du ${LAPSE}`,
    } }] } });
    expect(await asTenant(`{ node(id: "${opened[0] ?? ''}") { __typename ... on Violation { message } } }`, 0, 'en')).toEqual({
      node: { __typename: 'Violation', message: `the site’s certification HDS, valid until ${LAPSE}, which the hosting of health data needs in France (Code de la santé publique, article L.1111-8), is missing from ${LAPSE} on` },
    });
  });

  it('and nothing of another\'s, by list or by id', async () => {
    expect(await asTenant(`{ violation(id: "${opened[1] ?? ''}") { id } violations(instanceId: "instance_01h455vb4pex5vsknk084sn02q") { totalCount } }`)).toEqual({ violation: null, violations: { totalCount: 0 } });
  });

  it('the provider reads all, with whose they are', async () => {
    expect(await asProvider(`{ violations(datacenterId: "${s.datacenterId}") { edges { node { id organisationId } } } }`)).toEqual({
      violations: { edges: opened.map((id, n) => ({ node: { id, organisationId: s.tenants[n]?.id } })) },
    });
  });
});

describe('certifications at the tenant\'s door', () => {
  it('a tenant reads what a site is certified for and until when, without the evidence', async () => {
    expect(await asTenant(`{ certifications(datacenterId: "${s.datacenterId}") { edges { node { kind holder from to datacenter { code } } } } }`)).toEqual({
      certifications: { edges: [{ node: { kind: 'HDS', holder: 'Opérateur', from: FROM, to: LAPSE, datacenter: { code: 'dc1' } } }] },
    });
    const { errors } = await world.tenant.ask('{ certifications { edges { node { evidence { document } } } } }', { token: await tenantToken(world, s, 0, ['OWNER']) });
    expect(errors?.[0]?.message).toMatch(/evidence/);
  });
});

describe('the tenancy report', () => {
  const report = async (args: string) => (await asProvider(`{ tenancyReport(datacenterId: "${s.datacenterId}", ${args}) { ... on Problem { code path } ... on TenancyReport {
    admittedTenantClasses foreignClasses ledgerFirstIndex ledgerLastIndex classes { class instances last organisations { organisationId instances } } } } }`))['tenancyReport'];
  const EVER = `from: "2020-01-01T00:00:00Z", to: "${LATER}"`;

  it('counts what ran by class, over the rows of the ledger that it names', async () => {
    const [written] = await world.provider.door.store.read('system', q => q.rows<{ n: number }>({ text: 'SELECT count(*)::int AS n FROM capacity_ledger' }));
    expect(await report(EVER)).toEqual({
      admittedTenantClasses: ['PUBLIC_BODY', 'PRIVATE'], foreignClasses: [], ledgerFirstIndex: 1, ledgerLastIndex: written?.n,
      classes: [['PUBLIC_BODY', 0], ['PRIVATE', 1]].map(([c, n]) => ({ class: c, instances: 1, last: null, organisations: [{ organisationId: s.tenants[n as number]?.id, instances: 1 }] })),
    });
  });

  it('names the class that a site for public bodies should never have seen', async () => {
    await asSuperuser(db, `UPDATE datacenter SET admitted_tenant_classes = '{PUBLIC_BODY}' WHERE id = '${s.datacenterId}'`);
    expect(await report(EVER)).toMatchObject({ foreignClasses: ['PRIVATE'] });
    expect(await report('from: "2020-01-01T00:00:00Z", to: "2021-01-01T00:00:00Z"')).toMatchObject({ foreignClasses: [], classes: [], ledgerLastIndex: null });
  });

  it('refuses a period that ends before it begins, and a site that is not there', async () => {
    expect(await report(`from: "${LATER}", to: "2020-01-01T00:00:00Z"`)).toEqual({ code: 'INTERVAL_REVERSED', path: ['to'] });
    expect(await asProvider(`{ tenancyReport(datacenterId: "datacenter_01h455vb4pex5vsknk084sn02q", ${EVER}) { ... on Problem { code path } } }`)).toEqual({ tenancyReport: { code: 'NOT_FOUND', path: ['datacenterId'] } });
  });
});
