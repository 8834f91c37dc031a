import type { ClusterId } from '@cadastre/domain/core';
import { isId } from '@cadastre/domain/core';
import { label } from '@cadastre/domain/cluster';
import type { Kube, KubeProblem } from '@cadastre/kube/client';
import { LIMIT_RANGES, NAMESPACES, NETWORK_POLICIES, NODES, PODS, RESOURCE_QUOTAS, SERVICES } from '@cadastre/kube/client';
import type { WatchCache } from '@cadastre/kube/watch';
import type { Wake } from '../loop/reconciler.ts';
import type { OwnerIndex } from './follow.ts';
import { follow, ownerIndex } from './follow.ts';
import type { Kept, KeptInProject, KeptNode, KeptPod, KeptQuota } from './keep.ts';
import { keep, keepNode, keepPod, keepQuota } from './keep.ts';

/** One client and one set of watch caches for one cluster, as long as its credential is the same. */
export interface Connection {
  readonly clusterId: ClusterId;
  /** Generation of the cluster's row when its credential was opened. */
  readonly generation: number;
  readonly kube: Kube;
  readonly pods: WatchCache<KeptPod>;
  readonly services: WatchCache<Kept>;
  readonly nodes: WatchCache<KeptNode>;
  readonly namespaces: WatchCache<KeptInProject>;
  readonly networkPolicies: WatchCache<Kept>;
  readonly quotas: WatchCache<KeptQuota>;
  readonly limitRanges: WatchCache<Kept>;
  readonly podOwners: OwnerIndex;
  readonly serviceOwners: OwnerIndex;
  /** Namespaces (by uid) whose default service account was seen: it is looked for until then, and never again. */
  readonly accounts: Set<string>;
  /** True while every cache follows its cluster, or lost it less than a moment ago. */
  fresh(): boolean;
  close(): Promise<void>;
}

export interface ConnectionNews {
  readonly wake: (wake: Wake) => void;
  readonly onProblem: (clusterId: ClusterId, problem: KubeProblem) => void;
}

// A stream that ends and comes back is no outage; what is planned on a cache a few seconds old is still fenced act by act.
const STALE_MS = 10_000;

export const openConnection = (clusterId: ClusterId, generation: number, kube: Kube, news: ConnectionNews): Connection => {
  const onProblem = (problem: KubeProblem): void => { news.onProblem(clusterId, problem); };
  const [podOwners, serviceOwners] = [ownerIndex(), ownerIndex()];
  const wakeInstance = (id: string | undefined): void => { if (id !== undefined && isId('instance', id)) news.wake({ noun: 'instance', key: id }); };
  const owned = (index: OwnerIndex) => (key: string, before: Kept | undefined, after: Kept | undefined): void => {
    index.note(key, before?.instance, after?.instance);
    wakeInstance(before?.instance);
    wakeInstance(after?.instance);
  };
  const wakeProject = (_key: string, before: KeptInProject | undefined, after: KeptInProject | undefined): void => {
    const id = after?.project ?? before?.project;
    if (id !== undefined && isId('project', id)) news.wake({ noun: 'project', key: id });
  };
  const wakePool = (_key: string, before: KeptNode | undefined, after: KeptNode | undefined): void => {
    for (const node of [before, after]) {
      const id = node?.labels[label('pool')];
      if (id !== undefined && isId('pool', id)) news.wake({ noun: 'pool', key: id });
    }
  };
  const inProject = <V extends Kept>(kept: (o: Parameters<typeof keep>[0]) => V) => (o: Parameters<typeof keep>[0]): V & KeptInProject =>
    ({ ...kept(o), project: o.metadata?.labels?.[label('project')] });
  const caches = {
    pods: follow(kube, { kind: PODS, keep: keepPod, onNews: owned(podOwners), onProblem }),
    services: follow(kube, { kind: SERVICES, keep, onNews: owned(serviceOwners), onProblem }),
    nodes: follow(kube, { kind: NODES, keep: keepNode, onNews: wakePool, onProblem }),
    namespaces: follow(kube, { kind: NAMESPACES, keep: inProject(keep), onNews: wakeProject, onProblem }),
    networkPolicies: follow(kube, { kind: NETWORK_POLICIES, keep: inProject(keep), onNews: wakeProject, onProblem }),
    quotas: follow(kube, { kind: RESOURCE_QUOTAS, keep: inProject(keepQuota), onNews: wakeProject, onProblem }),
    limitRanges: follow(kube, { kind: LIMIT_RANGES, keep: inProject(keep), onNews: wakeProject, onProblem }),
  };
  const all = Object.values(caches);
  return {
    clusterId, generation, kube, ...caches, podOwners, serviceOwners, accounts: new Set(),
    fresh: () => all.every(c => c.staleSinceMs() < STALE_MS),
    close: async () => {
      await Promise.all(all.map(c => c.close()));
      await kube.close();
    },
  };
};

