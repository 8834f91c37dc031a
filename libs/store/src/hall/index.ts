import type { DatacenterId, HallId } from '@cadastre/domain/core';
import type { Hall } from '@cadastre/domain/hall';
import type { Hall as Row } from '../generated/client.ts';
import type { Reader } from '../pool/index.ts';
import { changeDesire, insertRows, readsOf, table } from '../sql/table.ts';
import type { Changes, Fenced, Stored } from '../sql/table.ts';

export { cooledRacks } from './cooled.ts';

export const HALL = table<Row, Hall>('hall', 'hall', {
  id: 'plain', datacenterId: 'plain', name: 'plain', coolingKinds: 'enums', coolingCapacityW: 'plain', deratingPct: 'plain', assumed: 'plain', generation: 'plain', createdAt: 'instant',
});

export const { get, byIds, page } = readsOf<Hall, HallId, { readonly datacenterId?: DatacenterId; readonly name?: string }>(HALL);

/** Every hall of a datacenter, by name: a handful. */
export const ofDatacenter = async (q: Reader, id: DatacenterId): Promise<readonly Stored<Hall>[]> =>
  (await q.rows({ name: 'cad_hall_of_datacenter', text: `SELECT ${HALL.select('t')} FROM hall t WHERE t.datacenter_id = $1 ORDER BY t.name`, values: [id] })).map(HALL.read);

export const insert = (hall: Hall) => insertRows(HALL, [hall]);
export const update = (id: HallId, changes: Changes<Hall, 'coolingKinds' | 'coolingCapacityW' | 'deratingPct' | 'assumed'>, fence: Fenced) => changeDesire(HALL, id, changes, fence);
