import { expect, it } from 'vitest';
import { CONFIG_MAPS, NAMESPACES, NODES, PODS } from '../client/index.ts';
import { configMap, gatedPod, node } from './samples.ts';
import type { Subject } from './subject.ts';
import { code, value } from './subject.ts';

/** Laws of ownership: what is not ours is never written, not even in a race. */
export const ownershipCases = (subject: () => Subject): void => {
  it("never writes over, nor deletes, someone else's object", async () => {
    const { kube, stranger, namespace, writes } = subject();
    const theirs = await stranger.create(CONFIG_MAPS, configMap(namespace, 'theirs', { a: 'theirs' }));
    const before = writes();
    expect(code(await kube.apply(CONFIG_MAPS, configMap(namespace, 'theirs', { a: '1' })))).toBe('NOT_OURS');
    expect(code(await kube.apply(CONFIG_MAPS, configMap(namespace, 'theirs', { a: '1' }), { onConflict: 'take' }))).toBe('NOT_OURS');
    expect(code(await kube.delete({ kind: CONFIG_MAPS, name: 'theirs', namespace }))).toBe('NOT_OURS');
    expect(writes()).toBe(before);
    expect(value(await kube.get({ kind: CONFIG_MAPS, name: 'theirs', namespace })).metadata?.resourceVersion).toBe(theirs.metadata?.resourceVersion);
  });

  it('does not adopt an object that a stranger created after our look', async () => {
    const { kube, stranger, namespace } = subject();
    await stranger.create(CONFIG_MAPS, configMap(namespace, 'raced', { theirs: 'x' }));
    const raced = await kube.apply(CONFIG_MAPS, configMap(namespace, 'raced', { a: '1' }), { observed: { object: undefined }, onConflict: 'take' });
    expect(code(raced)).toBe('NOT_OURS');
    expect(value(await kube.get({ kind: CONFIG_MAPS, name: 'raced', namespace })).data).toEqual({ theirs: 'x' });
  });

  it('does not delete a stranger that took the name of our object after our look', async () => {
    const { kube, stranger, namespace } = subject();
    const ours = value(await kube.apply(CONFIG_MAPS, configMap(namespace, 'taken', { a: '1' }))).object;
    await stranger.remove({ kind: CONFIG_MAPS, name: 'taken', namespace });
    await stranger.create(CONFIG_MAPS, configMap(namespace, 'taken', { theirs: 'x' }));
    expect(code(await kube.delete({ kind: CONFIG_MAPS, name: 'taken', namespace }, { observed: { object: ours } }))).toBe('NOT_OURS');
    expect(code(await kube.apply(CONFIG_MAPS, configMap(namespace, 'taken', { a: '2' }), { observed: { object: ours } }))).toBe('NOT_OURS');
  });

  it('heals an old look at our own object without bothering the caller', async () => {
    const { kube, stranger, namespace } = subject();
    const old = value(await kube.apply(CONFIG_MAPS, configMap(namespace, 'healed', { a: '1' }))).object;
    await stranger.remove({ kind: CONFIG_MAPS, name: 'healed', namespace });
    value(await kube.apply(CONFIG_MAPS, configMap(namespace, 'healed', { a: '1' })));
    expect(value(await kube.apply(CONFIG_MAPS, configMap(namespace, 'healed', { a: '2' }), { observed: { object: old } })).object.data).toEqual({ a: '2' });
    expect(value(await kube.apply(CONFIG_MAPS, configMap(namespace, 'healed', { a: '3' }), { observed: { object: undefined } })).object.data).toEqual({ a: '3' });
  });
};

