import * as instances from '@cadastre/store/instance';
import { commit } from '@cadastre/store/commit';
import { actOf, openTestStore, storeDatabase, type Site } from '@cadastre/store/testing';
import { waitFor } from '@cadastre/testing/wait';
import type { InstanceId } from '@cadastre/domain/core';
import type { InstanceState } from '@cadastre/domain/instance';
import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAllocator, type TestAllocator } from '../testing/allocator.ts';
import { SSH_KEY, seedTenants, tenantToken } from '../testing/tenants.ts';
import type { Answer } from '../testing/door.ts';
import { openWorld, type World } from '../testing/world.ts';

const db = storeDatabase();
let world: World;
let allocator: TestAllocator;
let s: Site;
let [engineer, stranger, viewer] = ['', '', ''];

const CREATE = `mutation($input: CreateGpuInstancesInput!) { createGpuInstances(input: $input) { __typename
  ... on GpuInstancesAccepted { orderId decisionId receipt { auditEventId } instances { id name orderId status gpus simulated sshEndpoint leaseEnd
    project { id code conditions { message } } shape { code } region { code nameFr } datacenter { code } conditions { type reason message } } }
  ... on Problem { code message suggestion retryable path }
  ... on NotEnoughCapacity { wouldFit decisionId reasons { reason message candidates numbers { name value } } }
  ... on PowerRefused { wouldFit decisionId reasons { reason message numbers { name value } } }
  ... on ValidationFailed { faults { code path } } } }`;
const RELEASE = `mutation($input: ReleaseGpuInstanceInput!) { releaseGpuInstance(input: $input) { __typename
  ... on GpuInstanceReleaseAccepted { instance { id desired status } receipt { auditEventId } } ... on Problem { code message retryable } } }`;

let keys = 0;
const nextKey = (): string => `key-${String((keys += 1))}`;
const order = (more: object = {}) => ({
  idempotencyKey: nextKey(), projectId: s.tenants[0]!.projectId, shape: `s-${s.regionCode}`, count: 1, name: `n${String(keys)}`, image: 'registry.example.fr/cuda:13.1', sshKeys: [SSH_KEY],
  leaseEnd: '2027-03-01T00:00:00Z', ...more,
});
type Member = Readonly<Record<string, unknown>> & { readonly __typename: string };
const create = async (input: object, token = engineer): Promise<Member> => member(await world.tenant.ask(CREATE, { token, variables: { input } }), 'createGpuInstances');
const release = async (id: string, key = nextKey(), token = engineer): Promise<Member> =>
  member(await world.tenant.ask(RELEASE, { token, variables: { input: { idempotencyKey: key, id } } }), 'releaseGpuInstance');
const member = (a: Answer, field: string): Member => {
  expect(a.errors, JSON.stringify(a.errors)).toBeUndefined();
  return a.data[field] as Member;
};
const idsOf = (m: Member): readonly InstanceId[] => (m['instances'] as readonly { id: InstanceId }[]).map(i => i.id);

beforeAll(async () => {
  s = await seedTenants(db, { racks: 4 });
  world = await openWorld(db);
  [engineer, stranger, viewer] = await Promise.all([tenantToken(world, s, 0, ['ENGINEER']), tenantToken(world, s, 1, ['ENGINEER', 'OWNER']), tenantToken(world, s, 0, ['VIEWER'])]);
  allocator = startAllocator(db, s.regionCode);
  await waitFor(
    async () => ((await world.tenant.ask('{ offers { freshness available } }', { token: engineer })).data['offers'] as readonly { available: number | null }[])[0]?.available,
    { what: 'an offer of the allocator', timeoutMs: 20_000 },
  );
});
afterAll(async () => {
  await allocator.kill();
  await world.close();
});

