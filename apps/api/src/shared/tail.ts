import * as outbox from '@cadastre/store/outbox';
import type { OutboxCursor, OutboxEvent } from '@cadastre/store/outbox';
import type { Reader, Scope } from '@cadastre/store/pool';
import type { Door } from './viewer.ts';

/** Events in the order of the outbox, from after a place, as they happen: at least once, none missed. */
export interface Tail {
  /** Without `from`: from now on. Ends when the consumer returns; never by itself. */
  follow(scope: Scope, from: OutboxCursor | undefined, filter: TailFilter): AsyncIterableIterator<OutboxEvent>;
}
export interface TailFilter {
  readonly nouns?: readonly string[];
  readonly objectId?: string;
}

// Events of one scope that followers can still read from memory; who has fallen further behind reads the outbox until it has caught up.
const KEPT = 1_000;
const PART = 200;
/** A feed reads at most this often, so that a storm of wake-ups costs a handful of statements. */
const QUIET_MS = 50;
/** Wake-ups may be lost: this bounds how late an event then is. */
const RESYNC_MS = 2_000;

const tails = new WeakMap<Door, Tail>();
/** The door's one tail: every follower of a tenant shares one feed of that tenant, read with the tenant's own rights. */
export const tailOf = (door: Door): Tail => {
  const known = tails.get(door);
  if (known !== undefined) return known;
  const made = createTail(door);
  tails.set(door, made);
  return made;
};

const createTail = (door: Door): Tail => {
  const feeds = new Map<string, Feed>();
  const wakeAll = (): void => { for (const feed of feeds.values()) feed.wake(); };
  let listening = false;
  const listen = (): void => {
    if (listening) return;
    listening = true;
    // A wake-up carries the object's key and no tenant, so it wakes every feed; each reads only what is its own.
    door.nats.tap('cad.v1.*.*.*', wakeAll);
    setInterval(wakeAll, RESYNC_MS).unref();
  };
  const feedOf = (scope: Scope): Feed => {
    const key = scope === 'system' ? scope : scope.tenant;
    const known = feeds.get(key);
    if (known !== undefined) return known;
    listen();
    const feed = createFeed(f => door.store.read(scope, f), {
      failed: e => { door.log.warn({ err: e }, 'the outbox could not be read; it is tried again'); },
      unused: () => { feeds.delete(key); },
    });
    feeds.set(key, feed);
    return feed;
  };
  return { follow: (scope, from, filter) => cancellable(signal => followed(feedOf(scope), from, filter, signal)) };
};

interface Feed {
  read<T>(f: (q: Reader) => Promise<T>): Promise<T>;
  /** Resolves when the first place is known. */
  readonly opened: Promise<void>;
  head(): OutboxCursor;
  /** Events after this place are in memory. */
  floor(): OutboxCursor;
  since(place: OutboxCursor): readonly OutboxEvent[];
  /** Resolves when an event that one of the keys names has come, or the signal aborts. */
  changed(keys: readonly string[], signal: AbortSignal): Promise<void>;
  wake(): void;
  join(): void;
  leave(): void;
}

const isBefore = (a: OutboxCursor, b: OutboxCursor): boolean => a.txid < b.txid || (a.txid === b.txid && a.seq < b.seq);

