import { beforeAll, expect, test } from 'vitest';
import { sharedStack, signIn, type Outcome, type Person } from './world/people.ts';
import { cli, declareValence, orderInput, projectOf, SSH_KEY, waitForStatus } from './world/site.ts';

// Plan, then apply; and why not: as a hospital's engineer meets it, by the door and by the command line.
const run = sharedStack();
let alice: Person;
let projectId: string;

beforeAll(async () => {
  await declareValence(run);
  alice = await signIn(run, 'alice');
  projectId = await projectOf(alice, 'plans');
});

const where = (shape = 'h200-8'): Readonly<Record<string, unknown>> => {
  const { image: _image, sshKeys: _keys, ...rest } = orderInput();
  return { ...rest, projectId, shape };
};
const naming = { image: 'registry.k8s.io/pause:3.10', sshKeys: [SSH_KEY] };
const giveBack = async (ids: readonly string[]): Promise<void> => {
  for (const id of ids) await alice.act('releaseGpuInstance', { id }, '... on GpuInstanceReleaseAccepted { instance { id } }');
  await waitForStatus(alice, ids, 'RELEASED');
};
const CREATED = '... on GpuInstancesAccepted { instances { id } }';
const idsOf = (o: Outcome): readonly string[] => (o['instances'] as readonly { readonly id: string }[]).map(i => i.id);
const PLANNED = '... on PlanAccepted { plan { id state watts decisionId instances { id } } }';
const REFUSED = '... on NotEnoughCapacity { wouldFit forEver decisionId counterfactuals { change count sentence } }';

test('what was planned is what is ordered, and it becomes READY', async () => {
  const planned = await alice.act('planGpuInstances', { ...where(), count: 2 }, `${PLANNED} ${REFUSED}`);
  const plan = planned['plan'] as { readonly id: string; readonly state: string; readonly instances: readonly { readonly id: string }[] };
  expect(plan.state).toBe('HELD');
  const ids = idsOf(await alice.act('createGpuInstances', { ...naming, planId: plan.id, name: 'planned' }, CREATED));
  expect(ids).toEqual(plan.instances.map(i => i.id));
  await waitForStatus(alice, ids, 'READY');
  await giveBack(ids);
});

test('a refusal names the smallest change, and that change is accepted', async () => {
  const refused = await alice.act('planGpuInstances', { ...where('gb300-tray'), count: 500 }, `${PLANNED} ${REFUSED}`);
  expect(refused).toMatchObject({ __typename: 'NotEnoughCapacity', forEver: true, counterfactuals: [{ change: 'FEWER' }] });
  expect(refused.suggestion).toMatch(/^Ask for \d+\. Waiting changes nothing/);
  const [{ count } = { count: 0 }] = refused['counterfactuals'] as readonly { readonly count: number }[];
  // Ordered and given back, not planned: a plan would keep the machines from the other stories for a quarter of an hour.
  const ids = idsOf(await alice.act('createGpuInstances', { ...where('gb300-tray'), ...naming, name: 'fewer', count }, CREATED));
  expect(ids).toHaveLength(count);
  await waitForStatus(alice, ids, 'READY');
  await giveBack(ids);
});

test('the command line explains a decision to its tenant, and to nobody else\'s', async () => {
  const refused = await alice.act('planGpuInstances', { ...where(), count: 400 }, `${PLANNED} ${REFUSED}`);
  const id = String(refused['decisionId']);
  const told = await cli(run, ['--user', 'alice', '--lang', 'en', 'explain', id]);
  expect(told.code, told.stderr).toBe(0);
  expect(told.stdout).toMatch(/1\. \w+ — .*\n/);
  expect(told.stdout).toContain('→ ask for ');
  expect((await cli(run, ['--user', 'bruno', 'explain', id])).code).toBe(1);
});
