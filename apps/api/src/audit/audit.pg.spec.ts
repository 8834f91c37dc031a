import { createHash } from 'node:crypto';
import { asRows, storeDatabase, type Site } from '@cadastre/store/testing';
import { waitFor } from '@cadastre/testing/wait';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { providerToken, seedTenants, tenantToken } from '../testing/tenants.ts';
import { openWorld, type World } from '../testing/world.ts';

const db = storeDatabase();
let world: World;
let s: Site;
let [engineer, auditor, stranger, pascal] = ['', '', '', ''];
beforeAll(async () => {
  s = await seedTenants(db);
  world = await openWorld(db);
  [engineer, auditor, stranger, pascal] = await Promise.all([
    tenantToken(world, s, 0, ['OWNER'], 'alice'), tenantToken(world, s, 0, ['AUDITOR'], 'aude'), tenantToken(world, s, 1, ['AUDITOR'], 'basile'), providerToken(world, ['PROVIDER_AUDITOR'], 'pascal'),
  ]);
  for (const n of [1, 2, 3]) {
    const done = await world.tenant.ask(`mutation { createProject(input: {idempotencyKey: "a${String(n)}", code: "a${String(n)}", name: "A"}) { __typename } }`, { token: engineer });
    expect(done.data).toEqual({ createProject: { __typename: 'ProjectAccepted' } });
  }
});
afterAll(async () => { await world.close(); });

interface Page { readonly __typename: string; readonly totalCount: number; readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }; readonly edges: readonly { readonly node: { readonly type: string; readonly actorId: string; readonly line: string; readonly digest: string; readonly id: string } }[] }
interface Lines { readonly count: number; readonly hasMore: boolean; readonly endCursor: string; readonly jsonLines: string }
const page = async (args: string, token = auditor): Promise<Page> =>
  (await world.tenant.ask(`{ auditEvents${args} { __typename ... on AuditEventConnection { totalCount pageInfo { hasNextPage endCursor } edges { node { id type actorId line digest } } } ... on Problem { code path } } }`, { token })).data['auditEvents'] as Page;
const lines = async (args: string): Promise<Lines> =>
  (await world.tenant.ask(`{ auditLines${args} { ... on AuditLines { count hasMore endCursor jsonLines } } }`, { token: auditor })).data['auditLines'] as Lines;

describe('an auditor', () => {
  it('sees the organisation\'s events, newest first, and the reading itself', async () => {
    const found = await page('(first: 100)');
    expect(found.edges[0]?.node).toMatchObject({ type: 'audit.events.read', actorId: 'aude' });
    expect(found.edges.filter(e => e.node.type === 'tenancy.project.create')).toHaveLength(4);
    expect(found.totalCount).toBe(found.edges.length);
  });

  it('gets each leaf as it was stored: its digest is that of its bytes', async () => {
    for (const { node } of (await page('(first: 100)')).edges) expect(createHash('sha256').update(node.line).digest('hex')).toBe(node.digest);
  });

  it('pages without seeing anything twice or missing anything', async () => {
    const filter = 'filter: {type: "tenancy.project.create"}';
    const seen: string[] = [];
    for (let after = ''; ; ) {
      const part = await page(`(${filter}, first: 2${after})`);
      seen.push(...part.edges.map(e => e.node.id));
      if (!part.pageInfo.hasNextPage) break;
      after = `, after: "${String(part.pageInfo.endCursor)}"`;
    }
    expect(seen).toHaveLength(4);
    expect(new Set(seen).size).toBe(4);
  });

  it('exports in parts, oldest first, that make up the whole', async () => {
    // An event is exported once nothing older can appear any more: other specs' transactions on the same server may still be open.
    const whole = await waitFor(async () => {
      const all = await lines('(filter: {type: "tenancy.project.create"})');
      return all.count === 4 && all;
    }, { what: 'all four in the window of the export' });
    const first = await lines('(filter: {type: "tenancy.project.create"}, first: 3)');
    const second = await lines(`(filter: {type: "tenancy.project.create"}, first: 3, after: "${first.endCursor}")`);
    expect(first).toMatchObject({ count: 3, hasMore: true });
    expect(second).toMatchObject({ count: 1, hasMore: false });
    expect(first.jsonLines + second.jsonLines).toBe(whole.jsonLines);
    expect(whole.jsonLines.split('\n').filter(l => l !== '').map(l => (JSON.parse(l) as { type: string }).type)).toEqual(Array(4).fill('tenancy.project.create'));
  });

  it('leaves an event by exporting', async () => {
    const before = (await page('(filter: {type: "audit.events.export"})')).totalCount;
    await lines('(first: 1)');
    expect((await page('(filter: {type: "audit.events.export"})')).totalCount).toBe(before + 1);
  });

  it.each([
    ['a page of 101', '(first: 101)', 'ABOVE_MAXIMUM'],
    ['a cursor of nobody', '(after: "abc")', 'BAD_CURSOR'],
    ['an interval that ends before it begins', '(filter: {from: "2026-02-01T00:00:00Z", to: "2026-01-01T00:00:00Z"})', 'INTERVAL_REVERSED'],
  ])('is told what is wrong with %s', async (_, args, code) => {
    expect(await page(args)).toMatchObject({ __typename: 'ValidationFailed', code });
  });

  it('of another organisation sees none of it', async () => {
    const found = await page('(first: 100)', stranger);
    expect(new Set(found.edges.map(e => e.node.actorId))).not.toContain('alice');
    expect(found.edges.length).toBeGreaterThan(0);
  });

  it('finds one event by its id, and leaves one by doing so; an engineer finds none', async () => {
    const [event] = (await page('(filter: {type: "tenancy.project.create"}, first: 1)')).edges;
    const node = `{ node(id: "${event!.node.id}") { __typename id } }`;
    const before = (await page('(filter: {type: "audit.events.read"})')).totalCount;
    expect((await world.tenant.ask(node, { token: auditor })).data).toEqual({ node: { __typename: 'AuditEvent', id: event!.node.id } });
    expect((await page('(filter: {type: "audit.events.read"})')).totalCount).toBe(before + 2);
    expect((await world.tenant.ask(node, { token: engineer })).data).toEqual({ node: null });
  });

  it('of the provider sees the provider\'s acts, and nothing that a tenant\'s people did', async () => {
    await waitFor(async () => {
      const a = await world.provider.ask('{ auditEvents(first: 100) { ... on AuditEventConnection { edges { node { type actorId } } } } }', { token: pascal });
      const edges = (a.data['auditEvents'] as Page).edges;
      expect(edges.map(e => e.node.type)).toContain('dcim.region.create');
      expect(edges.map(e => e.node.actorId)).not.toContain('alice');
      return true;
    }, { what: 'the provider\'s log' });
  });
});

