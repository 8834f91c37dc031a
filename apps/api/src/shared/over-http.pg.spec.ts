import { openTestStore, seedSite, site, storeDatabase } from '@cadastre/store/testing';
import { createIds } from '@cadastre/platform/ids';
import { auditServer } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDoor, type TestDoor } from '../testing/door.ts';

// The audit of the GraphQL over HTTP specification, against both doors as they are. What cannot be met would be listed here by its id with the reason.
const EXCUSED: Readonly<Record<string, string>> = {};

const db = storeDatabase();
const s = site(createIds(), { racks: 1, machinesPerRack: 1 });
const doors: { tenant?: TestDoor; provider?: TestDoor } = {};
beforeAll(async () => {
  const [provider, tenant] = [openTestStore(db, 'provider'), openTestStore(db, 'tenant')];
  await seedSite(provider, tenant, s);
  await Promise.all([provider.close(), tenant.close()]);
  doors.tenant = await startDoor('tenant', db);
  doors.provider = await startDoor('provider', db);
});
afterAll(async () => { await Promise.all([doors.tenant?.stop(), doors.provider?.stop()]); });

const tokenOf = (name: 'tenant' | 'provider'): Promise<string> => doors[name]!.token(name === 'tenant' ? 'alice' : 'olivia', name === 'tenant' ? { organisation: s.tenants[0]?.code } : {});

describe.each(['tenant', 'provider'] as const)('the %s door speaks GraphQL over HTTP', name => {
  it('without an error, a warning or a notice of the audit', async () => {
    const authorization = `Bearer ${await tokenOf(name)}`;
    const found = await auditServer({
      url: `${doors[name]!.url}/graphql`,
      fetchFn: (url: string, init: RequestInit = {}) => fetch(url, { ...init, headers: { ...(init.headers as Record<string, string> | undefined), authorization } }),
    });
    expect(found.length).toBeGreaterThan(50);
    expect(found.flatMap(r => (r.status === 'ok' || r.id in EXCUSED ? [] : [`${r.id} ${r.status}: ${r.name}: ${r.reason}`]))).toEqual([]);
    expect(Object.keys(EXCUSED).filter(id => !found.some(r => r.id === id && r.status !== 'ok')), 'excuses that nobody needs any more').toEqual([]);
  });

  it.each([
    ['no JSON', 'text/plain', '{"query":"{ __typename }"}', 415, 'NOT_JSON'],
    ['a form', 'application/x-www-form-urlencoded', 'query=%7B__typename%7D', 415, 'NOT_JSON'],
    ['a bare document', 'application/graphql', '{ __typename }', 415, 'NOT_JSON'],
    ['half a JSON', 'application/json', '{"query":', 400, 'BAD_REQUEST'],
    ['nothing', 'application/json', '', 400, 'BAD_REQUEST'],
    ['null', 'application/json', 'null', 400, 'NOT_A_REQUEST'],
    ['a batch', 'application/json', '[{"query":"{ __typename }"}]', 400, 'NOT_A_REQUEST'],
    ['an empty document', 'application/json', '{"query":""}', 400, 'NOT_A_REQUEST'],
    ['a prototype in disguise', 'application/json', '{"query":"{ __typename }","variables":{"__proto__":{"x":1}}}', 400, 'BAD_REQUEST'],
    ['more than 3 MiB', 'application/json', `{"query":"{ __typename }","x":"${'x'.repeat(3 * 1024 * 1024)}"}`, 413, 'BAD_REQUEST'],
  ])('%s is refused with its code and the request\'s id', async (_case, type, body, status, code) => {
    const response = await fetch(`${doors[name]!.url}/graphql`, { method: 'POST', headers: { 'content-type': type, authorization: `Bearer ${await tokenOf(name)}` }, body });
    const answer = (await response.json()) as object;
    expect([response.status, answer]).toMatchObject([status, { errors: [{ extensions: { code, requestId: response.headers.get('x-request-id') } }] }]);
    expect(answer).not.toHaveProperty('data');
  });

  it('a mutation is never done by GET', async () => {
    const response = await fetch(`${doors[name]!.url}/graphql?query=${encodeURIComponent('mutation { __typename }')}`, { headers: { authorization: `Bearer ${await tokenOf(name)}` } });
    expect(response.status).toBe(405);
  });
  it('a subscription by POST is told where to go', async () => {
    const a = await doors[name]!.ask('subscription { events { id } }', { token: await tokenOf(name) });
    expect(a.errors?.[0]?.message).toContain('WebSocket');
  });
});
