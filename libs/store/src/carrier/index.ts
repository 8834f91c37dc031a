import type { Carrier } from '@cadastre/domain/carrier';
import type { CarrierId } from '@cadastre/domain/core';
import type { Carrier as Row } from '../generated/client.ts';
import { changeDesire, insertRows, readsOf, table } from '../sql/table.ts';
import type { Changes, Fenced } from '../sql/table.ts';

export const CARRIER = table<Row, Carrier>('carrier', 'carrier', { id: 'plain', code: 'plain', name: 'plain', assumed: 'plain', generation: 'plain', createdAt: 'instant' });

export const { get, byIds, page } = readsOf<Carrier, CarrierId, { readonly code?: string }>(CARRIER);

export const insert = (carrier: Carrier) => insertRows(CARRIER, [carrier]);
export const update = (id: CarrierId, changes: Changes<Carrier, 'name' | 'assumed'>, fence: Fenced) => changeDesire(CARRIER, id, changes, fence);
