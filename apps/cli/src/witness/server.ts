import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Witness } from './witness.ts';

/** 63 hashes are under 3 KiB, a note with sixteen signatures of any kind under 96 KiB. */
const MAX_BODY_BYTES = 131_072;
/** A request is small and comes at once; a slow one is not waited for. */
const REQUEST_TIMEOUT_MS = 10_000;

interface Answer { readonly status: number; readonly type?: string; readonly body: string }

/** One line a request, for the person who runs the witness; nothing of it comes from the sender but an origin that we follow. */
export type Log = (line: string) => void;

/**
 * C2SP tlog-witness over HTTP: `POST /add-checkpoint`, `GET /<origin hash>/checkpoint`, and `/livez`, `/readyz`. What cannot be written is answered 500, with
 * no signature.
 */
export const serveWitness = (witness: Witness, log: Log): Server => {
  const server = createServer((request, response) => {
    void answerTo(witness, request).catch((error: unknown): Answer => {
      log(`500 ${error instanceof Error ? error.message : String(error)}`);
      return { status: 500, body: 'the witness could not remember this, and has signed nothing\n' };
    }).then(answer => { send(response, answer); if (request.method === 'POST') log(`${String(answer.status)} ${request.url ?? ''}`); });
  });
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.headersTimeout = REQUEST_TIMEOUT_MS;
  return server;
};

const text = (status: number, body: string): Answer => ({ status, body: `${body}\n` });

const answerTo = async (witness: Witness, request: IncomingMessage): Promise<Answer> => {
  const path = (request.url ?? '').split('?')[0] ?? '';
  const write = path === '/add-checkpoint';
  if (request.method !== (write ? 'POST' : 'GET')) return text(405, write ? 'POST only' : 'GET only');
  if (write) {
    const body = await bodyOf(request);
    return body === undefined ? text(413, `more than ${String(MAX_BODY_BYTES)} bytes`) : addCheckpoint(witness, body);
  }
  if (path === '/livez') return text(200, 'ok');
  if (path === '/readyz') return readiness(witness);
  const seen = /^\/([0-9a-f]{64})\/checkpoint$/.exec(path)?.[1];
  const note = seen === undefined ? undefined : witness.seen(seen);
  return note === undefined ? text(404, 'nothing here') : { status: 200, body: note };
};

const addCheckpoint = (witness: Witness, body: Uint8Array): Answer => {
  const verdict = witness.add(body);
  switch (verdict.status) {
    case 200: return { status: 200, body: verdict.lines };
    case 409: return { status: 409, type: 'text/x.tlog.size', body: `${verdict.size.toString()}\n` };
    default: return text(verdict.status, verdict.because);
  }
};

const readiness = (witness: Witness): Answer => {
  try {
    witness.probe();
    return { status: 200, type: 'application/json', body: '{"ready":true,"missing":{}}\n' };
  } catch (error) {
    return { status: 503, type: 'application/json', body: `${JSON.stringify({ ready: false, missing: { state: error instanceof Error ? error.message : String(error) } })}\n` };
  }
};

/** Undefined when it is too long: the rest is not read. */
const bodyOf = async (request: IncomingMessage): Promise<Uint8Array | undefined> => {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return undefined;
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > MAX_BODY_BYTES) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
};

const send = (response: ServerResponse, { status, type = 'text/plain; charset=utf-8', body }: Answer): void => {
  // What is left of a body that was too long is not read: the connection ends with it.
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body), 'cache-control': 'no-store', ...(status === 413 ? { connection: 'close' } : {}) }).end(body);
};
