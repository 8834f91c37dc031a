import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CONFIG_MAPS, PODS } from '../client/index.ts';
import { fieldsV1, flatten, readable, unflatten } from './fields.ts';
import { fakeKube, manualTime } from './index.ts';

const pod = { metadata: { name: 'p', labels: { 'a.b/c': 'd' } }, spec: { containers: [{ name: 'x', ports: [{ containerPort: 22 }], command: ['a', 'b'] }, { name: 'y' }], volumes: [{ name: 'v', emptyDir: {} }] } };

it('an object survives being cut into leaves', () => {
  expect(unflatten(flatten(pod))).toEqual(pod);
});

it('any JSON object without null or empty key survives', () => {
  const name = fc.constantFrom('a', 'b', 'containers', 'finalizers');
  const { tree } = fc.letrec<{ tree: object; node: unknown }>(tie => ({
    node: fc.oneof({ depthSize: 'small' }, fc.string(), fc.integer(), fc.boolean(), fc.array(fc.string()), tie('tree')),
    tree: fc.dictionary(name.filter(n => n !== 'finalizers'), tie('node')),
  }));
  fc.assert(fc.property(tree, object => { expect(unflatten(flatten({ top: object }))).toEqual({ top: object }); }));
});

it('paths read as the server writes them', () => {
  expect([...flatten(pod).keys()].map(readable)).toEqual([
    '.metadata.name', '.metadata.labels.a.b/c', '.spec.containers[name="x"].name', '.spec.containers[name="x"].ports[containerPort=22,protocol="TCP"].containerPort',
    '.spec.containers[name="x"].command', '.spec.containers[name="y"].name', '.spec.volumes[name="v"].name', '.spec.volumes[name="v"].emptyDir',
  ]);
  expect(fieldsV1(flatten({ spec: { a: 1, b: { c: 2 } } }).keys())).toEqual({ 'f:spec': { 'f:a': {}, 'f:b': { 'f:c': {} } } });
});

it('a fault fails the request without effect, a lost answer takes effect', async () => {
  const kube = fakeKube();
  const pods = (name: string) => kube.apply(PODS, { metadata: { name, namespace: 'default' }, spec: { containers: [{ name: 'c' }] } });
  kube.server.faults.failNext(1, 'SERVER_ERROR', { verb: 'apply' });
  expect([(await pods('a')).ok, (await kube.get({ kind: PODS, name: 'a', namespace: 'default' })).ok]).toEqual([false, false]);
  kube.server.faults.loseAnswers(1, { verb: 'apply' });
  expect([(await pods('a')).ok, (await kube.get({ kind: PODS, name: 'a', namespace: 'default' })).ok]).toEqual([false, true]);
  expect(await pods('a')).toMatchObject({ ok: true, value: { outcome: 'unchanged' } });
  expect(kube.server.faults.writes).toHaveLength(2);
});

it('a right taken away is missing in the probe', async () => {
  const kube = fakeKube();
  kube.server.forbid('patch', 'nodes/status');
  const asked = [{ verb: 'patch', group: '', resource: 'nodes/status' }, { verb: 'get', group: '', resource: 'pods' }] as const;
  expect(await kube.probe(asked)).toMatchObject({ ok: true, value: { missing: [asked[0]] } });
});

it('a list whose pages expired starts again, and never mixes two moments', async () => {
  const time = manualTime();
  const kube = fakeKube({ time });
  for (let i = 0; i < 600; i++) kube.server.createAs('x', CONFIG_MAPS, { metadata: { name: `c${String(i).padStart(3, '0')}`, namespace: 'default' } });
  kube.server.faults.delay(10);
  const listing = kube.list(CONFIG_MAPS);
  await time.advance(10);
  kube.server.deleteAs({ kind: CONFIG_MAPS, name: 'c000', namespace: 'default' });
  kube.server.compact();
  await time.advance(1_000);
  const listed = await listing;
  expect(listed.ok && [listed.value.items.length, listed.value.items[0]?.metadata?.name]).toEqual([599, 'c001']);
  expect(kube.server.faults.calls).toHaveLength(4);
});
