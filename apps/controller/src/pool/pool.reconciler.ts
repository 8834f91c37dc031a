import type { PoolId } from '@cadastre/domain/core';
import type { PoolStatus, PoolStep } from '@cadastre/domain/pool';
import { isLeaving, planPool, statusOfPool } from '@cadastre/domain/pool';
import type { Connections } from '../connection/connections.ts';
import type { Lease, Reconciler } from '../loop/reconciler.ts';
import { executePool, movesARow } from './execute.ts';
import type { PoolSeen } from './observe.ts';
import { observePool } from './observe.ts';
import type { PoolRows } from './rows.ts';

// Every machine makes one move a look: after a look that moved something the next is due at once.
const NEXT_MOVE_MS = 20;
// The ledger follows the row within a moment, and tells nobody.
const LEDGER_MS = 500;

// Pools are few: after a short outage they need not wait for the timer.
const SILENT_MS = 2_000;

export const poolReconciler = (rows: PoolRows, connections: Connections, lease: Lease, everySeconds: number): Reconciler<PoolId, PoolSeen, PoolStep, PoolStatus> => ({
  noun: 'pool',
  timer: { everySeconds, keys: () => rows.ids() },
  lease,
  observe: id => observePool(rows, connections, id),
  plan: seen => planPool(seen.snapshot),
  execute: (seen, step) => executePool(connections, seen.snapshot, step),
  reaches: ({ snapshot }, step) => (movesARow(step) ? null : snapshot.pool.clusterId),
  tenant: () => undefined,
  statusOf: (seen, acts, now) => {
    const status = statusOfPool(
      seen.snapshot, acts.filter(a => a.did.as === 'done').map(a => a.step), acts.flatMap(a => (a.did.as === 'refused' ? [a.did.refused] : [])), now,
    );
    return status.pool === null && status.machines.length === 0 ? null : status;
  },
  commit: (seen, status) => rows.save(seen.record, status),
  restless: (seen, acts) => {
    if (acts.some(a => a.did.as === 'done')) return { afterMs: NEXT_MOVE_MS, because: 'more moves may follow' };
    const { machines, pool, view } = seen.snapshot;
    if (view === 'UNREACHABLE') return { afterMs: SILENT_MS, because: 'the cluster does not answer' };
    return machines.some(m => isLeaving(m, pool) && m.claims === 0) ? { afterMs: LEDGER_MS, because: 'machines are on their way out' } : null;
  },
  wakes: () => [],
  traceparent: () => undefined,
});
