import type { Instant, OrganisationId } from '@cadastre/domain/core';
import { INTERNAL } from '../pool/store.ts';
import type { Reader, Store } from '../pool/index.ts';

/** A place in the outbox: after every event of an earlier transaction, and after those of the same transaction up to `seq`. */
export interface OutboxCursor {
  readonly txid: number;
  readonly seq: number;
}
export interface OutboxEvent extends OutboxCursor {
  readonly id: string;
  readonly tenantId?: OrganisationId;
  readonly regionCode: string;
  readonly noun: string;
  readonly objectId: string;
  readonly verb: string;
  readonly traceparent?: string;
  readonly createdAt: Instant;
}

export const START: OutboxCursor = { txid: 0, seq: 0 };

const COLUMNS = 'seq, txid, id, tenant_id AS "tenantId", region_code AS "regionCode", noun, object_id AS "objectId", verb, traceparent, created_at AS "createdAt"';
// A sequence number is taken before its transaction commits, so a reader that only remembers the highest number loses what commits late. Below the oldest
// transaction still running nothing can appear any more: that is the window, and within it (txid, seq) is a total order for good.
const WINDOW = 'txid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint AND (txid, seq) > ($1::bigint, $2::bigint)';

type Row = Omit<OutboxEvent, 'tenantId' | 'traceparent'> & { readonly tenantId: OrganisationId | null; readonly traceparent: string | null };
const present = ({ tenantId, traceparent, ...e }: Row): OutboxEvent => ({ ...e, ...(tenantId === null ? {} : { tenantId }), ...(traceparent === null ? {} : { traceparent }) });

/** Events that the reader may see, after the cursor, in order; each exactly once when the cursor of the last one is passed on. */
export const after = async (
  q: Reader, cursor: OutboxCursor, limit: number, filter: { readonly nouns?: readonly string[]; readonly objectId?: string } = {},
): Promise<readonly OutboxEvent[]> =>
  (
    await q.rows<Row>({
      name: 'cad_outbox_after',
      text: `SELECT ${COLUMNS} FROM outbox WHERE ${WINDOW} AND ($3::text[] IS NULL OR noun = ANY($3)) AND ($4::text IS NULL OR object_id = $4) ORDER BY txid, seq LIMIT $5`,
      values: [cursor.txid, cursor.seq, filter.nouns ?? null, filter.objectId ?? null, limit],
    })
  ).map(present);

/** The end of the window now: events that commit from here on come after it. */
export const newest = async (q: Reader): Promise<OutboxCursor> =>
  (
    await q.rows<OutboxCursor>({
      name: 'cad_outbox_newest', text: 'SELECT txid, seq FROM outbox WHERE txid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint ORDER BY txid DESC, seq DESC LIMIT 1',
    })
  )[0] ?? START;

/** Where a named reader (the relay) has come; START before its first step. */
export const cursorOf = async (q: Reader, reader: string): Promise<OutboxCursor> =>
  (await q.rows<OutboxCursor>({ name: 'cad_outbox_cursor', text: 'SELECT txid, seq FROM outbox_cursor WHERE reader = $1', values: [reader] }))[0] ?? START;

/**
 * Moves a reader forward, never back: two relays at once publish some events twice (JetStream drops the copies by id), but lose none.
 * Outside commit(): it is a bookmark, no act of anybody.
 */
export const advance = async (store: Store, reader: string, to: OutboxCursor): Promise<void> => {
  await store[INTERNAL].statement({
    name: 'cad_outbox_advance',
    text: `INSERT INTO outbox_cursor AS c (reader, txid, seq) VALUES ($1, $2, $3) ON CONFLICT (reader) DO UPDATE SET txid = excluded.txid, seq = excluded.seq
      WHERE (c.txid, c.seq) < (excluded.txid, excluded.seq)`,
    values: [reader, to.txid, to.seq],
  });
};
