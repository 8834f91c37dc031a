import type { RegionId } from '@cadastre/domain/core';
import type { Region } from '@cadastre/domain/region';
import type { Region as Row } from '../generated/client.ts';
import type { Reader } from '../pool/index.ts';
import { changeDesire, insertRows, readsOf, table } from '../sql/table.ts';
import type { Changes, Fenced, Stored } from '../sql/table.ts';

export const REGION = table<Row, Region>('region', 'region', {
  id: 'plain', code: 'plain', nameFr: 'plain', nameEn: 'plain', country: 'plain', jurisdiction: 'plain', operatorName: 'plain', capitalChain: 'plain', generation: 'plain',
  createdAt: 'instant',
});

export const { get, byIds, page } = readsOf<Region, RegionId, { readonly code?: string }>(REGION);

/** Every region, in order of creation: there are a handful. */
export const list = async (q: Reader): Promise<readonly Stored<Region>[]> =>
  (await q.rows({ name: 'cad_region_list', text: `SELECT ${REGION.select('t')} FROM region t ORDER BY t.id` })).map(REGION.read);

export const byCode = async (q: Reader, code: string): Promise<Stored<Region> | undefined> => (await page(q, { first: 1, code })).items[0];

export const insert = (region: Region) => insertRows(REGION, [region]);
export const update = (id: RegionId, changes: Changes<Region, 'nameFr' | 'nameEn' | 'operatorName' | 'capitalChain'>, fence: Fenced) => changeDesire(REGION, id, changes, fence);
