import { PROBE_SUBJECT } from '@cadastre/domain/cluster';
import type { ProbeReply, ProbeRequest } from '@cadastre/domain/cluster';
import { pause, systemClock, systemTimers } from '@cadastre/platform/clock';
import { configOrExit, controllerConfig, fingerprintOf } from '@cadastre/platform/config';
import { createHealth, serveHealth } from '@cadastre/platform/health';
import { createIds } from '@cadastre/platform/ids';
import { createLogger } from '@cadastre/platform/log';
import { connectNats } from '@cadastre/platform/nats';
import { startTelemetry } from '@cadastre/platform/otel';
import { loadPrivateKey } from '@cadastre/platform/seal';
import { createShutdown, runMain } from '@cadastre/platform/shutdown';
import { takeLead } from '@cadastre/store/leader';
import { openStore } from '@cadastre/store/pool';
import { createSelf } from '@cadastre/store/self';
import { makeActOf } from './act.ts';
import { openCredentialWith } from './cluster/credential.ts';
import { probeCluster } from './cluster/probe.ts';
import { whileLeading } from './leader/leader.ts';
import { startWork } from './work.ts';

const config = configOrExit(controllerConfig);
const log = createLogger({ process: 'controller', version: config.version, level: config.logLevel });
const shutdown = createShutdown({ log });

await runMain({ process: 'controller', shutdown, log }, async () => {
  const telemetry = await startTelemetry({ service: 'cadastre-controller', version: config.version });
  shutdown.add('telemetry', () => telemetry.close());
  const openCredential = openCredentialWith(await loadPrivateKey(config.sealingPrivateKeyFile));
  const ids = createIds();
  const self = createSelf({
    process: 'controller', interface: 'controller', version: config.version, settings: fingerprintOf(controllerConfig), ids, clock: systemClock, after: (ms, run) => systemTimers.after(ms, run),
    onTrouble: err => { log.warn({ err }, 'the audit log did not take what this process says of itself; it is told later'); },
  });
  const store = openStore(config.databaseUrl, 'controller', { ids, auditOrigin: config.auditOrigin, clockState: self.clockState });
  shutdown.add('database', () => store.close());
  const watching = self.watch(store);
  shutdown.add('self', () => watching.close());
  const health = createHealth({
    checks: [{
      name: 'database',
      check: async () => {
        const ready = await store.ready();
        return ready.ok ? undefined : ready.missing;
      },
    }],
  });
  const served = await serveHealth(health, { host: config.host, port: config.healthPort });
  shutdown.add('health', () => served.close());
  log.info({ url: served.url }, 'health is served');
  const nats = await connectNats({ url: config.natsUrl, name: 'cadastre-controller', log, signal: shutdown.signal });
  shutdown.add('nats', () => nats.close());
  health.add(nats.check);
  // Any replica can try a credential; the lead is only needed to keep to one.
  const probes = nats.respond<ProbeRequest, ProbeReply>(PROBE_SUBJECT, request => probeCluster(openCredential, request), { queue: 'controller', concurrency: 16 });
  shutdown.add('probes', () => probes.close());
  const tools = { store, nats, openCredential, makeAct: makeActOf(ids, systemClock, config.version), clock: systemClock, ids, log, resyncSeconds: config.resyncSeconds, leaseWarningSeconds: config.leaseWarningSeconds, yieldNoticeSeconds: config.yieldNoticeSeconds };
  const leading = whileLeading({
    take: () => takeLead(config.databaseUrl, 'cadastre.controller', { signal: shutdown.signal, applicationName: 'cadastre-controller-lead' }),
    work: lead => startWork(tools, lead),
    pause,
    log,
  }, shutdown.signal);
  shutdown.add('work', () => leading);
});