/** Laws of deletion: preconditions, finalizers, grace. */
export const deleteCases = (subject: () => Subject): void => {
  it('deletes once, and says so when there is nothing to delete', async () => {
    const { kube, namespace, writes } = subject();
    const ref = { kind: CONFIG_MAPS, name: 'gone', namespace };
    value(await kube.apply(CONFIG_MAPS, configMap(namespace, 'gone', {})));
    expect(value(await kube.delete(ref))).toEqual({ outcome: 'requested' });
    expect(code(await kube.get(ref))).toBe('NOT_FOUND');
    const before = writes();
    expect(value(await kube.delete(ref))).toEqual({ outcome: 'absent' });
    expect(value(await kube.delete(ref, { observed: { object: undefined } }))).toEqual({ outcome: 'absent' });
    expect(writes()).toBe(before);
  });

  it('does not believe a cache that says there is nothing to delete', async () => {
    const { kube, namespace } = subject();
    const ref = { kind: CONFIG_MAPS, name: 'unseen', namespace };
    value(await kube.apply(CONFIG_MAPS, configMap(namespace, 'unseen', {})));
    expect(value(await kube.delete(ref, { observed: { object: undefined } }))).toEqual({ outcome: 'requested' });
    expect(code(await kube.get(ref))).toBe('NOT_FOUND');
  });

  it('deletes only the incarnation and the version that was meant', async () => {
    const { kube, stranger, namespace } = subject();
    const ref = { kind: CONFIG_MAPS, name: 'meant', namespace };
    const first = value(await kube.apply(CONFIG_MAPS, configMap(namespace, 'meant', { a: '1' }))).object;
    expect(code(await kube.delete(ref, { uid: '11111111-2222-4333-8444-555555555555' }))).toBe('STALE');
    await stranger.update(ref, o => { o.data = { ...o.data, z: '1' }; });
    expect(code(await kube.delete(ref, { resourceVersion: first.metadata?.resourceVersion ?? '' }))).toBe('STALE');
    expect(value(await kube.delete(ref, { uid: first.metadata?.uid ?? '' }))).toEqual({ outcome: 'requested' });
  });

  it('waits for finalizers, and neither deletes twice nor applies to what is going', async () => {
    const { kube, stranger, namespace, writes } = subject();
    const ref = { kind: CONFIG_MAPS, name: 'held', namespace };
    const held = configMap(namespace, 'held', { a: '1' });
    value(await kube.apply(CONFIG_MAPS, { ...held, metadata: { ...held.metadata, finalizers: ['cadastre.cloud/test'] } }));
    expect(value(await kube.delete(ref))).toEqual({ outcome: 'requested' });
    expect(value(await kube.get(ref)).metadata?.deletionTimestamp).toBeDefined();
    const before = writes();
    expect(value(await kube.delete(ref))).toEqual({ outcome: 'underway' });
    expect(code(await kube.apply(CONFIG_MAPS, configMap(namespace, 'held', { a: '2' })))).toBe('BEING_DELETED');
    expect(writes()).toBe(before);
    await stranger.update(ref, o => { if (o.metadata !== undefined) delete o.metadata.finalizers; });
    expect(code(await kube.get(ref))).toBe('NOT_FOUND');
  });

  it('a pod without a machine goes at once, one on a machine waits for its kubelet', async () => {
    const { kube, stranger, namespace, tag } = subject();
    const machine = `${tag}-grace`;
    value(await kube.apply(NODES, node(machine, '8')));
    value(await kube.apply(PODS, gatedPod(namespace, 'free')));
    const { schedulingGates: _gates, ...spec } = gatedPod(namespace, 'bound').spec ?? { containers: [] };
    value(await kube.apply(PODS, { metadata: { name: 'bound', namespace }, spec: { ...spec, nodeName: machine } }));
    for (const name of ['free', 'bound']) expect(value(await kube.delete({ kind: PODS, name, namespace })).outcome).toBe('requested');
    expect(code(await kube.get({ kind: PODS, name: 'free', namespace }))).toBe('NOT_FOUND');
    const bound = value(await kube.get({ kind: PODS, name: 'bound', namespace }));
    expect([bound.metadata?.deletionTimestamp === undefined, bound.metadata?.deletionGracePeriodSeconds]).toEqual([false, 30]);
    await stranger.remove({ kind: PODS, name: 'bound', namespace });
    expect(code(await kube.get({ kind: PODS, name: 'bound', namespace }))).toBe('NOT_FOUND');
    await stranger.remove({ kind: NODES, name: machine });
  });
};

/** What the server refuses, as typed problems that name the object. */
export const refusalCases = (subject: () => Subject): void => {
  it('NOT_FOUND names the object', async () => {
    const { kube, namespace } = subject();
    expect(await kube.get({ kind: PODS, name: 'nobody', namespace })).toMatchObject({ ok: false, error: { code: 'NOT_FOUND', verb: 'get', object: `Pod ${namespace}/nobody`, status: 404, cluster: kube.cluster } });
  });

  it('NOT_FOUND for an object in a namespace that is not there', async () => {
    const { kube, tag } = subject();
    expect(code(await kube.apply(PODS, gatedPod(`${tag}-nowhere`, 'x')))).toBe('NOT_FOUND');
  });

  it('FORBIDDEN for a new object in a namespace that is going', async () => {
    const { kube, stranger, tag } = subject();
    const name = `${tag}-going`;
    value(await kube.apply(NAMESPACES, { metadata: { name } }));
    const held = configMap(name, 'held', {});
    // Something with a finalizer inside keeps the namespace in its last state for as long as the test needs.
    await stranger.create(CONFIG_MAPS, { ...held, metadata: { ...held.metadata, finalizers: ['cadastre.cloud/test'] } });
    expect(value(await kube.delete({ kind: NAMESPACES, name })).outcome).toBe('requested');
    expect(value(await kube.get({ kind: NAMESPACES, name })).status?.phase).toBe('Terminating');
    expect(code(await kube.apply(CONFIG_MAPS, configMap(name, 'late', {})))).toBe('FORBIDDEN');
    expect(value(await kube.delete({ kind: NAMESPACES, name })).outcome).toBe('underway');
    await stranger.update({ kind: CONFIG_MAPS, name: 'held', namespace: name }, o => { if (o.metadata !== undefined) delete o.metadata.finalizers; });
  });

  it('INVALID for a name no object may have', async () => {
    const { kube, namespace } = subject();
    expect(code(await kube.apply(CONFIG_MAPS, configMap(namespace, 'Not_A_Name', {})))).toBe('INVALID');
  });

  it('INVALID for a change that a pod does not allow, and the pod stays', async () => {
    const { kube, namespace } = subject();
    value(await kube.apply(PODS, gatedPod(namespace, 'frozen')));
    expect(code(await kube.apply(PODS, gatedPod(namespace, 'frozen', { restartPolicy: 'Never' })))).toBe('INVALID');
    expect(value(await kube.get({ kind: PODS, name: 'frozen', namespace })).metadata?.generation).toBe(1);
  });

  it('CANCELLED when the caller gives up', async () => {
    const { kube, namespace } = subject();
    expect(code(await kube.get({ kind: PODS, name: 'x', namespace }, { signal: AbortSignal.abort() }))).toBe('CANCELLED');
  });

  it('a probe tells the version and the rights that are missing', async () => {
    const probed = value(await subject().kube.probe([{ verb: 'patch', group: '', resource: 'nodes/status' }, { verb: 'get', group: '', resource: 'pods' }]));
    expect(probed.version.major).toBe('1');
    expect(probed.missing).toEqual([]);
  });
};
