import type { ClusterId, InstanceId, ProjectId } from '@cadastre/domain/core';
import type { Project, ProjectStatus } from '@cadastre/domain/project';

export interface ProjectRecord {
  readonly project: Project;
  /** Clusters where it has instances that are not released. */
  readonly clusterIds: readonly ClusterId[];
  /** Its instances that have not begun. */
  readonly pending: readonly InstanceId[];
}

/** What the reconciler needs of the database. */
export interface ProjectRows {
  load(id: ProjectId): Promise<ProjectRecord | null>;
  ids(): Promise<readonly ProjectId[]>;
  save(before: ProjectRecord, status: ProjectStatus): Promise<'saved' | 'stale'>;
}
