import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rmSync } from 'node:fs';
import pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { freePort } from '../host/ports.ts';
import { StateDir } from '../host/state-dir.ts';
import { Family } from '../stack/family.ts';
import { testState } from '../testing/lend.ts';
import { preparePostgres, type Postgres } from './postgres.ts';

async function start(): Promise<{ postgres: Postgres; family: Family; state: string }> {
  const state = await testState();
  const dir = await StateDir.claim(state, () => undefined);
  const family = new Family(dir, { say: () => undefined, reborn: () => undefined });
  onTestFinished(async () => {
    await family.stop();
    rmSync(state, { recursive: true, force: true });
  });
  const postgres = await preparePostgres(dir, { port: await freePort() });
  await family.start(postgres.spec);
  return { postgres, family, state };
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

it('PostgreSQL writes through to the disk, and listens on loopback TCP alone', async () => {
  const { postgres } = await start();
  expect(await query(postgres.url, `select current_setting('fsync') f, current_setting('full_page_writes') w, current_setting('listen_addresses') l, current_setting('unix_socket_directories') u`))
    .toEqual([{ f: 'on', w: 'on', l: '127.0.0.1', u: '' }]);
});

it('a committed row survives kill -9 of PostgreSQL, which comes back without a hand', async () => {
  const { postgres, family } = await start();
  await query(postgres.url, 'create table kept as select 42 as answer');
  family.get('postgres').kill('SIGKILL');
  await expect.poll(() => family.get('postgres').starts, { timeout: 20_000 }).toBeGreaterThan(1);
  await family.get('postgres').waitReady(20_000);
  expect(await query(postgres.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
});

it('a lock file left by a crash does not keep it down when its pid now belongs to another process', async () => {
  const { postgres, family, state } = await start();
  const child = family.get('postgres');
  child.pauseRestarts();
  child.kill('SIGKILL');
  await expect.poll(() => child.state).toBe('paused');
  writeFileSync(join(state, 'postgres', 'data', 'postmaster.pid'), `${process.pid}\n`);
  child.resumeRestarts();
  await child.waitReady(20_000);
  expect(await query(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }]);
});
