import type { DatacenterId, Instant, RegionId } from '@cadastre/domain/core';
import type { Tenancy } from '@cadastre/domain/law';
import type { Reader } from '../pool/index.ts';
import { withoutNulls } from '../sql/table.ts';

/** Which part of the ledger an answer rests on: every row of the region up to the end of the period. */
export interface LedgerRange {
  readonly firstIndex: number;
  readonly lastIndex: number;
}

/**
 * What each organisation held at the datacenter in `[from, to)`, from the ledger alone: a claim is where its machine stood when it was made. A machine's
 * rack is the one of its latest fact before the claim; a rack never changes its datacenter.
 */
export const ofDatacenter = async (q: Reader, at: { readonly regionId: RegionId; readonly datacenterId: DatacenterId; readonly from: Instant; readonly to: Instant }): Promise<readonly Tenancy[]> =>
  (await q.rows<Tenancy>({
    text: `WITH stood AS (
        SELECT machine_id, rack_id, index AS since, lead(index) OVER (PARTITION BY machine_id ORDER BY index) AS until FROM capacity_ledger WHERE region_id = $1 AND kind = 'MACHINE'),
      here AS (SELECT DISTINCT rack_id FROM capacity_ledger WHERE region_id = $1 AND kind = 'RACK' AND fact->>'datacenterId' = $2)
      SELECT o.id AS "organisationId", o.code, o.class, count(*)::int AS instances, min(c.at) AS first, CASE WHEN count(*) = count(r.at) THEN max(r.at) END AS last
      FROM capacity_ledger c
        JOIN stood s ON s.machine_id = c.machine_id AND c.index > s.since AND (s.until IS NULL OR c.index < s.until)
        JOIN here h ON h.rack_id = s.rack_id
        JOIN organisation o ON o.id = c.tenant_id
        LEFT JOIN capacity_ledger r ON r.instance_id = c.instance_id AND r.kind = 'RELEASE'
      WHERE c.region_id = $1 AND c.kind = 'CLAIM' AND c.at < $4 AND (r.at IS NULL OR r.at > $3)
      GROUP BY o.id ORDER BY o.code`,
    values: [at.regionId, at.datacenterId, at.from, at.to],
  })).map(row => withoutNulls(row) as Tenancy);

/** Undefined while the region's ledger has no row before `to`. */
export const ledgerRange = async (q: Reader, regionId: RegionId, to: Instant): Promise<LedgerRange | undefined> => {
  const [row] = await q.rows<{ firstIndex: number | null; lastIndex: number | null }>({
    text: 'SELECT min(index) AS "firstIndex", max(index) AS "lastIndex" FROM capacity_ledger WHERE region_id = $1 AND at < $2', values: [regionId, to],
  });
  return row?.firstIndex == null || row.lastIndex === null ? undefined : { firstIndex: row.firstIndex, lastIndex: row.lastIndex };
};
