import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Quota } from '@cadastre/domain/quota';
import { commit } from '../commit/index.ts';
import type { Write } from '../commit/index.ts';
import type { Store } from '../pool/index.ts';
import { actOf, countingIds, openTestStore, seedSite, site, storeDatabase } from '../testing/index.ts';
import type { Site } from '../testing/index.ts';
import * as quotas from './index.ts';

const db = storeDatabase();
const ids = countingIds();
let root: pg.Client;
let provider: Store;
let tenant: Store;
let s: Site;

const grant = (...writes: readonly Write[]) =>
  commit(provider, { scope: 'system', act: actOf(), writes, outbox: [], audit: [{ type: 'tenancy.quota.grant', phase: 'completed', outcome: 'success', target: { kind: 'quota', id: 'x' } }] });
const node = (name: string, more: Partial<Quota> = {}): Quota => ({ id: ids.next('quota'), regionId: s.regionId, name, limits: [{ dimension: 'GPU', nominal: 8 }], budgets: [], generation: 1, ...more });
const owner = (n: number): { readonly tenantId: Site['tenants'][number]['id']; readonly projectId: Site['tenants'][number]['projectId'] } => {
  const t = s.tenants[n];
  if (t === undefined) throw new Error('no such tenant');
  return { tenantId: t.id, projectId: t.projectId };
};
/** `ok`, or the code and the constraint. */
const said = (done: Awaited<ReturnType<typeof grant>>): string => (done.ok ? 'ok' : `${done.error.code} ${'constraint' in done.error ? done.error.constraint : ''}`.trim());

beforeAll(async () => {
  root = new pg.Client({ connectionString: db.url });
  await root.connect();
  provider = openTestStore(db, 'provider');
  tenant = openTestStore(db, 'tenant');
  s = site(ids);
  await seedSite(provider, tenant, s);
});
afterAll(async () => { await Promise.all([root.end(), provider.close(), tenant.close()]); });

describe('nodes of a region', () => {
  it('come back as they were written, in the order of their ids', async () => {
    const all = node('all', { limits: [] });
    const lab = node('lab', { parentId: all.id, tenantId: owner(0).tenantId, budgets: [{ dimension: 'KWH', perPeriod: 900, period: 'QUARTER', carryOverPct: 50 }] });
    const project = node('lab-p1', { parentId: lab.id, ...owner(0), limits: [{ dimension: 'GPU', nominal: 4, borrowingLimit: 2, lendingLimit: 0 }] });
    expect(said(await grant(quotas.insert(all), quotas.insert(lab), quotas.insert(project)))).toBe('ok');
    expect(await provider.read('system', q => quotas.ofRegion(q, s.regionId))).toEqual([all, lab, project].map(x => ({ ...x, createdAt: expect.any(String) as string })));
    expect(said(await grant(quotas.update(lab.id, { limits: [{ dimension: 'GPU', nominal: 16 }], parentId: null }, { ifGeneration: 1 })))).toBe('ok');
    const changed = await provider.read('system', q => quotas.get(q, lab.id));
    expect([changed?.limits, changed?.parentId, changed?.generation]).toEqual([[{ dimension: 'GPU', nominal: 16 }], undefined, 2]);
  });

  it('are a tenant\'s only where they bound it', async () => {
    const seen = await tenant.read({ tenant: owner(0).tenantId }, q => quotas.ofRegion(q, s.regionId));
    const stranger = await tenant.read({ tenant: owner(1).tenantId }, q => quotas.ofRegion(q, s.regionId));
    expect([seen.map(x => x.name), stranger]).toEqual([['lab', 'lab-p1'], []]);
  });

  it.each([
    { reason: 'under what is not there', make: () => node('x', { parentId: ids.next('quota') }), is: 'UNKNOWN_REFERENCE quota_parent' },
    { reason: 'for another organisation\'s project', make: () => node('x', { tenantId: owner(1).tenantId, projectId: owner(0).projectId }), is: 'UNKNOWN_REFERENCE quota_tenant_id_project_id_fkey' },
    { reason: 'for a project of nobody', make: () => node('x', { projectId: owner(0).projectId }), is: 'LIMIT quota_project_of_somebody' },
    { reason: 'twice for one project', make: () => node('x', owner(0)), is: 'ALREADY_EXISTS quota_owner' },
    { reason: 'under a name that is taken', make: () => node('lab'), is: 'ALREADY_EXISTS quota_region_id_name_key' },
  ])('$reason are refused by the database too', async ({ make, is }) => { expect(said(await grant(quotas.insert(make())))).toBe(is); });

  it('never stand under another organisation', async () => {
    const [lab] = (await provider.read('system', q => quotas.page(q, { first: 1, name: 'lab' }))).items;
    expect(said(await grant(quotas.insert(node('x', { ...owner(1), parentId: lab?.id ?? ids.next('quota') }))))).toBe('LIMIT quota_parent_owner');
  });

  it('never stand in a circle, not even when two acts close it at once', async () => {
    const pairs = await Promise.all(Array.from({ length: 8 }, async (_, n) => {
      const [a, b] = [node(`a${String(n)}`), node(`b${String(n)}`)];
      await grant(quotas.insert(a), quotas.insert(b));
      return [a, b] as const;
    }));
    const done = await Promise.all(pairs.flatMap(([a, b]) => [grant(quotas.update(a.id, { parentId: b.id }, { ifGeneration: 1 })), grant(quotas.update(b.id, { parentId: a.id }, { ifGeneration: 1 }))]));
    expect(done.map(said).sort()).toEqual([...Array.from({ length: 8 }, () => 'LIMIT quota_no_circle'), ...Array.from({ length: 8 }, () => 'ok')]);
  });
});

