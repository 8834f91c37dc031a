import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Health } from './health.ts';

export interface HealthServer {
  /** The port it listens on: the one asked for, or the one the system chose for 0. */
  readonly port: number;
  readonly url: string;
  close(): Promise<void>;
}

/** /livez, /readyz and /metrics over plain HTTP, GET and HEAD only. Rejects when the port is taken. */
export const serveHealth = async (health: Health, where: { readonly host: string; readonly port: number }): Promise<HealthServer> => {
  const server = createServer((request, response) => {
    void answer(health, request, response);
  });
  const listening = Promise.withResolvers<undefined>();
  server.once('error', listening.reject);
  server.listen(where.port, where.host, () => {
    listening.resolve(undefined);
  });
  await listening.promise;
  const { port } = server.address() as AddressInfo;
  const host = where.host.includes(':') ? `[${where.host}]` : where.host;
  return {
    port,
    url: `http://${host}:${String(port)}`,
    close: async () => {
      const closed = Promise.withResolvers<undefined>();
      server.close(() => {
        closed.resolve(undefined);
      });
      server.closeAllConnections();
      await closed.promise;
    },
  };
};

const answer = async (health: Health, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end();
    return;
  }
  const path = new URL(request.url ?? '/', 'http://health').pathname;
  const found = await health.answer(path);
  if (found === undefined) {
    response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('There is /livez, /readyz and /metrics.\n');
    return;
  }
  response.writeHead(found.status, { 'content-type': found.contentType, 'cache-control': 'no-store' });
  response.end(request.method === 'HEAD' ? undefined : found.body);
};
