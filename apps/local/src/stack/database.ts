import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { keep } from '../host/files.ts';
import { runOneShot } from '../host/one-shot.ts';
import { StackError } from '../host/stack-error.ts';
import type { StateDir } from '../host/state-dir.ts';

/** The product's database roles; `migrate` owns the tables, the others are what their names say. */
export const ROLES = ['migrate', 'tenant', 'provider', 'allocator', 'controller', 'notary', 'monitor'] as const;
export type Role = (typeof ROLES)[number];

export interface Database {
  /** Superuser or owner, on the product's database. */
  readonly url: string;
  /** The URL of one of the product's roles. */
  as(role: Role): string;
}

const NAME = 'cadastre';

/** Makes the embedded server's database when it is missing; gives back its URL. */
export async function ensureDatabase(serverUrl: string): Promise<string> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    const found = await client.query('select 1 from pg_database where datname = $1', [NAME]);
    if (found.rowCount === 0) await client.query(`create database ${client.escapeIdentifier(NAME)}`);
  } finally {
    await client.end();
  }
  return withPath(serverUrl, NAME);
}

/** Creates the roles with passwords kept in the state folder, and applies the migrations. */
export async function migrate(dir: StateDir, root: string, url: string, env: Readonly<Record<string, string>>): Promise<Database> {
  const passwords = new Map(ROLES.map((role) => [role, keep(dir.file('database-passwords', role), () => randomBytes(24).toString('base64url'))]));
  await runOneShot(dir, {
    name: 'migrate',
    command: process.execPath,
    args: ['libs/store/src/migrate/main.ts'],
    env: { ...env, DATABASE_URL: url, ...Object.fromEntries([...passwords].map(([role, password]) => [`CADASTRE_DB_PASSWORD_${role.toUpperCase()}`, password])) },
    cwd: root,
    timeoutMs: 120_000,
    remedy: 'With a DATABASE_URL of your own: does it answer, and may its user create roles? Otherwise npm start -- --reset starts from an empty database.',
  });
  return { url, as: (role) => withUser(url, `cadastre_${role}`, passwords.get(role) ?? '') };
}

/** Whether events are taken: a server that started again takes none until the notary has compared it with what was signed. */
export async function trailIsOpen(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ open: boolean }>("SELECT state = 'OPEN' AND server_started IS NOT DISTINCT FROM pg_postmaster_start_time() AS open FROM audit_control WHERE id = 1");
    return rows[0]?.open === true;
  } finally {
    await client.end();
  }
}

function withPath(url: string, name: string): string {
  const changed = parse(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

function withUser(url: string, user: string, password: string): string {
  const changed = parse(url);
  changed.username = user;
  changed.password = password;
  return changed.href;
}

function parse(url: string): URL {
  try {
    return new URL(url);
  } catch {
    throw new StackError('BAD_OPTION', 'DATABASE_URL is not a URL.', 'It looks like: postgresql://user:password@127.0.0.1:5432/cadastre');
  }
}
