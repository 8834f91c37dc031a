import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditFact } from '@cadastre/domain/audit';
import * as pools from '../node-pool/index.ts';
import { Outage } from '../pool/index.ts';
import type { Store } from '../pool/index.ts';
import * as projects from '../project/index.ts';
import * as racks from '../rack/index.ts';
import * as regions from '../region/index.ts';
import { actOf, countingIds, openTestStore, seedSite, site, storeDatabase } from '../testing/index.ts';
import type { Site } from '../testing/index.ts';
import { commit, purgeIdempotency, recordAudit } from './index.ts';
import type { Work } from './index.ts';

const db = storeDatabase();
const ids = countingIds();
let provider: Store;
let tenant: Store;
let root: pg.Client;
let s: Site;

beforeAll(async () => {
  provider = openTestStore(db, 'provider');
  tenant = openTestStore(db, 'tenant', { max: 60 });
  root = new pg.Client({ connectionString: db.url });
  await root.connect();
  s = site(ids);
  await seedSite(provider, tenant, s);
});
afterAll(async () => {
  await Promise.all([provider.close(), tenant.close(), root.end()]);
});

const count = async (text: string, values: unknown[] = []): Promise<number> => Number((await root.query<{ n: string }>(`SELECT count(*) AS n FROM ${text}`, values)).rows[0]?.n);
const first = () => {
  const [t] = s.tenants;
  if (t === undefined) throw new Error('no tenant');
  return t;
};
const fact = (id: string): AuditFact => ({ type: 'tenancy.project.create', phase: 'completed', outcome: 'success', tenant: first().id, target: { kind: 'project', id } });

/** Two projects in two writes, told and audited, under a key. */
const newProjects = (key: string, code = `c${ids.next('project').slice(-8)}`, fingerprint = 'a'.repeat(64)): Work & { readonly codes: readonly string[] } => {
  const t = first();
  const made = [`${code}-a`, `${code}-b`].map(c => ({
    id: ids.next('project'), tenantId: t.id, code: c, name: 'Projet', stage: 'TRIAL' as const, legalScope: { jurisdictions: [], certifications: [], dataClass: 'ORDINARY' as const }, conditions: [],
    observedGeneration: 0, generation: 1,
  }));
  return {
    codes: made.map(m => m.code), scope: { tenant: t.id }, act: actOf('tenant'), writes: made.map(m => projects.insert(m)),
    outbox: made.map(m => ({ noun: 'project', objectId: m.id, verb: 'created', regionCode: '_', tenantId: t.id })), audit: made.map(m => fact(m.id)),
    idempotency: { scope: t.id, key, fingerprint, operation: 'createProject', result: ({ auditIds }) => ({ ids: made.map(m => m.id), auditIds }) },
  };
};
const world = async (work: ReturnType<typeof newProjects>) => ({
  rows: await count('project WHERE code = ANY($1)', [work.codes]), told: await count('outbox WHERE object_id = ANY($1)', [work.outbox.map(o => o.objectId)]),
  audited: await count('audit_event WHERE target_id = ANY($1)', [work.outbox.map(o => o.objectId)]), keys: await count('idempotency_record WHERE key = $1', [work.idempotency?.key]),
});
const ALL = { rows: 2, told: 2, audited: 2, keys: 1 };
const NOTHING = { rows: 0, told: 0, audited: 0, keys: 0 };

