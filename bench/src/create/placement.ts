import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { healthy } from '../../../apps/local/src/host/http.ts';
import { freePort } from '../../../apps/local/src/host/ports.ts';
import type { Context } from '../harness/context.ts';
import { installDebian, versionOf } from '../harness/peer.ts';
import { run } from '../harness/run.ts';
import type { Load, Side } from '../harness/rounds.ts';
import { withDatabase } from '../site/database.ts';
import type { Servers } from '../site/stack.ts';
import { PlacementClient } from './placement-client.ts';

/** What `apt-cache` calls it; `python3-psycopg2` for PostgreSQL, gunicorn to serve it. */
const PACKAGES = ['python3-placement', 'placement-api', 'gunicorn', 'python3-psycopg2'];
export const PROVIDERS = 1_000;
/** GPUs of each provider: enough that no claim of a run finds a full one, so that it never pays for looking further. */
const GPUS = 1_000;
const WORKERS = 2;

/** `candidates`: how many of them it is asked for. Nova's default is 1,000 (`max_placement_results`). */
export interface Claims { readonly concurrency: number; readonly seconds: number; readonly candidates: number | 'none' }

export interface Placement {
  readonly version: string;
  readonly url: string;
  side(claims: Claims): Side;
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

/** OpenStack Placement from Debian with its own database on the product's PostgreSQL server, and its providers. */
export const preparePlacement = async (c: Context, servers: Servers): Promise<Placement> => {
  await installDebian(PACKAGES, c.signal);
  const folder = c.dir.folder('placement');
  const url = await withDatabase(servers.serverUrl, 'bench_placement');
  writeFileSync(join(folder, 'placement.conf'), CONFIG(url), { mode: 0o600 });
  writeFileSync(join(folder, 'bench_placement.py'), APPLICATION);
  const env = { OS_PLACEMENT_CONFIG_DIR: folder, PYTHONPATH: folder, PYTHONDONTWRITEBYTECODE: '1', PATH: '/usr/bin:/bin', HOME: folder, LC_ALL: 'C.UTF-8' };
  await run('/usr/bin/placement-manage', ['--config-file', join(folder, 'placement.conf'), 'db', 'sync'], { env, cwd: folder, signal: c.signal, timeoutMs: 120_000 });
  const port = await freePort();
  const server = await c.family.start({
    name: 'placement', command: '/usr/bin/gunicorn', args: ['-w', `${WORKERS}`, '-b', `127.0.0.1:${port}`, '--worker-tmp-dir', folder, 'bench_placement:application'], env, cwd: folder,
    ready: () => healthy(`http://127.0.0.1:${port}/`), startTimeoutMs: 60_000, stopSignal: 'SIGTERM', stopGraceMs: 5_000, remedy: 'Read the log named above.',
  });
  const client = new PlacementClient(port);
  c.say(`declaring ${PROVIDERS} providers to Placement`);
  const providers = await client.declare(PROVIDERS, GPUS, c.signal);
  const pid = server.pid;
  if (pid === undefined) throw new Error('Placement ended while its providers were declared');
  const book = { claimed: 0, lost: 0 };
  return {
    version: `Placement ${(await versionOf('python3-placement', c.signal)) ?? '?'} (Debian), gunicorn ${(await versionOf('gunicorn', c.signal)) ?? '?'} with ${WORKERS} workers, ${PROVIDERS} providers of ${GPUS} PGPU`, url,
    side: (claims) => ({
      name: nameOf(claims), servers: { placement: pid }, database: servers.pids.postgres,
      run: async (signal) => {
        const load = await claimAll(client, providers, claims, signal);
        book.claimed += load.operations;
        return load;
      },
      check: () => check(url, book.claimed),
    }),
  };
};

export const nameOf = (claims: Claims): string => (claims.candidates === 'none' ? `placement PUT, ${claims.concurrency} conn.` : `placement ${claims.candidates} cand., ${claims.concurrency} c.`);

/** Each of the concurrent callers: ask for candidates, take one of them at random, write the allocation; again until the time is over. */
const claimAll = async (client: PlacementClient, providers: readonly string[], claims: Claims, signal: AbortSignal): Promise<Load> => {
  const started = performance.now();
  const until = started + claims.seconds * 1_000;
  let operations = 0;
  const caller = async (): Promise<void> => {
    while (performance.now() < until) {
      signal.throwIfAborted();
      const from = claims.candidates === 'none' ? providers : await client.candidates(claims.candidates);
      const provider = from[Math.floor(Math.random() * from.length)];
      if (provider === undefined) throw new Error('Placement has no candidate left: its providers are too small for this run');
      // 409: another caller changed the provider in between; Nova tries the next candidate, and so does the next turn.
      if (await client.claim(randomUUID(), provider)) operations += 1;
    }
  };
  await Promise.all(Array.from({ length: claims.concurrency }, caller));
  return { operations, seconds: (performance.now() - started) / 1_000 };
};

const check = async (url: string, claimed: number): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows: [row] } = await client.query<Record<string, number>>('select (select count(*)::int from consumers) as consumers, (select count(*)::int from allocations) as allocations, (select coalesce(sum(used), 0)::int from allocations) as used');
    if (Object.values(row ?? {}).some((n) => n !== claimed)) throw new Error(`Placement acknowledged ${claimed} claims, but the rows say ${JSON.stringify(row)}`);
  } finally {
    await client.end();
  }
};
