import type { Instant } from './units.ts';
import type { Params } from './problem.ts';

/**
 * Kubernetes' and Cluster API's condition shape. `reason` comes from the closed list of the noun; the door renders
 * `message` (operator) and `tenantMessage` (tenant) from reason and params, so that the two audiences read their own words.
 */
export interface Condition<Type extends string = string, Reason extends string = string> {
  readonly type: Type;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: Reason;
  readonly params: Params;
  readonly observedGeneration: number;
  readonly lastTransitionTime: Instant;
}

/** One line of an object's history: who or what moved it, and why. */
export interface StatusChange<S extends string = string> {
  readonly state: S;
  readonly cause: string;
  readonly actor: string;
  readonly at: Instant;
}

/** The new list with `next` merged by type; `lastTransitionTime` moves only when the status does (Kubernetes' rule). */
export const mergeConditions = <T extends string, R extends string>(
  before: readonly Condition<T, R>[],
  next: readonly Condition<T, R>[],
): readonly Condition<T, R>[] =>
  next.map(n => {
    const b = before.find(c => c.type === n.type);
    return b !== undefined && b.status === n.status ? { ...n, lastTransitionTime: b.lastTransitionTime } : n;
  });
