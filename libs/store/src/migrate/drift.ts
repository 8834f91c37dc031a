import pg from 'pg';
import { tablesFromSchema } from './diff.ts';

// Tables, columns, enums, keys and plain indexes: all that Prisma has words for. CHECKs, triggers, policies and partial indexes are only in the
// migrations; tests look after those.
const CATALOGUE = `
  SELECT format('column %I.%I %s%s default %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN ' not null' ELSE '' END,
                coalesce(pg_get_expr(d.adbin, d.adrelid), 'none')) AS line
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped AND c.relname <> '_prisma_migrations'
  UNION ALL
  SELECT format('constraint %I on %s %s', conname, conrelid::regclass, pg_get_constraintdef(oid)) FROM pg_constraint
  WHERE connamespace = 'public'::regnamespace AND contype IN ('p', 'u', 'f') AND conrelid::regclass::text <> '_prisma_migrations'
  UNION ALL
  SELECT format('index %s', pg_get_indexdef(i.indexrelid)) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
  WHERE c.relnamespace = 'public'::regnamespace AND i.indpred IS NULL AND c.relname <> '_prisma_migrations'
  UNION ALL
  SELECT format('enum %I %s', t.typname, string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder)) FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid
  WHERE t.typnamespace = 'public'::regnamespace GROUP BY t.typname`;

const on = async <T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: url, application_name: 'cadastre-drift' });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};
const catalogue = async (client: pg.Client): Promise<Set<string>> => new Set((await client.query<{ line: string }>(CATALOGUE)).rows.map(r => r.line));

/**
 * What the migrated database of `url` and schema.prisma do not agree on, one line each; empty when they agree. Builds the datamodel in a scratch database beside
 * it (the role must be allowed to create one) and compares the two catalogues. The schema engine's own comparison is not used: its description of
 * a database with CHECK constraints fails over the driver adapter.
 */
export const drift = async (url: string): Promise<readonly string[]> => {
  const scratch = `cadastre_drift_${String(process.pid)}`;
  const there = new URL(url);
  there.pathname = `/${scratch}`;
  const have = await on(url, catalogue);
  const tables = await tablesFromSchema(url);
  await on(url, client => client.query(`CREATE DATABASE ${scratch} TEMPLATE template0`));
  try {
    const want = await on(there.href, async client => {
      await client.query(tables);
      return catalogue(client);
    });
    return [...[...want].filter(l => !have.has(l)).map(l => `only in schema.prisma: ${l}`), ...[...have].filter(l => !want.has(l)).map(l => `only in the migrations: ${l}`)].sort();
  } finally {
    await on(url, client => client.query(`DROP DATABASE ${scratch} WITH (FORCE)`));
  }
};
