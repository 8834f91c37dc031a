import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** A process of the product beside the doors of a spec, as it is in production. */
export interface TestProcess {
  /** What it says of itself in the line that tells that it is open. */
  readonly opened: Readonly<Record<string, unknown>>;
  /** Everything it wrote. */
  readonly logged: () => string;
  kill(): Promise<void>;
}

const ROOT = resolve(import.meta.dirname, '../../../..');

/** Resolves with the line whose `msg` is `open`. Ended at once, by SIGKILL: what a process owes to others must not hang on its farewell. */
export const startProcess = async (main: string, env: Readonly<Record<string, string>>, open: string): Promise<TestProcess> => {
  let log = '';
  const child = spawn(process.execPath, [main], { cwd: ROOT, env: { PATH: process.env['PATH'], CADASTRE_ENV: 'development', CADASTRE_HEALTH_PORT: '0', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const gone = Promise.withResolvers<undefined>();
  child.once('exit', () => { gone.resolve(undefined); });
  const opened = Promise.withResolvers<Readonly<Record<string, unknown>>>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', line => {
      log += `${line}\n`;
      if (!line.startsWith('{')) return;
      const said = JSON.parse(line) as Readonly<Record<string, unknown>>;
      if (said['msg'] === open) opened.resolve(said);
    });
  }
  return {
    opened: await Promise.race([opened.promise, gone.promise.then(() => { throw new Error(`${main} ended:\n${log}`); })]),
    logged: () => log,
    kill: async () => {
      child.kill('SIGKILL');
      await gone.promise;
    },
  };
};
