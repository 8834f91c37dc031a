import { systemClock } from '@cadastre/platform/clock';
import { configOrExit, keeperConfig } from '@cadastre/platform/config';
import { createHealth, serveHealth } from '@cadastre/platform/health';
import { readToken } from '@cadastre/platform/keeper';
import { createLogger } from '@cadastre/platform/log';
import { startTelemetry } from '@cadastre/platform/otel';
import { createShutdown, runMain } from '@cadastre/platform/shutdown';
import { openKeyDirectory } from './directory.ts';
import { serveKeeper } from './server.ts';

const config = configOrExit(keeperConfig);
const log = createLogger({ process: 'keeper', version: config.version, level: config.logLevel });
const shutdown = createShutdown({ log });

await runMain({ process: 'keeper', shutdown, log }, async () => {
  const telemetry = await startTelemetry({ service: 'cadastre-keeper', version: config.version });
  shutdown.add('telemetry', () => telemetry.close());
  const token = readToken(config.keeperTokenFile);
  const directory = await openKeyDirectory(config.keeperDirectory);
  const keeper = await serveKeeper({ directory, token, host: config.host, port: config.keeperPort, clock: systemClock, log });
  shutdown.add('keeper', () => keeper.close());
  // Not a reason to be unready: whoever asks first tells it, and would not ask what is not ready.
  const health = createHealth();
  const served = await serveHealth(health, { host: config.host, port: config.healthPort });
  shutdown.add('health', () => served.close());
  log.info({ url: keeper.url, health: served.url, keys: directory.size, tombstones: directory.tombstones().length, waiting: keeper.missing() }, 'the keeper is open');
});
