import type { LoadTargetId } from '@cadastre/domain/core';
import type { ExecutionSeen, ExecutionStatus, ExecutionStep } from '@cadastre/domain/loadtarget';
import { nextLook, planExecution, statusOfExecution } from '@cadastre/domain/loadtarget';
import type { Did, Lease, Reconciler } from '../loop/reconciler.ts';
import { DONE } from '../loop/reconciler.ts';
import type { Release } from '../release.ts';
import { releaseOf } from './release.ts';
import type { LoadTargetRows } from './rows.ts';

export interface LoadTargetHands {
  readonly rows: LoadTargetRows;
  readonly release: Release;
}

const STALE: Did = { as: 'again', because: 'the rows changed since the look' };
const didOf = (saved: 'saved' | 'stale'): Did => (saved === 'saved' ? DONE : STALE);

// Of what others change in between (pods that end, orders that come) nobody tells this noun: while watts are to go, it looks.
const WATCH_MS = 1_000;

/** Carries out approved load targets. A release is asked, then written down; whoever stops in between asks again with the same key. */
export const loadTargetReconciler = ({ rows, release }: LoadTargetHands, lease: Lease, everySeconds: number): Reconciler<LoadTargetId, ExecutionSeen, ExecutionStep, ExecutionStatus> => ({
  noun: 'loadtarget',
  timer: { everySeconds, keys: () => rows.ids() },
  lease,
  observe: id => rows.load(id),
  plan: planExecution,
  execute: async (seen, step) => {
    if (step.do !== 'release') return didOf(await rows.write(seen, step));
    const came = await release(releaseOf(seen, step.step));
    return typeof came === 'object' ? { as: 'again', because: came.again } : didOf(await rows.settle(seen, step.step, came));
  },
  // Its steps change rows of ours, or ask the allocator.
  reaches: () => null,
  tenant: () => undefined,
  statusOf: seen => statusOfExecution(seen),
  commit: (seen, status) => rows.save(seen, status),
  restless: seen => {
    if (statusOfExecution(seen) !== null || seen.target.state === 'RUNNING') return { afterMs: WATCH_MS, because: 'the target is in force' };
    const next = nextLook(seen);
    const afterMs = next === undefined ? Infinity : Date.parse(next) - Date.parse(seen.now);
    return afterMs <= everySeconds * 1_000 ? { afterMs, because: 'a notice, the beginning or the end' } : null;
  },
  wakes: () => [],
  traceparent: () => undefined,
});
