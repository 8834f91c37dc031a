import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { systemClock } from '@cadastre/platform/clock';
import { configOrExit, doorConfig } from '@cadastre/platform/config';
import { createHealth } from '@cadastre/platform/health';
import { createIds } from '@cadastre/platform/ids';
import { createLogger } from '@cadastre/platform/log';
import { connectNats } from '@cadastre/platform/nats';
import { startTelemetry } from '@cadastre/platform/otel';
import { createShutdown, runMain } from '@cadastre/platform/shutdown';
import { openStore } from '@cadastre/store/pool';
import { NOUNS } from './nouns.ts';
import { doorModule } from './shared/door.module.ts';
import { createGate } from './shared/gate.ts';
import { serveHealthRoutes } from './shared/health.ts';
import { LIMITS } from './shared/limits.ts';
import type { Door } from './shared/viewer.ts';

// One of the two doors: the same code base, another schema, another directory, another database role, another port.
const config = configOrExit(doorConfig);
const name = `door-${config.door}`;
const log = createLogger({ process: name, version: config.version, level: config.logLevel });
const shutdown = createShutdown({ log });

await runMain({ process: name, shutdown, log }, async () => {
  const telemetry = await startTelemetry({ service: `cadastre-${name}`, version: config.version });
  shutdown.add('telemetry', () => telemetry.close());
  const ids = createIds();
  const store = openStore(config.databaseUrl, config.door, { ids });
  shutdown.add('store', () => store.close());
  const nats = await connectNats({ url: config.natsUrl, name: `cadastre-${name}`, log, signal: shutdown.signal });
  shutdown.add('nats', () => nats.close());
  const health = createHealth();
  health.add({ name: 'database', check: async () => {
    const ready = await store.ready();
    return ready.ok ? undefined : ready.missing;
  } });
  health.add(nats.check);

  const door: Door = { name: config.door, environment: config.env, store, nats, ids, clock: systemClock, log, version: config.version, sealingPublicKeyFile: config.sealingPublicKeyFile };
  const gate = createGate(door, { issuer: config.issuer, audience: config.audience, requestsPerSecond: config.requestsPerSecond });
  const adapter = new FastifyAdapter({
    bodyLimit: LIMITS.bodyBytes,
    genReqId: () => randomUUID(),
    // The origin alone names the door: GraphQL answers there too.
    rewriteUrl: (request: IncomingMessage) => (request.method === 'POST' && request.url === '/' ? '/graphql' : (request.url ?? '/')),
  });
  const fastify = adapter.getInstance();
  serveHealthRoutes(fastify, health);
  gate.guard(fastify as never);
  const app = await NestFactory.create<NestFastifyApplication>(doorModule(door, gate, NOUNS[config.door]), adapter, { logger: ['error', 'warn'], abortOnError: false });
  shutdown.add('http', () => app.close());
  await app.listen(config.port, config.host);
  log.info({ url: await app.getUrl(), door: config.door }, 'the door is open');
});
