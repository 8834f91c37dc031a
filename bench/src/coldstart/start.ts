// node bench/src/coldstart/start.ts <snapshot|ledger|copy> <url>
// One cold start in a process of its own, so that its time and memory are its own; what it came to is one line of JSON.
import pg from 'pg';
import { Restoring, emptyCapacity, fold, place, type CapacityState, type LedgerFact } from '@cadastre/domain/capacity';
import { anOrder } from '../region/orders.ts';
import { REGION } from '../region/world.ts';
import { Rows, copyOut } from './copy.ts';

export interface Started {
  /** Until everything is read and in place. */
  readonly ms: number;
  /** Of that, waiting for PostgreSQL and its rows. */
  readonly readMs: number;
  /** The first verdict after it, which builds what is derived for deciding. */
  readonly firstVerdictMs: number;
  readonly rssMiB: number;
  readonly peakMiB: number;
  readonly machines: number;
  readonly claims: number;
  /** Sum of the claims' watts. */
  readonly watts: number;
}
/** As the allocator pages. */
const PAGE = 10_000;
const LINES = 32;

type Built = Pick<Started, 'readMs' | 'machines' | 'claims' | 'watts'> & { readonly state?: CapacityState };

const ofState = (state: CapacityState, readMs: number): Built => ({
  state, readMs, machines: state.machines.size, claims: state.claims.size, watts: [...state.claims.values()].reduce((sum, c) => sum + c.watts, 0),
});

const timed = async <T>(clock: { ms: number }, work: () => Promise<T>): Promise<T> => {
  const from = performance.now();
  try {
    return await work();
  } finally {
    clock.ms += performance.now() - from;
  }
};

/** The newest snapshot, then the entries after it. */
const fromSnapshot = async (client: pg.Client): Promise<Built> => {
  const clock = { ms: 0 };
  const restoring = new Restoring();
  for (let from = 0; ; from += LINES) {
    const { rows } = await timed(clock, () => client.query<{ line: string }>('SELECT line FROM capacity_snapshot WHERE region_id = $1 AND part >= $2 AND part < $3 ORDER BY part', [REGION, from, from + LINES]));
    if (rows.length === 0) break;
    for (const { line } of rows) restoring.take(line);
  }
  const r = restoring.end();
  if (!r.ok) throw new Error(`the snapshot is of no use: ${JSON.stringify(r.error)}`);
  await foldAfter(client, r.value, clock);
  return ofState(r.value, clock.ms);
};

const fromLedger = async (client: pg.Client): Promise<Built> => {
  const clock = { ms: 0 };
  const s = emptyCapacity();
  await foldAfter(client, s, clock);
  return ofState(s, clock.ms);
};

const foldAfter = async (client: pg.Client, s: CapacityState, clock: { ms: number }): Promise<void> => {
  for (;;) {
    const { rows } = await timed(clock, () => client.query<{ index: string; fact: LedgerFact }>({
      name: 'after', text: 'SELECT region_id AS "regionId", index, epoch, at, fact FROM capacity_ledger WHERE region_id = $1 AND index > $2 ORDER BY index LIMIT $3', values: [REGION, s.index, PAGE],
    }));
    for (const { index, fact } of rows) if (!fold(s, { index: Number(index), fact }).ok) throw new Error(`entry ${index} is out of order`);
    if (rows.length < PAGE) return;
  }
};

/** The peer: the same rows into columns, without anything made of them. */
const copied = async (client: pg.Client): Promise<Built> => {
  const claims = new Rows(7, 5);
  await copyOut(client, `COPY (SELECT index, gpus, watts, (fact->>'cpuMilli')::int, (fact->>'ramMiB')::int, coalesce((fact->>'milliGpu')::int, 0), (extract(epoch FROM (fact->>'leaseEnd')::timestamptz) * 1000)::bigint,
    machine_id, instance_id, tenant_id, fact->>'projectId', decision_id FROM capacity_ledger WHERE kind = 'CLAIM') TO STDOUT`, (line) => { claims.take(line); });
  const machines = new Rows(6, 4);
  await copyOut(client, `COPY (SELECT index, (fact->>'gpus')::int, (fact->>'idleW')::int, (fact->>'maxW')::int, (fact->>'cpuMilli')::int, (fact->>'ramMiB')::int,
    machine_id, rack_id, fact->>'shapeId', fact->>'poolId' FROM capacity_ledger WHERE kind = 'MACHINE') TO STDOUT`, (line) => { machines.take(line); });
  const watts = claims.numbers[2]?.subarray(0, claims.rows).reduce((sum, w) => sum + w, 0) ?? 0;
  return { readMs: Number.NaN, machines: machines.rows, claims: claims.rows, watts };
};

const [how, url] = process.argv.slice(2);
const client = new pg.Client({ connectionString: url });
await client.connect();
const from = performance.now();
const built = await (how === 'snapshot' ? fromSnapshot(client) : how === 'ledger' ? fromLedger(client) : copied(client));
const ms = performance.now() - from;
const asked = performance.now();
if (built.state !== undefined && place(built.state, anOrder()).outcome !== 'PLACED') throw new Error('the restored region takes no order');
const { state: _, ...counts } = built;
const started: Started = {
  ...counts, ms, firstVerdictMs: performance.now() - asked, rssMiB: Math.round(process.memoryUsage().rss / 2 ** 20), peakMiB: Math.round(process.resourceUsage().maxRSS / 1_024),
};
process.stdout.write(`${JSON.stringify(started)}\n`);
await client.end();
