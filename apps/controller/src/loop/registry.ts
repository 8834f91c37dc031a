import type { Clock } from '@cadastre/domain/core';
import { metrics } from '@cadastre/platform/otel';
import type { KeyedQueue } from '@cadastre/platform/queue';
import { createKeyedQueue } from '@cadastre/platform/queue';
import type { Logger } from '@cadastre/platform/log';
import type { Effects } from './effects.ts';
import type { Lease, Look, Noun, Reconciler, Timer, Tracing, Wake } from './reconciler.ts';
import { reconcile } from './reconciler.ts';

/** A reconciler with its own types put away: what a queue needs of it. */
export interface Registered {
  readonly noun: Noun;
  readonly timer: Timer<string>;
  readonly lease: Lease;
  readonly look: (key: string) => Promise<Look>;
}

export const register = <K extends string, S, Step extends { readonly do: string }, St>(r: Reconciler<K, S, Step, St>, clock: Clock, tracing: Tracing, effects: Effects): Registered => ({
  noun: r.noun,
  timer: r.timer,
  lease: r.lease,
  // Keys come from this reconciler's own timer, from labels checked by isId, and from events of this noun: the one place where text becomes a key.
  look: key => reconcile(r, key as K, clock, tracing, effects),
});

/** The queues of all registered nouns. */
export interface Queues {
  wake(wake: Wake, traceparent?: string): void;
  /** Looks at everything of the nouns again. */
  resync(nouns: readonly Noun[]): Promise<void>;
  close(): Promise<void>;
}

// A look is mostly waiting for Kubernetes and PostgreSQL; the client of a cluster has its own limit of requests at a time.
const CONCURRENCY: Readonly<Record<Noun, number>> = { cluster: 8, pool: 4, project: 8, instance: 32, violation: 2, loadtarget: 2, lease: 2, mandate: 2 };
const GRACE_MS = 5_000;

const steps = metrics.counter('cadastre.reconcile.steps', { description: 'Steps of plans carried out, by noun.', unit: '{step}' });

export const startQueues = (registered: readonly Registered[], log: Logger): Queues => {
  const queues = new Map<Noun, KeyedQueue<string>>();
  const wake: Queues['wake'] = ({ noun, key }, traceparent) => { queues.get(noun)?.wake(key, traceparent); };
  for (const r of registered) {
    queues.set(r.noun, createKeyedQueue<string>({
      name: r.noun,
      concurrency: CONCURRENCY[r.noun],
      listKeys: r.timer.keys,
      resyncMs: r.timer.everySeconds * 1_000,
      log,
      run: async key => {
        if (!r.lease.held()) return { kind: 'done' };
        const { outcome, wakes, because, steps: taken } = await r.look(key);
        if (taken > 0) steps.add(taken, { noun: r.noun });
        log.debug({ noun: r.noun, key, because, taken, outcome }, 'looked');
        for (const next of wakes) wake(next);
        return outcome;
      },
    }));
  }
  return {
    wake,
    resync: async nouns => { await Promise.all(nouns.flatMap(noun => queues.get(noun)?.resync() ?? [])); },
    close: async () => { await Promise.all([...queues.values()].map(q => q.close({ graceMs: GRACE_MS }))); },
  };
};
