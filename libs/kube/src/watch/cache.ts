import type { Kube, KubeObject, KubeProblem, Kind, LabelSelector, Scope, Time, WatchEvent } from '../client/index.ts';
import { backoffMs, keyOf, PAGE_LIMIT, pause, realTime } from '../client/index.ts';

/** Where a cache gets its objects: any `Kube`. */
export type Source = Pick<Kube, 'cluster' | 'page' | 'watch'>;

export interface WatchCacheOptions<T extends KubeObject, V> {
  readonly kind: Kind<T>;
  readonly namespace?: string;
  readonly labels?: LabelSelector;
  /** What is kept of each object. Keep little: a million whole pods do not fit. `managedFields` are dropped before it is called. */
  readonly keep: (object: T) => V;
  /** Something about this key is different: created, changed, deleted, or deleted and made again. Must not throw. */
  readonly onChange?: (key: string) => void;
  /** Told of each failure that the cache then heals by itself. */
  readonly onProblem?: (problem: KubeProblem) => void;
  readonly time?: Time;
  readonly limits?: Partial<WatchLimits>;
}

/** All in milliseconds, except where named otherwise. */
export interface WatchLimits {
  /** Silence after which a stream counts as dead. The API server sends a bookmark about every minute, so 90 s of nothing is no idle cluster. */
  readonly stallMs: number;
  /** How long one stream is asked to live, in seconds; each takes between once and twice this, so that caches do not reconnect together. */
  readonly streamSeconds: number;
  readonly backoffBaseMs: number;
  readonly backoffCapMs: number;
  /** Objects a page of the first list and of relists. */
  readonly pageLimit: number;
}

export const WATCH_LIMITS: WatchLimits = { stallMs: 90_000, streamSeconds: 240, backoffBaseMs: 200, backoffCapMs: 30_000, pageLimit: PAGE_LIMIT };

/** A live copy of one kind (within a scope) of one cluster. Deletions are never lost: a relist forgets what it did not see. */
export interface WatchCache<V> {
  /** Resolves when the first list is complete, or with `closed`. Never rejects: an unreachable cluster is waited for. */
  readonly synced: Promise<'synced' | 'closed'>;
  /** By `keyOf(name, namespace)`. */
  get(key: string): V | undefined;
  entries(): IterableIterator<readonly [string, V]>;
  readonly size: number;
  /** 0 while the cache follows the cluster; else milliseconds since it last did; Infinity before the first list. Answer Unknown when it is large. */
  staleSinceMs(): number;
  /** The latest failure, until the stream runs again. */
  problem(): KubeProblem | undefined;
  /** Ends the stream and its timers; resolves when nothing is left running. What was cached stays readable. */
  close(): Promise<void>;
}

interface Entry<V> {
  readonly resourceVersion: string;
  readonly uid: string;
  /** The relist that saw it last. */
  readonly round: number;
  readonly value: V;
}

/** `watchCache` keeping whole objects. */
export const watchObjects = <T extends KubeObject>(source: Source, options: Omit<WatchCacheOptions<T, T>, 'keep'>): WatchCache<T> =>
  watchCache(source, { ...options, keep: object => object });

export const watchCache = <T extends KubeObject, V>(source: Source, options: WatchCacheOptions<T, V>): WatchCache<V> => {
  const follower = new Follower(source, options);
  const done = follower.run();
  return {
    synced: follower.synced,
    get: key => follower.entry(key)?.value,
    entries: () => follower.entries(),
    get size() { return follower.size; },
    staleSinceMs: () => follower.staleSinceMs(),
    problem: () => follower.problem,
    close: () => { follower.stop(); return done; },
  };
};

// A sweep of a large cache gives way this often, so that it never holds the event loop longer than a few milliseconds.
const SWEEP_SLICE = 20_000;

class Follower<T extends KubeObject, V> {
  readonly synced: Promise<'synced' | 'closed'>;
  problem: KubeProblem | undefined;
  readonly #source: Source;
  readonly #options: WatchCacheOptions<T, V>;
  readonly #time: Time;
  readonly #limits: WatchLimits;
  readonly #scope: Scope;
  readonly #stop = new AbortController();
  readonly #entries = new Map<string, Entry<V>>();
  readonly #settle: (how: 'synced' | 'closed') => void;
  #round = 0;
  /** Where to resume; undefined asks for a list. */
  #from: string | undefined;
  #following = false;
  #lastAlive: number | undefined;

