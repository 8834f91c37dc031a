import type { AuditExport, ExportStep } from '@cadastre/domain/auditexport';
import type { AuditExportId, Instant, ProblemCode } from '@cadastre/domain/core';
import type { Write } from '../commit/commit.ts';
import { INTERNAL } from '../pool/store.ts';
import type { Store } from '../pool/index.ts';
import type { Stored } from '../sql/table.ts';
import { AUDIT_EXPORT } from './table.ts';

/** An export that one process writes, as long as it renews. */
export interface Claimed {
  readonly export: Stored<AuditExport>;
  /** Unique per process life. */
  readonly worker: string;
  /** Rises with every process that begins it: the file of each has a name of its own, because encryption is never the same twice. */
  readonly attempt: number;
}

const UNTIL = "clock_timestamp() + $2 * interval '1 millisecond'";

/**
 * The oldest export that has not ended and that nobody writes, or ours. Like every lease outside commit(): no act of anybody, and the generation, which a person's
 * cancellation is fenced by, stays.
 */
export const claim = async (store: Store, { worker, ttlMs, not }: { readonly worker: string; readonly ttlMs: number; readonly not: readonly AuditExportId[] }): Promise<Claimed | undefined> => {
  const [row] = await store[INTERNAL].statement<{ attempt: number }>({
    text: `UPDATE audit_export t SET state = 'RUNNING', worker = $1, lease_until = ${UNTIL}, attempt = t.attempt + (t.worker IS DISTINCT FROM $1)::int, started_at = coalesce(t.started_at, clock_timestamp()), updated_at = now()
      WHERE t.id = (SELECT id FROM audit_export WHERE state IN ('PENDING', 'RUNNING') AND (worker = $1 OR lease_until IS NULL OR lease_until <= clock_timestamp()) AND NOT id = ANY($3)
        ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
      RETURNING ${AUDIT_EXPORT.select('t')}, t.attempt`,
    values: [worker, ttlMs, not],
  });
  if (row === undefined) return undefined;
  const { attempt, ...columns } = row;
  return { export: AUDIT_EXPORT.read(columns), worker, attempt };
};

export interface Progress {
  readonly step: ExportStep;
  /** Thousandths. */
  readonly progressMilli: number;
  readonly firstIndex?: number;
  readonly endIndex?: number;
}

/** Says how far it is and keeps it. False: it was cancelled, or another process has it now; whoever hears that stops. */
export const keep = async (store: Store, { export: { id }, worker }: Claimed, ttlMs: number, { step, progressMilli, firstIndex, endIndex }: Progress): Promise<boolean> => {
  const rows = await store[INTERNAL].statement({
    text: `UPDATE audit_export SET lease_until = ${UNTIL}, step = $3, progress_milli = $4, first_index = coalesce($5, first_index), end_index = coalesce($6, end_index), updated_at = now()
      WHERE id = $7 AND worker = $1 AND state = 'RUNNING' RETURNING 1`,
    values: [worker, ttlMs, step, progressMilli, firstIndex ?? null, endIndex ?? null, id],
  });
  return rows.length === 1;
};

/** Lets another process have it at once. */
export const letGo = async (store: Store, { export: { id }, worker }: Claimed): Promise<void> => {
  await store[INTERNAL].statement({ text: "UPDATE audit_export SET lease_until = clock_timestamp() WHERE id = $1 AND worker = $2 AND state = 'RUNNING'", values: [id, worker] });
};

const ended = ({ export: { id }, worker }: Claimed, set: string, values: readonly unknown[]): Write => ({
  noun: 'auditexport', id, rows: 1,
  sql: { text: `UPDATE audit_export SET ${set}, ended_at = clock_timestamp(), generation = generation + 1, updated_at = now() WHERE id = $1 AND worker = $2 AND state = 'RUNNING'`, values: [id, worker, ...values] },
});

export interface MadeFile {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly expiresAt: Instant;
}
/** Both touch no row, and so refuse their commit, when it was cancelled or is another's by now. */
export const succeed = (claimed: Claimed, { file, bytes, sha256, expiresAt }: MadeFile): Write =>
  ended(claimed, "state = 'SUCCEEDED', step = 'WRITE', progress_milli = 1000, file = $3, bytes = $4, sha256 = $5, expires_at = $6", [file, bytes, sha256, expiresAt]);
export const fail = (claimed: Claimed, failure: ProblemCode): Write => ended(claimed, "state = 'FAILED', failure = $3", [failure]);
