import { request } from 'node:http';
import * as apiKeys from '@cadastre/store/apikey';
import { commit } from '@cadastre/store/commit';
import type { Store } from '@cadastre/store/pool';
import { actOf, openTestStore, seedSite, site, storeDatabase, type Site } from '@cadastre/store/testing';
import { waitFor } from '@cadastre/testing/wait';
import { createIds } from '@cadastre/platform/ids';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDoor, type TestDoor } from '../../testing/door.ts';
import { strangersKey } from '../../testing/issuer.ts';
import { digestOf, makeApiKey, prefixOf } from './apikey-format.ts';

const db = storeDatabase();
const ids = createIds();
const s: Site = site(ids, { racks: 1, machinesPerRack: 1 });
let [tenant, provider]: readonly [Store, Store] = [] as never;
// Ever faster than real time, so that no failed login falls under the sampling of a second.
let ticks = 0;
const clock = { now: () => new Date(Date.now() + (ticks += 60)).toISOString() };
let door: TestDoor;
let other: TestDoor;

beforeAll(async () => {
  [tenant, provider] = [openTestStore(db, 'tenant'), openTestStore(db, 'provider')];
  await seedSite(provider, tenant, s);
  door = await startDoor('tenant', db, { clock });
  other = await startDoor('provider', db);
});
afterAll(async () => {
  await Promise.all([door.stop(), other.stop()]);
  await Promise.all([tenant.close(), provider.close()]);
});

const VIEWER = '{ viewer { id directory roles organisation { code } } }';
const alice = (claims: Readonly<Record<string, unknown>> = {}): Promise<string> => door.token('alice', { organisation: s.tenants[0]?.code, ...claims });
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

interface Event { readonly reason: string | null; readonly numbers: { readonly alsoNotStored?: number } | null; readonly request: string }
const failedLogins = (): Promise<readonly Event[]> => provider.read('system', q => q.rows<Event>({
  text: "SELECT convert_from(body, 'UTF8')::jsonb->>'reason' AS reason, convert_from(body, 'UTF8')::jsonb->'numbers' AS numbers, convert_from(body, 'UTF8')::jsonb->'request'->>'id' AS request FROM audit_event WHERE type = 'iam.login.failed' ORDER BY txid, seq",
}));

interface Accepted { readonly actor: object; readonly behalf: object | null; readonly tenant: string; readonly reason: string | null; readonly also: number | null; readonly request: string }
const acceptedLogins = (organisation = s.tenants[0]!.id): Promise<readonly Accepted[]> => tenant.read({ tenant: organisation }, q => q.rows<Accepted>({
  text: `SELECT e->'actor' AS actor, e->'on_behalf_of' AS behalf, e->>'tenant' AS tenant, e->>'reason' AS reason, (e->'numbers'->>'alsoNotStored')::int AS also, e->'request'->>'id' AS request
    FROM audit_event, LATERAL (SELECT convert_from(body, 'UTF8')::jsonb AS e) l WHERE type = 'iam.login.accepted' ORDER BY txid, seq`,
}));

