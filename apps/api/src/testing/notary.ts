import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { TEST_PASSWORD } from '@cadastre/store/testing';
import type { TestDatabase } from '@cadastre/testing/database';
import { startProcess } from './process.ts';
import type { TestKeeper } from './keeper.ts';

/** Signer and notary over the spec's database, with storage of their own. */
export interface TestNotary {
  readonly storage: string;
  readonly logged: () => string;
  stop(): Promise<void>;
}

export const startNotary = async (db: TestDatabase, keeper: TestKeeper): Promise<TestNotary> => {
  const folder = mkdtempSync(join(tmpdir(), 'cadastre-notary-'));
  const file = (name: string): string => join(folder, name);
  mkdirSync(file('storage'));
  writeFileSync(file('token'), `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 });
  const common = { CADASTRE_AUDIT_ORIGIN: 'audit.test', CADASTRE_SIGNER_TOKEN_FILE: file('token') };
  const signer = await startProcess('apps/notary/src/signer/main.ts', { ...common, CADASTRE_SIGNER_PORT: '0', CADASTRE_SIGNER_KEY: file('key.pem'), CADASTRE_SIGNER_MEMORY: file('memory') }, 'the signer answers');
  const notary = await startProcess('apps/notary/src/seal/main.ts', {
    ...common, DATABASE_URL: db.urlAs('cadastre_notary', TEST_PASSWORD), CADASTRE_SIGNER_URL: String(signer.opened['url']), CADASTRE_AUDIT_STORAGE: pathToFileURL(file('storage')).href,
    CADASTRE_KEEPER_URL: keeper.url, CADASTRE_KEEPER_TOKEN_FILE: keeper.tokenFile,
  }, 'health is served');
  return {
    storage: file('storage'), logged: () => signer.logged() + notary.logged(),
    stop: async () => {
      await Promise.all([notary.kill(), signer.kill()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
