import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acquireLease } from '../lease/index.ts';
import * as apikeys from '../apikey/index.ts';
import { commit, commitAllocations } from '../commit/index.ts';
import * as organisations from '../organisation/index.ts';
import * as quotas from '../quota/index.ts';
import * as reservations from '../reservation/index.ts';
import type { Store } from '../pool/index.ts';
import { actOf, countingIds, createItem, inventoryItem, openTestStore, placementOn, seedSite, site, storeDatabase, TEST_PASSWORD } from '../testing/index.ts';
import type { Site } from '../testing/index.ts';

const db = storeDatabase();
const ids = countingIds();
const RUNTIME = ['cadastre_tenant', 'cadastre_provider', 'cadastre_allocator', 'cadastre_controller'] as const;
let root: pg.Client;
let door: pg.Client;
let provider: Store;
let tenant: Store;
let s: Site;

interface TenantTable {
  readonly name: string;
  /** The column that says whose a row is. */
  readonly owner: string;
}
let tables: readonly TenantTable[];

const connect = async (user: string): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: db.urlAs(user, TEST_PASSWORD) });
  await client.connect();
  return client;
};

/** One of each kind of row, for both tenants. */
const fill = async (): Promise<void> => {
  const allocator = openTestStore(db, 'allocator');
  await seedSite(provider, tenant, s);
  await acquireLease(allocator, { regionId: s.regionId, holder: 'a', ttlMs: 60_000 });
  const [m] = s.machines;
  if (m === undefined) throw new Error('no machine');
  await commitAllocations(allocator, {
    regionId: s.regionId, regionCode: s.regionCode, epoch: 1, firstIndex: 1,
    items: [inventoryItem(s), ...s.tenants.map((_, i) => createItem(ids, s, [placementOn(s, m, 1, 100)], { tenant: i }))],
  });
  for (const [i, t] of s.tenants.entries()) {
    await commit(tenant, {
      scope: { tenant: t.id }, act: actOf('tenant'), outbox: [],
      writes: [apikeys.insert({
        id: ids.next('apikey'), directory: 'tenant', tenantId: t.id, name: 'k', prefix: 'cad_dev_abc', sha256: String(i).repeat(64), roles: ['ENGINEER'], expiresAt: '2027-01-01T00:00:00.000Z', allowedCidrs: [], generation: 1,
      })],
      audit: [{ type: 'iam.apikey.create', phase: 'completed', outcome: 'success', tenant: t.id, target: { kind: 'apikey', id: 'k' } }],
    });
    const nothing = { outbox: [], scope: 'system', act: actOf() } as const;
    await commit(provider, {
      ...nothing, audit: [{ type: 'tenancy.quota.grant', phase: 'completed', outcome: 'success', tenant: t.id, target: { kind: 'quota', id: t.code } }],
      writes: [quotas.insert({ id: ids.next('quota'), regionId: s.regionId, name: t.code, tenantId: t.id, limits: [], budgets: [], generation: 1 })],
    });
    await commit(allocator, {
      ...nothing, audit: [{ type: 'compute.reservation.create', phase: 'completed', outcome: 'success', tenant: t.id, target: { kind: 'reservation', id: t.code } }],
      writes: [reservations.insert({
        id: ids.next('reservation'), tenantId: t.id, projectId: t.projectId, regionId: s.regionId, shapeId: s.shapeId, machines: 1, watts: 9_000, from: '2026-12-01T00:00:00.000Z', to: '2026-12-02T00:00:00.000Z',
        state: 'SCHEDULED', machineIds: [m.id], generation: 1,
      })],
    });
    await root.query(
      `INSERT INTO plan (id, tenant_id, project_id, region_id, decision_id, state, request, watts, expires_at)
       SELECT $1, tenant_id, project_id, region_id, decision_id, 'HELD', '{}', 0, now() FROM gpu_instance WHERE tenant_id = $2`, [ids.next('plan'), t.id]);
    await root.query(
      `INSERT INTO violation (id, tenant_id, instance_id, datacenter_id, rule, certification, since, detail)
       SELECT $1, tenant_id, id, datacenter_id, 'CERTIFICATION_EXPIRED', 'HDS', now(), '{}' FROM gpu_instance WHERE tenant_id = $2`, [ids.next('violation'), t.id]);
    await root.query("INSERT INTO audit_log (origin, kind, tenant_id, root, frontier) VALUES ('audit.test/t/' || $1, 'TENANT', $1, sha256(''), '')", [t.id]);
    await root.query(
      `INSERT INTO audit_export (id, directory, tenant_id, requested_by, valid_from, valid_to, state, step) VALUES ($1, 'tenant', $2, 'aude', '2026-01-01', '2026-02-01', 'PENDING', 'RANGE')`, [ids.next('auditexport'), t.id]);
    await root.query(
      `INSERT INTO mandate (id, tenant_id, subject_directory, subject_id, legal_act, valid_from, valid_to, expires_at, state, proposed_directory, proposed_by)
       VALUES ($1, $2, 'provider', 'pascal', 'audit', '2026-01-01', '2026-02-01', now() + interval '1 day', 'PROPOSED', 'provider', 'colette')`, [ids.next('mandate'), t.id]);
    await root.query("INSERT INTO audit_sink (id, directory, tenant_id, name, kind, format, endpoint, country) VALUES ($1, 'tenant', $2, 'siem', 'FILES', 'ocsf', '', 'FR')", [ids.next('sink'), t.id]);
    await root.query(
      `INSERT INTO audit_alarm (id, kind, severity, origin, tenant_id, place, detail, raised_at, last_seen_at, acknowledge_by, told_at)
       VALUES ($1, 'HEARTBEAT_SILENT', 'MAJOR', 'audit.test/t/' || $2, $2, '', '{}', now(), now(), now() + interval '1 day', now())`, [ids.next('alarm'), t.id]);
    await root.query("INSERT INTO contract_end (id, tenant_id, notice_days, state, proposed_by) VALUES ($1, $2, 21, 'PROPOSED', 'colette')", [ids.next('contractend'), t.id]);
    await root.query("INSERT INTO subject_erasure (id, tenant_id, subject, ground, state, requested_by, requested_at) VALUES ($1, $2, 'alice', 'OBJECTION', 'REQUESTED', 'olga', now())", [ids.next('erasure'), t.id]);
    await root.query("INSERT INTO legal_hold (id, tenant_id, reference, placed_by, placed_at) VALUES ($1, $2, 'R-1', 'colette', now())", [ids.next('hold'), t.id]);
    await root.query("INSERT INTO member (id, tenant_id, subject, role) VALUES ($1, $2, 'subject', 'OWNER')", [ids.next('member'), t.id]);
  }
  await allocator.close();
};

