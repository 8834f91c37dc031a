import { setTimeout as pause } from 'node:timers/promises';
import type { ConsumerMessages, JsMsg } from '@nats-io/jetstream';
import { AckPolicy, DeliverPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { nanos } from '@nats-io/nats-core';
import { withTraceparent } from '../otel/index.ts';
import { readEvent } from './events.ts';
import { messageOf, type Link } from './link.ts';
import type { ConsumeOptions, IncomingEvent, Subscription } from './model.ts';
import { bringStream, consumerOrAbsent, whenJetStreamIsUp } from './stream.ts';
import { EVENTS_STREAM } from './subject.ts';

// Short, because a handler only notes a key: what was on its way to a connection that broke comes again after this.
const ACK_WAIT_MS = 5_000;
const PULL_MS = 10_000;
const RETRY_MS = 500;
// A key that could not even be queued ten times is left to the resync: redelivering it for ever would only hide the bug.
const MAX_DELIVER = 10;

type Handler = (wake: IncomingEvent) => void | Promise<void>;

const bringConsumer = async (link: Link, options: ConsumeOptions, stream: string): Promise<void> => {
  if (stream === EVENTS_STREAM.name) await bringStream(link, EVENTS_STREAM);
  const jsm = await jetstreamManager(link.nc);
  const wanted = {
    filter_subjects: [...options.filterSubjects],
    ack_wait: nanos(ACK_WAIT_MS),
    max_ack_pending: options.maxAckPending ?? 1_000,
    max_deliver: MAX_DELIVER,
  };
  const there = await consumerOrAbsent(jsm, stream, options.durable);
  if (there === undefined) await jsm.consumers.add(stream, { durable_name: options.durable, ack_policy: AckPolicy.Explicit, deliver_policy: DeliverPolicy.All, ...wanted });
  else await jsm.consumers.update(stream, options.durable, wanted);
};

const take = async (link: Link, msg: JsMsg, handler: Handler): Promise<void> => {
  const event = readEvent(msg, msg.info.deliveryCount);
  if (event === undefined) {
    link.log.warn({ subject: msg.subject }, 'a message that is not an event was put aside');
    msg.term('not an event');
    return;
  }
  try {
    await withTraceparent(event.traceparent, () => handler(event));
    msg.ack();
  } catch (error) {
    link.log.error({ err: error, subject: msg.subject, deliveries: event.deliveries }, 'a wake-up could not be taken; it comes again');
    msg.nak(RETRY_MS);
  }
};

export const consume = async (link: Link, options: ConsumeOptions, handler: Handler): Promise<Subscription> => {
  const stream = options.stream ?? EVENTS_STREAM.name;
  const inFlight = new Set<Promise<void>>();
  const stop = new AbortController();
  const stopped = (): boolean => stop.signal.aborted;
  const now: { messages: ConsumerMessages | undefined } = { messages: undefined };

  const open = async (): Promise<ConsumerMessages> => {
    await bringConsumer(link, options, stream);
    const consumer = await jetstream(link.nc).consumers.get(stream, options.durable);
    // Aborting on a missing consumer hands the healing to the loop below, which can create it again; the client can only wait for it.
    return consumer.consume({ max_messages: 500, expires: PULL_MS, abort_on_missing_resource: true });
  };
  const drainOnce = async (from: ConsumerMessages): Promise<void> => {
    for await (const msg of from) {
      const task = take(link, msg, handler).finally(() => inFlight.delete(task));
      inFlight.add(task);
    }
  };
  const loop = async (): Promise<void> => {
    while (!stopped()) {
      try {
        now.messages ??= await open();
        // Told to close while it opened: nobody else would close it.
        if (stopped()) await now.messages.close();
        else await drainOnce(now.messages);
      } catch (error) {
        link.log.warn({ durable: options.durable, because: messageOf(error) }, 'the consumer broke off; opening it again');
      }
      now.messages = undefined;
      await pause(RETRY_MS * (1 + Math.random()), undefined, { signal: stop.signal }).catch(() => undefined);
    }
  };

  now.messages = await whenJetStreamIsUp(link, `open the consumer ${options.durable}`, open);
  const looping = loop();
  // The server forgot our pull request with the connection; the client would notice by missing heartbeats, 30 s later.
  const unlisten = link.onReconnect(() => void now.messages?.close().catch(() => undefined));
  return {
    close: async () => {
      unlisten();
      stop.abort();
      await now.messages?.close().catch(() => undefined);
      await looping;
      await Promise.all(inFlight);
    },
  };
};