const UNSIGNED = async (): Promise<string> => `${part({ alg: 'none' })}.${part({ iss: door.issuer.url, aud: 'urn:cadastre:tenant', sub: 'alice', exp: 4_102_444_800, roles: ['OWNER'], organisation: s.tenants[0]?.code })}.`;
const REFUSED: readonly (readonly [string, string, () => Promise<string | undefined>])[] = [
  ['no token', 'NO_TOKEN', async () => undefined],
  ['an empty token', 'MALFORMED_TOKEN', async () => ' '],
  ['words', 'MALFORMED_TOKEN', async () => 'hello'],
  ['an expired token', 'EXPIRED_TOKEN', () => alice({ exp: Math.floor(Date.now() / 1000) - 1 })],
  ['a token that never expires', 'MALFORMED_TOKEN', () => alice({ exp: undefined })],
  ['a token that is not valid yet', 'MALFORMED_TOKEN', () => alice({ nbf: 4_102_444_800 })],
  ['a token without a subject', 'MALFORMED_TOKEN', () => alice({ sub: undefined })],
  ['another issuer\'s name', 'WRONG_ISSUER', () => alice({ iss: 'https://elsewhere.example' })],
  ['another audience', 'WRONG_AUDIENCE', () => alice({ aud: 'urn:cadastre:provider' })],
  ['a stranger\'s signature', 'BAD_SIGNATURE', async () => await door.issuer.token({ sub: 'alice', roles: ['OWNER'], organisation: s.tenants[0]?.code }, await strangersKey())],
  ['changed claims under the old signature', 'BAD_SIGNATURE', async () => (await alice()).replace(/\.[^.]+\./, `.${part({ iss: door.issuer.url, aud: 'urn:cadastre:tenant', sub: 'root', exp: 4_102_444_800, roles: ['OWNER'] })}.`)],
  ['a token that nobody signed', 'BAD_SIGNATURE', UNSIGNED],
  ['a token of the other directory', 'BAD_SIGNATURE', () => other.token('olivia')],
  ['roles of the other directory only', 'NO_ROLE', () => alice({ roles: ['OPERATOR'] })],
  ['no roles', 'NO_ROLE', () => alice({ roles: undefined })],
  ['an organisation that is not known', 'UNKNOWN_ORGANISATION', () => alice({ organisation: 'nobody' })],
  ['no organisation', 'UNKNOWN_ORGANISATION', () => alice({ organisation: undefined })],
  ['an organisation by its id', 'UNKNOWN_ORGANISATION', () => alice({ organisation: s.tenants[0]?.id })],
  ['an API key with a typing error', 'MALFORMED_TOKEN', async () => `cad_development_${'a'.repeat(43)}000000`],
  ['an API key that was never issued', 'UNKNOWN_KEY', async () => makeApiKey('development')],
];

