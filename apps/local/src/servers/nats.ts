import type { ChildSpec } from '../host/child.ts';
import { writeAtomic } from '../host/files.ts';
import { healthy } from '../host/http.ts';
import { LOOPBACK } from '../host/ports.ts';
import type { StateDir } from '../host/state-dir.ts';

export interface NatsOptions { readonly binary: string; readonly port: number; readonly monitorPort: number }
export interface Nats { readonly spec: ChildSpec; readonly url: string }

/** A NATS server with JetStream on disk. Delivery only: losing its folder loses nothing, the outbox is the truth. */
export function prepareNats(dir: StateDir, options: NatsOptions): Nats {
  const config = dir.file('nats', 'nats.conf');
  writeAtomic(config, [
    `server_name: cadastre-local`,
    `listen: "${LOOPBACK}:${options.port}"`,
    `http: "${LOOPBACK}:${options.monitorPort}"`,
    `jetstream {`,
    `  store_dir: ${JSON.stringify(dir.folder('nats', 'store'))}`,
    `  max_memory_store: 64MB`,
    `  max_file_store: 2GB`,
    `}`,
    `max_payload: 1MB`,
    '',
  ].join('\n'), 0o644);
  return {
    url: `nats://${LOOPBACK}:${options.port}`,
    spec: {
      name: 'nats',
      command: options.binary,
      args: ['-c', config],
      env: { PATH: process.env['PATH'] ?? '' },
      cwd: dir.path,
      ready: () => healthy(`http://${LOOPBACK}:${options.monitorPort}/healthz`),
      startTimeoutMs: 30_000,
      stopSignal: 'SIGTERM',
      stopGraceMs: 10_000,
      remedy: 'Read the log named above; npm start -- --reset empties its store (nothing is lost: the outbox refills it).',
    },
  };
}
