import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { OrganisationId } from '@cadastre/domain/core';
import { createIds } from '@cadastre/platform/ids';
import type { Store } from '@cadastre/store/pool';
import { asRows, asSuperuser, openTestStore, storeDatabase } from '@cadastre/store/testing';
import { waitFor } from '@cadastre/testing/wait';
import { notaryOn, openPlace, ORIGIN, writeEvent } from '../testing/rig.ts';
import type { Place, Rig } from '../testing/rig.ts';
import type { MonitorRig } from '../testing/monitor.ts';
import { forge, monitorOn, settled, tamper } from '../testing/monitor.ts';

const db = storeDatabase();
const ids = createIds();
const tenants: readonly OrganisationId[] = [ids.next('organisation'), ids.next('organisation')];
const T = `${ORIGIN}/t/${tenants[0] ?? ''}`;
const LEAVES = 1_000;
let place: Place;
let door: Store;
let notary: Rig;
const rigs: MonitorRig[] = [];
/** A monitor that saw the healthy log, and then whatever the test did to it. */
const seeing = async (state: string, options: Omit<Parameters<typeof monitorOn>[2], 'state'> = {}): Promise<MonitorRig> => {
  // The notary rests while somebody tampers, so that the events of the alarms themselves wait.
  const rig = await monitorOn(db, place, { state, ...options, tools: { limits: { heartbeatSeconds: 3_600, sealSeconds: 3_600, witnessSeconds: 3_600, timestampSeconds: undefined, sinkSeconds: 3_600, skewMs: 2_000 }, ...options.tools } });
  rigs.push(rig);
  return rig;
};
const WRITERS = 8;
/** By some writers side by side, each one event after the other. */
const write = (n: number, count: number): Promise<unknown> => Promise.all(Array.from({ length: WRITERS }, async (_, writer) => {
  for (let i = writer; i < count; i += WRITERS) await writeEvent(door, i % 3 === 2 ? undefined : tenants[i % 3], n + i);
}));
const rowsOf = <R extends object>(text: string): Promise<readonly R[]> => asRows<R>(db, text);
const leafOf = async (index: number): Promise<string> => (await rowsOf<{ id: string }>(`SELECT event_id AS id FROM audit_leaf l JOIN audit_log g ON g.id = l.log_id WHERE g.origin = '${T}' AND l.index = ${String(index)}`))[0]?.id ?? '';
const sizeOf = async (): Promise<number> => Number((await rowsOf<{ size: string }>(`SELECT size FROM audit_log WHERE origin = '${T}'`))[0]?.size);
/** Ends what the last test left, as if it had never been. */
const forget = (): Promise<void> => asSuperuser(db, 'DELETE FROM audit_alarm');

beforeAll(async () => {
  place = await openPlace();
  await asSuperuser(db, tenants.map((t, n) => `INSERT INTO organisation (id, code, name, class) VALUES ('${t}', 't${String(n)}', 't', 'PRIVATE')`).join(';'));
  // What a superuser does first: else PostgreSQL itself would refuse most of what follows.
  await asSuperuser(db, 'ALTER TABLE audit_event DROP CONSTRAINT audit_event_digest, DROP CONSTRAINT audit_event_size');
  door = openTestStore(db, 'controller', { ids, auditOrigin: ORIGIN });
  notary = notaryOn(db, place, 'first');
  notary.start();
  await write(0, 30);
});
afterEach(async () => {
  await Promise.all(rigs.splice(0).map(rig => rig.close()));
  await forget();
});
afterAll(async () => {
  await door.close();
  await place.close();
});

