import type { Instant, MandateId, OrganisationId } from '@cadastre/domain/core';
import type { Mandate, Person } from '@cadastre/domain/mandate';
import type { Write } from '../commit/commit.ts';
import type { Mandate as Row } from '../generated/client.ts';
import type { Reader } from '../pool/index.ts';
import { changeDesire, insertRows, readsOf, table } from '../sql/table.ts';
import type { Changes, Fenced, Stored } from '../sql/table.ts';

export const MANDATE = table<Row, Mandate>('mandate', 'mandate', {
  id: 'plain', tenantId: 'plain', subjectDirectory: 'plain', subjectId: 'plain', targetKind: 'plain', targetId: 'plain', legalAct: 'plain', from: 'instant', to: 'instant', expiresAt: 'instant',
  state: 'plain', proposedDirectory: 'plain', proposedBy: 'plain', approvedDirectory: 'plain', approvedBy: 'plain', approvedAt: 'instant', revokedDirectory: 'plain', revokedBy: 'plain', revokedAt: 'instant',
  useCount: 'plain', lastUsedAt: 'instant', generation: 'plain', createdAt: 'instant',
});

export const { get, byIds, page } = readsOf<Mandate, MandateId, { readonly tenantId?: OrganisationId }>(MANDATE);

/**
 * Whether that person has changed something of the tenant since an instant, by the tenant's own log: whoever did would be reading about their own acts.
 * Logins do not count, nor what is done to the log itself: grants of mandates, exports.
 */
export const acted = async (q: Reader, tenantId: OrganisationId, { directory, id }: Person, since: Instant): Promise<boolean> => {
  const [row] = await q.rows<{ acted: boolean }>({
    name: 'cad_mandate_acted',
    text: `SELECT EXISTS (SELECT FROM audit_event WHERE tenant_id = $1 AND actor_id = $2 AND actor_directory = $3 AND time_recorded >= $4 AND phase IN ('requested', 'started', 'completed') AND outcome = 'success'
      AND type NOT LIKE 'audit.%' AND type NOT LIKE 'iam.login.%') AS acted`,
    values: [tenantId, id, directory, since],
  });
  return row?.acted === true;
};

/** Mandates in force under which that person may read the whole log of the tenant, the one that lasts longest first. Those for one object are left out: what is proven of a log cannot be cut to an object. */
export const wholeLogOf = async (q: Reader, tenantId: OrganisationId, { directory, id }: Person, at: Instant): Promise<readonly Stored<Mandate>[]> =>
  (await q.rows({
    name: 'cad_mandate_whole_log',
    text: `SELECT ${MANDATE.select('t')} FROM mandate t WHERE t.tenant_id = $1 AND t.subject_directory = $2::"Directory" AND t.subject_id = $3 AND t.state = 'ACTIVE' AND t.target_id IS NULL AND t.expires_at > $4
      ORDER BY t.expires_at DESC, t.id`,
    values: [tenantId, directory, id, at],
  })).map(MANDATE.read);

/** Mandates and proposals that are over by an instant and that nobody has ended, the oldest first. */
export const endingBefore = async (q: Reader, at: Instant): Promise<readonly MandateId[]> =>
  (await q.rows<{ id: MandateId }>({ name: 'cad_mandate_ending', text: "SELECT id FROM mandate WHERE state IN ('PROPOSED', 'ACTIVE') AND expires_at <= $1 ORDER BY expires_at, id", values: [at] })).map(r => r.id);

export const insert = (mandate: Mandate) => insertRows(MANDATE, [mandate]);
export const change = (id: MandateId, changes: Changes<Mandate, 'state' | 'approvedDirectory' | 'approvedBy' | 'approvedAt' | 'revokedDirectory' | 'revokedBy' | 'revokedAt'>, fence: Fenced) =>
  changeDesire(MANDATE, id, changes, fence);
/** One reading, in the transaction that writes its event. Refused as STALE_GENERATION when it was revoked or ended since the look. */
export const use = (id: MandateId): Write => ({
  noun: MANDATE.noun, id, rows: 1,
  sql: { text: "UPDATE mandate SET use_count = use_count + 1, last_used_at = now(), updated_at = now() WHERE id = $1 AND state = 'ACTIVE' AND expires_at > clock_timestamp()", values: [id] },
});
