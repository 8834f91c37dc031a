import type { ClusterId } from '@cadastre/domain/core';
import * as clusters from '@cadastre/store/cluster';
import { commit } from '@cadastre/store/commit';
import type { Store } from '@cadastre/store/pool';
import { currentTraceparent } from '@cadastre/platform/otel';
import type { MakeAct } from '../act.ts';
import type { ClusterRows } from './rows.ts';

export const storedClusters = (store: Store, makeAct: MakeAct): ClusterRows => ({
  load: id => store.read('system', async q => {
    const [cluster, sealedCredential] = await Promise.all([clusters.get(q, id), clusters.sealedCredential(q, id)]);
    return cluster === undefined || sealedCredential === undefined ? null : { cluster, sealedCredential };
  }),
  ids: async () => (await store.read('system', q => clusters.list(q))).map((c): ClusterId => c.id),
  save: async ({ cluster }, { next, audit }) => {
    const { conditions, observedGeneration, kubernetesVersion } = next;
    const traceparent = currentTraceparent();
    const saved = await commit(store, {
      scope: 'system', act: makeAct('cluster.state'), audit,
      writes: [clusters.observe(cluster.id, { conditions, observedGeneration, ...(kubernetesVersion === undefined ? {} : { kubernetesVersion }) }, { ifGeneration: cluster.generation })],
      outbox: [{ noun: 'cluster', objectId: cluster.id, verb: 'observed', regionCode: '_', ...(traceparent === undefined ? {} : { traceparent }) }],
    });
    return saved.ok ? 'saved' : 'stale';
  },
});
