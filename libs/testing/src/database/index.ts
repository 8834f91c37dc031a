import { createHash, randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, beforeAll } from 'vitest';

export interface TemplateOptions {
  /** Everything that decides the template's content, for example the migrations' text: another fingerprint is another template. */
  readonly fingerprint: string;
  /** Fills the empty template, once per fingerprint and server. The URL is a superuser's. */
  readonly prepare: (url: string) => Promise<void>;
  /** A superuser's URL. Default: CADASTRE_TEST_PG_URL. */
  readonly serverUrl?: string;
}

export interface TestDatabase {
  /** A superuser's URL of the database. Before `beforeAll` has run it throws. */
  readonly url: string;
  readonly name: string;
  /** The same database as somebody else. */
  urlAs(user: string, password: string): string;
  drop(): Promise<void>;
}

// One lock for "build a template or copy one": PostgreSQL refuses to copy a database that somebody is connected to.
const LOCK = 4_920_117;

const serverUrlOf = (options: TemplateOptions): string => {
  const url = options.serverUrl ?? process.env['CADASTRE_TEST_PG_URL'];
  if (url === undefined || url === '') throw new Error('CADASTRE_TEST_PG_URL is unset: name the spec *.pg.spec.ts and run it with npm test, which brings a real PostgreSQL up');
  return url;
};

const databaseIn = (serverUrl: string, name: string): string => {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
};

const withServer = async <T>(serverUrl: string, act: (client: Client) => Promise<T>): Promise<T> => {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  try {
    return await act(client);
  } finally {
    await client.end();
  }
};

const bringTemplate = async (client: Client, serverUrl: string, options: TemplateOptions): Promise<string> => {
  const name = `test_template_${createHash('sha256').update(options.fingerprint).digest('hex').slice(0, 16)}`;
  const found = await client.query<{ datistemplate: boolean }>('SELECT datistemplate FROM pg_database WHERE datname = $1', [name]);
  if (found.rows[0]?.datistemplate === true) return name;
  // There but not marked: whoever built it was killed on the way.
  await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  await client.query(`CREATE DATABASE ${name}`);
  await options.prepare(databaseIn(serverUrl, name));
  await client.query(`ALTER DATABASE ${name} WITH IS_TEMPLATE true`);
  return name;
};

/** A database of its own, copied from the template (about 30 ms against seconds of migrations). `drop` it afterwards. */
export const createDatabase = async (options: TemplateOptions): Promise<TestDatabase> => {
  const serverUrl = serverUrlOf(options);
  const name = `test_${randomBytes(8).toString('hex')}`;
  await withServer(serverUrl, async client => {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
    const template = await bringTemplate(client, serverUrl, options);
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  });
  const url = databaseIn(serverUrl, name);
  return {
    url,
    name,
    urlAs: (user, password) => {
      const as = new URL(url);
      as.username = user;
      as.password = password;
      return as.href;
    },
    drop: () => withServer(serverUrl, async client => void (await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))),
  };
};

/** The same for a whole spec file: call it at the top; it is made before the first test and dropped after the last. */
export const databasePerTest = (options: TemplateOptions): TestDatabase => {
  let made: TestDatabase | undefined;
  const there = (): TestDatabase => {
    if (made === undefined) throw new Error('the database is made in beforeAll: read its url inside a test or a hook');
    return made;
  };
  beforeAll(async () => {
    made = await createDatabase(options);
  });
  afterAll(async () => {
    await made?.drop();
  });
  return {
    get url() {
      return there().url;
    },
    get name() {
      return there().name;
    },
    urlAs: (user, password) => there().urlAs(user, password),
    drop: () => there().drop(),
  };
};
