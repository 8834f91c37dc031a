import { problem } from '@cadastre/domain/core';
import { storeDatabase, type Site } from '@cadastre/store/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startDoor, type TestDoor } from '../testing/door.ts';
import { seedTenants, SSH_KEY } from '../testing/tenants.ts';

// What a tenant hears when the allocator is not there, or is there and says nothing.
const db = storeDatabase();
let s: Site;
let door: TestDoor;
let token = '';
beforeAll(async () => {
  s = await seedTenants(db);
  door = await startDoor('tenant', db, { operationMs: 400 });
  token = await door.token('alice', { organisation: s.tenants[0]!.code });
});
afterAll(async () => { await door.stop(); });

const order = (key: string) => door.ask(
  'mutation($input: CreateGpuInstancesInput!) { createGpuInstances(input: $input) { __typename ... on Problem { code retryable message } } }',
  { token, variables: { input: { idempotencyKey: key, projectId: s.tenants[0]!.projectId, shape: `s-${s.regionCode}`, name: 'a', image: 'i:1', sshKeys: [SSH_KEY], leaseEnd: '2027-01-01T00:00:00Z' } } },
);

it('nobody answers for the region: a conflict that may be repeated with the same key, and an offer that says that nothing is known', async () => {
  expect((await order('k1')).data).toMatchObject({ createGpuInstances: { __typename: 'Conflict', code: 'REGION_UNAVAILABLE', retryable: true } });
  expect((await door.ask('{ offers { freshness available free total at } }', { token })).data).toEqual({ offers: [{ freshness: 'UNKNOWN', available: null, free: null, total: null, at: null }] });
});

it('an offer outlives the silence of the allocator, and says that it is old', async () => {
  const at = '2026-11-24T10:00:00.000Z';
  const answering = door.door.nats.respond(`cad.v1.${s.regionCode}.offers`, () => Promise.resolve({ ledgerIndex: 1, at, offers: [{ shapeId: s.shapeId, datacenterId: s.datacenterId, poolId: s.poolId, available: 3, free: 4, total: 8 }] }));
  const asked = async () => (await door.ask('{ offers { freshness available free total simulated at } }', { token })).data['offers'] as readonly { freshness: string }[];
  const offer = { available: 3, free: 4, total: 8, simulated: true, at };
  await expect.poll(asked).toEqual([{ ...offer, freshness: 'FRESH' }]);
  await answering.close();
  await expect.poll(asked).toEqual([{ ...offer, freshness: 'STALE' }]);
});

it('an answer that does not come in time ends the operation, not the patience of the caller', async () => {
  const { promise, resolve } = Promise.withResolvers<object>();
  const silent = door.door.nats.respond(`cad.v1.${s.regionCode}.allocate`, () => promise);
  const a = await order('k2');
  expect(a).toMatchObject({ status: 503, errors: [{ extensions: { code: 'UNAVAILABLE', requestId: a.headers.get('x-request-id') } }] });
  resolve({ kind: 'PROBLEM', problem: problem('REGION_UNAVAILABLE', { region: s.regionCode }) });
  await silent.close();
});
