import { consume } from './consume.ts';
import { publishEvents, tap } from './events.ts';
import type { Link } from './link.ts';
import type { Nats, Subscription } from './model.ts';
import { request, respond } from './request.ts';
import { bringStream, whenJetStreamIsUp } from './stream.ts';
import { EVENTS_STREAM } from './subject.ts';

/** The client over an open connection. Keeps its subscriptions, so that `close` ends them before the connection they answer on. */
export const createNats = (link: Link, where: string): Nats => {
  const open = new Set<Subscription>();
  const kept = (subscription: Subscription): Subscription => {
    const own: Subscription = {
      close: async () => {
        open.delete(own);
        await subscription.close();
      },
    };
    open.add(own);
    return own;
  };
  return {
    request: (subject, body, options) => request(link, subject, body, options),
    respond: (subject, handler, options) => kept(respond(link, subject, handler, options)),
    ensureStream: (spec = EVENTS_STREAM) => whenJetStreamIsUp(link, `keep the stream ${spec.name}`, () => bringStream(link, spec)),
    publishEvents: batch => publishEvents(link, batch),
    consume: async (options, handler) => kept(await consume(link, options, handler)),
    tap: (subject, handler) => kept(tap(link, subject, handler)),
    check: { name: 'nats', check: () => Promise.resolve(link.connected() ? undefined : `not connected to ${where}`) },
    connected: () => link.connected(),
    close: async () => {
      await Promise.all([...open].map(subscription => subscription.close()));
      if (link.nc.isClosed()) return;
      // Without a server to talk to, draining would wait for it.
      await (link.connected() ? link.nc.drain() : link.nc.close());
    },
  };
};
