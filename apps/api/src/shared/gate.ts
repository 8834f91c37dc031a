import type { IncomingMessage } from 'node:http';
import { inSpan } from '@cadastre/platform/otel';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import passport from 'passport';
import { createViewer, sha256 } from './act.ts';
import { createBelieve, type BelieveOptions } from './auth/believe.ts';
import { createLogins } from './auth/logins.ts';
import { personalPart, subjectOf } from './auth/personal.ts';
import { NotBelieved, type Identity } from './auth/identity.ts';
import { authenticate, bearerOf, BearerStrategy } from './auth/strategy.ts';
import { createTokenBucket } from './limits.ts';
import { CATALOGUES, langOfHeader } from './messages/render.ts';
import { isGraphql, isUpgrade } from './over-http.ts';
import type { Door, Viewer } from './viewer.ts';

export interface GateOptions extends Omit<BelieveOptions, 'store' | 'now' | 'door'> {
  /** Requests a second of one organisation or provider, and how many at once after a pause. */
  readonly requestsPerSecond: number;
}

/** Who may pass, and as whom: before GraphQL is even parsed. */
export interface Gate {
  /** Guards every request to GraphQL, and to every route whose `config` says GUARDED. */
  guard(app: FastifyInstance): void;
  /** The viewer of a request that has passed. */
  viewerOf(request: FastifyRequest): Viewer;
  /** The viewer of a WebSocket, by the token in `connection_init` or in the upgrade request's header. */
  viewerOfSocket(payload: unknown, request: Pick<IncomingMessage, 'headers' | 'socket'>, requestId: string): Promise<{ readonly viewer: Viewer; readonly expiresAt: number }>;
}

/** `config` of a route beside GraphQL that only who has a believed token reaches. */
export const GUARDED = { guarded: true } as const;
const isGuarded = (request: FastifyRequest): boolean => (request.routeOptions.config as { readonly guarded?: boolean }).guarded === true;

const PASSED = Symbol('identity');
type Passed = FastifyRequest & { [PASSED]?: Identity };

export const createGate = (door: Door, options: GateOptions): Gate => {
  const believe = createBelieve({ ...options, door: door.name, store: door.store, now: () => door.clock.now() });
  const authenticator = new passport.Passport() as unknown as passport.PassportStatic;
  authenticator.use(new BearerStrategy(believe));
  const logins = createLogins(door);
  const bucket = createTokenBucket(options.requestsPerSecond, options.requestsPerSecond * 2);

  const takes = (identity: Identity): boolean => bucket.take(identity.organisation?.id ?? identity.actor.id, Date.parse(door.clock.now()));

  const viewer = (identity: Identity, { headers, socket }: Caller, requestId: string, documentDigest?: string): Viewer =>
    createViewer(door, {
      actor: identity.actor, personal: personalPart(identity, socket.remoteAddress), ...(identity.organisation === undefined ? {} : { organisation: identity.organisation }), lang: langOfHeader(headers['accept-language']), requestId, ...(documentDigest === undefined ? {} : { documentDigest }),
    });

  const pass = async (request: Caller, requestId: string): Promise<Identity> => {
    try {
      const identity = await authenticate(authenticator, request);
      await door.subjectKeys?.warm(subjectOf(identity));
      await logins.accepted(bearerOf(request.headers.authorization) ?? '', identity, { requestId, address: request.socket.remoteAddress });
      return identity;
    } catch (e) {
      if (e instanceof NotBelieved) await inSpan('login failed', {}, () => logins.failed(e.failure, { requestId, address: request.socket.remoteAddress }));
      throw e;
    }
  };

  return {
    guard: app => {
      app.addHook('onRequest', async (request: Passed, reply) => {
        void reply.header('x-request-id', request.id);
        if (isGraphql(request) ? isUpgrade(request.raw) : !isGuarded(request)) return;
        try {
          const identity = await pass(request.raw, request.id);
          if (!takes(identity)) return await tooMany(request, reply);
          request[PASSED] = identity;
        } catch (e) {
          return await turnedAway(door, request, reply, e);
        }
      });
    },
    viewerOf: (request: Passed) => {
      const identity = request[PASSED];
      if (identity === undefined) throw new Error('a request went past the gate');
      const document = (request.body as { query?: unknown } | undefined)?.query;
      return viewer(identity, request.raw, request.id, typeof document === 'string' ? digestOfDocument(document) : undefined);
    },
    viewerOfSocket: async (payload, request, requestId) => {
      const given = (payload as { authorization?: unknown; Authorization?: unknown } | null | undefined) ?? {};
      const authorization = given.authorization ?? given.Authorization ?? request.headers.authorization;
      const headers = { ...request.headers, ...(typeof authorization === 'string' ? { authorization } : {}) };
      const identity = await pass({ headers, socket: request.socket }, requestId);
      const language = request.headers['accept-language'];
      if (!takes(identity)) throw new GraphQLError(CATALOGUES[langOfHeader(language)].errors.TOO_MANY_REQUESTS, { extensions: { code: 'TOO_MANY_REQUESTS', requestId } });
      return { viewer: viewer(identity, request, requestId), expiresAt: identity.expiresAt };
    },
  };
};

type Caller = Pick<IncomingMessage, 'headers' | 'socket'>;

// Clients send few documents many times: their digests are kept.
const digests = new Map<string, string>();
const digestOfDocument = (document: string): string => {
  let digest = digests.get(document);
  if (digest === undefined) {
    digest = sha256(document);
    if (digests.size >= 1_000) digests.clear();
    digests.set(document, digest);
  }
  return digest;
};

const answer = (request: FastifyRequest, reply: FastifyReply, status: number, code: string, message: string): FastifyReply =>
  reply.code(status).type('application/json; charset=utf-8').send({ errors: [{ message, extensions: { code, requestId: request.id } }] });

const tooMany = (request: FastifyRequest, reply: FastifyReply): FastifyReply =>
  answer(request, reply.header('retry-after', '1'), 429, 'TOO_MANY_REQUESTS', CATALOGUES[langOfHeader(request.headers['accept-language'])].errors.TOO_MANY_REQUESTS);

const turnedAway = (door: Door, request: FastifyRequest, reply: FastifyReply, e: unknown): FastifyReply => {
  const said = CATALOGUES[langOfHeader(request.headers['accept-language'])];
  if (e instanceof NotBelieved) {
    const error = e.failure === 'NO_TOKEN' ? '' : `, error="invalid_token", error_description="${e.failure}"`;
    return answer(request, reply.header('www-authenticate', `Bearer realm="cadastre-${door.name}"${error}`), 401, e.failure, said.login[e.failure]);
  }
  door.log.error({ err: e, requestId: request.id }, 'a token could not be judged');
  return answer(request, reply, 503, 'UNAVAILABLE', said.errors.UNAVAILABLE);
};
