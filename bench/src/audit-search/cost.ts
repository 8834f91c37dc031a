import { readFileSync } from 'node:fs';
import { migrate } from '../../../libs/store/src/migrate/apply.ts';
import pg from 'pg';
import { fill } from './fill.ts';

const SETS: readonly (readonly [string, readonly string[]])[] = [
  ['all of migrations 14 and 27', []],
  ['without by actor', ['audit_event_tenant_id_actor_id_txid_seq_type_idx']],
  ['without by target', ['audit_event_tenant_id_target_id_txid_seq_type_actor_id_idx']],
  ['without by type', ['audit_event_tenant_id_type_txid_seq_idx']],
  ['without by reason', ['audit_event_reason', 'audit_event_reason_of_provider']],
  ['without by trace', ['audit_event_trace']],
  ['without any of them', ['audit_event_reason', 'audit_event_reason_of_provider', 'audit_event_trace', 'audit_event_tenant_id_actor_id_txid_seq_type_idx', 'audit_event_tenant_id_target_id_txid_seq_type_actor_id_idx', 'audit_event_tenant_id_type_txid_seq_idx', 'audit_event_not_success', 'audit_event_of_provider']],
];
const START = 40_000;
const ROWS = 20_000;
const A_TICK_MICROS = 10_000;

/** Processor time of a backend on this machine, from the kernel: a busy machine makes it wait, not work more. */
const cpuMicros = (pid: number): number => {
  const fields = readFileSync(`/proc/${String(pid)}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * A_TICK_MICROS;
};

/** Processor microseconds and bytes of write-ahead log an event, with the indexes and without each: events enter in transactions of 100, after a start that makes the trees as high as they will be for a while. */
export const costOfIndexes = async (url: string, at: (database: string) => string, password: string, print: (...cells: readonly (string | number)[]) => void): Promise<void> => {
  const name = 'bench_audit_cost';
  const root = new pg.Client({ connectionString: url });
  await root.connect();
  process.stdout.write('\n| indexes | CPU-µs an event | WAL bytes an event |\n|---|---|---|\n');
  for (const [label, dropped] of SETS) {
    await root.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await root.query(`CREATE DATABASE ${name}`);
    await migrate(at(name), { migrate: password });
    const client = new pg.Client({ connectionString: at(name) });
    await client.connect();
    for (const index of dropped) await client.query(`DROP INDEX ${index}`);
    await fill(client, START, () => undefined);
    const seen = async (): Promise<{ readonly pid: number; readonly wal: number }> => (await client.query<{ pid: number; wal: number }>('SELECT pg_backend_pid() AS pid, wal_bytes::float8 AS wal FROM pg_stat_get_backend_wal(pg_backend_pid())')).rows[0] ?? { pid: 0, wal: 0 };
    const before = await seen();
    const cpu = cpuMicros(before.pid);
    await fill(client, START + ROWS, () => undefined, START + 1, 100);
    const micros = (cpuMicros(before.pid) - cpu) / ROWS;
    await client.query('SELECT pg_stat_force_next_flush()');
    print(label, micros, ((await seen()).wal - before.wal) / ROWS);
    await client.end();
  }
  await root.query(`DROP DATABASE ${name} WITH (FORCE)`);
  await root.end();
};
