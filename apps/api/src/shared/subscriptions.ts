import { GraphQLError, specifiedRules, validate, type DocumentNode, type GraphQLSchema } from 'graphql';
import type { FastifyRequest } from 'fastify';
import { NotBelieved } from './auth/identity.ts';
import { formatError } from './format-errors.ts';
import type { Gate } from './gate.ts';
import { validationRules } from './limits.ts';
import type { Door, Viewer } from './viewer.ts';

interface SubscriptionContext { viewer?: Viewer; readonly request: FastifyRequest; readonly socket: { close(code: number, reason: string): void }; readonly _connectionInit?: unknown }

/** Private code of the WebSocket protocol's application range; graphql-ws clients do not reconnect on it with the same token. */
const UNAUTHENTICATED = 4401;
/** IANA: try again later. */
const UNAVAILABLE = 1013;
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Mercurius neither authenticates nor validates what comes over a WebSocket: both happen here, before each subscription. */
export const beforeSubscription = (door: Door, gate: Gate) => {
  const rules = validationRules(door.environment);
  return async (schema: GraphQLSchema, document: DocumentNode, context: unknown): Promise<void> => {
    const c = context as SubscriptionContext;
    const { viewer, expiresAt } = await gate.viewerOfSocket(c._connectionInit, c.request.raw, c.request.id).catch((e: unknown) => {
      if (e instanceof NotBelieved) c.socket.close(UNAUTHENTICATED, 'Unauthorized');
      else if (!(e instanceof GraphQLError)) c.socket.close(UNAVAILABLE, 'Try again later');
      throw e instanceof NotBelieved ? e : shown(door, e, undefined);
    });
    const fault = faultOf(schema, document, rules);
    if (fault !== undefined) throw shown(door, fault, viewer);
    c.viewer = viewer;
    const left = Math.min(MAX_TIMER_MS, expiresAt * 1000 - Date.parse(door.clock.now()));
    const timer = setTimeout(() => { c.socket.close(UNAUTHENTICATED, 'Token expired'); }, left).unref();
    c.request.raw.socket.once('close', () => { clearTimeout(timer); });
  };
};

const faultOf = (schema: GraphQLSchema, document: DocumentNode, rules: ReturnType<typeof validationRules>): unknown => {
  try {
    return validate(schema, document, [...specifiedRules, ...rules])[0];
  } catch (e) {
    // The rules of graphql-armor throw what they find instead of reporting it.
    return e;
  }
};

/** What a subscription throws, at its beginning or on the way, goes to the caller as it is, past the formatter of errors: so it is made presentable at the source. */
export const guardSubscriptions = (door: Door) => (schema: GraphQLSchema): GraphQLSchema => {
  for (const field of Object.values(schema.getSubscriptionType()?.getFields() ?? {})) {
    const subscribe = field.subscribe;
    if (subscribe === undefined) continue;
    field.subscribe = async (source, args, context: { readonly viewer?: Viewer }, info) => {
      const present = (e: unknown): never => {
        throw shown(door, e, context.viewer);
      };
      const stream = await Promise.resolve().then(() => subscribe(source, args, context, info) as AsyncIterator<unknown>).catch(present);
      return {
        next: () => stream.next().catch(present),
        return: async () => (await stream.return?.()) ?? { done: true, value: undefined },
        [Symbol.asyncIterator]() {
          return this;
        },
      };
    };
  }
  return schema;
};

const shown = (door: Door, e: unknown, viewer: Viewer | undefined): GraphQLError => {
  const { message, ...rest } = formatError(door, e instanceof Error ? e : new Error('a subscription threw what is no error', { cause: e }), { viewer }).error;
  return new GraphQLError(message, { extensions: { ...rest.extensions } });
};
