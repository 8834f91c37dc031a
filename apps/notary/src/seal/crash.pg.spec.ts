import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OrganisationId } from '@cadastre/domain/core';
import type { Store } from '@cadastre/store/pool';
import { asRows, countingIds, openTestStore, storeDatabase } from '@cadastre/store/testing';
import { waitFor } from '@cadastre/testing/wait';
import { mortal } from '../testing/faults.ts';
import { settled } from '../testing/settled.ts';
import { ORIGIN, notaryOn, openPlace, writeEvent } from '../testing/rig.ts';
import type { Place, Rig } from '../testing/rig.ts';
import { verifyTrail } from '../testing/verify.ts';
import { signerAt } from './signer-client.ts';

const db = storeDatabase();
const ids = countingIds();
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

const TTL_MS = 20;

describe('a notary that is killed', () => {
  it('between any two of its steps loses nothing and doubles nothing, and the next one goes on from there', async () => {
    const tenants: OrganisationId[] = [ids.next('organisation')];
    let written = 0;
    for (let death = 1; ; death++) {
      // Now and then a tenant of its own, so that logs are opened on the way, too.
      if (death % 10 === 0) tenants.push(ids.next('organisation'));
      for (const tenant of tenants.slice(-2)) await writeEvent(door, tenant, written++);
      const life = mortal(death);
      const rig = notaryOn(db, place, `life ${String(death)}`, { ttlMs: TTL_MS, store: life.store, tools: { objects: life.objects(place.objects), signer: life.signer(signerAt(place.signerUrl, place.signerToken)) } });
      rig.start();
      await waitFor(async () => life.dead() || (await settled(db, rig)), { what: `life ${String(death)} to end` });
      const survived = !life.dead();
      await rig.stop();
      if (survived) break;
    }
    const rig = notaryOn(db, place, 'the last', { ttlMs: TTL_MS });
    rig.start();
    await waitFor(() => settled(db, rig), { what: 'the last one to have sealed everything' });
    await rig.stop();
    const logs = await verifyTrail(db, place);
    const events = await asRows<{ n: string }>(db, `SELECT count(*) AS n FROM audit_event WHERE type = 'compute.instance.create'`);
    expect(Number(events[0]?.n)).toBe(written);
    expect(logs.flatMap(l => l.entries).filter(e => e.includes('"compute.instance.create"'))).toHaveLength(written);
    expect(logs.flatMap(l => l.entries).filter(e => e.includes('"audit.log.opened"'))).toHaveLength(tenants.length + 1);
  }, 240_000);
});

describe('two notaries', () => {
  /** Until the other has taken it: once may not do, for the holder renews as often as the other tries. */
  const handOver = async (): Promise<void> => {
    const holder = async (): Promise<string | undefined> => (await asRows<{ holder: string }>(db, 'SELECT holder FROM audit_control'))[0]?.holder;
    const before = await holder();
    await waitFor(async () => {
      await asRows(db, `UPDATE audit_control SET lease_until = now() - interval '1 s' WHERE holder = $1`, [before]);
      return (await holder()) !== before;
    }, { what: 'the other to lead', everyMs: 5 });
  };
  it('take turns whenever a lease is pulled from under one of them, and never both seal', async () => {
    const tenant = ids.next('organisation');
    const rigs: readonly Rig[] = ['a', 'b'].map(name => notaryOn(db, place, name, { ttlMs: 300 }));
    for (const rig of rigs) rig.start();
    await waitFor(() => rigs.some(rig => rig.notary.trail() !== undefined), { what: 'one to lead' });
    for (let n = 0; n < 12; n++) {
      await Promise.all(Array.from({ length: 10 }, (_, i) => writeEvent(door, tenant, n * 10 + i)));
      await handOver();
    }
    const settling = async (): Promise<Rig | undefined> => rigs[(await Promise.all(rigs.map(rig => settled(db, rig)))).indexOf(true)];
    const leading = await waitFor(settling, { what: 'everything to be sealed' });
    // The one that waits goes first: else it would take over from the other for a moment, and leave what it had to say half sealed for the next.
    await Promise.all(rigs.filter(rig => rig !== leading).map(rig => rig.stop()));
    await waitFor(settling, { what: 'everything to be sealed by the one that is left' });
    await leading.stop();
    const log = (await verifyTrail(db, place)).find(l => l.origin.endsWith(tenant));
    expect(log?.entries.filter(e => e.includes('"compute.instance.create"'))).toHaveLength(120);
  }, 60_000);
});
