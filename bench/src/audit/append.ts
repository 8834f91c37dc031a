import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import type { AuditFact } from '@cadastre/domain/audit';
import { systemClock } from '@cadastre/platform/clock';
import { createIds } from '@cadastre/platform/ids';
import { commit } from '@cadastre/store/commit';
import type { Store } from '@cadastre/store/pool';
import { actOf, countingIds, openTestStore, seedSite, site, type Site } from '../../../libs/store/src/testing/index.ts';
import { notaryOn, openPlace } from '../../../apps/notary/src/testing/rig.ts';
import type { Context } from '../harness/context.ts';
import { thisMachine } from '../harness/machine.ts';
import type { Figure, Report } from '../harness/report.ts';
import { spread } from '../harness/rounds.ts';
import { groundOf } from './database.ts';

const CONNECTIONS = 8;
const ROWS = 100;
const MUTATIONS_PER_SECOND = 1_000;

type Rates = Readonly<Record<'sealed' | 'plain' | 'prisma' | 'p99With' | 'p99Without' | 'lag', number>>;

/** `audit-append`: events in their transactions, sealed into trees under a signed checkpoint, against rows that nobody hashes and against Prisma; and what an event adds to a mutation. */
export const auditAppend = async (c: Context): Promise<Report> => {
  const machine = thisMachine();
  const { db, server } = await groundOf(c);
  const ids = createIds();
  const [provider, tenant] = [openTestStore(db, 'provider', { ids }), openTestStore(db, 'tenant', { ids, max: CONNECTIONS })];
  const s = site(countingIds());
  await seedSite(provider, tenant, s);
  const root = poolOf(db.url);
  await root.query(`CREATE TABLE plain_event (seq bigserial PRIMARY KEY, id text NOT NULL, tenant_id text, type text NOT NULL, actor_id text, target_id text, body bytea NOT NULL, recorded timestamptz DEFAULT clock_timestamp());
    CREATE TABLE bench_row (id int PRIMARY KEY, n int NOT NULL DEFAULT 0); INSERT INTO bench_row (id) SELECT generate_series(0, 999); GRANT SELECT, UPDATE ON bench_row TO cadastre_tenant`);
  const place = await openPlace();
  const rig = notaryOn(db, place, 'bench');
  rig.start();
  const rounds: Rates[] = [];
  try {
    for (let round = 1; round <= c.options.rounds; round++) {
      const sealed = await sealedRate(c, tenant, root, s);
      const plain = await plainRate(c, root);
      const prisma = await prismaRate(c, db.url);
      const p99Without = await p99(c, plainMutation(poolOf(db.urlAs('cadastre_tenant', 'cadastre-test')), s));
      const p99With = await p99(c, { act: mutation(tenant, s), end: () => Promise.resolve() });
      rounds.push({ ...sealed, plain, prisma, p99With, p99Without });
      c.say(`round ${round}  sealed ${sealed.sealed.toFixed(0)}/s (last one signed ${sealed.lag.toFixed(2)} s after its commit), un-hashed ${plain.toFixed(0)}/s, Prisma ${prisma.toFixed(0)}/s; p99 of a mutation ${p99With.toFixed(2)} ms with its event, ${p99Without.toFixed(2)} ms without`);
    }
  } finally {
    await rig.stop();
    await place.close();
    await Promise.all([provider.close(), tenant.close(), root.end()]);
  }
  const figure = (name: string, of: string, value: (r: Rates) => number): Figure => ({ name: `audit-append/${name}`, of, ...spread(rounds.map(value)) });
  return {
    benchmark: 'audit-append', machine, rounds: c.options.rounds, measured: [], skipped: [],
    setting: { postgresql: server, events: `${ROWS} a transaction on ${CONNECTIONS} connections, the same for rows that nobody hashes; Prisma one create at a time on each; mutations ${MUTATIONS_PER_SECOND} a second, open loop; notary and signer in this process` },
    figures: [
      figure('unhashed', 'events sealed and signed / un-hashed rows', (r) => r.sealed / r.plain), figure('prisma', 'events sealed and signed / Prisma create', (r) => r.sealed / r.prisma),
      figure('events-per-second', 'events sealed and signed a second', (r) => r.sealed), figure('lag-seconds', 'seconds from the last commit to its signed checkpoint', (r) => r.lag),
      figure('added-p99-ms', 'milliseconds that the event adds to the p99 of a mutation', (r) => r.p99With - r.p99Without),
    ],
  };
};

/** Hears the end of the server, which comes after the last figure and would otherwise end the benchmark before it is said. */
const poolOf = (connectionString: string): pg.Pool => {
  const silent = (): void => undefined;
  return new pg.Pool({ connectionString, max: CONNECTIONS }).on('error', silent).on('connect', (client) => { client.on('error', silent); });
};

const factsOf = (s: Site): readonly AuditFact[] => Array.from({ length: ROWS }, (_, n) => ({ type: 'compute.instance.create', phase: 'completed', outcome: 'success', tenant: tenantOf(s), target: { kind: 'instance', id: `instance_${n}` } }));
const tenantOf = (s: Site) => {
  const [t] = s.tenants;
  if (t === undefined) throw new Error('no tenant');
  return t.id;
};

/** As many workers as connections, each as often as it can until the time is over; how often in all. */
const busy = async (c: Context, work: () => Promise<unknown>): Promise<number> => {
  const until = performance.now() + c.options.seconds * 1_000;
  const counts = await Promise.all(Array.from({ length: CONNECTIONS }, async () => {
    let n = 0;
    for (; performance.now() < until; n++) await work();
    return n;
  }));
  c.signal.throwIfAborted();
  return counts.reduce((a, b) => a + b, 0);
};

