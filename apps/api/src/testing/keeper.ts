import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProcess, type TestProcess } from './process.ts';

/** The keeper. It can be killed and come back over the same folder, at the same address. */
export interface TestKeeper {
  readonly url: string;
  readonly tokenFile: string;
  readonly directory: string;
  readonly logged: () => string;
  kill(): Promise<void>;
  comeBack(): Promise<void>;
  stop(): Promise<void>;
}

/** `env`: more of its environment. */
export const startKeeper = async (env: Readonly<Record<string, string>> = {}): Promise<TestKeeper> => {
  const folder = mkdtempSync(join(tmpdir(), 'cadastre-keeper-'));
  const tokenFile = join(folder, 'token');
  const directory = join(folder, 'subject-keys');
  writeFileSync(tokenFile, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 });
  let before = '';
  let port = '0';
  const start = (): Promise<TestProcess> =>
    startProcess('apps/notary/src/keeper/main.ts', { ...env, CADASTRE_KEEPER_PORT: port, CADASTRE_KEEPER_TOKEN_FILE: tokenFile, CADASTRE_KEEPER_DIRECTORY: directory }, 'the keeper is open');
  let running = await start();
  port = new URL(String(running.opened['url'])).port;
  return {
    url: `http://127.0.0.1:${port}`, tokenFile, directory, logged: () => before + running.logged(), kill: () => running.kill(),
    comeBack: async () => {
      before += running.logged();
      running = await start();
    },
    stop: async () => {
      await running.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
