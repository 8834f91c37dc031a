import type { Instant, RegionId } from '@cadastre/domain/core';
import type { Leased } from '@cadastre/domain/instance';
import { WARNED_FRACTION } from '@cadastre/domain/instance';
import type { Write } from '../commit/commit.ts';
import type { Reader } from '../pool/index.ts';

export interface LeasesAsked {
  readonly now: Instant;
  /** Also what becomes due until then. */
  readonly until: Instant;
  readonly warningSeconds: number;
  /** Of those that end, and again of those that are to be warned: at most so many. */
  readonly atMost: number;
}

const LEASED = 'i.id, i.tenant_id AS "tenantId", i.datacenter_id AS "datacenterId", i.gpus, i.reserved_w AS "reservedW", i.lease_end AS "leaseEnd", i.lease_warned_at AS "leaseWarnedAt", i.created_at AS "createdAt"';

/**
 * Leases of a region that end by `until`, and those whose warning is due by then, each the longest due first. Two lists, each with its own limit: ends that pile up
 * while an allocator is silent hold up no warning.
 */
export const leasesDue = async (q: Reader, regionId: RegionId, { now, until, warningSeconds, atMost }: LeasesAsked): Promise<readonly Leased[]> => {
  const [ends, warnings] = await Promise.all([
    q.rows<Row>({
      name: 'cad_instance_leases_ending',
      text: `SELECT ${LEASED} FROM gpu_instance i WHERE i.region_id = $1 AND i.desired <> 'RELEASED' AND i.lease_end <= $2 ORDER BY i.lease_end, i.id LIMIT $3`,
      values: [regionId, until, atMost],
    }),
    q.rows<Row>({
      name: 'cad_instance_leases_to_warn',
      // The interval is the index's; the tenth of a short lease only takes away from it.
      text: `SELECT ${LEASED} FROM gpu_instance i CROSS JOIN LATERAL (SELECT i.lease_end - least($4 * interval '1 second', (i.lease_end - i.created_at) / ${String(WARNED_FRACTION)}) AS at) warning
        WHERE i.region_id = $1 AND i.desired <> 'RELEASED' AND i.lease_warned_at IS NULL AND i.lease_end > $5 AND i.lease_end <= $2::timestamptz + $4 * interval '1 second' AND warning.at <= $2::timestamptz
        ORDER BY warning.at, i.id LIMIT $3`,
      values: [regionId, until, atMost, warningSeconds, now],
    }),
  ]);
  return [...new Map([...warnings, ...ends].map(row => [row.id, leasedOf(row)])).values()];
};

type Row = Omit<Leased, 'leaseWarnedAt'> & { readonly leaseWarnedAt: Instant | null };
const leasedOf = ({ leaseWarnedAt, ...lease }: Row): Leased => ({ ...lease, ...(leaseWarnedAt === null ? {} : { leaseWarnedAt }) });

/** Their tenants are told now. All of them or none: who was told before, or gave the instance back since, makes it STALE_GENERATION. */
export const leaseWarned = (leases: readonly Leased[], at: Instant): Write => ({
  noun: 'instance', id: leases[0]?.id ?? '', rows: leases.length,
  sql: {
    text: "UPDATE gpu_instance SET lease_warned_at = $2, updated_at = now() WHERE id = ANY($1) AND lease_warned_at IS NULL AND desired <> 'RELEASED'",
    values: [leases.map(l => l.id), at],
  },
});
