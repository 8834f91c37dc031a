import { expect, it } from 'vitest';
import { APPLIED_HASH, CADASTRE, CONFIG_MAPS, LIMIT_RANGES, MANAGED_BY, NAMESPACES, NETWORK_POLICIES, NODES, PODS, RESOURCE_QUOTAS, SERVICES } from '../client/index.ts';
import type { Kind, KubeObject } from '../client/index.ts';
import { configMap, denyAll, gatedPod, limits, node, quota, service } from './samples.ts';
import type { Subject } from './subject.ts';
import { code, value } from './subject.ts';

/** Laws of apply while nobody else writes: marks and no-ops. */
export const applyCases = (subject: () => Subject): void => {
  it('creates with our mark, our hash and our field manager', async () => {
    const { kube, namespace } = subject();
    const made = value(await kube.apply(CONFIG_MAPS, configMap(namespace, 'made', { a: '1' })));
    expect(made.outcome).toBe('created');
    expect(made.object.metadata?.labels).toEqual({ [MANAGED_BY]: CADASTRE });
    expect(made.object.metadata?.annotations?.[APPLIED_HASH]).toMatch(/^[\w-]{43}$/);
    expect(made.object.metadata?.managedFields?.map(f => [f.manager, f.operation])).toEqual([[CADASTRE, 'Apply']]);
  });

  it('writes nothing when nothing would change, whatever the order of the keys', async () => {
    const { kube, namespace, writes } = subject();
    const made = value(await kube.apply(CONFIG_MAPS, configMap(namespace, 'noop', { a: '1', b: '2' })));
    const before = writes();
    const again = value(await kube.apply(CONFIG_MAPS, configMap(namespace, 'noop', { b: '2', a: '1' })));
    expect(again).toMatchObject({ outcome: 'unchanged', drift: [] });
    expect(again.object.metadata?.resourceVersion).toBe(made.object.metadata?.resourceVersion);
    expect(writes()).toBe(before);
  });

  it('sends no request at all when the caller has just seen the object', async () => {
    const { kube, namespace, requests } = subject();
    const made = value(await kube.apply(CONFIG_MAPS, configMap(namespace, 'seen', { a: '1' })));
    const before = requests();
    const again = value(await kube.apply(CONFIG_MAPS, configMap(namespace, 'seen', { a: '1' }), { observed: { object: made.object } }));
    expect([again.outcome, requests()]).toEqual(['unchanged', before]);
  });

  it('a write that changes nothing leaves the resourceVersion alone', async () => {
    const { wire, namespace } = subject();
    const body = { apiVersion: 'v1', kind: 'ConfigMap', ...configMap(namespace, 'same', { a: '1' }, { [MANAGED_BY]: CADASTRE }) };
    const send = async () => value(await wire.patch({ kind: CONFIG_MAPS, name: 'same', namespace }, body, { force: false }));
    const first = await send();
    const second = await send();
    expect([first.created, second.created, second.object.metadata?.resourceVersion]).toEqual([true, false, first.object.metadata?.resourceVersion]);
  });
};

