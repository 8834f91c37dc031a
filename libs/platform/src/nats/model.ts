import type { Result } from '@cadastre/domain/core';
import type { HealthCheck } from '../health/index.ts';

export interface RequestFailure {
  /**
   * TIMEOUT: no answer in time, or the connection broke while waiting. NO_RESPONDERS: nobody listens on the subject. DISCONNECTED: no connection came back in time.
   * OVERLOADED: the responder refused to queue more. RESPONDER_FAILED: its handler threw; its log says why. BAD_REPLY: the answer is not JSON.
   */
  readonly code: 'TIMEOUT' | 'NO_RESPONDERS' | 'DISCONNECTED' | 'OVERLOADED' | 'RESPONDER_FAILED' | 'BAD_REPLY';
  /** `no`: the request certainly had no effect and may be repeated freely. `unknown`: repeat it with the same idempotency key only. */
  readonly ran: 'no' | 'unknown';
  readonly subject: string;
  readonly detail: string;
}

export interface RequestOptions {
  /** For everything together: waiting for a connection, the way there, the work, the way back. */
  readonly timeoutMs: number;
  /** W3C parent. Left out: the active span. */
  readonly traceparent?: string;
}

export interface RespondOptions {
  /** Handlers at one time. Default 256. */
  readonly concurrency?: number;
  /** Requests that may wait for a handler; one more is answered OVERLOADED at once, because its caller would give up before its turn. Default 4,096. */
  readonly maxWaiting?: number;
  /** Queue group: one member of the group gets each request. Left out: every subscriber gets it, so there must be one. */
  readonly queue?: string;
}

export interface Subscription {
  /** Takes no more and resolves when what was in flight is finished. */
  close(): Promise<void>;
}

/** A wake-up: an object's key, never facts about it. */
export interface IncomingEvent {
  readonly key: string;
  readonly subject: string;
  /** `_` where the object belongs to no region. */
  readonly region: string;
  readonly noun: string;
  readonly verb: string;
  readonly msgId: string | undefined;
  readonly traceparent: string | undefined;
  /** 1 at the first delivery. Always 1 for `tap`. */
  readonly deliveries: number;
}

/** One row of the outbox on its way out. */
export interface OutgoingEvent {
  /** The outbox row's id: JetStream drops a second message with the same one within two minutes. */
  readonly msgId: string;
  readonly subject: string;
  readonly key: string;
  readonly traceparent?: string | undefined;
  /** CloudEvents `source`, a URI reference. */
  readonly source: string;
  /** CloudEvents `type`. */
  readonly type: string;
  /** CloudEvents `time`, RFC 3339. */
  readonly time: string;
}

export interface PublishReport {
  /** Ids that the stream holds now, duplicates included. */
  readonly acked: readonly string[];
  /** How many of the acked ones the stream had already. */
  readonly duplicates: number;
  readonly failed: readonly { readonly msgId: string; readonly because: string }[];
}

export interface StreamSpec {
  readonly name: string;
  readonly subjects: readonly string[];
  readonly maxAgeMs: number;
  readonly maxBytes: number;
  readonly maxMessageBytes: number;
  readonly duplicateWindowMs: number;
  /** Copies that JetStream keeps. An existing stream with more keeps them. */
  readonly replicas: number;
}

export interface ConsumeOptions {
  /** Name that JetStream remembers the position under. Letters, digits, `-` and `_`. */
  readonly durable: string;
  readonly filterSubjects: readonly string[];
  /** Default `CAD_EVENTS`. */
  readonly stream?: string;
  /** Deliveries in flight without an acknowledgement. Default 1,000. */
  readonly maxAckPending?: number;
}

export interface Nats {
  /** Asks and waits for one answer. Never throws for what a network does; the failure says whether the request may have had an effect. */
  request<TReq, TRep>(subject: string, body: TReq, options: RequestOptions): Promise<Result<TRep, RequestFailure>>;
  /** Answers requests. A handler that throws is logged here and told to the caller as RESPONDER_FAILED, without its words: they may hold secrets. */
  respond<TReq, TRep>(subject: string, handler: (body: TReq, from: { readonly subject: string; readonly traceparent: string | undefined }) => Promise<TRep>, options?: RespondOptions): Subscription;
  /** Creates the stream or brings its limits to the specification. Waits up to 30 s for JetStream to be up. */
  ensureStream(spec?: StreamSpec): Promise<void>;
  /** Publishes and waits for every acknowledgement, many in flight; answers which are in the stream. Never throws for one message. */
  publishEvents(batch: readonly OutgoingEvent[]): Promise<PublishReport>;
  /** Durable pull consumer: a wake-up is acknowledged when the handler has returned, and comes again when it throws. Heals by itself when the server lost the consumer. */
  consume(options: ConsumeOptions, handler: (wake: IncomingEvent) => void | Promise<void>): Promise<Subscription>;
  /** Core subscription to the same subjects: at most once, only while listening. */
  tap(subject: string, handler: (wake: IncomingEvent) => void): Subscription;
  readonly check: HealthCheck;
  connected(): boolean;
  /** Ends the subscriptions in order, flushes, closes. */
  close(): Promise<void>;
}
