import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { systemClock } from '@cadastre/platform/clock';
import { createIds } from '@cadastre/platform/ids';
import { silentLogger } from '@cadastre/platform/log';
import { openObjects } from '@cadastre/platform/objects';
import type { Objects } from '@cadastre/platform/objects';
import { parseTrust } from '@cadastre/tlog';
import { actOf, countingIds, openTestStore, seedSite, site } from '../../../libs/store/src/testing/index.ts';
import type { Followers } from '../../../apps/notary/src/monitor/observe.ts';
import { observeRows, observeTrees } from '../../../apps/notary/src/monitor/observe.ts';
import { createProofs } from '../../../apps/notary/src/monitor/proofs.ts';
import type { MonitorTools } from '../../../apps/notary/src/monitor/tools.ts';
import { seal } from '../../../apps/notary/src/testing/sealed.ts';
import type { Context } from '../harness/context.ts';
import { treeCpuMicros } from '../harness/cpu.ts';
import { thisMachine } from '../harness/machine.ts';
import type { Figure, Report } from '../harness/report.ts';
import { spread } from '../harness/rounds.ts';
import { groundOf } from './database.ts';

const EVENTS = 250_000;
const ORIGIN = 'audit.test';
/** What the issue gives from a change to its alarm. A row that is changed right behind the look at it waits for a whole pass and the end of that one. */
const ALARM_SECONDS = 120;
const PASSES = 2;

interface Took {
  readonly seconds: number;
  /** Processor microseconds of a row. */
  readonly monitor: number;
  readonly postgres: number;
}
interface Round {
  readonly first: Took;
  readonly next: Took;
  /** Microseconds of a leaf. */
  readonly loop: number;
}

/** `audit-monitor`: all sealed rows of a log against leaves, tiles, entry bundles and the signed root, by a process that starts and by one that has seen them, against hashing the same leaves one by one with `createHash`. */
export const auditMonitor = async (c: Context): Promise<Report> => {
  const machine = thisMachine();
  const { db, server, pid } = await groundOf(c);
  const [provider, tenant] = [openTestStore(db, 'provider'), openTestStore(db, 'tenant')];
  const s = site(countingIds());
  await seedSite(provider, tenant, s);
  await Promise.all([provider.close(), tenant.close()]);
  const tenantId = s.tenants[0]?.id;
  if (tenantId === undefined) throw new Error('no tenant');
  const objects = openObjects({ auditStorage: pathToFileURL(join(c.dir.path, 'storage')).href });
  const { policy } = await seal(db, objects, ORIGIN, [{ tenantId, events: Array.from({ length: EVENTS }, (_, n) => ({ type: 'compute.instance.create', time: new Date(Date.UTC(2026, 2, 1) + n).toISOString(), target: `instance-${n}` })), at: [EVENTS] }]);
  const leaves = await settle(db.url, objects);
  const trusted = parseTrust(policy);
  if (!trusted.ok) throw new Error(trusted.error.because);
  const ids = createIds();
  const store = openTestStore(db, 'monitor', { ids, auditOrigin: ORIGIN });
  const fresh = (): MonitorTools => ({
    store, objects, policy: trusted.value, clock: systemClock, ids, log: silentLogger(), operator: ORIGIN, rowsPerPass: 2 * EVENTS, proofs: createProofs(2 * EVENTS), makeAct: () => actOf('none'),
    limits: { heartbeatSeconds: 180, sealSeconds: 10, witnessSeconds: 180, timestampSeconds: undefined, sinkSeconds: 3_600, skewMs: 500 },
  });
  const rounds: Round[] = [];
  try {
    const trees = await observeTrees(fresh(), { logs: new Map(), rolling: undefined });
    for (let round = 1; round <= c.options.rounds; round++) {
      const began = performance.now();
      for (const leaf of leaves) createHash('sha256').update(leaf).digest();
      const loop = ((performance.now() - began) * 1_000) / leaves.length;
      const tools = fresh();
      const [first, next] = [await pass(c, tools, trees, pid), await pass(c, tools, trees, pid)];
      rounds.push({ loop, first, next });
      c.say(`round ${round}  createHash loop ${loop.toFixed(2)} us a leaf; first pass ${first.seconds.toFixed(1)} s, CPU-us a row ${first.monitor.toFixed(1)} + ${first.postgres.toFixed(1)} of PostgreSQL; next ${next.seconds.toFixed(1)} s, ${next.monitor.toFixed(1)} + ${next.postgres.toFixed(1)}`);
    }
  } finally {
    await store.close();
  }
  return { benchmark: 'audit-monitor', machine, rounds: c.options.rounds, measured: [], skipped: [], figures: figuresOf(rounds), setting: { postgresql: server, log: `${EVENTS} events of ${Math.round(leaves.reduce((n, l) => n + l.length, 0) / leaves.length)} bytes; storage in a folder` } };
};

/** The checkpoints where readers find them, and the bytes of the leaves. */
const settle = async (url: string, objects: Objects): Promise<readonly Buffer[]> => {
  const root = new pg.Client({ connectionString: url });
  await root.connect();
  const { rows } = await root.query<{ origin: string; note: string }>('SELECT l.origin, c.note FROM audit_checkpoint c JOIN audit_log l ON l.id = c.log_id ORDER BY c.size');
  for (const { origin, note } of rows) await objects.replace(`logs/${origin.replaceAll('/', '~')}/checkpoint`, Buffer.from(note));
  await root.query('VACUUM ANALYZE');
  const leaves = await root.query<{ body: Buffer }>('SELECT body FROM audit_event LIMIT 50000');
  await root.end();
  return leaves.rows.map(({ body }) => body);
};

const pass = async ({ signal }: Context, tools: MonitorTools, trees: Followers, pid: number): Promise<Took> => {
  const [own, theirs, from] = [process.cpuUsage(), treeCpuMicros(pid), performance.now()];
  const { leaves, findings } = await observeRows(tools, trees, undefined, signal);
  signal.throwIfAborted();
  if (findings.length > 0 || leaves < EVENTS) throw new Error(`${leaves} leaves were compared, and found were ${JSON.stringify(findings.slice(0, 3))}`);
  const { user, system } = process.cpuUsage(own);
  return { seconds: (performance.now() - from) / 1_000, monitor: (user + system) / leaves, postgres: (treeCpuMicros(pid) - theirs) / leaves };
};

const figuresOf = (rounds: readonly Round[]): readonly Figure[] => (['first', 'next'] as const).flatMap((which): readonly Figure[] => {
  const of = which === 'first' ? 'first pass of a process' : 'each later pass';
  const figure = (name: string, what: string, value: (took: Took, round: Round) => number): Figure => ({ name: `audit-monitor/${which}-${name}`, of: `${of}: ${what}`, ...spread(rounds.map((r) => value(r[which], r))) });
  return [
    figure('hash', 'createHash over the leaves / processor time of the monitor', (took, { loop }) => loop / took.monitor), figure('rows-per-second', 'rows compared a second', ({ seconds }) => EVENTS / seconds),
    figure('rows-120s', `rows of which any is reported within ${ALARM_SECONDS} s, whenever it is changed`, ({ seconds }) => (EVENTS / seconds) * (ALARM_SECONDS / PASSES)),
    figure('cpu', 'processor microseconds of the monitor for a row', ({ monitor }) => monitor), figure('postgres-cpu', 'processor microseconds of PostgreSQL for a row', ({ postgres }) => postgres),
  ];
});