/** Laws of apply beside other writers: merges, drift, conflicts, fences. */
export const sharedCases = (subject: () => Subject): void => {
  it('removes what is no longer asked for and keeps what others added', async () => {
    const { kube, stranger, namespace } = subject();
    value(await kube.apply(CONFIG_MAPS, configMap(namespace, 'merge', { a: '1', b: '2' })));
    await stranger.update({ kind: CONFIG_MAPS, name: 'merge', namespace }, o => { o.data = { ...o.data, theirs: 'x' }; });
    const next = value(await kube.apply(CONFIG_MAPS, configMap(namespace, 'merge', { a: '1', c: '3' })));
    expect([next.outcome, next.object.data]).toEqual(['changed', { a: '1', c: '3', theirs: 'x' }]);
  });

  it('reports what others changed of ours and does not change it back', async () => {
    const { kube, stranger, namespace, writes } = subject();
    value(await kube.apply(CONFIG_MAPS, configMap(namespace, 'drift', { a: '1', b: '2' })));
    await stranger.update({ kind: CONFIG_MAPS, name: 'drift', namespace }, o => { o.data = { ...o.data, a: 'theirs' }; });
    const before = writes();
    const again = value(await kube.apply(CONFIG_MAPS, configMap(namespace, 'drift', { a: '1', b: '2' })));
    expect([again.outcome, again.drift, again.object.data?.['a'], writes() - before]).toEqual(['unchanged', ['.data.a'], 'theirs', 0]);
  });

  it('takes a drifted field back when the caller says so', async () => {
    const { kube, stranger, namespace } = subject();
    value(await kube.apply(CONFIG_MAPS, configMap(namespace, 'take', { a: '1' })));
    await stranger.update({ kind: CONFIG_MAPS, name: 'take', namespace }, o => { o.data = { a: 'theirs' }; });
    const taken = value(await kube.apply(CONFIG_MAPS, configMap(namespace, 'take', { a: '1' }), { onConflict: 'take' }));
    expect([taken.outcome, taken.object.data]).toEqual(['changed', { a: '1' }]);
  });

  it('refuses as a conflict, with manager and field, to change a field another manager holds', async () => {
    const { kube, stranger, namespace } = subject();
    value(await kube.apply(CONFIG_MAPS, configMap(namespace, 'fight', { a: '1', b: '2' })));
    await stranger.update({ kind: CONFIG_MAPS, name: 'fight', namespace }, o => { o.data = { ...o.data, a: 'theirs' }; });
    const refused = await kube.apply(CONFIG_MAPS, configMap(namespace, 'fight', { a: '9', b: '9' }));
    expect(refused).toMatchObject({ ok: false, error: { code: 'CONFLICT', conflicts: [{ manager: 'stranger', field: '.data.a' }] } });
    expect(value(await kube.get({ kind: CONFIG_MAPS, name: 'fight', namespace })).data).toEqual({ a: 'theirs', b: '2' });
  });

  it('shares a field without conflict when the values are equal', async () => {
    const { kube, stranger, namespace } = subject();
    value(await kube.apply(CONFIG_MAPS, configMap(namespace, 'shared', { a: '1' })));
    await stranger.update({ kind: CONFIG_MAPS, name: 'shared', namespace }, o => { o.data = { ...o.data, b: '2' }; });
    expect(value(await kube.apply(CONFIG_MAPS, configMap(namespace, 'shared', { a: '1', b: '2' }))).outcome).toBe('changed');
    expect(value(await kube.apply(CONFIG_MAPS, configMap(namespace, 'shared', { a: '1' }))).object.data).toEqual({ a: '1', b: '2' });
  });

  it('fences by resourceVersion: STALE when the object moved, applied when it did not', async () => {
    const { kube, stranger, namespace } = subject();
    const made = value(await kube.apply(CONFIG_MAPS, configMap(namespace, 'fence', { a: '1' })));
    const moved = await stranger.update({ kind: CONFIG_MAPS, name: 'fence', namespace }, o => { o.data = { ...o.data, z: '1' }; });
    const next = configMap(namespace, 'fence', { a: '2' });
    expect(code(await kube.apply(CONFIG_MAPS, next, { assumes: { resourceVersion: made.object.metadata?.resourceVersion ?? '' } }))).toBe('STALE');
    expect(value(await kube.apply(CONFIG_MAPS, next, { assumes: { resourceVersion: moved.metadata?.resourceVersion ?? '' } })).outcome).toBe('changed');
  });

  it('merges containers by name', async () => {
    const { kube, stranger, namespace } = subject();
    value(await kube.apply(PODS, gatedPod(namespace, 'merged')));
    await stranger.update({ kind: PODS, name: 'merged', namespace }, p => { p.metadata = { ...p.metadata, labels: { ...p.metadata?.labels, theirs: 'x' } }; });
    const pod = gatedPod(namespace, 'merged');
    const [app] = pod.spec?.containers ?? [];
    if (app !== undefined) app.image = 'registry.example/app:2';
    const next = value(await kube.apply(PODS, pod));
    expect([next.outcome, next.object.spec?.containers.map(c => c.image), next.object.metadata?.labels?.['theirs']]).toEqual(['changed', ['registry.example/app:2'], 'x']);
  });
};

