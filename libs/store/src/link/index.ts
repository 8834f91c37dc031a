import type { DatacenterId, LinkId } from '@cadastre/domain/core';
import type { Link } from '@cadastre/domain/link';
import type { Link as Row } from '../generated/client.ts';
import type { Reader } from '../pool/index.ts';
import { changeDesire, insertRows, readsOf, table } from '../sql/table.ts';
import type { Changes, Fenced, Stored } from '../sql/table.ts';

export const LINK = table<Row, Link>('link', 'link', {
  id: 'plain', datacenterId: 'plain', name: 'plain', toDatacenterId: 'plain', toName: 'plain', carrierId: 'plain', kind: 'plain', capacityMbps: 'plain', latencyUs: 'plain',
  monthlyPriceMinor: 'plain', currency: 'plain', assumed: 'plain', generation: 'plain', createdAt: 'instant',
});

export const { get, byIds, page } = readsOf<Link, LinkId, { readonly datacenterId?: DatacenterId; readonly name?: string }>(LINK);

/** Every link that is declared in the datacenters, in order of id. */
export const ofDatacenters = async (q: Reader, ids: readonly DatacenterId[]): Promise<readonly Stored<Link>[]> =>
  (await q.rows({ name: 'cad_link_of_datacenters', text: `SELECT ${LINK.select('t')} FROM link t WHERE t.datacenter_id = ANY($1) ORDER BY t.id`, values: [ids] })).map(LINK.read);

export const insert = (link: Link) => insertRows(LINK, [link]);
export const update = (id: LinkId, changes: Changes<Link, 'kind' | 'capacityMbps' | 'latencyUs' | 'monthlyPriceMinor' | 'currency' | 'assumed'>, fence: Fenced) =>
  changeDesire(LINK, id, changes, fence);
