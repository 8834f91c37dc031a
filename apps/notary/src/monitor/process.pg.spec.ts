import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OrganisationId } from '@cadastre/domain/core';
import { createIds } from '@cadastre/platform/ids';
import type { Store } from '@cadastre/store/pool';
import { asRows, asSuperuser, openTestStore, storeDatabase, TEST_PASSWORD } from '@cadastre/store/testing';
import { waitFor } from '@cadastre/testing/wait';
import { notaryOn, openPlace, ORIGIN, writeEvent } from '../testing/rig.ts';
import type { Place, Rig } from '../testing/rig.ts';
import { policyText, settled, tamper } from '../testing/monitor.ts';

const db = storeDatabase();
const ids = createIds();
const tenant: OrganisationId = ids.next('organisation');
const LEAVES = 300;
let place: Place;
let door: Store;
let notary: Rig;
const alive = new Set<ChildProcess>();

/** The monitor as it is run, with its own cadence and limits; answers where its health is. */
const start = async (): Promise<{ readonly child: ChildProcess; readonly url: string }> => {
  const child = spawn(process.execPath, [fileURLToPath(new URL('main.ts', import.meta.url))], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: process.env['PATH'], NODE_NO_WARNINGS: '1', DATABASE_URL: db.urlAs('cadastre_monitor', TEST_PASSWORD), CADASTRE_AUDIT_ORIGIN: ORIGIN, CADASTRE_AUDIT_STORAGE: pathToFileURL(join(place.folder, 'storage')).href,
      CADASTRE_AUDIT_POLICY: join(place.folder, 'policy.txt'), CADASTRE_MONITOR_STATE: join(place.folder, 'memory.json'), CADASTRE_HEALTH_PORT: '0', CADASTRE_MONITOR_SEAL_LAG_SECONDS: '120',
    },
  });
  alive.add(child);
  let said = '';
  child.stderr.on('data', (part: Buffer) => { said += part.toString('utf8'); });
  const url = await waitFor(() => /"url":"(http[^"]+)"/.exec(said)?.[1], { what: 'the monitor\'s address', timeoutMs: 60_000 });
  return { child, url };
};
const end = async (child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> => {
  const exited = new Promise<number | null>(resolve => child.once('exit', code => { resolve(code); }));
  child.kill(signal);
  alive.delete(child);
  return await exited;
};
const metric = async (url: string, name: string): Promise<string> => (await (await fetch(`${url}/metrics`)).text()).split('\n').filter(line => line.startsWith(name)).join('\n');
/** Ready, and the rows were compared once. */
const passed = (url: string): Promise<unknown> => waitFor(async () => {
  const [ready, seconds] = [await fetch(`${url}/readyz`), await metric(url, 'cadastre_audit_monitor_pass')];
  if (ready.status !== 200 || !seconds.includes('area="rows"')) throw new Error(`${await ready.text()} ${seconds}`);
  return true;
}, { what: 'a pass over the rows', timeoutMs: 60_000, everyMs: 250 });
const alarms = () => asRows<{ kind: string; place: string; seen: number; events: number }>(db, 'SELECT kind, place, seen::int, (SELECT count(*)::int FROM audit_event e WHERE e.target_id = a.id) AS events FROM audit_alarm a ORDER BY place');

beforeAll(async () => {
  place = await openPlace();
  await writeFile(join(place.folder, 'policy.txt'), await policyText(place));
  await asSuperuser(db, `INSERT INTO organisation (id, code, name, class) VALUES ('${tenant}', 't0', 't', 'PRIVATE'); ALTER TABLE audit_event DROP CONSTRAINT audit_event_digest`);
  door = openTestStore(db, 'controller', { ids, auditOrigin: ORIGIN });
  notary = notaryOn(db, place, 'first');
  notary.start();
  for (let n = 0; n < LEAVES; n++) await writeEvent(door, tenant, n);
  await settled(notary, LEAVES);
}, 120_000);
afterAll(async () => {
  for (const child of alive) child.kill('SIGKILL');
  await notary.stop();
  await door.close();
  await place.close();
});

describe('the monitor\'s process', () => {
  it('is ready, silent about a healthy log, and reports within 120 s what a superuser changed at the start, in the middle and at the end of one, and nothing that is whole, while the notary seals on; a kill doubles nothing', async () => {
    const first = await start();
    await passed(first.url);
    expect(await alarms()).toEqual([]);
    const since = performance.now();
    const at = [0, LEAVES / 2, LEAVES - 1];
    await tamper(db, 'audit_event', at.map(n => `UPDATE audit_event SET body = body || ' '::bytea, digest = sha256(body || ' '::bytea) WHERE id = (SELECT l.event_id FROM audit_leaf l JOIN audit_log g ON g.id = l.log_id WHERE g.origin = '${ORIGIN}/t/${tenant}' AND l.index = ${String(n)})`).join(';'));
    await waitFor(async () => (await alarms()).length === at.length, { what: 'the alarms', timeoutMs: 120_000, everyMs: 250 });
    expect(performance.now() - since).toBeLessThan(120_000);
    expect((await alarms()).map(a => `${a.kind} ${a.place}`)).toEqual(at.map(n => `ROW_ALTERED leaf/${String(n)}`).sort());
    expect(await end(first.child, 'SIGKILL')).toBe(null);
    for (let n = 0; n < 5; n++) await writeEvent(door, tenant, LEAVES + n);
    const second = await start();
    await waitFor(async () => {
      const open = await alarms();
      if (open.some(a => a.seen < 2)) throw new Error(JSON.stringify(open));
      return true;
    }, { what: 'the same found again', timeoutMs: 60_000, everyMs: 250 });
    expect((await alarms()).map(a => a.events)).toEqual([1, 1, 1]);
    expect((await fetch(`${second.url}/readyz`)).status).toBe(200);
    expect(await end(second.child, 'SIGTERM')).toBe(0);
  }, 300_000);
});
