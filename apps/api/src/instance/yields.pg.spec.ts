import { storeDatabase, type Site } from '@cadastre/store/testing';
import { waitFor } from '@cadastre/testing/wait';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startAllocator, type TestAllocator } from '../testing/allocator.ts';
import { seedTenants, SSH_KEY, tenantToken } from '../testing/tenants.ts';
import { openWorld, type World } from '../testing/world.ts';

const db = storeDatabase();
let s: Site;
let world: World;
let allocator: TestAllocator;
beforeAll(async () => {
  s = await seedTenants(db, { racks: 1, machinesPerRack: 2 });
  world = await openWorld(db);
  allocator = startAllocator(db, s.regionCode);
});
afterAll(async () => {
  await allocator.kill();
  await world.close();
});

const CREATE = `mutation($input: CreateGpuInstancesInput!) { createGpuInstances(input: $input) { __typename ... on Problem { code suggestion retryable }
  ... on NotEnoughCapacity { yields { instances noticeSeconds } } ... on GpuInstancesAccepted { instances { name } } } }`;
/** By one of the two tenants of the site. */
const order = async (n: 0 | 1, name: string, more: object = {}): Promise<Readonly<Record<string, unknown>>> => {
  const input = { idempotencyKey: name, projectId: s.tenants[n]!.projectId, shape: `s-${s.regionCode}`, name, image: 'registry.example.fr/i:1', sshKeys: [SSH_KEY], leaseEnd: '2027-03-01T00:00:00Z', ...more };
  const a = await world.tenant.ask(CREATE, { token: await tenantToken(world, s, n, ['ENGINEER']), variables: { input }, headers: { 'accept-language': 'en' } });
  expect(a.errors, a.text).toBeUndefined();
  return a.data['createGpuInstances'] as Readonly<Record<string, unknown>>;
};
const livesOf = async (n: 0 | 1): Promise<readonly { name: string; status: string; causes: readonly string[] }[]> => {
  const a = await world.tenant.ask('{ gpuInstances(filter: { live: true }) { edges { node { name status statusHistory { cause } } } } }', { token: await tenantToken(world, s, n, ['VIEWER']) });
  const { edges } = a.data['gpuInstances'] as { edges: readonly { node: { name: string; status: string; statusHistory: readonly { cause: string }[] } }[] };
  return edges.map(({ node: { name, status, statusHistory } }) => ({ name, status, causes: statusHistory.map(h => h.cause) }));
};

it('an order for which others give way is told how many and when to repeat, not whose they are', async () => {
  await waitFor(async () => (await order(1, 'older', { interruptible: true }))['__typename'] === 'GpuInstancesAccepted', { what: 'an allocator', timeoutMs: 20_000, everyMs: 100 });
  await order(1, 'newer', { interruptible: true });
  expect(await order(0, 'soft', { interruptible: true })).toMatchObject({ __typename: 'NotEnoughCapacity', yields: null });
  const refused = await order(0, 'firm');
  expect(refused).toEqual({
    __typename: 'NotEnoughCapacity', code: 'NOT_ENOUGH_CAPACITY', retryable: false, yields: { instances: 1, noticeSeconds: 120 },
    suggestion: expect.stringMatching(/^One instance gives way: send the order again in 120 seconds, under another idempotencyKey\./) as unknown,
  });
  expect(JSON.stringify(refused)).not.toMatch(/newer|older/);
  expect(await waitFor(async () => (await livesOf(1)).some(i => i.status === 'TERMINATING') && livesOf(1), { what: 'the instance that gives way' })).toEqual([
    { name: 'newer', status: 'TERMINATING', causes: ['PLACED', 'YIELDED'] }, { name: 'older', status: 'PENDING', causes: ['PLACED'] },
  ]);
  expect(await order(0, 'firm')).toEqual(refused);
});
