import type { OutboxCursor, OutboxEvent } from '@cadastre/store/outbox';
import type { OutgoingEvent, PublishReport } from '@cadastre/platform/nats';
import { subjectOf } from '@cadastre/platform/nats';

/** The ends the relay joins. */
export interface RelayPorts {
  readonly readCursor: () => Promise<OutboxCursor>;
  readonly saveCursor: (at: OutboxCursor) => Promise<void>;
  readonly read: (after: OutboxCursor, limit: number) => Promise<readonly OutboxEvent[]>;
  readonly publish: (events: readonly OutgoingEvent[]) => Promise<PublishReport>;
  /** Waits, or returns early when the signal aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly held: () => boolean;
  /** Milliseconds since the epoch, for the lag. */
  readonly now: () => number;
  readonly onBatch: (batch: RelayBatch) => void;
  readonly onTrouble: (because: string) => void;
}

export interface RelayBatch {
  readonly published: number;
  /** Milliseconds since the oldest row of the batch was written; 0 when there was none. */
  readonly lagMs: number;
}

const BATCH = 1_000;
// A poll costs a look at an index. Rejected: LISTEN/NOTIFY, whose commits queue behind one lock of the whole server, so that the writers would pay
// for the reader's impatience; the allocator's group commits are the last thing to slow down.
const BUSY_MS = 5;
const IDLE_MS = 50;
const TROUBLE_MS = 500;

/**
 * Outbox to JetStream, keys only. The cursor moves after the acknowledgements: a crash in between publishes again, which the stream drops by
 * message id and the keyed queues coalesce. Ends when the signal aborts or the lead is lost; throws nothing.
 */
export const runRelay = async (ports: RelayPorts, signal: AbortSignal): Promise<void> => {
  let at: OutboxCursor | undefined;
  let wait = BUSY_MS;
  while (!signal.aborted && ports.held()) {
    try {
      at ??= await ports.readCursor();
      const moved = await relayOnce(ports, at);
      wait = moved.entries === 0 ? Math.min(IDLE_MS, wait * 2) : BUSY_MS;
      at = moved.to;
      if (moved.entries === BATCH) continue;
    } catch (error) {
      // Where the cursor stands now is not known: it is read again, which repeats at most one batch.
      at = undefined;
      wait = TROUBLE_MS;
      ports.onTrouble(error instanceof Error ? error.message : String(error));
    }
    await ports.pause(wait, signal);
  }
};

const relayOnce = async (ports: RelayPorts, at: OutboxCursor): Promise<{ readonly to: OutboxCursor; readonly entries: number }> => {
  const entries = await ports.read(at, BATCH);
  const first = entries[0];
  if (first === undefined) {
    ports.onBatch({ published: 0, lagMs: 0 });
    return { to: at, entries: 0 };
  }
  const report = await ports.publish(entries.map(eventOf));
  const acked = new Set(report.acked);
  const missing = entries.findIndex(e => !acked.has(e.id));
  // Order across the gap is kept: what comes after a failed one is published again, and dropped as a duplicate.
  const last = missing < 0 ? entries.at(-1) : entries[missing - 1];
  const to = last === undefined ? at : { txid: last.txid, seq: last.seq };
  if (last !== undefined) await ports.saveCursor(to);
  ports.onBatch({ published: missing < 0 ? entries.length : missing, lagMs: Math.max(0, ports.now() - Date.parse(first.createdAt)) });
  if (missing >= 0) throw new Error(`JetStream did not take ${report.failed.length} of ${entries.length} events: ${report.failed[0]?.because ?? 'no reason given'}`);
  return { to, entries: entries.length };
};

const eventOf = (e: OutboxEvent): OutgoingEvent => ({
  msgId: e.id,
  subject: subjectOf({ region: e.regionCode, noun: e.noun, verb: e.verb }),
  key: e.objectId,
  source: `/cadastre/${e.noun}/${e.objectId}`,
  type: `cloud.cadastre.${e.noun}.${e.verb}`,
  time: e.createdAt,
  ...(e.traceparent === undefined ? {} : { traceparent: e.traceparent }),
});
