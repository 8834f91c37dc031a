import type { Instant } from '@cadastre/domain/core';
import type { Write } from '../commit/commit.ts';
import type { Reader } from '../pool/store.ts';
import type { Sql } from '../pool/session.ts';

/** A domain object as the store gives it back. */
export type Stored<D> = D & { readonly createdAt: Instant };

/** `enums`: an array of a PostgreSQL enum, which the driver only knows how to read as text[]. `instant`: timestamptz. */
export type ColumnKind = 'plain' | 'enums' | 'instant';

/**
 * The columns of a noun, by the domain's property names. A property that the generated row type does not have does not compile, nor does one left out.
 */
export type Columns<Row, D> = { readonly [K in keyof Required<Stored<D>>]: K extends keyof Row ? ColumnKind : never };

export interface Table<D> {
  readonly name: string;
  readonly noun: string;
  readonly columns: readonly (readonly [property: string, column: string, kind: ColumnKind])[];
  /** `t.id, t.name_fr AS "nameFr", …` */
  select(alias: string): string;
  /** The same as one JSON object. */
  json(alias: string): string;
  /** NULL columns are absent properties. */
  read(row: object): Stored<D>;
}

/** Words of SQL that no column is named by without quotes. */
const RESERVED: Readonly<Record<string, string>> = { from: 'valid_from', to: 'valid_to' };
/** `gpuMemoryMiB` → `gpu_memory_mib`, as schema.prisma maps them. */
export const columnOf = (property: string): string => RESERVED[property] ?? property.replaceAll(/([MG])iB/g, '$1ib').replaceAll(/[A-Z]/g, c => `_${c.toLowerCase()}`);

const INSTANT_FORM = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`;

// Not Object.entries: it makes a pair for each field of each row.
export const withoutNulls = (row: object): object => {
  const given = row as Readonly<Record<string, unknown>>;
  const out: Record<string, unknown> = {};
  for (const k of Object.keys(given)) {
    const v = given[k];
    if (v !== null) out[k] = v;
  }
  return out;
};

export const table = <Row, D>(name: string, noun: string, columns: Columns<Row, D>): Table<D> => {
  const list = Object.entries(columns as Readonly<Record<string, ColumnKind>>).map(([property, kind]) => [property, columnOf(property), kind] as const);
  const value = (alias: string, column: string, kind: ColumnKind): string => `${alias}.${column}${kind === 'enums' ? '::text[]' : ''}`;
  const select = (alias: string): string => list.map(([property, column, kind]) => `${value(alias, column, kind)} AS "${property}"`).join(', ');
  const json = (alias: string): string =>
    `json_strip_nulls(json_build_object(${list
      .map(([p, column, kind]) => `'${p}', ${kind === 'instant' ? `to_char(${alias}.${column} AT TIME ZONE 'UTC', ${INSTANT_FORM})` : value(alias, column, kind)}`)
      .join(', ')}))`;
  // The one place where a row is taken at its word: the columns are the domain's properties (above), and a test compares them with the database's.
  return { name, noun, columns: list, select, json, read: row => withoutNulls(row) as Stored<D> };
};

export interface PageRequest {
  /** 1 to 100 at the doors; up to 1,000 inside. */
  readonly first: number;
  /** Id of the last object of the page before. */
  readonly after?: string;
}
export interface Page<T> {
  readonly items: readonly T[];
  /** Of all pages, by the same filter. */
  readonly totalCount: number;
  readonly hasNextPage: boolean;
}
/** Property to wanted value; undefined: any. */
export type Filter = object;

/** SQL conditions for the given properties, and their values. */
export const conditionsOf = (filter: Filter, alias: string, from = 1): { readonly text: readonly string[]; readonly values: readonly unknown[] } => {
  const given = Object.entries(filter as Readonly<Record<string, unknown>>).filter(([, v]) => v !== undefined);
  return { text: given.map(([p], i) => `${alias}.${columnOf(p)} = $${String(from + i)}`), values: given.map(([, v]) => v) };
};

const where = (conditions: readonly string[]): string => (conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`);

export interface Reads<D, K extends string, F extends Filter> {
  get(q: Reader, id: K): Promise<Stored<D> | undefined>;
  /** One statement for all of them; what does not exist, or is not the reader's to see, is missing. */
  byIds(q: Reader, ids: readonly K[]): Promise<ReadonlyMap<K, Stored<D>>>;
  /** In order of creation (ids are UUIDv7). Two statements, whatever the size. */
  page(q: Reader, request: PageRequest & F): Promise<Page<Stored<D>>>;
}

