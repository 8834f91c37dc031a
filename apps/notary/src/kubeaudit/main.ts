import { readFile } from 'node:fs/promises';
import { pause, systemClock, systemTimers } from '@cadastre/platform/clock';
import { configOrExit, fingerprintOf, kubeAuditConfig } from '@cadastre/platform/config';
import { createHealth, serveHealth } from '@cadastre/platform/health';
import { createIds } from '@cadastre/platform/ids';
import { createLogger } from '@cadastre/platform/log';
import { startTelemetry } from '@cadastre/platform/otel';
import { createShutdown, runMain } from '@cadastre/platform/shutdown';
import * as kubeAudit from '@cadastre/store/kubeaudit';
import { openStore } from '@cadastre/store/pool';
import { createSelf } from '@cadastre/store/self';
import { makeActOf } from '../shared/act.ts';
import type { KubeAuditDeps } from './tools.ts';
import { takeEventsOf, watchKubeAudit } from './watch.ts';
import { serveWebhook } from './webhook.ts';

const PROCESS = 'kubeaudit';
const config = configOrExit(kubeAuditConfig);
const log = createLogger({ process: PROCESS, version: config.version, level: config.logLevel });
const shutdown = createShutdown({ log });

await runMain({ process: PROCESS, shutdown, log }, async () => {
  const telemetry = await startTelemetry({ service: 'cadastre-kubeaudit', version: config.version });
  shutdown.add('telemetry', () => telemetry.close());
  const ids = createIds();
  const self = createSelf({
    process: PROCESS, interface: 'monitor', version: config.version, settings: fingerprintOf(kubeAuditConfig), ids, clock: systemClock, after: (ms, run) => systemTimers.after(ms, run),
    onTrouble: err => { log.warn({ err }, 'the audit log did not take what this process says of itself; it is told later'); },
  });
  const store = openStore(config.databaseUrl, 'monitor', { ids, auditOrigin: config.auditOrigin, clockState: self.clockState });
  shutdown.add('database', () => store.close());
  const watching = self.watch(store);
  shutdown.add('self', () => watching.close());
  const deps: KubeAuditDeps = {
    store, ids, clock: systemClock, log, pause, operator: config.auditOrigin, users: new Set(config.users), files: config.files, graceMs: config.graceSeconds * 1_000,
    makeAct: makeActOf({ name: PROCESS, interface: 'monitor', version: config.version }, ids, systemClock),
  };
  const health = createHealth({ checks: [{
    name: 'database',
    check: async () => {
      const ready = await store.ready();
      return ready.ok ? undefined : ready.missing;
    },
  }] });
  const served = await serveHealth(health, { host: config.host, port: config.healthPort });
  shutdown.add('health', () => served.close());
  if (config.webhookPort !== undefined && config.webhookTokenFile !== undefined) {
    const webhook = await serveWebhook({
      host: config.host, port: config.webhookPort, token: (await readFile(config.webhookTokenFile, 'utf8')).trim(), log, take: takeEventsOf(deps),
      known: cluster => store.read('system', async q => (await kubeAudit.clusterNamed(q, cluster)) === cluster),
    });
    shutdown.add('webhook', () => webhook.close());
    log.info({ url: webhook.url }, 'API servers may send their events');
  }
  const running = watchKubeAudit(deps, shutdown.signal);
  shutdown.add('watch', () => running);
  log.info({ url: served.url, files: config.files.length }, 'the audit logs of the API servers are followed');
});
