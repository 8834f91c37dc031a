import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AllocateReply, AllocateRequest } from '@cadastre/domain/capacity';
import type { InstanceId, Instant, LoadTargetId } from '@cadastre/domain/core';
import type { LoadTarget } from '@cadastre/domain/loadtarget';
import { decideApproveLoadTarget, decideCancelLoadTarget, decidePlanLoadTarget } from '@cadastre/domain/loadtarget';
import { createIds } from '@cadastre/platform/ids';
import { silentLogger } from '@cadastre/platform/log';
import type { Nats } from '@cadastre/platform/nats';
import { connectNats } from '@cadastre/platform/nats';
import type { Write } from '@cadastre/store/commit';
import { commit } from '@cadastre/store/commit';
import * as targets from '@cadastre/store/loadtarget';
import type { Store } from '@cadastre/store/pool';
import { actOf, openTestStore, seedSite, site, storeDatabase, TEST_PASSWORD } from '@cadastre/store/testing';
import { waitFor } from '@cadastre/testing/wait';
import { makeActOf } from '../act.ts';
import { UNANNOUNCED } from '../loop/effects.ts';
import type { Look, Tracing } from '../loop/reconciler.ts';
import { reconcile } from '../loop/reconciler.ts';
import { releaseOverNats } from '../release.ts';
import { handsOn, startAllocator } from '../testing/rig.ts';
import { loadTargetReconciler } from './loadtarget.reconciler.ts';
import { storedLoadTargets } from './stored.ts';

const db = storeDatabase();
// Not the counting ones: the region's code is heard on a server that other specs share.
const ids = createIds();
// Four machines of 1,000 W idle, 8,000 W more when they work; PUE 1.2.
const s = site(ids, { racks: 1, machinesPerRack: 4, tenants: 1 });
const [tenant] = s.tenants;
const NATS = String(process.env['CADASTRE_TEST_NATS_URL']);
// The allocator's clock is a real one: the target has begun an hour ago, and the controller's looks go through its hours.
const HOUR = 3_600_000;
const start = Date.now() - HOUR;
const at = (ms: number): Instant => new Date(start + ms).toISOString();
const [NOTICE, FROM, TO] = [at(-120_000), at(0), at(24 * HOUR)];

let stores: Readonly<Record<'provider' | 'tenant' | 'controller', Store>>;
let nats: Nats;
let stopAllocator: () => Promise<void>;
let hands: ReturnType<typeof handsOn>;

beforeAll(async () => {
  stores = { provider: openTestStore(db, 'provider', { ids }), tenant: openTestStore(db, 'tenant', { ids }), controller: openTestStore(db, 'controller', { ids }) };
  await seedSite(stores.provider, stores.tenant, s);
  nats = await connectNats({ url: NATS, name: 'loadtarget spec', log: silentLogger() });
  stopAllocator = startAllocator(db.urlAs('cadastre_allocator', TEST_PASSWORD), NATS, s.regionCode);
  hands = handsOn(nats, stores, ids, { site: s, poolId: s.poolId });
});
afterAll(async () => {
  await stopAllocator();
  await nats.close();
  await Promise.all(Object.values(stores).map(store => store.close()));
});

const ask = async (request: AllocateRequest): Promise<AllocateReply> => {
  const reply = await nats.request<AllocateRequest, AllocateReply>(`cad.v1.${s.regionCode}.allocate`, request, { timeoutMs: 5_000 });
  if (!reply.ok) throw new Error(JSON.stringify(reply.error));
  return reply.value;
};
/** As soon as there is room for it. */
const ordered = async (): Promise<InstanceId> => {
  const [id] = await waitFor(() => hands.order(), { what: 'an instance', timeoutMs: 20_000, everyMs: 200 });
  if (id === undefined) throw new Error('no instance');
  return id;
};
/** As the instance's reconciler does when its pod is gone. */
const free = (instanceId: InstanceId) => ask({ kind: 'FREE', act: actOf('none'), instanceId });

