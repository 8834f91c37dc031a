import { join } from 'node:path';
import pg from 'pg';
import { dump, place, restore, snapshot, type CapacityState, type LedgerFact } from '@cadastre/domain/capacity';
import { isDeepStrictEqual } from 'node:util';
import { preparePostgres } from '../../../apps/local/src/servers/postgres.ts';
import { anyPorts } from '../../../apps/local/src/stack/ports.ts';
import type { Context } from '../harness/context.ts';
import { thisMachine } from '../harness/machine.ts';
import type { Figure, Report } from '../harness/report.ts';
import { spread } from '../harness/rounds.ts';
import { run } from '../harness/run.ts';
import { Times, timedLine, type Timed } from '../harness/timing.ts';
import { durableSettings, withDatabase } from '../site/database.ts';
import { SINGLE, Traffic, type Class } from '../region/orders.ts';
import { REGION } from '../region/world.ts';
import type { Started } from './start.ts';

const MACHINES = 400_000;
const INSTANCES = 1_000_000;
const SEED = 44;
/** Entries after the snapshot: what a busy minute leaves. */
const TAIL = 20_000;
const BATCH = 5_000;
const SIDES = ['copy', 'snapshot', 'ledger'] as const;
type Side = (typeof SIDES)[number];

interface Prepared { readonly url: string; readonly server: string; readonly state: { readonly claims: number; readonly watts: number; readonly machines: number }; readonly said: string }

/** `coldstart`: a region of 400,000 machines and a million instances from its snapshot and from its ledger, against COPY of the same rows into columns. */
export const coldstart = async (c: Context): Promise<Report> => {
  const machine = thisMachine();
  const p = await prepare(c);
  const timed: Timed[] = [];
  const all: { readonly side: Side; readonly round: number; readonly started: Started }[] = [];
  for (let round = 1; round <= c.options.rounds; round++) {
    for (const side of SIDES) {
      const started = await start(c, side, p);
      all.push({ side, round, started });
      const times = new Times();
      times.add(side, started.ms * 1_000);
      timed.push(times.timed(side, round));
      c.say(`${timedLine(times.timed(side, round))}; ${Math.round(started.readMs)} ms of it reading, first verdict ${Math.round(started.firstVerdictMs)} ms, ${started.rssMiB} MiB resident, ${started.peakMiB} at most`);
    }
  }
  const most = (side: Side, of: (s: Started) => number): number => Math.round(Math.max(...all.filter((x) => x.side === side).map((x) => of(x.started))));
  return {
    benchmark: 'coldstart', machine, rounds: c.options.rounds, measured: [], timed, figures: figuresOf(all), skipped: [],
    setting: {
      region: p.said,
      memory: SIDES.map((side) => `${side} ${most(side, (s) => s.rssMiB)} MiB resident, ${most(side, (s) => s.peakMiB)} MiB at most`).join('; '),
      'first verdict': SIDES.filter((s) => s !== 'copy').map((side) => `${side} at most ${most(side, (s) => s.firstVerdictMs)} ms`).join('; '),
      postgresql: p.server,
    },
  };
};

const figuresOf = (all: readonly { readonly side: Side; readonly round: number; readonly started: Started }[]): readonly Figure[] => {
  const of = (side: Side, round: number): number => all.find((x) => x.side === side && x.round === round)?.started.ms ?? Number.NaN;
  const rounds = [...new Set(all.map((x) => x.round))];
  const figure = (name: string, text: string, value: (round: number) => number): Figure => ({ name: `coldstart/${name}`, of: text, ...spread(rounds.map(value)) });
  return [
    figure('copy', 'from the snapshot and the entries after it / COPY of the same rows into columns', (r) => of('snapshot', r) / of('copy', r)),
    figure('ledger', 'from the first entry of the ledger / COPY of the same rows into columns', (r) => of('ledger', r) / of('copy', r)),
    figure('snapshot-seconds', 'seconds from the snapshot and the entries after it', (r) => of('snapshot', r) / 1_000),
    figure('ledger-seconds', 'seconds from the first entry of the ledger', (r) => of('ledger', r) / 1_000),
  ];
};

const start = async (c: Context, side: Side, p: Prepared): Promise<Started> => {
  const { stdout } = await run(process.execPath, [join(c.root, 'bench/src/coldstart/start.ts'), side, p.url], { cwd: c.root, signal: c.signal, timeoutMs: 600_000 });
  const started = JSON.parse(stdout) as Started;
  for (const field of ['claims', 'watts', 'machines'] as const) if (started[field] !== p.state[field]) throw new Error(`${side} has ${field} ${started[field]}, the region ${p.state[field]}`);
  return started;
};

