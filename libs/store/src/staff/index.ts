import type { DatacenterId, RegionId, StaffId } from '@cadastre/domain/core';
import type { StaffCoverage } from '@cadastre/domain/staff';
import type { StaffCoverage as Row } from '../generated/client.ts';
import type { Reader } from '../pool/index.ts';
import { changeDesire, insertRows, readsOf, table } from '../sql/table.ts';
import type { Changes, Fenced, Stored } from '../sql/table.ts';

export const STAFF_COVERAGE = table<Row, StaffCoverage>('staff_coverage', 'staff', {
  id: 'plain', datacenterId: 'plain', name: 'plain', skill: 'plain', days: 'enums', fromMinute: 'plain', toMinute: 'plain', responseMinutes: 'plain', assumed: 'plain', generation: 'plain',
  createdAt: 'instant',
});

export const { get, byIds, page } = readsOf<StaffCoverage, StaffId, { readonly datacenterId?: DatacenterId; readonly name?: string }>(STAFF_COVERAGE);

/** The whole rota of each of the datacenters, in order of id. */
export const ofDatacenters = async (q: Reader, ids: readonly DatacenterId[]): Promise<readonly Stored<StaffCoverage>[]> =>
  (await q.rows({ name: 'cad_staff_of_datacenters', text: `SELECT ${STAFF_COVERAGE.select('t')} FROM staff_coverage t WHERE t.datacenter_id = ANY($1) ORDER BY t.id`, values: [ids] })).map(STAFF_COVERAGE.read);

/** Every rota of a region, in order of id. */
export const ofRegion = async (q: Reader, id: RegionId): Promise<readonly Stored<StaffCoverage>[]> =>
  (await q.rows({
    name: 'cad_staff_of_region', text: `SELECT ${STAFF_COVERAGE.select('t')} FROM staff_coverage t JOIN datacenter d ON d.id = t.datacenter_id WHERE d.region_id = $1 ORDER BY t.id`, values: [id],
  })).map(STAFF_COVERAGE.read);

export const insert = (coverage: StaffCoverage) => insertRows(STAFF_COVERAGE, [coverage]);
export const update = (id: StaffId, changes: Changes<StaffCoverage, 'skill' | 'days' | 'fromMinute' | 'toMinute' | 'responseMinutes' | 'assumed'>, fence: Fenced) =>
  changeDesire(STAFF_COVERAGE, id, changes, fence);
