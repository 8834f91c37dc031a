import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { healthy } from '../../../apps/local/src/host/http.ts';
import { freePort } from '../../../apps/local/src/host/ports.ts';
import type { Context } from '../harness/context.ts';
import { installDebian, versionOf } from '../harness/peer.ts';
import { run } from '../harness/run.ts';
import { withDatabase } from '../site/database.ts';
import { PlacementClient } from './client.ts';

/** What `apt-cache` calls it; `python3-psycopg2` for PostgreSQL, gunicorn to serve it. */
const PACKAGES = ['python3-placement', 'placement-api', 'gunicorn', 'python3-psycopg2'];
const WORKERS = 2;

export interface PlacementServer {
  readonly client: PlacementClient;
  readonly pid: () => number;
  readonly url: string;
  readonly version: string;
}

const CONFIG = (url: string): string => `[DEFAULT]
use_stderr = true
log_options = false
[api]
auth_strategy = noauth2
[placement]
randomize_allocation_candidates = true
[placement_database]
connection = ${url.replace(/^postgres(ql)?:/, 'postgresql+psycopg2:')}
max_pool_size = 10
`;

// gunicorn wants a module with a callable; Debian's script is for mod_wsgi.
const APPLICATION = 'from placement.wsgi import init_application\napplication = init_application()\n';

/** OpenStack Placement from Debian with its own database on the given PostgreSQL server; nothing is declared to it yet. */
export const startPlacement = async (c: Context, serverUrl: string): Promise<PlacementServer> => {
  await installDebian(PACKAGES, c.signal);
  const folder = c.dir.folder('placement');
  const url = await withDatabase(serverUrl, 'bench_placement');
  writeFileSync(join(folder, 'placement.conf'), CONFIG(url), { mode: 0o600 });
  writeFileSync(join(folder, 'bench_placement.py'), APPLICATION);
  const env = { OS_PLACEMENT_CONFIG_DIR: folder, PYTHONPATH: folder, PYTHONDONTWRITEBYTECODE: '1', PATH: '/usr/bin:/bin', HOME: folder, LC_ALL: 'C.UTF-8' };
  await run('/usr/bin/placement-manage', ['--config-file', join(folder, 'placement.conf'), 'db', 'sync'], { env, cwd: folder, signal: c.signal, timeoutMs: 120_000 });
  const port = await freePort();
  const server = await c.family.start({
    name: 'placement', command: '/usr/bin/gunicorn', args: ['-w', `${WORKERS}`, '-b', `127.0.0.1:${port}`, '--worker-tmp-dir', folder, 'bench_placement:application'], env, cwd: folder,
    ready: () => healthy(`http://127.0.0.1:${port}/`), startTimeoutMs: 60_000, stopSignal: 'SIGTERM', stopGraceMs: 5_000, remedy: 'Read the log named above.',
  });
  return {
    client: new PlacementClient(port), url,
    pid: () => {
      if (server.pid === undefined) throw new Error('Placement ended while it was asked');
      return server.pid;
    },
    version: `Placement ${(await versionOf('python3-placement', c.signal)) ?? '?'} (Debian), gunicorn ${(await versionOf('gunicorn', c.signal)) ?? '?'} with ${WORKERS} workers`,
  };
};
