import pg from 'pg';
import type { Ids, MandateId, OrganisationId } from '@cadastre/domain/core';
import { isId } from '@cadastre/domain/core';
import { copyOut } from './copy.ts';
import { asOutage, isDecided } from './outage.ts';
import type { Session, Sql, StatementHook } from './session.ts';
import { sessionOn } from './session.ts';
import { WIRE_TYPES } from './wire.ts';

export type StoreRole = 'tenant' | 'provider' | 'allocator' | 'controller' | 'notary' | 'monitor';

/** Whose rows: one tenant's, or what belongs to no tenant. With `system`, the tenant's role cannot touch a tenant table: PostgreSQL raises. */
export type Scope = { readonly tenant: OrganisationId } | 'system';

/**
 * What one person may read under a mandate, and nothing else. Only for `read`: the database refuses it in a transaction that may write. `tenant` at the tenant's
 * door, whose own bound then holds as well.
 */
export interface MandateScope {
  readonly mandate: MandateId;
  /** Subject of the directory of this door. */
  readonly reader: string;
  readonly tenant?: OrganisationId;
}

/** What the writer's host knows of its own clock; goes into each audit event. */
export interface ClockState {
  readonly synced: boolean | null;
  readonly offsetMs: number | null;
  readonly source: string;
}

export interface StoreOptions {
  readonly ids: Ids;
  /** Origin of the audit logs, a host name the operator owns; binds each event to its log. Default `audit.invalid`, which no process of the product uses. */
  readonly auditOrigin?: string;
  readonly clockState?: () => ClockState;
  /** Connections, default 8. */
  readonly max?: number;
  /** Shown in pg_stat_activity; default `cadastre-<role>`. */
  readonly applicationName?: string;
  /** Sees each statement before it is sent: tests count them, or cut the connection. */
  readonly onStatement?: StatementHook;
}

export interface Reader {
  rows<R extends object>(sql: Sql): Promise<readonly R[]>;
}

export interface Store {
  readonly role: StoreRole;
  /**
   * One read-only transaction on one snapshot, with the tenant set. Throws Outage; a rights error (wrong or no tenant) is a bug and is thrown as it is.
   */
  read<T>(scope: Scope | MandateScope, f: (q: Reader) => Promise<T>): Promise<T>;
  /** For /readyz: the database answers, the role is the right one and is bound by row-level security, the tables are there. */
  ready(): Promise<{ readonly ok: true } | { readonly ok: false; readonly missing: string }>;
  close(): Promise<void>;
  /** For the other folders of this library only: nothing outside may write but through commit(). */
  readonly [INTERNAL]: Internals;
}

export const INTERNAL: unique symbol = Symbol('store internals');
export interface Internals {
  readonly options: StoreOptions;
  /** Runs one transaction; what `work` throws rolls it back. */
  transaction<T>(scope: Scope, work: (session: Session, end: TransactionEnd) => Promise<T>): Promise<T>;
  /** One statement on its own, committed when it answers. Without a tenant. */
  statement<R extends pg.QueryResultRow>(sql: Sql): Promise<readonly R[]>;
  /** A query without parameters whose rows come in PostgreSQL's binary form (copy.ts): for bytes by the megabyte. Reads only. */
  copy(query: string): Promise<Buffer>;
}
export interface TransactionEnd {
  /** Sends COMMIT behind what is already sent. Resolves to false when PostgreSQL rolled back instead. */
  commit(): Promise<boolean>;
  rollback(): Promise<void>;
}

// The id goes into the text because two statements in one message cannot have parameters; its form is checked, and it is quoted all the same.
const opening = (scope: Scope | MandateScope, mode: 'READ WRITE' | 'REPEATABLE READ READ ONLY'): string => {
  const begin = mode === 'READ WRITE' ? 'BEGIN' : 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';
  if (scope === 'system') return begin;
  return [begin, ...(scope.tenant === undefined ? [] : [tenantSet(scope.tenant)]), ...('mandate' in scope ? [mandateSet(scope)] : [])].join('; ');
};
const tenantSet = (tenant: OrganisationId): string => {
  if (!isId('organisation', tenant)) throw new TypeError(`not an organisation's id: ${JSON.stringify(tenant)}`);
  return `SELECT set_config('app.tenant', ${pg.escapeLiteral(tenant)}, true)`;
};
const mandateSet = ({ mandate, reader }: MandateScope): string => {
  if (!isId('mandate', mandate)) throw new TypeError(`not a mandate's id: ${JSON.stringify(mandate)}`);
  return `SELECT set_config('app.mandate', ${pg.escapeLiteral(mandate)}, true), set_config('app.reader', ${pg.escapeLiteral(reader)}, true)`;
};

const silent = (): void => undefined;

const connect = async (pool: pg.Pool): Promise<pg.PoolClient> => {
  try {
    return await pool.connect();
  } catch (error) {
    throw asOutage(error, 'nothing');
  }
};

