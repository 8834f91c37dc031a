import type { ReadingMandate } from '@cadastre/domain/auditexport';
import type { OrganisationId } from '@cadastre/domain/core';
import { whyNotReadable } from '@cadastre/domain/mandate';
import * as mandates from '@cadastre/store/mandate';
import type { Reader } from '@cadastre/store/pool';
import type { Viewer } from '../shared/viewer.ts';

/** Mandates under which the viewer may read the whole of a tenant's log now. A key has none, nor has anybody who may act. */
export const mandatesOf = async (q: Reader, { actor, door }: Viewer, organisationId: OrganisationId | undefined): Promise<readonly ReadingMandate[]> => {
  if (organisationId === undefined || actor.kind !== 'user') return [];
  const now = door.clock.now();
  const found = await mandates.wholeLogOf(q, organisationId, { directory: door.name, id: actor.id }, now);
  return found.filter(m => whyNotReadable(m, { actor, now }) === undefined)
    .map(({ id, tenantId, from, to, approvedAt, expiresAt }) => ({ id, tenantId, from, to, validFrom: approvedAt ?? expiresAt, validUntil: expiresAt }));
};
