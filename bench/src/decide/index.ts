import { place, type CapacityState, type PlacementRequest, type Verdict } from '@cadastre/domain/capacity';
import { preparePostgres } from '../../../apps/local/src/servers/postgres.ts';
import { anyPorts } from '../../../apps/local/src/stack/ports.ts';
import type { Context } from '../harness/context.ts';
import { thisMachine } from '../harness/machine.ts';
import { NoPeer } from '../harness/peer.ts';
import { type Figure, type Report, type Skipped } from '../harness/report.ts';
import { spread } from '../harness/rounds.ts';
import { Times, timedLine, type Timed } from '../harness/timing.ts';
import { declareMany } from '../placement/providers.ts';
import { startPlacement, type PlacementServer } from '../placement/server.ts';
import { Columns } from '../region/columns.ts';
import { NEVER, SINGLE, Traffic, type Class } from '../region/orders.ts';
import { shapeIdOf } from '../region/world.ts';
import { scan } from './scan.ts';

const SMALL = 1_000;
const AS_PLACEMENT = 20_000;
const LARGE = 400_000;
const SIZES = [SMALL, 5_000, AS_PLACEMENT, LARGE] as const;
const FILLS = [0.5, 0.7, 0.95] as const;
/** Decisions of each kind in one round. */
const DECISIONS = 400;
const SCANS = 4;
const ASKED_OF_PLACEMENT = 2;
const SEED = 42;

interface World { readonly traffic: Traffic; readonly columns: Columns }
interface Took { readonly fill: number; readonly round: number; readonly side: string; readonly micros: number }

/** `decide`: one GPU request with all checks, against Placement's candidates and against a scan of all machines. */
export const decide = async (c: Context): Promise<Report> => {
  const machine = thisMachine();
  const { placement, skipped } = await attempt(c);
  const worlds = new Map<number, World>();
  for (const n of SIZES) {
    c.say(`a region of ${n} machines`);
    const traffic = new Traffic(n, SEED);
    place(traffic.state, traffic.request(SINGLE[0] as Class));
    worlds.set(n, { traffic, columns: new Columns(traffic.state) });
  }
  const timed: Timed[] = [];
  const took: Took[] = [];
  for (const fill of FILLS) {
    for (const [n, w] of worlds) fillUp(w, fill, n, c);
    for (let round = 0; round <= c.options.rounds; round++) {
      for (const [n, w] of worlds) for (const of of oneRound(n, w, fill, round)) note(of);
      if (placement !== undefined) note(await askPlacement(placement, fill, round));
      c.signal.throwIfAborted();
    }
  }
  function note({ times, side, fill, round }: Ran): void {
    // Round 0 warms up.
    if (round === 0 || times.kinds.length === 0) return;
    const t = times.timed(`${side}, ${fill * 100} %`, round);
    c.say(timedLine(t));
    timed.push(t);
    took.push({ fill, round, side, micros: times.typical });
  }
  return {
    benchmark: 'decide', machine, rounds: c.options.rounds, measured: [], timed, figures: figuresOf(took), skipped,
    setting: {
      world: `seed ${SEED}; racks of 16, halls of 360 racks, sites of 10 halls; A and B chains of five nodes, phases, law, quotas, reservations; one GPU request of ${SINGLE.length} kinds, refusals of ${NEVER.length}; each placement is claimed and somebody's instance released before the next decision`,
      time: 'of one decision: the median of each kind, all kinds alike; p99 over all of them',
      memory: `${Math.round(process.memoryUsage().rss / 2 ** 20)} MiB resident with all regions and the scans' columns; ${worlds.get(LARGE)?.traffic.running ?? 0} claims at ${LARGE} machines`,
      ...(placement === undefined ? {} : { placement: `${placement.version}, ${AS_PLACEMENT} empty providers of 8 PGPU, GET /allocation_candidates?resources=PGPU:1&limit=1` }),
    },
  };
};

const attempt = async (c: Context): Promise<{ readonly placement?: PlacementServer; readonly skipped: readonly Skipped[] }> => {
  const ports = await anyPorts();
  const postgres = await preparePostgres(c.dir, { port: ports.postgres });
  await c.family.start(postgres.spec);
  try {
    const placement = await startPlacement(c, postgres.url);
    c.say(`declaring ${AS_PLACEMENT} providers to Placement`);
    await declareMany(placement, AS_PLACEMENT, c.signal);
    return { placement, skipped: [] };
  } catch (e) {
    if (!(e instanceof NoPeer)) throw e;
    return { skipped: [{ figure: 'decide/placement-20k', because: e.message }] };
  }
};

