import type { AuditFact } from '../audit/model.ts';
import type { CapacityState, HoldFact, PlacementRequest, Verdict } from '../capacity/index.ts';
import { decide } from '../capacity/index.ts';
import type { Ids, Instant, PlanId, Problem, RegionId, Result } from '../core/index.ts';
import { no, ok, problem } from '../core/index.ts';
import { takingOf } from '../instance/decide.ts';
import type { OrderPlan, PlannedInstance } from './model.ts';
import { MAX_HELD_PLANS, PLAN_MINUTES } from './model.ts';

/** Prices by shape id, euro cents an hour of a whole machine. The ledger has none: a price is no reason for a place. */
export type Prices = ReadonlyMap<string, number>;

export interface PlanDecision {
  readonly plan: OrderPlan;
  readonly verdict: Verdict;
  readonly holds: readonly HoldFact[];
  readonly audit: readonly AuditFact[];
}

interface By {
  readonly ids: Ids;
  readonly now: Instant;
  readonly regionId: RegionId;
  readonly regionCode: string;
  readonly epoch: number;
  readonly prices: Prices;
}

/** What an order would get, and the holds that keep it. Refused with a problem only when the organisation parks too many plans; a placement that cannot be had is a plan in state REFUSED. */
export const decidePlan = (s: CapacityState, request: PlacementRequest, by: By): Result<PlanDecision, Problem> => {
  const held = heldPlans(s, request.tenantId);
  if (held >= MAX_HELD_PLANS) return no(problem('TOO_MANY_PLANS', { held, limit: MAX_HELD_PLANS, minutes: PLAN_MINUTES }, { retryable: true }));
  const verdict = decide(s, request);
  const id = by.ids.next('plan');
  const decisionId = by.ids.next('decision');
  const instances: PlannedInstance[] = verdict.outcome === 'PLACED' ? verdict.placements.map(placement => ({ id: by.ids.next('instance'), placement })) : [];
  const expiresAt = new Date(Date.parse(by.now) + PLAN_MINUTES * 60_000).toISOString();
  const costs = costsOf(s, instances, by.prices);
  const plan: OrderPlan = {
    id, tenantId: request.tenantId, projectId: request.projectId, regionId: by.regionId, decisionId, state: instances.length > 0 ? 'HELD' : 'REFUSED', request, instances, expiresAt, ...costs, generation: 1,
  };
  return ok({ plan, verdict, holds: holdsOf(plan), audit: [fact(plan, by, verdict.outcome === 'PLACED' ? {} : { reason: verdict.reasons[0]?.reason ?? 'REFUSED' })] });
};

const heldPlans = (s: CapacityState, tenantId: string): number => {
  const plans = new Set<PlanId>();
  for (const c of s.claims.values()) if (c.hold !== undefined && c.tenantId === tenantId) plans.add(c.hold.planId);
  return plans.size;
};

export const holdsOf = (plan: OrderPlan): readonly HoldFact[] =>
  plan.instances.map(({ id, placement }) => ({
    kind: 'HOLD', planId: plan.id, instanceId: id, tenantId: plan.tenantId, projectId: plan.projectId, expiresAt: plan.expiresAt, at: plan.request.at, leaseEnd: plan.request.leaseEnd,
    ...(plan.request.reservationId === undefined ? {} : { reservationId: plan.request.reservationId }), ...takingOf(placement),
  }));

const costsOf = (s: CapacityState, instances: readonly PlannedInstance[], prices: Prices): Pick<OrderPlan, 'watts' | 'pricePerHourMinor' | 'gramsPerHour'> => {
  let [watts, price, milligrams]: [number, number | undefined, number | undefined] = [0, 0, 0];
  for (const { placement: p } of instances) {
    const m = s.machineFacts[s.machines.find(p.machineId) ?? -1];
    const site = s.siteFacts.get(p.datacenterId);
    const share = m === undefined || m.gpus === 0 ? 0 : (p.gpus * 1000 + (p.milliGpu ?? 0)) / (m.gpus * 1000);
    const itW = p.watts + Math.ceil((m?.idleW ?? 0) * share);
    const of = prices.get(p.shapeId);
    watts += itW;
    price = price === undefined || of === undefined ? undefined : price + Math.ceil(of * share);
    milligrams = milligrams === undefined || site === undefined || site.gridGramsPerKwh === null ? undefined : milligrams + (itW * site.pueMilli * site.gridGramsPerKwh) / 1000;
  }
  return { watts, ...(price === undefined ? {} : { pricePerHourMinor: price }), ...(milligrams === undefined ? {} : { gramsPerHour: Math.ceil(milligrams / 1000) }) };
};

const fact = (plan: OrderPlan, by: Pick<By, 'regionCode' | 'epoch'>, more: Partial<AuditFact>): AuditFact => ({
  type: 'compute.plan.create', phase: 'completed', outcome: plan.state === 'REFUSED' ? 'denied' : 'success', tenant: plan.tenantId,
  target: { kind: 'plan', id: plan.id, parent: plan.projectId, region: by.regionCode },
  numbers: { instances: plan.instances.length, watts: plan.watts, decision: plan.decisionId }, op: { epoch: by.epoch }, ...more,
});

/** Whether a plan can be ordered now. NOT_FOUND also for another tenant's (the two must look the same). */
export const applicable = (plan: OrderPlan | undefined, asked: { readonly tenantId: string; readonly planId: PlanId; readonly now: Instant }): Result<OrderPlan, Problem> => {
  if (plan?.tenantId !== asked.tenantId) return no(problem('NOT_FOUND', { noun: 'plan', id: asked.planId }, { path: ['planId'] }));
  if (plan.state === 'HELD' && asked.now < plan.expiresAt) return ok(plan);
  return no(problem('WRONG_STATE', { noun: 'plan', id: plan.id, state: plan.state === 'HELD' ? 'EXPIRED' : plan.state, expected: 'HELD' }, { path: ['planId'] }));
};

export const expiredFact = (planId: PlanId, tenantId: HoldFact['tenantId'], holds: number, regionCode: string): AuditFact => ({
  type: 'compute.plan.expire', phase: 'completed', outcome: 'success', tenant: tenantId, target: { kind: 'plan', id: planId, region: regionCode }, numbers: { instances: holds },
});
