import type { TestDatabase } from '@cadastre/testing/database';
import { migrate } from '../../../libs/store/src/migrate/apply.ts';
import { ROLES } from '../../../libs/store/src/migrate/roles.ts';
import { TEST_PASSWORD } from '../../../libs/store/src/testing/index.ts';
import { preparePostgres } from '../../../apps/local/src/servers/postgres.ts';
import { anyPorts } from '../../../apps/local/src/stack/ports.ts';
import type { Context } from '../harness/context.ts';
import { durableSettings, withDatabase } from '../site/database.ts';

export interface Ground {
  readonly db: TestDatabase;
  readonly server: string;
  readonly serverUrl: string;
  /** Process id of PostgreSQL. */
  readonly pid: number;
}

/** A PostgreSQL of the benchmark's own with the product's tables, durable. */
export const groundOf = async (c: Context): Promise<Ground> => {
  const ports = await anyPorts();
  const postgres = await preparePostgres(c.dir, { port: ports.postgres });
  const child = await c.family.start(postgres.spec);
  const url = await withDatabase(postgres.url, 'bench_audit');
  await migrate(url, Object.fromEntries(ROLES.map((role) => [role, TEST_PASSWORD])));
  const urlAs = (user: string, password: string): string => {
    const as = new URL(url);
    as.username = user;
    as.password = password;
    return as.href;
  };
  return { serverUrl: postgres.url, db: { url, name: 'bench_audit', urlAs, drop: () => Promise.resolve() }, server: await durableSettings(postgres.url), pid: child.pid ?? 0 };
};

/** The product's tables in another database of the same server, whose events nobody seals. Its URL. */
export const unsealedDatabase = async ({ serverUrl }: Ground): Promise<string> => {
  const url = await withDatabase(serverUrl, 'bench_unsealed');
  await migrate(url, Object.fromEntries(ROLES.map((role) => [role, TEST_PASSWORD])));
  return url;
};
