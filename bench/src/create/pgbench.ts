import { join } from 'node:path';
import pg from 'pg';
import type { Context } from '../harness/context.ts';
import { NoPeer, installDebian } from '../harness/peer.ts';
import { isThere, run } from '../harness/run.ts';
import type { Load, Side } from '../harness/rounds.ts';
import { withDatabase } from '../site/database.ts';
import type { Servers } from '../site/stack.ts';

export interface Pgbench {
  readonly version: string;
  readonly url: string;
  side(clients: number, seconds: number): Side;
}

/** One client thread up to here: on a small machine a second one only takes from the server. */
const CLIENTS_PER_THREAD = 64;
/** Per client in its first run; later ones last about as long as the other side's. A time limit (-T) would count the logins of 256 clients. */
const FIRST_TRANSACTIONS = 20;

/** Debian's pgbench against a database of its own on the product's PostgreSQL server: same settings, same disk, same durability. */
export const preparePgbench = async (c: Context, servers: Servers): Promise<Pgbench> => {
  if (!(await isThere('pgbench', c.signal))) await installDebian(['postgresql-contrib'], c.signal);
  if (!(await isThere('pgbench', c.signal))) throw new NoPeer('pgbench is not on the PATH even after installing postgresql-contrib');
  const { stdout } = await run('pgbench', ['--version'], { signal: c.signal, timeoutMs: 10_000 });
  const url = await withDatabase(servers.serverUrl, 'bench_pgbench');
  const folder = join(c.root, 'bench', 'peers', 'pgbench');
  await run('psql', ['-q', '-X', '-v', 'ON_ERROR_STOP=1', '-v', `machines=${c.options.machines}`, '-f', join(folder, 'schema.sql'), url], { signal: c.signal, timeoutMs: 120_000 });
  const book = { done: 0 };
  return {
    version: stdout.trim(), url,
    side: (clients, seconds) => {
      let each = FIRST_TRANSACTIONS;
      return {
        name: `pgbench, ${clients} clients`, servers: {}, database: servers.pids.postgres,
        run: async (signal) => {
          const threads = Math.ceil(clients / CLIENTS_PER_THREAD);
          const args = ['-n', '-M', 'prepared', '-c', `${clients}`, '-j', `${threads}`, '-t', `${each}`, '-D', `machines=${c.options.machines}`, '-f', join(folder, 'order.sql'), url];
          const load = loadOf((await run('pgbench', args, { signal, timeoutMs: (seconds + 120) * 1_000 })).stdout);
          book.done += load.operations;
          each = Math.max(FIRST_TRANSACTIONS, Math.ceil((load.operations / load.seconds) * seconds / clients));
          return load;
        },
        check: () => check(url, book.done),
      };
    },
  };
};

const number = (text: string, pattern: RegExp): number => {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`pgbench said something else than expected: ${text}`);
  return Number(found);
};

const loadOf = (said: string): Load => {
  const operations = number(said, /number of transactions actually processed: (\d+)/);
  if (number(said, /number of failed transactions: (\d+)/) > 0) throw new Error(`pgbench had failed transactions: ${said}`);
  // Its rate leaves out the time of connecting, as ours does: wrk's connections are open for the whole run.
  return { operations, seconds: operations / number(said, /tps = ([\d.]+) \(without initial connection time\)/), p50Ms: number(said, /latency average = ([\d.]+) ms/) };
};

const check = async (url: string, done: number): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows: [row] } = await client.query<Record<string, number>>(`select (select count(*)::int from instance) as instances, (select sum(gpus_allocated)::int from capacity) as gpus,
      (select count(*)::int from outbox) as told, (select count(*)::int from audit_event) as audited`);
    if (Object.values(row ?? {}).some((n) => n !== done)) throw new Error(`pgbench did ${done} transactions, but the rows say ${JSON.stringify(row)}`);
  } finally {
    await client.end();
  }
};
