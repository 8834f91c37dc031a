import { sinkStateFact } from '@cadastre/domain/sink';
import type { ViewedEvent } from '@cadastre/domain/view';
import * as exports from '@cadastre/store/auditexport';
import { commit } from '@cadastre/store/commit';
import * as sinks from '@cadastre/store/sink';
import type { ClaimedSink } from '@cadastre/store/sink';
import { deliver, type Batch } from './deliver.ts';
import type { SinkDeps } from './deps.ts';

/** 16 KiB a leaf at most, so 8 MiB a batch at most. A batch ends at a multiple, so that what is sent again after a crash is cut alike. */
const BATCH = 500;
const MAX_WAIT_MS = 300_000;
const MAX_FAILURE = 200;

/** Sends sealed events to every sink that lags, until the signal. Several processes may: each sink has one sender at a time. */
export const runSinks = async (deps: SinkDeps, signal: AbortSignal): Promise<void> => {
  while (!over(signal)) {
    try {
      while (!over(signal) && (await next(deps)));
    } catch (error) {
      if (!over(signal)) deps.log.error({ err: error }, 'sinks could not be looked for');
    }
    await deps.pause(deps.pollMs, signal);
  }
};
const over = (signal: AbortSignal): boolean => signal.aborted;

/** One batch of the sink that has waited longest. False when none lags. */
export const next = async (deps: SinkDeps): Promise<boolean> => {
  const claimed = await sinks.claim(deps.store, { worker: deps.worker, leaseMs: deps.leaseMs });
  if (claimed === undefined) return false;
  try {
    const batch = await batchOf(deps, claimed);
    if (batch.rows.length > 0) await deliver(deps, claimed.sink, batch);
    await succeeded(deps, claimed, batch.end);
  } catch (error) {
    await failing(deps, claimed, error);
  }
  return true;
};

const batchOf = async ({ store }: SinkDeps, { logId, origin, next: first, end, prunedBefore }: ClaimedSink): Promise<Batch> => {
  // What retention took away before a sink that was gone for months could have it, it will not have: the leaf hashes stay in the log.
  const from = Math.max(first, prunedBefore);
  const to = Math.min(end, (Math.floor(from / BATCH) + 1) * BATCH);
  const rows = await store.read('system', q => exports.leaves(q, logId, from, to));
  return {
    first: from, end: to, origin,
    rows: rows.flatMap(r => {
      if (r.body === null) return [];
      const line = Buffer.from(r.body).toString('utf8');
      return [{ event: JSON.parse(line) as ViewedEvent, place: { index: r.index, leafHash: Buffer.from(r.leafHash).toString('hex') }, line }];
    }),
  };
};

// That a batch went out is no event of its own: it would have to go out as well, and make another. The place that the sink has come to says it, and the events of its state.
const succeeded = async (deps: SinkDeps, claimed: ClaimedSink, end: number): Promise<void> => {
  const write = sinks.delivered(claimed, end);
  if (claimed.sink.failure === undefined) await sinks.settle(deps.store, write);
  else await tell(deps, claimed, write, 'DELIVERING', undefined);
};

const failing = async (deps: SinkDeps, claimed: ClaimedSink, error: unknown): Promise<void> => {
  const words = (error instanceof Error ? error.message : String(error)).replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ').slice(0, MAX_FAILURE);
  deps.log.warn({ sink: claimed.sink.id, tries: claimed.tries + 1, failure: words }, 'a sink could not be reached');
  const write = sinks.failed(claimed, words, Math.min(MAX_WAIT_MS, 1_000 * 2 ** Math.min(claimed.tries, 20)));
  if (claimed.sink.failure === undefined) await tell(deps, claimed, write, 'FAILING', 'SINK_UNREACHABLE');
  else await sinks.settle(deps.store, write);
};

const tell = async (deps: SinkDeps, claimed: ClaimedSink, write: Parameters<typeof sinks.settle>[1], to: 'FAILING' | 'DELIVERING', reason: string | undefined): Promise<void> => {
  const done = await commit(deps.store, { scope: 'system', act: deps.makeAct('sendToSink'), writes: [write], outbox: [], audit: [sinkStateFact(claimed.sink, to, reason)] });
  // Frozen, or another process has it now: the lease ends by itself and the batch is sent again.
  if (!done.ok) deps.log.warn({ sink: claimed.sink.id, refusal: done.error.code }, 'the state of a sink could not be written');
};
