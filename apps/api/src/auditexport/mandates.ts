import type { ReadingMandate } from '@cadastre/domain/auditexport';
import type { OrganisationId } from '@cadastre/domain/core';
import type { Reader } from '@cadastre/store/pool';
import type { Viewer } from '../shared/viewer.ts';

/** Mandates of the viewer for a tenant's log. None exist in this version: a tenant's log is exported by the tenant. */
export const mandatesOf = (_q: Reader, _viewer: Viewer, _organisationId: OrganisationId | undefined): Promise<readonly ReadingMandate[]> => Promise.resolve([]);
