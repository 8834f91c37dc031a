import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditId } from '@cadastre/domain/core';
import type { Store } from '../pool/index.ts';
import { asSuperuser, countingIds, openTestStore, seedSite, site, storeDatabase } from '../testing/index.ts';
import { lines, MAX_COUNT, page } from './index.ts';
import type { AuditFilter, Search, StoredAuditEvent } from './index.ts';

const db = storeDatabase();
const s = site(countingIds());
const mine = s.tenants[0]!.id;
let tenant: Store;
let provider: Store;

// A log of 600 events by rule, so that a list kept here says what must be found: some late ones, recorded minutes before others with a smaller number.
const ACTORS = ['alice', 'aude', 'controller'] as const;
const TYPES = ['compute.instance.create', 'compute.plan.create', 'iam.apikey.create', 'tenancy.project.update', 'audit.events.read'] as const;
const OUTCOMES = ['success', 'success', 'success', 'denied', 'failure'] as const;
const REASONS = ['NOT_ENOUGH_GPUS', 'QUOTA_EXCEEDED', 'CLOCK_SKEW'] as const;
// Some forty events a trace, of all tenants and the provider.
const traceOf = (i: number): string => `${'0'.repeat(24)}${String(i % 15).padStart(8, 'a')}`;
const T0 = Date.parse('2026-03-01T00:00:00.000Z');
const MINUTE = 60_000;
interface Row { readonly txid: number; readonly seq: number; readonly id: string; readonly tenant: string | null; readonly actor: string; readonly directory: string; readonly type: string; readonly target: string; readonly outcome: string; readonly reason: string | null; readonly trace: string | null; readonly at: number }
const log: readonly Row[] = Array.from({ length: 600 }, (_, i) => ({
  txid: 2 + Math.floor(i / 3), seq: 1_000_000 + i, id: `audit_${String(i).padStart(26, '0')}`, tenant: i % 7 === 0 ? null : s.tenants[i % 2]!.id, actor: ACTORS[i % 3] ?? 'alice', directory: i % 5 === 0 ? 'provider' : 'tenant',
  type: TYPES[(i * 7) % 5] ?? '', target: `t${String(i % 11)}`, outcome: OUTCOMES[(i * 3) % 5] ?? '', reason: i % 4 === 1 ? (REASONS[i % 3] ?? '') : null, trace: i % 6 === 0 ? null : traceOf(i), at: T0 + i * MINUTE + (i % 13 === 0 ? 9 * MINUTE : 0),
}));
const isoOf = (i: number): string => new Date(T0 + i * MINUTE).toISOString();

beforeAll(async () => {
  [tenant, provider] = [openTestStore(db, 'tenant'), openTestStore(db, 'provider')];
  await seedSite(provider, tenant, s);
  const rows = log.map(r => `(${String(r.txid)}, ${String(r.seq)}, '${r.id}', ${r.tenant === null ? 'NULL' : `'${r.tenant}'`}, '${r.type}', 'completed', '${r.outcome}', '${r.actor}', '${r.directory}', 'k', '${r.target}', ${r.reason === null ? 'NULL' : `'${r.reason}'`}, ${r.trace === null ? 'NULL' : `'${r.trace}'`}, '{}', sha256('{}'), '${new Date(r.at).toISOString()}')`);
  await asSuperuser(db, `INSERT INTO audit_event (txid, seq, id, tenant_id, type, phase, outcome, actor_id, actor_directory, target_kind, target_id, reason, trace, body, digest, time_recorded) VALUES ${rows.join(',')}`);
});
afterAll(() => Promise.all([tenant.close(), provider.close()]));

const PERIOD: AuditFilter = { from: isoOf(-1), to: isoOf(700) };
const has = <T>(list: readonly T[] | undefined, value: T | null): boolean => list === undefined || (value !== null && list.includes(value));
const matches = (r: Row, f: AuditFilter): boolean =>
  has(f.types, r.type) && has(f.actorIds, r.actor) && has(f.targetIds, r.target) && has(f.outcomes, r.outcome as StoredAuditEvent['outcome']) && has(f.reasons, r.reason) && has(f.traces, r.trace) && (f.from === undefined || r.at >= Date.parse(f.from)) && (f.to === undefined || r.at < Date.parse(f.to));
const expected = (f: AuditFilter, of: (r: Row) => boolean): readonly string[] => log.filter(r => of(r) && matches(r, f)).map(r => r.id).reverse();

const everyPage = async (store: Store, search: Omit<Search, 'first' | 'after'>, first = 17): Promise<readonly string[]> => {
  const seen: AuditId[] = [];
  for (let after: Search['after']; ;) {
    const part = await store.read(search.log === 'provider' ? 'system' : { tenant: search.log.tenantId }, q => page(q, { ...search, first, ...(after === undefined ? {} : { after }) }));
    seen.push(...part.items.map(e => e.id));
    const last = part.items.at(-1);
    if (!part.hasNextPage || last === undefined) return seen;
    after = { txid: last.txid, seq: last.seq };
  }
};

