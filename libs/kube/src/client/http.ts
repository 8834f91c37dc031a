import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Span } from '@opentelemetry/api';
import type { Dispatcher } from 'undici';
import { Agent } from 'undici';
import { ok } from '@cadastre/domain/core';
import { nextAuditId } from './announced.ts';
import type { Target } from './kubeconfig.ts';
import type { About, Answer } from './problem.ts';
import { problem, problemOfError, problemOfStatus } from './problem.ts';
import type { Time } from './time.ts';
import { pause } from './time.ts';

/** Limits of one cluster's connection. All times in milliseconds. */
export interface HttpLimits {
  /** Sockets for requests. A 2-core API server is busy with far fewer; more only moves the queue to the server. */
  readonly connections: number;
  readonly connectTimeoutMs: number;
  /** Until the answer's headers, and between two pieces of its body. */
  readonly answerTimeoutMs: number;
  /** How long in total a request may wait for a server that says 429 or 503 with Retry-After, before `OVERLOADED` is returned. */
  readonly patienceMs: number;
  /** Whether a request that changes something is sent only within an announced act (`NOT_ANNOUNCED` otherwise). */
  readonly announcing: 'required' | 'optional';
}

export const HTTP_LIMITS: HttpLimits = { connections: 32, connectTimeoutMs: 5_000, answerTimeoutMs: 20_000, patienceMs: 10_000, announcing: 'optional' };

export interface Ask {
  readonly about: About;
  readonly kind: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Path and query, without the target's prefix. */
  readonly path: string;
  readonly body?: string;
  readonly contentType?: string;
  readonly signal?: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

const tracer = trace.getTracer('@cadastre/kube');
const USER_AGENT = 'cadastre';
const NO_RETRY_AFTER_MS = 1_000;

/** Sends requests to one API server over pooled sockets; one instance a cluster. */
export class Http {
  readonly #target: Target;
  readonly #limits: HttpLimits;
  readonly #time: Time;
  readonly #requests: Agent;
  // A watch holds its socket for minutes: in the requests' pool, thirty watches would leave nothing to write with.
  readonly #streams: Agent;
  readonly #closing = new AbortController();
  readonly #headers: Readonly<Record<string, string>>;

  constructor(target: Target, limits: HttpLimits, time: Time) {
    this.#target = target;
    this.#limits = limits;
    this.#time = time;
    const connect = {
      timeout: limits.connectTimeoutMs,
      secureContext: target.tls,
      ...(target.serverName === undefined ? {} : { servername: target.serverName }),
    };
    // HTTP/1.1 on purpose: undici's HTTP/2 was slower for small bodies, and one stalled connection would stall every watch.
    const common = { connect, allowH2: false, pipelining: 1, headersTimeout: limits.answerTimeoutMs } as const;
    this.#requests = new Agent({ ...common, connections: limits.connections, bodyTimeout: limits.answerTimeoutMs, keepAliveTimeout: 30_000 });
    this.#streams = new Agent({ ...common, bodyTimeout: 0 });
    this.#headers = {
      accept: 'application/json', 'user-agent': USER_AGENT,
      ...(target.token === undefined ? {} : { authorization: `Bearer ${target.token}` }),
    };
  }

  /** The whole answer of a 2xx, or the problem. Waits out 429 and 503 with Retry-After within `patienceMs`. */
  send(ask: Ask): Promise<Answer<HttpAnswer>> {
    return this.#traced(ask, async span => {
      const started = this.#time.now();
      for (let attempt = 0; ; attempt++) {
        const answer = await this.#once(ask, span);
        if (answer.ok) return answer;
        const wait = this.#waitBefore(answer.error.status, answer.error.retryAfterMs, attempt);
        const again = wait !== undefined && this.#time.now() - started + wait <= this.#limits.patienceMs;
        // An idle socket that the server closed just as we wrote: a GET is safe to repeat, a write is the plan's to look at again.
        const severed = ask.method === 'GET' && answer.error.code === 'UNREACHABLE' && attempt === 0 && SEVERED.test(answer.error.message);
        if (!again && !severed) return answer;
        if (wait !== undefined) {
          span.addEvent('throttled', { 'cadastre.kube.wait_ms': wait });
          await pause(this.#time, wait, this.#signalOf(ask));
        }
        if (this.#signalOf(ask).aborted) return problem(ask.about, this.#closing.signal.aborted ? 'CLOSED' : 'CANCELLED', 'given up while the server asked to wait');
      }
    });
  }

