import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createIds } from '@cadastre/platform/ids';
import { openObjects } from '@cadastre/platform/objects';
import { asSuperuser, storeDatabase, type Site } from '@cadastre/store/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { providerToken, seedTenants, tenantToken } from '../testing/tenants.ts';
import { openWorld, type World } from '../testing/world.ts';

const db = storeDatabase();
const ids = createIds();
const folder = mkdtempSync(join(tmpdir(), 'download-spec-'));
const auditStorage = pathToFileURL(folder).href;
const bytes = randomBytes(300_000);
const sha256 = createHash('sha256').update(bytes).digest('hex');
let world: World;
let s: Site;
let tokens: Readonly<Record<'aude' | 'alice' | 'basile' | 'pascal' | 'olivia', string>>;
/** An export of tenant 0, and one of the provider's own log; one that is still being written; one that has lapsed; one whose file is gone; one of the provider's under a mandate that is no more. */
const exported = { tenant: '', provider: '', running: '', lapsed: '', lost: '', mandated: '' };

const seed = async (more: { readonly directory?: 'tenant' | 'provider'; readonly state?: 'RUNNING'; readonly expiresAt?: string; readonly file?: string; readonly tenant?: boolean; readonly mandate?: boolean } = {}): Promise<string> => {
  const id = ids.next('auditexport');
  const { directory = 'tenant', state = 'SUCCEEDED', expiresAt = '2100-01-01', file = 'exports/there.zip', tenant = directory === 'tenant', mandate = false } = more;
  const done = state === 'SUCCEEDED' ? `${String(bytes.length)}, '${sha256}', '${file}', '${expiresAt}', now()` : 'NULL, NULL, NULL, NULL, NULL';
  await asSuperuser(db, `INSERT INTO audit_export (id, directory, tenant_id, mandate_id, requested_by, valid_from, valid_to, state, step, bytes, sha256, file, expires_at, ended_at)
    VALUES ('${id}', '${directory}', ${tenant ? `'${s.tenants[0]!.id}'` : 'NULL'}, ${mandate ? "'mandate_x'" : 'NULL'}, 'aude', '2026-01-01', '2026-02-01', '${state}', 'WRITE', ${done})`);
  return id;
};

beforeAll(async () => {
  s = await seedTenants(db);
  world = await openWorld(db, { auditStorage });
  const [aude, alice, basile, pascal, olivia] = await Promise.all([
    tenantToken(world, s, 0, ['AUDITOR'], 'aude'), tenantToken(world, s, 0, ['OWNER'], 'alice'), tenantToken(world, s, 1, ['AUDITOR'], 'basile'), providerToken(world, ['PROVIDER_AUDITOR'], 'pascal'), providerToken(world, ['OPERATOR'], 'olivia'),
  ]);
  tokens = { aude, alice, basile, pascal, olivia };
  await openObjects({ auditStorage }).put('exports/there.zip', bytes);
  exported.tenant = await seed();
  exported.provider = await seed({ directory: 'provider' });
  exported.running = await seed({ state: 'RUNNING' });
  exported.lapsed = await seed({ expiresAt: '2020-01-01' });
  exported.lost = await seed({ file: 'exports/lost.zip' });
  exported.mandated = await seed({ directory: 'provider', tenant: true, mandate: true });
});
afterAll(async () => {
  await world.close();
  rmSync(folder, { recursive: true });
});

const get = async (id: string, token: string | undefined, headers: Readonly<Record<string, string>> = {}, door: 'tenant' | 'provider' = 'tenant') => {
  const response = await fetch(`${world[door].url}/audit/exports/${id}`, { headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers } });
  const body = Buffer.from(await response.arrayBuffer());
  const code = response.headers.get('content-type')?.startsWith('application/json') === true ? (JSON.parse(body.toString('utf8')) as { errors?: readonly { extensions: { code: string } }[] }).errors?.[0]?.extensions.code : undefined;
  return { status: response.status, headers: response.headers, body, code, events: await eventsOf(response.headers.get('x-request-id') ?? '') };
};
const eventsOf = async (requestId: string): Promise<readonly { readonly type: string; readonly tenant?: string; readonly numbers?: object }[]> => {
  const sql = { text: "SELECT convert_from(body, 'UTF8')::json AS line FROM audit_event WHERE convert_from(body, 'UTF8')::json->'request'->>'id' = $1", values: [requestId] };
  const found = await Promise.all([world.provider.door.store.read('system', q => q.rows<{ line: { type: string } }>(sql)), ...s.tenants.map(t => world.tenant.door.store.read({ tenant: t.id }, q => q.rows<{ line: { type: string } }>(sql)))]);
  // The first request of a token is an event of its own.
  return found.flat().map(r => r.line).filter(l => l.type !== 'iam.login.accepted');
};

