import type { Attributes, Context, Link, Span } from '@opentelemetry/api';
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { contextOf, parseTraceparent, randomHex } from './context.ts';

const KINDS = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

export interface SpanDescription {
  readonly kind?: keyof typeof KINDS;
  /** W3C `traceparent` of a parent in another process. Left out: the active span. */
  readonly parent?: string | undefined;
  /** `traceparent`s of spans that caused this one without being its parent: coalesced wake-ups, batched orders. */
  readonly links?: readonly string[] | undefined;
  readonly attributes?: Attributes;
}

let recording = false;
/** Called by `startTelemetry` alone: from then on spans are real. */
export const recordSpans = (on: boolean): void => {
  recording = on;
};

/**
 * Runs `fn` inside a span. A throw or a rejection marks the span as failed and goes on to the caller.
 *
 * While nothing is exported the span is a bare identity (about a microsecond): it exists so that `currentTraceparent()`,
 * audit events and headers are the same in development and in production. It is unsampled unless its parent was sampled.
 */
export const inSpan = <T>(name: string, description: SpanDescription, fn: (span: Span) => T): T => {
  const parent = description.parent === undefined ? context.active() : contextOf(description.parent);
  if (!recording) {
    const span = identity(parent);
    return context.with(trace.setSpan(parent, span), fn, undefined, span);
  }
  const span = trace.getTracer('cadastre').startSpan(
    name,
    { kind: KINDS[description.kind ?? 'internal'], attributes: description.attributes ?? {}, links: linksOf(description.links) },
    parent,
  );
  return recorded(span, () => context.with(trace.setSpan(parent, span), fn, undefined, span));
};

const identity = (parent: Context): Span => {
  const above = trace.getSpanContext(parent);
  return trace.wrapSpanContext({ traceId: above?.traceId ?? randomHex(16), spanId: randomHex(8), traceFlags: above?.traceFlags ?? 0 });
};

const linksOf = (traceparents: readonly string[] | undefined): Link[] =>
  (traceparents ?? []).flatMap(text => {
    const found = parseTraceparent(text);
    return found === undefined ? [] : [{ context: found }];
  });

const recorded = <T>(span: Span, run: () => T): T => {
  try {
    const result = run();
    if (!(result instanceof Promise)) {
      span.end();
      return result;
    }
    return result.then(
      (value: unknown) => {
        span.end();
        return value;
      },
      (error: unknown) => {
        failed(span, error);
        throw error;
      },
    ) as T;
  } catch (error) {
    failed(span, error);
    throw error;
  }
};

const failed = (span: Span, error: unknown): void => {
  const seen = error instanceof Error ? error : new Error(String(error));
  span.recordException(seen);
  span.setStatus({ code: SpanStatusCode.ERROR, message: seen.message });
  span.end();
};
