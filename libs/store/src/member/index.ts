import type { Instant, OrganisationId, TenantRole } from '@cadastre/domain/core';
import type { Reader } from '../pool/index.ts';

/** A role that a person of the tenant directory has in an organisation. */
export interface Member {
  readonly subject: string;
  readonly tenantId: OrganisationId;
  readonly role: TenantRole;
  readonly createdAt: Instant;
}

/** Of the tenant in scope, by subject. */
export const list = (q: Reader): Promise<readonly Member[]> =>
  q.rows<Member>({ name: 'cad_member_list', text: 'SELECT subject, tenant_id AS "tenantId", role, created_at AS "createdAt" FROM member ORDER BY subject, role LIMIT 10000' });
