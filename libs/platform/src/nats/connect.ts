import { setTimeout as pause } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/nats-core';
import { connect } from '@nats-io/transport-node';
import type { Logger } from 'pino';
import { elapsedSince, monotonicMs } from '../clock/index.ts';
import { createNats } from './client.ts';
import { messageOf, type Link } from './link.ts';
import type { Nats } from './model.ts';

export interface ConnectOptions {
  /** One or more server URLs, comma separated. User and password, or a token as the user, may be inside. */
  readonly url: string;
  /** Shown by the server's monitoring. */
  readonly name: string;
  readonly log: Logger;
  /** Ends the wait for a first connection. */
  readonly signal?: AbortSignal;
}

const RETRY_MS = 250;
const SAY_EVERY_MS = 5_000;

/** Host and port only: a URL's user part is a secret. */
const shown = (url: string): string => url.split(',').map(one => new URL(one.trim()).host).join(', ');

const credentialsOf = (url: string): { readonly user?: string; readonly pass?: string; readonly token?: string } => {
  const { username, password } = new URL(url.split(',')[0]?.trim() ?? '');
  if (username === '') return {};
  return password === '' ? { token: decodeURIComponent(username) } : { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
};

/**
 * Waits for the first connection for ever, saying every 5 s what it waits for; afterwards reconnects for ever with jitter.
 * The client's own `waitOnFirstConnect` was rejected: it waits in silence.
 * @throws only when `signal` is aborted.
 */
export const connectNats = async (options: ConnectOptions): Promise<Nats> => {
  const { log, signal } = options;
  const where = shown(options.url);
  const startedAt = monotonicMs();
  let saidAt = startedAt;
  for (;;) {
    signal?.throwIfAborted();
    try {
      const nc = await connect({
        servers: options.url.split(',').map(one => new URL(one.trim()).host),
        ...credentialsOf(options.url),
        ...(options.url.startsWith('tls:') ? { tls: {} } : {}),
        name: options.name,
        timeout: 5_000,
        maxReconnectAttempts: -1,
        reconnectTimeWait: RETRY_MS,
        reconnectJitter: RETRY_MS,
        reconnectJitterTLS: RETRY_MS,
        pingInterval: 10_000,
        maxPingOut: 3,
        // A stack captured for each request would be a tenth of its cost, and our failures are values.
        noAsyncTraces: true,
      });
      log.info({ servers: where }, 'connected to NATS');
      return createNats(linkOf(nc, log, where), where);
    } catch (error) {
      if (elapsedSince(saidAt) >= SAY_EVERY_MS) {
        saidAt = monotonicMs();
        log.warn({ servers: where, waitedS: Math.round(elapsedSince(startedAt) / 1000), because: messageOf(error) }, 'waiting for NATS');
      }
    }
    await pause(RETRY_MS * (1 + Math.random()), undefined, signal === undefined ? {} : { signal });
  }
};

const linkOf = (nc: NatsConnection, log: Logger, where: string): Link => {
  let up = true;
  let waiters: (() => void)[] = [];
  const listeners = new Set<() => void>();
  const watch = async (): Promise<void> => {
    for await (const status of nc.status()) {
      switch (status.type) {
        case 'disconnect':
          up = false;
          log.warn({ servers: where }, 'lost NATS; reconnecting');
          break;
        case 'reconnect':
          up = true;
          log.info({ servers: where }, 'NATS is back');
          for (const wake of waiters.splice(0)) wake();
          for (const listener of listeners) listener();
          break;
        case 'error':
          log.error({ err: status.error, servers: where }, 'NATS refused something');
          break;
        case 'slowConsumer':
          log.warn({ subject: status.sub.getSubject(), pending: status.pending }, 'messages come in faster than they are taken');
          break;
        default:
          break;
      }
    }
  };
  void watch();
  return {
    nc,
    log,
    connected: () => up && !nc.isClosed(),
    onReconnect: fn => {
      listeners.add(fn);
      return () => listeners.delete(fn);
    },
    waitConnected: timeoutMs => {
      if (up && !nc.isClosed()) return Promise.resolve(true);
      if (nc.isClosed()) return Promise.resolve(false);
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const timer = setTimeout(() => {
        waiters = waiters.filter(w => w !== wake);
        resolve(false);
      }, timeoutMs);
      const wake = (): void => {
        clearTimeout(timer);
        resolve(true);
      };
      waiters.push(wake);
      return promise;
    },
  };
};
