import type { ClusterId } from '@cadastre/domain/core';
import type { Cluster, ClusterDone, ClusterStatus, ClusterStep } from '@cadastre/domain/cluster';
import { planCluster, statusOfCluster } from '@cadastre/domain/cluster';
import type { ConnectionNews } from '../connection/connection.ts';
import { openConnection } from '../connection/connection.ts';
import type { Connections } from '../connection/connections.ts';
import type { Did, Lease, Reconciler } from '../loop/reconciler.ts';
import { DONE } from '../loop/reconciler.ts';
import type { OpenCredential } from './credential.ts';
import type { ClusterSeen } from './observe.ts';
import { observeCluster } from './observe.ts';
import type { ClusterRows } from './rows.ts';

export interface ClusterHands {
  readonly rows: ClusterRows;
  readonly connections: Connections;
  readonly openCredential: OpenCredential;
  readonly news: ConnectionNews;
  /** A cluster can be worked with, again or for the first time: everything that waited for it is looked at. */
  readonly onReady: (id: ClusterId) => void;
}

// While a cluster is not ready its tenants wait: it is looked at more often than the resync would.
const NOT_READY_MS = 1_000;

export const clusterReconciler = (hands: ClusterHands, lease: Lease, everySeconds: number): Reconciler<ClusterId, ClusterSeen, ClusterStep, ClusterStatus> => ({
  noun: 'cluster',
  timer: { everySeconds, keys: () => hands.rows.ids() },
  lease,
  observe: id => observeCluster(hands.rows, hands.connections, id),
  plan: seen => planCluster(seen.snapshot),
  execute: seen => connect(hands, seen),
  // A connection changes nothing in the cluster.
  reaches: () => null,
  tenant: () => undefined,
  statusOf: (seen, acts, now) => {
    const refused = acts.map(a => a.did).find(d => d.as === 'refused')?.refused;
    return statusOfCluster(seen.snapshot, { connectRefused: refused === undefined ? null : { code: codeOf(refused.code), detail: refused.object } }, now);
  },
  commit: async (seen, status) => {
    const saved = await hands.rows.save(seen.record, status);
    if (saved === 'saved' && isReady(status.next) && !isReady(seen.record.cluster)) hands.onReady(status.next.id);
    return saved;
  },
  restless: (seen, acts) => {
    const { probe, cachesFresh } = seen.snapshot;
    return acts.length > 0 || probe?.ok !== true || !cachesFresh ? { afterMs: acts.length > 0 ? 50 : NOT_READY_MS, because: 'the cluster is not ready' } : null;
  },
  wakes: () => [],
  traceparent: () => undefined,
});

const isReady = (cluster: Cluster): boolean => cluster.conditions.some(c => c.type === 'Ready' && c.status === 'True');

type Code = NonNullable<ClusterDone['connectRefused']>['code'];
const codeOf = (text: string): Code => (text === 'CLUSTER_BAD_CERTIFICATE' ? text : 'CLUSTER_BAD_KUBECONFIG');

const connect = async (hands: ClusterHands, { record: { cluster, sealedCredential } }: ClusterSeen): Promise<Did> => {
  const opened = await hands.openCredential(sealedCredential, cluster.name);
  if (!opened.ok) return { as: 'refused', refused: { code: opened.code, object: opened.detail } };
  await hands.connections.put(openConnection(cluster.id, cluster.generation, opened.kube, hands.news));
  return DONE;
};
