import { storeDatabase, type Site } from '@cadastre/store/testing';
import { waitFor } from '@cadastre/testing/wait';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startAllocator, type TestAllocator } from '../testing/allocator.ts';
import { providerToken, seedTenants, SSH_KEY, tenantToken } from '../testing/tenants.ts';
import { openWorld, type World } from '../testing/world.ts';

// SQL statements of one request do not depend on how much it answers: a door that asks once more per row is slow only in production.
const db = storeDatabase();
let world: World;
let allocator: TestAllocator;
let s: Site;
let statements: string[] = [];
let [engineer, operator] = ['', ''];

beforeAll(async () => {
  s = await seedTenants(db, { racks: 4 });
  world = await openWorld(db, { onStatement: ({ text }) => { statements.push(text); } });
  [engineer, operator] = [await tenantToken(world, s, 0, ['OWNER', 'ENGINEER', 'AUDITOR']), await providerToken(world, ['OPERATOR', 'PROVIDER_AUDITOR'])];
  allocator = startAllocator(db, s.regionCode);
  const order = `mutation { createGpuInstances(input: {idempotencyKey: "many", projectId: "${s.tenants[0]!.projectId}", shape: "s-${s.regionCode}", count: 12, name: "many", image: "registry.example.fr/i:1",
    sshKeys: ["${SSH_KEY}"], leaseEnd: "2027-01-01T00:00:00Z"}) { __typename } }`;
  await waitFor(async () => JSON.stringify((await world.tenant.ask(order, { token: engineer })).data).includes('GpuInstancesAccepted'), { what: 'twelve instances', timeoutMs: 20_000, everyMs: 200 });
  for (const count of [1, 2, 100]) {
    await world.tenant.ask(`mutation { planGpuInstances(input: {idempotencyKey: "plan-${String(count)}", projectId: "${s.tenants[0]!.projectId}", shape: "s-${s.regionCode}", count: ${String(count)}, leaseEnd: "2027-01-01T00:00:00Z"}) { __typename } }`, { token: engineer });
  }
});
afterAll(async () => {
  await allocator.kill();
  await world.close();
});

const TENANTS = `edges { cursor node { id name project { code conditions { message } } shape { code } region { nameFr } datacenter { name } conditions { message } statusHistory { state } simulated } } totalCount pageInfo { endCursor }`;
const PROVIDERS = `edges { node { id organisation { code } shape { code } region { nameFr } datacenter { name } conditions { message } } } totalCount`;

const DECISION = 'id headline reasons { message } groups { datacenter shape } placements { shape } counterfactuals { sentence }';

// BEGIN, rows, total, and one for each kind of object around them; a plan has its decision and its quotas around it, and what those name.
it.each([
  ['tenant', 'gpuInstances', TENANTS, 10], ['provider', 'gpuInstances', PROVIDERS, 10], ['provider', 'machines', 'edges { node { id rack { name } shape { code } gpusAllocated } } totalCount', 10],
  ['provider', 'racks', 'edges { node { id name } } totalCount', 10], ['tenant', 'decisions', `edges { node { ${DECISION} } } totalCount`, 10],
  ['provider', 'decisions', `edges { node { ${DECISION} organisation { code } } } totalCount`, 10], ['tenant', 'plans', `edges { node { id quota { used } instances { shape } decision { ${DECISION} } } } totalCount`, 16],
] as const)('the %s door\'s %s asks as often for all as for one', async (door, field, selection, limit) => {
  const count = async (first: number): Promise<readonly [rows: number, statements: number]> => {
    const token = door === 'tenant' ? engineer : operator;
    const document = `{ ${field}(first: ${String(first)}) { ${selection} } }`;
    await world[door].ask(document, { token });
    statements = [];
    const a = await world[door].ask(document, { token });
    expect(a.errors, a.text).toBeUndefined();
    return [(a.data[field] as { edges: unknown[] }).edges.length, statements.length];
  };
  const [one, all] = [await count(1), await count(100)];
  expect(all[0]).toBeGreaterThan(one[0]);
  expect(all[1]).toBe(one[1]);
  expect(all[1]).toBeGreaterThan(1);
  expect(all[1]).toBeLessThanOrEqual(limit);
});
