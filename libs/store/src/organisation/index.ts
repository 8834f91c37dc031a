import type { OrganisationId } from '@cadastre/domain/core';
import type { Organisation } from '@cadastre/domain/organisation';
import type { Organisation as Row } from '../generated/client.ts';
import type { Reader } from '../pool/index.ts';
import { changeDesire, insertRows, readsOf, table } from '../sql/table.ts';
import type { Changes, Fenced, Stored } from '../sql/table.ts';

export const ORGANISATION = table<Row, Organisation>('organisation', 'organisation', {
  id: 'plain', code: 'plain', name: 'plain', class: 'plain', memberIds: 'plain', generation: 'plain', createdAt: 'instant',
});

export const { get, byIds, page } = readsOf<Organisation, OrganisationId, { readonly code?: string }>(ORGANISATION);

/** The organisation that a token's claim names, before any tenant is set: read with scope `system` at the tenant's door. */
export const byClaim = async (q: Reader, code: string): Promise<Stored<Organisation> | undefined> => {
  const [row] = await q.rows({ name: 'cad_organisation_claim', text: `SELECT ${ORGANISATION.select('t')} FROM app_organisation_by_code($1) t`, values: [code] });
  return row === undefined ? undefined : ORGANISATION.read(row);
};

export const insert = (organisation: Organisation) => insertRows(ORGANISATION, [organisation]);
export const update = (id: OrganisationId, changes: Changes<Organisation, 'name' | 'memberIds'>, fence: Fenced) => changeDesire(ORGANISATION, id, changes, fence);
