import type { Instant, LegalHoldId, RetentionId } from '@cadastre/domain/core';
import type { LegalHold, RetentionClass, RetentionPolicy } from '@cadastre/domain/retention';
import { RETENTION } from '@cadastre/domain/retention';
import type { Write } from '../commit/commit.ts';
import type { LegalHold as HoldRow, RetentionPolicy as PolicyRow } from '../generated/client.ts';
import type { Reader } from '../pool/index.ts';
import { changeDesire, insertRows, readsOf, table } from '../sql/table.ts';
import type { Changes, Fenced } from '../sql/table.ts';

export const RETENTION_POLICY = table<PolicyRow, RetentionPolicy>('retention_policy', 'retention', {
  id: 'plain', class: 'plain', months: 'plain', reason: 'plain', state: 'plain', proposedBy: 'plain', approvedBy: 'plain', approvedAt: 'instant', generation: 'plain', createdAt: 'instant',
});
export const LEGAL_HOLD = table<HoldRow, LegalHold>('legal_hold', 'hold', {
  id: 'plain', tenantId: 'plain', reference: 'plain', from: 'instant', to: 'instant', about: 'plain', placedBy: 'plain', placedAt: 'instant', liftedBy: 'plain', liftedAt: 'instant', generation: 'plain', createdAt: 'instant',
});

export const policies = readsOf<RetentionPolicy, RetentionId>(RETENTION_POLICY);
export const holds = readsOf<LegalHold, LegalHoldId>(LEGAL_HOLD);

/** Months in force, by class; a class that nobody decided about has twelve. */
export const monthsOf = async (q: Reader, of: RetentionClass): Promise<number> => {
  const [row] = await q.rows<{ months: number }>({
    name: 'cad_retention_months', text: "SELECT months FROM retention_policy WHERE class = $1 AND state = 'APPROVED' ORDER BY approved_at DESC, id DESC LIMIT 1", values: [of],
  });
  return row?.months ?? RETENTION.byDefault;
};

export const insertPolicy = (p: RetentionPolicy) => insertRows(RETENTION_POLICY, [p]);
export const approvePolicy = (id: RetentionId, changes: Changes<RetentionPolicy, 'state' | 'approvedBy' | 'approvedAt'>, fence: Fenced) => changeDesire(RETENTION_POLICY, id, changes, fence);
export const insertHold = (h: LegalHold) => insertRows(LEGAL_HOLD, [h]);
export const liftHold = (id: LegalHoldId, changes: Changes<LegalHold, 'liftedBy' | 'liftedAt'>, fence: Fenced) => changeDesire(LEGAL_HOLD, id, changes, fence);

/** What may leave a log now: everything below `before`, and what that comes to. */
export interface Prunable {
  readonly logId: number;
  /** A multiple of 256. */
  readonly before: number;
  readonly entries: number;
  readonly bytes: number;
  readonly oldest: Instant;
  readonly newest: Instant;
}
/** At most `bundles` entry bundles of a log; undefined when nothing may go. */
export const prunable = async (q: Reader, logId: number, bundles: number): Promise<Prunable | undefined> => {
  const [row] = await q.rows<Omit<Prunable, 'logId'>>({ text: 'SELECT before, entries, bytes, oldest, newest FROM audit_prunable($1, $2)', values: [logId, bundles] });
  return row === undefined ? undefined : { logId, ...row };
};
/** Deletes the events. The database looks again and raises CAD03 when anything of it is protected. */
export const prune = ({ logId, before }: Prunable): Write => ({ noun: 'auditlog', id: String(logId), rows: 1, sql: { text: 'SELECT audit_prune($1, $2)', values: [logId, before] } });
