import { asSuperuser, storeDatabase, type Site } from '@cadastre/store/testing';
import { waitFor } from '@cadastre/testing/wait';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAllocator, type TestAllocator } from '../testing/allocator.ts';
import { providerToken, seedTenants, SSH_KEY, tenantToken } from '../testing/tenants.ts';
import { openWorld, type World } from '../testing/world.ts';

// Two worlds with the same machines and the same room. They differ in the other tenant: its name and class, its projects and quota, how it calls its instances and
// cuts its orders, at which hour its leases end, how it reserves. What our tenant can ask must come out the same, to the letter.

interface Two {
  readonly name: string;
  readonly other: { readonly class: 'PUBLIC_BODY' | 'PRIVATE'; readonly name: string; readonly hour: string; readonly quota: number };
  /** What the other tenant orders, and reserves. */
  readonly orders: readonly { readonly name: string; readonly count: number; readonly gpusPerInstance?: number; readonly interruptible?: boolean }[];
  readonly reserved: number;
}
const WORLDS: readonly Two[] = [
  { name: 'one', other: { class: 'PUBLIC_BODY', name: 'Université', hour: '09:15:00Z', quota: 100 }, orders: [{ name: 'whole', count: 5 }], reserved: 7 },
  {
    name: 'other', other: { class: 'PRIVATE', name: 'Secret SA', hour: '21:40:00Z', quota: 9_000 },
    orders: [{ name: 'secret-a', count: 2, interruptible: true }, { name: 'secret-b', count: 2 }, { name: 'secret-halves', count: 2, gpusPerInstance: 4 }], reserved: 7,
  },
];
interface Made {
  readonly site: Site;
  readonly world: World;
  readonly allocator: TestAllocator;
  readonly token: string;
  readonly operator: string;
}
// Offers are shared for a moment: a clock that hurries makes each question a new one.
let ticks = 0;
const clock = { now: () => new Date(Date.now() + (ticks += 300)).toISOString() };
// Counted from one instant: midnight may come between two questions.
const BEGUN = Date.now();
const dateIn = (n: number): string => new Date(BEGUN + n * 86_400_000).toISOString().slice(0, 10);
const day = (n: number, hour = '00:00:00Z'): string => `${dateIn(n)}T${hour}`;
const databases = WORLDS.map(() => storeDatabase());
const made: Made[] = [];

const ask = async ({ world }: Made, token: string, document: string, variables: object = {}): Promise<Readonly<Record<string, unknown>>> => {
  const a = await world.tenant.ask(document, { token, variables, headers: { 'accept-language': 'fr' } });
  expect(a.errors, a.text).toBeUndefined();
  return a.data;
};

const make = async (two: Two, n: number): Promise<Made> => {
  const db = databases[n]!;
  const site = await seedTenants(db, { racks: 3 });
  const { id, projectId } = site.tenants[1]!;
  await asSuperuser(db, `UPDATE organisation SET class = '${two.other.class}', name = '${two.other.name}' WHERE id = '${id}'`);
  await asSuperuser(db, `UPDATE project SET code = 'code-${two.name}' WHERE id = '${projectId}'`);
  await asSuperuser(db, `INSERT INTO quota (id, region_id, name, tenant_id, limits, budgets) VALUES ('quota_01h455vb4pex5vsknk084sn02q', '${site.regionId}', 'q-${two.name}', '${id}', '[{"dimension": "GPU", "nominal": ${String(two.other.quota)}}]', '[]')`);
  const world = await openWorld(db, { clock });
  const allocator = startAllocator(db, site.regionCode);
  const [token, theirs, operator] = await Promise.all([tenantToken(world, site, 0, ['ENGINEER']), tenantToken(world, site, 1, ['ENGINEER']), providerToken(world, ['OPERATOR'])]);
  const it: Made = { site, world, allocator, token, operator };
  const create = 'mutation($input: CreateGpuInstancesInput!) { createGpuInstances(input: $input) { __typename } }';
  const shape = `s-${site.regionCode}`;
  for (const order of two.orders) {
    const input = { idempotencyKey: order.name, projectId, shape, image: 'registry.example.fr/i:1', sshKeys: [SSH_KEY], leaseEnd: day(44, two.other.hour), ...order };
    await waitFor(async () => JSON.stringify(await ask(it, theirs, create, { input })).includes('Accepted'), { what: `the order ${order.name}`, timeoutMs: 20_000, everyMs: 100 });
  }
  const reservation = { idempotencyKey: two.name, projectId, shape, machines: two.reserved, from: day(66), to: day(85, two.other.hour) };
  expect(await ask(it, theirs, 'mutation($input: CreateReservationInput!) { createReservation(input: $input) { __typename ... on Problem { message } } }', { input: reservation })).toEqual({ createReservation: { __typename: 'ReservationAccepted' } });
  return it;
};

