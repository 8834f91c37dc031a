import type { OrganisationId, Instant } from '@cadastre/domain/core';
import type { Reader } from '../pool/index.ts';
import type { AuditCursor, StoredAuditEvent } from './model.ts';

/** What is looked for; within a field any of the values, between fields all of them. An empty list finds nothing. */
export interface AuditFilter {
  readonly types?: readonly string[];
  readonly actorIds?: readonly string[];
  readonly targetIds?: readonly string[];
  readonly outcomes?: readonly StoredAuditEvent['outcome'][];
  /** Recorded at or after. */
  readonly from?: Instant;
  /** Recorded before. */
  readonly to?: Instant;
}

/** In which log: a tenant's, or all that the provider sees by role. The policies of the role and of the mandate hold whatever is said here; this is what the indexes are found by. */
export type SearchedLog = { readonly tenantId: OrganisationId } | 'provider';

export interface Search extends AuditFilter {
  readonly log: SearchedLog;
  readonly first: number;
  /** The place after which the page begins, in its direction. */
  readonly after?: AuditCursor;
}

interface Direction {
  readonly order: 'ASC' | 'DESC';
  readonly beyond: '<' | '>';
}
export const NEWEST: Direction = { order: 'DESC', beyond: '<' };
export const OLDEST: Direction = { order: 'ASC', beyond: '>' };

/** Parameters in the order in which they were named. */
const parameters = () => {
  const values: unknown[] = [];
  return { values, put: (value: unknown): string => `$${String(values.push(value))}` };
};
type Put = ReturnType<typeof parameters>['put'];

/**
 * The column whose index the search runs along, one run for each value, merged: a page of any of five actors is five short ranges, never a sort and never a scan with a
 * filter. Targets before actors before types: an object has fewer events than who acts on it. Everything else is looked at on the way; types are in those indexes.
 */
const runOf = (f: AuditFilter): { readonly column: string; readonly values: readonly string[]; readonly filter: AuditFilter } | undefined => {
  const { targetIds, actorIds, types, ...rest } = f;
  if (targetIds !== undefined) return { column: 'target_id', values: targetIds, filter: { ...rest, ...given({ actorIds, types }) } };
  if (actorIds !== undefined) return { column: 'actor_id', values: actorIds, filter: { ...rest, ...given({ types }) } };
  // Refusals of a frequent type are fewer than the type's events: their own index is shorter.
  if (types !== undefined && !onlyUnsuccessful(f)) return { column: 'type', values: types, filter: rest };
  return undefined;
};
const given = (f: AuditFilter | { readonly [K in keyof AuditFilter]: AuditFilter[K] | undefined }): AuditFilter => Object.fromEntries(Object.entries(f).filter(([, v]) => v !== undefined));
const onlyUnsuccessful = ({ outcomes }: AuditFilter): boolean => outcomes !== undefined && !outcomes.includes('success');

const COLUMN = { types: 'type', actorIds: 'actor_id', targetIds: 'target_id', outcomes: 'outcome' } as const;

const conditions = (log: SearchedLog, f: AuditFilter, put: Put): readonly string[] => [
  log === 'provider' ? "(e.tenant_id IS NULL OR e.actor_directory = 'provider')" : `e.tenant_id = ${put(log.tenantId)}`,
  ...(Object.keys(COLUMN) as (keyof typeof COLUMN)[]).flatMap(k => (f[k] === undefined ? [] : [`e.${COLUMN[k]} = ANY(${put(f[k])}::text[])`])),
  // Said again for the partial index, which the planner only knows by these words.
  ...(onlyUnsuccessful(f) ? ["e.outcome <> 'success'"] : []),
  ...(f.from === undefined ? [] : [`e.time_recorded >= ${put(f.from)}::timestamptz`]),
  ...(f.to === undefined ? [] : [`e.time_recorded < ${put(f.to)}::timestamptz`]),
  ...(f.from === undefined && f.to === undefined ? [] : ['e.txid >= (SELECT lower FROM period)', 'e.txid < (SELECT upper FROM period)']),
];

const periodOf = ({ from, to }: AuditFilter, put: Put): string =>
  (from === undefined && to === undefined ? '' : `WITH period AS MATERIALIZED (SELECT lower, upper FROM app_audit_range(${put(from ?? null)}::timestamptz, ${put(to ?? null)}::timestamptz)) `);

/** Events of the filter, `columns` of each, in the direction's order; at most `limit`, or that many of each run and of all. */
const select = (columns: string, { log, after, first: _, ...filter }: Search, { order, beyond }: Direction, limit: number, also: readonly string[]): { readonly text: string; readonly values: readonly unknown[] } => {
  const { values, put } = parameters();
  const period = periodOf(filter, put);
  const run = runOf(filter);
  const where = [
    ...conditions(log, run?.filter ?? filter, put), ...also, ...(after === undefined ? [] : [`(e.txid, e.seq) ${beyond} (${put(after.txid)}::bigint, ${put(after.seq)}::bigint)`]), ...(run === undefined ? [] : [`e.${run.column} = v.v`]),
  ];
  const sorted = `ORDER BY txid ${order}, seq ${order} LIMIT ${put(limit)}`;
  const rows = `SELECT ${columns} FROM audit_event e WHERE ${where.join(' AND ')} ${sorted}`;
  if (run === undefined) return { text: `${period}${rows}`, values };
  return { text: `${period}SELECT r.* FROM (SELECT DISTINCT v FROM unnest(${put([...run.values])}::text[]) v) v CROSS JOIN LATERAL (${rows}) r ${sorted}`, values };
};

// An index range of a few rows far apart is priced as so many seeks of a disk, and a scan of the whole log with a filter then looks cheaper: right for a few rows, and
// ruinous for a value that is not there.
const asMemory = (q: Reader) => q.rows({ text: "SELECT set_config('random_page_cost', '1', true), set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true), set_config('enable_sort', 'off', true)" });

/** One page of `first` and one more, to know whether it goes on. */
export const found = async <R extends object>(q: Reader, columns: string, search: Search, direction: Direction, also: readonly string[] = []): Promise<readonly R[]> => {
  const [, rows] = await Promise.all([asMemory(q), q.rows<R>(select(columns, search, direction, search.first + 1, also))]);
  return rows;
};

/** What is counted one by one: beyond it a list says "more than". An exact count of ten million events is ten million visits. */
export const MAX_COUNT = 10_000;

export const counted = async (q: Reader, search: Search): Promise<{ readonly totalCount: number; readonly totalCountIsExact: boolean }> => {
  const { after: _, ...whole } = search;
  const { text, values } = select('e.txid, e.seq', whole, NEWEST, MAX_COUNT + 1, []);
  const [, rows] = await Promise.all([asMemory(q), q.rows<{ n: number }>({ text: `SELECT count(*)::int AS n FROM (${text}) c`, values })]);
  const n = rows[0]?.n ?? 0;
  return { totalCount: Math.min(n, MAX_COUNT), totalCountIsExact: n <= MAX_COUNT };
};
