import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pause, systemClock, systemTimers } from '@cadastre/platform/clock';
import { configOrExit, fingerprintOf, notaryConfig } from '@cadastre/platform/config';
import { createHealth, serveHealth } from '@cadastre/platform/health';
import type { HealthCheck } from '@cadastre/platform/health';
import { createIds } from '@cadastre/platform/ids';
import { createLogger } from '@cadastre/platform/log';
import { openObjects } from '@cadastre/platform/objects';
import { startTelemetry } from '@cadastre/platform/otel';
import { createShutdown, runMain } from '@cadastre/platform/shutdown';
import { openStore } from '@cadastre/store/pool';
import { createSelf } from '@cadastre/store/self';
import type { Self } from '@cadastre/store/self';
import { exportPolicy } from '../export/policy.ts';
import { readCarried } from '../export/programs.ts';
import { runExports } from '../export/run.ts';
import { VIEWS } from '../export/views.ts';
import { keepAndErase } from '../keeping/looks.ts';
import { makeActOf } from '../shared/act.ts';
import { runSinks } from '../sinks/run.ts';
import { watchAbsences } from './absence.ts';
import { discontinue, NotNow, readStatements } from './discontinuity.ts';
import { sealInstruments } from './instruments.ts';
import type { Notary } from './lead.ts';
import { createNotary } from './lead.ts';
import { outsidersOf } from './outside.ts';
import { signerAt } from './signer-client.ts';
import { tilesIn } from './tiles.ts';
import type { Tools } from './tools.ts';
import { msOf } from './trail.ts';

/** Milliseconds that one delivery to a sink may take. */
const SINK_MS = 30_000;

const config = configOrExit(notaryConfig);
const log = createLogger({ process: 'notary', version: config.version, level: config.logLevel });
const shutdown = createShutdown({ log });

const sealing = (notary: Notary): HealthCheck => ({
  name: 'sealing',
  check: () => {
    const trail = notary.trail();
    const stopped = [...(trail?.logs.values() ?? [])].filter(l => l.stopped !== undefined);
    const frozen = trail?.state === 'FROZEN' ? `frozen: ${trail.reason ?? 'no reason given'}` : undefined;
    const broken = stopped.length === 0 ? undefined : `stopped: ${stopped.map(l => l.origin).join(', ')}`;
    return Promise.resolve(notary.trouble() ?? frozen ?? broken);
  },
});

const holder = `${hostname()}-${randomBytes(8).toString('hex')}`;
const lease = { holder, ttlMs: config.leaseSeconds * 1_000 };

const open = async (): Promise<{ readonly tools: Tools; readonly self: Self }> => {
  const ids = createIds();
  const self = createSelf({
    process: 'notary', interface: 'notary', version: config.version, settings: fingerprintOf(notaryConfig), ids, clock: systemClock, after: (ms, run) => systemTimers.after(ms, run),
    // Frozen, the trail takes no event: what is said of a start is then told once it is open again.
    onTrouble: err => { log.warn({ err }, 'the audit log did not take what this process says of itself; it is told later'); },
  });
  const store = openStore(config.databaseUrl, 'notary', { ids, auditOrigin: config.auditOrigin, clockState: self.clockState });
  shutdown.add('database', () => store.close());
  const objects = openObjects(config);
  const tools: Tools = {
    store, objects, tiles: tilesIn(objects), signer: signerAt(config.signerUrl, (await readFile(config.signerTokenFile, 'utf8')).trim()), outsiders: await outsidersOf(config, { clock: systemClock, signal: shutdown.signal, log }),
    clock: systemClock, log, makeAct: makeActOf({ name: 'notary', interface: 'notary', version: config.version }, ids, systemClock), instruments: sealInstruments(), operator: config.auditOrigin, heartbeatMs: config.heartbeatSeconds * 1_000, pause,
  };
  return { tools, self };
};

const sendToSinks = ({ store, objects, makeAct }: Tools): Promise<void> =>
  runSinks({
    store, objects, log, makeAct, pause, worker: `${hostname()}-${randomBytes(8).toString('hex')}`, leaseMs: 4 * SINK_MS, pollMs: 1_000, deliverMs: SINK_MS, addresses: config.sinkAddresses,
    tokenOf: async id => (config.sinkTokens === undefined ? undefined : (await readFile(join(config.sinkTokens, id), 'utf8').catch(() => '')).trim() || undefined),
  }, shutdown.signal);

const serve = async (): Promise<void> => {
  const telemetry = await startTelemetry({ service: 'cadastre-notary', version: config.version });
  shutdown.add('telemetry', () => telemetry.close());
  const { tools, self } = await open();
  const { store, objects } = tools;
  const telling = self.watch(store);
  shutdown.add('self', () => telling.close());
  const notary = createNotary(tools, lease);
  const gauges = tools.instruments.watch(notary.trail, () => msOf(systemClock));
  const { witness, timestamp } = tools.outsiders;
  const absences = watchAbsences({ witnesses: witness?.absence, timestamps: timestamp?.absence, stampMs: config.timestampSeconds * 1_000 }, systemClock);
  shutdown.add('gauges', () => {
    gauges.remove();
    absences.remove();
    return undefined;
  });
  const health = createHealth({
    checks: [{
      name: 'database',
      check: async () => {
        const ready = await store.ready();
        return ready.ok ? undefined : ready.missing;
      },
    }, sealing(notary), ...absences.checks],
  });
  const served = await serveHealth(health, { host: config.host, port: config.healthPort });
  shutdown.add('health', () => served.close());
  log.info({ url: served.url, storage: objects.where }, 'health is served');
  const exporting = runExports({
    store, objects, log, clock: systemClock, makeAct: tools.makeAct, pause, worker: holder, leaseMs: config.leaseSeconds * 1_000, pollMs: 1_000, statements: () => readStatements(objects), views: VIEWS,
    carried: await readCarried(), policy: config.policyFile === undefined ? undefined : exportPolicy(await readFile(config.policyFile, 'utf8')),
    ...(timestamp === undefined ? {} : { timestamp: async (note: string) => (await timestamp.port.timestamp(note)).token }),
  }, shutdown.signal);
  shutdown.add('exports', () => exporting);
  const looks = keepAndErase(config, { store, objects, log, clock: systemClock, ids: createIds(), makeAct: tools.makeAct, pause }, shutdown.signal);
  shutdown.add('retention and erasure', () => looks);
  const sending = sendToSinks(tools);
  shutdown.add('sinks', () => sending);
  const running = notary.run(shutdown.signal);
  shutdown.add('sealing', () => running);
};

const USE = 'node apps/notary/src/seal/main.ts --discontinuity --new-origin audit.example.fr/2 --reason "…"';

/** The one thing that only a person decides: what is lost is given up, and said in every export from now on. */
const discontinuity = async (newOrigin: string | undefined, reason: string | undefined): Promise<void> => {
  if (newOrigin === undefined || reason === undefined) throw new NotNow(`both are needed: ${USE}`);
  const { vkey, lost } = await discontinue((await open()).tools, { newOrigin, reason }, lease);
  log.warn({ vkey, lost, newOrigin }, 'the past is given up: start every process with the new CADASTRE_AUDIT_ORIGIN, and hand the new verifier key to the witnesses and to whoever verifies');
  shutdown.begin('the discontinuity is stated');
};

await runMain({ process: 'notary', shutdown, log }, async () => {
  const { values } = parseArgs({ options: { discontinuity: { type: 'boolean', default: false }, 'new-origin': { type: 'string' }, reason: { type: 'string' } } });
  await (values.discontinuity ? discontinuity(values['new-origin'], values.reason) : serve());
});
