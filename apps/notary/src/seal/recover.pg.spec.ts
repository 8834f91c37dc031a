import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import type { OrganisationId } from '@cadastre/domain/core';
import { Frozen } from '@cadastre/store/pool';
import { asRows, asSuperuser, countingIds, openTestStore, storeDatabase } from '@cadastre/store/testing';
import type { TestDatabase } from '@cadastre/testing/database';
import { waitFor } from '@cadastre/testing/wait';
import { copyOf } from '../testing/restore.ts';
import { ORIGIN, notaryOn, openPlace, writeEvent } from '../testing/rig.ts';
import type { Place, Rig } from '../testing/rig.ts';
import { settled } from '../testing/settled.ts';
import { verifyTrail } from '../testing/verify.ts';

const empty = storeDatabase();
const ids = countingIds();
const running = new Set<Rig>();
afterEach(async () => {
  await Promise.all([...running].map(rig => rig.stop()));
  running.clear();
});

const start = (db: TestDatabase, place: Place): Rig => {
  const rig = notaryOn(db, place, `notary ${ids.next('request')}`, { ttlMs: 500 });
  running.add(rig);
  rig.start();
  return rig;
};
const stop = async (rig: Rig): Promise<void> => {
  running.delete(rig);
  await rig.stop();
};
const write = async (db: TestDatabase, tenants: readonly OrganisationId[], events: number): Promise<void> => {
  const door = openTestStore(db, 'controller', { auditOrigin: ORIGIN });
  try {
    for (let n = 0; n < events; n++) await writeEvent(door, tenants[n % tenants.length], n);
  } finally {
    await door.close();
  }
};
const sealAll = async (db: TestDatabase, place: Place): Promise<void> => {
  const rig = start(db, place);
  await waitFor(() => settled(db, rig), { what: 'everything sealed', timeoutMs: 20_000 });
  await stop(rig);
};
const said = (db: TestDatabase, type: string): Promise<readonly { reason: string; numbers: Record<string, number> | null }[]> =>
  asRows(db, `SELECT b->>'reason' AS reason, b->'numbers' AS numbers FROM (SELECT convert_from(body, 'UTF8')::jsonb AS b FROM audit_event WHERE type = '${type}' ORDER BY txid, seq) e`);

/** A database that lived on after a copy of it was taken, and the copy. */
const twoTimes = async (): Promise<{ readonly place: Place; readonly now: TestDatabase; readonly before: TestDatabase; readonly tenants: readonly OrganisationId[] }> => {
  const place = await openPlace();
  const now = await copyOf(empty);
  const tenants = [ids.next('organisation'), ids.next('organisation')];
  await write(now, tenants, 300);
  await sealAll(now, place);
  // Committed before the copy and sealed after it: the copy has the row and not its index.
  await write(now, tenants, 10);
  const before = await copyOf(now);
  onTestFinished(async () => {
    await Promise.all([...running].map(rig => rig.stop()));
    running.clear();
    await Promise.all([now.drop(), before.drop()]);
    await place.close();
  });
  await write(now, [...tenants, ids.next('organisation')], 30);
  await sealAll(now, place);
  return { place, now, before, tenants };
};

