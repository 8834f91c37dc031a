import { ok } from '@cadastre/domain/core';
import type { About, Answer, KubeObject, Kind, Scope, Time, WatchEvent, WatchOptions } from '../client/index.ts';
import { matches, problem } from '../client/index.ts';
import type { Change, Row, Store } from './store.ts';
import { labelsOf, render } from './store.ts';

interface Stream {
  readonly kind: Kind;
  readonly scope: Scope;
  at: number;
  readonly send: (event: WatchEvent<KubeObject>) => void;
  readonly end: (answer: Answer<undefined>) => void;
  readonly tooOld: () => Answer<undefined>;
}

/** The open watches of the fake server. */
export class Streams {
  readonly #store: Store;
  readonly #time: Time;
  readonly #open = new Set<Stream>();
  #stalled = false;
  #scheduled = false;

  constructor(store: Store, time: Time) {
    this.#store = store;
    this.#time = time;
  }

  /** Streams open now. */
  get count(): number { return this.#open.size; }

  watch<T extends KubeObject>(about: About, kind: Kind<T>, scope: Scope, options: WatchOptions<T>): Promise<Answer<undefined>> {
    const from = Number(options.resourceVersion);
    const tooOld = (): Answer<undefined> => problem(about, 'GONE', `too old resource version (${this.#store.compacted})`, { status: 410 });
    if (from < this.#store.compacted) return Promise.resolve(tooOld());
    if (options.signal.aborted) return Promise.resolve(problem(about, 'CANCELLED', 'given up by the caller'));
    return new Promise(resolve => {
      const stream: Stream = {
        kind, scope, at: from, tooOld,
        send: event => { options.onAlive(); options.onEvent(event as WatchEvent<T>); },
        end: answer => {
          this.#open.delete(stream);
          cancel();
          options.signal.removeEventListener('abort', onAbort);
          resolve(answer);
        },
      };
      const onAbort = (): void => { stream.end(problem(about, 'CANCELLED', 'given up by the caller')); };
      const cancel = this.#time.after(options.timeoutSeconds * 1000, () => { stream.end(ok(undefined)); });
      options.signal.addEventListener('abort', onAbort, { once: true });
      this.#open.add(stream);
      options.onAlive();
      this.wake();
    });
  }

  /** Delivers what is new, after the current write has been answered: a watcher never runs inside someone's request. */
  wake(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.flush();
    });
  }

  /** Delivers now. Compaction does this first: what an open stream was about to be told is not history yet. */
  flush(): void {
    if (!this.#stalled) for (const stream of [...this.#open]) this.#deliver(stream);
  }

  /** Ends every stream, as a restarted server does. */
  drop(): void {
    for (const stream of [...this.#open]) stream.end(ok(undefined));
  }

  /** From now on nothing is delivered and nothing ends: the silent stall of a half-open connection. */
  stall(): void { this.#stalled = true; }

  resume(): void {
    this.#stalled = false;
    this.wake();
  }

  /** A bookmark to every stream. */
  bookmark(): void {
    if (this.#stalled) return;
    for (const stream of [...this.#open]) {
      this.#deliver(stream);
      if (this.#open.has(stream)) stream.send({ type: 'BOOKMARK', resourceVersion: String(this.#store.revision) });
    }
  }

  #deliver(stream: Stream): void {
    // Stalled across a compaction: the events in between can no longer be told, so the stream must not go on as if they had been.
    if (stream.at < this.#store.compacted) { stream.end(stream.tooOld()); return; }
    for (const change of this.#store.since(stream.at)) {
      stream.at = change.resourceVersion;
      const event = eventFor(stream, change);
      if (event !== undefined && this.#open.has(stream)) stream.send(event);
    }
  }
}

const within = (stream: Pick<Stream, 'kind' | 'scope'>, row: Row | undefined): row is Row =>
  row !== undefined && row.kind.plural === stream.kind.plural && row.kind.group === stream.kind.group &&
  (stream.scope.namespace === undefined || row.namespace === stream.scope.namespace) && matches(stream.scope.labels, labelsOf(row));

/** Leaving a selector looks like a deletion and entering one like a creation: a watcher sees its own scope, not the store. */
const eventFor = (stream: Stream, change: Change): WatchEvent<KubeObject> | undefined => {
  const [was, is] = [within(stream, change.before), within(stream, change.after)];
  if (is && change.after !== undefined) return { type: was ? 'MODIFIED' : 'ADDED', object: render(change.after) };
  return was && change.before !== undefined ? { type: 'DELETED', object: render(change.before, change.resourceVersion) } : undefined;
};