/** The region, its ledger as rows and its snapshot some entries before the end. */
const prepare = async (c: Context): Promise<Prepared> => {
  const ports = await anyPorts();
  const postgres = await preparePostgres(c.dir, { port: ports.postgres });
  await c.family.start(postgres.spec);
  const url = await withDatabase(postgres.url, 'bench_coldstart');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(TABLES);
    const ledger = new Ledger(client);
    c.say(`a region of ${MACHINES} machines and ${INSTANCES} instances`);
    const traffic = new Traffic(MACHINES, SEED, (fact) => { ledger.add(fact); });
    await ledger.flush();
    await grow(traffic, ledger, INSTANCES - TAIL, c);
    const from = performance.now();
    const lines = [...dump(traffic.state)];
    const dumpMs = performance.now() - from;
    same(traffic.state, lines);
    for (let n = 0; n < lines.length; n += 32) await client.query('INSERT INTO capacity_snapshot SELECT $1, $2, n, line FROM unnest($3::int[], $4::text[]) AS x (n, line)', [REGION, traffic.state.index, lines.slice(n, n + 32).map((_, k) => n + k), lines.slice(n, n + 32)]);
    await grow(traffic, ledger, INSTANCES, c);
    await client.query('VACUUM ANALYZE');
    const bytes = lines.reduce((sum, l) => sum + l.length, 0);
    return {
      url, server: await durableSettings(postgres.url),
      state: { claims: traffic.state.claims.size, machines: traffic.state.machines.size, watts: [...traffic.state.claims.values()].reduce((sum, x) => sum + x.watts, 0) },
      said: `seed ${SEED}, ${traffic.state.machines.size} machines, ${traffic.state.claims.size} instances, ${traffic.state.index} entries of which ${TAIL} after the snapshot; snapshot ${lines.length} lines of at most ${Math.round(Math.max(...lines.map((l) => l.length)) / 1_024)} KiB, ${Math.round(bytes / 2 ** 20)} MiB in all, written in ${(dumpMs / 1_000).toFixed(1)} s; every start is a process of its own`,
    };
  } finally {
    await client.end();
  }
};

/** What was restored is what was dumped; a snapshot that is not gives no figure. */
const same = (s: CapacityState, lines: readonly string[]): void => {
  const r = restore(lines);
  if (!r.ok) throw new Error(`the snapshot cannot be read: ${JSON.stringify(r.error)}`);
  const [a, b] = [snapshot(s), snapshot(r.value)];
  if (!isDeepStrictEqual(a, b)) throw new Error('the restored region is another one');
};

const grow = async (traffic: Traffic, ledger: Ledger, instances: number, c: Context): Promise<void> => {
  if (traffic.running === 0) traffic.fill(0.4, (fact) => { ledger.add(fact); });
  const small = SINGLE[1] as Class;
  while (traffic.running < instances) {
    c.signal.throwIfAborted();
    const r = traffic.request(small, { count: Math.min(64, instances - traffic.running) });
    const v = place(traffic.state, r);
    if (v.outcome !== 'PLACED') throw new Error(`no room for the ${traffic.running}th instance: ${v.reasons[0]?.reason ?? ''}`);
    for (const fact of traffic.claim(r, v.placements)) ledger.add(fact);
    if (ledger.waiting > 50_000) await ledger.flush();
  }
  await ledger.flush();
};

// The columns and the key of the product's tables, without what guards them: guarding is not what a start pays for.
const TABLES = `
CREATE TABLE capacity_ledger (region_id text NOT NULL, index bigint NOT NULL, epoch bigint NOT NULL, kind text NOT NULL, rack_id text, machine_id text, instance_id text, tenant_id text,
  gpus int, watts int, decision_id text, fact jsonb NOT NULL, at timestamptz(3) NOT NULL DEFAULT now(), PRIMARY KEY (region_id, index));
CREATE TABLE capacity_snapshot (region_id text NOT NULL, index bigint NOT NULL, part int NOT NULL, line text NOT NULL, PRIMARY KEY (region_id, index, part));`;

/** Entries as rows, in batches. */
class Ledger {
  #index = 0;
  #facts: LedgerFact[] = [];
  readonly #client: pg.Client;

  constructor(client: pg.Client) {
    this.#client = client;
  }

  get waiting(): number {
    return this.#facts.length;
  }

  add(fact: LedgerFact): void {
    this.#facts.push(fact);
  }

  async flush(): Promise<void> {
    for (let n = 0; n < this.#facts.length; n += BATCH) {
      const facts = this.#facts.slice(n, n + BATCH);
      await this.#client.query(`INSERT INTO capacity_ledger (region_id, index, epoch, kind, rack_id, machine_id, instance_id, tenant_id, gpus, watts, decision_id, fact)
        SELECT $1, $2 + ordinality, 1, f->>'kind', f->>'rackId', f->>'machineId', f->>'instanceId', f->>'tenantId', (f->>'gpus')::int, (f->>'watts')::int, f->>'decisionId', f
        FROM unnest($3::jsonb[]) WITH ORDINALITY AS x (f, ordinality)`, [REGION, this.#index, facts.map((f) => JSON.stringify(f))]);
      this.#index += facts.length;
    }
    this.#facts = [];
  }
}
