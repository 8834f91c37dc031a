import { Writable } from 'node:stream';
import { createLogger } from '@cadastre/platform/log';
import { createIds } from '@cadastre/platform/ids';
import { asSuperuser, openTestStore, seedSite, site, storeDatabase, TEST_PASSWORD } from '@cadastre/store/testing';
import { cableTo, type Cable } from '@cadastre/testing/net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDoor, type TestDoor } from '../testing/door.ts';
import { LIMITS } from './limits.ts';

const db = storeDatabase();
const s = site(createIds(), { racks: 1, machinesPerRack: 1 });
let door: TestDoor;
let cable: Cable;
let token: string;
const logged: string[] = [];
const log = createLogger({ process: 'door-tenant', version: '0', destination: new Writable({ write: (chunk, _encoding, done) => { logged.push(String(chunk)); done(); } }) });

beforeAll(async () => {
  const [provider, tenant] = [openTestStore(db, 'provider'), openTestStore(db, 'tenant')];
  await seedSite(provider, tenant, s);
  await Promise.all([provider.close(), tenant.close()]);
  const at = new URL(db.urlAs('cadastre_tenant', TEST_PASSWORD));
  cable = await cableTo({ host: at.hostname, port: Number(at.port) });
  at.hostname = cable.host;
  at.port = String(cable.port);
  door = await startDoor('tenant', db, { environment: 'production', log, databaseUrl: at.href });
  token = await door.token('alice', { organisation: s.tenants[0]?.code });
});
afterAll(async () => {
  await door.stop();
  await cable.close();
});

const ask = (query: string, more: Parameters<TestDoor['ask']>[1] = {}) => door.ask(query, { token, ...more });

describe('every answer carries the request\'s id', () => {
  it.each([['GraphQL', '/graphql', 401], ['health', '/livez', 200], ['metrics', '/metrics', 200], ['nothing there', '/nothing', 404]])('%s', async (_case, path, status) => {
    const response = await fetch(`${door.url}${path}`, path === '/graphql' ? { method: 'POST' } : {});
    expect([response.status, response.headers.get('x-request-id')]).toEqual([status, expect.stringMatching(/^[0-9a-f-]{36}$/)]);
  });
  it('its own: what a client sends as one is not believed', async () => {
    const a = await ask('{ viewer { id } }', { headers: { 'x-request-id': 'mine', 'request-id': 'mine' } });
    expect(a.headers.get('x-request-id')).not.toBe('mine');
  });
});

const SECRET = 'region';
describe('what breaks on our side', () => {
  it('is told in general words with the request\'s id, interpreted and compiled alike; the log gets the rest', async () => {
    await asSuperuser(db, 'ALTER TABLE region RENAME TO elsewhere');
    try {
      for (const lang of ['fr', 'fr', 'fr', 'en']) {
        logged.length = 0;
        const a = await ask('{ regions { totalCount } viewer { id } }', { headers: { 'accept-language': lang } });
        expect(a.status).toBe(500);
        expect(a.errors).toEqual([{ message: lang === 'fr' ? 'Quelque chose s’est cassé de notre côté.' : 'Something broke on our side.', path: ['regions'], extensions: { code: 'INTERNAL', requestId: a.headers.get('x-request-id') } }]);
        expect(a.text.replace('"regions"', '')).not.toContain(SECRET);
        expect(logged.join('')).toContain('relation \\"region\\" does not exist');
        expect(logged.join('')).toContain(a.headers.get('x-request-id'));
      }
    } finally {
      await asSuperuser(db, 'ALTER TABLE elsewhere RENAME TO region');
    }
  });

  it('leaves the rest of the answer whole, and its path has numbers for places in lists', async () => {
    await asSuperuser(db, 'ALTER TABLE region RENAME TO elsewhere');
    try {
      const a = await ask('{ viewer { id } node(id: "region_01h455vb4pex5vsknk084sn02q") { id } }');
      expect(a).toMatchObject({ status: 200, data: { viewer: { id: 'alice' }, node: null }, errors: [{ path: ['node'] }] });
    } finally {
      await asSuperuser(db, 'ALTER TABLE elsewhere RENAME TO region');
    }
  });

  it('an outage of the database is 503: try again, and it works again', async () => {
    cable.cut();
    const a = await ask('{ projects { totalCount } }');
    expect(a).toMatchObject({ status: 503, errors: [{ message: 'Le service ne peut pas répondre pour l’instant ; réessayez.', extensions: { code: 'UNAVAILABLE' } }] });
    expect((await fetch(`${door.url}/readyz`)).status).toBe(503);
    expect((await fetch(`${door.url}/livez`)).status).toBe(200);
    cable.mend();
    expect((await ask('{ projects { totalCount } }')).data).toEqual({ projects: { totalCount: 1 } });
  });
});

