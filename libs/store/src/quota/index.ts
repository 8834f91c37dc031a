import type { OrganisationId, QuotaId, RegionId } from '@cadastre/domain/core';
import type { Quota } from '@cadastre/domain/quota';
import type { Quota as Row } from '../generated/client.ts';
import type { Reader } from '../pool/index.ts';
import { changeDesire, insertRows, readsOf, table } from '../sql/table.ts';
import type { Changes, Fenced, Stored } from '../sql/table.ts';

export { usedBy } from './used.ts';
export { namedOwner, projectCodes } from './owner.ts';

export const QUOTA = table<Row, Quota>('quota', 'quota', {
  id: 'plain', regionId: 'plain', name: 'plain', parentId: 'plain', tenantId: 'plain', projectId: 'plain', limits: 'plain', budgets: 'plain', generation: 'plain', createdAt: 'instant',
});

export const { get, byIds, page } = readsOf<Quota, QuotaId, { readonly regionId?: RegionId; readonly tenantId?: OrganisationId; readonly name?: string }>(QUOTA);

/** Every node of a region: what its cohort trees are built from. */
export const ofRegion = async (q: Reader, id: RegionId): Promise<readonly Stored<Quota>[]> =>
  (await q.rows({ name: 'cad_quota_of_region', text: `SELECT ${QUOTA.select('t')} FROM quota t WHERE t.region_id = $1 ORDER BY t.id`, values: [id] })).map(QUOTA.read);

export const insert = (quota: Quota) => insertRows(QUOTA, [quota]);
export const update = (id: QuotaId, changes: Changes<Quota, 'parentId' | 'limits' | 'budgets'>, fence: Fenced) => changeDesire(QUOTA, id, changes, fence);
