import { systemTimers } from '../clock/index.ts';
import { currentTraceparent, inSpan } from '../otel/index.ts';
import { backoffMs, DEFAULT_BACKOFF } from './backoff.ts';
import { runDuration, runErrors, waitDuration, watchDepth } from './instruments.ts';
import { createLanes, type Lane } from './lanes.ts';
import type { KeyedQueue, KeyedQueueOptions, Outcome } from './model.ts';
import { startResync } from './resync.ts';

interface Entry {
  state: 'ready' | 'running' | 'delayed' | 'backing-off';
  /** Woken while it ran: the run may have looked before the change. */
  woken: boolean;
  attempt: number;
  since: number;
  traceparents: string[];
  cancel: (() => void) | undefined;
}

// A key that is woken a thousand times during one run keeps the first causes: the tail of a storm says nothing new.
const MAX_TRACEPARENTS = 16;

/**
 * Work by key, the shape of every reconciler's loop. A key is not a message: it says "look at this", so any number of wake-ups
 * become one run, and losing one is harmless. Per key there is never more than one run; a wake-up that arrives during a run leads to another run.
 * A wake-up ends a wait that was asked for (`again`), but not a backoff: it does not know whether the outage is over, and a storm of
 * wake-ups would otherwise undo it. `retryNow` is for those who know.
 */
export const createKeyedQueue = <K extends string>(options: KeyedQueueOptions<K>): KeyedQueue<K> => new Queue(options);

class Queue<K extends string> implements KeyedQueue<K> {
  readonly #options: KeyedQueueOptions<K>;
  readonly #timers;
  readonly #random;
  readonly #backoff;
  readonly #entries = new Map<K, Entry>();
  readonly #lanes = createLanes<K>();
  readonly #abort = new AbortController();
  readonly #unwatch: () => void;
  readonly #stopResync: () => void;
  #running = 0;
  #closed = false;
  #idlers: (() => void)[] = [];

