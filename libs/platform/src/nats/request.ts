import type { Result } from '@cadastre/domain/core';
import { no, ok } from '@cadastre/domain/core';
import type { Msg } from '@nats-io/nats-core';
import { errors, headers } from '@nats-io/nats-core';
import { elapsedSince, monotonicMs } from '../clock/index.ts';
import { inSpan } from '../otel/index.ts';
import { headerOf, messageOf, TRACEPARENT, traceHeaders, type Link } from './link.ts';
import type { RequestFailure, RequestOptions, RespondOptions, Subscription } from './model.ts';

const FAILURE = 'cadastre-failure';

export const request = <TReq, TRep>(link: Link, subject: string, body: TReq, options: RequestOptions): Promise<Result<TRep, RequestFailure>> =>
  inSpan(`request ${subject}`, { kind: 'client', parent: options.traceparent, attributes: { 'messaging.system': 'nats', 'messaging.destination.name': subject } }, async () => {
    const failure = (code: RequestFailure['code'], ran: RequestFailure['ran'], detail: string): Result<TRep, RequestFailure> => no({ code, ran, subject, detail });
    const startedAt = monotonicMs();
    if (!(await link.waitConnected(options.timeoutMs))) return failure('DISCONNECTED', 'no', `no connection to NATS within ${String(options.timeoutMs)} ms`);
    const timeout = Math.max(1, Math.round(options.timeoutMs - elapsedSince(startedAt)));
    let reply: Msg;
    try {
      reply = await link.nc.request(subject, JSON.stringify(body), { timeout, headers: traceHeaders() });
    } catch (error) {
      if (isNoResponders(error)) return failure('NO_RESPONDERS', 'no', 'nobody listens on this subject');
      if (error instanceof errors.ClosedConnectionError || error instanceof errors.DrainingConnectionError) return failure('DISCONNECTED', 'no', messageOf(error));
      return failure('TIMEOUT', 'unknown', error instanceof errors.TimeoutError ? `no answer within ${String(options.timeoutMs)} ms` : messageOf(error));
    }
    const refused = headerOf(reply.headers, FAILURE);
    if (refused === 'OVERLOADED') return failure('OVERLOADED', 'no', 'the responder has too many requests waiting');
    if (refused !== undefined) return failure('RESPONDER_FAILED', 'unknown', 'the responder failed; its log says why');
    try {
      return ok(reply.json<TRep>());
    } catch (error) {
      return failure('BAD_REPLY', 'unknown', messageOf(error));
    }
  });

const isNoResponders = (error: unknown): boolean =>
  error instanceof errors.NoRespondersError || (error instanceof errors.RequestError && error.isNoResponders());

type Handler<TReq, TRep> = (body: TReq, from: { readonly subject: string; readonly traceparent: string | undefined }) => Promise<TRep>;

export const respond = <TReq, TRep>(link: Link, subject: string, handler: Handler<TReq, TRep>, options: RespondOptions = {}): Subscription => {
  const { concurrency = 256, maxWaiting = 4_096 } = options;
  const waiting: Msg[] = [];
  let running = 0;
  let finished: (() => void) | undefined;

  const refuse = (msg: Msg, code: 'FAILED' | 'OVERLOADED'): void => {
    const marks = headers();
    marks.set(FAILURE, code);
    msg.respond('', { headers: marks });
  };
  const run = async (msg: Msg): Promise<void> => {
    running += 1;
    try {
      msg.respond(JSON.stringify(await answer(msg, handler)));
    } catch (error) {
      link.log.error({ err: error, subject: msg.subject }, 'a request could not be answered');
      if (!link.nc.isClosed()) refuse(msg, 'FAILED');
    } finally {
      running -= 1;
      const next = waiting.shift();
      if (next !== undefined) void run(next);
      else if (running === 0) finished?.();
    }
  };
  const subscription = link.nc.subscribe(subject, {
    ...(options.queue === undefined ? {} : { queue: options.queue }),
    callback: (error, msg) => {
      if (error !== null) link.log.error({ err: error, subject }, 'the subscription failed');
      else if (running < concurrency) void run(msg);
      else if (waiting.length < maxWaiting) waiting.push(msg);
      else refuse(msg, 'OVERLOADED');
    },
  });
  return {
    close: async () => {
      if (!subscription.isClosed()) await subscription.drain().catch(() => undefined);
      if (running === 0 && waiting.length === 0) return;
      await new Promise<void>(resolve => (finished = resolve));
    },
  };
};

const answer = <TReq, TRep>(msg: Msg, handler: Handler<TReq, TRep>): Promise<TRep> => {
  const traceparent = headerOf(msg.headers, TRACEPARENT);
  return inSpan(
    `respond ${msg.subject}`,
    { kind: 'server', parent: traceparent ?? '', attributes: { 'messaging.system': 'nats', 'messaging.destination.name': msg.subject } },
    async () => handler(msg.json<TReq>(), { subject: msg.subject, traceparent }),
  );
};
