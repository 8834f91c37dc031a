import type { JetStreamClient } from '@nats-io/jetstream';
import { jetstream } from '@nats-io/jetstream';
import type { Msg, MsgHdrs } from '@nats-io/nats-core';
import { headers } from '@nats-io/nats-core';
import { withTraceparent } from '../otel/index.ts';
import { headerOf, messageOf, TRACEPARENT, type Link } from './link.ts';
import type { IncomingEvent, OutgoingEvent, PublishReport, Subscription } from './model.ts';
import { partsOf } from './subject.ts';

// Publishes in flight: enough to hide the round trip, few enough that one acknowledgement timeout does not fail a whole backlog.
const WINDOW = 512;
const ACK_TIMEOUT_MS = 5_000;

/** CloudEvents 1.0 in the binary mode of its NATS binding, and the trace. */
const headersOf = (event: OutgoingEvent): MsgHdrs => {
  const made = headers();
  made.set('ce-specversion', '1.0');
  made.set('ce-id', event.msgId);
  made.set('ce-source', event.source);
  made.set('ce-type', event.type);
  made.set('ce-time', event.time);
  made.set('ce-subject', event.key);
  made.set('content-type', 'application/json');
  if (event.traceparent !== undefined) made.set(TRACEPARENT, event.traceparent);
  return made;
};

export const publishEvents = async (link: Link, batch: readonly OutgoingEvent[]): Promise<PublishReport> => {
  const js = jetstream(link.nc, { timeout: ACK_TIMEOUT_MS });
  const acked: string[] = [];
  const failed: { readonly msgId: string; readonly because: string }[] = [];
  let duplicates = 0;
  const waiting = batch.values();
  const lane = async (): Promise<void> => {
    for (const event of waiting) {
      try {
        const ack = await publishOne(js, event);
        acked.push(event.msgId);
        if (ack.duplicate) duplicates += 1;
      } catch (error) {
        failed.push({ msgId: event.msgId, because: messageOf(error) });
      }
    }
  };
  // While disconnected nothing is sent at all: the client would buffer the batch, and the relay would publish it a second time.
  if (!link.connected()) return { acked, duplicates, failed: batch.map(({ msgId }) => ({ msgId, because: 'not connected to NATS' })) };
  await Promise.all(Array.from({ length: Math.min(WINDOW, batch.length) }, lane));
  return { acked, duplicates, failed };
};

const publishOne = (js: JetStreamClient, event: OutgoingEvent) =>
  js.publish(event.subject, JSON.stringify({ id: event.key }), { msgID: event.msgId, timeout: ACK_TIMEOUT_MS, headers: headersOf(event) });

interface Carrier {
  readonly subject: string;
  readonly headers?: MsgHdrs | undefined;
  json<T>(): T;
}

/** What a message says, or undefined when it is not one of ours. */
export const readEvent = (msg: Carrier, deliveries: number): IncomingEvent | undefined => {
  const parts = partsOf(msg.subject);
  if (parts === undefined) return undefined;
  let body: unknown;
  try {
    body = msg.json<unknown>();
  } catch {
    return undefined;
  }
  if (typeof body !== 'object' || body === null || !('id' in body) || typeof body.id !== 'string') return undefined;
  return {
    key: body.id,
    subject: msg.subject,
    ...parts,
    msgId: headerOf(msg.headers, 'Nats-Msg-Id'),
    traceparent: headerOf(msg.headers, TRACEPARENT),
    deliveries,
  };
};

export const tap = (link: Link, subject: string, handler: (wake: IncomingEvent) => void): Subscription => {
  const take = (msg: Msg): void => {
    const event = readEvent(msg, 1);
    if (event === undefined) {
      link.log.warn({ subject: msg.subject }, 'a message that is not an event was ignored');
      return;
    }
    try {
      withTraceparent(event.traceparent, () => {
        handler(event);
      });
    } catch (failure) {
      link.log.error({ err: failure, subject: msg.subject }, 'a wake-up could not be taken');
    }
  };
  const subscription = link.nc.subscribe(subject, {
    callback: (error, msg) => {
      if (error === null) take(msg);
      else link.log.error({ err: error, subject }, 'the subscription failed');
    },
  });
  return {
    close: async () => {
      if (!subscription.isClosed()) await subscription.drain().catch(() => undefined);
    },
  };
};
