import { hash, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ClusterId } from '@cadastre/domain/core';
import { isId } from '@cadastre/domain/core';
import type { Logger } from '@cadastre/platform/log';
import type { TakeEvents } from './tools.ts';

export interface WebhookOptions {
  readonly host: string;
  readonly port: number;
  readonly token: string;
  readonly known: (cluster: ClusterId) => Promise<boolean>;
  readonly take: TakeEvents;
  readonly log: Logger;
}

/** The API server sends batches of at most 400 events of at most some kilobytes. */
const MOST_BYTES = 16 << 20;
const PATH = /^\/kube-audit\/([a-z0-9_]{1,80})$/;

interface Answer { readonly status: number; readonly say: string }

const bodyOf = async (request: IncomingMessage): Promise<unknown> => {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MOST_BYTES) return undefined;
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
};

const digest = (text: string): Buffer => hash('sha256', text, 'buffer');

const answerTo = async (request: IncomingMessage, { token, known, take }: WebhookOptions): Promise<Answer> => {
  if (!timingSafeEqual(digest(request.headers.authorization ?? ''), digest(`Bearer ${token}`))) return { status: 401, say: 'a bearer token is needed' };
  const cluster = PATH.exec(request.url ?? '')?.[1];
  if (cluster === undefined || request.method !== 'POST') return { status: 404, say: 'POST /kube-audit/<id of the cluster>' };
  if (!isId('cluster', cluster) || !(await known(cluster))) return { status: 404, say: 'no cluster has this id' };
  const body = await bodyOf(request);
  const items = body !== null && typeof body === 'object' ? (body as { readonly items?: unknown }).items : undefined;
  if (!Array.isArray(items)) return { status: 400, say: 'the body is no EventList (audit.k8s.io/v1) in JSON, or too large' };
  const { broken } = await take(cluster, items);
  // Answered well all the same: the API server would send what cannot be read for ever.
  return { status: 200, say: broken === 0 ? 'kept' : `kept but ${String(broken)} that cannot be read` };
};

/** Takes the events of API servers whose log is on another machine (`--audit-webhook-config-file`), each under its cluster's id. */
export const serveWebhook = async (options: WebhookOptions): Promise<{ readonly url: string; close(): Promise<void> }> => {
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { status, say } = await answerTo(request, options).catch((err: unknown) => {
      options.log.warn({ err }, 'events of an API server could not be kept; it sends them again');
      return { status: 503, say: 'not kept; send it again' };
    });
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: status === 200 ? 'keep-alive' : 'close' }).end(`${say}\n`);
  };
  const server = createServer({ requestTimeout: 30_000 }, (request, response) => void serve(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${options.host}:${String(port)}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>(resolve => { server.close(() => { resolve(); }); });
    },
  };
};
