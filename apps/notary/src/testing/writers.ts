import type { OrganisationId } from '@cadastre/domain/core';
import { openTestStore } from '@cadastre/store/testing';
import type { TestDatabase } from '@cadastre/testing/database';
import { drawFrom } from '@cadastre/testing/sim';
import { ORIGIN, writeEvent } from './rig.ts';

/** A writer whose transactions stay open for a drawn while between their events and their COMMIT: others that began later commit first. */
export const slowWriter = async (db: TestDatabase, seed: number, { tenants, events, mostMs }: { readonly tenants: readonly OrganisationId[]; readonly events: number; readonly mostMs: number }): Promise<void> => {
  const draw = drawFrom(seed);
  const store = openTestStore(db, 'controller', {
    auditOrigin: ORIGIN, max: 1,
    onStatement: ({ text }) => (text === 'COMMIT' ? new Promise(resolve => { setTimeout(resolve, draw.int(mostMs)); }) : undefined),
  });
  try {
    for (let n = 0; n < events; n++) await writeEvent(store, tenants[draw.int(tenants.length)], seed * 10_000 + n);
  } finally {
    await store.close();
  }
};
