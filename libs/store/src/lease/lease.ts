import type { Instant, RegionId, Result } from '@cadastre/domain/core';
import { no, ok } from '@cadastre/domain/core';
import { INTERNAL } from '../pool/store.ts';
import type { Store } from '../pool/store.ts';

/** The right to write one region's ledger. `epoch` is what fences; `expiresAt` only says when somebody else may try. */
export interface Lease {
  readonly regionId: RegionId;
  readonly epoch: number;
  /** Unique per process life: a process that died and came back must not take its dead self's epoch for its own. */
  readonly holder: string;
  /** By the database's clock, as every time here: two hosts' clocks never meet. */
  readonly expiresAt: Instant;
}

const COLUMNS = 'region_id AS "regionId", epoch, holder, expires_at AS "expiresAt"';
const UNTIL = "clock_timestamp() + $3 * interval '1 millisecond'";

/**
 * Takes the region when nobody holds it, or its lease has expired, or it is ours already. The epoch rises by one whenever the holder changes,
 * and waits for the writes of the old epoch that are in flight (they hold the row in share mode).
 *
 * These leases are written outside commit() on purpose: they are the ground that the commits of the allocator stand on, no act of anybody.
 */
export const acquireLease = async (
  store: Store,
  { regionId, holder, ttlMs }: { readonly regionId: RegionId; readonly holder: string; readonly ttlMs: number },
): Promise<Result<Lease, { readonly code: 'HELD'; readonly holder: string; readonly expiresAt: Instant }>> => {
  const { statement } = store[INTERNAL];
  for (;;) {
    const [mine] = await statement<Lease>({
      text: `INSERT INTO region_lease AS l (region_id, epoch, holder, expires_at) VALUES ($1, 1, $2, ${UNTIL})
        ON CONFLICT (region_id) DO UPDATE SET epoch = l.epoch + (l.holder <> excluded.holder)::int, holder = excluded.holder, expires_at = excluded.expires_at
        WHERE l.holder = excluded.holder OR l.expires_at <= clock_timestamp()
        RETURNING ${COLUMNS}`,
      values: [regionId, holder, ttlMs],
    });
    if (mine !== undefined) return ok(mine);
    const [other] = await statement<Lease>({ text: `SELECT ${COLUMNS} FROM region_lease WHERE region_id = $1 AND expires_at > clock_timestamp()`, values: [regionId] });
    // Expired between the two statements: try again, it is free now.
    if (other !== undefined) return no({ code: 'HELD', holder: other.holder, expiresAt: other.expiresAt });
  }
};

/** Longer, as long as nobody took it over; an expired lease that nobody wanted is still ours. */
export const renewLease = async (store: Store, lease: Lease, ttlMs: number): Promise<Result<Lease, { readonly code: 'LOST' }>> => {
  const [mine] = await store[INTERNAL].statement<Lease>({
    text: `UPDATE region_lease SET expires_at = ${UNTIL} WHERE region_id = $1 AND epoch = $2 AND holder = $4 RETURNING ${COLUMNS}`,
    values: [lease.regionId, lease.epoch, ttlMs, lease.holder],
  });
  return mine === undefined ? no({ code: 'LOST' }) : ok(mine);
};

/** Lets the next one in at once. The row stays, because the epoch must never go back. */
export const releaseLease = async (store: Store, lease: Lease): Promise<void> => {
  await store[INTERNAL].statement({
    text: 'UPDATE region_lease SET expires_at = clock_timestamp() WHERE region_id = $1 AND epoch = $2 AND holder = $3',
    values: [lease.regionId, lease.epoch, lease.holder],
  });
};
