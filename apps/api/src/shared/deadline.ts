import type { FastifyInstance } from 'fastify';

/** What the caller of an operation is told that has not ended in time. It may still end: a repeated idempotency key finds out. */
export class TooLate extends Error {
  constructor(limitMs: number) {
    super(`the operation did not end within ${String(limitMs)} ms`);
  }
}

/** Answers for an operation that does not. Fastify's own `handlerTimeout` is no help: it stops when the request's body is read, which is before the work begins. */
export const endInTime = (app: FastifyInstance, limitMs: number): void => {
  app.addHook('preValidation', (request, reply, next) => {
    if (request.method === 'POST' && request.routeOptions.url === '/graphql') {
      const timer = setTimeout(() => {
        if (!reply.sent) void reply.send(new TooLate(limitMs));
      }, limitMs);
      reply.raw.once('close', () => { clearTimeout(timer); });
    }
    next();
  });
};

/**
 * Lets go of each connection with its answer once the door closes. The server itself closes those that are idle at that moment; one that is still being answered then is kept for its next request, up to Fastify's 72 s of keep-alive,
 * and with it the door.
 */
export const closeWithAnswers = (app: FastifyInstance): void => {
  let closing = false;
  app.addHook('preClose', done => {
    closing = true;
    done();
  });
  app.addHook('onResponse', ({ raw: { socket } }, _reply, done) => {
    if (closing) socket.destroySoon();
    done();
  });
};