beforeAll(async () => {
  root = new pg.Client({ connectionString: db.url });
  await root.connect();
  provider = openTestStore(db, 'provider');
  tenant = openTestStore(db, 'tenant');
  s = site(ids);
  await fill();
  door = await connect('cadastre_tenant');
  tables = [
    ...(await root.query<TenantTable>("SELECT c.relname AS name, 'tenant_id' AS owner FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace ORDER BY 1")).rows,
    { name: 'organisation', owner: 'id' }, { name: 'idempotency_record', owner: 'scope' },
  ];
});
afterAll(async () => {
  await Promise.all([root.end(), door.end(), provider.close(), tenant.close()]);
});

const tenantId = (i: number): string => s.tenants[i]?.id ?? 'none';
/** Answers rows or the SQLSTATE, in a transaction that is rolled back. */
const as = async (client: pg.Client, who: string | undefined, text: string, values: unknown[] = []): Promise<readonly unknown[] | string> => {
  await client.query('BEGIN');
  try {
    if (who !== undefined) await client.query("SELECT set_config('app.tenant', $1, true)", [who]);
    return (await client.query<Record<string, unknown>>(text, values)).rows;
  } catch (error) {
    return error instanceof pg.DatabaseError ? `${error.code ?? ''} ${error.message}` : String(error);
  } finally {
    await client.query('ROLLBACK');
  }
};

