import { createHash } from 'node:crypto';
import { storeDatabase, type Site } from '@cadastre/store/testing';
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
