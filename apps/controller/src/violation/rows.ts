import type { DatacenterId } from '@cadastre/domain/core';
import type { LawSnapshot, ViolationStep } from '@cadastre/domain/violation';

/** A datacenter's instances beside the law that holds there. */
export interface LawSeen extends LawSnapshot {
  readonly regionCode: string;
}

/** What the reconciler needs of the database. */
export interface ViolationRows {
  /** null: there is no such datacenter. */
  load(id: DatacenterId): Promise<LawSeen | null>;
  ids(): Promise<readonly DatacenterId[]>;
  /** `stale`: another one wrote the same first, or an instance is gone since the look. */
  write(seen: LawSeen, step: ViolationStep): Promise<'saved' | 'stale'>;
}
