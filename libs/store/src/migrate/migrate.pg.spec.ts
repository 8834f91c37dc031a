import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase } from '@cadastre/testing/database';
import type { TestDatabase } from '@cadastre/testing/database';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestStore, TEST_PASSWORD } from '../testing/index.ts';
import { migrate } from './apply.ts';
import { PRISMA_FOLDER } from './diff.ts';
import { drift } from './drift.ts';
import { ROLES } from './roles.ts';

const PASSWORDS = Object.fromEntries(ROLES.map(role => [role, TEST_PASSWORD]));
let db: TestDatabase;
beforeEach(async () => {
  db = await createDatabase({ fingerprint: 'empty', prepare: () => Promise.resolve() });
});
afterEach(async () => {
  await db.drop();
});

const query = async (text: string): Promise<readonly Record<string, unknown>[]> => {
  const client = new pg.Client({ connectionString: db.url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
};

describe('migrate()', () => {
  it('applies all once, nothing the second time, and leaves what prisma migrate deploy expects', async () => {
    const first = await migrate(db.url, PASSWORDS);
    expect(first.applied).toHaveLength(first.total);
    expect(await migrate(db.url, PASSWORDS)).toEqual({ ...first, applied: [] });
    expect(await query('SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY 1')).toEqual(first.applied.map(name => ({ name })));
    expect(await query("SELECT DISTINCT tableowner AS owner FROM pg_tables WHERE schemaname = 'public'")).toEqual([{ owner: 'cadastre_migrate' }]);
  });

  it('two at once: each migration is applied by one of them', async () => {
    const both = await Promise.all([migrate(db.url, PASSWORDS), migrate(db.url, PASSWORDS)]);
    expect(both.map(b => b.applied.length).sort()).toEqual([0, both[0].total]);
  });

  it('agrees with schema.prisma, and says what would not', async () => {
    await migrate(db.url, PASSWORDS);
    expect(await drift(db.url)).toEqual([]);
    await query('ALTER TABLE region ADD COLUMN motto text');
    await query('DROP INDEX machine_rack_id_idx');
    expect(await drift(db.url)).toEqual([
      'only in schema.prisma: index CREATE INDEX machine_rack_id_idx ON public.machine USING btree (rack_id)', 'only in the migrations: column region.motto text default none',
    ]);
  });

  it('a migration that fails leaves nothing of itself', async () => {
    await migrate(db.url, PASSWORDS);
    const folder = await mkdtemp(join(tmpdir(), 'cadastre-migrations-'));
    try {
      await cp(join(PRISMA_FOLDER, 'migrations'), folder, { recursive: true });
      await cp(join(folder, '00000000000002_guards'), join(folder, '99999999999999_broken'), { recursive: true });
      await writeFile(join(folder, '99999999999999_broken', 'migration.sql'), 'CREATE TABLE half (id int);\nCREATE TABLE half (id int);\n');
      await expect(migrate(db.url, PASSWORDS, folder)).rejects.toThrow('99999999999999_broken: relation "half" already exists');
      expect(await query("SELECT 1 FROM pg_tables WHERE tablename = 'half'")).toEqual([]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('a store is ready once the database is migrated, as its own role only', async () => {
    const store = openTestStore(db, 'tenant');
    await migrate(db.url, PASSWORDS);
    expect(await store.ready()).toEqual({ ok: true });
    await store.close();
    const { openStore } = await import('../pool/index.ts');
    const { countingIds } = await import('../testing/index.ts');
    const root = openStore(db.url, 'tenant', { ids: countingIds() });
    expect(await root.ready()).toMatchObject({ ok: false, missing: expect.stringContaining('bound by row-level security') as string });
    await root.close();
  });
});