  constructor(source: Source, options: WatchCacheOptions<T, V>) {
    this.#source = source;
    this.#options = options;
    this.#time = options.time ?? realTime;
    this.#limits = { ...WATCH_LIMITS, ...options.limits };
    this.#scope = {
      ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
      ...(options.labels === undefined ? {} : { labels: options.labels }),
    };
    const { promise, resolve } = Promise.withResolvers<'synced' | 'closed'>();
    this.synced = promise;
    this.#settle = resolve;
  }

  get size(): number { return this.#entries.size; }

  entry(key: string): Entry<V> | undefined { return this.#entries.get(key); }

  *entries(): IterableIterator<readonly [string, V]> {
    for (const [key, entry] of this.#entries) yield [key, entry.value];
  }

  staleSinceMs(): number {
    if (this.#lastAlive === undefined) return Number.POSITIVE_INFINITY;
    const silent = this.#time.now() - this.#lastAlive;
    return this.#following && silent <= this.#limits.stallMs ? 0 : silent;
  }

  stop(): void { this.#stop.abort(); }

  // A call, because the compiler takes a property it has once seen false for false ever after, also across an await.
  #stopped(): boolean { return this.#stop.signal.aborted; }

  async run(): Promise<void> {
    let failures = 0;
    while (!this.#stopped()) {
      const before = this.#lastAlive;
      const failure = this.#from === undefined ? await this.#list() : await this.#follow(this.#from);
      if (this.#stopped()) break;
      if (failure === undefined) { failures = 0; continue; }
      this.problem = failure;
      this.#options.onProblem?.(failure);
      if (failure.code === 'GONE') this.#from = undefined;
      // A stream that lived before it broke is no repeated failure; only what never came to life waits longer and longer.
      failures = this.#lastAlive === before ? failures + 1 : 1;
      await pause(this.#time, this.#waitAfter(failure, failures), this.#stop.signal);
    }
    this.#following = false;
    this.#settle('closed');
  }

  #waitAfter(failure: KubeProblem, failures: number): number {
    const backoff = backoffMs(this.#time, failures, this.#limits.backoffBaseMs, this.#limits.backoffCapMs);
    return failure.retryAfterMs === undefined ? backoff : failure.retryAfterMs + backoff;
  }

  async #list(): Promise<KubeProblem | undefined> {
    const round = ++this.#round;
    let next: string | undefined;
    for (;;) {
      const page = await this.#source.page(this.#options.kind, this.#scope, {
        limit: this.#limits.pageLimit, signal: this.#stop.signal, ...(next === undefined ? {} : { next }),
      });
      if (!page.ok) return page.error;
      // Upserting page by page is safe: each page is of one moment, later than anything held here.
      for (const object of page.value.items) this.#put(object, round);
      next = page.value.next;
      if (next !== undefined) continue;
      await this.#forgetUnseen(round);
      if (this.#stopped()) return undefined;
      this.#from = page.value.resourceVersion;
      this.#lastAlive = this.#time.now();
      this.#settle('synced');
      return undefined;
    }
  }

  /** What the relist did not see was deleted while we were not looking. */
  async #forgetUnseen(round: number): Promise<void> {
    let n = 0;
    for (const [key, entry] of this.#entries) {
      if (entry.round !== round) this.#drop(key);
      if (++n % SWEEP_SLICE === 0) await new Promise<void>(resolve => setImmediate(resolve));
    }
  }

  async #follow(from: string): Promise<KubeProblem | undefined> {
    const dead = new AbortController();
    let cancelWatchdog = (): void => undefined;
    const opened = this.#time.now();
    let heard = opened;
    // One timer that looks at a timestamp: re-arming a timer at every event would cost more than the event.
    const guard = (ms: number): void => {
      cancelWatchdog = this.#time.after(ms, () => {
        const silent = this.#time.now() - heard;
        if (silent < this.#limits.stallMs) { guard(this.#limits.stallMs - silent); return; }
        dead.abort();
      });
    };
    guard(this.#limits.stallMs);
    try {
      const ended = await this.#source.watch(this.#options.kind, this.#scope, {
        resourceVersion: from,
        timeoutSeconds: Math.round(this.#limits.streamSeconds * (1 + this.#time.random())),
        signal: AbortSignal.any([this.#stop.signal, dead.signal]),
        onAlive: () => {
          heard = this.#time.now();
          this.#lastAlive = heard;
          this.#following = true;
          this.problem = undefined;
        },
        onEvent: event => { this.#take(event); },
      });
      if (dead.signal.aborted) return { cluster: this.#source.cluster, verb: 'watch', object: this.#options.kind.plural, code: 'TIMED_OUT', message: `nothing heard for ${this.#limits.stallMs} ms` };
      return ended.ok ? this.#endedQuietly(from, opened) : ended.error;
    } finally {
      cancelWatchdog();
      this.#following = false;
    }
  }

  /** An end in time, or with news, is no failure. One at once and without news, again and again, needs the same patience as one. */
  #endedQuietly(from: string, opened: number): KubeProblem | undefined {
    if (this.#from !== from || this.#time.now() - opened >= this.#limits.backoffCapMs) return undefined;
    return { cluster: this.#source.cluster, verb: 'watch', object: this.#options.kind.plural, code: 'UNREACHABLE', message: 'the stream ended at once' };
  }

  #take(event: WatchEvent<T>): void {
    if (event.type === 'BOOKMARK') { if (event.resourceVersion !== '') this.#from = event.resourceVersion; return; }
    const meta = event.object.metadata;
    if (event.type === 'DELETED') this.#drop(keyOf(meta?.name ?? '', meta?.namespace));
    else this.#put(event.object, this.#round);
    if (meta?.resourceVersion !== undefined) this.#from = meta.resourceVersion;
  }

  #put(object: T, round: number): void {
    const meta = object.metadata;
    const key = keyOf(meta?.name ?? '', meta?.namespace);
    const resourceVersion = meta?.resourceVersion ?? '';
    const uid = meta?.uid ?? '';
    const old = this.#entries.get(key);
    if (old?.resourceVersion === resourceVersion && old.uid === uid) {
      if (old.round !== round) this.#entries.set(key, { ...old, round });
      return;
    }
    // Often half of an object's bytes, and nothing here reads them.
    if (meta?.managedFields !== undefined) delete meta.managedFields;
    this.#entries.set(key, { resourceVersion, uid, round, value: this.#options.keep(object) });
    this.#options.onChange?.(key);
  }

  #drop(key: string): void {
    if (this.#entries.delete(key)) this.#options.onChange?.(key);
  }
}
