import { describe, expect, it } from 'vitest';
import type { OutboxCursor, OutboxEvent } from '@cadastre/store/outbox';
import type { RelayPorts } from './relay.ts';
import { runRelay } from './relay.ts';

const row = (n: number): OutboxEvent => ({ txid: n, seq: n, id: `event_${n}`, regionCode: 'fr', noun: 'instance', objectId: `i${n}`, verb: 'created', createdAt: '2026-11-24T10:00:00.000Z' });

/** An outbox, a stream and a cursor in memory; `script` decides what goes wrong, then the run ends. */
const relayed = async (rows: number, script: { readonly refuse?: (id: string, batch: number) => boolean; readonly losesCursor?: boolean; readonly until: (kept: { readonly stream: readonly string[]; readonly at: number }) => boolean }) => {
  const outbox = Array.from({ length: rows }, (_, i) => row(i + 1));
  const stream: string[] = [];
  const sent: string[] = [];
  const trouble: string[] = [];
  const ended = new AbortController();
  let cursor: OutboxCursor = { txid: 0, seq: 0 };
  let batches = 0;
  let losses = script.losesCursor === true ? 1 : 0;
  const ports: RelayPorts = {
    readCursor: () => Promise.resolve(cursor),
    saveCursor: at => {
      if (losses-- > 0) return Promise.reject(new Error('crash before the cursor'));
      cursor = at;
      return Promise.resolve();
    },
    read: (after, limit) => Promise.resolve(outbox.filter(e => e.seq > after.seq).slice(0, limit)),
    publish: events => {
      batches += 1;
      sent.push(...events.map(e => e.msgId));
      const acked = events.filter(e => script.refuse?.(e.msgId, batches) !== true).map(e => e.msgId);
      for (const id of acked) if (!stream.includes(id)) stream.push(id);
      return Promise.resolve({ acked, duplicates: 0, failed: events.filter(e => !acked.includes(e.msgId)).map(e => ({ msgId: e.msgId, because: 'no' })) });
    },
    pause: () => {
      if (script.until({ stream, at: cursor.seq })) ended.abort();
      return Promise.resolve();
    },
    held: () => true, onBatch: () => undefined, onTrouble: because => trouble.push(because), now: () => Date.parse('2026-11-24T10:00:01.000Z'),
  };
  await runRelay(ports, ended.signal);
  return { stream, sent, cursor: cursor.seq, trouble };
};

describe('the relay', () => {
  it('publishes in order and moves its cursor behind the acknowledgements', async () => {
    const done = await relayed(3, { until: k => k.at === 3 });
    expect(done).toEqual({ stream: ['event_1', 'event_2', 'event_3'], sent: ['event_1', 'event_2', 'event_3'], cursor: 3, trouble: [] });
  });

  it('goes through more than a batch without a pause', async () => {
    const done = await relayed(2_500, { until: k => k.at === 2_500 });
    expect([done.stream.length, done.sent.length]).toEqual([2_500, 2_500]);
  });

  it('publishes again what it does not know to be acknowledged: twice is harmless, never is not', async () => {
    const done = await relayed(2, { losesCursor: true, until: k => k.at === 2 });
    expect([done.stream, done.sent, done.trouble]).toEqual([['event_1', 'event_2'], ['event_1', 'event_2', 'event_1', 'event_2'], ['crash before the cursor']]);
  });

  it('does not step over an event that the stream refused', async () => {
    const done = await relayed(3, { refuse: (id, batch) => id === 'event_2' && batch === 1, until: k => k.at === 3 });
    expect([done.sent, done.cursor]).toEqual([['event_1', 'event_2', 'event_3', 'event_2', 'event_3'], 3]);
  });
});
