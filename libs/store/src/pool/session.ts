import type { Socket } from 'node:net';
import type pg from 'pg';

/** A statement as PostgreSQL gets it. `name` makes it a prepared statement of the connection: for the hot ones, whose text never varies. */
export interface Sql {
  readonly text: string;
  readonly values?: readonly unknown[];
  readonly name?: string;
}

export type StatementHook = (statement: { readonly text: string; readonly pid: number }) => void | Promise<void>;

/** One connection in use. Statements are answered in the order they were sent; pipelining lets the next leave before the answer to the last. */
export interface Session {
  run<R extends pg.QueryResultRow>(sql: Sql): Promise<pg.QueryResult<R>>;
}

const pidOf = (client: pg.PoolClient): number => (client as unknown as { readonly processID?: number }).processID ?? 0;

// Each message would be a system call here and a wake-up there: what is sent until the end of this turn (BEGIN and the first statements, the facts and COMMIT) leaves as one.
const gather = (client: pg.PoolClient): void => {
  const { stream } = (client as unknown as { readonly connection: { readonly stream: Socket } }).connection;
  stream.cork();
  process.nextTick(() => { stream.uncork(); });
};

export const sessionOn = (client: pg.PoolClient, hook: StatementHook | undefined): Session => {
  const send = <R extends pg.QueryResultRow>({ text, values, name }: Sql): Promise<pg.QueryResult<R>> => {
    gather(client);
    return client.query<R>({ text, ...(values === undefined ? {} : { values: [...values] }), ...(name === undefined ? {} : { name }) });
  };
  if (hook === undefined) return { run: send };
  // With a hook that may wait, order is kept by hand: a statement never overtakes the one before it.
  let before: Promise<unknown> = Promise.resolve();
  return {
    run: <R extends pg.QueryResultRow>(sql: Sql) => {
      const sent = before.then(() => hook({ text: sql.text, pid: pidOf(client) })).then(() => send<R>(sql));
      before = sent.catch(() => undefined);
      return sent;
    },
  };
};
