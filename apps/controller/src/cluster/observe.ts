import type { ClusterId } from '@cadastre/domain/core';
import type { ClusterSnapshot } from '@cadastre/domain/cluster';
import type { Connections } from '../connection/connections.ts';
import { faultOf } from './credential.ts';
import { nameOfRight, RIGHTS, SIMULATION_RIGHTS } from './rights.ts';
import type { ClusterRecord, ClusterRows } from './rows.ts';

export interface ClusterSeen {
  readonly snapshot: ClusterSnapshot;
  readonly record: ClusterRecord;
}

const PROBE_MS = 5_000;

export const observeCluster = async (rows: ClusterRows, connections: Connections, id: ClusterId): Promise<ClusterSeen | null> => {
  const record = await rows.load(id);
  if (record === null) {
    // No row, no right to be connected.
    await connections.drop(id);
    return null;
  }
  const { cluster } = record;
  const c = connections.get(id);
  if (c === undefined) return { record, snapshot: { cluster, connectedGeneration: null, probe: null, missingRights: [], cachesFresh: false } };
  const rights = cluster.provider === 'SIMULATED' ? [...RIGHTS, ...SIMULATION_RIGHTS] : RIGHTS;
  const probed = await c.kube.probe(rights, { signal: AbortSignal.timeout(PROBE_MS) });
  return {
    record,
    snapshot: {
      cluster, connectedGeneration: c.generation, cachesFresh: c.fresh(),
      probe: probed.ok ? { ok: true, version: probed.value.version.gitVersion, endpoint: cluster.endpoint } : faultOf(probed.error),
      missingRights: probed.ok ? probed.value.missing.map(nameOfRight) : [],
    },
  };
};
