import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import type { OrganisationId } from '@cadastre/domain/core';
import { Frozen } from '@cadastre/store/pool';
import { asRows, asSuperuser, countingIds, openTestStore, storeDatabase } from '@cadastre/store/testing';
import type { TestDatabase } from '@cadastre/testing/database';
import { waitFor } from '@cadastre/testing/wait';
import { discontinue, readStatements } from './discontinuity.ts';
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
    // 30 acts, the opening of a tenant's log, and what the notary itself had to say meanwhile; the ten rows of before the copy were not lost.
    expect(recovered?.numbers?.['events_lost']).toBeGreaterThanOrEqual(31);
    expect(recovered?.numbers?.['leaves']).toBe((recovered?.numbers?.['events_lost'] ?? 0) + 10);
    // What was sealed in the lost time stands in the new one, at the same place.
    const caught = await verifyTrail(before, place);
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

describe('a past that nobody holds any more', () => {
  it('is given up by a person alone: a signed statement, and a new origin that seals what was never sealed', async () => {
    const { place, before, tenants } = await twoTimes();
    await rm(join(place.folder, 'storage'), { recursive: true });
    const rig = start(before, place);
    await waitFor(() => rig.notary.trail()?.compared?.verdict === 'PAST_LOST' && rig.notary.trail()?.state === 'FROZEN', { what: 'the freeze', timeoutMs: 20_000 });
    await expect(write(before, tenants, 1)).rejects.toThrow(Frozen);
    const give = { newOrigin: `${ORIGIN}/2`, reason: 'the spec burnt the store' };
    await expect(discontinue(rig.tools, give, { holder: 'operator', ttlMs: 500 })).rejects.toThrow('stop the notary first');
    await stop(rig);
    const command = notaryOn(before, place, 'operator');
    const old = place.memory.get(ORIGIN);
    const { vkey, lost } = await discontinue(command.tools, give, { holder: 'operator', ttlMs: 500 });
    // Killed behind the statement and run again: one statement, the same one.
    await asSuperuser(before, `UPDATE audit_log SET closed_at = NULL`);
    await discontinue(command.tools, give, { holder: 'operator', ttlMs: 500 });
    const statements = await readStatements(place.objects);
    await command.stop();
    expect(lost).toBeGreaterThan(0);
    expect(vkey).toMatch(/^audit\.test\/2\+/);
    expect(statements).toHaveLength(1);
    expect(statements[0]?.split('\n').slice(0, 4)).toEqual(['cadastre-discontinuity/v1', ORIGIN, String(old?.size), Buffer.from(old?.root ?? []).toString('base64')]);
    expect(statements[0]).toContain(`\n— ${ORIGIN}/2 `);

    const renamed = await place.renamed(`${ORIGIN}/2`);
    const next = notaryOn(before, renamed, 'next', { ttlMs: 500, origin: `${ORIGIN}/2` });
    running.add(next);
    next.start();
    await waitFor(() => settled(before, next), { what: 'the new origin to have sealed', timeoutMs: 20_000 });
    await write(before, tenants, 4);
    await waitFor(() => settled(before, next), { what: 'new events sealed', timeoutMs: 20_000 });
    await stop(next);
    const logs = await verifyTrail(before, renamed);
    expect(logs.map(l => l.origin).every(origin => origin.startsWith(`${ORIGIN}/2`))).toBe(true);
    // The ten that were committed before the copy and never sealed in it, although they name the old log.
    expect(logs.flatMap(l => l.entries).filter(e => e.includes(`"log":"${ORIGIN}/t/`) && e.includes('compute.instance.create')).length).toBeGreaterThanOrEqual(10);
    // The old name is refused by a notary that was not told.
    const stale = notaryOn(before, place, 'stale', { ttlMs: 500 });
    running.add(stale);
    stale.start();
    await waitFor(() => stale.notary.trouble()?.includes('not of CADASTRE_AUDIT_ORIGIN'), { what: 'the stale notary to say so', timeoutMs: 20_000 });
  }, 90_000);

  it('is not given up while nothing is lost', async () => {
    const { place, now } = await twoTimes();
    const command = notaryOn(now, place, 'operator');
    await expect(discontinue(command.tools, { newOrigin: `${ORIGIN}/2`, reason: 'impatience' }, { holder: 'operator', ttlMs: 500 })).rejects.toThrow('not frozen');
    await command.stop();
    expect(await readStatements(place.objects)).toEqual([]);
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
