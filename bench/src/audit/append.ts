import { randomBytes } from 'node:crypto';
import { setTimeout as after } from 'node:timers/promises';
import type pg from 'pg';
import type { AuditFact } from '@cadastre/domain/audit';
import type { OrganisationId } from '@cadastre/domain/core';
import { systemClock } from '@cadastre/platform/clock';
import { sealValue, subjectKey } from '@cadastre/platform/keeper';
import { createIds } from '@cadastre/platform/ids';
import { commit } from '@cadastre/store/commit';
import type { Store } from '@cadastre/store/pool';
import { INTERNAL } from '../../../libs/store/src/pool/store.ts';
import { actOf, countingIds, openTestStore, seedSite, site } from '../../../libs/store/src/testing/index.ts';
import { openPlace, ORIGIN } from '../../../apps/notary/src/testing/rig.ts';
import type { Context } from '../harness/context.ts';
import { treeCpuMicros } from '../harness/cpu.ts';
import { thisMachine } from '../harness/machine.ts';
import type { Figure, Report } from '../harness/report.ts';
import { spread } from '../harness/rounds.ts';
import { groundOf, unsealedDatabase } from './database.ts';
import { startNotary } from './notary.ts';
import { busy, CONNECTIONS, createPlainTables, PLAIN_TABLES, plainRate, poolOf, prismaRate, ROWS } from './peers.ts';

const MUTATIONS_PER_SECOND = 1_000;
/** Connections of the open loops: with few, a slow flush of the disk would measure the queue before them. */
const OPEN_CONNECTIONS = 32;
/** Transactions of `ROWS` events a second, for the seal's lag under load. */
const LOADED_PER_SECOND = 50;

const NAMES = {
  unhashed: ['events sealed and signed / rows with a primary key that nobody hashes', (r: Rates) => r.sealed / r.plain],
  searchable: ['events sealed and signed / the same rows with the same indexes, that nobody hashes', (r: Rates) => r.sealed / r.searchable],
  prisma: ['events sealed and signed / Prisma create, one after the other', (r: Rates) => r.sealed / r.prisma],
  [`prisma-${CONNECTIONS}`]: [`events sealed and signed / Prisma create, ${CONNECTIONS} at once`, (r: Rates) => r.sealed / r.prismaMany],
  'events-per-second': ['events sealed and signed a second', (r: Rates) => r.sealed],
  'cpu-us': ['CPU microseconds of an event: this process (writers, signer), notary and PostgreSQL', (r: Rates) => r.cpuMicros],
  'burst-seconds': ['seconds from the last commit of a burst to its signed checkpoint', (r: Rates) => r.burst],
  'added-p99-ms': [`milliseconds that the event adds to the p99 of a mutation, at ${MUTATIONS_PER_SECOND} mutations a second; middle of the seconds`, (r: Rates) => r.with.p99 - r.without.p99],
  'added-p50-ms': ['the same of the median', (r: Rates) => r.with.p50 - r.without.p50],
  'p99-ms': ['p99 of a mutation with its event', (r: Rates) => r.with.p99],
  'sealed-p99-seconds': [`p99 from commit to signed checkpoint, at ${MUTATIONS_PER_SECOND} mutations a second`, (r: Rates) => r.lag],
  'sealed-p99-seconds-loaded': [`the same at ${LOADED_PER_SECOND * ROWS} events a second`, (r: Rates) => r.loadedLag],
} as const satisfies Readonly<Record<string, readonly [string, (r: Rates) => number]>>;

interface Quantiles { readonly p50: number; readonly p99: number }
interface Rates extends Readonly<Record<'sealed' | 'plain' | 'searchable' | 'prisma' | 'prismaMany' | 'burst' | 'cpuMicros' | 'lag' | 'loadedLag', number>> { readonly with: Quantiles; readonly without: Quantiles }

interface Bench {
  readonly c: Context;
  readonly tenant: Store;
  readonly root: pg.Pool;
  readonly tenantId: OrganisationId;
}

