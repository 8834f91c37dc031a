import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AllocateReply, AllocateRequest } from '@cadastre/domain/capacity';
import type { InstanceId, Instant } from '@cadastre/domain/core';
import { createIds } from '@cadastre/platform/ids';
import { silentLogger } from '@cadastre/platform/log';
import type { Nats } from '@cadastre/platform/nats';
import { connectNats } from '@cadastre/platform/nats';
import type { Store } from '@cadastre/store/pool';
import { openTestStore, seedSite, site, storeDatabase, TEST_PASSWORD } from '@cadastre/store/testing';
import { waitFor } from '@cadastre/testing/wait';
import { makeActOf } from '../act.ts';
import { UNANNOUNCED } from '../loop/effects.ts';
import type { Look, Tracing } from '../loop/reconciler.ts';
import { reconcile } from '../loop/reconciler.ts';
import { releaseOverNats } from '../release.ts';
import { handsOn, startAllocator } from '../testing/rig.ts';
import type { LeaseHands } from './lease.reconciler.ts';
import { leaseReconciler } from './lease.reconciler.ts';
import { storedLeases } from './stored.ts';

const db = storeDatabase();
// Not the counting ones: the region's code is heard on a server that other specs share.
const ids = createIds();
const s = site(ids, { racks: 1, machinesPerRack: 4, tenants: 1 });
const [tenant] = s.tenants;
const NATS = String(process.env['CADASTRE_TEST_NATS_URL']);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
// The orders are of now, and the controller's looks go through the days that follow.
const start = Date.now();
const at = (ms: number): Instant => new Date(start + ms).toISOString();
const EVERY_SECONDS = 60;

let stores: Readonly<Record<'provider' | 'tenant' | 'controller', Store>>;
let nats: Nats;
let stopAllocator: () => Promise<void>;
let hands: ReturnType<typeof handsOn>;
const allocator = () => startAllocator(db.urlAs('cadastre_allocator', TEST_PASSWORD), NATS, s.regionCode);

beforeAll(async () => {
  stores = { provider: openTestStore(db, 'provider', { ids }), tenant: openTestStore(db, 'tenant', { ids }), controller: openTestStore(db, 'controller', { ids }) };
  await seedSite(stores.provider, stores.tenant, s);
  nats = await connectNats({ url: NATS, name: 'lease spec', log: silentLogger() });
  stopAllocator = allocator();
  hands = handsOn(nats, stores, ids, { site: s, poolId: s.poolId });
});
afterAll(async () => {
  await stopAllocator();
  await nats.close();
  await Promise.all(Object.values(stores).map(store => store.close()));
});

const ordered = async (leaseEnd: Instant): Promise<InstanceId> => {
  const [id] = await waitFor(() => hands.order({ leaseEnd }), { what: 'an instance', timeoutMs: 20_000, everyMs: 200 });
  if (id === undefined) throw new Error('no instance');
  return id;
};
/** As the instance's reconciler does when its pod is gone. */
const free = async (instanceId: InstanceId): Promise<void> => {
  const reply = await nats.request<AllocateRequest, AllocateReply>(`cad.v1.${s.regionCode}.allocate`, { kind: 'FREE', act: makeActOf(ids, { now: () => at(0) }, 'spec')('free'), instanceId }, { timeoutMs: 5_000 });
  if (!reply.ok || reply.value.kind !== 'ACCEPTED') throw new Error(JSON.stringify(reply));
};

const untraced: Tracing = { look: (_n, _k, _p, run) => run(), step: (_n, _w, run) => run() };
interface Circumstances { readonly atMost?: number; readonly release?: (real: LeaseHands['release']) => LeaseHands['release'] }
const look = (now: Instant, { atMost, release = real => real }: Circumstances = {}): Promise<Look> => {
  const clock = { now: () => now };
  const makeAct = makeActOf(ids, clock, 'spec');
  const rows = storedLeases(stores.controller, makeAct, clock, { warningSeconds: DAY / 1_000, aheadSeconds: EVERY_SECONDS, ...(atMost === undefined ? {} : { atMost }) });
  return reconcile(leaseReconciler({ rows, release: release(releaseOverNats(nats, makeAct)) }, { held: () => true }, EVERY_SECONDS), s.regionId, clock, untraced, UNANNOUNCED);
};

const desired = async (...list: readonly InstanceId[]): Promise<readonly unknown[]> => Promise.all(list.map(async id => (await hands.instance(id))?.desired));
const told = (id: InstanceId) => stores.tenant.read({ tenant: tenant!.id }, async q => (await q.rows<{ verb: string }>({
  text: "SELECT verb FROM outbox WHERE noun = 'instance' AND object_id = $1 AND verb <> 'created' ORDER BY txid, seq", values: [id],
})).map(r => r.verb));
const logged = (type: string, id: InstanceId) => stores.tenant.read({ tenant: tenant!.id }, async q => (await q.rows<{ body: string }>({
  text: "SELECT convert_from(body, 'UTF8') AS body FROM audit_event WHERE type = $1 AND target_id = $2 AND phase = 'requested' ORDER BY txid, seq", values: [type, id],
})).map(r => JSON.parse(r.body) as { readonly numbers?: object; readonly authz?: object }));

