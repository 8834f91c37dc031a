import { expect, it } from 'vitest';
import type { ConfigMap, WatchEvent } from '../client/index.ts';
import { CONFIG_MAPS } from '../client/index.ts';
import { watchObjects } from '../watch/index.ts';
import { configMap } from './samples.ts';
import type { Subject } from './subject.ts';
import { code, value } from './subject.ts';

const seed = async ({ kube, namespace }: Subject, prefix: string, count: number, labels: Record<string, string>): Promise<void> => {
  for (let i = 0; i < count; i++) value(await kube.apply(CONFIG_MAPS, configMap(namespace, `${prefix}-${i}`, { i: String(i) }, { ...labels, odd: String(i % 2) })));
};

/** Laws of list: pages and selectors. */
export const listCases = (subject: () => Subject): void => {
  it('lists by label in pages of one moment, in order of name, with kind and apiVersion', async () => {
    const { kube, namespace } = subject();
    await seed(subject(), 'page', 5, { set: 'page' });
    const first = value(await kube.page(CONFIG_MAPS, { namespace, labels: { set: 'page' } }, { limit: 2 }));
    await kube.apply(CONFIG_MAPS, configMap(namespace, 'page-9', {}, { set: 'page' }));
    const names = first.items.map(i => i.metadata?.name);
    for (let next = first.next; next !== undefined;) {
      const page = value(await kube.page(CONFIG_MAPS, { namespace, labels: { set: 'page' } }, { limit: 2, next }));
      expect(page.resourceVersion).toBe(first.resourceVersion);
      names.push(...page.items.map(i => i.metadata?.name));
      next = page.next;
    }
    expect(names).toEqual(['page-0', 'page-1', 'page-2', 'page-3', 'page-4']);
    expect(first.items[0]).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap' });
  });

  it.each([
    ['equals', { set: 'sel', odd: '1' }, ['sel-1', 'sel-3']],
    ['one of', { set: 'sel', odd: ['0', '7'] }, ['sel-0', 'sel-2']],
    ['exists', { set: 'sel', extra: true }, []],
    ['does not exist', { set: 'sel', extra: false, odd: '0' }, ['sel-0', 'sel-2']],
  ] as const)('selects by label: %s', async (_how, labels, want) => {
    const { kube, namespace } = subject();
    await seed(subject(), 'sel', 4, { set: 'sel' });
    const got = value(await kube.list(CONFIG_MAPS, { namespace, labels }));
    expect(got.items.map(i => i.metadata?.name)).toEqual(want);
    const everywhere = value(await kube.list(CONFIG_MAPS, { labels }));
    expect(everywhere.items.filter(i => i.metadata?.namespace === namespace).map(i => i.metadata?.name)).toEqual(want);
  });
};

/** Laws of watch, and of the cache that follows one. */
export const watchCases = (subject: () => Subject): void => {
  it('tells creation, change and deletion in order, and leaving the selector as deletion', async () => {
    const { kube, stranger, namespace } = subject();
    const scope = { namespace, labels: { set: 'story' } };
    const from = value(await kube.list(CONFIG_MAPS, scope)).resourceVersion;
    const told: string[] = [];
    const stop = new AbortController();
    const ended = kube.watch(CONFIG_MAPS, scope, {
      resourceVersion: from, signal: stop.signal, timeoutSeconds: 60, onAlive: () => undefined,
      onEvent: (e: WatchEvent<ConfigMap>) => { if (e.type !== 'BOOKMARK') told.push(`${e.type} ${e.object.metadata?.name ?? ''} ${e.object.data?.['v'] ?? ''}`); },
    });
    for (const v of ['1', '2']) value(await kube.apply(CONFIG_MAPS, configMap(namespace, 'a', { v }, { set: 'story' })));
    value(await kube.apply(CONFIG_MAPS, configMap(namespace, 'other', { v: '1' }, { set: 'another' })));
    value(await kube.delete({ kind: CONFIG_MAPS, name: 'a', namespace }));
    value(await kube.apply(CONFIG_MAPS, configMap(namespace, 'b', { v: '1' }, { set: 'story' })));
    await stranger.update({ kind: CONFIG_MAPS, name: 'b', namespace }, o => { o.metadata = { ...o.metadata, labels: {} }; });
    await expect.poll(() => told).toEqual(['ADDED a 1', 'MODIFIED a 2', 'DELETED a 2', 'ADDED b 1', 'DELETED b 1']);
    stop.abort();
    expect(code(await ended)).toBe('CANCELLED');
  });

  it('a cache follows: first list, creation, change, deletion, and a name deleted and taken again', async () => {
    const { kube, namespace } = subject();
    await seed(subject(), 'cache', 5, { set: 'cache' });
    const changed: string[] = [];
    const cache = watchObjects(kube, { kind: CONFIG_MAPS, namespace, labels: { set: 'cache' }, onChange: key => changed.push(key), limits: { pageLimit: 2 } });
    expect(await cache.synced).toBe('synced');
    expect([...cache.entries()].map(([key]) => key).sort()).toEqual([0, 1, 2, 3, 4].map(i => `${namespace}/cache-${i}`));
    await expect.poll(() => cache.staleSinceMs()).toBe(0);
    const key = `${namespace}/cache-9`;
    value(await kube.apply(CONFIG_MAPS, configMap(namespace, 'cache-9', { v: '1' }, { set: 'cache' })));
    await expect.poll(() => cache.get(key)?.data).toEqual({ v: '1' });
    value(await kube.apply(CONFIG_MAPS, configMap(namespace, 'cache-9', { v: '2' }, { set: 'cache' })));
    await expect.poll(() => cache.get(key)?.data).toEqual({ v: '2' });
    const seen = cache.get(key);
    expect(seen?.metadata?.managedFields).toBeUndefined();
    expect(value(await kube.apply(CONFIG_MAPS, configMap(namespace, 'cache-9', { v: '2' }, { set: 'cache' }), { observed: { object: seen } })).outcome).toBe('unchanged');
    value(await kube.delete({ kind: CONFIG_MAPS, name: 'cache-9', namespace }));
    await expect.poll(() => cache.get(key)).toBeUndefined();
    value(await kube.apply(CONFIG_MAPS, configMap(namespace, 'cache-9', { v: '3' }, { set: 'cache' })));
    await expect.poll(() => cache.get(key)?.data).toEqual({ v: '3' });
    expect(changed.filter(k => k === key)).toHaveLength(4);
    await cache.close();
    expect(cache.staleSinceMs()).toBeGreaterThanOrEqual(0);
  });
};
