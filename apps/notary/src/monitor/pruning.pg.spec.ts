import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OrganisationId } from '@cadastre/domain/core';
import { silentLogger } from '@cadastre/platform/log';
import { createIds } from '@cadastre/platform/ids';
import type { Store } from '@cadastre/store/pool';
import { asRows, asSuperuser, openTestStore, storeDatabase } from '@cadastre/store/testing';
import { waitFor } from '@cadastre/testing/wait';
import { pruneWhatIsDue } from '../keeping/prune.ts';
import type { MonitorRig } from '../testing/monitor.ts';
import { monitorOn, settled, tamper } from '../testing/monitor.ts';
import type { Place, Rig } from '../testing/rig.ts';
import { notaryOn, openPlace, ORIGIN, writeEvent } from '../testing/rig.ts';

const db = storeDatabase();
const ids = createIds();
const tenant: OrganisationId = ids.next('organisation');
const LOG = `${ORIGIN}/t/${tenant}`;
const [OLD, YOUNG] = [600, 100];
const FOREVER = 1_000_000_000;
let door: Store;
let place: Place;
let notary: Rig;
let rig: MonitorRig;
const stop = new AbortController();
let running = Promise.resolve();

/** As if recorded so many months ago: retention is counted by the database's clock. */
const recordedAgo = (months: number): Promise<void> => asSuperuser(db, `ALTER TABLE audit_event ALTER COLUMN time_recorded SET DEFAULT clock_timestamp() - interval '${String(months)} months'`);
const write = async (n: number, count: number): Promise<void> => { for (let i = 0; i < count; i++) await writeEvent(door, tenant, n + i); };
const prune = (): Promise<void> => pruneWhatIsDue({ store: notary.store, objects: place.objects, log: silentLogger(), makeAct: notary.tools.makeAct });
const prunedBefore = async (): Promise<number> => Number((await asRows<{ at: string }>(db, `SELECT pruned_before AS at FROM audit_log WHERE origin = '${LOG}'`))[0]?.at);
/** Two passes over the rows that began after this was called. */
const looked = async (): Promise<readonly string[]> => {
  for (let n = 0; n < 2; n++) {
    const { rowsAt } = rig.monitor.standing;
    await waitFor(() => rig.monitor.standing.rowsAt > rowsAt, { what: 'another pass over the rows', timeoutMs: 30_000 });
  }
  expect(rig.monitor.standing.trouble).toBe(undefined);
  return (await rig.open()).map(({ kind, place: at }) => `${kind} ${at}`).sort();
};

beforeAll(async () => {
  place = await openPlace();
  await asSuperuser(db, `INSERT INTO organisation (id, code, name, class) VALUES ('${tenant}', 't0', 't', 'PRIVATE')`);
  door = openTestStore(db, 'controller', { ids, auditOrigin: ORIGIN });
  await recordedAgo(13);
  notary = notaryOn(db, place, 'first', { heartbeatMs: 600_000 });
  notary.start();
  await write(0, OLD);
  await recordedAgo(0);
  await write(OLD, YOUNG);
  await settled(notary, OLD + YOUNG);
  rig = await monitorOn(db, place, { state: 'memory.json', tools: { limits: { heartbeatSeconds: FOREVER, sealSeconds: FOREVER, witnessSeconds: FOREVER, timestampSeconds: undefined, sinkSeconds: 3_600, skewMs: 2_000 } }, cadence: { everyMs: 1 } });
  running = rig.monitor.run(stop.signal);
}, 120_000);
afterAll(async () => {
  stop.abort();
  await running;
  await notary.stop();
  await rig.close();
  await door.close();
  await place.close();
});

describe('a monitor that looks while events past their retention are pruned', () => {
  it('says nothing: before, meanwhile, and once rows and bundles are gone; and so does one that never saw them', async () => {
    expect(await looked()).toEqual([]);
    await prune();
    expect(await prunedBefore()).toBe(512);
    await settled(notary, OLD + YOUNG + 1);
    expect(await looked()).toEqual([]);
    expect(await asRows(db, 'SELECT kind, place FROM audit_alarm')).toEqual([]);
    const stranger = await monitorOn(db, place, { state: 'stranger.json', tools: { limits: rig.tools.limits } });
    expect(await stranger.look()).toEqual([]);
    await stranger.close();
  }, 120_000);

  it.each([
    { what: 'a row above what was pruned', act: () => tamper(db, 'audit_event', `DELETE FROM audit_event WHERE id = (SELECT l.event_id FROM audit_leaf l JOIN audit_log g ON g.id = l.log_id WHERE g.origin = '${LOG}' AND l.index = 512)`), is: 'ROW_MISSING leaf/512' },
    { what: 'the leaf of a row that was pruned', act: () => tamper(db, 'audit_leaf', `DELETE FROM audit_leaf l USING audit_log g WHERE g.id = l.log_id AND g.origin = '${LOG}' AND l.index = 7`), is: 'LEAF_ALTERED leaf/7' },
    { what: 'the tile of what was pruned', act: () => place.objects.remove(`logs/${LOG.replaceAll('/', '~')}/tile/0/000`), is: 'TILE_ALTERED tile/0/000' },
    { what: 'more than an event says', act: () => asSuperuser(db, `ALTER TABLE audit_log DISABLE TRIGGER USER; UPDATE audit_log SET pruned_before = 600 WHERE origin = '${LOG}'; ALTER TABLE audit_log ENABLE TRIGGER USER`), is: 'ROW_MISSING pruned' },
  ])('says that $what is missing', async ({ act, is }) => {
    await act();
    expect(await looked()).toContain(is);
  }, 60_000);
});
