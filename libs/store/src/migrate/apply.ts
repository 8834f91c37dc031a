import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { NO_FILTERS, openEngine } from './engine.ts';
import { PRISMA_FOLDER, SCHEMA_FILE } from './diff.ts';
import { ensureRoles } from './roles.ts';
import type { Passwords } from './roles.ts';

/** Any number that nothing else in the database locks on. */
const MIGRATION_LOCK = 7_203_114_911;

interface MigrationFolder {
  readonly path: string;
  readonly migrationFile: { readonly path: string; readonly content: { readonly tag: 'ok'; readonly value: string } };
}

const readMigrations = async (folder: string): Promise<MigrationFolder[]> => {
  const names = (await readdir(folder, { withFileTypes: true })).filter(e => e.isDirectory()).map(e => e.name).sort();
  return Promise.all(
    names.map(async name => ({
      path: name,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok' as const, value: await readFile(join(folder, name, 'migration.sql'), 'utf8') } },
    })),
  );
};

export interface Migrated {
  readonly database: string;
  /** Names of the migrations that this run applied, in order; empty when all were there. */
  readonly applied: readonly string[];
  readonly total: number;
}

/**
 * Brings the database of `url` up to date: roles, then migrations, as the owner of the tables. Safe to run twice, and by two at once:
 * the second waits on an advisory lock of the same database and finds nothing left to do. Fills `_prisma_migrations` as
 * `prisma migrate deploy` does, so either may run the next one.
 */
export const migrate = async (url: string, passwords: Passwords = {}, folder = join(PRISMA_FOLDER, 'migrations')): Promise<Migrated> => {
  const guard = new pg.Client({ connectionString: url, application_name: 'cadastre-migrate' });
  await guard.connect();
  try {
    await guard.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await ensureRoles(guard, passwords);
    const migrations = await readMigrations(folder);
    const { engine, scriptError, close } = await openEngine(url, SCHEMA_FILE, '-c role=cadastre_migrate');
    try {
      const { appliedMigrationNames } = await engine.applyMigrations({
        migrationsList: {
          baseDir: folder,
          lockfile: { path: 'migration_lock.toml', content: await readFile(join(folder, 'migration_lock.toml'), 'utf8') },
          shadowDbInitScript: '',
          migrationDirectories: migrations,
        },
        filters: NO_FILTERS,
      });
      const database = (await guard.query<{ name: string }>('SELECT current_database() AS name')).rows[0]?.name ?? '?';
      return { database, applied: appliedMigrationNames, total: migrations.length };
    } catch (error) {
      const said = scriptError();
      if (said === undefined) throw error;
      const where = /migration_name="([^"]+)"/.exec(error instanceof Error ? error.message : '')?.[1] ?? 'a migration';
      throw new Error(`${where}: ${said.message}`, { cause: error });
    } finally {
      await close();
    }
  } finally {
    await guard.end();
  }
};
