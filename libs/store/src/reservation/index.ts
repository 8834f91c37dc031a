import type { OrganisationId, ProjectId, RegionId, ReservationId } from '@cadastre/domain/core';
import type { Reservation } from '@cadastre/domain/reservation';
import type { Reservation as Row } from '../generated/client.ts';
import type { Reader } from '../pool/index.ts';
import { changeDesire, insertRows, readsOf, table } from '../sql/table.ts';
import type { Changes, Fenced, Stored } from '../sql/table.ts';

export const RESERVATION = table<Row, Reservation>('reservation', 'reservation', {
  id: 'plain', tenantId: 'plain', projectId: 'plain', regionId: 'plain', datacenterId: 'plain', shapeId: 'plain', machines: 'plain', watts: 'plain', from: 'instant', to: 'instant',
  state: 'plain', cancelledAt: 'instant', machineIds: 'plain', decisionId: 'plain', generation: 'plain', createdAt: 'instant',
});

export const { get, byIds, page } = readsOf<Reservation, ReservationId, { readonly projectId?: ProjectId; readonly tenantId?: OrganisationId; readonly regionId?: RegionId }>(RESERVATION);

/** Every reservation that a region ever had, in id order. What still counts at an instant is `holds()` and `stateAt()` of the domain. */
export const ofRegion = async (q: Reader, id: RegionId): Promise<readonly Stored<Reservation>[]> =>
  (await q.rows({ name: 'cad_reservation_of_region', text: `SELECT ${RESERVATION.select('t')} FROM reservation t WHERE t.region_id = $1 ORDER BY t.id`, values: [id] })).map(RESERVATION.read);

/** By the allocator's role alone, in the same commit as the ledger entries. */
export const insert = (reservation: Reservation) => insertRows(RESERVATION, [reservation]);
export const update = (id: ReservationId, changes: Changes<Reservation, 'state' | 'cancelledAt'>, fence: Fenced) => changeDesire(RESERVATION, id, changes, fence);