describe('a token', () => {
  it('tells who asks', async () => {
    const a = await door.ask(VIEWER, { token: await alice() });
    expect(a).toMatchObject({ status: 200, data: { viewer: { id: 'alice', directory: 'tenant', roles: ['ENGINEER', 'OWNER'], organisation: { code: s.tenants[0]?.code } } } });
  });
  it('gives no role that it does not name, or that is not of this directory', async () => {
    const a = await door.ask(VIEWER, { token: await alice({ sub: 'x', roles: ['AUDITOR', 'OPERATOR', 'ROOT', 7] }) });
    expect(a.data).toMatchObject({ viewer: { roles: ['AUDITOR'] } });
  });

  it.each(REFUSED)('%s is refused as %s, in words of both languages, and is an audit event', async (_case, code, tokenFor) => {
    const token = await tokenFor();
    const [fr, en] = [await door.ask(VIEWER, { token }), await door.ask(VIEWER, { token, headers: { 'accept-language': 'en' } })];
    for (const a of [fr, en]) {
      expect(a).toMatchObject({ status: 401, data: undefined, errors: [{ extensions: { code, requestId: a.headers.get('x-request-id') } }] });
      expect(a.headers.get('www-authenticate')).toBe(`Bearer realm="cadastre-tenant"${code === 'NO_TOKEN' ? '' : `, error="invalid_token", error_description="${code}"`}`);
    }
    expect(fr.errors?.[0]?.message).not.toBe(en.errors?.[0]?.message);
    const events = await failedLogins();
    for (const a of [fr, en]) expect(events.filter(e => e.request === a.headers.get('x-request-id'))).toEqual([{ reason: code, numbers: null, request: a.headers.get('x-request-id') }]);
  });

  it('in the URL is no token: there it would end up in logs', async () => {
    const response = await fetch(`${door.url}/graphql?query=${encodeURIComponent(VIEWER)}&access_token=${await alice()}`);
    expect(response.status).toBe(401);
  });
  it.each(['/graphql', '/graphql?x=1', '/%67raphql', '/'])('is asked for at %s', async path => {
    const response = await fetch(`${door.url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"query":"{ viewer { id } }"}' });
    expect(response.status).toBe(401);
  });
  it('is asked for even when a request only claims to become a WebSocket', async () => {
    const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
    const claims = { upgrade: 'websocket', connection: 'close', 'content-type': 'application/json' };
    request(`${door.url}/graphql`, { method: 'POST', headers: claims }, response => { response.resume(); resolve(response.statusCode); }).on('error', reject).end('{"query":"{ viewer { id } }"}');
    expect(await promise).toBe(401);
  });
});

const keyWith = async (more: Partial<Parameters<typeof apiKeys.insert>[0]> = {}): Promise<string> => {
  const secret = makeApiKey('test');
  const tenantId = s.tenants[0]!.id;
  const target = { kind: 'apikey', id: tenantId };
  const done = await commit(tenant, {
    scope: { tenant: tenantId }, act: actOf('tenant'), outbox: [], audit: [{ type: 'iam.apikey.create', phase: 'completed', outcome: 'success', tenant: tenantId, target }],
    writes: [apiKeys.insert({ id: ids.next('apikey'), directory: 'tenant', tenantId, name: 'k', prefix: prefixOf(secret), sha256: digestOf(secret), roles: ['ENGINEER'], expiresAt: '2100-01-01T00:00:00.000Z', allowedCidrs: [], generation: 1, ...more })],
  });
  if (!done.ok) throw new Error(JSON.stringify(done.error));
  return secret;
};

describe('an accepted login', () => {
  it('is one event for a token, however often it is used, and another for the next token', async () => {
    const before = (await acceptedLogins()).length;
    const [one, two] = [await alice({ jti: 'one' }), await alice({ jti: 'two' })];
    const first = await door.ask(VIEWER, { token: one });
    await Promise.all([one, one, one].map(token => door.ask(VIEWER, { token })));
    const second = await door.ask(VIEWER, { token: two });
    expect((await acceptedLogins()).slice(before).map(e => e.request)).toEqual([first, second].map(a => a.headers.get('x-request-id')));
  });
  it.each([
    ['two factors', { amr: ['pwd', 'otp'] }, { mfa: true }], ['one factor', { amr: ['pwd'] }, { mfa: false }], ['two of a kind', { amr: ['otp', 'hwk'] }, { mfa: false }], ['mfa, in its own word', { amr: ['mfa'] }, { mfa: true }],
    ['nothing of how', {}, {}], ['a class and an instant', { acr: 'eidas2', auth_time: 1_790_000_000 }, { acr: 'eidas2', auth_time: '2026-09-21T14:13:20.000Z' }],
  ])('with %s says so', async (_what, claims, auth) => {
    const a = await door.ask(VIEWER, { token: await alice({ sub: 'factors', ...claims }) });
    expect((await acceptedLogins()).find(e => e.request === a.headers.get('x-request-id'))?.actor).toMatchObject({ id: 'factors', auth: { method: 'oidc', ...auth } });
    expect(Object.keys((await acceptedLogins()).at(-1)!.actor).sort()).toEqual(['auth', 'directory', 'id', 'kind', 'roles']);
  });
  it('of who acts for another names the one who acts, and the chain behind', async () => {
    const a = await door.ask<{ viewer: { id: string } }>(VIEWER, { token: await alice({ sub: 'patient', act: { sub: 'nurse', act: { sub: 'portal' } } }) });
    expect(a.data.viewer.id).toBe('nurse');
    const user = (id: string) => ({ kind: 'user', id, directory: 'tenant' });
    expect((await acceptedLogins()).at(-1)).toMatchObject({ actor: { id: 'nurse' }, behalf: [user('portal'), user('patient')] });
  });
  it.each([['no one', { sub: '' }], ['a word', 'x'], ['nobody', null], ['five', { sub: 'a', act: { sub: 'b', act: { sub: 'c', act: { sub: 'd', act: { sub: 'e' } } } } }]])('for %s is none', async (_what, act) => {
    expect(await door.ask(VIEWER, { token: await alice({ act }) })).toMatchObject({ status: 401, errors: [{ extensions: { code: 'MALFORMED_TOKEN' } }] });
  });
  it('in a flood is counted exactly, in the log of the organisation that it is of', async () => {
    const flooded = await startDoor('tenant', db, { clock: { now: () => '2026-11-24T10:00:00.000Z' } });
    try {
      const [one, other] = [s.tenants[0]!, s.tenants[1]!];
      const before = [(await acceptedLogins()).length, (await acceptedLogins(other.id)).length] as const;
      const from = (organisation: string, n: number) => flooded.token('alice', { organisation, jti: String(n), exp: 4_102_444_800 });
      const tokens = await Promise.all([...Array.from({ length: 33 }, (_, n) => from(one.code, n)), from(other.code, 0)]);
      expect(new Set(await Promise.all(tokens.map(async token => (await flooded.ask(VIEWER, { token })).status)))).toEqual(new Set([200]));
      const told = await waitFor(async () => {
        const events = (await acceptedLogins()).slice(before[0]);
        return events.some(e => e.reason === 'NOT_STORED') ? events : undefined;
      }, { what: 'the number of those not stored', timeoutMs: 10_000 });
      expect([told.filter(e => e.reason === null).length, told.reduce((n, e) => n + (e.also ?? 0), 0)]).toEqual([20, 13]);
      expect((await acceptedLogins(other.id)).slice(before[1]).map(e => e.also)).toEqual([null]);
    } finally {
      await flooded.stop();
    }
  });
});

describe('an API key', () => {
  it('is whoever it was made for', async () => {
    expect(await door.ask(VIEWER, { token: await keyWith() })).toMatchObject({ status: 200, data: { viewer: { roles: ['ENGINEER'], organisation: { code: s.tenants[0]?.code } } } });
  });
  it.each([
    ['127.0.0.0/8', 200], ['127.0.0.1/32', 200], ['192.0.2.0/24', 401], ['::1/128', 401],
  ])('bound to %s from 127.0.0.1: %i', async (cidr, status) => {
    expect((await door.ask(VIEWER, { token: await keyWith({ allowedCidrs: [cidr] }) })).status).toBe(status);
  });
  it.each([
    ['that is over', { expiresAt: '2026-01-01T00:00:00.000Z' }, 'EXPIRED_KEY'], ['that was revoked', { revokedAt: '2026-01-01T00:00:00.000Z' }, 'REVOKED_KEY'],
    ['from elsewhere', { allowedCidrs: ['192.0.2.0/24'] }, 'ADDRESS_NOT_ALLOWED'],
  ] as const)('%s is refused', async (_case, more, code) => {
    expect(await door.ask(VIEWER, { token: await keyWith(more) })).toMatchObject({ status: 401, errors: [{ extensions: { code } }] });
  });
  it('of a tenant is refused at the provider\'s door', async () => {
    expect(await other.ask('{ viewer { id } }', { token: await keyWith() })).toMatchObject({ status: 401, errors: [{ extensions: { code: 'OTHER_DIRECTORY' } }] });
  });
});

describe('an issuer that is away', () => {
  it('from the beginning: 503, because it is not the token\'s fault, and no failed login', async () => {
    const late = await startDoor('tenant', db);
    try {
      const token = await late.token('alice', { organisation: s.tenants[0]?.code });
      await late.issuer.leave();
      const before = (await failedLogins()).length;
      const a = await late.ask(VIEWER, { token });
      expect(a).toMatchObject({ status: 503, errors: [{ message: expect.stringContaining('réessayez') as string, extensions: { code: 'UNAVAILABLE', requestId: a.headers.get('x-request-id') } }] });
      expect((await failedLogins()).length).toBe(before);
      await late.issuer.comeBack();
      expect((await late.ask(VIEWER, { token })).status).toBe(200);
      await late.issuer.leave();
      // Its keys are kept: another token, never seen before, is still judged by them.
      expect((await late.ask(VIEWER, { token: await late.token('bruno', { organisation: s.tenants[1]?.code }) })).status).toBe(200);
      expect((await late.ask(VIEWER, { token: await late.issuer.token({ sub: 'x', roles: ['OWNER'] }, await strangersKey()) })).status).toBe(401);
    } finally {
      await late.stop();
    }
  });
});

describe('a flood of failed logins', () => {
  it('is counted exactly: 20 a second are stored one by one, the rest as a number', async () => {
    const frozen = '2026-11-24T10:00:00.000Z';
    const flooded = await startDoor('tenant', db, { clock: { now: () => frozen } });
    try {
      const before = (await failedLogins()).length;
      const statuses = await Promise.all(Array.from({ length: 57 }, async () => (await flooded.ask(VIEWER)).status));
      expect(new Set(statuses)).toEqual(new Set([401]));
      const told = await waitFor(async () => {
        const events = (await failedLogins()).slice(before);
        return events.some(e => e.reason === 'NOT_STORED') ? events : undefined;
      }, { what: 'the number of those not stored', timeoutMs: 10_000 });
      expect(told.filter(e => e.reason === 'NO_TOKEN')).toHaveLength(20);
      expect(told.reduce((n, e) => n + (e.numbers?.alsoNotStored ?? 0), 0)).toBe(37);
    } finally {
      await flooded.stop();
    }
  });
});
