import type { AuditSinkId, Clock, Instant, OrganisationId } from '@cadastre/domain/core';
import type { LogKind } from '@cadastre/domain/seal';
import { INTERNAL } from '../pool/store.ts';
import type { Store } from '../pool/store.ts';
import { measureOffset } from '../self/clock.ts';

export type { LeafRow, TileRows } from './rows.ts';
export { readLeafHashes, readTileRows, rowsOf } from './rows.ts';

/** One log as the database has it, for whoever does not believe it. Counts are of leaves. */
export interface MonitoredLog {
  readonly id: number;
  readonly origin: string;
  readonly kind: LogKind;
  readonly tenantId: OrganisationId | null;
  readonly size: number;
  readonly published: number;
  readonly prunedBefore: number;
  readonly root: Buffer;
  readonly closed: boolean;
  readonly openedAt: Instant;
  readonly stoppedAt: Instant | null;
  readonly heartbeatAt: Instant | null;
  readonly unsignedSince: Instant | null;
}

// The heartbeat is looked up as the event that it is, by the index of heartbeats; audit_log.heartbeat_at is only what the notary notes for itself.
const BEAT = (whose: string): string => `(SELECT e.time_recorded FROM audit_event e WHERE e.type = 'audit.log.heartbeat' AND e.tenant_id ${whose} ORDER BY e.txid DESC, e.seq DESC LIMIT 1)`;

export const readMonitoredLogs = (store: Store): Promise<readonly MonitoredLog[]> =>
  store[INTERNAL].statement<MonitoredLog>({
    name: 'cad_monitor_logs',
    text: `SELECT l.id, l.origin, l.kind, l.tenant_id AS "tenantId", l.size, l.published, l.pruned_before AS "prunedBefore", l.root, l.closed_at IS NOT NULL AS closed, l.opened_at AS "openedAt", l.stopped_at AS "stoppedAt",
      CASE l.kind WHEN 'TENANT' THEN ${BEAT('= l.tenant_id')} WHEN 'PROVIDER' THEN ${BEAT('IS NULL')} END AS "heartbeatAt",
      (SELECT f.sealed_at FROM audit_leaf f WHERE f.log_id = l.id AND f.index = coalesce((SELECT max(c.size) FROM audit_checkpoint c WHERE c.log_id = l.id), 0)) AS "unsignedSince"
      FROM audit_log l ORDER BY l.id`,
  });

export interface TrailState {
  readonly now: Instant;
  /** FROZEN, or a server that started again ten seconds ago or more and that no notary has compared. */
  readonly frozenSince: Instant | null;
  readonly unsealedSince: Instant | null;
  readonly timestampAt: Instant | null;
}
export const readTrailState = async (store: Store): Promise<TrailState> => {
  const [row] = await store[INTERNAL].statement<TrailState>({
    name: 'cad_monitor_trail',
    text: `SELECT clock_timestamp() AS now,
      CASE WHEN c.state = 'FROZEN' THEN c.since WHEN c.state = 'OPEN' AND c.server_started IS DISTINCT FROM pg_postmaster_start_time()
        AND pg_postmaster_start_time() < clock_timestamp() - interval '10 seconds' THEN pg_postmaster_start_time() END AS "frozenSince",
      (SELECT e.time_recorded FROM audit_event e WHERE (e.txid, e.seq) > (c.cursor_txid, c.cursor_seq) AND NOT EXISTS (SELECT FROM audit_leaf l WHERE l.event_id = e.id) ORDER BY e.txid, e.seq LIMIT 1) AS "unsealedSince",
      (SELECT max(t.generated_at) FROM audit_timestamp t JOIN audit_log l ON l.id = t.log_id WHERE l.kind = 'GLOBAL' AND l.closed_at IS NULL) AS "timestampAt"
      FROM audit_control c WHERE c.id = 1`,
  });
  if (row === undefined) throw new Error('audit_control has no row: the migrations were not applied');
  return row;
};

