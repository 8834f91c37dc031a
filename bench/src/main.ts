// npm run bench -- <name> [--json] [--rounds N] [--seconds S] [--machines N] [--connections 1,64] [--profile FOLDER] [--nodes FILE] [--pods FILE] [--seeds 42-51]
// Measures on this machine, in this run: see docs/performance.md. Loopback only; ends every process it started and removes its folder.
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { explain, StackError } from '../../apps/local/src/host/stack-error.ts';
import { StateDir } from '../../apps/local/src/host/state-dir.ts';
import { detour } from '../../apps/local/src/servers/postgres.ts';
import { Family } from '../../apps/local/src/stack/family.ts';
import { sweep, testState } from '../../apps/local/src/testing/lend.ts';
import { auditAppend } from './audit/append.ts';
import { auditExport } from './audit/export.ts';
import { auditMonitor } from './audit/monitor.ts';
import { auditVerify } from './audit/verify.ts';
import { coldstart } from './coldstart/index.ts';
import { create } from './create/index.ts';
import { decide } from './decide/index.ts';
import { gang } from './gang/index.ts';
import { graphqlList } from './graphql-list/index.ts';
import type { Context, Options } from './harness/context.ts';
import { textOf, type Report } from './harness/report.ts';
import { openb } from './openb/index.ts';
import { seedsIn } from './openb/trace.ts';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');
const BENCHMARKS: Readonly<Record<string, (c: Context) => Promise<Report>>> = { 'audit-append': auditAppend, 'audit-export': auditExport, 'audit-monitor': auditMonitor, 'audit-verify': auditVerify, coldstart, create, decide, gang, 'graphql-list': graphqlList, openb };
/** Whatever hangs: a benchmark stops by itself. */
const LIMIT_MS = 45 * 60_000;

interface Wish { readonly name: string; readonly json: boolean; readonly options: Options }

const wish = (): Wish => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false }, rounds: { type: 'string', default: '5' }, seconds: { type: 'string', default: '4' },
      machines: { type: 'string', default: '120000' }, connections: { type: 'string', default: '1,16,64,256' }, profile: { type: 'string' },
      nodes: { type: 'string', default: resolve(ROOT, 'bench/data/openb/nodes.csv') }, pods: { type: 'string', default: resolve(ROOT, 'bench/data/openb/pods.csv') }, seeds: { type: 'string', default: '42-51' },
    },
  });
  const [name] = positionals;
  if (name === undefined || BENCHMARKS[name] === undefined) {
    throw new StackError('BAD_OPTION', `${name === undefined ? 'No benchmark is named' : `There is no benchmark "${name}"`}.`, `npm run bench -- NAME, with NAME one of: ${Object.keys(BENCHMARKS).join(', ')}`);
  }
  const whole = (option: 'rounds' | 'seconds' | 'machines', from: number, to: number): number => {
    const n = Number(values[option]);
    if (Number.isInteger(n) && n >= from && n <= to) return n;
    throw new StackError('BAD_OPTION', `--${option} is "${values[option]}".`, `It accepts a whole number from ${from} to ${to}.`);
  };
  const options: Options = {
    rounds: whole('rounds', 1, 100), seconds: whole('seconds', 1, 60), machines: whole('machines', 1_000, 450_000), connections: connectionsOf(values.connections),
    openb: { nodes: resolve(values.nodes), pods: resolve(values.pods), seeds: seedsIn(values.seeds) },
    ...(values.profile === undefined ? {} : { profile: resolve(values.profile) }),
  };
  return { name, json: values.json, options };
};

const connectionsOf = (text: string): readonly number[] => {
  const list = text.split(',').map(Number);
  // 64 is the one that the figures against Placement are made with.
  if (list.includes(64) && list.every((n) => Number.isInteger(n) && n >= 1 && n <= 256)) return list;
  throw new StackError('BAD_OPTION', `--connections is "${text}".`, 'It accepts whole numbers from 1 to 256, comma separated, 64 among them.');
};

const say = (line: string): void => { process.stderr.write(`${line}\n`); };

const bench = async (asked: Wish, signal: AbortSignal): Promise<Report> => {
  const run = BENCHMARKS[asked.name];
  if (run === undefined) throw new Error(`no benchmark ${asked.name}`);
  if (asked.options.profile !== undefined) mkdirSync(asked.options.profile, { recursive: true });
  await sweep();
  const path = await testState();
  const dir = await StateDir.claim(path, say);
  const family = new Family(dir, { say, reborn: () => { throw new Error('a server died during a benchmark: its figures are worth nothing'); } });
  let done = false;
  try {
    const report = await run({ root: ROOT, dir, family, options: asked.options, say, signal });
    done = true;
    return report;
  } finally {
    await family.stop();
    dir.release();
    // A failure is read in the logs, which live in the folder; the next run sweeps it.
    if (done || signal.aborted) for (const folder of [path, detour(path)]) rmSync(folder, { recursive: true, force: true });
    else say(`logs are in ${path}/logs until the next run`);
  }
};

const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => { stop.abort(new StackError('CHILD_DIED', `The benchmark was stopped by ${name}.`, 'Nothing it started is left; start it again.')); });
const late = setTimeout(() => { stop.abort(new StackError('START_TIMEOUT', `The benchmark was stopped after ${LIMIT_MS / 60_000} minutes.`, 'Ask for fewer or shorter rounds: --rounds, --seconds.')); }, LIMIT_MS);
try {
  const asked = wish();
  const report = await bench(asked, stop.signal);
  process.stdout.write(asked.json ? `${JSON.stringify(report, undefined, 2)}\n` : textOf(report));
} catch (e) {
  say(explain(stop.signal.aborted ? stop.signal.reason : e));
  process.exitCode = 1;
} finally {
  clearTimeout(late);
}
process.exit();