describe('a healthy log', () => {
  it('raises nothing, pass after pass, while the notary seals what many write', async () => {
    // A minute instead of ten seconds for the seal: this is about false findings, and the machine of a test may be slow.
    const rig = await seeing('healthy.json', { tools: { limits: { heartbeatSeconds: 180, sealSeconds: 60, witnessSeconds: 180, timestampSeconds: undefined, sinkSeconds: 3_600, skewMs: 2_000 } } });
    const at = { writing: true };
    const written = write(100, LEAVES).then(() => { at.writing = false; });
    let passes = 0;
    while (at.writing || passes < 6) {
      const { findings, failed } = await rig.monitor.pass(new AbortController().signal);
      expect([findings, failed]).toEqual([[], []]);
      passes += 1;
    }
    await written;
    await settled(notary, LEAVES + 30);
    expect(await rig.look()).toEqual([]);
    // It did look: its memory is where the log is.
    const state = JSON.parse(await readFile(join(place.folder, 'healthy.json'), 'utf8')) as { logs: Record<string, { size: number }> };
    expect(state.logs[T]?.size).toBe(await sizeOf());
    await notary.stop();
  }, 120_000);

  it('goes on from its memory after a kill, and raises nothing twice', async () => {
    const first = await seeing('killed.json');
    const id = await leafOf(1);
    const [before] = await rowsOf<{ body: string }>(`SELECT encode(body, 'hex') AS body FROM audit_event WHERE id = '${id}'`);
    await tamper(db, 'audit_event', `UPDATE audit_event SET body = 'x' WHERE id = '${id}'`);
    expect(await first.look()).toEqual(['ROW_ALTERED leaf/1']);
    // Killed between its alarms and its memory: what it has is the memory from before.
    await writeFile(join(place.folder, 'killed.json'), await readFile(join(place.folder, 'healthy.json')));
    const second = await seeing('killed.json');
    expect(await second.look()).toEqual(['ROW_ALTERED leaf/1']);
    expect(await rowsOf('SELECT seen::int, (SELECT count(*)::int FROM audit_event e WHERE e.target_id = a.id) AS events FROM audit_alarm a')).toEqual([{ seen: 2, events: 1 }]);
    await tamper(db, 'audit_event', `UPDATE audit_event SET body = decode('${before?.body ?? ''}', 'hex') WHERE id = '${id}'`);
    // Put back, it is still something that happened.
    expect(await second.look()).toEqual(['ROW_ALTERED leaf/1']);
  });
});

describe('a sealed row that a superuser changes', () => {
  // At the start, in the middle and at the end; each is put back afterwards.
  const place2 = async (where: 'start' | 'middle' | 'end'): Promise<number> => ({ start: 0, middle: Math.floor((await sizeOf()) / 2), end: (await sizeOf()) - 1 })[where];
  it.each([
    { what: 'its bytes', where: 'start', act: (id: string) => `UPDATE audit_event SET body = convert_to(replace(convert_from(body, 'UTF8'), 'success', 'failure'), 'UTF8') WHERE id = '${id}'`, kind: 'ROW_ALTERED' },
    { what: 'its bytes and their digest together', where: 'middle', act: (id: string) => `UPDATE audit_event SET body = body || ' '::bytea, digest = sha256(body || ' '::bytea) WHERE id = '${id}'`, kind: 'ROW_ALTERED' },
    { what: 'its bytes, their digest and the hash of the leaf', where: 'end', act: (id: string) => `UPDATE audit_event SET body = 'y', digest = sha256('y') WHERE id = '${id}'; ALTER TABLE audit_leaf DISABLE TRIGGER USER; UPDATE audit_leaf SET leaf_hash = sha256('\\x0079') WHERE event_id = '${id}'; ALTER TABLE audit_leaf ENABLE TRIGGER USER`, kind: 'LEAF_ALTERED' },
    { what: 'only the digest', where: 'middle', act: (id: string) => `UPDATE audit_event SET digest = sha256('y') WHERE id = '${id}'`, kind: 'DIGEST_MISMATCH' },
    { what: 'whose it is', where: 'start', act: (id: string) => `UPDATE audit_event SET tenant_id = '${tenants[1] ?? ''}' WHERE id = '${id}'`, kind: 'ROW_ALTERED' },
    { what: 'that it is there', where: 'end', act: (id: string) => `DELETE FROM audit_event WHERE id = '${id}'`, kind: 'ROW_MISSING' },
    { what: 'that it is there, at the start', where: 'start', act: (id: string) => `DELETE FROM audit_event WHERE id = '${id}'`, kind: 'ROW_MISSING' },
    { what: 'that its leaf is there', where: 'middle', act: (id: string) => `ALTER TABLE audit_leaf DISABLE TRIGGER USER; DELETE FROM audit_leaf WHERE event_id = '${id}'; ALTER TABLE audit_leaf ENABLE TRIGGER USER`, kind: 'LEAF_ALTERED' },
  ] as const)('$what, at the $where, is found in one pass', async ({ where, act, kind }) => {
    const index = await place2(where);
    const id = await leafOf(index);
    const rig = await seeing('rows.json');
    expect(await rig.look()).toEqual([]);
    await asSuperuser(db, `CREATE TABLE kept_event AS SELECT * FROM audit_event WHERE id = '${id}'; CREATE TABLE kept_leaf AS SELECT * FROM audit_leaf WHERE event_id = '${id}'`);
    await tamper(db, 'audit_event', act(id));
    const open = await rig.look();
    expect(open).toEqual([`${kind} leaf/${String(index)}`]);
    expect((await rig.open())[0]).toMatchObject({ origin: T, tenantId: tenants[0], leafIndex: index, severity: 'CRITICAL' });
    await tamper(db, 'audit_event', `ALTER TABLE audit_leaf DISABLE TRIGGER USER; DELETE FROM audit_leaf WHERE event_id = '${id}'; DELETE FROM audit_event WHERE id = '${id}'; INSERT INTO audit_event OVERRIDING SYSTEM VALUE SELECT * FROM kept_event;
      INSERT INTO audit_leaf SELECT * FROM kept_leaf; ALTER TABLE audit_leaf ENABLE TRIGGER USER; DROP TABLE kept_event, kept_leaf`);
    await forget();
    expect(await rig.look()).toEqual([]);
  });

  it('a number of pruned entries that no event speaks of', async () => {
    const rig = await seeing('pruned.json');
    expect(await rig.look()).toEqual([]);
    await asSuperuser(db, `ALTER TABLE audit_log DISABLE TRIGGER USER; UPDATE audit_log SET pruned_before = 256 WHERE origin = '${T}'`);
    expect(await rig.look()).toEqual(['ROW_MISSING pruned']);
    await asSuperuser(db, `UPDATE audit_log SET pruned_before = 0 WHERE origin = '${T}'; ALTER TABLE audit_log ENABLE TRIGGER USER`);
  });

  it('is found in a log that is too large for one pass, in as many passes as it takes to come round', async () => {
    const id = await leafOf(3);
    const rig = await seeing('rolling.json', { tools: { rowsPerPass: 1_024 } });
    const [before] = await rowsOf<{ body: string }>(`SELECT encode(body, 'hex') AS body FROM audit_event WHERE id = '${id}'`);
    await tamper(db, 'audit_event', `UPDATE audit_event SET body = 'x' WHERE id = '${id}'`);
    const passes = await waitFor(async () => (await rig.look()).includes('ROW_ALTERED leaf/3'), { what: 'the altered row found', timeoutMs: 20_000 });
    expect(passes).toBe(true);
    await tamper(db, 'audit_event', `UPDATE audit_event SET body = decode('${before?.body ?? ''}', 'hex') WHERE id = '${id}'`);
  });
});

