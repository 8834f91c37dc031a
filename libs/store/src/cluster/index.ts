import type { Cluster } from '@cadastre/domain/cluster';
import type { ClusterId, DatacenterId } from '@cadastre/domain/core';
import type { Cluster as Row } from '../generated/client.ts';
import type { Reader } from '../pool/index.ts';
import { changeStatus, insertRows, readsOf, table } from '../sql/table.ts';
import type { Changes, Fenced, Stored } from '../sql/table.ts';

export const CLUSTER = table<Row, Cluster>('cluster', 'cluster', {
  id: 'plain', datacenterId: 'plain', name: 'plain', provider: 'plain', endpoint: 'plain', kubernetesVersion: 'plain', conditions: 'plain', observedGeneration: 'plain',
  generation: 'plain', createdAt: 'instant',
});

export const { get, byIds, page } = readsOf<Cluster, ClusterId, { readonly datacenterId?: DatacenterId; readonly name?: string }>(CLUSTER);

export const list = async (q: Reader): Promise<readonly Stored<Cluster>[]> =>
  (await q.rows({ name: 'cad_cluster_list', text: `SELECT ${CLUSTER.select('t')} FROM cluster t ORDER BY t.id` })).map(CLUSTER.read);

/** Whether each cluster's nodes are simulated; the one thing of a cluster that a tenant may know. */
export const simulated = async (q: Reader, ids: readonly ClusterId[]): Promise<ReadonlyMap<ClusterId, boolean>> =>
  new Map(
    (await q.rows<{ id: ClusterId; simulated: boolean }>({ name: 'cad_cluster_simulated', text: "SELECT id, provider = 'SIMULATED' AS simulated FROM cluster WHERE id = ANY($1)", values: [[...new Set(ids)]] }))
      .map(r => [r.id, r.simulated]),
  );

/** JWE to the controller's key. Only the controller's role may read it. */
export const sealedCredential = async (q: Reader, id: ClusterId): Promise<string | undefined> =>
  (await q.rows<{ sealed: string }>({ name: 'cad_cluster_sealed', text: 'SELECT sealed_credential AS sealed FROM cluster WHERE id = $1', values: [id] }))[0]?.sealed;

export const insert = (cluster: Cluster, credential: { readonly sealed: string }) => insertRows(CLUSTER, [{ ...cluster, sealedCredential: credential.sealed }], ['sealed_credential']);
export const observe = (id: ClusterId, changes: Changes<Cluster, 'kubernetesVersion' | 'conditions' | 'observedGeneration'>, fence: Fenced) => changeStatus(CLUSTER, id, changes, fence);
