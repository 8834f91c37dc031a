import { inSpan, metrics } from '@cadastre/platform/otel';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { DoorName } from './viewer.ts';

const duration = metrics.histogram('http.server.request.duration', { description: 'GraphQL requests, from the parsed body to the last byte of the answer.', unit: 's' });

/**
 * One server span per request, under the client's `traceparent`, around everything that resolvers do. It begins after the body was read: the parser's
 * events do not keep the asynchronous context of an earlier hook.
 */
export const traceOperations = (app: FastifyInstance, door: DoorName): void => {
  app.addHook('preValidation', (request, reply, next) => {
    if (request.routeOptions.url !== '/graphql') {
      next();
      return;
    }
    const parent = request.headers['traceparent'];
    const operation = operationOf(request);
    const attributes = { 'http.request.method': request.method, 'http.route': '/graphql', 'cadastre.door': door, ...(operation === undefined ? {} : { 'graphql.operation.name': operation }) };
    void inSpan(operation === undefined ? 'POST /graphql' : `POST /graphql ${operation}`, { kind: 'server', attributes, ...(typeof parent === 'string' ? { parent } : {}) }, async span => {
      await new Promise<void>(done => {
        reply.raw.once('close', done);
        next();
      });
      span.setAttribute('http.response.status_code', reply.statusCode);
      duration.record(reply.elapsedTime / 1000, { 'cadastre.door': door, 'http.response.status_code': reply.statusCode });
    });
  });
};

const MAX_NAME = 80;
/** As the client names it: not trusted for more than a label of the span. */
const operationOf = (request: FastifyRequest): string | undefined => {
  const name = (request.body as { operationName?: unknown } | null | undefined)?.operationName;
  return typeof name === 'string' && /^\w+$/.test(name) ? name.slice(0, MAX_NAME) : undefined;
};
