import type { Change, Decision } from '../audit/decision.ts';
import { current, notFound, unless } from '../audit/decision.ts';
import type { AuditFact } from '../audit/model.ts';
import * as check from '../core/check.ts';
import { at, fault } from '../core/check.ts';
import type { DatacenterId, Faults, Ids, Instant, LoadTargetId, Problem, Result, Watts } from '../core/index.ts';
import { no, problem } from '../core/index.ts';
import type { LoadTarget, Sheddable, SheddingPlan } from './model.ts';
import { planShedding, SHEDDING_POLICY } from './plan.ts';

export interface PlanLoadTarget {
  readonly datacenterId: DatacenterId;
  /** Facility watts. 0: everything that can stop. */
  readonly targetW: Watts;
  readonly from: Instant;
  readonly to: Instant;
  readonly includeProduction: boolean;
}
export interface ApproveLoadTarget {
  readonly id: LoadTargetId;
  readonly generation: number;
}
export type CancelLoadTarget = ApproveLoadTarget;
/** Who acts, and when. */
export interface By {
  readonly ids: Ids;
  readonly subject: string;
  readonly now: Instant;
}
/** Two gigawatts: beyond it the unit was mistaken. */
const MAX_TARGET_W = 2_000_000_000;

/** `itW`: of the site at the target's beginning. `instances`: those whose leases have not ended then, and that nobody is giving back. */
export const decidePlanLoadTarget = (
  input: PlanLoadTarget,
  seen: { readonly datacenter: { readonly id: DatacenterId; readonly pueMilli: number } | undefined; readonly regionCode: string; readonly itW: Watts; readonly instances: readonly Sheddable[] },
  by: By,
): Result<Decision<LoadTarget> & Pick<SheddingPlan, 'steps'>, Faults> => {
  const { datacenter } = seen;
  if (datacenter === undefined) return notFound('datacenter', input.datacenterId, 'datacenterId');
  return unless([...check.integer(at('targetW'), input.targetW, 0, MAX_TARGET_W), ...timeFaults(input, by.now)], () => {
    const { steps, ...plan } = planShedding({ itW: seen.itW, pueMilli: datacenter.pueMilli }, seen.instances, input.targetW, { ...SHEDDING_POLICY, includeProduction: input.includeProduction });
    const next: LoadTarget = { ...input, ...plan, id: by.ids.next('loadtarget'), stepCount: steps.length, state: 'PROPOSED', plannedBy: by.subject, generation: 1 };
    return { next, steps, events: [event(next, seen.regionCode, 'planned')], audit: [fact(next, seen.regionCode, 'dcim.loadtarget.plan')] };
  });
};

/** Approved by another person than the one who planned it: whoever decides that others' work stops does not decide alone. */
export const decideApproveLoadTarget = (
  input: ApproveLoadTarget, seen: { readonly target: LoadTarget | undefined; readonly regionCode: string }, by: Omit<By, 'ids'>,
): Result<Change<LoadTarget, 'state' | 'approvedBy' | 'approvedAt'>, Faults> => {
  const found = current('loadtarget', input, seen.target, []);
  if (!found.ok) return found;
  const target = found.value;
  if (target.state !== 'PROPOSED') return no([problem('WRONG_STATE', { noun: 'loadtarget', state: target.state, expected: 'PROPOSED' }, { path: ['id'] })]);
  const own = target.plannedBy === by.subject ? [problem('SAME_PERSON', { noun: 'loadtarget' }, { path: ['id'] })] : [];
  return unless([...own, ...over(target.to, by.now)], () => {
    const changes = { state: 'APPROVED', approvedBy: by.subject, approvedAt: by.now } as const;
    const next: LoadTarget = { ...target, ...changes, generation: target.generation + 1 };
    return { next, changes, ifGeneration: target.generation, events: [event(next, seen.regionCode, 'approved')], audit: [fact(next, seen.regionCode, 'dcim.loadtarget.approve')] };
  });
};

/** Before it begins anybody may: then nothing has been released. Whoever was given notice is told that it is withdrawn. */
export const decideCancelLoadTarget = (
  input: CancelLoadTarget, seen: { readonly target: LoadTarget | undefined; readonly regionCode: string }, by: Omit<By, 'ids'>,
): Result<Change<LoadTarget, 'state' | 'cancelledBy' | 'cancelledAt'>, Faults> => {
  const found = current('loadtarget', input, seen.target, []);
  if (!found.ok) return found;
  const target = found.value;
  if (target.state !== 'PROPOSED' && target.state !== 'APPROVED') return no([problem('WRONG_STATE', { noun: 'loadtarget', state: target.state, expected: 'APPROVED' }, { path: ['id'] })]);
  return unless([], () => {
    const changes = { state: 'CANCELLED', cancelledBy: by.subject, cancelledAt: by.now } as const;
    const next: LoadTarget = { ...target, ...changes, generation: target.generation + 1 };
    return { next, changes, ifGeneration: target.generation, events: [event(next, seen.regionCode, 'cancelled')], audit: [fact(next, seen.regionCode, 'dcim.loadtarget.cancel')] };
  });
};

const timeFaults = ({ from, to }: PlanLoadTarget, now: Instant): readonly Problem[] => (from < to ? over(to, now) : [fault('INTERVAL_REVERSED', at('to'), { from, to })]);
const over = (to: Instant, now: Instant): readonly Problem[] => (now < to ? [] : [fault('IN_THE_PAST', at('to'), { value: to, now })]);

const event = (t: LoadTarget, regionCode: string, verb: string) => ({ noun: 'loadtarget', objectId: t.id, verb, regionCode });
const fact = (t: LoadTarget, regionCode: string, type: AuditFact['type']): AuditFact => ({
  type, phase: 'completed', outcome: 'success', target: { kind: 'loadtarget', id: t.id, parent: t.datacenterId, region: regionCode, datacenter: t.datacenterId },
  numbers: { targetW: t.targetW, beforeW: t.beforeW, expectedW: t.expectedW, shortfallW: t.shortfallW, instances: t.stepCount, from: t.from, to: t.to, includeProduction: t.includeProduction ? 'yes' : 'no' },
});
