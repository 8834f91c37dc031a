import 'reflect-metadata';
import { configOrExit, doorConfig, fingerprintOf } from '@cadastre/platform/config';
import { createLogger } from '@cadastre/platform/log';
import { startTelemetry } from '@cadastre/platform/otel';
import { createShutdown, runMain } from '@cadastre/platform/shutdown';
import { openDoor } from './open.ts';

// One of the two doors: the same code base, another schema, another directory, another database role, another port.
const config = configOrExit(doorConfig);
const name = `door-${config.door}`;
const log = createLogger({ process: name, version: config.version, level: config.logLevel });
const shutdown = createShutdown({ log });

await runMain({ process: name, shutdown, log }, async () => {
  const telemetry = await startTelemetry({ service: `cadastre-${name}`, version: config.version });
  shutdown.add('telemetry', () => telemetry.close());
  const { url } = await openDoor(config, { log, shutdown, settings: fingerprintOf(doorConfig) });
  log.info({ url, door: config.door }, 'the door is open');
});