describe('a file that somebody changes', () => {
  const prefix = `logs/${T.replaceAll('/', '~')}/`;
  const changed = async (name: string, change: (bytes: Buffer) => Uint8Array | undefined, act: (rig: MonitorRig) => Promise<void>): Promise<void> => {
    const rig = await seeing('files.json');
    expect(await rig.look()).toEqual([]);
    const bytes = Buffer.from((await place.objects.get(`${prefix}${name}`)) ?? []);
    expect(bytes.length).toBeGreaterThan(0);
    const other = change(Buffer.from(bytes));
    if (other === undefined) await place.objects.remove(`${prefix}${name}`);
    else await place.objects.replace(`${prefix}${name}`, other);
    await act(rig);
    await place.objects.replace(`${prefix}${name}`, bytes);
    await forget();
    expect(await rig.look()).toEqual([]);
  };
  const flipped = (at: number) => (bytes: Buffer): Buffer => {
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    return bytes;
  };
  it.each([
    { what: 'a tile of leaves', name: 'tile/0/000', change: flipped(40), is: 'TILE_ALTERED tile/0/000' },
    { what: 'a tile of leaves that is gone', name: 'tile/0/000', change: () => undefined, is: 'TILE_ALTERED tile/0/000' },
    { what: 'a bundle of entries', name: 'tile/entries/000', change: flipped(40), is: 'TILE_ALTERED tile/entries/000' },
    { what: 'a bundle of entries that is gone', name: 'tile/entries/000', change: () => undefined, is: 'TILE_ALTERED tile/entries/000' },
    { what: 'the checkpoint', name: 'checkpoint', change: flipped(ORIGIN.length + 2), is: 'CHECKPOINT_INVALID checkpoint' },
    { what: 'the checkpoint that is gone', name: 'checkpoint', change: () => undefined, is: 'ROLLED_BACK checkpoint' },
  ])('$what', ({ name, change, is }) => changed(name, change, async rig => { expect(await rig.look()).toEqual([is]); }));

  it('a tile on the right edge', async () => {
    const size = await sizeOf();
    const name = `tile/0/${String(Math.floor(size / 256)).padStart(3, '0')}.p/${String(size % 256)}`;
    await changed(name, flipped(3), async rig => { expect(await rig.look()).toEqual(['TILE_ALTERED edge']); });
  });

  it('an older checkpoint in its place, signed as it was', async () => {
    const rows = await rowsOf<{ note: string; size: string }>(`SELECT c.note, c.size FROM audit_checkpoint c JOIN audit_log g ON g.id = c.log_id WHERE g.origin = '${T}' ORDER BY c.size LIMIT 1`);
    await changed('checkpoint', () => Buffer.from(rows[0]?.note ?? ''), async rig => {
      expect(await rig.look()).toEqual(['ROLLED_BACK checkpoint']);
      expect((await rig.open())[0]?.detail).toEqual({ before: await sizeOf(), now: Number(rows[0]?.size) });
    });
  });
});

