import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '@cadastre/testing/wait';
import type { Store, StoreRole } from '../pool/index.ts';
import { actOf, countingIds, openTestStore, storeDatabase } from '../testing/index.ts';
import { recordAudit } from '../commit/index.ts';
import { createSelf } from './index.ts';
import type { Settings } from './index.ts';

const db = storeDatabase();
const ids = countingIds();
let root: pg.Client;
const stores: Store[] = [];
beforeAll(async () => {
  root = new pg.Client({ connectionString: db.url });
  await root.connect();
});
afterAll(async () => {
  await Promise.all(stores.map(s => s.close()));
  await root.end();
});

interface Told { readonly type: string; readonly target: string; readonly reason: string | null; readonly change: readonly { readonly path: string }[] | null; readonly clock: { readonly synced: boolean | null; readonly offset_ms: number | null; readonly source: string }; readonly numbers: Readonly<Record<string, unknown>> }
const told = async (process: string): Promise<readonly Told[]> =>
  (await root.query<{ e: Told }>("SELECT convert_from(body, 'UTF8')::jsonb || jsonb_build_object('target', target_id) AS e FROM audit_event WHERE actor_id = $1 ORDER BY seq", [process])).rows.map(r => r.e);

/** A process that starts and ends: what it told is what is in the log afterwards. */
const started = async (process: string, settings: Settings, { aheadMs = () => 0, role = 'controller' }: { readonly aheadMs?: () => number; readonly role?: StoreRole } = {}) => {
  const due: (() => void)[] = [];
  const trouble: unknown[] = [];
  const self = createSelf({
    process, interface: 'controller', version: '1', settings, ids, clock: { now: () => new Date(Date.now() + aheadMs()).toISOString() },
    after: (_ms, run) => { due.push(run); return () => undefined; }, onTrouble: e => { trouble.push(e); },
  });
  const store = openTestStore(db, role, { clockState: self.clockState });
  stores.push(store);
  const watching = self.watch(store);
  const looked = (times: number) => waitFor(() => Promise.resolve(due.length >= times), { what: `look ${String(times)}` });
  await looked(1);
  return { self, store, watching, trouble, again: async () => { const n = due.length; due.at(-1)?.(); await looked(n + 1); } };
};
const of = (keys: Readonly<Record<string, string>>): Settings => ({ keys, digest: JSON.stringify(keys) });

describe('a process that starts', () => {
  it('says so, with the digest of its settings; the first time nothing has changed', async () => {
    const { watching } = await started('first', of({ A: '1', B: '2' }));
    await watching.close();
    expect(await told('first')).toMatchObject([{ type: 'platform.process.start', phase: 'started', target: 'first', numbers: { configuration: '{"A":"1","B":"2"}', keys: 2 } }]);
  });
  it('names the keys that are set otherwise than the last time, added and removed ones too, and no value', async () => {
    for (const keys of [{ A: '1', B: '2', C: '3' }, { A: '1', B: '2', C: '3' }, { A: '1', B: '9', D: '4' }]) await (await started('twice', of(keys))).watching.close();
    const events = await told('twice');
    expect(events.map(e => e.type)).toEqual(['platform.process.start', 'platform.process.start', 'platform.process.start', 'platform.config.change']);
    expect(events.at(-1)?.change).toEqual([{ path: 'B' }, { path: 'C' }, { path: 'D' }]);
  });
  it.each(['tenant', 'provider', 'allocator', 'controller', 'notary', 'monitor'] as const)('with the role %s may say so, and sees no other role\'s settings', async role => {
    const { watching, trouble, store } = await started(`kind-${role}`, of({ A: '1' }), { role });
    await watching.close();
    expect(trouble).toEqual([]);
    expect(await store.read('system', q => q.rows({ text: 'SELECT DISTINCT role FROM process_configuration' }))).toEqual([{ role: `cadastre_${role}` }]);
  });
  it('tells what the log did not take once it takes it again', async () => {
    await root.query('REVOKE INSERT ON audit_event FROM cadastre_allocator');
    const { watching, again, trouble } = await started('patient', of({ A: '1' }), { role: 'allocator' });
    expect([trouble.length, await told('patient')]).toEqual([1, []]);
    await root.query('GRANT INSERT ON audit_event TO cadastre_allocator');
    await again();
    await again();
    await watching.close();
    expect((await told('patient')).map(e => e.type)).toEqual(['platform.process.start']);
  });
});

describe('the clock of a process', () => {
  it('is compared with the database\'s, and every event says how it stood', async () => {
    const { self, watching, store } = await started('clocked', of({}));
    expect(self.clockState()).toMatchObject({ synced: true, source: 'database' });
    expect(Math.abs(self.clockState().offsetMs ?? 9_999)).toBeLessThan(500);
    await recordAudit(store, actOf('none', { actor: { kind: 'system', id: 'clocked', directory: 'none', roles: [], auth: { method: 'internal' } } }), [{ type: 'compute.plan.expire', phase: 'completed', outcome: 'success', target: { kind: 'x', id: 'x' } }]);
    await watching.close();
    expect((await told('clocked')).map(e => [e.type, e.clock.synced, e.clock.source])).toEqual([['platform.process.start', true, 'database'], ['compute.plan.expire', true, 'database']]);
  });
  it('that is more than 500 ms away is reported once, whichever way, and once when it is right again', async () => {
    let ahead = 700;
    const { watching, again } = await started('skewed', of({}), { aheadMs: () => ahead });
    await again();
    ahead = 0;
    await again();
    ahead = -4_000;
    await again();
    await watching.close();
    const events = (await told('skewed')).filter(e => e.type !== 'platform.process.start');
    expect(events.map(e => [e.type, e.reason, e.clock.synced])).toEqual([['audit.log.degraded', 'CLOCK_SKEW', false], ['audit.log.resumed', 'CLOCK_SKEW', true], ['audit.log.degraded', 'CLOCK_SKEW', false]]);
    const offsets = events.map(e => Number(e.numbers['offsetMs']));
    expect([offsets[0]! > 600 && offsets[0]! < 800, Math.abs(offsets[1]!) < 200, offsets[2]! < -3_900 && offsets[2]! > -4_100]).toEqual([true, true, true]);
  });
});
