import type { Context, Options } from '../harness/context.ts';
import { thisMachine } from '../harness/machine.ts';
import { NoPeer } from '../harness/peer.ts';
import { lineOf, type Figure, type Report, type Skipped } from '../harness/report.ts';
import { interleave, measure, ratio, type Measured, type Side } from '../harness/rounds.ts';
import { chooseGenerator } from '../load/post.ts';
import { analyse, durableSettings } from '../site/database.ts';
import { declare, type Declared } from '../site/declare.ts';
import { logIn, untilOffered } from '../site/door.ts';
import { startServers, type Servers } from '../site/stack.ts';
import { Orders, ourSide, type OurSide } from './ours.ts';
import { preparePgbench, type Pgbench } from './pgbench.ts';
import { nameOf, preparePlacement, type Claims, type Placement } from './placement.ts';

const WARM_UP_SECONDS = 4;
/** What Nova asks for by default, and the cheapest question that still spreads the claims: the figure is against the better of the two. */
const CANDIDATES = [10, 1_000] as const;
/** What a round may use of the declared machines; the rest is for the warm-up. */
const FOR_ROUNDS = 0.85;

interface Peers { readonly pgbench: Pgbench | undefined; readonly placement: Placement | undefined; readonly skipped: readonly Skipped[] }

/** `create`: a GPU instance ordered and durable, against Placement's claims and pgbench's bare writes. */
export const create = async (c: Context): Promise<Report> => {
  const generator = await chooseGenerator(c);
  const machine = thisMachine();
  let declared: Declared | undefined;
  const servers = await startServers(c, async (url) => {
    c.say(`declaring ${c.options.machines} simulated machines`);
    declared = await declare(url, { datacenters: 1, shapes: 1, projects: 1, machines: c.options.machines });
  });
  if (declared === undefined) throw new Error('nothing was declared');
  const session = await logIn(servers, 'alice');
  await untilOffered(session, c.options.machines, c.say, c.signal);
  const of: OurSide = { generator, servers, session, declared, orders: new Orders(servers.database.url) };
  const peers = await preparePeers(c, servers);
  const seconds = await affordable(of, c, servers);
  const sides = sidesOf(of, peers, { seconds, connections: c.options.connections });
  c.say('warming up every side');
  for (const side of sides) await measure(side, 0, c.signal);
  await Promise.all([servers.database.url, ...(peers.pgbench === undefined ? [] : [peers.pgbench.url]), ...(peers.placement === undefined ? [] : [peers.placement.url])].map(analyse));
  const measured = await interleave(sides, c.options.rounds, (m) => { c.say(lineOf(m)); }, c.signal);
  return {
    benchmark: 'create', machine, rounds: c.options.rounds, measured, figures: figuresOf(measured, peers, c.options.connections), skipped: peers.skipped,
    setting: {
      ours: `one tenant door, one allocator, NATS; ${c.options.machines} simulated one-GPU machines in racks of 30; no controller and no cluster: orders are answered after the commit, what follows is not part of the figure`,
      load: `${generator.name}, a new key and name for each order, every answer checked; runs of ${seconds} s`,
      ...(peers.pgbench === undefined ? {} : { pgbench: `${peers.pgbench.version}, prepared, three statements a transaction` }),
      ...(peers.placement === undefined ? {} : { placement: peers.placement.version }),
      postgresql: await durableSettings(servers.serverUrl),
    },
  };
};

const preparePeers = async (c: Context, servers: Servers): Promise<Peers> => {
  const skipped: Skipped[] = [];
  const attempt = async <T>(figures: readonly string[], prepare: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await prepare();
    } catch (e) {
      if (!(e instanceof NoPeer)) throw e;
      skipped.push(...figures.map((figure) => ({ figure, because: e.message })));
      return undefined;
    }
  };
  const pgbench = await attempt(c.options.connections.map((n) => `create/pgbench-${n}`), () => preparePgbench(c, servers));
  const placement = await attempt(['create/placement'], () => preparePlacement(c, servers));
  return { pgbench, placement, skipped };
};

/** Warms the door and the allocator up, and asks how long a run may be so that the machines last for all rounds. */
const affordable = async (of: OurSide, c: Context, servers: Servers): Promise<number> => {
  const { rounds, machines, seconds, connections } = c.options;
  await measure(ourSide(of, 64, WARM_UP_SECONDS), 0, c.signal);
  // As autovacuum does within its first minute: plans made for empty tables are not what a region lives with.
  await analyse(servers.database.url);
  const trial = await measure(ourSide(of, 64, 2), 0, c.signal);
  const share = (machines * FOR_ROUNDS - of.orders.taken) / (rounds + 1) / connections.length;
  const possible = Math.min(seconds, Math.floor(share / (trial.perSecond * 1.2)));
  if (possible < 1) throw new Error(`${machines} machines do not last for ${rounds} rounds at ${trial.perSecond.toFixed(0)} orders a second: declare more with --machines`);
  return possible;
};

const claimsOf = (seconds: number): readonly Claims[] => [
  ...CANDIDATES.map((candidates) => ({ concurrency: 8, seconds: Math.max(4, seconds), candidates })),
  { concurrency: 8, seconds: Math.max(3, seconds), candidates: 'none' as const },
];

const sidesOf = (of: OurSide, peers: Peers, { seconds, connections }: Pick<Options, 'seconds' | 'connections'>): readonly Side[] => {
  const { pgbench, placement } = peers;
  return [
    ...connections.flatMap((n) => [ourSide(of, n, seconds), ...(pgbench === undefined ? [] : [pgbench.side(n, seconds)])]),
    ...(placement === undefined ? [] : claimsOf(seconds).map((claims) => placement.side(claims))),
  ];
};

const rate = (m: Measured): number => m.perSecond;

const figuresOf = (measured: readonly Measured[], peers: Peers, clients: readonly number[]): readonly Figure[] => {
  const ours = (connections: number): string => `cadastre, ${connections} conn.`;
  const [favourable, asNova, putAlone] = claimsOf(0).map(nameOf);
  const placement = (what: string, side: string | undefined, of: string): Figure => ({ name: `create/${what}`, of, ...ratio(measured, ours(64), side ?? '', rate) });
  return [
    ...(peers.placement === undefined ? [] : [
      placement('placement', favourable, `orders a second at 64 connections / Placement claims a second (GET of ${CANDIDATES[0]} candidates, then PUT)`),
      placement('placement-nova', asNova, `the same / claims with Nova's default of ${CANDIDATES[1]} candidates`),
      placement('placement-put', putAlone, 'the same / PUT of an allocation alone, without asking for candidates'),
    ]),
    ...(peers.pgbench === undefined ? [] : clients.map((n): Figure => ({
      name: `create/pgbench-${n}`, of: `orders a second / pgbench transactions a second, both with ${n} connections`, ...ratio(measured, ours(n), `pgbench, ${n} clients`, rate),
    }))),
  ];
};
