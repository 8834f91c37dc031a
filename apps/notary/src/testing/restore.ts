import { randomBytes } from 'node:crypto';
import { asRows } from '@cadastre/store/testing';
import type { TestDatabase } from '@cadastre/testing/database';

/** The database as it is now, under another name: what a restore to this moment brings back. Nobody may be connected to it. */
export const copyOf = async (db: TestDatabase): Promise<TestDatabase> => {
  const name = `test_${randomBytes(8).toString('hex')}`;
  const at = (database: string): string => {
    const url = new URL(db.url);
    url.pathname = `/${database}`;
    return url.href;
  };
  const server = { ...db, url: at('postgres') };
  await asRows(server, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${db.name}'`);
  await asRows(server, `CREATE DATABASE ${name} TEMPLATE ${db.name}`);
  return {
    name, url: at(name),
    urlAs: (user, password) => {
      const url = new URL(at(name));
      url.username = user;
      url.password = password;
      return url.href;
    },
    drop: async () => void (await asRows(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
  };
};
