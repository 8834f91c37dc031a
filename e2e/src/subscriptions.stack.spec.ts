import { createClient, type Client } from 'graphql-ws';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { waitFor } from '@cadastre/testing/wait';
import WebSocket from 'ws';
import { graphqlOf, sharedStack, signIn, tokenOf, type Person, type User } from './world/people.ts';
import { declareValence, orderInput, projectOf, waitForStatus } from './world/site.ts';

const run = sharedStack();
let alice: Person;
let projectId: string;
const clients: Client[] = [];

beforeAll(async () => {
  await declareValence(run);
  alice = await signIn(run, 'alice');
  projectId = await projectOf(alice, 'subscribed');
});
afterEach(async () => { for (const client of clients.splice(0)) await client.dispose(); });

const connect = async (user: User): Promise<Client> => {
  const token = await tokenOf(run, user);
  const client = createClient({ url: graphqlOf(run, 'tenant').replace('http', 'ws'), webSocketImpl: WebSocket, connectionParams: { authorization: `Bearer ${token}` }, retryAttempts: 0 });
  clients.push(client);
  return client;
};

/** Collects what a subscription delivers; `stop` ends it as a lost connection would. */
const collect = <T>(client: Client, query: string, variables: Record<string, unknown>): { readonly seen: T[]; readonly ended: () => boolean; readonly stop: () => void } => {
  const seen: T[] = [];
  let ended = false;
  const stop = client.subscribe<T>({ query, variables }, {
    next: result => { if (result.data != null) seen.push(result.data); },
    error: () => { ended = true; },
    complete: () => { ended = true; },
  });
  return { seen, ended: () => ended, stop };
};

const order = async (name: string): Promise<string> => {
  const made = await alice.act('createGpuInstances', { ...orderInput(), projectId, shape: 'h200-8', name }, '... on GpuInstancesAccepted { instances { id } }');
  return (made['instances'] as readonly { id: string }[])[0]?.id ?? '';
};
const release = async (id: string): Promise<void> => {
  await alice.act('releaseGpuInstance', { id }, '... on GpuInstanceReleaseAccepted { instance { id } }');
};

interface EventSeen { readonly events: { readonly cursor: string; readonly noun: string; readonly verb: string; readonly objectId: string } }
const EVENTS = 'subscription ($after: String) { events(after: $after, filter: {nouns: ["instance"]}) { cursor noun verb objectId } }';

test('an instance can be followed from the order to READY and to RELEASED, and the stream ends there', async () => {
  const id = await order('followed');
  const followed = collect<{ gpuInstance: { status: string } }>(await connect('alice'), 'subscription ($id: ID!) { gpuInstance(id: $id) { id status } }', { id });
  await waitFor(() => followed.seen.some(s => s.gpuInstance.status === 'READY'), { what: 'READY on the stream' });
  await release(id);
  await waitFor(() => followed.seen.at(-1)?.gpuInstance.status === 'RELEASED' && followed.ended(), { what: 'RELEASED and the end of the stream' });
});

test('events resume after a lost connection: nothing missed, nothing of another tenant', async () => {
  const { data } = await alice.ask<{ eventCursor: string }>('{ eventCursor }');
  const first = collect<EventSeen>(await connect('alice'), EVENTS, { after: data.eventCursor });
  const stranger = collect<EventSeen>(await connect('basile'), EVENTS, { after: data.eventCursor });
  const one = await order('resumed-1');
  await waitFor(() => first.seen.some(s => s.events.objectId === one), { what: 'the first order on the stream' });
  first.stop();
  const cursor = first.seen.at(-1)?.events.cursor ?? '';

  const two = await order('resumed-2');
  await waitForStatus(alice, [one, two], 'READY');
  const second = collect<EventSeen>(await connect('alice'), EVENTS, { after: cursor });
  const verbs = (id: string): readonly string[] => [...first.seen, ...second.seen].filter(s => s.events.objectId === id).map(s => s.events.verb);
  await waitFor(() => [one, two].every(id => verbs(id).includes('created') && verbs(id).includes('ready')), { what: 'both orders from created to ready over the two connections' });
  const cursors = [...first.seen, ...second.seen].map(s => s.events.cursor);
  expect(new Set(cursors).size).toBe(cursors.length);
  expect(stranger.seen.filter(s => s.events.objectId === one || s.events.objectId === two)).toEqual([]);
  await release(one);
  await release(two);
  await waitForStatus(alice, [one, two], 'RELEASED');
});

test('a subscription without a token is refused', async () => {
  const client = createClient({ url: graphqlOf(run, 'tenant').replace('http', 'ws'), webSocketImpl: WebSocket, retryAttempts: 0 });
  clients.push(client);
  const refused = collect<EventSeen>(client, EVENTS, {});
  await waitFor(() => refused.ended(), { what: 'the end of the stream' });
  expect(refused.seen).toEqual([]);
});
