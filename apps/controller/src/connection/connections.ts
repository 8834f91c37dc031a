import type { ClusterId } from '@cadastre/domain/core';
import type { Connection } from './connection.ts';

/** The open clusters of this process. Whoever looks at a cluster that is not here sees an unreachable one. */
export interface Connections {
  get(id: ClusterId): Connection | undefined;
  all(): readonly Connection[];
  /** Takes the place of what was open for that cluster and closes it. */
  put(connection: Connection): Promise<void>;
  drop(id: ClusterId): Promise<void>;
  close(): Promise<void>;
}

export const createConnections = (): Connections => {
  const open = new Map<ClusterId, Connection>();
  const drop = async (id: ClusterId): Promise<void> => {
    const old = open.get(id);
    open.delete(id);
    await old?.close();
  };
  return {
    get: id => open.get(id),
    all: () => [...open.values()],
    put: async connection => {
      const old = open.get(connection.clusterId);
      open.set(connection.clusterId, connection);
      await old?.close();
    },
    drop,
    close: async () => { await Promise.all([...open.keys()].map(drop)); },
  };
};