describe('a search by reason and by trace', () => {
  const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
  const headers = { traceparent: `00-${TRACE}-00f067aa0ba902b7-01` };
  const found = async (door: 'tenant' | 'provider', token: string, filter: string): Promise<readonly string[]> => {
    const { data } = await world[door].ask<{ auditEvents: { edges: readonly { node: { type: string; actorId: string; reason: string | null; traceId: string | null } }[]; code?: string } }>(
      `{ auditEvents(filter: {${filter}}, first: 100) { ... on AuditEventConnection { edges { node { type actorId reason traceId } } } ... on Problem { code } } }`, { token });
    if (data.auditEvents.code !== undefined) return [data.auditEvents.code];
    return data.auditEvents.edges.map(({ node }) => [node.actorId, node.type, node.reason, node.traceId === TRACE ? 'traced' : ''].filter(Boolean).join(' ')).sort();
  };
  beforeAll(async () => {
    // Within one trace: an act and a refusal of one tenant, a refusal of another tenant, and one of the provider's people.
    await world.tenant.ask('mutation { createProject(input: {idempotencyKey: "t1", code: "t1", name: "T"}) { __typename } }', { token: engineer, headers });
    await world.tenant.ask('mutation { createProject(input: {idempotencyKey: "t2", code: "t2", name: "T"}) { __typename } }', { token: auditor, headers });
    await world.tenant.ask('mutation { createProject(input: {idempotencyKey: "t3", code: "t3", name: "T"}) { __typename } }', { token: stranger, headers });
    await world.provider.ask('mutation { createRegion(input: {idempotencyKey: "t4", code: "t4", nameFr: "T", nameEn: "T", country: "FR", jurisdiction: "EU-FR", operatorName: "T"}) { __typename } }', { token: pascal, headers });
  });

  it('finds at each door what its reader may see of a trace, and of others\' part in it nothing', async () => {
    const of = `traceId: "${TRACE}"`;
    expect({ aude: await found('tenant', auditor, of), basile: await found('tenant', stranger, of), pascal: await found('provider', pascal, of) }).toEqual({
      aude: ['alice tenancy.project.create traced', 'aude iam.access.denied FORBIDDEN traced'], basile: ['basile iam.access.denied FORBIDDEN traced'], pascal: ['pascal iam.access.denied FORBIDDEN traced'],
    });
    expect(await found('tenant', auditor, `traceIds: ["${TRACE.toUpperCase()}", "${'0'.repeat(31)}1"], type: "tenancy.project.create"`)).toEqual(['alice tenancy.project.create traced']);
    expect(await found('tenant', auditor, `traceId: "${'0'.repeat(31)}1"`)).toEqual([]);
  });

  it('finds what was refused for a reason, of one\'s own log alone', async () => {
    expect(await found('tenant', auditor, `reason: "FORBIDDEN", traceId: "${TRACE}"`)).toEqual(['aude iam.access.denied FORBIDDEN traced']);
    expect(new Set((await found('tenant', auditor, 'reason: "FORBIDDEN"')).map(l => l.split(' ')[0]))).not.toContain('basile');
    expect(new Set((await found('tenant', stranger, 'reasons: ["FORBIDDEN", "NOT_FOUND"]')).map(l => l.split(' ')[0]))).toEqual(new Set(['basile']));
    expect((await found('provider', pascal, 'reason: "FORBIDDEN"')).filter(l => !l.startsWith('pascal '))).toEqual([]);
    expect(await found('tenant', auditor, 'reason: "NOTHING_HAS_IT"')).toEqual([]);
  });

  it('by copies that say what the leaf says', async () => {
    const [row] = await asRows<{ reasons: number; traces: number; wrong: number }>(db, `SELECT count(reason)::int AS reasons, count(trace)::int AS traces,
      (count(*) FILTER (WHERE reason IS DISTINCT FROM convert_from(body, 'UTF8')::json->>'reason' OR trace IS DISTINCT FROM (convert_from(body, 'UTF8')::json->'request'->>'trace')::uuid
        OR reason IS DISTINCT FROM audit_event_reason(body) OR trace IS DISTINCT FROM audit_event_trace(body)))::int AS wrong FROM audit_event`);
    expect(row?.wrong).toBe(0);
    expect(Math.min(row?.reasons ?? 0, row?.traces ?? 0)).toBeGreaterThanOrEqual(3);
  });

  it.each(['x', '4bf92f3577b34da6a3ce929d0e0e473', `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01`])('says what a trace id looks like: %s is none', async id => {
    expect(await found('tenant', auditor, `traceId: "${id}"`)).toEqual(['BAD_FORMAT']);
  });
});
