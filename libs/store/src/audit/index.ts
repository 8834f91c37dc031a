import type { AuditId } from '@cadastre/domain/core';
import type { Reader } from '../pool/index.ts';
import type { AuditCursor, StoredAuditEvent } from './model.ts';
import { counted, found, narrowest, NEWEST, OLDEST } from './search.ts';
import type { Search } from './search.ts';

export { canonical, leafOf, logOf, MAX_LEAF_BYTES } from './leaf.ts';
export type { Leaf, LeafContext } from './leaf.ts';
export type { AuditCursor, StoredAuditEvent } from './model.ts';
export { MAX_COUNT } from './search.ts';
export type { AuditFilter, Search, SearchedLog } from './search.ts';

const COLUMNS = `e.txid, e.seq, e.id, e.tenant_id AS "tenantId", e.type, e.phase, e.outcome, e.actor_id AS "actorId", e.target_kind AS "targetKind", e.target_id AS "targetId",
  convert_from(e.body, 'UTF8') AS line, encode(e.digest, 'hex') AS digest, e.time_recorded AS "timeRecorded"`;

export interface AuditPage {
  readonly items: readonly StoredAuditEvent[];
  /** At most MAX_COUNT. */
  readonly totalCount: number;
  /** False: there are more than `totalCount`. */
  readonly totalCountIsExact: boolean;
  readonly hasNextPage: boolean;
}

/** Newest first. A first page that holds everything is its own count; only what goes on is counted, as far as MAX_COUNT. */
export const page = async (q: Reader, search: Search): Promise<AuditPage> => {
  const run = await narrowest(q, search);
  const rows = await found<StoredAuditEvent>(q, COLUMNS, search, NEWEST, [], run);
  const hasNextPage = rows.length > search.first;
  const count = hasNextPage || search.after !== undefined ? await counted(q, search, run) : { totalCount: rows.length, totalCountIsExact: true };
  return { items: rows.slice(0, search.first), ...count, hasNextPage };
};

export const get = async (q: Reader, id: AuditId): Promise<StoredAuditEvent | undefined> =>
  (await q.rows<StoredAuditEvent>({ name: 'cad_audit_get', text: `SELECT ${COLUMNS} FROM audit_event e WHERE e.id = $1`, values: [id] }))[0];

export interface AuditPart {
  /** JSON Lines: each leaf untouched, each followed by a line feed. */
  readonly jsonLines: string;
  readonly count: number;
  /** Absent when the part is empty and there was no cursor. */
  readonly endCursor?: AuditCursor;
  readonly hasMore: boolean;
}

/** One part of the export, oldest first: every event of the filter that can no longer be preceded by a late one. Parts never overlap and lose nothing. */
export const lines = async (q: Reader, search: Search): Promise<AuditPart> => {
  const columns = "e.txid, e.seq, convert_from(e.body, 'UTF8') AS line";
  const rows = await found<AuditCursor & { readonly line: string }>(q, columns, search, OLDEST, ['e.txid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint']);
  const part = rows.slice(0, search.first);
  const last = part.at(-1) ?? search.after;
  return {
    jsonLines: part.map(r => `${r.line}\n`).join(''), count: part.length, hasMore: rows.length > search.first,
    ...(last === undefined ? {} : { endCursor: { txid: last.txid, seq: last.seq } }),
  };
};

/** The whole export as a stream of parts; memory stays flat. Each part is its own `read` of the caller, so that no transaction stays open while a slow reader downloads. */
export async function* stream(
  part: (after: AuditCursor | undefined) => Promise<AuditPart>,
): AsyncGenerator<string, void, undefined> {
  let after: AuditCursor | undefined;
  for (;;) {
    const { jsonLines, endCursor, hasMore } = await part(after);
    if (jsonLines !== '') yield jsonLines;
    if (!hasMore) return;
    after = endCursor;
  }
}
