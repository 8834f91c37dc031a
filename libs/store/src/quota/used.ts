import type { OrganisationId, ProjectId, QuotaId } from '@cadastre/domain/core';
import { demandOf, type Quota, type QuotaDimension } from '@cadastre/domain/quota';
import type { Reader } from '../pool/index.ts';

interface Held {
  readonly tenantId: OrganisationId;
  readonly projectId: ProjectId;
  readonly regionId: string;
  readonly shape: string;
  readonly gpus: number;
  readonly milliGpu: number;
  readonly watts: number;
}

/**
 * What the living instances under each node use, by dimension, from the rows: as fresh as the last commit. The allocator decides by its own account,
 * which is the same but for orders in flight. A node of nobody uses nothing here: whose instances those are is not its reader's to know.
 */
export const usedBy = async (q: Reader, quotas: readonly Quota[]): Promise<ReadonlyMap<QuotaId, ReadonlyMap<QuotaDimension, number>>> => {
  const tenants = [...new Set(quotas.flatMap(x => (x.tenantId === undefined ? [] : [x.tenantId])))];
  if (tenants.length === 0) return new Map();
  const held = await q.rows<Held>({
    name: 'cad_quota_used',
    text: `SELECT i.tenant_id AS "tenantId", i.project_id AS "projectId", i.region_id AS "regionId", s.code AS shape, sum(i.gpus) AS gpus, sum(coalesce(i.milli_gpu, i.gpus * 1000)) AS "milliGpu", sum(i.reserved_w) AS watts
      FROM gpu_instance i JOIN shape s ON s.id = i.shape_id WHERE i.tenant_id = ANY($1) AND i.status <> 'RELEASED' GROUP BY 1, 2, 3, 4`,
    values: [tenants],
  });
  return new Map(quotas.map(x => [x.id, total(held.filter(h => h.tenantId === x.tenantId && h.regionId === x.regionId && (x.projectId === undefined || h.projectId === x.projectId)))]));
};

const total = (held: readonly Held[]): ReadonlyMap<QuotaDimension, number> => {
  const sums = new Map<QuotaDimension, number>();
  for (const h of held) for (const { dimension, amount } of demandOf({ shapeCode: h.shape, gpus: h.gpus, milliGpu: h.milliGpu, watts: h.watts })) sums.set(dimension, (sums.get(dimension) ?? 0) + amount);
  return sums;
};