// No field of the tenant's schema leads back to where it came from: a document that is too deep is one that also asks for what is not there.
const nested = (depth: number): string => `${'{ viewer '.repeat(depth)}{ id }${' }'.repeat(depth)}`;
describe('limits, before any resolver', () => {
  it.each([
    ['deep', nested(LIMITS.depth + 1), /depth/i],
    ['with many aliases', `{ ${Array.from({ length: LIMITS.aliases + 1 }, (_, i) => `a${String(i)}: viewer { id }`).join(' ')} }`, /alias/i],
    ['with many directives', `{ viewer { id ${'@include(if: true) '.repeat(LIMITS.directives + 1)} } }`, /directive|repeatable|once/i],
    ['dear', `{ ${Array.from({ length: 19 }, (_, i) => `a${String(i)}: gpuInstances(first: 100) { edges { node { project { id code name stage } shape { id code gpus } region { id code } statusHistory { state cause actor at } conditions { type status reason message } } } }`).join(' ')} }`, /cost|alias/i],
    ['with fragments in a circle', '{ viewer { ...a } } fragment a on Viewer { ...b } fragment b on Viewer { ...a }', /fragment/i],
    ['that asks what the schema is, in production', '{ __schema { types { name } } }', /introspection/i],
  ])('a document %s is refused, and says so', async (_case, document, words) => {
    const a = await ask(document, { headers: { accept: 'application/graphql-response+json' } });
    expect([a.status, a.errors?.map(e => e.message).join(' ')]).toEqual([400, expect.stringMatching(words)]);
    expect(a.text).not.toContain('"data"');
  });
  it('a long document is refused with its length and the limit', async () => {
    const a = await ask(`{ viewer { id } } # ${'x'.repeat(LIMITS.documentCharacters)}`);
    expect(a).toMatchObject({ status: 400, errors: [{ message: expect.stringContaining(String(LIMITS.documentCharacters)) as string, extensions: { code: 'DOCUMENT_TOO_LONG' } }] });
  });
  it('what the command line asks at most is let through', async () => {
    const a = await ask('{ gpuInstances(first: 100) { totalCount pageInfo { endCursor } edges { cursor node { id name status project { code } shape { code gpus } region { code } datacenter { code } conditions { type status reason message } statusHistory { state cause at } } } } }');
    expect(a.errors).toBeUndefined();
  });

  it('more requests than the organisation may send are 429, for this organisation only', async () => {
    const narrow = await startDoor('tenant', db, { requestsPerSecond: 5, clock: { now: () => '2026-11-24T10:00:00.000Z' } });
    try {
      const from = async (tenant: number, sub: string): Promise<number> => (await narrow.ask('{ viewer { id } }', { token: await narrow.token('alice', { sub, organisation: s.tenants[tenant]?.code, exp: 4_102_444_800 }) })).status;
      const statuses = [];
      for (let i = 0; i < 12; i += 1) statuses.push(await from(0, `person-${String(i)}`));
      expect(statuses).toEqual([...Array.from({ length: 10 }, () => 200), 429, 429]);
      expect(await from(1, 'bruno')).toBe(200);
      const a = await narrow.ask('{ viewer { id } }', { token: await narrow.token('alice', { organisation: s.tenants[0]?.code, exp: 4_102_444_800 }), headers: { 'accept-language': 'en' } });
      expect([a.headers.get('retry-after'), a.errors]).toEqual(['1', [{ message: 'Too many requests; slow down.', extensions: { code: 'TOO_MANY_REQUESTS', requestId: a.headers.get('x-request-id') } }]]);
    } finally {
      await narrow.stop();
    }
  });
});

describe('lists', () => {
  it.each([[0, 'BELOW_MINIMUM'], [101, 'ABOVE_MAXIMUM'], [-1, 'BELOW_MINIMUM']])('first: %i is refused in words', async (first, code) => {
    const a = await ask('query ($n: Int) { projects(first: $n) { totalCount } }', { variables: { n: first } });
    expect(a.errors?.[0]).toMatchObject({ extensions: { code, argument: ['first'] } });
  });
  it('a cursor of one list is refused by another', async () => {
    const { data } = await ask('{ eventCursor }');
    const a = await ask('query ($c: String) { projects(after: $c) { totalCount } }', { variables: { c: data['eventCursor'] } });
    expect(a.errors?.[0]).toMatchObject({ extensions: { code: 'BAD_CURSOR', argument: ['after'] } });
  });
});

describe('a document of several operations', () => {
  it('runs the one that is asked for, each time', async () => {
    const document = 'query A { viewer { id } } query B { eventCursor }';
    for (const operationName of ['A', 'A', 'A', 'B', 'A', 'B']) expect(Object.keys((await ask(document, { operationName })).data)).toEqual([operationName === 'A' ? 'viewer' : 'eventCursor']);
    expect((await ask(document)).errors?.[0]?.message).toContain('operationName');
    expect((await ask(document, { operationName: 'C' })).errors?.[0]?.message).toContain('operationName');
  });
});

describe('wrong variables', () => {
  it.each([[{}], [{ id: null }], [{ id: { a: 1 } }]])('%j are refused the first time, the second and the third', async variables => {
    for (let i = 0; i < 3; i += 1) {
      const a = await ask(`query ($id: ID!) { project(id: $id) { id } } # ${JSON.stringify(variables)}`, { variables, headers: { accept: 'application/graphql-response+json' } });
      expect([a.status, a.errors?.[0]?.extensions.code]).toEqual([400, 'BAD_REQUEST']);
    }
  });
});
