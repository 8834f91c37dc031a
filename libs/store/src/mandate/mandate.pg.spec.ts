import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MandateId } from '@cadastre/domain/core';
import type { Mandate } from '@cadastre/domain/mandate';
import { commit, recordAudit } from '../commit/index.ts';
import type { MandateScope, Scope, Store } from '../pool/index.ts';
import { actOf, asSuperuser, countingIds, openTestStore, seedSite, site, storeDatabase, TEST_PASSWORD } from '../testing/index.ts';
import * as mandates from './index.ts';

const db = storeDatabase();
const ids = countingIds();
const s = site(ids);
const [mine, other] = [s.tenants[0]!.id, s.tenants[1]!.id];
let provider: Store;
let tenant: Store;
const stores: Store[] = [];

/** An active mandate of pascal over tenant 0's log, unless it is said otherwise. */
const grant = async (over: Partial<Mandate> = {}): Promise<MandateId> => {
  const m: Mandate = {
    id: ids.next('mandate'), tenantId: mine, subjectDirectory: 'provider', subjectId: 'pascal', legalAct: 'audit', from: '2020-01-01T00:00:00.000Z', to: '2090-01-01T00:00:00.000Z',
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(), state: 'ACTIVE', proposedDirectory: 'provider', proposedBy: 'colette', approvedDirectory: 'provider', approvedBy: 'cyril',
    approvedAt: new Date().toISOString(), useCount: 0, generation: 1, ...over,
  };
  const done = await commit(provider, {
    scope: 'system', act: actOf('provider'), outbox: [], writes: [mandates.insert(m)],
    audit: [{ type: 'audit.mandate.propose', phase: 'completed', outcome: 'success', tenant: m.tenantId, target: { kind: 'mandate', id: m.id } }],
  });
  if (!done.ok) throw new Error(JSON.stringify(done.error));
  return m.id;
};
const EVENTS = { text: 'SELECT tenant_id, actor_directory, target_id FROM audit_event ORDER BY txid, seq' };
interface Seen { readonly tenant_id: string | null; readonly actor_directory: string; readonly target_id: string }
const seen = (scope: Scope | MandateScope, store = provider): Promise<readonly Seen[] | string> => store.read(scope, q => q.rows<Seen>(EVENTS)).catch((e: unknown) => (e as Error).message);
const under = (mandate: MandateId, reader = 'pascal'): MandateScope => ({ mandate, reader });

beforeAll(async () => {
  provider = openTestStore(db, 'provider');
  tenant = openTestStore(db, 'tenant');
  stores.push(provider, tenant);
  await seedSite(provider, tenant, s);
  for (const t of s.tenants) for (const target of ['one', 'two']) await recordAudit(tenant, actOf('tenant'), [{ type: 'tenancy.project.update', phase: 'completed', outcome: 'success', tenant: t.id, target: { kind: 'project', id: target } }]);
});
afterAll(() => Promise.all(stores.map(store => store.close())));

