import type { ClusterId, InstanceId, OrganisationId, ProjectId } from '@cadastre/domain/core';
import type { Project } from '@cadastre/domain/project';
import type { Project as Row } from '../generated/client.ts';
import type { Reader } from '../pool/index.ts';
import { changeDesire, changeStatus, insertRows, readsOf, table } from '../sql/table.ts';
import type { Changes, Fenced } from '../sql/table.ts';

export const PROJECT = table<Row, Project>('project', 'project', {
  id: 'plain', tenantId: 'plain', code: 'plain', name: 'plain', stage: 'plain', expiresAt: 'instant', legalScope: 'plain', conditions: 'plain', observedGeneration: 'plain',
  generation: 'plain', createdAt: 'instant',
});

export const { get, byIds, page } = readsOf<Project, ProjectId, { readonly tenantId?: OrganisationId; readonly code?: string }>(PROJECT);

/** Clusters in which the project has an instance that is not released: where its namespace must be. */
export const clusters = async (q: Reader, id: ProjectId): Promise<readonly ClusterId[]> =>
  (await q.rows<{ id: ClusterId }>({ name: 'cad_project_clusters', text: "SELECT DISTINCT cluster_id AS id FROM gpu_instance WHERE project_id = $1 AND status <> 'RELEASED' ORDER BY 1", values: [id] })).map(r => r.id);

/** Instances of the project that have not begun: they may wait for its namespace. */
export const pending = async (q: Reader, id: ProjectId): Promise<readonly InstanceId[]> =>
  (await q.rows<{ id: InstanceId }>({ name: 'cad_project_pending', text: "SELECT id FROM gpu_instance WHERE project_id = $1 AND status = 'PENDING' ORDER BY id", values: [id] })).map(r => r.id);

/** Projects that the controller looks after: with live instances, or changed since it last looked. */
export const tended = async (q: Reader): Promise<readonly ProjectId[]> =>
  (await q.rows<{ id: ProjectId }>({
    name: 'cad_project_tended',
    text: `SELECT p.id FROM project p WHERE p.observed_generation <> p.generation OR EXISTS (SELECT FROM gpu_instance i WHERE i.project_id = p.id AND i.status <> 'RELEASED') ORDER BY p.id`,
  })).map(r => r.id);

export const insert = (project: Project) => insertRows(PROJECT, [project]);
export const update = (id: ProjectId, changes: Changes<Project, 'name' | 'stage' | 'expiresAt' | 'legalScope'>, fence: Fenced) => changeDesire(PROJECT, id, changes, fence);
export const observe = (id: ProjectId, changes: Changes<Project, 'conditions' | 'observedGeneration'>, fence: Fenced) => changeStatus(PROJECT, id, changes, fence);
