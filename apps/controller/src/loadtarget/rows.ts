import type { LoadTargetId } from '@cadastre/domain/core';
import type { ExecutionSeen, ExecutionStatus, ExecutionStep, OpenStep } from '@cadastre/domain/loadtarget';

/** What the reconciler needs of the database. */
export interface LoadTargetRows {
  /** null: there is no such target. */
  load(id: LoadTargetId): Promise<ExecutionSeen | null>;
  /** Approved and not over, or with a notice that nothing has come of. */
  ids(): Promise<readonly LoadTargetId[]>;
  /** Steps that no allocator is asked about. `stale`: they were written meanwhile. */
  write(seen: ExecutionSeen, step: Exclude<ExecutionStep, { do: 'release' }>): Promise<'saved' | 'stale'>;
  /** What the allocator's answer was. `stale`: it was written before. */
  settle(seen: ExecutionSeen, step: OpenStep, state: 'RELEASED' | 'SKIPPED'): Promise<'saved' | 'stale'>;
  save(seen: ExecutionSeen, status: ExecutionStatus): Promise<'saved' | 'stale'>;
}
