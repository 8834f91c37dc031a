import type { Seen } from '@cadastre/domain/cluster';
import type { KubeObject, Ref } from '@cadastre/kube/client';
import { isOurs, keyOf } from '@cadastre/kube/client';
import type { WatchCache } from '@cadastre/kube/watch';
import type { Connection } from './connection.ts';
import type { Kept } from './keep.ts';

/** The cluster did not answer: what is there is not known. */
export const SILENT = 'SILENT';

/**
 * What is under a name. A hit in the cache is ours by its selector; a miss is never believed: it may be an object that the
 * cache does not show yet, or a stranger's, and both must stop a plan. The price is one request for each absence.
 */
export const look = async <T extends KubeObject, V extends Kept>(
  c: Connection, cache: WatchCache<V>, ref: Ref<T>, keep: (object: T) => V,
): Promise<Seen<V> | typeof SILENT> => {
  const cached = cache.get(keyOf(ref.name, ref.namespace));
  if (cached !== undefined) return { as: 'OURS', ...cached };
  const answer = await c.kube.get(ref);
  if (!answer.ok) return answer.error.code === 'NOT_FOUND' ? { as: 'ABSENT' } : SILENT;
  return isOurs(answer.value) ? { as: 'OURS', ...keep(answer.value) } : { as: 'STRANGER' };
};