  /** A response that stays open. `onChunk` gets its bytes; resolves when the server ends it. */
  stream(ask: Ask, onOpen: () => void, onChunk: (bytes: Buffer) => void): Promise<Answer<undefined>> {
    return this.#traced(ask, async span => {
      try {
        const res = await this.#streams.request(this.#options(ask, span));
        span.setAttribute('http.response.status_code', res.statusCode);
        if (res.statusCode !== 200) return problemOfStatus(ask.about, res.statusCode, await res.body.text(), retryAfter(res.headers));
        onOpen();
        for await (const chunk of res.body as AsyncIterable<Buffer>) onChunk(chunk);
        return ok(undefined);
      } catch (error) {
        return problemOfError(ask.about, error, this.#closing.signal.aborted);
      }
    });
  }

  /** Ends what is in flight (answered `CLOSED`) and every socket. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all([this.#requests.destroy(), this.#streams.destroy()]);
  }

  async #once(ask: Ask, span: Span): Promise<Answer<HttpAnswer>> {
    const auditId = changesSomething(ask) ? nextAuditId() : undefined;
    if (auditId === undefined && changesSomething(ask) && this.#limits.announcing === 'required') return problem(ask.about, 'NOT_ANNOUNCED', 'no audit event announces this request; it was not sent');
    try {
      const res = await this.#requests.request(this.#options(ask, span, auditId));
      const text = await res.body.text();
      span.setAttribute('http.response.status_code', res.statusCode);
      return res.statusCode < 300 ? ok({ status: res.statusCode, text }) : problemOfStatus(ask.about, res.statusCode, text, retryAfter(res.headers));
    } catch (error) {
      return problemOfError(ask.about, error, this.#closing.signal.aborted);
    }
  }

  #options(ask: Ask, span: Span, auditId?: string): Dispatcher.RequestOptions {
    const headers: Record<string, string> = { ...this.#headers };
    if (ask.contentType !== undefined) headers['content-type'] = ask.contentType;
    if (auditId !== undefined) headers['audit-id'] = auditId;
    propagation.inject(trace.setSpan(context.active(), span), headers);
    return {
      origin: this.#target.origin, path: this.#target.prefix + ask.path, method: ask.method, headers,
      ...(ask.body === undefined ? {} : { body: ask.body }),
      // Only a caller's signal is handed down: destroy() of the agents covers close(), and a signal per request costs a listener each.
      ...(ask.signal === undefined ? {} : { signal: ask.signal }),
    };
  }

  #signalOf(ask: Ask): AbortSignal {
    return ask.signal === undefined ? this.#closing.signal : AbortSignal.any([ask.signal, this.#closing.signal]);
  }

  /** Milliseconds to wait before another attempt, or undefined when the server did not ask for one. */
  #waitBefore(status: number | undefined, retryAfterMs: number | undefined, attempt: number): number | undefined {
    if (status !== 429 && !(status === 503 && retryAfterMs !== undefined)) return undefined;
    const asked = retryAfterMs ?? NO_RETRY_AFTER_MS * 2 ** attempt;
    // Never earlier than asked, and spread over half as much again: all waiting clients were told the same second.
    return Math.round(asked * (1 + this.#time.random() / 2));
  }

  async #traced<T>(ask: Ask, run: (span: Span) => Promise<Answer<T>>): Promise<Answer<T>> {
    const span = tracer.startSpan(`kube ${ask.about.verb} ${ask.kind}`, {
      kind: SpanKind.CLIENT,
      attributes: {
        'http.request.method': ask.method, 'k8s.cluster.name': ask.about.cluster,
        'cadastre.kube.kind': ask.kind, 'cadastre.kube.object': ask.about.object,
      },
    });
    try {
      const answer = await run(span);
      if (!answer.ok) {
        span.setAttribute('error.type', answer.error.code);
        // A missing object is an answer to a look, not a fault of the call.
        if (answer.error.code !== 'NOT_FOUND' && answer.error.code !== 'CANCELLED') span.setStatus({ code: SpanStatusCode.ERROR, message: answer.error.code });
      }
      return answer;
    } finally {
      span.end();
    }
  }
}

// A review of rights is a POST that leaves nothing behind.
const changesSomething = (ask: Ask): boolean => ask.method !== 'GET' && ask.about.verb !== 'probe';

const SEVERED = /UND_ERR_SOCKET|ECONNRESET|EPIPE/;

const retryAfter = (headers: Dispatcher.ResponseData['headers']): number | undefined => {
  const value = headers['retry-after'];
  const seconds = typeof value === 'string' ? Number(value) : Number.NaN;
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
};