  constructor(options: KeyedQueueOptions<K>) {
    this.#options = options;
    this.#timers = options.timers ?? systemTimers;
    this.#random = options.random ?? Math.random;
    this.#backoff = { ...DEFAULT_BACKOFF, ...options.backoff };
    this.#unwatch = watchDepth(options.name, () => this.depth());
    this.#stopResync = startResync({
      everyMs: options.listKeys === undefined ? undefined : options.resyncMs,
      timers: this.#timers,
      random: this.#random,
      resync: () => this.resync(),
      failed: error => {
        options.log.warn({ err: error, queue: options.name }, 'the keys could not be listed; the next resync tries again');
      },
    });
  }

  wake(key: K, traceparent: string | undefined = currentTraceparent()): void {
    this.#enqueue(key, 'urgent', traceparent);
  }

  async resync(): Promise<number> {
    const keys = (await this.#options.listKeys?.()) ?? [];
    for (const key of keys) this.#enqueue(key, 'background', undefined);
    return keys.length;
  }

  retryNow(): void {
    for (const [key, entry] of this.#entries) if (entry.state === 'backing-off') this.#ready(key, entry, 'urgent');
    this.#pump();
  }

  depth(): { ready: number; running: number; delayed: number } {
    const ready = this.#lanes.size();
    return { ready, running: this.#running, delayed: this.#entries.size - ready - this.#running };
  }

  idle(): Promise<void> {
    if (this.#running === 0 && this.#lanes.size() === 0) return Promise.resolve();
    return new Promise(resolve => this.#idlers.push(resolve));
  }

  async close(options: { readonly graceMs?: number } = {}): Promise<void> {
    this.#closed = true;
    this.#stopResync();
    this.#unwatch();
    this.#lanes.clear();
    for (const entry of this.#entries.values()) entry.cancel?.();
    const late = new Promise<void>(resolve => {
      const cancel = this.#timers.after(options.graceMs ?? 10_000, () => {
        this.#abort.abort(new Error(`the queue ${this.#options.name} is closing`));
        resolve();
      });
      void this.idle().then(cancel);
    });
    await Promise.race([this.idle(), late]);
  }

  #enqueue(key: K, lane: Lane, traceparent: string | undefined): void {
    if (this.#closed) return;
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      entry = { state: 'delayed', woken: false, attempt: 0, since: 0, traceparents: [], cancel: undefined };
      this.#entries.set(key, entry);
    }
    if (traceparent !== undefined && entry.traceparents.length < MAX_TRACEPARENTS && !entry.traceparents.includes(traceparent)) entry.traceparents.push(traceparent);
    if (entry.state === 'running') entry.woken = true;
    else if (entry.state === 'ready') this.#lanes.add(key, lane);
    else if (entry.state === 'delayed') this.#ready(key, entry, lane);
    this.#pump();
  }

  #ready(key: K, entry: Entry, lane: Lane): void {
    entry.cancel?.();
    entry.cancel = undefined;
    entry.state = 'ready';
    entry.since = this.#timers.now();
    this.#lanes.add(key, lane);
  }

  #pump(): void {
    while (!this.#closed && this.#running < this.#options.concurrency) {
      const key = this.#lanes.take();
      if (key === undefined) break;
      const entry = this.#entries.get(key);
      if (entry !== undefined) void this.#run(key, entry);
    }
    if (this.#running === 0 && this.#lanes.size() === 0) for (const resolve of this.#idlers.splice(0)) resolve();
  }

  async #run(key: K, entry: Entry): Promise<void> {
    const { name } = this.#options;
    const traceparents = entry.traceparents;
    const startedAt = this.#timers.now();
    entry.state = 'running';
    entry.woken = false;
    entry.traceparents = [];
    this.#running += 1;
    waitDuration.record((startedAt - entry.since) / 1000, { queue: name });
    let outcome: Outcome | { readonly kind: 'failed'; readonly error: unknown };
    try {
      outcome = await this.#inSpan(key, entry, traceparents);
    } catch (error) {
      outcome = { kind: 'failed', error };
    }
    this.#running -= 1;
    runDuration.record((this.#timers.now() - startedAt) / 1000, { queue: name, outcome: outcome.kind });
    this.#settle(key, entry, outcome, traceparents);
    this.#pump();
  }

  #inSpan(key: K, entry: Entry, traceparents: readonly string[]): Promise<Outcome> {
    const { name, run } = this.#options;
    const [parent, ...links] = traceparents;
    // Without a parent the span must begin a trace of its own: the timer that led here may carry somebody's context.
    return inSpan(
      `${name} run`,
      { kind: 'consumer', parent: parent ?? '', links, attributes: { 'cadastre.queue': name, 'cadastre.key': key } },
      async () => run(key, { traceparents, attempt: entry.attempt, signal: this.#abort.signal }),
    );
  }

  #settle(key: K, entry: Entry, outcome: Outcome | { readonly kind: 'failed'; readonly error: unknown }, traceparents: readonly string[]): void {
    if (this.#closed) {
      this.#entries.delete(key);
      return;
    }
    if (outcome.kind === 'failed') {
      entry.attempt += 1;
      const waitMs = backoffMs(this.#backoff, entry.attempt, this.#random);
      runErrors.add(1, { queue: this.#options.name });
      this.#options.log.warn(
        { err: outcome.error, queue: this.#options.name, key, attempt: entry.attempt, retryInMs: Math.round(waitMs) },
        'a run failed and will be retried',
      );
      this.#carry(entry, traceparents);
      this.#delay(key, entry, 'backing-off', waitMs);
      return;
    }
    entry.attempt = 0;
    if (outcome.kind === 'again') this.#carry(entry, traceparents);
    if (entry.woken) this.#ready(key, entry, 'urgent');
    else if (outcome.kind === 'done') this.#entries.delete(key);
    else this.#delay(key, entry, 'delayed', outcome.afterMs);
  }

  /** The next look is still the answer to the same wake-ups, so it stays in their trace. */
  #carry(entry: Entry, traceparents: readonly string[]): void {
    entry.traceparents = [...new Set([...traceparents, ...entry.traceparents])].slice(0, MAX_TRACEPARENTS);
  }

  #delay(key: K, entry: Entry, state: 'delayed' | 'backing-off', ms: number): void {
    entry.state = state;
    entry.cancel = this.#timers.after(ms, () => {
      this.#ready(key, entry, 'urgent');
      this.#pump();
    });
  }
}
