import type { Health } from '@cadastre/platform/health';
import type { FastifyInstance } from 'fastify';

/** `/livez`, `/readyz` and `/metrics` on the door's own port: whoever balances load asks where the traffic goes. */
export const serveHealthRoutes = (app: unknown, health: Health): void => {
  for (const path of ['/livez', '/readyz', '/metrics']) {
    (app as FastifyInstance).get(path, async (_request, reply) => {
      const answer = await health.answer(path);
      if (answer === undefined) return await reply.code(404).send();
      return await reply.code(answer.status).type(answer.contentType).send(answer.body);
    });
  }
};
