import { join } from 'node:path';
import type { Context } from '../harness/context.ts';
import { NoPeer, installDebian, versionOf } from '../harness/peer.ts';
import { run } from '../harness/run.ts';
import type { Load } from '../harness/rounds.ts';

/** Bodies that differ in a number, written at two places, or one and the same body. Every answer is checked against what is expected. */
export type Question =
  | { readonly kind: 'numbered'; readonly prefix: string; readonly parts: readonly [string, string, string] }
  | { readonly kind: 'same'; readonly body: string; readonly expectedBytes: number };

export interface Post {
  readonly url: string;
  readonly token: string;
  readonly question: Question;
  readonly connections: number;
  readonly seconds: number;
}

/** A generator of HTTP load in a process of its own. */
export interface Generator {
  readonly name: string;
  /** One run. Throws when any answer was wrong or a connection broke. */
  post(load: Post, signal: AbortSignal): Promise<Load>;
}

/** What both generators print, on one line. */
export interface Summary {
  readonly requests: number;
  readonly micros: number;
  readonly wrong: number;
  readonly broken: number;
  readonly p50: number;
  readonly p99: number;
  readonly sample: string;
}

/** wrk where Debian's package can be had: it leaves more of a small machine to what is measured. Else our own, over node:http. */
export const chooseGenerator = async (c: Context): Promise<Generator> => {
  try {
    await installDebian(['wrk'], c.signal);
    return wrk(c.root, (await versionOf('wrk', c.signal)) ?? '?');
  } catch (e) {
    if (!(e instanceof NoPeer)) throw e;
    c.say(`no wrk, so the load comes from a Node process, which takes more of the machine: ${e.message}`);
    return own(c.root);
  }
};

const wrk = (root: string, version: string): Generator => ({
  name: `wrk ${version}, one thread`,
  post: async ({ url, token, question: q, connections, seconds }, signal) => {
    const [script, ...args] = q.kind === 'numbered' ? ['create.lua', token, q.prefix, ...q.parts] : ['list.lua', token, q.body, String(q.expectedBytes)];
    const path = join(root, 'bench', 'peers', 'wrk', script);
    const { stdout } = await run('wrk', ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '20s', '-s', path, url, '--', ...args], { signal, timeoutMs: (seconds + 60) * 1_000 });
    return loadOf(stdout);
  },
});

const own = (root: string): Generator => ({
  name: `node:http, Node ${process.version}`,
  post: async (load, signal) => {
    const { stdout } = await run(process.execPath, [join(root, 'bench', 'src', 'load', 'main.ts'), JSON.stringify(load)], { signal, timeoutMs: (load.seconds + 60) * 1_000 });
    return loadOf(stdout);
  },
});

const loadOf = (said: string): Load => {
  const line = said.split('\n').find((l) => l.startsWith('{'));
  if (line === undefined) throw new Error(`the load generator gave no summary: ${said.slice(-400)}`);
  const s = JSON.parse(line) as Summary;
  if (s.wrong > 0) throw new Error(`${s.wrong} of ${s.requests} answers were not what was asked for, for example: ${s.sample}`);
  if (s.broken > 0) throw new Error(`${s.broken} connections broke or timed out`);
  return { operations: s.requests, seconds: s.micros / 1e6, p50Ms: s.p50 / 1e3, p99Ms: s.p99 / 1e3 };
};
