import { randomFillSync } from 'node:crypto';
import type { Context, SpanContext } from '@opentelemetry/api';
import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';

// Registered at import, exporter or not: an audit event written while nothing is exported must still carry the trace it belongs to,
// and a caller's `traceparent` must still come out at the other end. Baggage is left out on purpose: it would carry a caller's words into other systems.
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
propagation.setGlobalPropagator(new W3CTraceContextPropagator());

// W3C Trace Context, version 00: all-zero ids are invalid, unknown versions are read by their first four fields.
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/;

/** The span context in a `traceparent` header, or undefined when it is absent or malformed (the specification says: start anew). */
export const parseTraceparent = (text: string | undefined): SpanContext | undefined => {
  const found = text === undefined ? null : TRACEPARENT.exec(text);
  if (found === null) return undefined;
  const [, traceId = '', spanId = '', flags = '00'] = found;
  return { traceId, spanId, traceFlags: parseInt(flags, 16) & 1, isRemote: true };
};

export const formatTraceparent = (span: SpanContext): string => `00-${span.traceId}-${span.spanId}-0${String(span.traceFlags & 1)}`;

/** W3C `traceparent` of the active span, or undefined outside of every span. */
export const currentTraceparent = (): string | undefined => {
  const active = trace.getSpanContext(context.active());
  return active === undefined ? undefined : formatTraceparent(active);
};

/** The context of a remote parent. A malformed or absent parent gives a context without a span: what follows begins a new trace. */
export const contextOf = (traceparent: string | undefined): Context => {
  const remote = parseTraceparent(traceparent);
  return remote === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, remote);
};

/** Runs `fn` under the remote parent without a span of its own; with undefined, under the context that is active now. */
export const withTraceparent = <T>(traceparent: string | undefined, fn: () => T): T =>
  traceparent === undefined ? fn() : context.with(contextOf(traceparent), fn);

const POOL = Buffer.allocUnsafe(4096);
let used = POOL.length;

/** Random bytes as hex; drawn in blocks because every request of the product passes here. All zero has a chance of 2^-64 and is the only invalid value. */
export const randomHex = (bytes: 8 | 16): string => {
  if (used + bytes > POOL.length) {
    randomFillSync(POOL);
    used = 0;
  }
  used += bytes;
  return POOL.toString('hex', used - bytes, used);
};
