import { StateDir } from '../../apps/local/src/host/state-dir.ts';
import { preparePostgres } from '../../apps/local/src/servers/postgres.ts';
import { Family } from '../../apps/local/src/stack/family.ts';
import { testState } from '../../apps/local/src/testing/lend.ts';
import { anyPorts } from '../../apps/local/src/stack/ports.ts';
import { preparePgbench } from '../src/create/pgbench.ts';
import { preparePlacement } from '../src/create/placement.ts';
import { measure } from '../src/harness/rounds.ts';
import { lineOf } from '../src/harness/report.ts';
const say = (l: string) => console.log(l);
const path = await testState(); const dir = await StateDir.claim(path, say);
const family = new Family(dir, { say, reborn: () => undefined });
const signal = new AbortController().signal;
try {
  const postgres = await preparePostgres(dir, { port: (await anyPorts()).postgres, maxConnections: 400 });
  const server = await family.start(postgres.spec);
  const c: any = { root: '/work/main', dir, family, options: { rounds: 1, seconds: 3, machines: 120000 }, say, signal };
  const servers: any = { serverUrl: postgres.url, pids: { postgres: server.pid } };
  const pgbench = await preparePgbench(c, servers); say(pgbench.version);
  for (const n of [1, 16, 64, 256]) say(lineOf(await measure(pgbench.side(n, 3), 1, signal)));
  const placement = await preparePlacement(c, servers); say(placement.version);
  for (const candidates of [1, 10, 1000, 'none'] as const) for (const concurrency of [2, 4, 8]) say(lineOf(await measure(placement.side({ concurrency, seconds: 4, candidates }), 1, signal)));
} finally { await family.stop(); dir.release(); console.log(path); }