describe('commit()', () => {
  it('saves rows, outbox, audit events and the key, together', async () => {
    const work = newProjects('together');
    const done = await commit(tenant, work);
    expect(done.ok && [done.value.auditIds.length, done.value.eventIds.length]).toEqual([2, 2]);
    expect(await world(work)).toEqual(ALL);
  });

  // The statements of one commit, counted on a run that nobody cuts; then once for each, the connection is cut as it is about to be sent, and once just after.
  const STATEMENTS = ['BEGIN', 'idempotency', 'first row', 'second row', 'outbox and audit', 'COMMIT'];
  it(`is ${String(STATEMENTS.length)} statements here`, async () => {
    let n = 0;
    const counting = openTestStore(db, 'tenant', { onStatement: () => { n += 1; } });
    await commit(counting, newProjects('counted'));
    await counting.close();
    expect(n).toBe(STATEMENTS.length);
  });

  describe.each(['before', 'after'] as const)('cut %s', when => {
    it.each(STATEMENTS.map((name, index) => ({ name, index })))('statement $index ($name): all or nothing, and the repetition does it once', async ({ index }) => {
      let n = 0;
      const cut = openTestStore(db, 'tenant', {
        onStatement: async ({ pid }) => {
          const at = n++;
          if (at !== index) return;
          const kill = () => root.query('SELECT pg_terminate_backend($1)', [pid]);
          if (when === 'before') await kill();
          else setImmediate(() => void kill());
        },
      });
      const work = newProjects(`cut-${when}-${String(index)}`);
      const outcome = await commit(cut, work).then(done => (done.ok ? 'done' : done.error.code), (error: unknown) => (error instanceof Outage ? `outage, written ${error.written}` : String(error)));
      const after = await world(work);
      if (outcome === 'done') expect(after).toEqual(ALL);
      else if (outcome === 'outage, written nothing') expect(after).toEqual(NOTHING);
      else expect([NOTHING, ALL, outcome]).toContainEqual(after);
      expect(['done', 'outage, written nothing', 'outage, written unknown']).toContain(outcome);
      // The same store goes on with a fresh connection, and the key keeps it to once.
      n = Number.MIN_SAFE_INTEGER;
      const again = await commit(cut, work);
      expect(again.ok || again.error.code === 'ALREADY_DONE').toBe(true);
      expect(await world(work)).toEqual(ALL);
      await cut.close();
    });
  });

  it('leaves nothing when the last row of many is refused', async () => {
    const work = newProjects('half');
    const taken = newProjects('half-2', work.codes[1]?.slice(0, -2));
    expect((await commit(tenant, taken)).ok).toBe(true);
    expect(await commit(tenant, { ...work, writes: [...work.writes, ...taken.writes] })).toMatchObject({ ok: false });
    expect(await count('audit_event WHERE target_id = ANY($1)', [work.outbox.map(o => o.objectId)])).toBe(0);
  });

  it('does nothing without an audit event', async () => {
    await expect(commit(tenant, { ...newProjects('mute'), audit: [] })).rejects.toThrow('no event, no act');
  });

  it.each([
    { row: 'a taken code', work: () => ({ ...newProjects('dup'), writes: newProjects('x', 'p1').writes.slice(0, 1).concat(newProjects('y', 'twice').writes, newProjects('z', 'twice').writes) }), refusal: { code: 'ALREADY_EXISTS', constraint: 'project_tenant_id_code_key' } },
  ])('refuses $row as a value', async ({ work, refusal }) => {
    expect(await commit(tenant, work())).toEqual({ ok: false, error: refusal });
  });

  it('refuses 150,001 W, naming the limit, and takes 150,000', async () => {
    const [rack] = s.racks;
    if (rack === undefined) throw new Error('no rack');
    const audit = [{ type: 'dcim.rack.create', phase: 'completed', outcome: 'success', target: { kind: 'rack', id: rack.id } }] as const;
    const save = (maxPowerW: number) =>
      commit(provider, { scope: 'system', act: actOf(), writes: [racks.insert([{ ...rack, id: ids.next('rack'), name: `w-${String(maxPowerW)}`, maxPowerW }])], outbox: [], audit });
    expect(await save(150_001)).toEqual({ ok: false, error: { code: 'LIMIT', constraint: 'rack_power_limit' } });
    expect((await save(150_000)).ok).toBe(true);
    expect(await save(0)).toEqual({ ok: false, error: { code: 'LIMIT', constraint: 'rack_power_limit' } });
    expect(await save(2 ** 40)).toEqual({ ok: false, error: { code: 'LIMIT', constraint: 'integer_range' } });
  });

  it('refuses a hall that is not there, and a pool out of bounds', async () => {
    const [rack] = s.racks;
    if (rack === undefined) throw new Error('no rack');
    const audit = [{ type: 'dcim.rack.create', phase: 'completed', outcome: 'success', target: { kind: 'rack', id: rack.id } }] as const;
    const save = (...writes: Work['writes']) => commit(provider, { scope: 'system', act: actOf(), writes, outbox: [], audit });
    expect(await save(racks.insert([{ ...rack, id: ids.next('rack'), name: 'astray', hallId: ids.next('hall') }]))).toEqual({ ok: false, error: { code: 'UNKNOWN_REFERENCE', constraint: 'rack_hall_id_datacenter_id_fkey' } });
    expect(await save(pools.update(s.poolId, { target: 99 }, { ifGeneration: 1 }))).toEqual({ ok: false, error: { code: 'LIMIT', constraint: 'node_pool_bounds' } });
  });

  it('writes a row only at the generation that was read, and empties what is set to null', async () => {
    const audit = [{ type: 'dcim.region.update', phase: 'completed', outcome: 'success', target: { kind: 'region', id: s.regionId } }] as const;
    const rename = (nameFr: string, ifGeneration: number) => commit(provider, { scope: 'system', act: actOf(), writes: [regions.update(s.regionId, { nameFr }, { ifGeneration })], outbox: [], audit });
    expect((await rename('Drôme', 1)).ok).toBe(true);
    expect(await rename('Isère', 1)).toEqual({ ok: false, error: { code: 'STALE_GENERATION', noun: 'region', id: s.regionId } });
    expect(await provider.read('system', q => regions.get(q, s.regionId))).toMatchObject({ nameFr: 'Drôme', nameEn: 'Region', generation: 2 });
    const [rack] = s.racks;
    if (rack === undefined) throw new Error('no rack');
    await commit(provider, { scope: 'system', act: actOf(), writes: [racks.update(rack.id, { feedA: 'A1' }, { ifGeneration: 1 })], outbox: [], audit });
    expect((await provider.read('system', q => racks.get(q, rack.id)))?.feedA).toBe('A1');
    await commit(provider, { scope: 'system', act: actOf(), writes: [racks.update(rack.id, { feedA: null }, { ifGeneration: 2 })], outbox: [], audit });
    expect(await provider.read('system', q => racks.get(q, rack.id))).not.toHaveProperty('feedA');
  });
});

