import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { databasePerTest } from '@cadastre/testing/database';
import type { TestDatabase } from '@cadastre/testing/database';
import { migrate } from '../migrate/apply.ts';
import { PRISMA_FOLDER } from '../migrate/diff.ts';
import { ROLES } from '../migrate/roles.ts';
import { openStore } from '../pool/index.ts';
import type { Store, StoreOptions, StoreRole } from '../pool/index.ts';
import { countingIds } from './site.ts';

/** Roles belong to the server that all specs share, so all specs give them the same password. */
export const TEST_PASSWORD = 'cadastre-test';

const fingerprint = (): string => {
  const hash = createHash('sha256');
  const folder = join(PRISMA_FOLDER, 'migrations');
  for (const name of readdirSync(folder).sort()) if (!name.endsWith('.toml')) hash.update(name).update(readFileSync(join(folder, name, 'migration.sql')));
  return hash.digest('hex');
};

/** A migrated, empty database for one spec file: call it at the top of a `*.pg.spec.ts`. */
export const storeDatabase = (): TestDatabase =>
  databasePerTest({
    fingerprint: `cadastre store ${fingerprint()}`,
    prepare: async url => {
      await migrate(url, Object.fromEntries(ROLES.map(role => [role, TEST_PASSWORD])));
    },
  });

/** A store that logs in as the role, as in production; close it before the database is dropped. */
export const openTestStore = (db: TestDatabase, role: StoreRole, options: Partial<StoreOptions> = {}): Store =>
  openStore(db.urlAs(`cadastre_${role}`, TEST_PASSWORD), role, { ids: countingIds(), auditOrigin: 'audit.test', max: 4, ...options });

/** One statement with every right: to break what a test wants broken. */
export const asSuperuser = async (db: TestDatabase, text: string): Promise<void> => {
  const client = new pg.Client({ connectionString: db.url });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
};

/** What one statement answers to somebody with every right. */
export const asRows = async <R extends object>(db: TestDatabase, text: string, values: readonly unknown[] = []): Promise<readonly R[]> => {
  const client = new pg.Client({ connectionString: db.url });
  await client.connect();
  try {
    return (await client.query<R>(text, [...values])).rows;
  } finally {
    await client.end();
  }
};
