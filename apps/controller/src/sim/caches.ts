import type { ClusterId } from '@cadastre/domain/core';
import { label } from '@cadastre/domain/cluster';
import type { Kind, KubeObject } from '@cadastre/kube/client';
import { CADASTRE, keyOf, LIMIT_RANGES, MANAGED_BY, NAMESPACES, NETWORK_POLICIES, NODES, PODS, RESOURCE_QUOTAS, SERVICES } from '@cadastre/kube/client';
import type { FakeKube } from '@cadastre/kube/fake';
import type { WatchCache } from '@cadastre/kube/watch';
import type { Connection } from '../connection/connection.ts';
import { ownerIndex } from '../connection/follow.ts';
import type { Kept } from '../connection/keep.ts';
import { keep, keepNode, keepPod, keepQuota } from '../connection/keep.ts';

/** A cache that follows its cluster only when it is told to: any staleness a watch can show, at the moment the seed chooses. */
export interface LaggingCache<V> extends WatchCache<V> {
  catchUp(): Promise<void>;
}

const laggingCache = <T extends KubeObject, V extends Kept>(kube: FakeKube, kind: Kind<T>, keepOf: (o: T) => V, index?: ReturnType<typeof ownerIndex>): LaggingCache<V> => {
  const kept = new Map<string, V>();
  return {
    synced: Promise.resolve('synced'),
    get: key => kept.get(key),
    entries: () => kept.entries(),
    get size() { return kept.size; },
    staleSinceMs: () => 0,
    problem: () => undefined,
    close: () => Promise.resolve(),
    catchUp: async () => {
      const list = await kube.list(kind, { labels: { [MANAGED_BY]: CADASTRE } });
      if (!list.ok) return;
      const now = new Map(list.value.items.map(o => [keyOf(o.metadata?.name ?? '', o.metadata?.namespace), keepOf(o)]));
      for (const key of new Set([...kept.keys(), ...now.keys()])) index?.note(key, kept.get(key)?.instance, now.get(key)?.instance);
      kept.clear();
      for (const [key, value] of now) kept.set(key, value);
    },
  };
};

export interface LaggingConnection extends Connection {
  /** One cache each, in a fixed order: the seed picks which one hears the news. */
  readonly lagging: readonly LaggingCache<Kept>[];
  reachable: boolean;
}

export const laggingConnection = (clusterId: ClusterId, kube: FakeKube): LaggingConnection => {
  const [podOwners, serviceOwners] = [ownerIndex(), ownerIndex()];
  const inProject = (o: KubeObject) => ({ ...keep(o), project: o.metadata?.labels?.[label('project')] });
  const caches = {
    pods: laggingCache(kube, PODS, keepPod, podOwners), services: laggingCache(kube, SERVICES, keep, serviceOwners), nodes: laggingCache(kube, NODES, keepNode),
    namespaces: laggingCache(kube, NAMESPACES, inProject), networkPolicies: laggingCache(kube, NETWORK_POLICIES, keep),
    quotas: laggingCache(kube, RESOURCE_QUOTAS, keepQuota), limitRanges: laggingCache(kube, LIMIT_RANGES, keep),
  };
  const connection: LaggingConnection = {
    clusterId, generation: 1, kube, ...caches, podOwners, serviceOwners, accounts: new Set(), reachable: true,
    lagging: Object.values(caches),
    fresh: () => connection.reachable,
    close: () => Promise.resolve(),
  };
  return connection;
};
