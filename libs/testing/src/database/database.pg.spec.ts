import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { createDatabase, databasePerTest, type TemplateOptions } from './index.ts';

const query = async (url: string, sql: string): Promise<readonly Record<string, unknown>[]> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
};

let prepared = 0;
const options: TemplateOptions = {
  fingerprint: `spec ${randomBytes(8).toString('hex')}`,
  prepare: async url => {
    prepared += 1;
    await query(url, 'CREATE TABLE thing AS SELECT 1 AS id');
  },
};
const own = databasePerTest(options);
afterAll(async () => {
  // Templates stay for the next run of the same migrations; this one's fingerprint never comes again.
  const server = String(process.env['CADASTRE_TEST_PG_URL']);
  const rows = await query(server, "SELECT datname FROM pg_database WHERE datistemplate AND datname LIKE 'test_template_%'");
  for (const { datname } of rows) {
    const url = new URL(server);
    url.pathname = `/${String(datname)}`;
    const mine = await query(url.href, "SELECT 1 FROM pg_class WHERE relname = 'thing' AND relkind = 'r'");
    if (mine.length === 0) continue;
    await query(server, `ALTER DATABASE ${String(datname)} WITH IS_TEMPLATE false`);
    await query(server, `DROP DATABASE ${String(datname)} WITH (FORCE)`);
  }
});

describe('a database of its own', () => {
  it('is filled from a template that is prepared once', async () => {
    const others = await Promise.all([createDatabase(options), createDatabase(options), createDatabase(options)]);
    for (const other of others) expect(await query(other.url, 'SELECT id FROM thing')).toEqual([{ id: 1 }]);
    expect(prepared).toBe(1);
    await Promise.all(others.map(other => other.drop()));
  });

  it('shares nothing with another', async () => {
    const other = await createDatabase(options);
    await query(own.url, 'INSERT INTO thing VALUES (2)');
    expect(await query(other.url, 'SELECT count(*)::int AS n FROM thing')).toEqual([{ n: 1 }]);
    await other.drop();
  });

  it('is gone when dropped, even while somebody is connected', async () => {
    const other = await createDatabase(options);
    const client = new Client({ connectionString: other.url });
    client.on('error', () => undefined);
    await client.connect();
    await other.drop();
    expect(await query(String(process.env['CADASTRE_TEST_PG_URL']), `SELECT 1 FROM pg_database WHERE datname = '${other.name}'`)).toEqual([]);
    await client.end().catch(() => undefined);
  });

  it('is built anew when whoever built the template was killed on the way', async () => {
    const half: TemplateOptions = { ...options, fingerprint: `${options.fingerprint} half`, prepare: () => Promise.reject(new Error('killed')) };
    await expect(createDatabase(half)).rejects.toThrow('killed');
    const whole = await createDatabase({ ...half, prepare: options.prepare });
    expect(await query(whole.url, 'SELECT id FROM thing')).toEqual([{ id: 1 }]);
    await whole.drop();
  });
});
