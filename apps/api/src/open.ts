import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Clock } from '@cadastre/domain/core';
import { systemClock, systemTimers } from '@cadastre/platform/clock';
import type { doorConfig, Fingerprint, Loaded } from '@cadastre/platform/config';
import { createHealth } from '@cadastre/platform/health';
import { createIds } from '@cadastre/platform/ids';
import type { Logger } from '@cadastre/platform/log';
import { openObjects } from '@cadastre/platform/objects';
import { connectNats } from '@cadastre/platform/nats';
import type { Shutdown } from '@cadastre/platform/shutdown';
import { openStore, type StoreOptions } from '@cadastre/store/pool';
import { createSelf } from '@cadastre/store/self';
import { serveDownloads } from './auditexport/download.ts';
import { NOUNS } from './nouns.ts';
import { doorModule } from './shared/door.module.ts';
import { createGate } from './shared/gate.ts';
import { openSubjectKeys } from './subject-keys.ts';
import { closeWithAnswers, endInTime } from './shared/deadline.ts';
import { serveHealthRoutes } from './shared/health.ts';
import { LIMITS, OPERATION_MS } from './shared/limits.ts';
import { decideUpgrade, speakGraphqlOverHttp } from './shared/over-http.ts';
import { traceOperations } from './shared/tracing.ts';
import type { Door } from './shared/viewer.ts';

export type DoorSettings = Loaded<typeof doorConfig.settings>;

/** What the process around a door gives it. */
export interface Surroundings {
  readonly log: Logger;
  /** Takes what has to be closed; aborts the wait for NATS. */
  readonly shutdown: Pick<Shutdown, 'add' | 'signal'>;
  readonly clock?: Clock;
  /** What the process was started with: then it tells the audit log of its start, its settings and its clock. */
  readonly settings?: Fingerprint;
  /** Sees each SQL statement: specs count them. */
  readonly onStatement?: StoreOptions['onStatement'];
  /** Milliseconds that one operation may take; default OPERATION_MS. */
  readonly operationMs?: number;
}

/** An open door: where it listens, and what it holds. */
export interface OpenDoor {
  readonly url: string;
  readonly door: Door;
  /** Every HTTP route it answers, `GET /livez`. */
  readonly routes: readonly string[];
}

/** Everything between the configuration and a listening socket. main.ts and the specs open a door by this one path. */
export const openDoor = async (config: DoorSettings, { log, shutdown, clock = systemClock, settings, onStatement, operationMs }: Surroundings): Promise<OpenDoor> => {
  const ids = createIds();
  const self = settings === undefined ? undefined : createSelf({
    process: `door-${config.door}`, interface: `${config.door}-door`, version: config.version, settings, ids, clock, after: (ms, run) => systemTimers.after(ms, run),
    onTrouble: err => { log.warn({ err }, 'the audit log did not take what this process says of itself; it is told later'); },
  });
  const store = openStore(config.databaseUrl, config.door, {
    ids, auditOrigin: config.auditOrigin, ...(self === undefined ? {} : { clockState: self.clockState }), ...(onStatement === undefined ? {} : { onStatement }),
  });
  shutdown.add('store', () => store.close());
  const watching = self?.watch(store);
  shutdown.add('self', async () => { await watching?.close(); });
  const nats = await connectNats({ url: config.natsUrl, name: `cadastre-door-${config.door}`, log, signal: shutdown.signal });
  shutdown.add('nats', () => nats.close());
  const health = createHealth();
  health.add({ name: 'database', check: async () => {
    const ready = await store.ready();
    return ready.ok ? undefined : ready.missing;
  } });
  health.add(nats.check);

  const subjectKeys = openSubjectKeys(config, { store, nats, ids, clock, log, shutdown });
  const { auditStorage } = config;
  const door: Door = {
    name: config.door, environment: config.env, store, nats, ids, clock, log, version: config.version, auditOrigin: config.auditOrigin,
    sealingPublicKeyFile: config.sealingPublicKeyFile, ...(subjectKeys === undefined ? {} : { subjectKeys }),
    ...(auditStorage === undefined ? {} : { objects: openObjects({ ...config, auditStorage }) }),
  };
  const gate = createGate(door, { issuer: config.issuer, audience: config.audience, requestsPerSecond: config.requestsPerSecond });
  const adapter = new FastifyAdapter({
    bodyLimit: LIMITS.bodyBytes,
    http: { shouldUpgradeCallback: decideUpgrade },
    genReqId: () => randomUUID(),
    // The origin alone names the door: GraphQL answers there too.
    rewriteUrl: (request: IncomingMessage) => (request.method === 'POST' && request.url === '/' ? '/graphql' : (request.url ?? '/')),
  });
  const fastify = adapter.getInstance();
  const routes: string[] = [];
  fastify.addHook('onRoute', ({ method, url }) => { routes.push(...[method].flat().map(m => `${m} ${url}`)); });
  serveHealthRoutes(fastify, health);
  gate.guard(fastify);
  serveDownloads(fastify, gate);
  speakGraphqlOverHttp(fastify);
  traceOperations(fastify, config.door);
  closeWithAnswers(fastify);
  endInTime(fastify, operationMs ?? OPERATION_MS[config.door]);
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest declares its options as a class and takes a plain object
  const app = await NestFactory.create<NestFastifyApplication>(doorModule(door, gate, NOUNS[config.door]), adapter, {
    // What breaks is thrown at start-up and logged once by formatErrors afterwards: Nest would say it a second time, on the console.
    logger: false, abortOnError: false,
  });
  shutdown.add('http', () => app.close());
  await app.listen(config.port, config.host);
  return { url: (await app.getUrl()).replace('[::1]', '127.0.0.1'), door, routes };
};
