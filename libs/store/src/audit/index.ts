import type { AuditId, Instant, OrganisationId } from '@cadastre/domain/core';
import type { AuditType } from '@cadastre/domain/audit';
import type { Reader } from '../pool/index.ts';

export { canonical, leafOf, logOf, MAX_LEAF_BYTES } from './leaf.ts';
export type { Leaf, LeafContext } from './leaf.ts';

/** One stored event. `line` is the leaf, byte for byte; the rest are copies made when it was written. */
export interface StoredAuditEvent {
  readonly txid: number;
  readonly seq: number;
  readonly id: AuditId;
  readonly tenantId: OrganisationId | null;
  readonly type: AuditType;
  readonly phase: string;
  readonly outcome: 'success' | 'failure' | 'denied' | 'unknown';
  readonly actorId: string;
  readonly targetKind: string;
  readonly targetId: string;
  readonly line: string;
  /** SHA-256 hex of `line`, by the writer. */
  readonly digest: string;
  readonly timeRecorded: Instant;
}

export interface AuditFilter {
  readonly type?: string;
  readonly actorId?: string;
  readonly targetId?: string;
  readonly outcome?: StoredAuditEvent['outcome'];
  /** Recorded at or after. */
  readonly from?: Instant;
  /** Recorded before. */
  readonly to?: Instant;
}

const COLUMNS = `txid, seq, id, tenant_id AS "tenantId", type, phase, outcome, actor_id AS "actorId", target_kind AS "targetKind", target_id AS "targetId",
  convert_from(body, 'UTF8') AS line, encode(digest, 'hex') AS digest, time_recorded AS "timeRecorded"`;
// Whose events these are is not asked here: the role's policy answers (the tenant's role its tenant's, the provider's role the provider's log and people).
const FILTER = `($1::text IS NULL OR type = $1) AND ($2::text IS NULL OR actor_id = $2) AND ($3::text IS NULL OR target_id = $3) AND ($4::text IS NULL OR outcome = $4)
  AND ($5::timestamptz IS NULL OR time_recorded >= $5) AND ($6::timestamptz IS NULL OR time_recorded < $6)`;
const filterValues = (f: AuditFilter): unknown[] => [f.type ?? null, f.actorId ?? null, f.targetId ?? null, f.outcome ?? null, f.from ?? null, f.to ?? null];

/** A place in the log: see the outbox for why a sequence number alone would lose events that commit late. */
export interface AuditCursor {
  readonly txid: number;
  readonly seq: number;
}

/** Newest first; `after` is the place of the last event of the page before. Two statements, sent together. */
export const page = async (
  q: Reader, { first, after, ...filter }: AuditFilter & { readonly first: number; readonly after?: AuditCursor },
): Promise<{ readonly items: readonly StoredAuditEvent[]; readonly totalCount: number; readonly hasNextPage: boolean }> => {
  const values = filterValues(filter);
  const [rows, counted] = await Promise.all([
    q.rows<StoredAuditEvent>({
      name: 'cad_audit_page',
      text: `SELECT ${COLUMNS} FROM audit_event WHERE ${FILTER} AND ($7::bigint IS NULL OR (txid, seq) < ($7::bigint, $8::bigint)) ORDER BY txid DESC, seq DESC LIMIT $9`,
      values: [...values, after?.txid ?? null, after?.seq ?? null, first + 1],
    }),
    q.rows<{ n: number }>({ name: 'cad_audit_count', text: `SELECT count(*) AS n FROM audit_event WHERE ${FILTER}`, values }),
  ]);
  return { items: rows.slice(0, first), totalCount: counted[0]?.n ?? 0, hasNextPage: rows.length > first };
};

export const get = async (q: Reader, id: AuditId): Promise<StoredAuditEvent | undefined> =>
  (await q.rows<StoredAuditEvent>({ name: 'cad_audit_get', text: `SELECT ${COLUMNS} FROM audit_event WHERE id = $1`, values: [id] }))[0];

export interface AuditPart {
  /** JSON Lines: each leaf untouched, each followed by a line feed. */
  readonly jsonLines: string;
  readonly count: number;
  /** Absent when the part is empty and there was no cursor. */
  readonly endCursor?: AuditCursor;
  readonly hasMore: boolean;
}

/** One part of the export, oldest first: every event of the filter that can no longer be preceded by a late one. Parts never overlap and lose nothing. */
export const lines = async (
  q: Reader, { first, after, ...filter }: AuditFilter & { readonly first: number; readonly after?: AuditCursor },
): Promise<AuditPart> => {
  const rows = await q.rows<AuditCursor & { readonly line: string }>({
    name: 'cad_audit_lines',
    text: `SELECT txid, seq, convert_from(body, 'UTF8') AS line FROM audit_event WHERE ${FILTER} AND txid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
      AND (txid, seq) > ($7::bigint, $8::bigint) ORDER BY txid, seq LIMIT $9`,
    values: [...filterValues(filter), after?.txid ?? 0, after?.seq ?? 0, first + 1],
  });
  const part = rows.slice(0, first);
  const last = part.at(-1) ?? after;
  return {
    jsonLines: part.map(r => `${r.line}\n`).join(''), count: part.length, hasMore: rows.length > first,
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
