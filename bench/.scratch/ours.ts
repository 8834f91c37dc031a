import { StateDir } from '../../apps/local/src/host/state-dir.ts';
import { Family } from '../../apps/local/src/stack/family.ts';
import { testState } from '../../apps/local/src/testing/lend.ts';
import { measure } from '../src/harness/rounds.ts';
import { lineOf } from '../src/harness/report.ts';
import { chooseGenerator } from '../src/load/post.ts';
import { startServers } from '../src/site/stack.ts';
import { declare } from '../src/site/declare.ts';
import { logIn, untilOffered } from '../src/site/door.ts';
import { Orders, ourSide } from '../src/create/ours.ts';
import { preparePgbench } from '../src/create/pgbench.ts';
const machines = Number(process.env.MACHINES ?? 30000);
const say = (l: string) => console.log(new Date().toISOString().slice(11, 19), l);
const path = await testState(); const dir = await StateDir.claim(path, say);
const family = new Family(dir, { say, reborn: () => undefined });
const signal = new AbortController().signal;
try {
  const root = new URL('../..', import.meta.url).pathname.replace(/\/$/, '');
  const c: any = { root, dir, family, options: { rounds: 1, seconds: 3, machines, profile: process.env.PROFILE }, say, signal };
  let declared: any;
  const servers = await startServers(c, async (url) => { say('declare'); declared = await declare(url, { datacenters: 1, shapes: 1, projects: 1, machines }); if (process.env.EXPLAIN) { const pg = (await import('pg')).default; const k = new pg.Client({ connectionString: url }); await k.connect(); for (const r of ['allocator', 'tenant']) for (const [n, v] of [['session_preload_libraries', 'auto_explain'], ['auto_explain.log_min_duration', '0'], ['auto_explain.log_analyze', 'on'], ['auto_explain.log_nested_statements', 'on'], ['auto_explain.log_format', 'text'], ['log_min_messages','log']]) await k.query(`alter role cadastre_${r} set ${n} = '${v}'`); await k.end(); } });
  say('up');
  const session = await logIn(servers, 'alice'); await untilOffered(session, machines, say, signal); say('offered');
  const generator = await chooseGenerator(c);
  const of = { generator, servers, session, declared, orders: new Orders(servers.database.url) };
  const pgb = process.env.PGBENCH ? await preparePgbench(c, servers) : undefined;
  const { analyse } = await import('../src/site/database.ts'); let first = true;
  for (const [n, s] of JSON.parse(process.env.PLAN ?? '[[64,4],[64,6]]')) { say(lineOf(await measure(ourSide(of, n, s), 1, signal))); if (first) { await analyse(servers.database.url); first = false; } if (pgb) say(lineOf(await measure(pgb.side(n, s), 1, signal))); }
} finally { await family.stop(); dir.release(); console.log(path); }
