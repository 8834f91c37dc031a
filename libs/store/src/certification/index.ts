import type { Certification } from '@cadastre/domain/certification';
import type { CertificationId, DatacenterId, Instant, RegionId } from '@cadastre/domain/core';
import type { Certification as Row } from '../generated/client.ts';
import type { Reader } from '../pool/index.ts';
import { changeDesire, insertRows, readsOf, table } from '../sql/table.ts';
import type { Changes, Fenced, Stored } from '../sql/table.ts';

export const CERTIFICATION = table<Row, Certification>('certification', 'certification', {
  id: 'plain', kind: 'plain', regionId: 'plain', datacenterId: 'plain', holder: 'plain', from: 'instant', to: 'instant', evidence: 'plain', assumed: 'plain', generation: 'plain',
  createdAt: 'instant',
});

export const { get, byIds, page } = readsOf<
  Certification, CertificationId, { readonly datacenterId?: DatacenterId; readonly regionId?: RegionId; readonly kind?: string; readonly from?: Instant }
>(CERTIFICATION);

/** All of a region and of its datacenters, in id order. */
export const ofRegion = async (q: Reader, id: RegionId): Promise<readonly Stored<Certification>[]> =>
  (await q.rows({
    name: 'cad_certification_of_region',
    text: `SELECT ${CERTIFICATION.select('t')} FROM certification t LEFT JOIN datacenter d ON d.id = t.datacenter_id WHERE coalesce(t.region_id, d.region_id) = $1 ORDER BY t.id`,
    values: [id],
  })).map(CERTIFICATION.read);

/** What covers a datacenter: its own and those of its region, in id order. */
export const covering = async (q: Reader, id: DatacenterId): Promise<readonly Stored<Certification>[]> =>
  (await q.rows({
    name: 'cad_certification_covering',
    text: `SELECT ${CERTIFICATION.select('t')} FROM certification t WHERE t.datacenter_id = $1 OR t.region_id = (SELECT region_id FROM datacenter WHERE id = $1) ORDER BY t.id`,
    values: [id],
  })).map(CERTIFICATION.read);

export const insert = (certification: Certification) => insertRows(CERTIFICATION, [certification]);
export const update = (id: CertificationId, changes: Changes<Certification, 'holder' | 'to' | 'evidence' | 'assumed'>, fence: Fenced) => changeDesire(CERTIFICATION, id, changes, fence);
