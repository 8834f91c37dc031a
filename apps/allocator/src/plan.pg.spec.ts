import { describe, expect, test } from 'vitest';
import { snapshot } from '@cadastre/domain/capacity';
import type { AllocateReply } from '@cadastre/domain/capacity';
import type { PlanId } from '@cadastre/domain/core';
import { MAX_HELD_PLANS, PLAN_MINUTES } from '@cadastre/domain/plan';
import { systemClock } from '@cadastre/platform/clock';
import { knownFor } from './reads.ts';
import { planBatch } from './batch.ts';
import type { RegionLoop } from './loop.ts';
import { ask, manualClock, openLab, planned, reservedBy, wordOf } from './testing/lab.ts';
import type { Site } from './testing/world.ts';
import { MAX_W, accepted, applyRequest, cancelRequest, createRequest, freeRequest, guestAt, ids, planRequest, releaseRequest, reserveRequest, storeAs } from './testing/world.ts';

const lab = openLab();
const available = (loop: RegionLoop): number | undefined => loop.offers({ tenantClass: 'PUBLIC_BODY' }).offers[0]?.available;
const heldPlan = async (loop: RegionLoop, s: Site, count = 1): Promise<PlanId> => planned(await ask(loop, planRequest(s, { count })));
const guest = async (s: Site): Promise<Site> => guestAt(s, await lab.site(1, 1));

describe('a plan', () => {
  test('holds what it shows, with price, watts and expiry: nobody else can take it, and the order gets exactly that', async () => {
    const s = await lab.site(1, 3);
    const clock = manualClock();
    const loop = await lab.lead(s, { clock });
    const reply = await ask(loop, planRequest(s, { count: 2 }, { [s.shapeId]: 2_400 }));
    const plan = await lab.plan(planned(reply));
    expect(plan).toMatchObject({ state: 'HELD', watts: 2 * MAX_W, pricePerHourMinor: 4_800, expiresAt: clock.in(PLAN_MINUTES), tenantId: s.tenantId });
    expect(plan?.gramsPerHour).toBeUndefined();
    expect(available(loop)).toBe(1);
    expect(await ask(loop, createRequest(await guest(s), { count: 2 }))).toMatchObject({ kind: 'REFUSED', verdict: { wouldFit: 1 } });

    const applied = await ask(loop, applyRequest(s, planned(reply), { name: 'train' }));
    expect(accepted(applied)).toEqual(plan?.instances.map(i => i.id));
    expect(applied).toMatchObject({ decisionId: plan?.decisionId });
    const rows = await lab.rows('SELECT id, name, machine_id AS machine, plan_id AS plan, decision_id AS decision FROM gpu_instance WHERE region_id = $1 ORDER BY name', [s.regionId]);
    expect(rows).toEqual(plan?.instances.map((i, n) => ({ id: i.id, name: `train-${String(n + 1)}`, machine: i.placement.machineId, plan: plan.id, decision: plan.decisionId })));
    expect(await lab.plan(planned(reply))).toMatchObject({ state: 'APPLIED', generation: 2 });
    expect((await lab.kinds(s)).slice(-6)).toEqual(['HOLD', 'HOLD', 'UNHOLD', 'UNHOLD', 'CLAIM', 'CLAIM']);
    expect(available(loop)).toBe(1);
  });

  test('of what cannot be had is kept with its decision, and holds nothing', async () => {
    const s = await lab.site(1, 1);
    const loop = await lab.lead(s);
    const reply = await ask(loop, planRequest(s, { count: 2 }));
    const plan = await lab.plan(planned(reply));
    expect(plan).toMatchObject({ state: 'REFUSED', instances: [] });
    expect(plan === undefined ? undefined : await lab.verdict(plan.decisionId)).toMatchObject({ outcome: 'REFUSED', counterfactuals: [{ change: 'FEWER', count: 1 }] });
    expect(available(loop)).toBe(1);
    expect(wordOf(await ask(loop, applyRequest(s, planned(reply))))).toBe('WRONG_STATE');
  });

  test('asked for with the same key is one plan', async () => {
    const s = await lab.site(1, 4);
    const loop = await lab.lead(s);
    const request = planRequest(s);
    const replies = [...(await Promise.all([ask(loop, request), ask(loop, request)])), await ask(loop, request)];
    expect(new Set(replies.map(planned)).size).toBe(1);
    expect(available(loop)).toBe(3);
  });

  test('is one of so many that an organisation may hold at once', async () => {
    const s = await lab.site(3, 8);
    const loop = await lab.lead(s);
    const replies = await Promise.all(Array.from({ length: MAX_HELD_PLANS + 1 }, () => ask(loop, planRequest(s))));
    expect(replies.map(wordOf)).toEqual([...Array.from({ length: MAX_HELD_PLANS }, () => 'PLANNED'), 'TOO_MANY_PLANS']);
    expect(wordOf(await ask(loop, planRequest(await guest(s))))).toBe('PLANNED');
  });
});