const transactionOn = (pool: pg.Pool, hook: StatementHook | undefined): Internals['transaction'] => async (scope, work) => {
  const begin = opening(scope, 'READ WRITE');
  const client = await connect(pool);
  const session = sessionOn(client, hook);
  const at: { stage: 'open' | 'committing' | 'ended' } = { stage: 'open' };
  let broken = false;
  try {
    const begun = session.run({ text: begin });
    begun.catch(silent);
    const out = await work(session, {
      commit: async () => {
        at.stage = 'committing';
        const { command } = await session.run({ text: 'COMMIT' });
        at.stage = 'ended';
        return command === 'COMMIT';
      },
      rollback: async () => {
        await session.run({ text: 'ROLLBACK' });
        at.stage = 'ended';
      },
    });
    await begun;
    if (at.stage !== 'ended') throw new Error('a transaction was left open: this is a bug of libs/store');
    return out;
  } catch (error) {
    const unknown = at.stage === 'committing';
    if (at.stage !== 'ended') await client.query('ROLLBACK').catch(() => { broken = true; });
    throw asOutage(error, unknown ? 'unknown' : 'nothing');
  } finally {
    client.release(broken);
  }
};

const readOn = (pool: pg.Pool, hook: StatementHook | undefined): Store['read'] => async (scope, f) => {
  const begin = opening(scope, 'REPEATABLE READ READ ONLY');
  const client = await connect(pool);
  const session = sessionOn(client, hook);
  const begun = session.run({ text: begin });
  begun.catch(silent);
  try {
    const out = await f({ rows: async <R extends object>(sql: Sql) => (await session.run(sql)).rows as R[] });
    await begun;
    return out;
  } catch (error) {
    throw asOutage(error, 'nothing');
  } finally {
    // Nothing was written, so nobody needs to wait for the end: the connection goes back once PostgreSQL has answered.
    client.query('ROLLBACK').then(() => { client.release(); }, () => { client.release(true); });
  }
};

const readinessOf = async (pool: pg.Pool, role: StoreRole): Promise<Awaited<ReturnType<Store['ready']>>> => {
  try {
    const { rows } = await pool.query<{ me: string; unbound: boolean; migrated: boolean }>(
      "SELECT current_user AS me, rolsuper OR rolbypassrls AS unbound, to_regclass('public.region_lease') IS NOT NULL AS migrated FROM pg_roles WHERE rolname = current_user",
    );
    const here = rows[0];
    if (here === undefined) return { ok: false, missing: 'database: no answer about the role' };
    if (here.me !== `cadastre_${role}` || here.unbound) return { ok: false, missing: `database: connected as ${here.me}, wanted cadastre_${role} bound by row-level security` };
    return here.migrated ? { ok: true } : { ok: false, missing: 'database: not migrated' };
  } catch (error) {
    return { ok: false, missing: `database: ${error instanceof Error ? error.message : 'unreachable'}` };
  }
};

// A connection of the pool lives for hours, and its plans with it.
// force_generic_plan: the hot statements take JSON or ids whose values say nothing to the planner, and by default it would plan the first five anew, and often
// all: the estimates for `f(constant)` look cheaper than the generic ones. One plan each is half of the time of an order.
// enable_seqscan (allocator, notary): in a young region the foreign keys of an order are planned while their tables look empty, so with sequential scans, and the session keeps
// them until somebody analyses the table. Only for the allocator, which looks up and appends: the doors' pages may well be better off with a scan.
const PLANS: Readonly<Record<StoreRole, string>> = {
  allocator: ' -c plan_cache_mode=force_generic_plan -c enable_seqscan=off',
  tenant: ' -c plan_cache_mode=force_generic_plan',
  provider: '',
  controller: '',
  notary: ' -c enable_seqscan=off',
  monitor: '',
};

/** Opens nothing yet: the first use connects. `url` logs in as the role; `-c` start-up options in it are kept. */
export const openStore = (url: string, role: StoreRole, options: StoreOptions): Store => {
  const given = new URL(url).searchParams.get('options') ?? '';
  const pool = new pg.Pool({
    connectionString: url,
    // UTC and ISO are what the parsers of wire.ts read. JIT compiles for milliseconds what these statements do in microseconds.
    options: `${given} -c TimeZone=UTC -c DateStyle=ISO -c jit=off${PLANS[role]}`.trim(),
    max: options.max ?? 8,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    application_name: options.applicationName ?? `cadastre-${role}`,
    types: WIRE_TYPES,
    ...{ pipeline: true },
  });
  // An idle connection that dies is replaced at the next use; without a listener Node would end the process.
  pool.on('error', silent);
  // The pool hears only its idle connections: one that is cut while in use tells its own listeners, and its statement's promise says the rest.
  pool.on('connect', client => void client.on('error', silent));
  let closing: Promise<void> | undefined;
  return {
    role,
    read: readOn(pool, options.onStatement),
    ready: () => readinessOf(pool, role),
    close: () => (closing ??= pool.end()),
    [INTERNAL]: {
      options,
      transaction: transactionOn(pool, options.onStatement),
      statement: async <R extends pg.QueryResultRow>(sql: Sql) => {
        const client = await connect(pool);
        try {
          return (await sessionOn(client, options.onStatement).run<R>(sql)).rows;
        } catch (error) {
          throw asOutage(error, isDecided(error) ? 'nothing' : 'unknown');
        } finally {
          client.release();
        }
      },
      copy: async query => {
        const client = await connect(pool);
        try {
          return await copyOut(client, query);
        } catch (error) {
          throw asOutage(error, 'nothing');
        } finally {
          client.release();
        }
      },
    },
  };
};