const keep = async (writes: readonly Write[], audit: Parameters<typeof commit>[1]['audit']): Promise<void> => {
  const done = await commit(stores.provider, { scope: 'system', act: actOf('provider'), outbox: [], writes, audit });
  if (!done.ok) throw new Error(JSON.stringify(done.error));
};
const must = <T>(decided: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown }): T => {
  if (!decided.ok) throw new Error(JSON.stringify(decided.error));
  return decided.value;
};
/** Planned by one person and approved by another, as the doors do. */
const approved = async (targetW: number): Promise<LoadTarget> => {
  const plan = await stores.provider.read('system', async q => {
    const instances = await targets.sheddable(q, s.datacenterId, FROM);
    const itW = instances.reduce((n, i) => n + i.watts, await targets.idleW(q, s.datacenterId));
    const input = { datacenterId: s.datacenterId, targetW, from: FROM, to: TO, includeProduction: false };
    return must(decidePlanLoadTarget(input, { datacenter: { id: s.datacenterId, pueMilli: 1_200 }, regionCode: s.regionCode, itW, instances }, { ids, subject: 'olivia', now: FROM }));
  });
  await keep([targets.insert(plan.next, plan.steps)], plan.audit);
  const yes = must(decideApproveLoadTarget({ id: plan.next.id, generation: 1 }, { target: plan.next, regionCode: s.regionCode }, { subject: 'oscar', now: FROM }));
  await keep([targets.approve(yes.next.id, yes.changes, yes)], yes.audit);
  return yes.next;
};

/** The process is killed after this many of the allocator's answers, before the last one is written down. */
interface Killed { readonly afterAnswers: number }
const untraced: Tracing = { look: (_n, _k, _p, run) => run(), step: (_n, _w, run) => run() };
const look = (id: LoadTargetId, now: Instant, killed: Killed = { afterAnswers: Infinity }): Promise<Look> => {
  const clock = { now: () => now };
  const rows = storedLoadTargets(stores.controller, makeActOf(ids, clock, 'spec'), clock);
  let answers = 0;
  const mortal: typeof rows = { ...rows, settle: (...it) => (++answers >= killed.afterAnswers ? Promise.reject(new Error('killed')) : rows.settle(...it)) };
  return reconcile(loadTargetReconciler({ rows: mortal, release: releaseOverNats(nats, makeActOf(ids, clock, 'spec')) }, { held: () => true }, 60), id, clock, untraced, UNANNOUNCED);
};
/** The allocator has read that the target is in force. Before, nothing is released. */
const bounded = (t: LoadTarget) => waitFor(async () => ((await stores.controller.read('system', q => targets.execution(q, t.id, FROM)))?.boundW ?? Infinity) <= t.targetW, { what: 'the ledger to bound the site', timeoutMs: 20_000, everyMs: 100 });
const progress = (id: LoadTargetId) => stores.provider.read('system', async q => {
  const [target, steps] = await Promise.all([targets.get(q, id), targets.steps(q, id, { first: 100, offset: 0 })]);
  return { state: target?.state, measuredW: target?.measuredW, steps: steps.map(x => x.state) };
});
const stepsOf = async (id: LoadTargetId): Promise<readonly InstanceId[]> => (await stores.provider.read('system', q => targets.steps(q, id, { first: 100, offset: 0 }))).map(x => x.instanceId);
const told = (verbs: readonly string[]) => stores.tenant.read({ tenant: tenant!.id }, async q => (await q.rows<{ line: string }>({
  text: "SELECT verb || ' ' || object_id AS line FROM outbox WHERE noun = 'instance' AND verb = ANY($1) ORDER BY txid, seq", values: [verbs],
})).map(r => r.line));
const logged = (type: string, id: InstanceId) => stores.tenant.read({ tenant: tenant!.id }, async q => (await q.rows<{ body: string }>({
  text: "SELECT convert_from(body, 'UTF8') AS body FROM audit_event WHERE type = $1 AND target_id = $2 AND phase IN ('requested', 'completed') ORDER BY txid, seq", values: [type, id],
})).map(r => JSON.parse(r.body) as { readonly phase: string; readonly numbers?: object; readonly authz?: object }));