/** `audit-append`: events in their transactions, sealed into trees under a signed checkpoint, against rows that nobody hashes and against Prisma; and what an event adds to a mutation. */
export const auditAppend = async (c: Context): Promise<Report> => {
  const machine = thisMachine();
  const ground = await groundOf(c);
  const unsealed = await unsealedDatabase(ground);
  const ids = createIds();
  const [provider, tenant] = [openTestStore(ground.db, 'provider', { ids, auditOrigin: ORIGIN }), openTestStore(ground.db, 'tenant', { ids, auditOrigin: ORIGIN, max: OPEN_CONNECTIONS })];
  const s = site(countingIds());
  await seedSite(provider, tenant, s);
  const tenantId = s.tenants[0]?.id;
  if (tenantId === undefined) throw new Error('no tenant');
  const root = poolOf(ground.db.url);
  await createPlainTables(root);
  await root.query('CREATE TABLE bench_row (id int PRIMARY KEY, n int NOT NULL DEFAULT 0) WITH (fillfactor = 50); INSERT INTO bench_row (id) SELECT generate_series(0, 999); GRANT SELECT, UPDATE ON bench_row TO cadastre_tenant');
  const place = await openPlace();
  const rounds: Rates[] = [];
  try {
    await startNotary(c, ground, place);
    const b: Bench = { c, tenant, root, tenantId };
    // Plans, caches and compiled code are made in a round that counts for nothing.
    for (let round = 0; round <= c.options.rounds; round++) {
      const rates = await oneRound(b, unsealed);
      if (round > 0) rounds.push(rates);
      c.say(`${round === 0 ? 'warm-up' : `round ${round}`}  ${Object.entries(NAMES).map(([name, [, value]]) => `${name} ${value(rates).toPrecision(3)}`).join('  ')}`);
    }
  } finally {
    await Promise.all([provider.close(), tenant.close(), root.end()]);
    await c.family.stop();
    await place.close();
  }
  return {
    benchmark: 'audit-append', machine, rounds: c.options.rounds, measured: [], skipped: [],
    setting: { postgresql: ground.server, events: `${ROWS} a transaction on ${CONNECTIONS} connections, the same for rows that nobody hashes; mutations ${MUTATIONS_PER_SECOND} a second, each with three personal values sealed, open loop over ${OPEN_CONNECTIONS} connections; the notary in its own process, the signer beside the writers` },
    figures: Object.entries(NAMES).map(([name, [of, value]]): Figure => ({ name: `audit-append/${name}`, of, ...spread(rounds.map(value)) })),
  };
};

const oneRound = async (b: Bench, unsealed: string): Promise<Rates> => {
  const { c, root, tenantId } = b;
  const { bytes, ...sealed } = await sealedRate(b);
  const plain = await plainRate(c, root, 'plain_event', tenantId, bytes);
  const searchable = await plainRate(c, root, 'searchable_event', tenantId, bytes);
  const [prisma, prismaMany] = [await prismaRate(c, unsealed, 1, bytes), await prismaRate(c, unsealed, CONNECTIONS, bytes)];
  // What the loads before left to be written and vacuumed belongs to none of the two.
  await root.query(`TRUNCATE ${PLAIN_TABLES.join(', ')}`);
  await root.query('CHECKPOINT');
  await after(1_000);
  const both = await lagOf(b, () => secondBySecond(b));
  const loaded = await lagOf(b, () => openLoop(c, LOADED_PER_SECOND, burst(b), c.options.seconds));
  return { ...sealed, plain, searchable, prisma, prismaMany, ...both.took, lag: both.p99, loadedLag: loaded.p99 };
};

/** The two in turn, a second each, and the middle of the seconds: a disk that stands for half a second would else decide for the one that it met. */
const secondBySecond = async (b: Bench): Promise<Pick<Rates, 'with' | 'without'>> => {
  const seconds: Pick<Rates, 'with' | 'without'>[] = [];
  for (let n = 0; n < 2 * b.c.options.seconds; n++) {
    seconds.push({ without: await openLoop(b.c, MUTATIONS_PER_SECOND, plainMutation(b), 1), with: await openLoop(b.c, MUTATIONS_PER_SECOND, mutation(b), 1) });
  }
  const middle = (side: 'with' | 'without'): Quantiles => ({ p50: spread(seconds.map((s) => s[side].p50)).median, p99: spread(seconds.map((s) => s[side].p99)).median });
  return { without: middle('without'), with: middle('with') };
};

const factsOf = (tenant: OrganisationId): readonly AuditFact[] => Array.from({ length: ROWS }, (_, n) => ({ type: 'compute.instance.create', phase: 'completed', outcome: 'success', tenant, target: { kind: 'instance', id: `instance_${n}` } }));

const burst = ({ tenant, tenantId }: Bench): (() => Promise<void>) => {
  const facts = factsOf(tenantId);
  return async () => {
    const done = await commit(tenant, { scope: { tenant: tenantId }, act: actOf('tenant', { at: systemClock.now() }), writes: [], outbox: [], audit: facts });
    if (!done.ok) throw new Error(done.error.code);
  };
};

const sizeOf = async ({ root, tenantId }: Bench): Promise<{ readonly written: number; readonly signed: number }> => {
  const { rows: [log] } = await root.query<{ written: string; signed: string }>({ name: 'size', text: 'SELECT l.size AS written, coalesce((SELECT max(size) FROM audit_checkpoint WHERE log_id = l.id), 0) AS signed FROM audit_log l WHERE tenant_id = $1', values: [tenantId] });
  return { written: Number(log?.written ?? 0), signed: Number(log?.signed ?? 0) };
};
/** Until the signed log is this long. */
const signedAt = async (b: Bench, size: number): Promise<void> => {
  while ((await sizeOf(b)).signed < size) {
    b.c.signal.throwIfAborted();
    await after(5);
  }
};

