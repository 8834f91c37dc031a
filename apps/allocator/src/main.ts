import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { systemClock, systemTimers } from '@cadastre/platform/clock';
import { allocatorConfig, configOrExit, fingerprintOf } from '@cadastre/platform/config';
import { createHealth, serveHealth } from '@cadastre/platform/health';
import { createIds } from '@cadastre/platform/ids';
import { createLogger } from '@cadastre/platform/log';
import { connectNats } from '@cadastre/platform/nats';
import { startTelemetry } from '@cadastre/platform/otel';
import { createShutdown, runMain } from '@cadastre/platform/shutdown';
import { openStore } from '@cadastre/store/pool';
import { createSelf } from '@cadastre/store/self';
import { serveRegions } from './regions.ts';

// The single writer of capacity for its regions: requests come in over NATS, group commits go out to PostgreSQL.
const config = configOrExit(allocatorConfig);
const log = createLogger({ process: 'allocator', version: config.version, level: config.logLevel });
const shutdown = createShutdown({ log });

await runMain({ process: 'allocator', shutdown, log }, async () => {
  const telemetry = await startTelemetry({ service: 'cadastre-allocator', version: config.version });
  shutdown.add('telemetry', () => telemetry.close());

  // Before its parts are up a process has no checks that could fail, and would call itself ready.
  let missing: string | undefined = 'still starting';
  const health = createHealth({ checks: [{ name: 'start', check: () => Promise.resolve(missing) }] });
  const served = await serveHealth(health, { host: config.host, port: config.healthPort });
  shutdown.add('health', () => served.close());
  log.info({ url: served.url }, 'health is served');

  const ids = createIds();
  const self = createSelf({
    process: 'allocator', interface: 'allocator', version: config.version, settings: fingerprintOf(allocatorConfig), ids, clock: systemClock, after: (ms, run) => systemTimers.after(ms, run),
    onTrouble: err => { log.warn({ err }, 'the audit log did not take what this process says of itself; it is told later'); },
  });
  const store = openStore(config.databaseUrl, 'allocator', { ids, auditOrigin: config.auditOrigin, clockState: self.clockState });
  shutdown.add('store', () => store.close());
  const watching = self.watch(store);
  shutdown.add('self', () => watching.close());
  health.add({ name: 'database', check: async () => {
    const ready = await store.ready();
    return ready.ok ? undefined : ready.missing;
  } });

  const nats = await connectNats({ url: config.natsUrl, name: 'cadastre-allocator', log, signal: shutdown.signal });
  shutdown.add('nats', () => nats.close());
  health.add(nats.check);

  const regions = serveRegions({
    store, nats, ids, log, clock: systemClock,
    regions: config.regions,
    // Unique per process life: one that died and came back must not take its dead self's epoch for its own.
    holder: `${hostname()}/${String(process.pid)}/${randomBytes(4).toString('hex')}`,
    host: hostname(), version: config.version,
    ...(config.yields === 'on' ? { yielding: { noticeSeconds: config.yieldNoticeSeconds } } : {}),
    lookMs: config.inventorySeconds * 1000, snapshotEntries: config.snapshotEntries,
    options: { leaseMs: config.leaseSeconds * 1000, inventoryMs: config.inventorySeconds * 1000 },
  });
  shutdown.add('regions', () => regions.close());
  health.add(regions.check);
  missing = undefined;
});