describe('row-level security', () => {
  it('is enabled and forced on every table of tenants, none forgotten', async () => {
    expect(tables.map(t => t.name)).toEqual(
      ['api_key', 'audit_alarm', 'audit_event', 'audit_export', 'audit_log', 'audit_sink', 'capacity_ledger', 'contract_end', 'gpu_instance', 'legal_hold', 'mandate', 'member', 'outbox', 'placement_decision', 'plan', 'project', 'quota', 'reservation', 'subject_erasure', 'violation', 'organisation', 'idempotency_record'],
    );
    const { rows } = await root.query<{ relname: string }>('SELECT relname FROM pg_class WHERE relname = ANY($1) AND NOT (relrowsecurity AND relforcerowsecurity)', [tables.map(t => t.name)]);
    expect(rows).toEqual([]);
  });

  it('each tenant sees its rows and no other; nobody sees any without a tenant', async () => {
    const seen: Record<string, unknown> = {};
    for (const t of tables) {
      const own = await as(door, tenantId(0), `SELECT DISTINCT ${t.owner} AS owner FROM ${t.name}`);
      const stranger = await as(door, ids.next('organisation'), `SELECT 1 FROM ${t.name}`);
      const nobody = await as(door, undefined, `SELECT 1 FROM ${t.name}`);
      const emptied = await as(door, '', `SELECT 1 FROM ${t.name}`);
      seen[t.name] = { own, stranger, nobody, emptied };
    }
    const bound = { own: [{ owner: tenantId(0) }], stranger: [], nobody: '42501 no tenant in the context', emptied: '42501 no tenant in the context' };
    const denied = (table: string) => Object.fromEntries(['own', 'stranger', 'nobody', 'emptied'].map(k => [k, `42501 permission denied for table ${table}`]));
    expect(seen).toEqual({ ...Object.fromEntries(tables.map(t => [t.name, bound])), ...Object.fromEntries(['capacity_ledger', 'legal_hold'].map(t => [t, denied(t)])) });
  });

  it('no tenant writes a row of another, changes it or deletes it', async () => {
    for (const t of tables) {
      const { rows } = await root.query<{ row: string; there: boolean }>(`SELECT to_jsonb(x)::text AS row, true AS there FROM ${t.name} x WHERE ${t.owner} = $1 LIMIT 1`, [tenantId(1)]);
      expect(rows, `a row of the other tenant in ${t.name}`).toHaveLength(1);
      expect(await as(door, tenantId(0), `INSERT INTO ${t.name} SELECT * FROM jsonb_populate_record(NULL::${t.name}, $1::jsonb)`, [rows[0]?.row]), t.name).toMatch(/^42501 /);
      for (const text of [`UPDATE ${t.name} SET ${t.owner} = ${t.owner} WHERE ${t.owner} = $1 RETURNING 1`, `DELETE FROM ${t.name} WHERE ${t.owner} = $1 RETURNING 1`]) {
        const done = await as(door, tenantId(0), text, [tenantId(1)]);
        expect(typeof done === 'string' ? done.slice(0, 5) : done.length, text).toSatisfy((v: unknown) => v === '42501' || v === 0);
      }
    }
  });

  it('binds the references between tenants\' rows too: every such foreign key holds the tenant', async () => {
    const { rows } = await root.query(`
      SELECT k.conname FROM pg_constraint k WHERE k.contype = 'f'
        AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = k.conrelid AND a.attname = 'tenant_id') AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = k.confrelid AND a.attname = 'tenant_id')
        AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = k.conrelid AND a.attname = 'tenant_id' AND a.attnum = ANY(k.conkey))`);
    expect(rows).toEqual([]);
  });

  it('finds a key by its digest and an organisation by its code before any tenant is known, and nothing else', async () => {
    const [key] = await tenant.read('system', async q => [await apikeys.bySha256(q, '1'.repeat(64)), await apikeys.bySha256(q, '9'.repeat(64))]);
    expect(key).toMatchObject({ tenantId: tenantId(1), prefix: 'cad_dev_abc' });
    expect(await tenant.read('system', q => organisations.byClaim(q, s.tenants[1]?.code ?? ''))).toMatchObject({ id: tenantId(1) });
    await expect(tenant.read('system', q => apikeys.page(q, { first: 10 }))).rejects.toThrow('no tenant in the context');
  });

  it('keeps what tenants did from the provider, and the provider\'s log from tenants', async () => {
    const operator = await connect('cadastre_provider');
    expect(await as(operator, undefined, "SELECT DISTINCT actor_directory AS d FROM audit_event")).toEqual([{ d: 'provider' }]);
    expect(await as(operator, undefined, 'SELECT image FROM gpu_instance')).toMatch(/^42501/);
    expect(await as(operator, undefined, 'SELECT sealed_credential FROM cluster')).toMatch(/^42501/);
    expect(await as(door, tenantId(0), 'SELECT 1 FROM audit_event WHERE tenant_id IS NULL')).toEqual([]);
    await operator.end();
  });
});

