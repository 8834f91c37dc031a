import { hash } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import type { Context } from '../harness/context.ts';

export const CONNECTIONS = 8;
/** Rows of one transaction. */
export const ROWS = 100;

/** Hears the end of the server, which comes after the last figure and would otherwise end the benchmark before it is said. */
export const poolOf = (connectionString: string): pg.Pool => {
  const silent = (): void => undefined;
  return new pg.Pool({ connectionString, max: CONNECTIONS }).on('error', silent).on('connect', (client) => { client.on('error', silent); });
};

/** As many workers as asked for, each as often as it can until the time is over; how often in all. */
export const busy = async (c: Context, work: () => Promise<unknown>, workers = CONNECTIONS): Promise<number> => {
  const until = performance.now() + c.options.seconds * 1_000;
  const counts = await Promise.all(Array.from({ length: workers }, async () => {
    let n = 0;
    for (; performance.now() < until; n++) await work();
    return n;
  }));
  c.signal.throwIfAborted();
  return counts.reduce((a, b) => a + b, 0);
};

const COLUMNS = 'tenant_id, type, phase, outcome, actor_id, actor_directory, target_kind, target_id, body, digest';
/** Tables of the same event without its tree: one with a primary key and no more, one with every index that makes audit_event searchable. Nothing is checked, guarded or hashed. */
export const PLAIN_TABLES = ['plain_event', 'searchable_event'] as const;
export const createPlainTables = async (root: pg.Pool): Promise<void> => {
  await root.query(`CREATE TABLE plain_event (LIKE audit_event INCLUDING DEFAULTS, PRIMARY KEY (txid, seq)); CREATE TABLE searchable_event (LIKE audit_event INCLUDING DEFAULTS INCLUDING INDEXES)`);
};

/** Rows a second into one of the two, 100 a transaction, in the format of the product's own insert: an id each, and a body as long as an event's. */
export const plainRate = async (c: Context, root: pg.Pool, table: (typeof PLAIN_TABLES)[number], tenantId: string, bodyBytes: number): Promise<number> => {
  const rows = JSON.stringify(Array.from({ length: ROWS }, (_, n) => ({ tenant_id: tenantId, type: 'compute.instance.create', phase: 'completed', outcome: 'success', actor_id: 'bench', actor_directory: 'tenant', target_kind: 'instance', target_id: `instance_${n}`, at: 1 + n * (bodyBytes + 32) })));
  const bytes = Buffer.alloc(ROWS * (bodyBytes + 32), 'x');
  const text = `INSERT INTO ${table} (id, ${COLUMNS}) SELECT gen_random_uuid(), tenant_id, type, phase, outcome, actor_id, actor_directory, target_kind, target_id, substring($2::bytea FROM at + 32 FOR ${bodyBytes}), substring($2::bytea FROM at FOR 32)
    FROM json_to_recordset($1::json) AS f(tenant_id text, type text, phase text, outcome text, actor_id text, actor_directory text, target_kind text, target_id text, at int)`;
  const from = performance.now();
  const batches = await busy(c, () => root.query({ name: `${table}-${bodyBytes}`, text, values: [rows, bytes] }));
  return (batches * ROWS * 1_000) / (performance.now() - from);
};

/** The generated client by its path: nothing of the product may import it. */
type Client = new (o: object) => { $disconnect(): Promise<void>; auditEvent: { create(o: object): Promise<unknown> } };

/** Events a second that Prisma creates in the same table of a database that nobody seals, one at a time on each of so many workers. The digest is made beforehand: nothing is hashed here but by the table's CHECK. */
export const prismaRate = async (c: Context, url: string, workers: number, bodyBytes: number): Promise<number> => {
  const { PrismaClient } = (await import(pathToFileURL(join(c.root, 'libs/store/src/generated/client.ts')).href)) as { PrismaClient: Client };
  const { PrismaPg } = (await import('@prisma/adapter-pg')) as { PrismaPg: new (o: object) => object };
  // A pool of ours: the adapter leaves its own open, and the end of the server would then end the benchmark.
  const pool = poolOf(url);
  const client = new PrismaClient({ adapter: new PrismaPg(pool) });
  const body = Buffer.alloc(bodyBytes, 'x');
  const event = { type: 'compute.instance.create', phase: 'completed', outcome: 'success', actorId: 'bench', actorDirectory: 'tenant', targetKind: 'instance', targetId: 'instance_1', body, digest: hash('sha256', body, 'buffer') };
  let n = performance.now() * 1_000;
  const from = performance.now();
  const done = await busy(c, () => client.auditEvent.create({ data: { ...event, id: `bench-${(n += 1)}` } }), workers);
  const rate = (done * 1_000) / (performance.now() - from);
  await client.$disconnect();
  await pool.end();
  return rate;
};
