import type { Kind, Kube, KubeObject, KubeProblem } from '@cadastre/kube/client';
import { CADASTRE, MANAGED_BY } from '@cadastre/kube/client';
import type { WatchCache } from '@cadastre/kube/watch';
import { watchCache } from '@cadastre/kube/watch';


export interface Follow<T extends KubeObject, V> {
  readonly kind: Kind<T>;
  readonly keep: (object: T) => V;
  /** Called when what is kept of an object is different: heartbeats and foreign annotations change nothing that we keep. */
  readonly onNews: (key: string, before: V | undefined, after: V | undefined) => void;
  readonly onProblem: (problem: KubeProblem) => void;
}

/** Follows the objects with our ownership mark. */
export const follow = <T extends KubeObject, V>(kube: Kube, { kind, keep, onNews, onProblem }: Follow<T, V>): WatchCache<V> => {
  const told = new Map<string, V>();
  const cache: WatchCache<V> = watchCache<T, V>(kube, {
    kind, keep, onProblem, labels: { [MANAGED_BY]: CADASTRE },
    onChange: key => {
      const [before, after] = [told.get(key), cache.get(key)];
      if (after === undefined) told.delete(key);
      else told.set(key, after);
      if (JSON.stringify(before) !== JSON.stringify(after)) onNews(key, before, after);
    },
  });
  return cache;
};

/** Keys by the instance they say they belong to, kept in step by the news of a cache. */
export interface OwnerIndex {
  note(key: string, before: string | undefined, after: string | undefined): void;
  keysOf(owner: string): readonly string[];
  owners(): readonly string[];
}

export const ownerIndex = (): OwnerIndex => {
  const keys = new Map<string, Set<string>>();
  return {
    note: (key, before, after) => {
      if (before !== undefined && before !== after) {
        const left = keys.get(before);
        left?.delete(key);
        if (left?.size === 0) keys.delete(before);
      }
      if (after === undefined) return;
      const known = keys.get(after);
      if (known === undefined) keys.set(after, new Set([key]));
      else known.add(key);
    },
    keysOf: owner => [...(keys.get(owner) ?? [])],
    owners: () => [...keys.keys()],
  };
};
