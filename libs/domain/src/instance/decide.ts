import type { AuditFact } from '../audit/model.ts';
import type { CapacityState, Claim, ClaimFact, OrderRequest, Placement, Taking, Verdict } from '../capacity/index.ts';
import { decide } from '../capacity/index.ts';
import type { DecisionId, Ids, InstanceId, OrganisationId, Problem, Result } from '../core/index.ts';
import { no, ok, problem } from '../core/index.ts';
import type { GpuInstance } from './model.ts';

export interface NewInstance {
  readonly id: InstanceId;
  readonly name: string;
  readonly placement: Placement;
}

/** What an order becomes: rows, claims and audit facts, or a stored refusal. Nothing has happened yet. */
export type OrderDecision =
  | {
      readonly outcome: 'PLACED';
      readonly decisionId: DecisionId;
      readonly verdict: Extract<Verdict, { outcome: 'PLACED' }>;
      readonly instances: readonly NewInstance[];
      /** One per instance, in the same order. */
      readonly claims: readonly ClaimFact[];
      readonly audit: readonly AuditFact[];
    }
  | {
      readonly outcome: 'REFUSED';
      readonly decisionId: DecisionId;
      readonly verdict: Extract<Verdict, { outcome: 'REFUSED' }>;
      readonly audit: readonly AuditFact[];
    };

/** `name` for a single instance, `name-1`, `name-2`… for more. */
export const instanceNames = (name: string, count: number): readonly string[] =>
  count === 1 ? [name] : Array.from({ length: count }, (_, n) => `${name}-${String(n + 1)}`);

/** The verdict and all that is to be written with it. `regionCode` and `epoch` go into the audit facts. */
export const decideOrder = (capacity: CapacityState, order: OrderRequest, by: { readonly ids: Ids; readonly regionCode: string; readonly epoch: number }): OrderDecision => {
  const verdict = decide(capacity, order);
  const decisionId = by.ids.next('decision');
  if (verdict.outcome === 'REFUSED') return { outcome: 'REFUSED', decisionId, verdict, audit: [refusedFact(order, verdict, by)] };
  const names = instanceNames(order.name, order.count);
  const instances = verdict.placements.map((placement, n) => ({ id: by.ids.next('instance'), name: names[n] ?? order.name, placement }));
  return {
    outcome: 'PLACED', decisionId, verdict, instances,
    claims: instances.map(({ id, placement }) => claimOf(order, id, placement, decisionId)),
    // One event an instance, so that whoever asks what happened to an instance finds its birth under its own id.
    audit: instances.map(instance => placedFact(order, instance, decisionId, by)),
  };
};

/** What of a placement the ledger keeps. */
export const takingOf = ({ machineId, gpus, watts, milliGpu, slot, cpuMilli, ramMiB }: Placement): Taking => ({
  machineId, gpus, watts, cpuMilli, ramMiB, ...(milliGpu === undefined ? {} : { milliGpu }), ...(slot === undefined ? {} : { slot }),
});
export const claimOf = (order: OrderRequest, instanceId: InstanceId, placement: Placement, decisionId: DecisionId): ClaimFact => ({
  kind: 'CLAIM', instanceId, tenantId: order.tenantId, projectId: order.projectId, decisionId, at: order.at, leaseEnd: order.leaseEnd, interruptible: order.interruptible,
  ...(order.reservationId === undefined ? {} : { reservationId: order.reservationId }),
  ...(order.orShapeIds === undefined ? {} : { orShapeIds: [order.shapeId, ...order.orShapeIds] }), ...takingOf(placement),
});

const placedFact = (order: OrderRequest, { id, placement }: NewInstance, decisionId: DecisionId, by: { readonly regionCode: string; readonly epoch: number }): AuditFact => ({
  type: 'compute.instance.create', phase: 'completed', outcome: 'success', tenant: order.tenantId,
  target: { kind: 'instance', id, parent: order.projectId, region: by.regionCode, datacenter: placement.datacenterId },
  numbers: { gpus: placement.gpus, ...(placement.milliGpu === undefined ? {} : { milliGpu: placement.milliGpu }), reservedW: placement.watts, orderOf: order.count, sshKeys: order.sshKeys.length, order: order.orderId, decision: decisionId, shape: order.shapeCode },
  op: { epoch: by.epoch },
});