const fillUp = ({ traffic, columns }: World, fill: number, n: number, c: Context): void => {
  traffic.fill(fill, (fact) => { if (fact.kind === 'CLAIM') columns.claim(fact); });
  const [claims, used] = [[...traffic.state.claims.values()].reduce((sum, x) => sum + (x.milliGpu > 0 ? x.milliGpu : x.gpus * 1_000), 0), traffic.used];
  if (claims !== used) throw new Error(`the state counts ${claims} milli-GPUs of claims, and ${used} were claimed`);
  c.say(`${n} machines: ${(fill * 100).toFixed(0)} % of the usable GPUs by ${traffic.running} claims, ${Math.round(process.memoryUsage().rss / 2 ** 20)} MiB resident in all`);
};

interface Ran { readonly times: Times; readonly side: string; readonly fill: number; readonly round: number }

/** Our decisions that place, those that refuse, and at the largest size the scan: the same orders on the same state. */
const oneRound = (n: number, w: World, fill: number, round: number): readonly Ran[] => {
  const [placed, refused, scanned] = [new Times(), new Times(), new Times()];
  const size = `${n / 1_000}k`;
  for (let k = 0; k < DECISIONS; k++) {
    for (const kind of SINGLE) {
      const r = w.traffic.request(kind);
      const from = process.hrtime.bigint();
      const v = place(w.traffic.state, r);
      const micros = Number(process.hrtime.bigint() - from) / 1_000;
      (v.outcome === 'PLACED' ? placed : refused).add(kind.name, micros);
      if (n === LARGE && k < SCANS) agree(v, scanned.of(kind.name, () => scan(w.columns, r, wanted(w.traffic.state, r, v))), r);
      if (v.outcome === 'PLACED') move(w, r, v);
    }
  }
  for (let k = 0; k < DECISIONS / 4; k++) {
    for (const kind of NEVER) {
      const r = w.traffic.request(kind);
      const v = refused.of(kind.name, () => place(w.traffic.state, r));
      if (v.outcome === 'PLACED') throw new Error(`placed, and must not be: ${kind.name}`);
    }
  }
  const ran = { fill, round };
  return [{ ...ran, times: placed, side: `placed, ${size}` }, { ...ran, times: refused, side: `refused, ${size}` }, { ...ran, times: scanned, side: `scan, ${size}` }];
};

/** What was placed runs, and something else ends: the next decision meets another state. */
const move = ({ traffic, columns }: World, r: PlacementRequest, v: Extract<Verdict, { outcome: 'PLACED' }>): void => {
  for (const c of traffic.claim(r, v.placements)) columns.claim(c);
  columns.release(traffic.release());
};

const wanted = (s: CapacityState, r: PlacementRequest, v: Verdict): { readonly shape: number; readonly gpus: number } => ({
  shape: s.shapes.find(r.shapeId) ?? -1, gpus: r.milliGpu !== undefined ? 0 : (r.gpusPerInstance ?? (v.outcome === 'PLACED' ? v.placements[0]?.gpus ?? 8 : r.shapeId === shapeIdOf('h200-8') || r.shapeId === shapeIdOf('b300-8') ? 8 : 4)),
});

const agree = (v: Verdict, found: number, r: PlacementRequest): void => {
  if ((v.outcome === 'PLACED') !== (found !== -1)) throw new Error(`the engine says ${JSON.stringify(v.outcome === 'PLACED' ? v.placements : v.reasons)}, the scan machine ${found}: ${JSON.stringify(r)}`);
};

const askPlacement = async ({ client }: PlacementServer, fill: number, round: number): Promise<Ran> => {
  const times = new Times();
  for (let k = 0; k < ASKED_OF_PLACEMENT; k++) {
    const from = performance.now();
    const found = await client.candidates(1);
    times.add('GET', (performance.now() - from) * 1_000);
    if (found.length === 0) throw new Error('Placement finds no candidate');
  }
  return { times, side: 'placement, 20k', fill, round };
};

const figuresOf = (took: readonly Took[]): readonly Figure[] => {
  const figure = (name: string, of: string, over: string, under: string): Figure[] => {
    const ratios = took.filter((t) => t.side === over).flatMap((a) => took.filter((b) => b.side === under && b.fill === a.fill && b.round === a.round).map((b) => a.micros / b.micros));
    return ratios.length === 0 ? [] : [{ name: `decide/${name}`, of, ...spread(ratios) }];
  };
  return [
    ...figure('placement-20k', 'GET of one candidate of 20,000 providers / a decision at 20,000 machines, all fills', 'placement, 20k', 'placed, 20k'),
    ...figure('scan-400k', 'a scan of 400,000 machines / a decision there, all fills', 'scan, 400k', 'placed, 400k'),
    ...figure('growth', 'a decision at 400,000 machines / at 1,000, all fills', 'placed, 400k', 'placed, 1k'),
    ...figure('refused-400k', 'a refusal / a placement, both at 400,000 machines, all fills', 'refused, 400k', 'placed, 400k'),
  ];
};
