import type { AuditSinkId } from '@cadastre/domain/core';
import type { AuditSink } from '@cadastre/domain/sink';
import type { AuditSink as Row } from '../generated/client.ts';
import type { Reader } from '../pool/index.ts';
import { INTERNAL } from '../pool/store.ts';
import type { Store } from '../pool/store.ts';
import type { Write } from '../commit/commit.ts';
import { changeDesire, insertRows, readsOf, table } from '../sql/table.ts';
import type { Changes, Fenced, Stored } from '../sql/table.ts';

export const AUDIT_SINK = table<Row, AuditSink>('audit_sink', 'sink', {
  id: 'plain', directory: 'plain', tenantId: 'plain', name: 'plain', kind: 'plain', format: 'plain', endpoint: 'plain', caPem: 'plain', country: 'plain', waiver: 'plain', paused: 'plain', nextIndex: 'plain',
  deliveredAt: 'instant', failure: 'plain', failingSince: 'instant', deletedAt: 'instant', generation: 'plain', createdAt: 'instant',
});

export const { get, byIds, page } = readsOf<AuditSink, AuditSinkId>(AUDIT_SINK);
/** Those of the reader's log that are not deleted. */
export const living = (q: Reader): Promise<readonly { readonly name: string }[]> => q.rows<{ name: string }>({ text: 'SELECT name FROM audit_sink WHERE deleted_at IS NULL' });

export const insert = (s: AuditSink) => insertRows(AUDIT_SINK, [s]);
export const change = (id: AuditSinkId, changes: Changes<AuditSink, 'paused' | 'deletedAt'>, fence: Fenced) => changeDesire(AUDIT_SINK, id, changes, fence);

/** A sink that a process has to itself for a while, and where in which log it is. */
export interface ClaimedSink {
  readonly sink: Stored<AuditSink>;
  readonly worker: string;
  readonly logId: number;
  readonly origin: string;
  /** The next leaf to be sent, and the one after the last that is published. */
  readonly next: number;
  readonly end: number;
  /** A place in the log that pruning has passed: what was before it can no longer be sent. */
  readonly prunedBefore: number;
  readonly tries: number;
}

// A sink that has everything of a log that was closed goes on with the log that took its place; a new one begins with the oldest.
const CLAIM = `
WITH wanted AS (
  SELECT s.id, l.id AS log_id, l.origin, CASE WHEN l.id = s.log_id THEN s.next_index ELSE 0 END AS next, l.published AS "end", l.pruned_before
  FROM audit_sink s JOIN audit_log l ON l.kind <> 'GLOBAL' AND l.tenant_id IS NOT DISTINCT FROM s.tenant_id
  WHERE s.deleted_at IS NULL AND NOT s.paused AND (s.lease_until IS NULL OR s.lease_until < now()) AND (s.again_at IS NULL OR s.again_at <= now())
    AND l.id >= coalesce(s.log_id, 0) AND CASE WHEN l.id = s.log_id THEN s.next_index ELSE 0 END < l.published
  ORDER BY s.delivered_at NULLS FIRST, s.id, l.id LIMIT 1 FOR UPDATE OF s SKIP LOCKED)
UPDATE audit_sink t SET worker = $1, lease_until = now() + $2 * interval '1 millisecond', log_id = w.log_id, next_index = w.next
FROM wanted w WHERE t.id = w.id`;

/** The sink that has waited longest for something that is there; undefined: none. One at a time has it, until the lease is over. */
export const claim = async (store: Store, { worker, leaseMs }: { readonly worker: string; readonly leaseMs: number }): Promise<ClaimedSink | undefined> => {
  const [row] = await store[INTERNAL].statement<Record<string, unknown>>({ name: 'cad_sink_claim', text: `${CLAIM} RETURNING ${AUDIT_SINK.select('t')}, w.log_id AS "claimedLog", w.origin AS "claimedOrigin", w."end" AS "claimedEnd", w.pruned_before AS "claimedPruned", t.tries AS "claimedTries"`, values: [worker, leaseMs] });
  if (row === undefined) return undefined;
  const { claimedLog, claimedOrigin, claimedEnd, claimedPruned, claimedTries, ...columns } = row;
  const sink = AUDIT_SINK.read(columns);
  return { sink, worker, logId: Number(claimedLog), origin: String(claimedOrigin), next: sink.nextIndex, end: Number(claimedEnd), prunedBefore: Number(claimedPruned), tries: Number(claimedTries) };
};

const owned = ({ sink, worker }: ClaimedSink, set: string, values: readonly unknown[], what: string): Write => ({
  noun: what, id: sink.id, rows: 1, sql: { text: `UPDATE audit_sink SET worker = NULL, lease_until = NULL, ${set} WHERE id = $1 AND worker = $2`, values: [sink.id, worker, ...values] },
});
/** Everything before `next` has arrived. */
export const delivered = (c: ClaimedSink, next: number): Write => owned(c, 'next_index = $3, delivered_at = now(), failure = NULL, failing_since = NULL, tries = 0, again_at = NULL', [next], 'sink');
/** Nothing arrived; again in `waitMs`. */
export const failed = (c: ClaimedSink, failure: string, waitMs: number): Write => owned(c, "failure = $3, failing_since = coalesce(failing_since, now()), tries = tries + 1, again_at = now() + $4 * interval '1 millisecond'", [failure, waitMs], 'sink');
/** A single statement outside of commit(), as leases are: that a batch went out is told by the sink's state, and an event for each would itself have to go out. */
export const settle = async (store: Store, write: Write): Promise<void> => {
  await store[INTERNAL].statement(write.sql);
};

