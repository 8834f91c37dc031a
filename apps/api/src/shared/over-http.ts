import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { LIMITS } from './limits.ts';

/** GraphQL has one address. Asked of the router, not of the URL's text: `/%67raphql` is the same place. */
export const isGraphql = (request: FastifyRequest): boolean => request.routeOptions.url === '/graphql';

// The addresses of subscriptions as a client writes them; elsewhere, and spelled otherwise, a request stays a request.
const SUBSCRIBES = /^\/graphql(\?|$)/;
const upgraded = new WeakSet<IncomingMessage>();

/**
 * Asked by Node for each request that would leave HTTP. Whatever it hands over is no connection of the server's any more: none of its deadlines holds, and one whose upgrade was answered with an ordinary response keeps the door from
 * closing for as long as the client likes. So only a WebSocket for subscriptions is; any other request is answered as if it had not asked.
 */
export const decideUpgrade = (raw: IncomingMessage): boolean => {
  const is = raw.method === 'GET' && raw.headers.upgrade?.toLowerCase() === 'websocket' && SUBSCRIBES.test(raw.url ?? '');
  if (is) upgraded.add(raw);
  return is;
};
/** A WebSocket authenticates with its first message. By what Node has handed over, and not by headers that a request may carry all the same. */
export const isUpgrade = (raw: IncomingMessage): boolean => upgraded.has(raw);

/** What a request is refused with before it is a GraphQL request at all; shown to the caller with its status. */
export class Malformed extends Error {
  readonly statusCode: number;
  readonly code: string;
  constructor(statusCode: number, code: string, message: string) {
    super(message);
    this.statusCode = statusCode;
    this.code = code;
  }
}

const RESPONSE_JSON = 'application/graphql-response+json';

/**
 * GraphQL over HTTP (draft of the GraphQL Foundation) where Mercurius leaves it open: which requests are well formed, and the media type of the answer.
 * Its own body schema would turn numbers into documents and refuses `extensions: null`, which must be allowed.
 */
export const speakGraphqlOverHttp = (app: FastifyInstance): void => {
  app.addHook('preValidation', async request => {
    if (!isGraphql(request)) return;
    if (request.method === 'POST') checkBody(request);
    else if (!isUpgrade(request.raw)) checkDocument((request.query as { query?: unknown }).query);
  });
  app.addHook('onSend', async (request, reply, payload) => {
    if (isGraphql(request) && prefersResponseJson(request.headers.accept) && String(reply.getHeader('content-type')).startsWith('application/json')) void reply.type(`${RESPONSE_JSON}; charset=utf-8`);
    return payload;
  });
};

/** True when the caller knows the newer media type, whose status codes speak: a document with faults is then 400, not 200. */
export const prefersResponseJson = (accept: string | undefined): boolean => {
  const weights = new Map((accept ?? '').split(',').map(part => {
    const [type = '', ...rest] = part.trim().toLowerCase().split(';');
    const q = rest.map(r => /^\s*q=([\d.]+)\s*$/.exec(r)?.[1]).find(v => v !== undefined);
    return [type.trim(), q === undefined ? 1 : Number(q)] as const;
  }));
  const q = weights.get(RESPONSE_JSON) ?? 0;
  return q > 0 && q >= (weights.get('application/json') ?? 0);
};

const checkBody = (request: FastifyRequest): void => {
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) throw new Malformed(415, 'NOT_JSON', 'Send the request as application/json.');
  const body = request.body;
  if (!isMap(body)) throw new Malformed(400, 'NOT_A_REQUEST', 'The body is one JSON object with query, operationName, variables and extensions.');
  checkDocument(body['query']);
  if (body['operationName'] != null && typeof body['operationName'] !== 'string') throw new Malformed(400, 'NOT_A_REQUEST', 'operationName is a text or null.');
  for (const part of ['variables', 'extensions']) if (body[part] != null && !isMap(body[part])) throw new Malformed(400, 'NOT_A_REQUEST', `${part} is an object or null.`);
};

// Tokens cannot be counted before parsing by a validation rule; a document's length bounds them and costs nothing.
const checkDocument = (document: unknown): void => {
  if (typeof document !== 'string' || document === '') throw new Malformed(400, 'NOT_A_REQUEST', 'query is the text of a document.');
  if (document.length <= LIMITS.documentCharacters) return;
  throw new Malformed(400, 'DOCUMENT_TOO_LONG', `The document has ${String(document.length)} characters; the limit is ${String(LIMITS.documentCharacters)}.`);
};

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);