export interface MonitoredSink {
  readonly id: AuditSinkId;
  readonly tenantId: OrganisationId | null;
  readonly origin: string;
  readonly waitingSince: Instant;
}
/**
 * Sinks that are neither paused nor deleted and that lack something, each with the first log that has leaves for it, as the notary goes through them. A leaf that is older than the sink waits since there is a sink; pruned ones
 * wait no more.
 */
export const readMonitoredSinks = (store: Store): Promise<readonly MonitoredSink[]> =>
  store[INTERNAL].statement<MonitoredSink>({
    name: 'cad_monitor_sinks',
    text: `SELECT s.id, s.tenant_id AS "tenantId", l.origin, greatest(f.sealed_at, s.created_at) AS "waitingSince"
      FROM audit_sink s CROSS JOIN LATERAL (
        SELECT l.id, l.origin, greatest(CASE WHEN l.id = s.log_id THEN s.next_index ELSE 0 END, l.pruned_before) AS next
        FROM audit_log l WHERE l.kind <> 'GLOBAL' AND l.tenant_id IS NOT DISTINCT FROM s.tenant_id AND l.id >= coalesce(s.log_id, 0) AND CASE WHEN l.id = s.log_id THEN s.next_index ELSE 0 END < l.published
        ORDER BY l.id LIMIT 1) l
      JOIN audit_leaf f ON f.log_id = l.id AND f.index = l.next
      WHERE s.deleted_at IS NULL AND NOT s.paused ORDER BY s.id`,
  });

/** Host minus database in milliseconds, as far as the round trip leaves it certain: 0 within that. */
export const readSkew = async (store: Store, clock: Clock): Promise<number> => {
  const { offsetMs, uncertaintyMs } = await measureOffset(store, clock);
  return Math.sign(offsetMs) * Math.max(0, Math.abs(offsetMs) - uncertaintyMs);
};

/** The last cosignatures of a log, newest first, each with the note that it is of. */
export interface StoredCosignature {
  readonly size: number;
  readonly witness: string;
  readonly line: string;
  readonly note: string;
}
export const readCosignatures = (store: Store, logId: number, most: number): Promise<readonly StoredCosignature[]> =>
  store[INTERNAL].statement<StoredCosignature>({
    name: 'cad_monitor_cosigned',
    text: 'SELECT s.size, s.witness, s.line, c.note FROM audit_cosignature s JOIN audit_checkpoint c ON c.log_id = s.log_id AND c.size = s.size WHERE s.log_id = $1 ORDER BY s.size DESC LIMIT $2',
    values: [logId, most],
  });

export interface StoredCheckpoint {
  readonly size: number;
  readonly root: Buffer;
  readonly note: string;
}
/** Checkpoints above a size, ascending. */
export const readCheckpointsAfter = (store: Store, logId: number, size: number, most: number): Promise<readonly StoredCheckpoint[]> =>
  store[INTERNAL].statement<StoredCheckpoint>({
    name: 'cad_monitor_checkpoints', text: 'SELECT size, root, note FROM audit_checkpoint WHERE log_id = $1 AND size > $2 ORDER BY size LIMIT $3', values: [logId, size, most],
  });

/** Where a log is pruned to now. */
export const readPrunedBefore = async (store: Store, logId: number): Promise<number> =>
  (await store[INTERNAL].statement<{ at: number }>({ name: 'cad_monitor_pruned', text: 'SELECT pruned_before AS at FROM audit_log WHERE id = $1', values: [logId] }))[0]?.at ?? 0;

/** Whether an event of the log says that it was pruned to there. */
export const isPruningTold = async (store: Store, log: Pick<MonitoredLog, 'tenantId'>, before: number): Promise<boolean> => {
  const whose = log.tenantId === null ? 'e.tenant_id IS NULL AND $2::text IS NULL' : 'e.tenant_id = $2';
  const rows = await store[INTERNAL].statement({
    text: `SELECT 1 FROM audit_event e WHERE e.type = 'audit.log.pruned' AND ${whose} AND convert_from(e.body, 'UTF8')::jsonb #>> '{numbers,before}' = $1::text ORDER BY e.txid DESC LIMIT 1`, values: [String(before), log.tenantId],
  });
  return rows.length > 0;
};
