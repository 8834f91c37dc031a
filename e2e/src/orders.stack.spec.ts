import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { takeCensus } from './world/census.ts';
import { sharedStack, signIn, type Outcome, type Person } from './world/people.ts';
import { declareValence, instancesOf, orderInput, projectOf, SSH_KEY, waitForStatus } from './world/site.ts';

const run = sharedStack();
let alice: Person;
let bruno: Person;
let projectId: string;

beforeAll(async () => {
  await declareValence(run);
  alice = await signIn(run, 'alice');
  bruno = await signIn(run, 'bruno');
  projectId = await projectOf(alice, 'orders');
});

const ACCEPTED = '... on GpuInstancesAccepted { orderId decisionId instances { id name status } receipt { auditEventId } } ... on PowerRefused { wouldFit reasons { reason numbers { name value } } } ... on NotEnoughCapacity { wouldFit reasons { reason numbers { name value } } }';
const idsOf = (o: Outcome): string[] => ((o['instances'] ?? []) as readonly { id: string }[]).map(i => i.id);

const giveBack = async (person: Person, ids: readonly string[]): Promise<void> => {
  for (const id of ids) await person.act('releaseGpuInstance', { id }, '... on GpuInstanceReleaseAccepted { instance { id } }');
  await waitForStatus(person, ids, 'RELEASED');
};

test('a mutation sent 50 times in parallel with one key makes one instance and gives one answer', async () => {
  const input = { ...orderInput(), projectId, shape: 'h200-8', name: 'twin', idempotencyKey: randomUUID() };
  const answers = await Promise.all(Array.from({ length: 50 }, () => alice.act('createGpuInstances', input, ACCEPTED)));
  const ids = new Set(answers.flatMap(idsOf));
  expect(ids.size).toBe(1);
  expect(new Set(answers.map(a => JSON.stringify(a['receipt'])))).toHaveProperty('size', 1);
  expect((await instancesOf(alice)).filter(i => i.name === 'twin' && i.status !== 'RELEASED')).toHaveLength(1);

  const other = await alice.act('createGpuInstances', { ...input, name: 'twin-other' }, ACCEPTED);
  expect(other).toMatchObject({ __typename: 'IdempotencyConflict', code: 'IDEMPOTENCY_CONFLICT' });
  await giveBack(alice, [...ids]);
});

describe('an order that cannot be is a typed problem with a path and a remedy, and changes nothing', () => {
  const soon = (): string => new Date(Date.now() + 3_600_000).toISOString();
  test.each([
    ['count 0', { count: 0 }, 'BELOW_MINIMUM', 'count'],
    ['count 100000', { count: 100_000 }, 'ABOVE_MAXIMUM', 'count'],
    ['a shape nobody declared', { shape: 'h900-8' }, 'UNKNOWN_VALUE', 'shape'],
    ['a region nobody declared', { region: 'fr-atlantis' }, 'UNKNOWN_VALUE', 'region'],
    ['a key that is no SSH key', { sshKeys: ['hello'] }, 'BAD_SSH_KEY', 'sshKeys'],
    ['no SSH key', { sshKeys: [] }, 'REQUIRED', 'sshKeys'],
    ['seventeen SSH keys', { sshKeys: Array.from({ length: 17 }, () => SSH_KEY) }, undefined, 'sshKeys'],
    ['a lease that has ended', { leaseEnd: '2020-01-01T00:00:00.000Z' }, 'IN_THE_PAST', 'leaseEnd'],
    ['a lease of ten years', { leaseEnd: '2036-01-01T00:00:00.000Z' }, 'ABOVE_MAXIMUM', 'leaseEnd'],
    ['a name Kubernetes would refuse', { name: 'Ma Machine' }, 'BAD_FORMAT', 'name'],
    ['an image that is no reference', { image: 'not an image!' }, 'BAD_FORMAT', 'image'],
  ] as const)('%s', async (_case, change, code, field) => {
    const before = (await instancesOf(alice)).length;
    const outcome = await alice.act('createGpuInstances', { ...orderInput(), leaseEnd: soon(), projectId, shape: 'h200-8', name: 'never', ...change }, ACCEPTED);
    expect(outcome.__typename).toBe('ValidationFailed');
    if (code !== undefined) expect(outcome.code).toBe(code);
    expect(outcome.path?.[0] === 'input' ? outcome.path[1] : outcome.path?.[0]).toBe(field);
    expect(outcome.suggestion).not.toBe('');
    expect((await instancesOf(alice)).length).toBe(before);
  });

  test('more machines than the site has says how many would fit, and that number is then accepted', async () => {
    const asked = await alice.act('createGpuInstances', { ...orderInput(), projectId, shape: 'gb300-tray', name: 'lot', count: 19 }, ACCEPTED);
    expect(asked).toMatchObject({ __typename: 'NotEnoughCapacity', wouldFit: 18 });
    const fits = await alice.act('createGpuInstances', { ...orderInput(), projectId, shape: 'gb300-tray', name: 'lot', count: 18 }, ACCEPTED);
    expect(idsOf(fits)).toHaveLength(18);
    await waitForStatus(alice, idsOf(fits), 'READY');
    await giveBack(alice, idsOf(fits));
  });
});

test('another tenant\'s project and instance look as if they did not exist', async () => {
  const order = await bruno.act('createGpuInstances', { ...orderInput(), projectId, shape: 'h200-8', name: 'thief' }, ACCEPTED);
  expect(order).toMatchObject({ __typename: 'NotFound', code: 'NOT_FOUND' });
  const mine = await alice.act('createGpuInstances', { ...orderInput(), projectId, shape: 'h200-8', name: 'mine' }, ACCEPTED);
  const [id] = idsOf(mine);
  const { data } = await bruno.ask('query ($id: ID!) { gpuInstance(id: $id) { id } node(id: $id) { id } }', { id });
  expect(data).toEqual({ gpuInstance: null, node: null });
  expect(await bruno.act('releaseGpuInstance', { id }, '... on GpuInstanceReleaseAccepted { instance { id } }')).toMatchObject({ __typename: 'NotFound' });
  await waitForStatus(alice, [id ?? ''], 'READY');
  await giveBack(alice, [id ?? '']);
  expect((await takeCensus(run)).violations).toEqual([]);
});