/** The reads that every noun has. */
export const readsOf = <D extends { readonly id: K }, K extends string, F extends Filter = Filter>(t: Table<D>): Reads<D, K, F> => ({
  get: async (q, id) => {
    const [row] = await q.rows({ name: `cad_${t.name}_get`, text: `SELECT ${t.select('t')} FROM ${t.name} t WHERE t.id = $1`, values: [id] });
    return row === undefined ? undefined : t.read(row);
  },
  byIds: async (q, ids) => {
    if (ids.length === 0) return new Map();
    const rows = await q.rows({ name: `cad_${t.name}_ids`, text: `SELECT ${t.select('t')} FROM ${t.name} t WHERE t.id = ANY($1)`, values: [[...new Set(ids)]] });
    return new Map(rows.map(row => t.read(row)).map(object => [object.id, object]));
  },
  page: async (q, { first, after, ...filter }) => {
    const { text, values } = conditionsOf(filter, 't');
    const beyond = after === undefined ? [] : [`t.id > $${String(values.length + 1)}`];
    const limit = `$${String(values.length + beyond.length + 1)}`;
    const [rows, counted] = await Promise.all([
      q.rows({
        text: `SELECT ${t.select('t')} FROM ${t.name} t ${where([...text, ...beyond])} ORDER BY t.id LIMIT ${limit}`,
        values: [...values, ...(after === undefined ? [] : [after]), first + 1],
      }),
      q.rows<{ n: number }>({ text: `SELECT count(*) AS n FROM ${t.name} t ${where(text)}`, values }),
    ]);
    return { items: rows.slice(0, first).map(row => t.read(row)), totalCount: counted[0]?.n ?? 0, hasNextPage: rows.length > first };
  },
});

/** One statement for any number of rows, all or none. Absent properties are NULL. */
export const insertRows = <D extends { readonly id: string }, R extends D = D>(t: Table<D>, rows: readonly R[], more: readonly string[] = []): Write => {
  const columns = [...t.columns.map(([, column]) => column).filter(c => c !== 'created_at'), ...more].join(', ');
  const values = rows.map(row => Object.fromEntries(Object.entries(row).map(([p, v]) => [columnOf(p), v])));
  return {
    noun: t.noun,
    id: rows[0]?.id ?? '',
    sql: { text: `INSERT INTO ${t.name} (${columns}) SELECT ${columns} FROM jsonb_populate_recordset(NULL::${t.name}, $1::jsonb)`, values: [JSON.stringify(values)] },
    rows: rows.length,
  };
};

export interface Fenced {
  /** The generation that the decision was made on. */
  readonly ifGeneration: number;
}

/** `null` empties an optional property. */
export type Changes<D, K extends keyof D> = { readonly [P in K]?: D[P] | (undefined extends D[P] ? null : never) };

const assignment = (changes: object): { readonly set: string; readonly record: string } => {
  const given = Object.entries(changes).filter(([, v]) => v !== undefined);
  return { set: given.map(([p]) => `${columnOf(p)} = p.${columnOf(p)}`).join(', '), record: JSON.stringify(Object.fromEntries(given.map(([p, v]) => [columnOf(p), v]))) };
};

const fencedUpdate = (t: Table<never>, id: string, changes: object, { ifGeneration }: Fenced, also: readonly string[], only: readonly string[]): Write => {
  const { set, record } = assignment(changes);
  const sql: Sql = {
    text: `UPDATE ${t.name} t SET ${[...(set === '' ? [] : [set]), ...also].join(', ')} FROM jsonb_populate_record(NULL::${t.name}, $2::jsonb) p
      WHERE ${['t.id = $1', 't.generation = $3', ...only].join(' AND ')}`,
    values: [id, record, ifGeneration],
  };
  return { noun: t.noun, id, sql, rows: 1 };
};

/** A change of what is wanted: generation + 1. */
export const changeDesire = <D>(t: Table<D>, id: string, changes: object, fence: Fenced): Write =>
  fencedUpdate(t as Table<never>, id, changes, fence, ['generation = t.generation + 1', 'updated_at = now()'], []);

/** What was observed: the generation stays, and must still be the one that was looked at. */
export const changeStatus = <D>(t: Table<D>, id: string, changes: object, fence: Fenced, also: readonly string[] = [], only: readonly string[] = []): Write =>
  fencedUpdate(t as Table<never>, id, changes, fence, [...also, 'updated_at = now()'], only);
