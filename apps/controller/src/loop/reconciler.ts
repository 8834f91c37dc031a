import type { Clock, ClusterId, OrganisationId, Plan } from '@cadastre/domain/core';
import type { Did } from './did.ts';
import type { Effects, Underway } from './effects.ts';

export { DONE, type Did } from './did.ts';

export interface Act<Step> {
  readonly step: Step;
  readonly did: Did;
}

/** A key of another noun that this look gives a reason to look at. */
export interface Wake {
  readonly noun: Noun;
  readonly key: string;
}
export const NOUNS = ['cluster', 'pool', 'project', 'instance', 'violation', 'loadtarget', 'lease', 'mandate'] as const;
export type Noun = (typeof NOUNS)[number];

/** Makes lost wake-ups harmless: every key is looked at again within this time, whatever was or was not delivered. */
export interface Timer<K extends string> {
  readonly everySeconds: number;
  readonly keys: () => Promise<readonly K[]>;
}

/** Who may act. Asked before every step: a replica that lost its lead stops between two steps, not after the plan. */
export interface Lease {
  readonly held: () => boolean;
}

/**
 * One noun's way from what is wanted to what is. The three that people forget are fields without a default: a reconciler
 * without a timer, a status or a lease does not compile.
 */
export interface Reconciler<K extends string, Snapshot, Step, Status> {
  readonly noun: Noun;
  readonly timer: Timer<K>;
  readonly lease: Lease;
  /** null: nothing of that key exists any more. */
  readonly observe: (key: K) => Promise<Snapshot | null>;
  readonly plan: (seen: Snapshot) => Plan<Step>;
  readonly execute: (seen: Snapshot, step: Step, assumes: Plan<Step>['assumes']) => Promise<Did>;
  /** The cluster in which a step changes something; null: in none. What reaches a cluster is written down before it is done. */
  readonly reaches: (seen: Snapshot, step: Step) => ClusterId | null;
  /** Whose objects those are; undefined: the provider's. */
  readonly tenant: (seen: Snapshot) => OrganisationId | undefined;
  /** null: the look says nothing new. */
  readonly statusOf: (seen: Snapshot, acts: readonly Act<Step>[], now: string) => Status | null;
  /** `stale`: someone changed the rows since the look; nothing was written. */
  readonly commit: (seen: Snapshot, status: Status) => Promise<'saved' | 'stale'>;
  /** How long until the next look is worth it although nothing wakes it: a namespace that is being filled, a node that joins. Null: wait for a wake-up. */
  readonly restless: (seen: Snapshot, acts: readonly Act<Step>[]) => { readonly afterMs: number; readonly because: string } | null;
  readonly wakes: (seen: Snapshot) => readonly Wake[];
  /** W3C traceparent that the look continues; undefined when there is none. */
  readonly traceparent: (seen: Snapshot) => string | undefined;
}

export type Outcome = { readonly kind: 'done' } | { readonly kind: 'again'; readonly afterMs: number; readonly because: string };
export interface Look {
  readonly outcome: Outcome;
  readonly wakes: readonly Wake[];
  readonly because: string;
  readonly steps: number;
}

// A stale look is repeated at once, a refusing world not: the queue's own backoff takes over when an exception is thrown.
const AT_ONCE_MS = 20;
const SOON_MS = 500;

/** The spans around a look and around each of its steps; the identity when nothing traces. */
export interface Tracing {
  readonly look: <T>(noun: Noun, key: string, parent: string | undefined, run: () => Promise<T>) => Promise<T>;
  readonly step: <T>(noun: Noun, what: string, run: () => Promise<T>) => Promise<T>;
}

/** The same for every noun: observe, plan, execute each, statusOf, commit. */
export const reconcile = async <K extends string, S, Step extends { readonly do: string }, St>(
  r: Reconciler<K, S, Step, St>, key: K, clock: Clock, tracing: Tracing, effects: Effects,
): Promise<Look> => {
  const seen = await r.observe(key);
  if (seen === null) return { outcome: { kind: 'done' }, wakes: [], because: 'gone', steps: 0 };
  return tracing.look(r.noun, key, r.traceparent(seen), async () => {
    const plan = r.plan(seen);
    const acts = await executePlan(r, key, seen, plan, tracing, effects);
    const status = r.statusOf(seen, acts, clock.now());
    const saved = status === null ? 'unchanged' : await tracing.step(r.noun, 'commit', () => guarded(r, () => r.commit(seen, status)));
    return { outcome: outcomeOf(r, seen, acts, saved), wakes: r.wakes(seen), because: plan.because, steps: acts.length };
  });
};

/** The steps of a plan that reach a cluster are announced together, before the first of them, and their end is told whatever came. */
const executePlan = async <K extends string, S, Step extends { readonly do: string }, St>(
  r: Reconciler<K, S, Step, St>, key: K, seen: S, plan: Plan<Step>, tracing: Tracing, effects: Effects,
): Promise<readonly Act<Step>[]> => {
  const clusters = new Map<ClusterId, number>();
  for (const step of plan.steps) {
    const cluster = r.reaches(seen, step);
    if (cluster !== null) clusters.set(cluster, (clusters.get(cluster) ?? 0) + 1);
  }
  const acts: Act<Step>[] = [];
  // A replica that lost its lead does nothing, so it has nothing to announce.
  if (clusters.size === 0 || !r.lease.held()) return await executeEach(r, seen, plan, tracing, acts, undefined);
  const underway = await tracing.step(r.noun, 'announce', () => effects.announce({ noun: r.noun, key, tenant: r.tenant(seen), because: plan.because, clusters }));
  try {
    return await executeEach(r, seen, plan, tracing, acts, underway);
  } finally {
    await underway.conclude(acts.flatMap(({ step, did }) => {
      const cluster = r.reaches(seen, step);
      return cluster === null ? [] : [{ cluster, did }];
    }));
  }
};

/** A refused step stops nothing: each stands alone, and one bad node must not hold up a pool. A world that moved or fell silent stops them all. */
const executeEach = async <K extends string, S, Step extends { readonly do: string }, St>(
  r: Reconciler<K, S, Step, St>, seen: S, plan: Plan<Step>, tracing: Tracing, acts: Act<Step>[], underway: Underway | undefined,
): Promise<readonly Act<Step>[]> => {
  for (const step of plan.steps) {
    const cluster = r.reaches(seen, step);
    const execute = (): Promise<Did> => r.execute(seen, step, plan.assumes);
    const run = (): Promise<Did> => (cluster === null || underway === undefined ? execute() : underway.within(cluster, execute));
    const did: Did = r.lease.held() ? await tracing.step(r.noun, step.do, run) : { as: 'again', because: 'the lead was lost' };
    acts.push({ step, did });
    if (did.as === 'again') break;
  }
  return acts;
};

const guarded = (r: { readonly lease: Lease }, write: () => Promise<'saved' | 'stale'>): Promise<'saved' | 'stale'> =>
  r.lease.held() ? write() : Promise.resolve('stale');

const outcomeOf = <K extends string, S, Step, St>(
  r: Reconciler<K, S, Step, St>, seen: S, acts: readonly Act<Step>[], saved: 'unchanged' | 'saved' | 'stale',
): Outcome => {
  if (saved === 'stale') return { kind: 'again', afterMs: AT_ONCE_MS, because: 'the rows changed since the look' };
  const missed = acts.find(a => a.did.as === 'again')?.did;
  if (missed?.as === 'again') return { kind: 'again', afterMs: SOON_MS, because: missed.because };
  const restless = r.restless(seen, acts);
  return restless === null ? { kind: 'done' } : { kind: 'again', ...restless };
};
