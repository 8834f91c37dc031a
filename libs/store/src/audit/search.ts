import type { OrganisationId, Instant } from '@cadastre/domain/core';
import type { Reader } from '../pool/index.ts';
import type { AuditCursor, StoredAuditEvent } from './model.ts';

/** What is looked for; within a field any of the values, between fields all of them. An empty list finds nothing. */
export interface AuditFilter {
  readonly types?: readonly string[];
  readonly actorIds?: readonly string[];
  readonly targetIds?: readonly string[];
  readonly outcomes?: readonly StoredAuditEvent['outcome'][];
  /** Why something was refused, failed or degraded: `NOT_ENOUGH_GPUS`. */
  readonly reasons?: readonly string[];
  /** W3C trace ids, 32 hexadecimal digits each. */
  readonly traces?: readonly string[];
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
 * The field whose index the search runs along, one run for each of its values, merged: a page of any of five actors is five short ranges, never a sort and never a scan
 * with a filter. Everything else is looked at on the way, and most of it stands in those indexes too. No run: the log as it is, and two logs that are short in an index
 * of their own and hold all that may be asked: what did not succeed, and the provider's.
 */
type Run = 'traces' | 'reasons' | Measured;
type Measured = 'targetIds' | 'actorIds' | 'types';
const RUNS: readonly Measured[] = ['targetIds', 'actorIds', 'types'];
/** Short, whatever else is asked: a trace is of a few events, and few events have a reason. */
const SHORT = ['traces', 'reasons'] as const;
/** How far runs are counted to choose among them. Beyond it makes no difference. */
const PROBED = 50_000;

/** The run with the fewest events. The planner's statistics cannot say: a value that is not there looks like any other. */
export const narrowest = async (q: Reader, { log, ...filter }: Search): Promise<Run | undefined> => {
  const short = SHORT.find(run => filter[run] !== undefined);
  if (short !== undefined) return short;
  if (log === 'provider' || onlyUnsuccessful(filter)) return undefined;
  const given = RUNS.filter(run => filter[run] !== undefined);
  if (given.length < 2) return given[0];
  const sizes = given.map((run, n) => `app_audit_size('${COLUMN[run]}', $${String(n + 1)}::text[], ${String(PROBED)}) AS "${run}"`);
  const [size] = await q.rows<Readonly<Record<string, number>>>({ text: `SELECT ${sizes.join(', ')}`, values: given.map(run => filter[run]) });
  return given.reduce((best, run) => ((size?.[run] ?? 0) < (size?.[best] ?? 0) ? run : best));
};
const onlyUnsuccessful = ({ outcomes }: AuditFilter): boolean => outcomes !== undefined && !outcomes.includes('success');

const COLUMN = { types: 'type', actorIds: 'actor_id', targetIds: 'target_id', outcomes: 'outcome', reasons: 'reason', traces: 'trace' } as const;
const typeOf = (field: keyof typeof COLUMN): string => (field === 'traces' ? 'uuid' : 'text');

// Another collation is another index to the planner, which would else go along the longer one: neither index has the other's column.
const NOT_ALONG: Readonly<Record<Run, readonly Run[]>> = { traces: [...RUNS, 'reasons'], reasons: [], targetIds: [], actorIds: ['targetIds'], types: ['targetIds', 'actorIds'] };

const conditions = (log: SearchedLog, f: AuditFilter, run: Run | undefined, put: Put): readonly string[] => [
  log === 'provider' ? "(e.tenant_id IS NULL OR e.actor_directory = 'provider')" : `e.tenant_id = ${put(log.tenantId)}`,
  ...(Object.keys(COLUMN) as (keyof typeof COLUMN)[]).flatMap(k => (f[k] === undefined ? [] : [`e.${COLUMN[k]}${run !== undefined && NOT_ALONG[run].some(n => n === k) ? ' COLLATE "C"' : ''} = ANY(${put(f[k])}::${typeOf(k)}[])`])),
  // Said again for the partial index, which the planner only knows by these words.
  ...(onlyUnsuccessful(f) ? ["e.outcome <> 'success'"] : []),
  ...(f.from === undefined ? [] : [`e.time_recorded >= ${put(f.from)}::timestamptz`]),
  ...(f.to === undefined ? [] : [`e.time_recorded < ${put(f.to)}::timestamptz`]),
  ...(f.from === undefined && f.to === undefined ? [] : ['e.txid >= (SELECT lower FROM period)', 'e.txid < (SELECT upper FROM period)']),
];

const periodOf = ({ from, to }: AuditFilter, put: Put): string =>
  (from === undefined && to === undefined ? '' : `WITH period AS MATERIALIZED (SELECT lower, upper FROM app_audit_range(${put(from ?? null)}::timestamptz, ${put(to ?? null)}::timestamptz)) `);

/** Events of the filter, `columns` of each, in the direction's order; at most `limit`. Without a direction, whichever come first: the runs after those that reach the limit are not begun. */
const select = (columns: string, { log, after, first: _, ...filter }: Search, run: Run | undefined, direction: Direction | undefined, limit: number, also: readonly string[]): { readonly text: string; readonly values: readonly unknown[] } => {
  const { values, put } = parameters();
  const period = periodOf(filter, put);
  const { [run ?? 'none']: values_, ...rest } = filter as AuditFilter & { readonly none?: undefined };
  const where = [
    ...conditions(log, rest, run, put), ...also, ...(after === undefined ? [] : [`(e.txid, e.seq) ${direction?.beyond ?? '<'} (${put(after.txid)}::bigint, ${put(after.seq)}::bigint)`]), ...(run === undefined ? [] : [`e.${COLUMN[run]} = v.v`]),
  ];
  const sorted = `${direction === undefined ? '' : `ORDER BY txid ${direction.order}, seq ${direction.order} `}LIMIT ${put(limit)}`;
  const rows = `SELECT ${columns} FROM audit_event e WHERE ${where.join(' AND ')} ${sorted}`;
  if (run === undefined) return { text: `${period}${rows}`, values };
  return { text: `${period}SELECT r.* FROM (SELECT DISTINCT v FROM unnest(${put(values_)}::${typeOf(run)}[]) v) v CROSS JOIN LATERAL (${rows}) r ${sorted}`, values };
};

// An index range of a few rows far apart is priced as so many seeks of a disk, and a scan of the whole log with a filter then looks cheaper: right for a few rows, and
// ruinous for a value that is not there.
const asMemory = (q: Reader) => q.rows({ text: "SELECT set_config('random_page_cost', '1', true), set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true), set_config('enable_sort', 'off', true)" });

/** One page of `first` and one more, to know whether it goes on. `run`: as `narrowest` says, where it was asked already. */
export const found = async <R extends object>(q: Reader, columns: string, search: Search, direction: Direction, also: readonly string[] = [], run?: Run): Promise<readonly R[]> => {
  const [, along] = await Promise.all([asMemory(q), run ?? narrowest(q, search)]);
  return await q.rows<R>(select(columns, search, along, direction, search.first + 1, also));
};

/** What is counted one by one: beyond it a list says "more than". An exact count of ten million events is ten million visits. */
export const MAX_COUNT = 10_000;

export const counted = async (q: Reader, search: Search, run: Run | undefined): Promise<{ readonly totalCount: number; readonly totalCountIsExact: boolean }> => {
  const { after: _, ...whole } = search;
  const { text, values } = select('e.txid', whole, run, undefined, MAX_COUNT + 1, []);
  const [, [row]] = await Promise.all([asMemory(q), q.rows<{ n: number }>({ text: `SELECT count(*)::int AS n FROM (${text}) c`, values })]);
  const n = row?.n ?? 0;
  return { totalCount: Math.min(n, MAX_COUNT), totalCountIsExact: n <= MAX_COUNT };
};
