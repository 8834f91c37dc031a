import type { AuditExport, ExportedLog } from '@cadastre/domain/auditexport';
import type { AuditExportId, OrganisationId } from '@cadastre/domain/core';
import type { Reader } from '../pool/index.ts';
import { changeDesire, insertRows, readsOf } from '../sql/table.ts';
import { AUDIT_EXPORT } from './table.ts';
import type { Changes, Fenced } from '../sql/table.ts';

export { AUDIT_EXPORT } from './table.ts';
export { claim, fail, keep, letGo, succeed } from './work.ts';
export type { Claimed, MadeFile, Progress } from './work.ts';
export { covering, firstHeartbeat, globalLeaves, globalLog, lastHeartbeat, lastTimestamp, leafHashes, leaves, logOf, pin, pinOf } from './proof.ts';
export type { Covering, Pin, ProvenLog, Stamped, StoredLeaf } from './proof.ts';

export const { get, byIds, page } = readsOf<AuditExport, AuditExportId>(AUDIT_EXPORT);

export const insert = (e: AuditExport) => insertRows(AUDIT_EXPORT, [e]);
export const cancel = (id: AuditExportId, changes: Changes<AuditExport, 'state' | 'endedAt'>, fence: Fenced) => changeDesire(AUDIT_EXPORT, id, changes, fence);

/** Exports that this reader's door and tenant have not seen the end of. */
export const openCount = async (q: Reader): Promise<number> => {
  const [row] = await q.rows<{ n: number }>({ text: "SELECT count(*) AS n FROM audit_export WHERE state IN ('PENDING', 'RUNNING')" });
  return row?.n ?? 0;
};

/** The open log of a tenant, or the provider's; undefined before the notary has opened it. */
export const exportedLog = async (q: Reader, tenantId: OrganisationId | undefined): Promise<ExportedLog | undefined> => {
  const [row] = await q.rows<{ openedAt: string; prunedUntil: string | null }>({
    text: `SELECT l.opened_at AS "openedAt", CASE WHEN l.pruned_before > 0 THEN coalesce(a.sealed_at, clock_timestamp()) END AS "prunedUntil"
      FROM audit_log l LEFT JOIN audit_leaf a ON a.log_id = l.id AND a.index = l.pruned_before
      WHERE l.closed_at IS NULL AND CASE WHEN $1::text IS NULL THEN l.kind = 'PROVIDER' ELSE l.kind = 'TENANT' AND l.tenant_id = $1 END ORDER BY l.id DESC LIMIT 1`,
    values: [tenantId ?? null],
  });
  return row === undefined ? undefined : { openedAt: row.openedAt, ...(row.prunedUntil === null ? {} : { prunedUntil: row.prunedUntil }) };
};
