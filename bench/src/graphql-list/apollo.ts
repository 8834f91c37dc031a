import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { at } from '../site/door.ts';
import { probe } from '../../../apps/local/src/host/http.ts';
import { freePort } from '../../../apps/local/src/host/ports.ts';
import type { Context } from '../harness/context.ts';
import { NoPeer } from '../harness/peer.ts';
import { run } from '../harness/run.ts';
import type { Servers } from '../site/stack.ts';

export interface Apollo { readonly url: string; readonly pid: number; readonly version: string }

/** Installs (by its own lockfile), compiles and starts bench/peers/apollo on the same rows, with the same issuer's keys. */
export const prepareApollo = async (c: Context, servers: Servers): Promise<Apollo> => {
  const folder = join(c.root, 'bench', 'peers', 'apollo');
  await install(c, folder);
  const port = await freePort();
  const discovery: unknown = JSON.parse((await probe(`${servers.issuer}/.well-known/openid-configuration`)).body);
  const child = await c.family.start({
    name: 'apollo', command: process.execPath, args: ['dist/main.js'], cwd: folder,
    env: {
      PATH: process.env['PATH'] ?? '', NODE_ENV: 'production', PORT: String(port), ISSUER: servers.issuer, AUDIENCE: servers.audience, JWKS_URL: String(at(discovery, 'jwks_uri')),
      // As owner of nothing and with one WHERE for tenancy: cheaper than our row-level security, as such an application is written.
      DATABASE_URL: servers.database.url,
    },
    // Apollo refuses a GET without a query (400): any answer means that it listens.
    ready: async () => (await probe(`http://127.0.0.1:${port}/graphql`)).status > 0, startTimeoutMs: 60_000, stopSignal: 'SIGTERM', stopGraceMs: 5_000, remedy: 'Read the log named above.',
  });
  if (child.pid === undefined) throw new Error('the Apollo peer ended while starting');
  return { url: `http://127.0.0.1:${port}/graphql`, pid: child.pid, version: versions(folder) };
};

const install = async (c: Context, folder: string): Promise<void> => {
  const lock = readFileSync(join(folder, 'package-lock.json'));
  const sources = readdirSync(join(folder, 'src')).map((name) => readFileSync(join(folder, 'src', name)));
  const sum = [lock, ...sources].reduce((hash, bytes) => hash.update(bytes), createHash('sha256')).digest('hex');
  const mark = join(folder, 'node_modules', '.bench');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === sum && existsSync(join(folder, 'dist', 'main.js'))) return;
  c.say('installing the Nest + Apollo peer (npm ci in bench/peers/apollo)');
  try {
    await run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, signal: c.signal, timeoutMs: 300_000, env: npmEnvironment() });
  } catch (e) {
    c.signal.throwIfAborted();
    throw new NoPeer(`npm ci failed in bench/peers/apollo: ${e instanceof Error ? e.message.split('\n').slice(0, 3).join(' ') : String(e)}`);
  }
  await run('npm', ['run', 'build'], { cwd: folder, signal: c.signal, timeoutMs: 120_000, env: npmEnvironment() });
  writeFileSync(mark, sum);
};

/** The reader's own registry and proxy settings, not those npm passed on to us about this checkout. */
const npmEnvironment = (): Record<string, string> =>
  Object.fromEntries(Object.entries(process.env).flatMap(([key, value]) => (value === undefined || /^(npm_(package|lifecycle|command|execpath)|INIT_CWD)/.test(key) ? [] : [[key, value] as const])));

const versions = (folder: string): string => {
  const lock: unknown = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'));
  return ['@nestjs/core', '@nestjs/graphql', '@nestjs/apollo', '@apollo/server', '@nestjs/platform-express', 'graphql', 'dataloader', 'pg']
    .map((name) => `${name} ${String(at(lock, 'packages', `node_modules/${name}`, 'version'))}`).join(', ');
};
