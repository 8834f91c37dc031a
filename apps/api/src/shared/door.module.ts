import { readFileSync } from 'node:fs';
import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { specifiedRules, validate, type DocumentNode, type GraphQLSchema } from 'graphql';
import { formatErrors } from './format-errors.ts';
import type { Gate } from './gate.ts';
import { validationRules } from './limits.ts';
import { Nodes } from './nodes.ts';
import { DateTime } from './scalars.ts';
import { ViewerResolver } from './viewer.resolver.ts';
import type { Door, Viewer } from './viewer.ts';

interface SubscriptionContext { viewer?: Viewer; readonly request: FastifyRequest; readonly socket: { close(code: number, reason: string): void }; readonly _connectionInit?: unknown }

/** Private code of the WebSocket protocol's application range; graphql-ws clients do not reconnect on it with the same token. */
const UNAUTHENTICATED = 4401;
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Mercurius neither authenticates nor validates what comes over a WebSocket: both happen here, before each subscription. */
const beforeSubscription = (door: Door, gate: Gate) => {
  const rules = validationRules(door.environment);
  return async (schema: GraphQLSchema, document: DocumentNode, context: unknown): Promise<void> => {
    const c = context as SubscriptionContext;
    const { viewer, expiresAt } = await gate.viewerOfSocket(c._connectionInit, c.request.raw, c.request.id).catch((e: unknown) => {
      c.socket.close(UNAUTHENTICATED, 'Unauthorized');
      throw e;
    });
    const [fault] = validate(schema, document, [...specifiedRules, ...rules]);
    if (fault !== undefined) throw fault;
    c.viewer = viewer;
    const left = Math.min(MAX_TIMER_MS, expiresAt * 1000 - Date.parse(door.clock.now()));
    const timer = setTimeout(() => { c.socket.close(UNAUTHENTICATED, 'Token expired'); }, left).unref();
    c.request.raw.socket.once('close', () => { clearTimeout(timer); });
  };
};

@Module({})
class DoorModule {}

/** One door: its schema, its nouns, its gate. */
export const doorModule = (door: Door, gate: Gate, nouns: readonly Type[]): DynamicModule => ({
  module: DoorModule,
  global: true,
  imports: [GraphQLModule.forRoot<MercuriusDriverConfig>(graphql(door, gate)), ...nouns],
  providers: [Nodes, ViewerResolver],
  exports: [Nodes],
});

const graphql = (door: Door, gate: Gate): MercuriusDriverConfig => ({
  driver: MercuriusDriver,
  typeDefs: readFileSync(new URL(`../../${door.name}.graphql`, import.meta.url), 'utf8'),
  resolvers: { DateTime },
  // The first use of a document is interpreted, the second compiled: what is asked once is not worth a compilation.
  jit: 1,
  path: '/graphql',
  graphiql: door.environment === 'development',
  allowBatchedQueries: false,
  validationRules: [...validationRules(door.environment)],
  errorFormatter: (execution: Parameters<typeof formatErrors>[1], context: unknown) => formatErrors(door, execution, context as { viewer?: Viewer; reply?: FastifyReply }),
  context: (request: FastifyRequest) => ({ viewer: gate.viewerOf(request) }),
  hooks: { preSubscriptionExecution: beforeSubscription(door, gate) },
  subscription: { fullWsTransport: false, context: (socket: unknown) => ({ socket }) },
} as unknown as MercuriusDriverConfig);
