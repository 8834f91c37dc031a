import 'reflect-metadata';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GraphQLModule } from '@nestjs/graphql';
import { AuthGuard, type Context } from './auth.guard.js';
import { Database } from './database.js';
import { InstanceResolver } from './instance.resolver.js';

@Module({ providers: [Database], exports: [Database] })
class DatabaseModule {}

@Module({
  imports: [
    DatabaseModule,
    GraphQLModule.forRootAsync<ApolloDriverConfig>({
      driver: ApolloDriver,
      imports: [DatabaseModule],
      inject: [Database],
      useFactory: (database: Database) => ({ autoSchemaFile: true, context: ({ req }: Pick<Context, 'req'>) => ({ req, loaders: database.loaders() }) }),
    }),
  ],
  providers: [AuthGuard, InstanceResolver],
})
class AppModule {}

const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
app.enableShutdownHooks();
await app.listen(Number(process.env['PORT']), '127.0.0.1');