const filters: readonly (readonly [string, AuditFilter])[] = [
  ['everything', {}],
  ['one type', { types: ['iam.apikey.create'] }],
  ['several types, one of them twice and one that nothing has', { types: ['compute.plan.create', 'compute.instance.create', 'compute.plan.create', 'law.violation.open'] }],
  ['an actor', { actorIds: ['aude'] }],
  ['two actors and a type', { actorIds: ['alice', 'controller'], types: ['audit.events.read'] }],
  ['targets', { targetIds: ['t3', 't4', 't10'] }],
  ['a target, an actor and an outcome', { targetIds: ['t3'], actorIds: ['alice'], outcomes: ['success', 'denied'] }],
  ['what did not succeed', { outcomes: ['denied', 'failure', 'unknown'] }],
  ['denials of a type', { outcomes: ['denied'], types: ['compute.instance.create', 'tenancy.project.update'] }],
  ['what succeeded', { outcomes: ['success'] }],
  ['an hour', { from: isoOf(120), to: isoOf(180) }],
  ['from an instant on, with late ones', { from: isoOf(300) }],
  ['until an instant', { to: isoOf(33) }],
  ['a period before everything', { from: isoOf(-600), to: isoOf(-60) }],
  ['a period after everything', { from: isoOf(2_000) }],
  ['an actor in an hour', { actorIds: ['controller'], from: isoOf(250), to: isoOf(320) }],
  ['a reason', { reasons: ['QUOTA_EXCEEDED'] }],
  ['reasons of an actor in an hour, and one that nothing has', { reasons: ['NOT_ENOUGH_GPUS', 'CLOCK_SKEW', 'POWER_REFUSED'], actorIds: ['alice', 'aude'], from: isoOf(100), to: isoOf(160) }],
  ['a reason, a type, a target and an outcome', { reasons: ['QUOTA_EXCEEDED'], types: ['compute.instance.create', 'iam.apikey.create'], targetIds: ['t3', 't4', 't5'], outcomes: ['success', 'denied'] }],
  ['a trace', { traces: [traceOf(4)] }],
  ['two traces, a reason and an actor', { traces: [traceOf(4), traceOf(7), traceOf(7)], reasons: ['NOT_ENOUGH_GPUS', 'QUOTA_EXCEEDED'], actorIds: ['aude'] }],
  ['a trace that nothing has', { traces: ['f'.repeat(32)] }],
  ['nobody', { actorIds: ['nobody'] }],
  ['no value at all', { types: [] }],
];

describe('a search finds exactly what the filter says, page by page, newest first', () => {
  it.each(filters)('a tenant\'s: %s', async (_, filter) => {
    expect(await everyPage(tenant, { log: { tenantId: mine }, ...PERIOD, ...filter })).toEqual(expected({ ...PERIOD, ...filter }, r => r.tenant === mine));
  });
  it.each(filters)('the provider\'s: %s', async (_, filter) => {
    expect(await everyPage(provider, { log: 'provider', ...PERIOD, ...filter })).toEqual(expected({ ...PERIOD, ...filter }, r => r.tenant === null || r.directory === 'provider'));
  });
  it.each(filters)('oldest first, for an export: %s', async (_, filter) => {
    const all = await tenant.read({ tenant: mine }, q => lines(q, { log: { tenantId: mine }, ...PERIOD, ...filter, first: 1_000 }));
    expect(all.count).toBe(expected({ ...PERIOD, ...filter }, r => r.tenant === mine).length);
  });
});

describe('a period', () => {
  it('loses nothing at its ends, wherever they fall between events that were recorded late', async () => {
    const wrong: unknown[] = [];
    for (let m = 0; m < 600; m += 1) {
      const filter = { from: isoOf(m), to: isoOf(m + 2) };
      const { items } = await tenant.read({ tenant: mine }, q => page(q, { log: { tenantId: mine }, ...filter, first: 50 }));
      const want = expected(filter, r => r.tenant === mine);
      if (JSON.stringify(items.map(e => e.id)) !== JSON.stringify(want)) wrong.push([m, items.length, want.length]);
    }
    expect(wrong).toEqual([]);
  });
});

describe('the count', () => {
  it('is exact as far as it goes, and says when it does not go further', async () => {
    const many = (n: number) => asSuperuser(db, `INSERT INTO audit_event (txid, seq, id, tenant_id, type, phase, outcome, actor_id, actor_directory, target_kind, target_id, body, digest)
      SELECT 1, ${String(n)} * 100000 + i, 'audit_c' || ${String(n)} || '_' || i, '${mine}', 'law.violation.end', 'completed', 'success', 'counted', 'tenant', 'k', 'k', '{}', sha256('{}') FROM generate_series(1, ${String(MAX_COUNT / 2)}) i`);
    const count = async (also: AuditFilter = {}) => {
      const { totalCount, totalCountIsExact, items } = await tenant.read({ tenant: mine }, q => page(q, { log: { tenantId: mine }, actorIds: ['counted', 'alice'], types: ['law.violation.end'], first: 5, ...also }));
      return [totalCount, totalCountIsExact, items.length];
    };
    expect(await count()).toEqual([0, true, 0]);
    await many(1);
    expect(await count()).toEqual([MAX_COUNT / 2, true, 5]);
    await many(2);
    expect(await count()).toEqual([MAX_COUNT, true, 5]);
    await asSuperuser(db, `INSERT INTO audit_event (txid, id, tenant_id, type, phase, outcome, actor_id, actor_directory, target_kind, target_id, body, digest)
      VALUES (1, 'audit_one_more', '${mine}', 'law.violation.end', 'completed', 'success', 'alice', 'tenant', 'k', 'k', '{}', sha256('{}'))`);
    expect(await count()).toEqual([MAX_COUNT, false, 5]);
  });
});
