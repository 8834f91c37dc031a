import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { TEST_PASSWORD } from '@cadastre/store/testing';
import type { TestDatabase } from '@cadastre/testing/database';
import { startProcess } from './process.ts';
import type { TestKeeper } from './keeper.ts';

/** Signer and notary over the spec's database, with storage of their own. A heartbeat each second, and a policy without witnesses: enough for an export. */
export interface TestNotary {
  /** Its folder. */
  readonly storage: string;
  readonly logged: () => string;
  stop(): Promise<void>;
}

/** `env`: more of the environment of both. */
export const startNotary = async (db: TestDatabase, keeper: TestKeeper, env: Readonly<Record<string, string>> = {}): Promise<TestNotary> => {
  const folder = mkdtempSync(join(tmpdir(), 'cadastre-notary-'));
  const file = (name: string): string => join(folder, name);
  mkdirSync(file('storage'));
  writeFileSync(file('token'), `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 });
  const common = { ...env, CADASTRE_AUDIT_ORIGIN: 'audit.test', CADASTRE_SIGNER_TOKEN_FILE: file('token') };
  const signer = await startProcess('apps/notary/src/signer/main.ts', { ...common, CADASTRE_SIGNER_PORT: '0', CADASTRE_SIGNER_KEY: file('key.pem'), CADASTRE_SIGNER_MEMORY: file('memory') }, 'the signer answers');
  writeFileSync(file('policy'), `log ${String(signer.opened['vkey'])}\nquorum none\n`);
  const notary = await startProcess('apps/notary/src/seal/main.ts', {
    ...common, DATABASE_URL: db.urlAs('cadastre_notary', TEST_PASSWORD), CADASTRE_SIGNER_URL: String(signer.opened['url']), CADASTRE_AUDIT_STORAGE: pathToFileURL(file('storage')).href,
    CADASTRE_KEEPER_URL: keeper.url, CADASTRE_KEEPER_TOKEN_FILE: keeper.tokenFile, CADASTRE_AUDIT_POLICY: file('policy'), CADASTRE_AUDIT_HEARTBEAT_SECONDS: '1',
  }, 'health is served');
  return {
    storage: file('storage'), logged: () => signer.logged() + notary.logged(),
    stop: async () => {
      await Promise.all([notary.kill(), signer.kill()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
