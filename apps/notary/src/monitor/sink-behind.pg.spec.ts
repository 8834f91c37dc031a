import { afterAll, beforeAll, expect, it } from 'vitest';
import type { OrganisationId } from '@cadastre/domain/core';
import type { AuditSink } from '@cadastre/domain/sink';
import { pause } from '@cadastre/platform/clock';
import { createIds } from '@cadastre/platform/ids';
import { silentLogger } from '@cadastre/platform/log';
import { commit } from '@cadastre/store/commit';
import type { Store } from '@cadastre/store/pool';
import * as sinks from '@cadastre/store/sink';
import { actOf, asRows, asSuperuser, openTestStore, storeDatabase } from '@cadastre/store/testing';
import { waitFor } from '@cadastre/testing/wait';
import { runSinks } from '../sinks/run.ts';
import { monitorOn, settled, type MonitorRig } from '../testing/monitor.ts';
import { openReceiver, selfSigned } from '../testing/receiver.ts';
import { notaryOn, openPlace, ORIGIN, writeEvent, type Place, type Rig } from '../testing/rig.ts';

const db = storeDatabase();
const ids = createIds();
const tenant: OrganisationId = ids.next('organisation');
const tls = selfSigned();
const stop = new AbortController();
let sending: Promise<void>;
let place: Place;
let door: Store;
let notary: Rig;
let monitor: MonitorRig;

beforeAll(async () => {
  place = await openPlace();
  await asSuperuser(db, `INSERT INTO organisation (id, code, name, class) VALUES ('${tenant}', 't0', 't', 'PRIVATE')`);
  door = openTestStore(db, 'tenant', { ids, auditOrigin: ORIGIN });
  notary = notaryOn(db, place, 'n1');
  notary.start();
  monitor = await monitorOn(db, place, { state: 'monitor.json', tools: { limits: { heartbeatSeconds: 3_600, sealSeconds: 3_600, witnessSeconds: 3_600, timestampSeconds: undefined, sinkSeconds: 2, skewMs: 60_000 } } });
  sending = runSinks({ store: notary.store, objects: place.objects, log: silentLogger(), makeAct: () => actOf('none'), pause, addresses: 'any', tokenOf: () => Promise.resolve(undefined), worker: 'w1', leaseMs: 20_000, pollMs: 20, deliverMs: 5_000 }, stop.signal);
});
afterAll(async () => {
  stop.abort();
  await sending;
  await Promise.all([monitor.close(), notary.stop(), door.close()]);
  await place.close();
});

const declare = async (more: Partial<AuditSink>): Promise<AuditSink> => {
  const sink: AuditSink = { id: ids.next('sink'), directory: 'tenant', tenantId: tenant, name: ids.next('request'), kind: 'HTTPS', format: 'cloudevents', endpoint: '', caPem: tls.ca, country: 'FR', paused: false, nextIndex: 0, generation: 1, ...more };
  const done = await commit(door, { scope: { tenant }, act: actOf('tenant'), outbox: [], writes: [sinks.insert(sink)], audit: [{ type: 'audit.sink.create', phase: 'completed', outcome: 'success', tenant, target: { kind: 'sink', id: sink.id } }] });
  expect(done.ok).toBe(true);
  return sink;
};

it('a sink whose receiver is away is one alarm, told in its log; the receiver comes back, nothing is missing, and the alarm ends', async () => {
  for (let n = 0; n < 5; n++) await writeEvent(door, tenant, n);
  await settled(notary, 5);
  const before = await openReceiver(tls, () => 204);
  const sink = await declare({ endpoint: `https://localhost:${String(before.port)}/in` });
  // Somebody's decision, told by its own event.
  await declare({ endpoint: 'https://localhost:1/', paused: true });
  const taken = (...from: readonly { readonly bodies: readonly { readonly body: string }[] }[]): readonly number[] => from.flatMap(r => r.bodies).flatMap(b => JSON.parse(b.body) as { readonly logindex: string }[]).map(e => Number(e.logindex));
  await waitFor(() => taken(before).length >= 5, { what: 'the first events at the receiver' });
  expect(await monitor.look()).toEqual([]);

  await before.close();
  for (let n = 5; n < 10; n++) await writeEvent(door, tenant, n);
  await waitFor(async () => (await monitor.look()).length > 0, { what: 'an alarm', timeoutMs: 20_000, everyMs: 200 });
  expect(await monitor.look()).toEqual([`SINK_BEHIND ${sink.id}`]);
  expect((await monitor.open())[0]).toMatchObject({ origin: `${ORIGIN}/t/${tenant}`, tenantId: tenant, severity: 'WARNING', seen: 2, detail: { limit: 2 } });

  const after = await openReceiver(tls, () => 204, before.port);
  await waitFor(async () => (await monitor.look()).length === 0, { what: 'the end of the alarm', timeoutMs: 25_000, everyMs: 200 });
  const indices = taken(before, after);
  expect(indices).toEqual(Array.from({ length: indices.length }, (_, n) => n));
  expect(indices.length).toBeGreaterThanOrEqual(10);
  const told = await asRows<{ type: string }>(db, "SELECT e.type FROM audit_event e JOIN audit_alarm a ON a.id = e.target_id WHERE e.tenant_id = $1 AND a.kind = 'SINK_BEHIND' ORDER BY e.txid, e.seq", [tenant]);
  expect(told.map(e => e.type)).toEqual(['audit.alarm.raise', 'audit.alarm.resolve']);
  await after.close();
}, 60_000);