/** The clock stops when the last event stands under a signed checkpoint. */
const sealedRate = async (c: Context, tenant: Store, root: pg.Pool, s: Site): Promise<{ readonly sealed: number; readonly lag: number }> => {
  const facts = factsOf(s);
  const from = performance.now();
  const batches = await busy(c, async () => {
    const done = await commit(tenant, { scope: { tenant: tenantOf(s) }, act: actOf('tenant', { at: systemClock.now() }), writes: [], outbox: [], audit: facts });
    if (!done.ok) throw new Error(done.error.code);
  });
  const written = performance.now();
  for (;;) {
    c.signal.throwIfAborted();
    const { rows } = await root.query<{ behind: string }>(`SELECT (SELECT count(*) FROM audit_event) - (SELECT coalesce(sum(n), 0) FROM (SELECT max(c.size) AS n FROM audit_checkpoint c JOIN audit_log l ON l.id = c.log_id WHERE l.kind <> 'GLOBAL' GROUP BY c.log_id) x) AS behind`);
    if (rows[0]?.behind === '0') break;
  }
  const end = performance.now();
  return { sealed: (batches * ROWS * 1_000) / (end - from), lag: (end - written) / 1_000 };
};

const plainRate = async (c: Context, root: pg.Pool): Promise<number> => {
  const body = 'x'.repeat(900);
  const rows = JSON.stringify(Array.from({ length: ROWS }, (_, n) => ({ id: `audit_${n}`, tenant_id: 'organisation', type: 'compute.instance.create', actor_id: 'a', target_id: `instance_${n}`, body })));
  const from = performance.now();
  const batches = await busy(c, () => root.query({ name: 'plain', text: "INSERT INTO plain_event (id, tenant_id, type, actor_id, target_id, body) SELECT id, tenant_id, type, actor_id, target_id, convert_to(body, 'UTF8') FROM json_to_recordset($1::json) AS f(id text, tenant_id text, type text, actor_id text, target_id text, body text)", values: [rows] }));
  return (batches * ROWS * 1_000) / (performance.now() - from);
};

/** The generated client by its path: nothing of the product may import it. */
const prismaRate = async (c: Context, url: string): Promise<number> => {
  const { PrismaClient } = (await import(pathToFileURL(join(c.root, 'libs/store/src/generated/client.ts')).href)) as { PrismaClient: new (o: object) => { $disconnect(): Promise<void>; outboxCursor: { create(o: object): Promise<unknown> } } };
  const { PrismaPg } = (await import('@prisma/adapter-pg')) as { PrismaPg: new (o: object) => object };
  // A pool of ours: the adapter leaves its own open, and the end of the server would then end the benchmark.
  const pool = poolOf(url);
  const client = new PrismaClient({ adapter: new PrismaPg(pool) });
  let n = performance.now() * 1_000;
  const from = performance.now();
  const done = await busy(c, () => client.outboxCursor.create({ data: { reader: `bench-${(n += 1)}`, txid: 0n, seq: 0n } }));
  const rate = (done * 1_000) / (performance.now() - from);
  await client.$disconnect();
  await pool.end();
  return rate;
};

const UPDATE = 'UPDATE bench_row SET n = n + 1 WHERE id = $1';
let turn = 0;
const row = (): number => (turn = (turn + 1) % 1_000);

const mutation = (tenant: Store, s: Site) => async (): Promise<void> => {
  const done = await commit(tenant, {
    scope: { tenant: tenantOf(s) }, act: actOf('tenant', { at: systemClock.now() }), outbox: [], writes: [{ noun: 'bench', id: 'row', rows: 1, sql: { name: 'bench_row', text: UPDATE, values: [row()] } }],
    audit: [{ type: 'tenancy.project.update', phase: 'completed', outcome: 'success', tenant: tenantOf(s), target: { kind: 'project', id: 'bench' } }],
  });
  if (!done.ok) throw new Error(done.error.code);
};
const plainMutation = (pool: pg.Pool, s: Site) => ({
  end: () => pool.end(),
  act: async (): Promise<void> => {
    const client = await pool.connect();
    try {
      // eslint-disable-next-line no-restricted-syntax -- the peer of commit(): the same transaction without its event
      await client.query(`BEGIN; SELECT set_config('app.tenant', '${tenantOf(s)}', true)`);
      await client.query({ name: 'bench_row', text: UPDATE, values: [row()] });
      await client.query('COMMIT');
    } finally {
      client.release();
    }
  },
});

/** Open loop: a mutation that is late does not keep the next from starting, so that waiting counts. */
const p99 = async (c: Context, { act, end }: { readonly act: () => Promise<void>; readonly end: () => Promise<void> }): Promise<number> => {
  const took: number[] = [];
  const running: Promise<void>[] = [];
  const from = performance.now();
  for (let n = 0; n < MUTATIONS_PER_SECOND * c.options.seconds;) {
    c.signal.throwIfAborted();
    for (const due = ((performance.now() - from) * MUTATIONS_PER_SECOND) / 1_000; n < due; n++) {
      const started = from + (n * 1_000) / MUTATIONS_PER_SECOND;
      running.push(act().then(() => { took.push(performance.now() - started); }));
    }
    await new Promise((resolve) => { setImmediate(resolve); });
  }
  await Promise.all(running);
  await end();
  const sorted = took.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN;
};
