import type { DatacenterId, RegionId } from '@cadastre/domain/core';
import type { Datacenter } from '@cadastre/domain/datacenter';
import type { Datacenter as Row } from '../generated/client.ts';
import { changeDesire, insertRows, readsOf, table } from '../sql/table.ts';
import type { Changes, Fenced } from '../sql/table.ts';

export { tenantsInside } from './inside.ts';

export const DATACENTER = table<Row, Datacenter>('datacenter', 'datacenter', {
  id: 'plain', regionId: 'plain', code: 'plain', name: 'plain', commune: 'plain', latitudeE6: 'plain', longitudeE6: 'plain', buildingOwner: 'plain', leaseFrom: 'instant',
  leaseTo: 'instant', admittedTenantClasses: 'enums', pueMilli: 'plain', feedLossTolerated: 'plain', gridGramsPerKwh: 'plain', logLocation: 'plain', adminLocation: 'plain', status: 'plain', assumed: 'plain', generation: 'plain',
  createdAt: 'instant',
});

export const { get, byIds, page } = readsOf<Datacenter, DatacenterId, { readonly regionId?: RegionId; readonly code?: string }>(DATACENTER);

export const insert = (datacenter: Datacenter) => insertRows(DATACENTER, [datacenter]);
export const update = (
  id: DatacenterId,
  changes: Changes<Datacenter, 'name' | 'buildingOwner' | 'leaseFrom' | 'leaseTo' | 'admittedTenantClasses' | 'pueMilli' | 'feedLossTolerated' | 'gridGramsPerKwh' | 'logLocation' | 'adminLocation' | 'status' | 'assumed'>,
  fence: Fenced,
) => changeDesire(DATACENTER, id, changes, fence);
