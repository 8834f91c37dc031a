import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** The keeper as the process that it is in production. It can be killed and come back over the same folder, at the same address. */
export interface TestKeeper {
  readonly url: string;
  readonly tokenFile: string;
  readonly directory: string;
  /** Everything it wrote to its log. */
  readonly logged: () => string;
  kill(): Promise<void>;
  comeBack(): Promise<void>;
  stop(): Promise<void>;
}

const MAIN = resolve(import.meta.dirname, '../../../notary/src/keeper/main.ts');

export const startKeeper = async (): Promise<TestKeeper> => {
  const folder = mkdtempSync(join(tmpdir(), 'cadastre-keeper-'));
  const tokenFile = join(folder, 'token');
  const directory = join(folder, 'subject-keys');
  writeFileSync(tokenFile, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 });
  let log = '';
  let port = 0;
  let ended: () => Promise<void> = () => Promise.resolve();
  const comeBack = async (): Promise<void> => {
    const child = spawn(process.execPath, [MAIN], {
      env: { PATH: process.env['PATH'], CADASTRE_ENV: 'development', CADASTRE_KEEPER_PORT: String(port), CADASTRE_HEALTH_PORT: '0', CADASTRE_KEEPER_TOKEN_FILE: tokenFile, CADASTRE_KEEPER_DIRECTORY: directory },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const gone = Promise.withResolvers<undefined>();
    child.once('exit', () => { gone.resolve(undefined); });
    ended = async () => {
      child.kill('SIGKILL');
      await gone.promise;
    };
    const open = Promise.withResolvers<string>();
    createInterface({ input: child.stderr }).on('line', line => {
      log += `${line}\n`;
      const { msg, url } = JSON.parse(line) as { readonly msg?: string; readonly url?: string };
      if (msg === 'the keeper is open' && url !== undefined) open.resolve(url);
    });
    port = Number(new URL(await Promise.race([open.promise, gone.promise.then(() => { throw new Error(`the keeper ended:\n${log}`); })])).port);
  };
  await comeBack();
  return {
    get url() {
      return `http://127.0.0.1:${String(port)}`;
    },
    tokenFile, directory, logged: () => log, kill: () => ended(), comeBack,
    stop: async () => {
      await ended();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