describe('a plan is ordered once, in time, by its owner', () => {
  test('a second order, in the same batch or later, is refused; the same key gets the first answer', async () => {
    const s = await lab.site(1, 2);
    const loop = await lab.lead(s);
    const planId = await heldPlan(loop, s);
    const first = applyRequest(s, planId);
    const replies = await Promise.all([ask(loop, first), ask(loop, applyRequest(s, planId))]);
    expect(replies.map(wordOf)).toEqual(['ACCEPTED', 'WRONG_STATE']);
    expect(wordOf(await ask(loop, applyRequest(s, planId)))).toBe('WRONG_STATE');
    expect(JSON.stringify(Object.entries(await ask(loop, first)).sort())).toBe(JSON.stringify(Object.entries(replies[0]).sort()));
    expect((await lab.kinds(s)).filter(k => k === 'CLAIM')).toHaveLength(1);
  });

  test("another tenant's plan looks like one that does not exist", async () => {
    const s = await lab.site(1, 1);
    const loop = await lab.lead(s);
    const planId = await heldPlan(loop, s);
    const other = await guest(s);
    const none = ids.next('plan');
    const [foreign, missing] = [await ask(loop, applyRequest(other, planId)), await ask(loop, applyRequest(other, none))];
    expect(JSON.stringify(foreign).replaceAll(planId, none)).toBe(JSON.stringify(missing));
    expect(wordOf(missing)).toBe('NOT_FOUND');
  });

  test('from the instant of its expiry it is refused, even before what it holds is given back', async () => {
    const s = await lab.site(1, 1);
    const clock = manualClock();
    const loop = await lab.lead(s, { clock });
    const planId = await heldPlan(loop, s);
    clock.pass(PLAN_MINUTES);
    expect(await ask(loop, applyRequest(s, planId))).toMatchObject({ kind: 'PROBLEM', problem: { code: 'WRONG_STATE', params: { state: 'EXPIRED' } } });
    expect(available(loop)).toBe(0);
  });

  test('a name that lives already is refused, and the plan holds on', async () => {
    const s = await lab.site(1, 2);
    const loop = await lab.lead(s);
    accepted(await ask(loop, createRequest(s, { name: 'taken' })));
    const planId = await heldPlan(loop, s);
    expect(await ask(loop, applyRequest(s, planId, { name: 'taken' }))).toMatchObject({ kind: 'PROBLEM', problem: { code: 'ALREADY_EXISTS', params: { noun: 'instance', field: 'name', value: 'taken' } } });
    expect(accepted(await ask(loop, applyRequest(s, planId, { name: 'free' })))).toHaveLength(1);
  });
});

describe('the time of a plan', () => {
  test('over, its machines serve others, the row says so, and the audit log too', async () => {
    const s = await lab.site(1, 2);
    const clock = manualClock();
    const loop = await lab.lead(s, { clock });
    const planId = await heldPlan(loop, s, 2);
    const look = async (): Promise<AllocateReply> => {
      loop.lookAtInventory();
      return ask(loop, createRequest(await guest(s), { count: 2 }));
    };
    clock.pass(PLAN_MINUTES - 1);
    expect(wordOf(await look())).toBe('REFUSED');
    clock.pass(1);
    expect(wordOf(await look())).toBe('ACCEPTED');
    expect(await lab.plan(planId)).toMatchObject({ state: 'EXPIRED' });
    expect((await lab.kinds(s)).filter(k => k === 'UNHOLD')).toHaveLength(2);
    expect(await lab.tenantRows(s, "SELECT 1 FROM audit_event WHERE type = 'compute.plan.expire' AND target_id = $1", [planId])).toHaveLength(1);
  });

  test('over while nobody led: the next leader gives it back before it leads', async () => {
    const s = await lab.site(1, 1);
    const clock = manualClock();
    const lease = await lab.leaseOf(s);
    const planId = await heldPlan(await lab.lead(s, { clock, lease }), s);
    clock.pass(PLAN_MINUTES);
    const next = await lab.lead(s, { clock, lease });
    expect(available(next)).toBe(1);
    expect(await lab.plan(planId)).toMatchObject({ state: 'EXPIRED' });
  });
});

