import type { PoolId } from '@cadastre/domain/core';
import type { PoolMachine, PoolSnapshot, PoolStatus } from '@cadastre/domain/pool';

export type MachineRecord = Omit<PoolMachine, 'node'>;
export interface PoolRecord extends Omit<PoolSnapshot, 'view' | 'machines'> {
  readonly machines: readonly MachineRecord[];
}

/** What the reconciler needs of the database. */
export interface PoolRows {
  load(id: PoolId): Promise<PoolRecord | null>;
  ids(): Promise<readonly PoolId[]>;
  save(before: PoolRecord, status: PoolStatus): Promise<'saved' | 'stale'>;
}