describe('another story', () => {
  const rowOf = (table: string, where: string): Promise<readonly { readonly row: string }[]> => rowsOf(`SELECT to_jsonb(x)::text AS row FROM ${table} x WHERE ${where}`);
  it('a database that was put back to fewer leaves', async () => {
    const rig = await seeing('back.json');
    await rig.look();
    const size = await sizeOf();
    await asSuperuser(db, `UPDATE audit_log SET size = size - 1, published = published - 1 WHERE origin = '${T}'`);
    expect(await rig.look()).toEqual(['ROLLED_BACK database']);
    expect((await rig.open())[0]?.detail).toEqual({ before: size, now: size - 1 });
    await asSuperuser(db, `UPDATE audit_log SET size = size + 1, published = published + 1 WHERE origin = '${T}'`);
  });

  it('a row of a checkpoint that says another root than its note, or a note that nobody signed', async () => {
    const [first, second] = await rowsOf<{ size: string }>(`SELECT c.size FROM audit_checkpoint c JOIN audit_log g ON g.id = c.log_id WHERE g.origin = '${T}' ORDER BY c.size LIMIT 2`);
    const log = `log_id = (SELECT id FROM audit_log WHERE origin = '${T}')`;
    const kept = await rowOf('audit_checkpoint', `${log} AND size IN (${first?.size ?? ''}, ${second?.size ?? ''})`);
    await tamper(db, 'audit_checkpoint', `UPDATE audit_checkpoint SET root = sha256('x') WHERE ${log} AND size = ${first?.size ?? ''}; UPDATE audit_checkpoint SET note = replace(note, '— ${T}', '— other') WHERE ${log} AND size = ${second?.size ?? ''}`);
    const rig = await seeing('rows-of-checkpoints.json');
    expect(await rig.look()).toEqual([`CHECKPOINT_INVALID size/${first?.size ?? ''}`, `CHECKPOINT_INVALID size/${second?.size ?? ''}`].sort());
    for (const { row } of kept) await tamper(db, 'audit_checkpoint', `UPDATE audit_checkpoint c SET root = r.root, note = r.note FROM jsonb_populate_record(NULL::audit_checkpoint, $json$${row}$json$) r WHERE c.log_id = r.log_id AND c.size = r.size`);
  });

  it('a tenant\'s log that was written anew by whoever has the key', async () => {
    const rig = await seeing('fork.json');
    expect(await rig.look()).toEqual([]);
    await forge(place, T, Array.from({ length: (await sizeOf()) + 7 }, (_, n) => Buffer.from(`{"n":${String(n)}}`)));
    const open = await rig.look();
    // The rows are not of these tiles, and the tree is not the one that was followed.
    expect(open).toContain('LEAF_ALTERED elsewhere');
    expect(open.filter(a => !a.startsWith('LEAF_ALTERED'))).toEqual([expect.stringMatching(/^(ROLLED_BACK|SPLIT_VIEW|CHECKPOINT_INVALID) size\//)]);
  });

  it('a global log that tells two stories of one log, or one of a log that is not there', async () => {
    const rig = await seeing('split.json');
    await rig.look();
    await forget();
    const entries = (await rowsOf<{ body: Buffer }>('SELECT body FROM audit_global_leaf ORDER BY index')).map(r => r.body);
    const last = entries.findLast(entry => entry.length > 0)?.toString() ?? '';
    const other = (line: number, text: string): Buffer => Buffer.from(last.split('\n').map((l, n) => (n === line ? text : l)).join('\n'));
    await forge(place, ORIGIN, [...entries, other(3, Buffer.alloc(32).toString('base64')), other(1, Buffer.alloc(32).toString('base64'))]);
    expect((await rig.look()).filter(a => a.startsWith('SPLIT_VIEW'))).toEqual([`SPLIT_VIEW global/${String(entries.length)}`, `SPLIT_VIEW leaf/${String(entries.length + 1)}`]);
  });
});
