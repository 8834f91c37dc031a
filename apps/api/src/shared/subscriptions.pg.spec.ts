import { createIds } from '@cadastre/platform/ids';
import { asSuperuser, openTestStore, seedSite, site, storeDatabase } from '@cadastre/store/testing';
import { createClient, type Client } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startDoor, type TestDoor } from '../testing/door.ts';
import { strangersKey } from '../testing/issuer.ts';

const db = storeDatabase();
const s = site(createIds(), { racks: 1, machinesPerRack: 1 });
let door: TestDoor;
beforeAll(async () => {
  const [provider, tenant] = [openTestStore(db, 'provider'), openTestStore(db, 'tenant')];
  await seedSite(provider, tenant, s);
  await Promise.all([provider.close(), tenant.close()]);
  door = await startDoor('tenant', db);
});
afterAll(async () => { await door.stop(); });

const alice = (claims: object = {}): Promise<string> => door.token('alice', { organisation: s.tenants[0]?.code, ...claims });
const FROM_THE_BEGINNING = Buffer.from('p|0|0').toString('base64url');
const EVENTS = `subscription { events(after: "${FROM_THE_BEGINNING}") { noun verb objectId } }`;

/** What one subscription heard: its first event, how it was refused, and how the socket ended. */
const listen = (token: string | undefined, query = EVENTS) => {
  const client: Client = createClient({
    url: `${door.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0, lazy: true, ...(token === undefined ? {} : { connectionParams: { authorization: `Bearer ${token}` } }),
  });
  const [first, refused, closed] = [Promise.withResolvers<object>(), Promise.withResolvers<readonly object[]>(), Promise.withResolvers<{ readonly code: number; readonly reason: string }>()];
  client.on('closed', e => { closed.resolve(e as CloseEvent); });
  client.subscribe({ query }, { next: v => { first.resolve(v); }, error: e => { refused.resolve(e as readonly object[]); }, complete: () => undefined });
  return { first: first.promise, refused: refused.promise, closed: closed.promise, end: async () => { await client.dispose(); } };
};

describe('a subscription', () => {
  it('tells what happened since the cursor', async () => {
    const heard = listen(await alice());
    expect(await heard.first).toEqual({ data: { events: { noun: 'project', verb: 'created', objectId: s.tenants[0]?.projectId } } });
    await heard.end();
  });

  it('ends with its token: the socket closes with 4401', async () => {
    const heard = listen(await alice({ exp: Math.ceil(Date.now() / 1000) + 2 }));
    await heard.first;
    expect(await heard.closed).toMatchObject({ code: 4401, reason: 'Token expired' });
    await heard.end();
  });

  it.each([
    ['without a token', async () => undefined],
    ['with an expired token', () => alice({ exp: 1_600_000_000 })],
    ['with a stranger\'s signature', async () => door.issuer.token({ sub: 'x', roles: ['OWNER'] }, await strangersKey())],
  ])('%s closes the socket with 4401', async (_case, tokenFor) => {
    const heard = listen(await tokenFor());
    expect((await heard.closed).code).toBe(4401);
    await heard.end();
  });

  it.each([
    ['a field that is not there', 'subscription { events { nothing } }', /nothing/],
    ['a cursor of another list', `subscription { events(after: "${Buffer.from('s|1').toString('base64url')}") { id } }`, /curseur/],
    ['too many aliases', `subscription { events { ${Array.from({ length: 30 }, (_, i) => `a${String(i)}: id`).join(' ')} } }`, /alias/i],
  ])('of %s is refused in words, with the request\'s id', async (_case, query, words) => {
    const heard = listen(await alice(), query);
    expect(await heard.refused).toMatchObject([{ message: expect.stringMatching(words) as string, extensions: { requestId: expect.any(String) as string } }]);
    await heard.end();
  });

  it('takes no mutation: those come over HTTP, where they are audited', async () => {
    const heard = listen(await alice(), 'mutation { createProject(input: {idempotencyKey: "ws", code: "ws", name: "ws"}) { __typename } }');
    expect(JSON.stringify(await heard.refused)).toContain('Invalid operation');
    expect((await door.ask('{ projects { totalCount } }', { token: await alice() })).data).toEqual({ projects: { totalCount: 1 } });
    await heard.end();
  });

  it('that breaks on our side says nothing of how', async () => {
    await asSuperuser(db, 'ALTER TABLE gpu_instance RENAME TO elsewhere');
    try {
      const heard = listen(await alice(), `subscription { gpuInstance(id: "${createIds().next('instance')}") { id } }`);
      const [refusal] = await heard.refused;
      expect(refusal).toMatchObject({ message: 'Quelque chose s’est cassé de notre côté.', extensions: { code: 'INTERNAL', requestId: expect.any(String) as string } });
      expect(JSON.stringify(refusal)).not.toContain('gpu_instance');
      await heard.end();
    } finally {
      await asSuperuser(db, 'ALTER TABLE elsewhere RENAME TO gpu_instance');
    }
  });

  it('when the issuer is away asks to come back later, and is no failed login', async () => {
    const late = await startDoor('tenant', db);
    const token = await late.token('alice', { organisation: s.tenants[0]?.code });
    await late.issuer.leave();
    const before = door;
    door = late;
    const heard = listen(token);
    door = before;
    expect((await heard.closed).code).toBe(1013);
    await heard.end();
    await late.stop();
  });
});
