import type { Clock } from '@cadastre/domain/core';

/** The machine's wall clock. The only place of the product, with `ids`, that may ask for it. */
export const systemClock: Clock = { now: () => new Date().toISOString() };

/** Milliseconds on a clock that never goes back: for durations and deadlines, never for instants. */
export const monotonicMs = (): number => performance.now();

/** Milliseconds since a `monotonicMs()` reading. */
export const elapsedSince = (startMs: number): number => performance.now() - startMs;

/** Timers come in through the door so that queues and retries are tested without sleeping. */
export interface Timers {
  /** Milliseconds, monotonic. */
  now(): number;
  /** Runs `fn` once after `ms`; the answer cancels it. A pending timer never keeps the process alive. */
  after(ms: number, fn: () => void): () => void;
}

export const systemTimers: Timers = {
  now: monotonicMs,
  after: (ms, fn) => {
    const timer = setTimeout(fn, ms);
    timer.unref();
    return () => {
      clearTimeout(timer);
    };
  },
};

/** Resolves after `ms`, or as soon as the signal aborts. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    if (signal.aborted) { resolve(); return; }
    const wake = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    signal.addEventListener('abort', wake, { once: true });
  });
