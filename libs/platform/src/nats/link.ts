import type { MsgHdrs, NatsConnection } from '@nats-io/nats-core';
import { headers } from '@nats-io/nats-core';
import type { Logger } from 'pino';
import { currentTraceparent } from '../otel/index.ts';

/** What every part of the client shares: the connection and what is known of its state. */
export interface Link {
  readonly nc: NatsConnection;
  readonly log: Logger;
  connected(): boolean;
  /** Resolves true as soon as there is a connection, false when `timeoutMs` passed without one. */
  waitConnected(timeoutMs: number): Promise<boolean>;
  /** Calls `fn` after every reconnection, until the answer is called. */
  onReconnect(fn: () => void): () => void;
}

export const TRACEPARENT = 'traceparent';

export const traceHeaders = (): MsgHdrs => {
  const made = headers();
  const traceparent = currentTraceparent();
  if (traceparent !== undefined) made.set(TRACEPARENT, traceparent);
  return made;
};

/** A header's value, or undefined: the client answers '' for one that is not there. */
export const headerOf = (from: MsgHdrs | undefined, name: string): string | undefined => {
  const value = from?.get(name);
  return value === undefined || value === '' ? undefined : value;
};

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
