import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OrganisationId } from '@cadastre/domain/core';
import { readSealedLogs } from '@cadastre/store/seal';
import type { Store } from '@cadastre/store/pool';
import { asRows, countingIds, openTestStore, storeDatabase } from '@cadastre/store/testing';
import { waitFor } from '@cadastre/testing/wait';
import { ORIGIN, notaryOn, openPlace, writeEvent } from '../testing/rig.ts';
import type { Place } from '../testing/rig.ts';
import { settled } from '../testing/settled.ts';
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

  it('puts a heartbeat into every log that is silent, with its size, and none into the global one', async () => {
    const rig = notaryOn(db, place, 'second', { heartbeatMs: 400 });
    rig.start();
    const beats = async (): Promise<ReadonlyMap<string, number>> => {
      const found = await asRows<{ log: string; n: number }>(db, `SELECT g.origin AS log, count(*)::int AS n FROM audit_leaf l JOIN audit_log g ON g.id = l.log_id JOIN audit_event e ON e.id = l.event_id WHERE e.type = 'audit.log.heartbeat' GROUP BY 1`);
      return new Map(found.map(f => [f.log, f.n]));
    };
    await waitFor(async () => {
      const n = await beats();
      return [`${ORIGIN}/provider`, ...tenants.map(t => `${ORIGIN}/t/${t}`)].every(log => (n.get(log) ?? 0) >= 3);
    }, { what: 'three heartbeats in each log', timeoutMs: 30_000 });
    expect((await beats()).has(ORIGIN)).toBe(false);
    await rig.stop();
    const next = notaryOn(db, place, 'third');
    next.start();
    await waitFor(() => settled(db, next), { what: 'the last heartbeats sealed', timeoutMs: 20_000 });
    await next.stop();
    const entries = (await verifyTrail(db, place)).find(l => l.origin === `${ORIGIN}/provider`)?.entries ?? [];
    const sizes = entries.map(e => JSON.parse(e) as { type: string; numbers?: { size: number } }).filter(e => e.type === 'audit.log.heartbeat').map(e => e.numbers?.size ?? -1);
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
  }, 90_000);
});
