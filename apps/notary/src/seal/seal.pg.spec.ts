import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OrganisationId } from '@cadastre/domain/core';
import { readSealedLogs } from '@cadastre/store/seal';
import type { Store } from '@cadastre/store/pool';
import { countingIds, openTestStore, storeDatabase } from '@cadastre/store/testing';
import { waitFor } from '@cadastre/testing/wait';
import { ORIGIN, notaryOn, openPlace, writeEvent } from '../testing/rig.ts';
import type { Place } from '../testing/rig.ts';
import { verifyTrail } from '../testing/verify.ts';

const db = storeDatabase();
const ids = countingIds();
const tenants: readonly OrganisationId[] = Array.from({ length: 3 }, () => ids.next('organisation'));
let place: Place;
let door: Store;
beforeAll(async () => {
  place = await openPlace();
  door = openTestStore(db, 'controller', { auditOrigin: ORIGIN });
});
afterAll(async () => {
  await door.close();
  await place.close();
});

describe('the notary', () => {
  it('seals what was written before it came and while it is there, log by log, and everything is proven from storage alone', async () => {
    for (let n = 0; n < 5; n++) await writeEvent(door, tenants[0], n);
    await writeEvent(door, undefined);
    const rig = notaryOn(db, place, 'first');
    rig.start();
    await Promise.all(Array.from({ length: 300 }, (_, n) => writeEvent(door, tenants[n % 3], n)));
    await waitFor(async () => (await readSealedLogs(rig.store)).filter(l => l.kind === 'TENANT').reduce((n, l) => n + l.size, 0) >= 308, { what: 'everything sealed' });
    await waitFor(async () => (await readSealedLogs(rig.store)).every(l => l.signed === l.size && l.published === l.size), { what: 'everything signed' });
    await rig.stop();
    const logs = await verifyTrail(db, place);
    expect(logs.map(l => l.origin).sort()).toEqual([ORIGIN, `${ORIGIN}/provider`, ...tenants.map(t => `${ORIGIN}/t/${t}`)].sort());
    expect(logs.filter(l => l.origin.includes('/t/')).map(l => l.size)).toEqual([106, 101, 101]);
  });
});