describe('an order', () => {
  it('is placed at once, with everything around each instance', async () => {
    const made = await create(order({ count: 2, name: 'pair' }));
    expect(made).toMatchObject({ __typename: 'GpuInstancesAccepted', receipt: { auditEventId: expect.stringMatching(/^audit_/) as unknown } });
    expect(made['instances']).toMatchObject([
      { name: 'pair-1', gpus: 8, simulated: true, sshEndpoint: null, project: { code: 'p1' }, shape: { code: `s-${s.regionCode}` }, region: { code: s.regionCode, nameFr: 'Région' }, datacenter: { code: 'dc1' } },
      { name: 'pair-2' },
    ]);
  });

  it('is done once, however often it is sent', async () => {
    const input = order();
    const all = await Promise.all(Array.from({ length: 50 }, () => create(input)));
    expect(new Set(all.map(a => JSON.stringify(idsOf(a)))).size).toBe(1);
    expect(await create({ ...input, name: 'another' })).toMatchObject({ __typename: 'IdempotencyConflict' });
  });

  it('keeps its first answer even when the input would not be valid any more', async () => {
    const input = order();
    const first = await create(input);
    expect(await create({ ...input, count: 0 })).toMatchObject({ __typename: 'IdempotencyConflict' });
    expect(idsOf(await create(input))).toEqual(idsOf(first));
  });

  it.each([
    ['count below 1', { count: 0 }, 'BELOW_MINIMUM', ['count']],
    ['count far above the limit', { count: 100_000 }, 'ABOVE_MAXIMUM', ['count']],
    ['a shape that nobody has', { shape: 'h900' }, 'UNKNOWN_VALUE', ['shape']],
    ['a region that nobody has', { region: 'mars' }, 'UNKNOWN_VALUE', ['region']],
    ['an image without a version', { image: 'cuda' }, 'BAD_FORMAT', ['image']],
    ['a key that is none', { sshKeys: ['ssh-ed25519 AAAA'] }, 'BAD_SSH_KEY', ['sshKeys', '0']],
    ['a lease that is over', { leaseEnd: '2020-01-01T00:00:00Z' }, 'IN_THE_PAST', ['leaseEnd']],
    ['a lease without end', { leaseEnd: '2099-01-01T00:00:00Z' }, 'ABOVE_MAXIMUM', ['leaseEnd']],
    ['a project id that is none', { projectId: 'p1' }, 'BAD_ID', ['projectId']],
  ])('%s is a fault with its place, and changes nothing', async (_, wrong, code, path) => {
    expect(await create(order(wrong))).toMatchObject({ __typename: 'ValidationFailed', code, path, faults: [{ code, path }] });
  });

  it('of too many machines is refused with what would fit and why', async () => {
    const refused = await create(order({ count: 500 }));
    expect(refused).toMatchObject({ __typename: 'NotEnoughCapacity', code: 'NOT_ENOUGH_CAPACITY', reasons: [{ reason: 'NO_CAPACITY', numbers: expect.arrayContaining([{ name: 'asked', value: 500 }]) as unknown }] });
    expect(refused['message']).not.toContain('?');
  });

  it('for another tenant\'s project looks like none', async () => {
    expect(await create(order(), stranger)).toMatchObject({ __typename: 'NotFound', code: 'NOT_FOUND' });
  });

  it('is not for somebody who may only look', async () => {
    expect(await create(order(), viewer)).toMatchObject({ __typename: 'Forbidden' });
  });
});

describe('a release', () => {
  it('asks for the end, once, and not for strangers', async () => {
    const [id = ''] = idsOf(await create(order()));
    expect(await release(id, nextKey(), stranger)).toMatchObject({ __typename: 'NotFound' });
    const key = nextKey();
    const first = await release(id, key);
    expect(first).toMatchObject({ __typename: 'GpuInstanceReleaseAccepted', instance: { id, desired: 'RELEASED', status: 'TERMINATING' } });
    expect(await release(id, key)).toEqual(first);
    expect(await release(id)).toMatchObject({ __typename: 'Conflict', code: 'WRONG_STATE' });
  });
});

/** What the controller writes when it has looked. */
const observed = async (id: InstanceId, status: InstanceState): Promise<void> => {
  const controller = openTestStore(db, 'controller');
  const now = await controller.read('system', q => instances.get(q, id));
  const at = '2026-11-24T10:00:00.000Z';
  const done = await commit(controller, {
    scope: 'system', act: actOf('none'), audit: [{ type: 'compute.instance.state', phase: 'completed', outcome: 'success', tenant: now!.tenantId, target: { kind: 'instance', id } }],
    outbox: [{ noun: 'instance', objectId: id, verb: status.toLowerCase(), regionCode: s.regionCode, tenantId: now!.tenantId }],
    writes: [instances.observe(id, { status, change: { state: status, cause: 'POD_RUNNING', actor: 'controller', at } }, { ifGeneration: now!.generation, ifStatus: now!.status })],
  });
  expect(done.ok).toBe(true);
  await controller.close();
};