/** A plan ordered: its instances are what was held, under the names of the order. */
export const decideApply = (order: OrderRequest, held: readonly { readonly id: InstanceId; readonly placement: Placement }[], decisionId: DecisionId, by: { readonly regionCode: string; readonly epoch: number }):
  { readonly instances: readonly NewInstance[]; readonly claims: readonly ClaimFact[]; readonly audit: readonly AuditFact[] } => {
  const names = instanceNames(order.name, held.length);
  const instances = held.map(({ id, placement }, n) => ({ id, placement, name: names[n] ?? order.name }));
  return {
    instances, claims: instances.map(({ id, placement }) => claimOf(order, id, placement, decisionId)),
    audit: instances.map(instance => placedFact(order, instance, decisionId, by)),
  };
};

const refusedFact = (order: OrderRequest, verdict: Extract<Verdict, { outcome: 'REFUSED' }>, by: { readonly regionCode: string; readonly epoch: number }): AuditFact => {
  const headline = verdict.reasons[0];
  return {
    type: 'compute.instance.create', phase: 'denied', outcome: 'denied', tenant: order.tenantId,
    ...(headline === undefined ? {} : { reason: headline.reason }),
    target: { kind: 'order', id: order.orderId, parent: order.projectId, region: by.regionCode },
    numbers: { ...headline?.params, asked: order.count, wouldFit: verdict.wouldFit, shape: order.shapeCode },
    op: { epoch: by.epoch },
  };
};

type Known = Pick<GpuInstance, 'id' | 'tenantId' | 'projectId' | 'desired' | 'status' | 'generation' | 'datacenterId'>;
const releaseTarget = (i: Known, regionCode: string): AuditFact['target'] => ({ kind: 'instance', id: i.id, parent: i.projectId, region: regionCode, datacenter: i.datacenterId });

/** The rule, in the act of a release, by which an interruptible instance gives way. */
export const YIELD_RULE = 'interruptible-yields';

/**
 * The tenant gives an instance back, or it gives way to the order that `yieldsTo` refused. Refused: NOT_FOUND, also for another tenant's instance (the two must look the same); WRONG_STATE
 * when it is given back already.
 */
export const decideRelease = (
  instance: Known | undefined, asked: { readonly tenantId: OrganisationId; readonly instanceId: InstanceId; readonly regionCode: string; readonly yieldsTo?: DecisionId },
): Result<{ readonly ifGeneration: number; readonly audit: readonly AuditFact[] }, Problem> => {
  if (instance?.tenantId !== asked.tenantId) return no(problem('NOT_FOUND', { noun: 'instance', id: asked.instanceId }));
  if (instance.desired === 'RELEASED') return no(problem('WRONG_STATE', { noun: 'instance', id: instance.id, state: instance.status, expected: 'RUNNING' }));
  return ok({
    ifGeneration: instance.generation,
    audit: [{
      type: 'compute.instance.release', phase: 'requested', outcome: 'success', tenant: instance.tenantId, target: releaseTarget(instance, asked.regionCode),
      change: [{ path: 'desired', from: instance.desired, to: 'RELEASED' }, { path: 'status', from: instance.status, to: 'TERMINATING' }],
      ...(asked.yieldsTo === undefined ? {} : { reason: 'YIELDED', numbers: { decision: asked.yieldsTo } }),
    }],
  });
};

export type FreeDecision =
  | { readonly do: 'free'; readonly tenantId: OrganisationId; readonly claim: Pick<Claim, 'gpus' | 'watts'>; readonly audit: readonly AuditFact[] }
  /** Freed before: said again because an answer was lost. */
  | { readonly do: 'nothing' };

/**
 * The pod is gone, the GPUs come back. `claim` is what the ledger holds for the instance. Refused: NOT_FOUND; WRONG_STATE while the tenant still
 * wants it, because a lost pod is to be made again, not given away.
 */
export const decideFree = (
  instance: Known | undefined, claim: Claim | undefined, asked: { readonly instanceId: InstanceId; readonly regionCode: string },
): Result<FreeDecision, Problem> => {
  if (instance === undefined) return no(problem('NOT_FOUND', { noun: 'instance', id: asked.instanceId }));
  if (instance.desired !== 'RELEASED') return no(problem('WRONG_STATE', { noun: 'instance', id: instance.id, state: instance.status, expected: 'RELEASED' }));
  if (claim === undefined || instance.status === 'RELEASED') return ok({ do: 'nothing' });
  return ok({
    do: 'free', tenantId: instance.tenantId, claim,
    audit: [{
      type: 'compute.instance.release', phase: 'completed', outcome: 'success', tenant: instance.tenantId, target: releaseTarget(instance, asked.regionCode),
      change: [{ path: 'status', from: instance.status, to: 'RELEASED' }], numbers: { gpus: claim.gpus, reservedW: claim.watts },
    }],
  });
};
