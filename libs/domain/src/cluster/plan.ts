import type { Plan } from '../core/index.ts';
import type { Cluster } from './model.ts';
import type { ProbeReply } from './protocol.ts';

export type ClusterProblem = Extract<ProbeReply, { ok: false }>['code'];

/** What the connection holder and one probe say of a cluster. */
export interface ClusterSnapshot {
  readonly cluster: Cluster;
  /** Generation of the row whose credential the open client uses; null when there is no client. */
  readonly connectedGeneration: number | null;
  /** Answer of this look; null when there is no client to ask. */
  readonly probe: ProbeReply | null;
  /** Rights the credential lacks, as `verb group/resource`. */
  readonly missingRights: readonly string[];
  /** True once every watch cache has listed and is not silent. */
  readonly cachesFresh: boolean;
}

export type ClusterStep =
  /** Opens the sealed credential, connects, starts the watch caches; closes what was open for an older generation. */
  | { readonly do: 'connect' };

/** What became of the steps: the credential itself may be unusable, which no probe can tell. */
export interface ClusterDone {
  readonly connectRefused: { readonly code: ClusterProblem; readonly detail: string } | null;
}

/**
 * A client is tied to the generation of the row: an operator who rotates the credential must not wait for a restart.
 * Rejected: reconnecting whenever the probe fails. The client already reconnects its sockets, and throwing the watch caches
 * away during an outage would make every cluster relist at once when it ends.
 */
export const planCluster = (s: ClusterSnapshot): Plan<ClusterStep> => {
  const assumes = { generation: s.cluster.generation };
  if (s.connectedGeneration === null) return { steps: [{ do: 'connect' }], because: 'no client yet', assumes };
  if (s.connectedGeneration !== s.cluster.generation) {
    return { steps: [{ do: 'connect' }], because: `the client is of generation ${s.connectedGeneration}`, assumes };
  }
  return { steps: [], because: 'connected', assumes };
};