describe('an approved load target, with a real allocator', () => {
  let target: LoadTarget;
  let first: InstanceId, second: InstanceId;

  it('tells those that have to go, and nobody else, before it begins', async () => {
    const all = [await ordered(), await ordered(), await ordered()];
    // 28,000 W of IT are 33,600 W; two instances less are 14,400 W.
    target = await approved(16_000);
    [first, second] = await stepsOf(target.id) as [InstanceId, InstanceId];
    await look(target.id, NOTICE);
    await look(target.id, NOTICE);
    expect(await told(['warned'])).toEqual([`warned ${first}`, `warned ${second}`]);
    expect(all).toHaveLength(3);
    expect((await logged('compute.instance.warn', first)).map(e => e.numbers)).toEqual([{ loadTarget: target.id, noticeSeconds: 120, releaseAt: FROM, gpus: 8, watts: 8_000 }]);
    expect(await progress(target.id)).toEqual({ state: 'APPROVED', measuredW: undefined, steps: ['NOTICED', 'NOTICED'] });
  });

  it('is in force, and holds new orders to it, before the first release', async () => {
    await look(target.id, FROM);
    await look(target.id, FROM);
    expect(await progress(target.id)).toEqual({ state: 'RUNNING', measuredW: 33_600, steps: ['NOTICED', 'NOTICED'] });
    expect((await hands.instance(first))?.desired).toBe('RUNNING');
    await bounded(target);
  });

  it('killed between the allocator\'s answer and writing it down, it finds out, and releases each instance once', async () => {
    await expect(look(target.id, FROM, { afterAnswers: 1 })).rejects.toThrow('killed');
    expect([(await hands.instance(first))?.desired, (await hands.instance(second))?.desired]).toEqual(['RELEASED', 'RUNNING']);
    await expect(look(target.id, FROM, { afterAnswers: 2 })).rejects.toThrow('killed');
    expect((await progress(target.id)).steps).toEqual(['RELEASED', 'NOTICED']);
    await look(target.id, FROM);
    await look(target.id, FROM);
    expect((await progress(target.id)).steps).toEqual(['RELEASED', 'RELEASED']);
    for (const id of [first, second]) {
      expect((await logged('compute.instance.release', id)).map(e => [e.phase, e.authz])).toEqual([['requested', { decision: 'allow', policy: 'LOAD_TARGET', rule: target.id }]]);
      expect((await logged('compute.instance.shed', id)).map(e => e.numbers)).toEqual([{ loadTarget: target.id, gpus: 8, watts: 8_000 }]);
    }
    expect(await told(['shed'])).toEqual([`shed ${first}`, `shed ${second}`]);
  });

  it('is reached when the ledger says so, not when it was asked', async () => {
    await free(first);
    await look(target.id, FROM);
    expect(await progress(target.id)).toMatchObject({ state: 'RUNNING' });
    await free(second);
    await look(target.id, at(1_000));
    expect(await progress(target.id)).toEqual({ state: 'REACHED', measuredW: 14_400, steps: ['RELEASED', 'RELEASED'] });
  });

  it('bounds new orders while it is in force, and no longer', async () => {
    await expect(hands.order()).rejects.toThrow('POWER_PHASE');
    await look(target.id, TO);
    expect(await progress(target.id)).toMatchObject({ state: 'ENDED', measuredW: 14_400 });
    expect(await ordered()).toMatch(/^instance_/);
  });
});

describe('a target', () => {
  it('that cannot be met releases whoever may go, and says by how much it is missed', async () => {
    const target = await approved(0);
    const { id } = target;
    await look(id, NOTICE);
    await look(id, FROM);
    await bounded(target);
    await look(id, FROM);
    for (const instance of await stepsOf(id)) await free(instance);
    await look(id, FROM);
    // Four machines that idle.
    expect(await progress(id)).toMatchObject({ state: 'MISSED', measuredW: 4_800 });
    await look(id, TO);
    expect((await progress(id)).state).toBe('ENDED');
  });

  it('skips who went by himself, before the notice or after it, and takes nobody in his place', async () => {
    const [early, late] = [await ordered(), await ordered()];
    const { id } = await approved(4_800);
    await hands.release(early);
    await look(id, NOTICE);
    await hands.release(late);
    await look(id, FROM);
    await look(id, FROM);
    expect((await progress(id)).steps).toEqual(['SKIPPED', 'SKIPPED']);
    expect([await logged('compute.instance.shed', early), await logged('compute.instance.shed', late)]).toEqual([[], []]);
    for (const instance of [early, late]) await free(instance);
    await look(id, FROM);
    expect((await progress(id)).state).toBe('REACHED');
    await look(id, TO);
  });

  it('that is cancelled withdraws its notices; it cannot be once it has begun', async () => {
    const instance = await ordered();
    const target = await approved(4_800);
    await look(target.id, NOTICE);
    const no = must(decideCancelLoadTarget({ id: target.id, generation: 2 }, { target, regionCode: s.regionCode }, { subject: 'olivia', now: NOTICE }));
    await keep([targets.cancel(target.id, no.changes, no)], no.audit);
    await look(target.id, NOTICE);
    await look(target.id, FROM);
    expect([await progress(target.id), (await hands.instance(instance))?.desired]).toMatchObject([{ state: 'CANCELLED', steps: ['SKIPPED'] }, 'RUNNING']);
    expect((await logged('compute.instance.spare', instance)).map(e => e.numbers)).toEqual([{ loadTarget: target.id, gpus: 8, watts: 8_000 }]);

    const begun = await approved(4_800);
    await look(begun.id, FROM);
    const late = await commit(stores.provider, { scope: 'system', act: actOf('provider'), outbox: [], writes: [targets.cancel(begun.id, no.changes, { ifGeneration: 2 })], audit: no.audit });
    expect(late).toMatchObject({ ok: false, error: { code: 'STALE_GENERATION' } });
  });
});
