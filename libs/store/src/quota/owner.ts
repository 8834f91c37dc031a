import type { OrganisationId, ProjectId } from '@cadastre/domain/core';
import type { Reader } from '../pool/index.ts';

/** The organisation, and its project, that have these codes. The operator may know no more of a project. */
export const namedOwner = async (
  q: Reader, organisation: string | undefined, project: string | undefined,
): Promise<{ readonly tenantId: OrganisationId | undefined; readonly projectId: ProjectId | undefined }> => {
  const [row] = await q.rows<{ tenantId: OrganisationId; projectId: ProjectId | null }>({
    name: 'cad_quota_owner',
    text: `SELECT o.id AS "tenantId", p.id AS "projectId" FROM organisation o LEFT JOIN project p ON p.tenant_id = o.id AND p.code = $2 WHERE o.code = $1`,
    values: [organisation ?? null, project ?? null],
  });
  return { tenantId: row?.tenantId, projectId: row?.projectId ?? undefined };
};

/** The codes of projects, by id. */
export const projectCodes = async (q: Reader, ids: readonly ProjectId[]): Promise<ReadonlyMap<ProjectId, string>> =>
  ids.length === 0 ? new Map()
    : new Map((await q.rows<{ id: ProjectId; code: string }>({ name: 'cad_quota_projects', text: 'SELECT id, code FROM project WHERE id = ANY($1)', values: [ids] })).map(r => [r.id, r.code]));
