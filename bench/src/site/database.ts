import pg from 'pg';

/** What a power cut would cost must be the same for both sides, and nothing. */
const DURABLE = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' } as const;
const SHOWN = ['server_version', 'shared_buffers', 'max_connections', 'wal_level', 'max_wal_size'] as const;

/** A peer's own database on the same server. */
export const withDatabase = async (serverUrl: string, name: string): Promise<string> => {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(`create database ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
};

/** The server's settings that the figures depend on. Throws when a commit would not survive a crash. */
export const durableSettings = async (serverUrl: string): Promise<string> => {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string; value: string }>('select name, current_setting(name) as value from pg_settings where name = any($1)', [[...Object.keys(DURABLE), ...SHOWN]]);
    const of = (name: string): string => rows.find((row) => row.name === name)?.value ?? '?';
    for (const [name, wanted] of Object.entries(DURABLE)) if (of(name) !== wanted) throw new Error(`PostgreSQL runs with ${name} = ${of(name)}: a figure without durability is none`);
    return [...SHOWN, ...Object.keys(DURABLE)].map((name) => `${name} ${of(name)}`).join(', ');
  } finally {
    await client.end();
  }
};

/** Fresh statistics, and with them fresh plans in every session. */
export const analyse = async (url: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('vacuum analyze');
  } finally {
    await client.end();
  }
};
