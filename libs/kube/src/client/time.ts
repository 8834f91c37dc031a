/** Time and chance come in through the door, so that backoff, watchdogs and delays are tested without waiting. */
export interface Time {
  /** Milliseconds on a clock that never goes back; only differences mean something. */
  now(): number;
  /** Calls `run` once after `ms`; the returned function cancels. */
  after(ms: number, run: () => void): () => void;
  /** In [0, 1). */
  random(): number;
}

/** The machine's own. Timers are not unref'd: a command that waits out a Retry-After must not end half-way; close() cancels them all. */
export const realTime: Time = {
  now: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => { clearTimeout(timer); };
  },
  random: () => Math.random(),
};

/** Resolves after `ms` or as soon as the signal aborts; never rejects, callers look at the signal. */
export const pause = (time: Time, ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    if (signal?.aborted === true) { resolve(); return; }
    const done = (): void => { cancel(); signal?.removeEventListener('abort', done); resolve(); };
    const cancel = time.after(ms, done);
    signal?.addEventListener('abort', done, { once: true });
  });

/** Full jitter over an exponential, in ms: a fleet of controllers that lost one server must not come back in step. */
export const backoffMs = (time: Time, attempt: number, baseMs: number, capMs: number): number =>
  Math.max(1, Math.round(time.random() * Math.min(capMs, baseMs * 2 ** Math.min(attempt, 20))));