describe('what the operator may know of a project', () => {
  it('is whose it is and its code', async () => {
    const code = s.tenants[0]?.code;
    expect(await provider.read('system', q => quotas.namedOwner(q, code, 'p1'))).toEqual(owner(0));
    expect(await provider.read('system', q => quotas.namedOwner(q, code, 'no-such'))).toEqual({ tenantId: owner(0).tenantId, projectId: undefined });
    expect(await provider.read('system', q => quotas.namedOwner(q, 'no-such', 'p1'))).toEqual({ tenantId: undefined, projectId: undefined });
    await expect(provider.read('system', q => q.rows({ text: 'SELECT name FROM project', values: [] }))).rejects.toThrow('permission denied');
  });
});

describe('what is used', () => {
  it('is what living instances hold, by dimension, of the project and of its organisation', async () => {
    const { tenantId, projectId } = owner(0);
    const [machine] = s.machines;
    const decision = ids.next('decision');
    await root.query("INSERT INTO placement_decision (id, region_id, tenant_id, ledger_index, engine_version, policy_version, request, verdict) VALUES ($1, $2, $3, 0, '1', '1', '{}', '{}')", [decision, s.regionId, tenantId]);
    for (const [name, gpus, watts, released, slice] of [['a', 8, 8_000, false, null], ['b', 2, 2_000, false, null], ['c', 4, 4_000, true, null], ['d', 0, 70, false, 250]] as const) {
      await root.query(
        `INSERT INTO gpu_instance (id, tenant_id, project_id, order_id, name, region_id, datacenter_id, cluster_id, pool_id, shape_id, machine_id, rack_id, gpus, reserved_w, image, ssh_keys, lease_end, desired, status, released_at, decision_id, milli_gpu)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 'i:1', '{k}', '2027-01-01', $15, $16, $17, $18, $19)`,
        [ids.next('instance'), tenantId, projectId, ids.next('order'), name, s.regionId, s.datacenterId, s.clusterId, s.poolId, s.shapeId, machine?.id, machine?.rackId, gpus, watts,
          released ? 'RELEASED' : 'RUNNING', released ? 'RELEASED' : 'READY', released ? '2026-11-24' : null, decision, slice],
      );
    }
    for (const store of [provider, tenant]) {
      const used = await store.read(store === tenant ? { tenant: tenantId } : 'system', async q => {
        const rows = (await quotas.ofRegion(q, s.regionId)).filter(x => x.name.startsWith('lab'));
        const by = await quotas.usedBy(q, rows);
        return rows.map(x => [x.name, Object.fromEntries(by.get(x.id) ?? [])]);
      });
      const all = { GPU: 10, [`GPU:s-${s.regionCode}`]: 10, MILLI_GPU: 10_250, WATTS: 10_070 };
      expect(used).toEqual([['lab', all], ['lab-p1', all]]);
    }
  });
});