describe('a lease of twenty days, with a real allocator', () => {
  const END = at(20 * DAY);
  const LATER = at(20 * DAY + 2 * HOUR);
  let first: InstanceId, later: InstanceId;

  it('is let be until a day before its end', async () => {
    [first, later] = [await ordered(END), await ordered(LATER)];
    expect((await look(at(19 * DAY - 30_000))).outcome).toEqual({ kind: 'again', afterMs: 30_000, because: 'a lease ends, or is to be warned of' });
    expect([await told(first), await desired(first)]).toEqual([[], ['RUNNING']]);
  });

  it('is then told to its tenant, once, and nobody else is told anything', async () => {
    await look(at(19 * DAY));
    await look(at(19 * DAY + HOUR));
    expect([await told(first), await told(later)]).toEqual([['lease-ending'], []]);
    expect((await logged('compute.instance.warn', first)).map(e => e.numbers)).toEqual([{ noticeSeconds: 86_400, releaseAt: END, gpus: 8, watts: 8_000 }]);
    expect((await hands.instance(first))?.leaseWarnedAt).toBe(at(19 * DAY));
  });

  it('is not given back a millisecond before its end', async () => {
    expect((await look(at(20 * DAY - 1))).outcome).toMatchObject({ kind: 'again', afterMs: 1 });
    expect(await desired(first)).toEqual(['RUNNING']);
  });

  it('waits for an allocator that does not answer, and what is to be warned of does not', async () => {
    await stopAllocator();
    expect((await look(END)).outcome).toMatchObject({ kind: 'again', because: expect.stringMatching(/^allocator: /) as string });
    expect([await desired(first, later), await told(later)]).toEqual([['RUNNING', 'RUNNING'], ['lease-ending']]);
    stopAllocator = allocator();
  });

  it('killed before it asks, and again before it hears the answer, it is given back once, by the rule', async () => {
    await expect(look(END, { release: () => () => Promise.reject(new Error('killed')) })).rejects.toThrow('killed');
    expect(await desired(first)).toEqual(['RUNNING']);
    await waitFor(async () => {
      await look(END, { release: real => async asked => { if (typeof (await real(asked)) !== 'object') throw new Error('killed'); return { again: 'not yet' }; } }).catch(() => undefined);
      return (await desired(first))[0] === 'RELEASED';
    }, { what: 'an allocator that answers', timeoutMs: 20_000, everyMs: 200 });
    await look(END);
    await look(END);
    expect([await desired(first, later), await told(first)]).toEqual([['RELEASED', 'RUNNING'], ['lease-ending', 'release-requested']]);
    expect((await logged('compute.instance.release', first)).map(e => e.authz)).toEqual([{ decision: 'allow', policy: 'system', rule: 'lease-ended' }]);
    expect((await logged('compute.instance.warn', first))).toHaveLength(1);
  });

  it('is nobody\'s business once its tenant has given it back himself', async () => {
    await hands.release(later);
    await look(LATER);
    expect((await logged('compute.instance.release', later)).map(e => e.authz)).toMatchObject([{ policy: expect.not.stringMatching('system') as string }]);
    for (const id of [first, later]) await free(id);
  });
});

describe('a short lease', () => {
  it('is warned of a tenth before its end; a look takes so many, and comes back for the rest', async () => {
    // The hour begins with the order, some milliseconds after the spec.
    const [a, b, c] = [await ordered(at(HOUR)), await ordered(at(HOUR + 1)), await ordered(at(HOUR + 2))];
    await look(at(HOUR * 0.8));
    expect(await told(a)).toEqual([]);
    await look(at(HOUR * 0.95), { atMost: 2 });
    await look(at(HOUR * 0.95), { atMost: 2 });
    expect([await told(a), await told(b), await told(c)]).toEqual([['lease-ending'], ['lease-ending'], ['lease-ending']]);
    expect((await look(at(2 * HOUR), { atMost: 2 })).outcome).toMatchObject({ kind: 'again', afterMs: 0 });
    expect(await desired(a, b, c)).toEqual(['RELEASED', 'RELEASED', 'RUNNING']);
    expect((await look(at(2 * HOUR), { atMost: 2 })).outcome).toEqual({ kind: 'done' });
    expect(await desired(a, b, c)).toEqual(['RELEASED', 'RELEASED', 'RELEASED']);
  });
});
