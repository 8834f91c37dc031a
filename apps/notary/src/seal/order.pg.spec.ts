import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asRows, asSuperuser, countingIds, openTestStore, storeDatabase } from '@cadastre/store/testing';
import type { Store } from '@cadastre/store/pool';
import { waitFor } from '@cadastre/testing/wait';
import { ORIGIN, notaryOn, openPlace, writeEvent } from '../testing/rig.ts';
import type { Place } from '../testing/rig.ts';
import { settled } from '../testing/settled.ts';
import { verifyTrail } from '../testing/verify.ts';
import { slowWriter } from '../testing/writers.ts';

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

const WRITERS = 16;
const EACH = 40;

describe('sixteen writers that commit in another order than they began', () => {
  it('lose nothing to the cursor, and each log is in the order of (transaction, sequence)', async () => {
    const tenants = [ids.next('organisation'), ids.next('organisation'), ids.next('organisation')];
    const rig = notaryOn(db, place, 'one');
    rig.start();
    const writing = Promise.all(Array.from({ length: WRITERS }, (_, w) => slowWriter(db, w + 1, { tenants, events: EACH, mostMs: 120 })));
    // The danger is real: events that everybody sees stand behind others that will still be committed.
    await waitFor(async () => (await asRows<{ n: number }>(db, 'SELECT count(*)::int AS n FROM audit_event WHERE txid > pg_snapshot_xmin(pg_current_snapshot())::text::bigint'))[0]?.n, { what: 'an event ahead of an open transaction' });
    await writing;
    await waitFor(() => settled(db, rig), { what: 'everything sealed', timeoutMs: 30_000 });
    await rig.stop();
    const [outOfOrder] = await asRows<{ n: number }>(db, 'SELECT count(*)::int AS n FROM (SELECT (txid, seq) < lag((txid, seq)) OVER (PARTITION BY log_id ORDER BY index) AS back FROM audit_leaf) x WHERE back');
    expect(outOfOrder?.n).toBe(0);
    const logs = await verifyTrail(db, place);
    expect(logs.flatMap(l => l.entries).filter(e => e.includes('compute.instance.create'))).toHaveLength(WRITERS * EACH);
  }, 120_000);
});

describe('an event whose bytes are no longer what was written', () => {
  it('stops its own log and no other, is told, and the log goes on in order once the bytes are put right', async () => {
    const [bad, good] = [ids.next('organisation'), ids.next('organisation')];
    await writeEvent(door, bad, 1);
    await asSuperuser(db, 'ALTER TABLE audit_event DISABLE TRIGGER ALL; ALTER TABLE audit_event DROP CONSTRAINT audit_event_digest');
    await asSuperuser(db, `UPDATE audit_event SET body = set_byte(body, 20, get_byte(body, 20) # 1) WHERE tenant_id = '${bad}'`);
    await asSuperuser(db, 'ALTER TABLE audit_event ENABLE TRIGGER ALL');
    await writeEvent(door, bad, 2);
    await writeEvent(door, good, 3);
    let now = Date.now();
    const clock = { now: () => new Date(now).toISOString() };
    const rig = notaryOn(db, place, 'two', { tools: { clock } });
    rig.start();
    const log = () => [...(rig.notary.trail()?.logs.values() ?? [])].find(l => l.tenantId === bad);
    await waitFor(() => { now += 100; return log()?.stopped !== undefined; }, { what: 'the stop' });
    await waitFor(async () => { now += 100; return (await asRows(db, `SELECT 1 FROM audit_leaf l JOIN audit_event e ON e.id = l.event_id WHERE e.tenant_id = '${good}' AND e.type LIKE 'compute%'`)).length === 1; }, { what: 'the other log' });
    expect(log()?.size).toBe(0);
    expect(log()?.stopped?.reason).toContain('do not have the digest');
    expect((await asRows<{ reason: string }>(db, `SELECT convert_from(body, 'UTF8')::jsonb->>'reason' AS reason FROM audit_event WHERE type = 'audit.log.degraded' AND tenant_id = '${bad}'`)).map(r => r.reason)).toEqual(['DIGEST_MISMATCH']);
    await asSuperuser(db, 'ALTER TABLE audit_event DISABLE TRIGGER ALL');
    await asSuperuser(db, `UPDATE audit_event SET body = set_byte(body, 20, get_byte(body, 20) # 1) WHERE tenant_id = '${bad}' AND digest <> sha256(body)`);
    await asSuperuser(db, 'ALTER TABLE audit_event ENABLE TRIGGER ALL');
    await waitFor(async () => { now += 1_000; return log()?.stopped === undefined && (await settled(db, rig)); }, { what: 'the log to go on', timeoutMs: 20_000 });
    await rig.stop();
    const entries = (await verifyTrail(db, place)).find(l => l.origin.endsWith(bad))?.entries ?? [];
    expect(entries.map(e => (JSON.parse(e) as { type: string; target: { id: string } })).filter(e => e.type.startsWith('compute')).map(e => e.target.id)).toEqual(['instance_1', 'instance_2']);
  }, 60_000);
});

describe('when the event cannot be written', () => {
  const acts = async (): Promise<readonly number[]> => (await asRows<{ n: number }>(db, 'SELECT count(*)::int AS n FROM audit_event UNION ALL SELECT count(*)::int FROM outbox')).map(r => r.n);
  it('because the right to insert was taken, there is no act', async () => {
    const before = await acts();
    await asSuperuser(db, 'REVOKE INSERT ON audit_event FROM cadastre_controller');
    await expect(writeEvent(door, ids.next('organisation'), 9)).rejects.toThrow('permission denied');
    expect(await acts()).toEqual(before);
    await asSuperuser(db, 'GRANT INSERT ON audit_event TO cadastre_controller');
    await writeEvent(door, ids.next('organisation'), 10);
    expect(await acts()).not.toEqual(before);
  });
});