describe('roles', () => {
  it('own nothing, bypass nothing, and cannot become the owner', async () => {
    const { rows } = await root.query<{ rolname: string; unbound: boolean; owns: string; member: boolean }>(
      `SELECT rolname, rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication AS unbound, (SELECT count(*) FROM pg_class c WHERE c.relowner = r.oid) AS owns,
         pg_has_role(r.oid, 'cadastre_migrate', 'MEMBER') AS member FROM pg_roles r WHERE rolname = ANY($1) ORDER BY 1`, [RUNTIME],
    );
    expect(rows).toEqual([...RUNTIME].sort().map(rolname => ({ rolname, unbound: false, owns: '0', member: false })));
  });

  it('may neither rewrite nor empty the log and the ledger, and only the allocator writes capacity', async () => {
    const { rows } = await root.query<{ may: string }>(
      `SELECT grantee || ' ' || privilege_type || ' ' || table_name AS may FROM information_schema.role_table_grants
       WHERE grantee = ANY($1) AND (privilege_type IN ('DELETE', 'TRUNCATE', 'TRIGGER', 'REFERENCES')
         OR (table_name IN ('audit_event', 'audit_log', 'capacity_ledger', 'machine_capacity', 'rack_capacity', 'region_lease') AND privilege_type <> 'SELECT')) ORDER BY 1`, [RUNTIME],
    );
    expect(rows.map(r => r.may)).toEqual([
      'cadastre_allocator DELETE capacity_snapshot', 'cadastre_allocator DELETE region_lease', 'cadastre_allocator INSERT audit_event', 'cadastre_allocator INSERT capacity_ledger', 'cadastre_allocator INSERT region_lease', 'cadastre_allocator UPDATE region_lease',
      'cadastre_controller DELETE idempotency_record', 'cadastre_controller INSERT audit_event', 'cadastre_provider DELETE power_phase', 'cadastre_provider INSERT audit_event', 'cadastre_tenant INSERT audit_event',
    ]);
  });

  it('every role of the product adds to the audit log, and none changes, deletes or empties it: no table right, no right to a column', async () => {
    const { rows } = await root.query<{ role: string; may: readonly string[] }>(
      `SELECT rolname AS role, array_remove(ARRAY[
         CASE WHEN has_table_privilege(oid, 'audit_event', 'INSERT') THEN 'INSERT' END, CASE WHEN has_any_column_privilege(oid, 'audit_event', 'UPDATE') THEN 'UPDATE' END,
         CASE WHEN has_table_privilege(oid, 'audit_event', 'DELETE') THEN 'DELETE' END, CASE WHEN has_table_privilege(oid, 'audit_event', 'TRUNCATE') THEN 'TRUNCATE' END,
         CASE WHEN has_table_privilege(oid, 'audit_event', 'TRIGGER') THEN 'TRIGGER' END], NULL) AS may
       FROM pg_roles WHERE rolname LIKE 'cadastre\\_%' AND rolname <> 'cadastre_migrate' ORDER BY 1`,
    );
    expect(rows.map(r => r.role)).toEqual(expect.arrayContaining([...RUNTIME, 'cadastre_notary', 'cadastre_monitor']));
    expect(rows.filter(r => r.may.join() !== 'INSERT')).toEqual([]);
    for (const { role } of rows) {
      const client = await connect(role);
      for (const text of ["UPDATE audit_event SET outcome = 'success'", 'DELETE FROM audit_event', 'TRUNCATE audit_event']) expect(await as(client, undefined, text), `${role}: ${text}`).toMatch(/^42501/);
      await client.end();
    }
  });

  it('log and ledger are append-only even for a superuser who switches triggers off', async () => {
    const answers: unknown[] = [];
    for (const table of ['audit_event', 'capacity_ledger'])
      for (const text of [`UPDATE ${table} SET epoch = 1`, `UPDATE ${table} SET outcome = 'success'`, `DELETE FROM ${table}`, `TRUNCATE ${table}`])
        for (const mode of ['origin', 'replica']) {
          await root.query(`SET session_replication_role = ${mode}`);
          answers.push(await as(root, undefined, text));
        }
    await root.query('RESET session_replication_role');
    const refused = answers.filter(a => typeof a === 'string' && a.startsWith('23000 ') && a.endsWith('is append-only'));
    const noColumn = answers.filter(a => typeof a === 'string' && a.startsWith('42703'));
    expect([refused.length, noColumn.length, answers.length]).toEqual([12, 4, 16]);
  });
});
