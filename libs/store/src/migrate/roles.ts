import pg from 'pg';

/** Runtime roles own nothing; `migrate` owns every table. */
export const ROLES = ['migrate', 'tenant', 'provider', 'allocator', 'controller', 'notary', 'monitor'] as const;
export type MigratedRole = (typeof ROLES)[number];
export type Passwords = Readonly<Partial<Record<MigratedRole, string>>>;

/** Milliseconds after which PostgreSQL itself ends a statement or an idle transaction of the role: a hung client cannot hold a lock for ever. */
const LIMITS: Readonly<Record<MigratedRole, { readonly statementMs: number; readonly idleInTransactionMs: number }>> = {
  migrate: { statementMs: 0, idleInTransactionMs: 0 },
  tenant: { statementMs: 10_000, idleInTransactionMs: 10_000 },
  provider: { statementMs: 30_000, idleInTransactionMs: 10_000 },
  allocator: { statementMs: 30_000, idleInTransactionMs: 10_000 },
  controller: { statementMs: 30_000, idleInTransactionMs: 10_000 },
  notary: { statementMs: 60_000, idleInTransactionMs: 10_000 },
  // Reads whole logs again, a part at a time.
  monitor: { statementMs: 120_000, idleInTransactionMs: 10_000 },
};

// Roles belong to the server, not to the database, so the runner's advisory lock (which is per database) does not keep two
// runners on two databases apart: PostgreSQL answers one of these two, and the second attempt finds the work done.
const RACES = ['42710', 'XX000'];
const ATTEMPTS = 20;

const insist = async (client: pg.Client, sql: string): Promise<void> => {
  for (let attempt = 1; ; attempt++) {
    try {
      await client.query(sql);
      return;
    } catch (error) {
      const code = error instanceof pg.DatabaseError ? error.code : undefined;
      if (code === undefined || !RACES.includes(code) || attempt === ATTEMPTS) throw error;
      if (code === '42710') return;
    }
  }
};

/**
 * Creates or mends the roles on the server of `client` (a superuser, or a role with CREATEROLE) and lets them into its database.
 * A role without a password given keeps the one it has; a new one without a password cannot log in by password.
 */
export const ensureRoles = async (client: pg.Client, passwords: Passwords): Promise<void> => {
  const existing = new Set((await client.query<{ rolname: string }>("SELECT rolname FROM pg_roles WHERE rolname LIKE 'cadastre\\_%'")).rows.map(r => r.rolname));
  for (const role of ROLES) {
    const name = `cadastre_${role}`;
    if (!existing.has(name)) await insist(client, `CREATE ROLE ${name} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION`);
    const password = passwords[role];
    if (password !== undefined) await insist(client, `ALTER ROLE ${name} PASSWORD ${pg.escapeLiteral(password)}`);
    if (existing.has(name)) continue;
    const { statementMs, idleInTransactionMs } = LIMITS[role];
    await insist(client, `ALTER ROLE ${name} SET statement_timeout = ${statementMs}`);
    await insist(client, `ALTER ROLE ${name} SET idle_in_transaction_session_timeout = ${idleInTransactionMs}`);
  }
  const { rows } = await client.query<{ db: string; me: string }>('SELECT quote_ident(current_database()) AS db, quote_ident(current_user) AS me');
  const here = rows[0];
  if (here === undefined) throw new Error('PostgreSQL did not say which database this is');
  // SET ROLE to the owner of the tables; needed when the runner is no superuser.
  if (here.me !== 'cadastre_migrate') await insist(client, `GRANT cadastre_migrate TO ${here.me}`);
  await insist(client, 'REVOKE CREATE ON SCHEMA public FROM PUBLIC');
  await insist(client, 'GRANT CREATE ON SCHEMA public TO cadastre_migrate');
  for (const role of ROLES) {
    await insist(client, `GRANT USAGE ON SCHEMA public TO cadastre_${role}`);
    await insist(client, `GRANT CONNECT ON DATABASE ${here.db} TO cadastre_${role}`);
  }
};
