import type { ClusterId } from '@cadastre/domain/core';
import type { Cluster, ClusterStatus } from '@cadastre/domain/cluster';

export interface ClusterRecord {
  readonly cluster: Cluster;
  readonly sealedCredential: string;
}

/** What the reconciler needs of the database. */
export interface ClusterRows {
  load(id: ClusterId): Promise<ClusterRecord | null>;
  ids(): Promise<readonly ClusterId[]>;
  save(before: ClusterRecord, status: ClusterStatus): Promise<'saved' | 'stale'>;
}