describe('a subscription', () => {
  const clientFor = (token: string, how: 'payload' | 'header' = 'payload'): Client =>
    createClient({
      url: `${world.tenant.url.replace('http', 'ws')}/graphql`, retryAttempts: 0,
      webSocketImpl: how === 'payload' ? WebSocket : class extends WebSocket { constructor(url: string, protocols: string) { super(url, protocols, { headers: { authorization: `Bearer ${token}` } }); } },
      ...(how === 'payload' ? { connectionParams: { authorization: `Bearer ${token}` } } : {}),
    });

  it('to an instance begins with the present and follows each change, and nothing else', async () => {
    const [id = '' as InstanceId] = idsOf(await create(order()));
    const client = clientFor(engineer);
    const told: { status: string }[] = [];
    const following = (async () => {
      for await (const r of client.iterate({ query: `subscription { gpuInstance(id: "${id}") { status conditions { reason message } } }` })) told.push(r.data?.['gpuInstance'] as { status: string });
    })();
    await waitFor(() => told.length, { what: 'the present' });
    await observed(id, 'PROVISIONING');
    await waitFor(() => told.length > 1, { what: 'the first change' });
    await create(order());
    await observed(id, 'READY');
    await waitFor(() => told.length > 2, { what: 'the second change' });
    expect(told.map(t => t.status)).toEqual(['PENDING', 'PROVISIONING', 'READY']);
    await client.dispose();
    await following;
  });

  it('to the events of one object tells those and no others', async () => {
    const cursor = (await world.tenant.ask('{ eventCursor }', { token: engineer })).data['eventCursor'] as string;
    const [id = '' as InstanceId] = idsOf(await create(order()));
    const client = clientFor(engineer);
    const heard: unknown[] = [];
    const following = (async () => {
      for await (const r of client.iterate({ query: `subscription { events(after: "${cursor}", filter: { objectId: "${id}" }) { verb objectId } }` })) heard.push(r.data?.['events']);
    })();
    // The first from the outbox, because it is over; the rest as it happens.
    await waitFor(() => heard.length, { what: 'what is over' });
    await create(order());
    await observed(id, 'PROVISIONING');
    await waitFor(() => heard.length > 1, { what: 'what happens' });
    await observed(id, 'READY');
    await waitFor(() => heard.length > 2, { what: 'what happens then' });
    expect(heard).toEqual(['created', 'provisioning', 'ready'].map(verb => ({ verb, objectId: id })));
    await client.dispose();
    await following;
  });

  it('to events resumes after a cursor, tells only what is the tenant\'s, and reads the object again', async () => {
    const cursor = (await world.tenant.ask('{ eventCursor }', { token: engineer })).data['eventCursor'] as string;
    const [id = ''] = idsOf(await create(order()));
    const client = clientFor(engineer, 'header');
    const [first] = await take(client, `subscription { events(after: "${cursor}", filter: { nouns: ["instance"] }) { cursor noun verb objectId object { __typename id } } }`, 1);
    expect(first?.['events']).toMatchObject({ noun: 'instance', verb: 'created', objectId: id, object: { __typename: 'GpuInstance', id } });
    await client.dispose();

    const other = clientFor(stranger);
    const strangers = take(other, `subscription { events(after: "${cursor}") { objectId } }`, 1);
    const project = await world.tenant.ask('mutation { createProject(input: {idempotencyKey: "s1", code: "autre", name: "Autre"}) { ... on ProjectAccepted { project { id } } } }', { token: stranger });
    const theirs = (project.data['createProject'] as { project: { id: string } }).project.id;
    expect(await strangers).toMatchObject([{ events: { objectId: theirs } }]);
    await other.dispose();
  });

  it.each([['', 4401], ['not-a-token', 4401]])('without a good token (%j) is closed with a code', async (token, code) => {
    const client = clientFor(token);
    const closed = new Promise<number>(done => { client.on('closed', e => { done((e as CloseEvent).code); }); });
    await expect(take(client, 'subscription { events { cursor } }', 1)).rejects.toBeDefined();
    expect(await closed).toBe(code);
    await client.dispose();
  });

  it('to an instance that is not the viewer\'s is refused as if there were none', async () => {
    const [id = ''] = idsOf(await create(order()));
    const client = clientFor(stranger);
    await expect(take(client, `subscription { gpuInstance(id: "${id}") { id } }`, 1)).rejects.toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
    await client.dispose();
  });
});

const take = async (client: Client, query: string, count: number): Promise<readonly Readonly<Record<string, unknown>>[]> => {
  const out: Readonly<Record<string, unknown>>[] = [];
  for await (const r of client.iterate({ query })) {
    if (r.errors !== undefined) throw r.errors as unknown as Error;
    out.push(r.data ?? {});
    if (out.length === count) break;
  }
  return out;
};