describe('under a mandate', () => {
  it('the provider sees that tenant\'s log, what its own people did in it included, and nothing else', async () => {
    const before = await seen('system') as readonly Seen[];
    const rows = await seen(under(await grant())) as readonly Seen[];
    expect(new Set(rows.map(r => r.tenant_id))).toEqual(new Set([mine]));
    expect(rows.filter(r => r.actor_directory === 'tenant').map(r => r.target_id)).toEqual(expect.arrayContaining(['one', 'two']));
    expect(before.some(r => r.actor_directory === 'tenant')).toBe(false);
  });

  it('nothing before its period, nothing after, nothing about another object', async () => {
    expect(await seen(under(await grant({ to: '2020-01-02T00:00:00.000Z' })))).toEqual([]);
    expect(await seen(under(await grant({ from: '2089-01-01T00:00:00.000Z' })))).toEqual([]);
    const rows = await seen(under(await grant({ targetKind: 'project', targetId: 'one' }))) as readonly Seen[];
    expect(rows.map(r => r.target_id)).toEqual(['one']);
    expect(await seen(under(await grant({ targetKind: 'instance', targetId: 'one' })))).toEqual([]);
  });

  it.each([
    ['that waits for approval', { state: 'PROPOSED', approvedDirectory: undefined, approvedBy: undefined, approvedAt: undefined }, 'pascal'],
    ['that is revoked', { state: 'REVOKED', revokedDirectory: 'provider', revokedBy: 'colette', revokedAt: '2026-01-01T00:00:00.000Z' }, 'pascal'],
    ['whose time is over, whether or not somebody wrote so', { expiresAt: '2026-01-01T00:00:00.000Z' }, 'pascal'],
    ['of somebody else', {}, 'olivia'],
    ['of a namesake in the tenants\' directory', { subjectDirectory: 'tenant' }, 'pascal'],
  ] as const)('one %s raises: zero rows would look like an empty log', async (_, over, reader) => {
    expect(await seen(under(await grant(over as Partial<Mandate>), reader))).toContain('no mandate in force');
  });

  it('one that does not exist raises', async () => {
    expect(await seen(under(ids.next('mandate')))).toContain('no mandate in force');
  });

  it('a tenant\'s person sees what it says and not the rest of the tenant\'s log; of another tenant\'s nothing', async () => {
    const id = await grant({ subjectDirectory: 'tenant', subjectId: 'etienne', targetKind: 'project', targetId: 'two' });
    expect((await seen({ ...under(id, 'etienne'), tenant: mine }, tenant) as readonly Seen[]).map(r => [r.tenant_id, r.target_id])).toEqual([[mine, 'two']]);
    expect(await seen({ ...under(id, 'etienne'), tenant: other }, tenant)).toEqual([]);
    expect(await seen(under(id, 'etienne'), tenant)).toContain('no tenant in the context');
  });
});

describe('without a mandate', () => {
  it('no query sees a row more, whatever mandates there are: before, between and after readings on the same connection', async () => {
    const one = openTestStore(db, 'provider', { max: 1 });
    stores.push(one);
    const plain = async () => (await seen('system', one) as readonly Seen[]).filter(r => r.tenant_id !== null && r.actor_directory !== 'provider');
    const id = await grant();
    const answers = [await plain(), await seen(under(id), one), await plain(), await seen(under(id, 'olivia'), one), await plain()];
    expect([answers[0], answers[2], answers[4]]).toEqual([[], [], []]);
    expect(answers[1]).not.toEqual([]);
  });

  it('the setting alone opens nothing: not with another reader\'s name, not where something may be written, not for other roles', async () => {
    const id = await grant();
    const ask = async (role: string, ...texts: readonly string[]): Promise<unknown> => {
      const client = new pg.Client({ connectionString: db.urlAs(role, TEST_PASSWORD) });
      await client.connect();
      try {
        for (const text of texts) await client.query(text);
        return (await client.query<Seen>(EVENTS.text)).rows.filter(r => ['one', 'two'].includes(r.target_id)).length;
      } catch (e) {
        return (e as Error).message;
      } finally {
        await client.end();
      }
    };
    const set = `SELECT set_config('app.mandate', '${id}', false)`;
    const named = `${set}, set_config('app.reader', 'pascal', false)`;
    expect(await ask('cadastre_provider', set)).toContain('may write');
    expect(await ask('cadastre_provider', 'BEGIN READ ONLY', set)).toContain('no mandate in force');
    expect(await ask('cadastre_provider', named)).toContain('may write');
    expect(await ask('cadastre_provider', 'BEGIN READ ONLY', named)).toBe(2);
    expect(await ask('cadastre_tenant', 'BEGIN READ ONLY', named, `SELECT set_config('app.tenant', '${mine}', true)`)).toContain('no mandate in force');
    expect(await ask('cadastre_allocator', 'BEGIN READ ONLY', named)).toContain('permission denied');
  });
});