describe('GET /audit/exports/<id>', () => {
  it('gives the whole file to the organisation\'s auditor, with what a later part needs, and writes down that it did', async () => {
    const got = await get(exported.tenant, tokens.aude);
    expect(got.status).toBe(200);
    expect(got.body.equals(bytes)).toBe(true);
    expect(Object.fromEntries(['accept-ranges', 'etag', 'content-length', 'content-type', 'content-disposition', 'cache-control'].map(h => [h, got.headers.get(h)]))).toEqual({
      'accept-ranges': 'bytes', etag: `"${sha256}"`, 'content-length': String(bytes.length), 'content-type': 'application/octet-stream', 'content-disposition': `attachment; filename="${exported.tenant}.zip"`, 'cache-control': 'private, no-store',
    });
    expect(got.events).toMatchObject([{ type: 'audit.export.download', tenant: s.tenants[0]!.id, phase: 'read', target: { kind: 'auditexport', id: exported.tenant }, numbers: { first: 0, last: bytes.length - 1, bytes: bytes.length } }]);
  });

  it('goes on where a download broke off, each part an event with its bytes', async () => {
    const parts = [await get(exported.tenant, tokens.aude, { range: 'bytes=0-99999' }), await get(exported.tenant, tokens.aude, { range: 'bytes=100000-', 'if-range': `"${sha256}"` })];
    expect(parts.map(p => [p.status, p.headers.get('content-range')])).toEqual([[206, `bytes 0-99999/${String(bytes.length)}`], [206, `bytes 100000-299999/${String(bytes.length)}`]]);
    expect(Buffer.concat(parts.map(p => p.body)).equals(bytes)).toBe(true);
    expect(parts[1]?.events).toMatchObject([{ type: 'audit.export.download', numbers: { first: 100_000, last: 299_999 } }]);
  });

  it('gives all of it when the file is another one by now, and nothing of a range that it does not have', async () => {
    expect(await get(exported.tenant, tokens.aude, { range: 'bytes=100000-', 'if-range': '"other"' })).toMatchObject({ status: 200, body: bytes });
    const beyond = await get(exported.tenant, tokens.aude, { range: 'bytes=300000-' });
    expect(beyond).toMatchObject({ status: 416, code: 'RANGE_UNSATISFIABLE', events: [] });
    expect(beyond.headers.get('content-range')).toBe('bytes */300000');
  });

  it.each([
    { who: 'without a token', token: () => undefined, status: 401, code: 'NO_TOKEN', event: 'iam.login.failed' },
    { who: 'with a token of the other directory', token: () => tokens.pascal, status: 401, code: 'WRONG_ISSUER', event: 'iam.login.failed' },
    { who: 'to an owner who is no auditor', token: () => tokens.alice, status: 403, code: 'FORBIDDEN', event: 'iam.access.denied' },
  ])('gives nothing $who, and writes that down', async ({ token, status, code, event }) => {
    const got = await get(exported.tenant, token());
    expect(got.status).toBe(status);
    if (status !== 401) expect(got.code).toBe(code);
    expect(got.body.length).toBeLessThan(2_000);
    expect(got.events.map(e => e.type)).toEqual([event]);
  });

  it('of another organisation looks exactly like none', async () => {
    const nobodys = ids.next('auditexport');
    const said = async (id: string): Promise<string> => {
      const { status, body, headers } = await get(id, tokens.basile);
      return `${String(status)} ${body.toString('utf8').replaceAll(id, 'ID').replace(headers.get('x-request-id') ?? 'none', 'REQUEST')}`;
    };
    expect(await said(exported.tenant)).toBe(await said(nobodys));
    expect(await said(exported.tenant)).toMatch(/^404 /);
    expect((await get(encodeURIComponent('../../etc/passwd'), tokens.aude)).status).toBe(404);
    expect((await get(exported.provider, tokens.aude)).status).toBe(404);
  });

  it('of the provider\'s log is the provider\'s auditor\'s alone', async () => {
    const got = await get(exported.provider, tokens.pascal, {}, 'provider');
    expect([got.status, got.body.equals(bytes)]).toEqual([200, true]);
    expect(got.events.map(e => [e.type, e.tenant])).toEqual([['audit.export.download', undefined]]);
    expect(await get(exported.provider, tokens.olivia, {}, 'provider')).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    expect((await get(exported.tenant, tokens.pascal, {}, 'provider')).status).toBe(404);
  });

  it.each([
    { reason: 'is still being written', id: () => exported.running, status: 409, code: 'WRONG_STATE' },
    { reason: 'has lapsed', id: () => exported.lapsed, status: 410, code: 'EXPORT_EXPIRED' },
    { reason: 'lost its file', id: () => exported.lost, status: 503, code: 'EXPORT_STORAGE' },
  ])('says of an export that $reason that it is not to be had, and writes no download', async ({ id, status, code }) => {
    expect(await get(id(), tokens.aude)).toMatchObject({ status, code, events: [] });
  });

  it('hands out what was made under a mandate only as long as there is one', async () => {
    expect(await get(exported.mandated, tokens.pascal, {}, 'provider')).toMatchObject({ status: 403, code: 'MANDATE_MISSING', events: [] });
  });

  it('has no HEAD: an event would say that something was downloaded', async () => {
    expect((await fetch(`${world.tenant.url}/audit/exports/${exported.tenant}`, { method: 'HEAD', headers: { authorization: `Bearer ${tokens.aude}` } })).status).toBe(404);
  });

  it.each([
    { place: 'an export', path: () => `/audit/exports/${exported.tenant}`, signedIn: true, status: 200 },
    { place: 'an export without a token', path: () => `/audit/exports/${exported.tenant}`, signedIn: false, status: 401 },
    { place: 'no address', path: () => '/nowhere', signedIn: false, status: 404 },
    { place: 'another spelling of GraphQL', path: () => '/%67raphql?query=%7B__typename%7D', signedIn: false, status: 401 },
  ])('takes an upgrade at $place for an ordinary request, and closes while the client stays', async ({ path, signedIn, status }) => {
    const own = await openWorld(db, { auditStorage });
    const { hostname, port } = new URL(own.tenant.url);
    const socket = connect(Number(port), hostname);
    const authorization = signedIn ? `Authorization: Bearer ${await tenantToken(own, s, 0, ['AUDITOR'], 'aude')}\r\n` : '';
    socket.write(`GET ${path()} HTTP/1.1\r\nHost: door\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${authorization}\r\n`);
    const [head] = (await once(socket, 'data')) as [Buffer];
    expect(head.toString('latin1').split('\r\n')[0]).toContain(`HTTP/1.1 ${String(status)} `);
    socket.resume();
    await own.close();
    socket.destroy();
  }, 10_000);

  it('is given whole by a door that closes meanwhile, which is closed when it was', async () => {
    const large = Buffer.alloc(40_000_000, 'x');
    const id = ids.next('auditexport');
    await openObjects({ auditStorage }).put(`exports/${id}.zip`, large);
    await asSuperuser(db, `INSERT INTO audit_export (id, directory, tenant_id, requested_by, valid_from, valid_to, state, step, bytes, sha256, file, expires_at, ended_at)
      VALUES ('${id}', 'tenant', '${s.tenants[0]!.id}', 'aude', '2026-01-01', '2026-02-01', 'SUCCEEDED', 'WRITE', ${String(large.length)}, '${sha256}', 'exports/${id}.zip', '2100-01-01', now())`);
    const own = await openWorld(db, { auditStorage });
    const response = await fetch(`${own.tenant.url}/audit/exports/${id}`, { headers: { authorization: `Bearer ${await tenantToken(own, s, 0, ['AUDITOR'], 'aude')}` } });
    // More than the sockets hold: the door is at it until somebody reads.
    const closed = own.close();
    expect((await response.arrayBuffer()).byteLength).toBe(large.length);
    await closed;
  }, 10_000);

  it('answers 503 at a door that knows no audit storage', async () => {
    const bare = await openWorld(db);
    const token = await tenantToken(bare, s, 0, ['AUDITOR'], 'aude');
    const response = await fetch(`${bare.tenant.url}/audit/exports/${exported.tenant}`, { headers: { authorization: `Bearer ${token}` } });
    expect(response.status).toBe(503);
    await response.arrayBuffer();
    await bare.close();
  });
});
