import type { Logger } from 'pino';
import type { Timers } from '../clock/index.ts';
import type { Backoff } from './backoff.ts';

/** What a run says about its key. An exception is a third answer: unexpected, logged, retried with backoff. */
export type Outcome = { readonly kind: 'done' } | { readonly kind: 'again'; readonly afterMs: number; readonly because: string };

export const done: Outcome = { kind: 'done' };
export const again = (afterMs: number, because: string): Outcome => ({ kind: 'again', afterMs, because });

export interface Wake {
  /** W3C `traceparent`s of the wake-ups that this run answers, oldest first; the first is the run's parent span, the others its links. */
  readonly traceparents: readonly string[];
  /** Failures in a row before this run. */
  readonly attempt: number;
  /** Aborted when the queue was told to close and the grace has run out. */
  readonly signal: AbortSignal;
}

export interface KeyedQueueOptions<K extends string> {
  /** Names the queue in logs, spans and metrics, for example `instance`. */
  readonly name: string;
  /** Runs at one time, over all keys. */
  readonly concurrency: number;
  readonly run: (key: K, wake: Wake) => Promise<Outcome>;
  /** Every key there is, for the periodic resync: it makes a lost wake-up harmless. */
  readonly listKeys?: () => Promise<readonly K[]>;
  /** Milliseconds between two resyncs, jittered by a tenth. Needs `listKeys`. */
  readonly resyncMs?: number;
  readonly backoff?: Partial<Backoff>;
  readonly log: Logger;
  readonly timers?: Timers;
  /** Uniform in [0, 1). */
  readonly random?: () => number;
}

export interface QueueDepth {
  readonly ready: number;
  readonly running: number;
  /** Waiting for a time: asked to be run again, or backing off. */
  readonly delayed: number;
}

export interface KeyedQueue<K extends string> {
  /** Asks for a run of the key that begins after this call. Cheap, never throws, coalesces. Ignored once closed. `traceparent` is the cause; left out, the active span. */
  wake(key: K, traceparent?: string): void;
  /** Wakes every key of `listKeys`, behind those that were woken by name. Answers how many; rejects when they cannot be listed. */
  resync(): Promise<number>;
  /** Ends every backoff: for a caller who learns that an outage is over. */
  retryNow(): void;
  depth(): QueueDepth;
  /** Resolves when nothing is ready and nothing runs. Delayed keys do not count. */
  idle(): Promise<void>;
  /** Takes no more wake-ups, lets runs finish for `graceMs` (default 10,000), then aborts their signal. Keys not begun are left to the next start's resync. */
  close(options?: { readonly graceMs?: number }): Promise<void>;
}
