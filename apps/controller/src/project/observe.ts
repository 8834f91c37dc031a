import type { ProjectId } from '@cadastre/domain/core';
import type { ProjectCluster, ProjectSnapshot } from '@cadastre/domain/project';
import type { Connections } from '../connection/connections.ts';
import { viewProject } from '../connection/project-view.ts';
import type { ProjectRecord, ProjectRows } from './rows.ts';

export interface ProjectSeen {
  readonly snapshot: ProjectSnapshot;
  readonly record: ProjectRecord;
}

export const observeProject = async (rows: ProjectRows, connections: Connections, id: ProjectId): Promise<ProjectSeen | null> => {
  const record = await rows.load(id);
  if (record === null) return null;
  const clusters = await Promise.all(record.clusterIds.map(async (clusterId): Promise<ProjectCluster> => {
    const c = connections.get(clusterId);
    return { clusterId, view: c === undefined ? 'UNREACHABLE' : await viewProject(c, record.project) };
  }));
  return { record, snapshot: { project: record.project, clusters, waiting: record.pending } };
};