describe('idempotency', () => {
  it('replays the first answer for the same input and refuses another', async () => {
    const work = newProjects('replay');
    const done = await commit(tenant, work);
    expect(await commit(tenant, work)).toMatchObject({ ok: false, error: { code: 'ALREADY_DONE', record: { result: { auditIds: done.ok && done.value.auditIds } } } });
    expect(await commit(tenant, newProjects('replay', 'other', 'b'.repeat(64)))).toEqual({ ok: false, error: { code: 'IDEMPOTENCY_CONFLICT' } });
    expect(await world(work)).toEqual(ALL);
  });

  it('50 twins at once: one row, one answer', async () => {
    const work = newProjects('twins');
    const answers = await Promise.all(Array.from({ length: 50 }, () => commit(tenant, work)));
    const results = answers.map(a => (a.ok ? { auditIds: a.value.auditIds } : a.error.code === 'ALREADY_DONE' ? a.error.record.result : a.error));
    expect(answers.filter(a => a.ok)).toHaveLength(1);
    const { auditIds } = results.find((_, i) => answers[i]?.ok) as { auditIds: readonly string[] };
    expect(results.map(r => (r as { auditIds: readonly string[] }).auditIds)).toEqual(results.map(() => auditIds));
    expect(await world(work)).toEqual(ALL);
  });

  it('forgets after 24 hours', async () => {
    const work = newProjects('old');
    await commit(tenant, work);
    await root.query("UPDATE idempotency_record SET created_at = now() - interval '25 hours', expires_at = now() - interval '1 hour' WHERE key = 'old'");
    expect((await commit(tenant, newProjects('old', 'renewed', 'c'.repeat(64)))).ok).toBe(true);
    const controller = openTestStore(db, 'controller');
    await root.query("UPDATE idempotency_record SET created_at = now() - interval '25 hours', expires_at = now() - interval '1 hour' WHERE key = 'old'");
    expect([await purgeIdempotency(controller), await count("idempotency_record WHERE key = 'old'"), await count("idempotency_record WHERE key = 'replay'")]).toEqual([1, 0, 1]);
    await controller.close();
  });

  it('a refused act leaves its key free', async () => {
    const work = newProjects('free', 'p1x');
    const doomed: Work = { ...work, writes: [...work.writes, ...newProjects('n', 'p1x').writes] };
    expect(await commit(tenant, doomed)).toMatchObject({ ok: false, error: { code: 'ALREADY_EXISTS' } });
    expect((await commit(tenant, work)).ok).toBe(true);
  });
});

describe('recordAudit()', () => {
  it('keeps a failed login without a tenant, whatever text it brings', async () => {
    const [id] = await recordAudit(tenant, actOf('tenant'), [
      { type: 'iam.login.failed', phase: 'denied', outcome: 'denied', reason: 'BAD_TOKEN', target: { kind: 'token', id: `\u0000\ud800é\u2028${'x'.repeat(9000)}` } },
    ]);
    const { rows } = await root.query<{ line: string; same: boolean }>("SELECT convert_from(body, 'UTF8') AS line, digest = sha256(body) AS same FROM audit_event WHERE id = $1", [id]);
    expect(rows[0]?.same).toBe(true);
    expect(rows[0]?.line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
    expect(JSON.parse(rows[0]?.line ?? '')).toMatchObject({ v: 1, id, log: 'audit.test/provider', class: 'security', outcome: 'denied' });
  });
});