/** The clock stops when the last event stands under a signed checkpoint. */
const sealedRate = async (b: Bench): Promise<Pick<Rates, 'sealed' | 'burst' | 'cpuMicros'> & { readonly bytes: number }> => {
  const before = (await sizeOf(b)).written;
  // With what it started: notary and PostgreSQL.
  const cpu = (): number => treeCpuMicros(process.pid);
  const [from, used] = [performance.now(), cpu()];
  const events = ROWS * (await busy(b.c, burst(b)));
  const written = performance.now();
  await signedAt(b, before + events);
  const end = performance.now();
  const { rows: [size] } = await b.root.query<{ bytes: number }>('SELECT octet_length(body) AS bytes FROM audit_event WHERE tenant_id = $1 ORDER BY txid DESC LIMIT 1', [b.tenantId]);
  return { sealed: (events * 1_000) / (end - from), burst: (end - written) / 1_000, cpuMicros: (cpu() - used) / events, bytes: size?.bytes ?? 0 };
};

const UPDATE = 'UPDATE bench_row SET n = n + 1 WHERE id = $1';
let turn = 0;
const row = () => ({ name: 'bench_row', text: UPDATE, values: [(turn = (turn + 1) % 1_000)] });

// What the door seals of whoever acts, under a key that it has at hand.
const PERSON = { 'actor.email': 'alice.durand@chu-valence.example', 'actor.name': 'Alice Durand', 'source.address': '192.0.2.17' };
const key = subjectKey(randomBytes(32));
const personal = {
  seal: (id: string, log: string) => Object.fromEntries(Object.entries(PERSON).map(([path, value]) => [path, sealValue(key, id, log, path, value)])),
  sealOnly: () => ({}),
};

const mutation = ({ tenant, tenantId }: Bench) => async (): Promise<void> => {
  const done = await commit(tenant, {
    scope: { tenant: tenantId }, act: actOf('tenant', { at: systemClock.now(), personal }), outbox: [], writes: [{ noun: 'bench', id: 'row', rows: 1, sql: row() }],
    audit: [{ type: 'tenancy.project.update', phase: 'completed', outcome: 'success', tenant: tenantId, target: { kind: 'project', id: 'bench' } }],
  });
  if (!done.ok) throw new Error(done.error.code);
};
/** What commit() does, on the same connections with the same messages, but for the event. */
const plainMutation = ({ tenant, tenantId }: Bench) => (): Promise<void> =>
  tenant[INTERNAL].transaction({ tenant: tenantId }, async (session, end) => {
    await session.run(row());
    await end.commit();
  });

/** Open loop: a mutation that is late does not keep the next from starting, so that waiting counts. Milliseconds. */
const openLoop = async (c: Context, perSecond: number, act: () => Promise<void>, seconds: number): Promise<Quantiles> => {
  const took: number[] = [];
  const running: Promise<void>[] = [];
  const from = performance.now();
  for (let n = 0; n < perSecond * seconds;) {
    await after(1);
    c.signal.throwIfAborted();
    for (const due = ((performance.now() - from) * perSecond) / 1_000; n < due; n++) {
      const started = from + (n * 1_000) / perSecond;
      running.push(act().then(() => { took.push(performance.now() - started); }));
    }
  }
  await Promise.all(running);
  const sorted = took.toSorted((x, y) => x - y);
  const at = (q: number): number => sorted[Math.floor(sorted.length * q)] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
};

// From the insert, a little before the commit, to the first checkpoint above it, both by the database's clock.
const LAG = `SELECT percentile_cont(0.99) WITHIN GROUP (ORDER BY extract(epoch FROM c.signed_at - e.time_recorded)) AS p99 FROM audit_leaf l JOIN audit_event e ON e.id = l.event_id
  CROSS JOIN LATERAL (SELECT signed_at FROM audit_checkpoint k WHERE k.log_id = l.log_id AND k.size > l.index ORDER BY k.size LIMIT 1) c WHERE l.log_id = (SELECT id FROM audit_log WHERE tenant_id = $1) AND l.index >= $2`;
const lagOf = async <T>(b: Bench, load: () => Promise<T>): Promise<{ readonly took: T; readonly p99: number }> => {
  const before = (await sizeOf(b)).written;
  const took = await load();
  const { rows: [count] } = await b.root.query<{ n: string }>('SELECT count(*) AS n FROM audit_event WHERE tenant_id = $1', [b.tenantId]);
  await signedAt(b, Number(count?.n ?? 0));
  const { rows: [lag] } = await b.root.query<{ p99: number }>(LAG, [b.tenantId, before]);
  return { took, p99: lag?.p99 ?? Number.NaN };
};
