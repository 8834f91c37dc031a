import type { RegionId } from '@cadastre/domain/core';
import type { Leased, LeasesSeen } from '@cadastre/domain/instance';

/** What the reconciler needs of the database. */
export interface LeaseRows {
  /** null: there is no such region. */
  load(id: RegionId): Promise<LeasesSeen | null>;
  ids(): Promise<readonly RegionId[]>;
  /** `stale`: one of them was warned, or given back, since the look. */
  warn(seen: LeasesSeen, leases: readonly Leased[]): Promise<'saved' | 'stale'>;
}
