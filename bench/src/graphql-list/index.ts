import { isDeepStrictEqual } from 'node:util';
import type { Context } from '../harness/context.ts';
import { thisMachine } from '../harness/machine.ts';
import { NoPeer } from '../harness/peer.ts';
import { lineOf, type Figure, type Report } from '../harness/report.ts';
import { interleave, measure, ratio, type Measured, type Side } from '../harness/rounds.ts';
import { chooseGenerator, type Generator } from '../load/post.ts';
import { analyse, durableSettings } from '../site/database.ts';
import { declare, type Declared } from '../site/declare.ts';
import { ask, at, logIn, untilOffered, type Session } from '../site/door.ts';
import { startServers, type Servers } from '../site/stack.ts';
import { prepareApollo, type Apollo } from './apollo.ts';

export const PAGE = `query Page($first: Int!) {
  gpuInstances(first: $first) {
    totalCount
    pageInfo { hasNextPage }
    edges {
      node {
        id orderId name gpus image status desired interruptible leaseEnd createdAt generation
        project { id code name stage }
        shape { id code gpuModel gpus }
        datacenter { id code name }
      }
    }
  }
}`;
const VARIABLES = { first: 50 } as const;
const INSTANCES = 200;
const MACHINES = 1_200;
const CONNECTIONS = 16;
const OURS = 'cadastre';
const THEIRS = 'nest + apollo';

/** `graphql-list`: a page of 50 instances with three relations, from the tenant door and from a Nest + Apollo application on the same rows. */
export const graphqlList = async (c: Context): Promise<Report> => {
  const generator = await chooseGenerator(c);
  const machine = thisMachine();
  let declared: Declared | undefined;
  const servers = await startServers(c, async (url) => { declared = await declare(url, { datacenters: 3, shapes: 4, projects: 3, machines: MACHINES }); });
  if (declared === undefined) throw new Error('nothing was declared');
  const session = await logIn(servers, 'alice');
  await untilOffered(session, MACHINES, c.say, c.signal);
  await order(session, declared, c);
  await analyse(servers.database.url);
  const peer = await attempt(c, servers);
  const measuring: Measuring = { generator, seconds: c.options.seconds, database: servers.pids.postgres };
  const sides = [
    await sideOf(measuring, session, { name: OURS, pid: servers.pids.door }),
    ...(peer.apollo === undefined ? [] : [await sideOf(measuring, { url: peer.apollo.url, token: session.token }, { name: THEIRS, pid: peer.apollo.pid })]),
  ];
  if (peer.apollo !== undefined) await same(session, { url: peer.apollo.url, token: session.token });
  c.say('warming up every side');
  for (let n = 0; n < 2; n++) for (const side of sides) await measure(side, 0, c.signal);
  const measured = await interleave(sides, c.options.rounds, (m) => { c.say(lineOf(m)); }, c.signal);
  if (peer.apollo !== undefined) await same(session, { url: peer.apollo.url, token: session.token });
  return {
    benchmark: 'graphql-list', machine, rounds: c.options.rounds, measured, figures: peer.apollo === undefined ? [] : figuresOf(measured), skipped: peer.skipped,
    setting: {
      page: `${VARIABLES.first} of ${INSTANCES} instances with project, shape and datacenter, ${CONNECTIONS} connections, runs of ${c.options.seconds} s`,
      load: `${generator.name}; status and length of every answer checked, both sides' JSON compared before and after`,
      ...(peer.apollo === undefined ? {} : { peer: peer.apollo.version }),
      postgresql: await durableSettings(servers.serverUrl),
    },
  };
};

const attempt = async (c: Context, servers: Servers): Promise<{ readonly apollo?: Apollo; readonly skipped: Report['skipped'] }> => {
  try {
    return { apollo: await prepareApollo(c, servers), skipped: [] };
  } catch (e) {
    if (!(e instanceof NoPeer)) throw e;
    return { skipped: [{ figure: 'graphql-list/apollo', because: e.message }] };
  }
};

const ORDER = `mutation Order($input: CreateGpuInstancesInput!) { createGpuInstances(input: $input) { __typename ... on Problem { code message } } }`;

/** Instances over all projects, shapes and sites, through the door as a tenant orders them. */
const order = async (session: Session, declared: Declared, c: Context): Promise<void> => {
  const leaseEnd = new Date(Date.now() + 30 * 86_400_000).toISOString();
  const orders = Array.from({ length: INSTANCES }, (_, n) => n).values();
  const caller = async (): Promise<void> => {
    for (const n of orders) {
      c.signal.throwIfAborted();
      const input = {
        idempotencyKey: `bench-list-${n}`, name: `list-${n}`, projectId: declared.projectIds[n % declared.projectIds.length], shape: declared.shapes[n % declared.shapes.length], count: 1, interruptible: false,
        image: 'registry.invalid/bench:1', sshKeys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEy bench'], leaseEnd,
      };
      const answer = at(await ask(session, ORDER, { input }), 'createGpuInstances');
      if (at(answer, '__typename') !== 'GpuInstancesAccepted') throw new Error(`an order was not accepted: ${JSON.stringify(answer)}`);
    }
  };
  await Promise.all(Array.from({ length: 8 }, caller));
};

interface Measuring { readonly generator: Generator; readonly seconds: number; readonly database: number }

const sideOf = async (of: Measuring, session: Session, who: { readonly name: string; readonly pid: number }): Promise<Side> => {
  const body = JSON.stringify({ query: PAGE, operationName: 'Page', variables: VARIABLES });
  const first = await fetch(session.url, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${session.token}` }, body });
  const bytes = (await first.arrayBuffer()).byteLength;
  return {
    name: who.name, servers: { [who.name]: who.pid }, database: of.database,
    run: (signal) => of.generator.post({ ...session, question: { kind: 'same', body, expectedBytes: bytes }, connections: CONNECTIONS, seconds: of.seconds }, signal),
    check: async () => {
      const edges = at(await ask(session, PAGE, VARIABLES), 'gpuInstances', 'edges');
      if (!Array.isArray(edges) || edges.length !== VARIABLES.first) throw new Error(`${who.name} does not answer with ${VARIABLES.first} instances`);
    },
  };
};

/** Equal but for the order of fields: a faster answer to another question is worth nothing. */
const same = async (ours: Session, theirs: Session): Promise<void> => {
  const [a, b] = [await ask(ours, PAGE, VARIABLES), await ask(theirs, PAGE, VARIABLES)];
  if (!isDeepStrictEqual(a, b)) throw new Error(`the two sides answer differently:\n${JSON.stringify(a).slice(0, 900)}\n${JSON.stringify(b).slice(0, 900)}`);
};

const figuresOf = (measured: readonly Measured[]): readonly Figure[] => [
  { name: 'graphql-list/apollo', of: 'CPU of our door a page / of the Nest + Apollo server', ...ratio(measured, OURS, THEIRS, (m) => m.serverCpuMicros) },
  { name: 'graphql-list/apollo-rate', of: `pages a second, ours / theirs, with ${CONNECTIONS} connections`, ...ratio(measured, OURS, THEIRS, (m) => m.perSecond) },
  { name: 'graphql-list/apollo-postgres', of: 'CPU of PostgreSQL a page, ours / theirs', ...ratio(measured, OURS, THEIRS, (m) => m.databaseCpuMicros) },
];
