import { readFileSync } from 'node:fs';
import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { formatErrors } from './format-errors.ts';
import type { Gate } from './gate.ts';
import { validationRules } from './limits.ts';
import { Nodes } from './nodes.ts';
import { answerRefused, beforeExecution } from './refused-request.ts';
import { DateTime, SafeInt } from './scalars.ts';
import { beforeSubscription, guardSubscriptions } from './subscriptions.ts';
import { AuditTrailResolver, ViewerResolver } from './viewer.resolver.ts';
import type { Door, Viewer } from './viewer.ts';

@Module({})
class DoorModule {}

/** One door: its schema, its nouns, its gate. */
export const doorModule = (door: Door, gate: Gate, nouns: readonly Type[]): DynamicModule => ({
  module: DoorModule,
  global: true,
  imports: [GraphQLModule.forRoot<MercuriusDriverConfig>(graphql(door, gate)), ...nouns],
  providers: [Nodes, ViewerResolver, AuditTrailResolver],
  exports: [Nodes],
});

const graphql = (door: Door, gate: Gate): MercuriusDriverConfig => ({
  driver: MercuriusDriver,
  typeDefs: readFileSync(new URL(`../../${door.name}.graphql`, import.meta.url), 'utf8'),
  resolvers: { DateTime, SafeInt },
  // The first use of a document is interpreted, the second compiled: what is asked once is not worth a compilation.
  jit: 1,
  path: '/graphql',
  graphiql: door.environment === 'development',
  allowBatchedQueries: false,
  validationRules: [...validationRules(door.environment)],
  errorFormatter: (execution: Parameters<typeof formatErrors>[1], context: unknown) => formatErrors(door, execution, context as { viewer?: Viewer; reply?: FastifyReply }),
  context: (request: FastifyRequest) => ({ viewer: gate.viewerOf(request) }),
  errorHandler: answerRefused(door, gate),
  // beforeExecution also fills in the defaults of inputs, which graphql-jit does not.
  hooks: { preExecution: beforeExecution, preSubscriptionExecution: beforeSubscription(door, gate) },
  transformSchema: guardSubscriptions(door),
  // Requests are judged by over-http.ts; Mercurius' schemas would coerce what is no request into one, and turn the indices of an error's path into text.
  additionalRouteOptions: { schema: undefined },
  subscription: { fullWsTransport: false, context: (socket: unknown) => ({ socket }) },
} as unknown as MercuriusDriverConfig);