/** Every kind this product writes, as the server normalises it. */
export const kindCases = (subject: () => Subject): void => {
  const again = async <T extends KubeObject>(kind: Kind<T>, object: T): Promise<void> => {
    const { kube, writes } = subject();
    expect(value(await kube.apply(kind, object)).outcome).toBe('created');
    const before = writes();
    expect(value(await kube.apply(kind, object))).toMatchObject({ outcome: 'unchanged', drift: [] });
    expect(writes()).toBe(before);
  };
  it('Pod: a second apply is a no-op without drift', () => again(PODS, gatedPod(subject().namespace, 'kind')));
  it('Service: a second apply is a no-op without drift', () => again(SERVICES, service(subject().namespace)));
  it('NetworkPolicy: a second apply is a no-op without drift', () => again(NETWORK_POLICIES, denyAll(subject().namespace)));
  it('LimitRange: a second apply is a no-op without drift', () => again(LIMIT_RANGES, limits(subject().namespace)));
  it('ResourceQuota: a second apply is a no-op without drift', () => again(RESOURCE_QUOTAS, quota(subject().namespace)));
  it('Namespace: a second apply is a no-op without drift', async () => {
    const { tag, stranger } = subject();
    const name = `${tag}-kind`;
    await again(NAMESPACES, { metadata: { name, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } });
    await stranger.remove({ kind: NAMESPACES, name });
  });
};

/** Laws of status, which has its own endpoint and, on a real node, its own writer. */
export const statusCases = (subject: () => Subject): void => {
  it('Node: born with its status, which its own endpoint then changes, shrinks and leaves alone', async () => {
    const { kube, stranger, tag, writes } = subject();
    const name = `${tag}-node`;
    const made = value(await kube.apply(NODES, node(name, '8')));
    expect([made.outcome, made.object.status?.capacity?.['nvidia.com/gpu']]).toEqual(['created', '8']);
    expect(value(await kube.apply(NODES, node(name, '8')))).toMatchObject({ outcome: 'unchanged', drift: [] });
    expect(value(await kube.applyStatus(NODES, node(name, '8'))).outcome).toBe('changed');
    const before = writes();
    expect(value(await kube.applyStatus(NODES, node(name, '8')))).toMatchObject({ outcome: 'unchanged', drift: [] });
    expect(writes()).toBe(before);
    const smaller = node(name, '4');
    delete smaller.status?.allocatable?.['nvidia.com/gpu'];
    const shrunk = value(await kube.applyStatus(NODES, smaller));
    expect([shrunk.outcome, shrunk.object.status?.capacity?.['nvidia.com/gpu'], shrunk.object.status?.allocatable?.['nvidia.com/gpu']]).toEqual(['changed', '4', undefined]);
    expect(value(await kube.apply(NODES, node(name, '8'))).outcome).toBe('unchanged');
    await stranger.remove({ kind: NODES, name });
  });

  it('Pod: the status its kubelet writes is no drift and does not wake a write', async () => {
    const { kube, stranger, namespace, writes } = subject();
    value(await kube.apply(PODS, gatedPod(namespace, 'told')));
    const told = await stranger.update({ kind: PODS, name: 'told', namespace }, p => { p.status = { ...p.status, message: 'as the kubelet says' }; }, 'status');
    expect(told.status?.message).toBe('as the kubelet says');
    const before = writes();
    expect(value(await kube.apply(PODS, gatedPod(namespace, 'told')))).toMatchObject({ outcome: 'unchanged', drift: [] });
    expect(writes()).toBe(before);
  });

  it('Node: a capacity that its kubelet took over is drift, then a conflict, never overwritten unasked', async () => {
    const { kube, stranger, tag } = subject();
    const name = `${tag}-taken`;
    const ref = { kind: NODES, name };
    value(await kube.apply(NODES, node(name, '8')));
    value(await kube.applyStatus(NODES, node(name, '8')));
    await stranger.update(ref, n => { n.status = { ...n.status, capacity: { ...n.status?.capacity, 'nvidia.com/gpu': '7' } }; }, 'status');
    expect(value(await kube.applyStatus(NODES, node(name, '8')))).toMatchObject({ outcome: 'unchanged', drift: ['.status.capacity.nvidia.com/gpu'] });
    expect(await kube.applyStatus(NODES, node(name, '6'))).toMatchObject({ error: { code: 'CONFLICT', verb: 'apply-status', conflicts: [{ manager: 'stranger', field: '.status.capacity.nvidia.com/gpu' }] } });
    expect(value(await kube.get(ref)).status?.capacity?.['nvidia.com/gpu']).toBe('7');
    expect(value(await kube.applyStatus(NODES, node(name, '6'), { onConflict: 'take' })).object.status?.capacity?.['nvidia.com/gpu']).toBe('6');
    await stranger.remove(ref);
  });

  it('a status without its object is NOT_FOUND', async () => {
    const { kube, tag } = subject();
    expect(code(await kube.applyStatus(NODES, node(`${tag}-absent`, '8')))).toBe('NOT_FOUND');
  });
};
