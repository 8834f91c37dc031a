import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '@cadastre/domain/core';
import { UNRECONCILED, type KeyAnswer, type OpenAnswer, type TombstonesAnswer } from '@cadastre/platform/keeper';
import type { Logger } from '@cadastre/platform/log';
import { z } from 'zod';
import type { KeyDirectory } from './directory.ts';

export interface KeeperServer {
  readonly url: string;
  /** Undefined when it answers everything; else the sentence for /readyz. */
  missing(): string | undefined;
  close(): Promise<void>;
}

export interface KeeperServerOptions {
  readonly directory: KeyDirectory;
  readonly token: string;
  readonly host: string;
  readonly port: number;
  readonly clock: Clock;
  readonly log: Logger;
}

// A list of every erasure of years fits; nothing else comes near it.
const MAX_BODY = 16 * 1_024 * 1_024;
const scope = z.string().regex(/^(provider|organisation_[0-9a-z]{26})$/);
const subject = z.string().min(1).max(512);
const certificate = z.string().regex(/^[a-z]+_[0-9a-z]{26}$/);
const kid = z.string().regex(/^[\w-]{22}$/);
const KEY = z.strictObject({ scope, subject });
const OPEN = z.strictObject({ scope, kids: z.array(kid).max(10_000) });
const DESTROY = z.strictObject({ scope, subject: subject.optional(), certificate });
const TOMBSTONES = z.strictObject({ tombstones: z.array(z.strictObject({ kid, at: z.iso.datetime(), certificate })) });

interface Answer {
  readonly status: number;
  readonly body: object;
}
const ok = (body: KeyAnswer | OpenAnswer | TombstonesAnswer | { readonly destroyed: number }): Answer => ({ status: 200, body });
const refused = (status: number, code: string): Answer => ({ status, body: { code } });

const bodyOf = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) return undefined;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return undefined;
  }
};

const sha = (text: string): Buffer => createHash('sha256').update(text).digest();
const authorized = (request: IncomingMessage, token: string): boolean => timingSafeEqual(sha(request.headers.authorization ?? ''), sha(`Bearer ${token}`));

const openAll = async (directory: KeyDirectory, { scope: of, kids }: z.output<typeof OPEN>): Promise<OpenAnswer> => {
  const keys: Record<string, string> = {};
  const erased: Record<string, { readonly at: string; readonly certificate: string }> = {};
  for (const one of kids) {
    const stone = directory.tombstoneOf(one);
    if (stone !== undefined) {
      erased[one] = { at: stone.at, certificate: stone.certificate };
      continue;
    }
    const key = await directory.open(of, one);
    if (key !== undefined) keys[one] = Buffer.from(key.key).toString('base64');
  }
  return { keys, erased };
};

/** The keeper over HTTP. Nothing of a request or an answer is ever logged but its path and its status. */
export const serveKeeper = async ({ directory, token, host, port, clock, log }: KeeperServerOptions): Promise<KeeperServer> => {
  let reconciled = false;
  const answer = async (request: IncomingMessage): Promise<Answer> => {
    if (!authorized(request, token)) return refused(401, 'UNAUTHORIZED');
    const path = `${request.method ?? ''} ${request.url ?? ''}`;
    if (path === 'GET /tombstones') return ok({ tombstones: directory.tombstones() });
    const body = request.method === 'POST' ? await bodyOf(request) : undefined;
    switch (path) {
      case 'POST /key': {
        const asked = KEY.safeParse(body);
        if (!asked.success) return refused(400, 'BAD_REQUEST');
        if (!reconciled) return refused(503, UNRECONCILED);
        const found = await directory.key(asked.data.scope, asked.data.subject);
        return ok({ kid: found.kid, key: Buffer.from(found.key).toString('base64') });
      }
      case 'POST /open': {
        const asked = OPEN.safeParse(body);
        if (!asked.success) return refused(400, 'BAD_REQUEST');
        return reconciled ? ok(await openAll(directory, asked.data)) : refused(503, UNRECONCILED);
      }
      case 'POST /destroy': {
        const asked = DESTROY.safeParse(body);
        if (!asked.success) return refused(400, 'BAD_REQUEST');
        const { subject: of, ...rest } = asked.data;
        const tombstones = await directory.destroy({ ...rest, ...(of === undefined ? {} : { subject: of }) }, clock.now());
        log.info({ certificate: rest.certificate, keys: tombstones.length }, 'subject keys are destroyed');
        return ok({ tombstones });
      }
      case 'POST /tombstones': {
        const told = TOMBSTONES.safeParse(body);
        if (!told.success) return refused(400, 'BAD_REQUEST');
        const destroyed = await directory.reconcile(told.data.tombstones);
        if (destroyed > 0) log.warn({ destroyed }, 'keys that had been destroyed were back, from a backup as it seems: they are destroyed again');
        reconciled = true;
        return ok({ destroyed });
      }
      default:
        return refused(404, 'NOT_FOUND');
    }
  };
  const server = createServer((request, response) => void respond(answer, request, response, log));
  server.requestTimeout = 30_000;
  const listening = Promise.withResolvers<undefined>();
  server.once('error', listening.reject);
  server.listen(port, host, () => { listening.resolve(undefined); });
  await listening.promise;
  const where = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${String(where.port)}`,
    missing: () => (reconciled ? undefined : 'nobody has told yet which keys were destroyed: a door or the notary does with its first question'),
    close: async () => {
      const closed = Promise.withResolvers<undefined>();
      server.close(() => { closed.resolve(undefined); });
      server.closeIdleConnections();
      await closed.promise;
    },
  };
};

const respond = async (answer: (request: IncomingMessage) => Promise<Answer>, request: IncomingMessage, response: ServerResponse, log: Logger): Promise<void> => {
  let done: Answer;
  try {
    done = await answer(request);
  } catch (error) {
    log.error({ err: error }, 'the keeper could not do what it was asked');
    done = refused(500, 'INTERNAL');
  }
  response.writeHead(done.status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', ...(done.status === 401 ? { connection: 'close' } : {}) });
  response.end(JSON.stringify(done.body));
};