const createFeed = (read: Feed['read'], tell: { readonly failed: (e: unknown) => void; readonly unused: () => void }): Feed => {
  let head: OutboxCursor = outbox.START;
  let floor: OutboxCursor = outbox.START;
  let recent: OutboxEvent[] = [];
  let users = 0;
  let [dirty, reading] = [false, false];
  const waiting = createWaiting();

  const take = (events: readonly OutboxEvent[]): void => {
    recent.push(...events);
    head = events.at(-1) ?? head;
    if (recent.length > KEPT) {
      floor = recent[recent.length - KEPT - 1] ?? floor;
      recent = recent.slice(-KEPT);
    }
    for (const e of events) waiting.wake([`o:${e.objectId}`, `n:${e.noun}`, '*']);
  };
  const advance = async (): Promise<void> => {
    for (let more = true; more; ) {
      const events = await read(q => outbox.after(q, head, PART));
      take(events);
      more = events.length === PART;
    }
  };
  const turn = async (): Promise<void> => {
    reading = true;
    while (dirty && users > 0) {
      dirty = false;
      await advance().catch(tell.failed);
      await new Promise<void>(done => setTimeout(done, QUIET_MS).unref());
    }
    reading = false;
  };
  const opened = read(outbox.newest).then(place => { [head, floor] = [place, place]; });
  return {
    read, opened, head: () => head, floor: () => floor,
    since: place => recent.filter(e => isBefore(place, e)),
    changed: (keys, signal) => waiting.wait(keys, signal),
    wake: () => {
      dirty = true;
      if (!reading) void opened.then(turn).catch(tell.failed);
    },
    join: () => { users += 1; },
    leave: () => {
      users -= 1;
      if (users === 0) tell.unused();
    },
  };
};

/** Sleepers by key, so that an event wakes those who want it and no other: a follower of one object costs nothing while others change. */
const createWaiting = () => {
  const sleepers = new Map<string, Set<() => void>>();
  return {
    wake: (keys: readonly string[]): void => {
      for (const key of keys) {
        const set = sleepers.get(key);
        if (set === undefined) continue;
        sleepers.delete(key);
        for (const resolve of set) resolve();
      }
    },
    wait: (keys: readonly string[], signal: AbortSignal): Promise<void> =>
      new Promise(done => {
        const resolve = (): void => {
          signal.removeEventListener('abort', resolve);
          for (const key of keys) {
            const set = sleepers.get(key);
            set?.delete(resolve);
            if (set?.size === 0) sleepers.delete(key);
          }
          done();
        };
        for (const key of keys) sleepers.set(key, (sleepers.get(key) ?? new Set()).add(resolve));
        signal.addEventListener('abort', resolve);
        if (signal.aborted) resolve();
      }),
  };
};

const keysOf = ({ nouns, objectId }: TailFilter): readonly string[] =>
  objectId !== undefined ? [`o:${objectId}`] : nouns !== undefined ? nouns.map(n => `n:${n}`) : ['*'];
const matches = ({ nouns, objectId }: TailFilter, e: OutboxEvent): boolean =>
  (nouns === undefined || nouns.includes(e.noun)) && (objectId === undefined || e.objectId === objectId);

async function* followed(feed: Feed, from: OutboxCursor | undefined, filter: TailFilter, signal: AbortSignal): AsyncGenerator<OutboxEvent, void, undefined> {
  feed.join();
  try {
    await feed.opened;
    feed.wake();
    let at = from ?? feed.head();
    while (!signal.aborted) {
      const until = feed.head();
      const behind = isBefore(at, feed.floor());
      const part: readonly OutboxEvent[] = behind ? await readPart(feed, at, filter) : feed.since(at).filter(e => matches(filter, e));
      yield* part;
      at = part.at(-1) ?? at;
      // Everything up to `until` that is wanted has been told, unless a full part says that more of the past is left.
      if (!(behind && part.length === PART) && isBefore(at, until)) at = until;
      if (!isBefore(at, feed.head())) await feed.changed(keysOf(filter), signal);
    }
  } finally {
    feed.leave();
  }
}

const readPart = (feed: Feed, at: OutboxCursor, filter: TailFilter): Promise<readonly OutboxEvent[]> => feed.read(q => outbox.after(q, at, PART, filter));

/** A generator whose `return` also ends a wait inside it: a closed socket must not leave a follower asleep for ever. */
export const cancellable = <T>(make: (signal: AbortSignal) => AsyncGenerator<T, void, undefined>): AsyncIterableIterator<T> => {
  const abort = new AbortController();
  const inner = make(abort.signal);
  return {
    next: () => inner.next(),
    return: async () => {
      abort.abort();
      await inner.return();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
};