beforeAll(async () => { made.push(...(await Promise.all(WORLDS.map(make)))); }, 60_000);
afterAll(async () => {
  for (const { allocator, world } of made) {
    await allocator.kill();
    await world.close();
  }
});

const REFUSAL = 'code message suggestion retryable reasons { reason message candidates numbers { name value } } wouldFit forEver decisionId counterfactuals { change count shape datacenterId datacenter level at because leaseEnd sentence }';
const REFUSALS = ['NotEnoughCapacity', 'PowerRefused', 'LegalScopeRefused', 'QuotaExceeded'].map(t => `... on ${t} { ${REFUSAL} }`).join(' ');
const DECISION = `outcome subject headline engineVersion policyVersion wouldFit forEver topology request { shape count at leaseEnd legalScope { dataClass } orShapes interruptible } reasons { reason message candidates numbers { name value } }
  groups { datacenter shape machines free reasons { reason message candidates numbers { name value } } } placements { datacenter shape gpus milliGpu cpuMilli ramMiB watts } counterfactuals { change count at because leaseEnd sentence }`;
const PLAN = `mutation($input: PlanGpuInstancesInput!) { planGpuInstances(input: $input) { __typename ... on PlanAccepted { plan { id state watts pricePerHourMinor gramsCo2ePerHour decisionId
  quota { quota dimension nominal used asked after } instances { shape datacenter gpus milliGpu watts } diagnostics { code message } decision { ${DECISION} } } } ${REFUSALS} } }`;

/** Ids, and the instants of this very run, are what no two worlds share. */
const masked = (data: object, { site }: Made): string =>
  JSON.stringify(data).replaceAll(site.regionCode, 'REGION').replaceAll(/\b([a-z]+)_[0-9a-hjkmnp-tv-z]{26}\b/g, '$1_ID').replaceAll(new RegExp(`(?:${dateIn(0)}|${dateIn(1)})T[0-9:.]+Z`, 'g'), 'NOW');

/** All that a tenant can see of an order: the answer, the decision as he may read it afterwards, and the offers. */
const view = async (m: Made, more: object): Promise<string> => {
  const input = { idempotencyKey: JSON.stringify(more), projectId: m.site.tenants[0]!.projectId, shape: `s-${m.site.regionCode}`, leaseEnd: day(13), ...more };
  const planned = (await ask(m, m.token, PLAN, { input })) as { planGpuInstances: { decisionId?: string; plan?: { decisionId: string } } };
  const id = planned.planGpuInstances.decisionId ?? planned.planGpuInstances.plan?.decisionId;
  const decision = await ask(m, m.token, `{ decision(id: "${id ?? ''}") { ${DECISION} } }`);
  const offers = await ask(m, m.token, `{ offers(until: "${day(100)}") { region { code } datacenter { code } shape { code } available free total pricePerHourMinor next { at because sentence } closedBy { reason } freshness } quotas { totalCount } reservations { totalCount } gpuInstances { totalCount } decisions { totalCount } }`);
  return masked({ planned, decision, offers }, m);
};

describe('a tenant\'s view is the same whoever the other tenant is', () => {
  it.each([
    { reason: 'an order that waits for leases to end', more: { count: 8 }, says: `${day(45, '00:00:00.000Z')}","because":"LEASES_END"` },
    { reason: 'more than the others leave unreserved', more: { count: 6, leaseEnd: day(75) }, says: 'RESERVED_FOR_OTHERS' },
    { reason: 'one that never fits', more: { count: 13 }, says: 'Attendre n’y changera rien' },
    { reason: 'a law that no site is under', more: { legalScope: { certifications: ['HDS'] } }, says: 'LEGAL_SCOPE' },
    { reason: 'machines that are free', more: { count: 2 }, says: 'PlanAccepted' },
    { reason: 'parts of one', more: { gpusPerInstance: 2, count: 3 }, says: 'PlanAccepted' },
  ])('$reason', async ({ more, says }) => {
    const [one, other] = [await view(made[0]!, more), await view(made[1]!, more)];
    expect(other).toBe(one);
    expect(one).toContain(says);
    expect(other).not.toMatch(/secret|Secret|code-other|q-other|PRIVATE|21:40|rack-|p1"|machine_ID|rack_ID|pool_ID|ledgerIndex/);
  });

  it('and the operator\'s is not: the comparison above compares something', async () => {
    const told = await Promise.all(made.map(async m => {
      const { decisions } = (await m.world.provider.ask<{ decisions: { totalCount: number; edges: readonly { node: { ledgerIndex: number } }[] } }>('{ decisions(first: 1, outcome: REFUSED) { edges { node { ledgerIndex } } } }', { token: m.operator })).data;
      return decisions.edges[0]?.node.ledgerIndex;
    }));
    expect(told[0]).not.toBe(told[1]);
  });
});