describe('a mandate\'s row', () => {
  it('is the tenant\'s to see whoever proposed it, and the provider\'s only where its people are concerned', async () => {
    const [ofProvider, ofTenant] = [await grant(), await grantOwn()];
    const listed = async (store: Store, scope: Scope) => (await store.read(scope, q => mandates.byIds(q, [ofProvider, ofTenant]))).size;
    expect([await listed(tenant, { tenant: mine }), await listed(provider, 'system'), await listed(tenant, { tenant: other })]).toEqual([2, 1, 0]);
  });

  it.each([
    ['granted by one person', "approved_by = 'colette'", 'mandate_two_people'],
    ['approved by its reader', "approved_by = 'pascal'", 'mandate_two_people'],
    ['active without approval', 'approved_by = NULL, approved_at = NULL, approved_directory = NULL', 'mandate_approved'],
    ['of two years', "expires_at = now() + interval '2 years'", 'mandate_expiry'],
  ])('is not %s, whatever a door thinks', async (_, set, constraint) => {
    const id = await grant();
    await expect(asSuperuser(db, `UPDATE mandate SET ${set} WHERE id = '${id}'`)).rejects.toThrow(constraint);
  });

  it('is not rewritten by a door: neither whom, nor what, nor how long', async () => {
    const columns = ['subject_id', 'target_id', 'legal_act', 'valid_from', 'valid_to', 'expires_at', 'proposed_by', 'tenant_id'];
    for (const role of ['cadastre_tenant', 'cadastre_provider', 'cadastre_controller']) {
      const text = "SELECT c FROM unnest($1::text[]) c WHERE has_column_privilege($2, 'mandate', c, 'UPDATE') UNION ALL SELECT 'DELETE' WHERE has_table_privilege($2, 'mandate', 'DELETE')";
      expect(await provider.read('system', q => q.rows({ text, values: [columns, role] }))).toEqual([]);
    }
  });

  it('counts a use in the transaction of its event, and refuses one that was revoked meanwhile', async () => {
    const id = await grant();
    const once = () => commit(provider, { scope: 'system', act: actOf('provider'), outbox: [], writes: [mandates.use(id)], audit: [{ type: 'audit.events.read', phase: 'read', outcome: 'success', tenant: mine, target: { kind: 'audit', id: mine } }] });
    expect((await once()).ok).toBe(true);
    expect(await provider.read('system', q => mandates.get(q, id))).toMatchObject({ useCount: 1, generation: 1 });
    await asSuperuser(db, `UPDATE mandate SET state = 'REVOKED', revoked_by = 'colette', revoked_directory = 'provider', revoked_at = now() WHERE id = '${id}'`);
    expect(await once()).toMatchObject({ ok: false, error: { code: 'STALE_GENERATION' } });
  });

  it('is found for an export when it is in force, its reader\'s, and over the whole log', async () => {
    const find = async (id: string, at = new Date().toISOString()) => (await provider.read('system', q => mandates.wholeLogOf(q, mine, { directory: 'provider', id }, at))).map(m => m.id);
    await grant({ subjectId: 'exporter', targetKind: 'project', targetId: 'one' });
    await grant({ subjectId: 'exporter', tenantId: other });
    const id = await grant({ subjectId: 'exporter' });
    expect([await find('exporter'), await find('somebody'), await find('exporter', new Date(Date.now() + 3_601_000).toISOString())]).toEqual([[id], [], []]);
  });
});

const grantOwn = async (): Promise<MandateId> => {
  const id = await grant();
  await asSuperuser(db, `UPDATE mandate SET subject_directory = 'tenant', subject_id = 'etienne', proposed_directory = 'tenant', proposed_by = 'alice', approved_directory = 'tenant', approved_by = 'aude' WHERE id = '${id}'`);
  return id;
};
