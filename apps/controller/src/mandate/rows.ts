import type { MandateId } from '@cadastre/domain/core';
import type { MandateSeen } from '@cadastre/domain/mandate';

/** What the reconciler needs of the database. */
export interface MandateRows {
  /** null: there is no such mandate. */
  load(id: MandateId): Promise<MandateSeen | null>;
  /** Those that are over, or will be before the timer comes by again. */
  ids(): Promise<readonly MandateId[]>;
  /** `stale`: it was approved or revoked since the look. */
  expire(seen: MandateSeen): Promise<'saved' | 'stale'>;
}