describe('a crash, a rival', () => {
  test('the connection is cut before the order of a plan is written: nothing happened, and the same key does it once', async () => {
    const s = await lab.site(1, 2);
    let cut = false;
    const loop = await lab.lead(s, {
      onStatement: q => {
        if (!cut || !q.text.includes('WITH lease AS')) return;
        cut = false;
        throw Object.assign(new Error('cut'), { code: 'ECONNRESET' });
      },
    });
    const planId = await heldPlan(loop, s);
    const before = await lab.ledgerOf(s);
    const request = applyRequest(s, planId);
    cut = true;
    expect(await ask(loop, request)).toMatchObject({ kind: 'PROBLEM', problem: { code: 'REGION_UNAVAILABLE', retryable: true } });
    expect(await lab.ledgerOf(s)).toEqual(before);
    expect(await lab.plan(planId)).toMatchObject({ state: 'HELD' });
    expect(available(loop)).toBe(1);
    expect(accepted(await ask(loop, request))).toHaveLength(1);
    expect(loop.ledgerIndex).toBe((await lab.foldedState(s)).index);
  });

  test('a loop that has not seen a plan is refused its index, reads on, and decides again', async () => {
    const s = await lab.site(1, 2);
    const lease = await lab.leaseOf(s);
    const [one, two] = [await lab.lead(s, { lease }), await lab.lead(s, { lease })];
    await heldPlan(one, s);
    expect(available(two)).toBe(2);
    expect(await ask(two, createRequest(s, { count: 2 }))).toMatchObject({ kind: 'REFUSED', verdict: { wouldFit: 1 } });
    expect([available(one), available(two)]).toEqual([1, 1]);
  });

  test('a plan that a rival ordered meanwhile is not ordered twice', async () => {
    const s = await lab.site(1, 2);
    const lease = await lab.leaseOf(s);
    const one = await lab.lead(s, { lease });
    const planId = await heldPlan(one, s);
    const two = await lab.lead(s, { lease });
    accepted(await ask(two, applyRequest(s, planId)));
    expect(wordOf(await ask(one, applyRequest(s, planId)))).toBe('WRONG_STATE');
    expect((await lab.kinds(s)).filter(k => k === 'CLAIM')).toHaveLength(1);
  });

  test('a batch of every kind that is not written is taken back whole: the memory is that of the ledger', async () => {
    const s = await lab.site(2, 6);
    const clock = manualClock();
    await lab.grant(s, [{ dimension: 'GPU_HOURS', perPeriod: 1_000_000, period: 'YEAR', carryOverPct: 0 }, { dimension: 'KWH', perPeriod: 1_000_000, period: 'MONTH', carryOverPct: 0 }]);
    const loop = await lab.lead(s, { clock });
    const [released] = accepted(await ask(loop, createRequest(s)));
    if (released === undefined) throw new Error('no instance');
    accepted(await ask(loop, releaseRequest(s, released)));
    const [planId, reservationId] = [await heldPlan(loop, s, 2), reservedBy(await ask(loop, reserveRequest(s, { machines: 2, from: clock.in(60), to: clock.in(120) })))];
    const state = await lab.foldedState(s);
    const before = snapshot(state);
    expect(before.spent.length).toBeGreaterThan(1);
    const requests = [
      createRequest(s, { count: 2 }), planRequest(s), applyRequest(s, planId), freeRequest(released), cancelRequest(s, reservationId), reserveRequest(s, { machines: 1, from: clock.in(60), to: clock.in(90) }),
    ];
    const turns = requests.map(request => ({ request, traceparent: undefined, asks: [] }));
    const store = storeAs(lab.db.url, 'allocator');
    const known = await knownFor(store, s.regionId, turns).finally(() => store.close());
    const batch = planBatch(turns, known, { state, ids, regionId: s.regionId, regionCode: s.code, epoch: 1, clock: () => systemClock.now(), leaving: new Set(), candidates: { soft: undefined }, now: () => 0 });
    expect(batch.planned.map(p => p.item.kind)).toEqual(['CREATE', 'HOLD', 'APPLY', 'FREE', 'UNRESERVE', 'RESERVE']);
    expect(state.index).toBeGreaterThan(before.index);
    batch.undo();
    expect(snapshot(state)).toEqual(before);
  });
});