describe('a database that was put back to an earlier state', () => {
  it('takes no event until what it lost is back from storage, and then goes on where the signed log ended', async () => {
    const { place, now, before, tenants } = await twoTimes();
    const rig = start(before, place);
    await waitFor(() => settled(before, rig), { what: 'the restored database to be caught up', timeoutMs: 20_000 });
    await write(before, tenants, 4);
    await waitFor(() => settled(before, rig), { what: 'new events sealed', timeoutMs: 20_000 });
    await stop(rig);
    expect((await said(before, 'audit.log.frozen')).map(e => e.reason)).toEqual(['BEHIND']);
    const recovered = (await said(before, 'audit.log.resumed')).find(e => e.reason === 'RECOVERED');
    const [{ lost } = { lost: 0 }] = await asRows<{ lost: number }>(now, 'SELECT count(*)::int AS lost FROM audit_event');
    const [{ had } = { had: 0 }] = await asRows<{ had: number }>(before, `SELECT count(*)::int AS had FROM audit_event WHERE time_recorded < (SELECT min(since) FROM audit_control)`);
    expect(had).toBeGreaterThan(0);
    // 30 acts, the opening of a tenant's log, and what the notary itself had to say meanwhile; the ten rows of before the copy were not lost.
    expect(recovered?.numbers?.['events_lost']).toBeGreaterThanOrEqual(31);
    expect(recovered?.numbers?.['leaves']).toBe((recovered?.numbers?.['events_lost'] ?? 0) + 10);
    expect(lost).toBeGreaterThan(300);
    // What was sealed in the lost time stands in the new one, at the same place.
    const [old, caught] = [await verifyTrail(now, { ...place, objects: place.objects }).catch(() => undefined), await verifyTrail(before, place)];
    expect(old).toBeUndefined();
    const sealedBefore = await asRows<{ log: string; index: string; id: string }>(now, 'SELECT g.origin AS log, l.index, l.event_id AS id FROM audit_leaf l JOIN audit_log g ON g.id = l.log_id');
    for (const { log, index, id } of sealedBefore) expect(caught.find(l => l.origin === log)?.entries[Number(index)]).toContain(id);
  }, 90_000);

  it('refuses acts while it is behind, by the trigger itself', async () => {
    const { place, before, tenants } = await twoTimes();
    await rename(join(place.folder, 'storage'), join(place.folder, 'lost'));
    const rig = start(before, place);
    await waitFor(() => rig.notary.trail()?.state === 'FROZEN', { what: 'the freeze', timeoutMs: 20_000 });
    await expect(write(before, tenants, 1)).rejects.toThrow(Frozen);
    // Found again: nothing but storage was missing.
    await rename(join(place.folder, 'lost'), join(place.folder, 'storage'));
    await stop(rig);
    const next = start(before, place);
    await waitFor(() => settled(before, next), { what: 'the restored database to be caught up', timeoutMs: 20_000 });
    await write(before, tenants, 1);
    await waitFor(() => settled(before, next), { what: 'the new event sealed', timeoutMs: 20_000 });
    await stop(next);
    await verifyTrail(before, place);
  }, 90_000);

  it('stays frozen over entries that are not what was signed', async () => {
    const { place, before, tenants } = await twoTimes();
    const key = `logs/${ORIGIN}~t~${tenants[0] ?? ''}/tile/entries/000.p/`;
    for await (const name of place.objects.list(key)) {
      const bytes = Buffer.from((await place.objects.get(name)) ?? []);
      bytes.write('X', bytes.length - 3);
      await place.objects.replace(name, bytes);
    }
    const rig = start(before, place);
    await waitFor(() => rig.notary.trail()?.compared?.verdict === 'CONTRADICTED', { what: 'the contradiction', timeoutMs: 20_000 });
    expect(rig.notary.trail()?.state).toBe('FROZEN');
    await expect(write(before, tenants, 1)).rejects.toThrow(Frozen);
  }, 90_000);
});

describe('storage that was lost', () => {
  it('is written again from the database, with the same bytes', async () => {
    const { place, now } = await twoTimes();
    const bytes = new Map<string, string>();
    for await (const name of place.objects.list('')) if (!name.includes('.p/') && !name.endsWith('checkpoint')) bytes.set(name, Buffer.from((await place.objects.get(name)) ?? []).toString('hex'));
    await rm(join(place.folder, 'storage'), { recursive: true });
    await sealAll(now, place);
    for (const [name, hex] of bytes) expect(Buffer.from((await place.objects.get(name)) ?? []).toString('hex')).toBe(hex);
    expect((await said(now, 'audit.log.degraded')).map(e => e.reason)).toEqual(['STORAGE_LOST']);
    await verifyTrail(now, place);
  }, 90_000);
});

describe('a database that tells another story than was signed', () => {
  it('is frozen for a person to look, and stays so when the notary starts again', async () => {
    const { place, now, tenants } = await twoTimes();
    await asSuperuser(now, `UPDATE audit_log SET root = decode(repeat('00', 32), 'hex') WHERE origin = '${ORIGIN}/t/${tenants[0] ?? ''}'`);
    for (let life = 0; life < 2; life++) {
      const rig = start(now, place);
      await waitFor(() => rig.notary.trail()?.state === 'FROZEN', { what: 'the freeze', timeoutMs: 20_000 });
      await stop(rig);
    }
    await expect(write(now, tenants, 1)).rejects.toThrow(Frozen);
    expect((await said(now, 'audit.log.frozen')).map(e => e.reason)).toEqual(['CONTRADICTED']);
  }, 90_000);
});
