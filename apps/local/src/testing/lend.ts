import { fork } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endOrphans, ownerOf } from '../host/state-dir.ts';

const LENDER = resolve(dirname(fileURLToPath(import.meta.url)), '..', 'dev', 'servers.ts');
const PREFIX = 'cadastre-test-';

export interface Lent { readonly env: Readonly<Record<string, string>>; giveBack(): Promise<void> }

/**
 * Real servers for one test run, in a process of their own: when the run is killed they end by themselves.
 * Resolves when they answer.
 */
export async function lend(only: string): Promise<Lent> {
  await sweep();
  const state = await testState();
  const child = fork(LENDER, ['--only', only, '--state', state, '--remove'], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] });
  const gone = new Promise<never>((_, reject) => { child.once('exit', (code) => { reject(new Error(`the test servers (${only}) did not start, exit code ${String(code)}`)); }); });
  const answered = new Promise<Record<string, string>>((done) => {
    child.once('message', (env) => { done(Object.fromEntries(Object.entries(env).map(([k, v]) => [k, String(v)]))); });
  });
  const env = await Promise.race([answered, gone]);
  gone.catch(() => undefined);
  return {
    env,
    giveBack: () => new Promise((done) => {
      child.once('exit', () => { done(); });
      child.disconnect();
    }),
  };
}

/** A folder for a stack that a test starts itself; `sweep` of a later run ends it when this one is killed. */
export async function testState(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), PREFIX));
  // mkdtemp closes the folder to others; as root, PostgreSQL runs as another user and has to pass through.
  await chmod(path, 0o711);
  return path;
}

/** Ends and removes what earlier runs that were killed have left. A folder with a living owner is another run's. */
export async function sweep(): Promise<void> {
  mkdirSync(tmpdir(), { recursive: true });
  for (const name of readdirSync(tmpdir()).filter((n) => n.startsWith(PREFIX))) {
    const path = join(tmpdir(), name);
    if (ownerOf(path) !== undefined || readdirSync(path).length === 0) continue;
    await endOrphans(path, () => undefined);
    rmSync(path, { recursive: true, force: true });
  }
}
