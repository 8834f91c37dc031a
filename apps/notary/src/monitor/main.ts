import { readFile } from 'node:fs/promises';
import { pause, systemClock, systemTimers } from '@cadastre/platform/clock';
import { configOrExit, fingerprintOf, monitorConfig } from '@cadastre/platform/config';
import { createHealth, serveHealth } from '@cadastre/platform/health';
import type { HealthCheck } from '@cadastre/platform/health';
import { createIds } from '@cadastre/platform/ids';
import { createLogger } from '@cadastre/platform/log';
import { openObjects } from '@cadastre/platform/objects';
import { startTelemetry } from '@cadastre/platform/otel';
import { createShutdown, runMain } from '@cadastre/platform/shutdown';
import { openStore } from '@cadastre/store/pool';
import { createSelf } from '@cadastre/store/self';
import { parseTrust } from '@cadastre/tlog';
import type { Policy } from '@cadastre/tlog';
import { makeActOf } from '../shared/act.ts';
import { monitorInstruments } from './instruments.ts';
import type { Cadence } from './loop.ts';
import { createMonitor } from './loop.ts';
import { createProofs } from './proofs.ts';
import type { Standing } from './standing.ts';
import { openState } from './state.ts';
import type { MonitorTools } from './tools.ts';

const config = configOrExit(monitorConfig);
const log = createLogger({ process: 'monitor', version: config.version, level: config.logLevel });
const shutdown = createShutdown({ log });

const policyOf = async (path: string): Promise<Policy> => {
  const policy = parseTrust(await readFile(path));
  if (!policy.ok) throw new Error(`${path}${policy.error.line === undefined ? '' : `, line ${String(policy.error.line)}`}: ${policy.error.because}`);
  if (policy.value.logs.some(of => of.key.name !== config.auditOrigin)) throw new Error(`${path} is about another log than CADASTRE_AUDIT_ORIGIN ${config.auditOrigin}`);
  return policy.value;
};

/** Not ready: something could not be looked at or written. An alarm is no lack of readiness: the monitor does what it is for. */
const watching = (standing: Standing, cadence: Cadence): HealthCheck => ({
  name: 'monitoring',
  check: () => {
    const late = [...standing.seenAt].filter(([, at]) => Date.parse(systemClock.now()) - at > cadence.unverifiedSeconds * 1_000).map(([area]) => area);
    return Promise.resolve(standing.trouble ?? (late.length === 0 ? undefined : `not looked at for too long: ${late.join(', ')}`));
  },
});

await runMain({ process: 'monitor', shutdown, log }, async () => {
  const telemetry = await startTelemetry({ service: 'cadastre-monitor', version: config.version });
  shutdown.add('telemetry', () => telemetry.close());
  const ids = createIds();
  const self = createSelf({
    process: 'monitor', interface: 'monitor', version: config.version, settings: fingerprintOf(monitorConfig), ids, clock: systemClock, after: (ms, run) => systemTimers.after(ms, run),
    onTrouble: err => { log.warn({ err }, 'the audit log did not take what this process says of itself; it is told later'); },
  });
  const store = openStore(config.databaseUrl, 'monitor', { ids, auditOrigin: config.auditOrigin, clockState: self.clockState });
  shutdown.add('database', () => store.close());
  const telling = self.watch(store);
  shutdown.add('self', () => telling.close());
  const objects = openObjects(config);
  const tools: MonitorTools = {
    store, objects, policy: await policyOf(config.policyFile), clock: systemClock, ids, log, makeAct: makeActOf({ name: 'monitor', interface: 'monitor', version: config.version }, ids, systemClock), operator: config.auditOrigin, rowsPerPass: config.monitorRows, proofs: createProofs(config.monitorRows),
    limits: {
      heartbeatSeconds: config.silenceSeconds, sealSeconds: config.sealLagSeconds, witnessSeconds: config.witnessAgeSeconds, sinkSeconds: config.sinkLagSeconds, skewMs: config.clockSkewMs,
      timestampSeconds: config.tsaUrl === undefined ? undefined : 2 * config.timestampSeconds,
    },
  };
  const cadence: Cadence = { everyMs: config.monitorSeconds * 1_000, rowsEveryMs: config.monitorRowsSeconds * 1_000, unverifiedSeconds: config.unverifiedSeconds };
  const instruments = monitorInstruments();
  const monitor = createMonitor({ tools, file: await openState(config.monitorState, config.auditOrigin), cadence, instruments, pause });
  const gauges = instruments.watch(monitor.standing, () => Date.parse(systemClock.now()));
  shutdown.add('gauges', () => { gauges.remove(); return undefined; });
  const health = createHealth({
    checks: [{
      name: 'database',
      check: async () => {
        const ready = await store.ready();
        return ready.ok ? undefined : ready.missing;
      },
    }, watching(monitor.standing, cadence)],
  });
  const served = await serveHealth(health, { host: config.host, port: config.healthPort });
  shutdown.add('health', () => served.close());
  log.info({ url: served.url, storage: objects.where, witnesses: tools.policy.witnesses.length }, 'the monitor looks');
  const running = monitor.run(shutdown.signal);
  shutdown.add('monitoring', () => running);
});
