import type { ActContext } from '@cadastre/domain/audit';
import type { DecidedRequest, HoldFact, LedgerFact, OrderRequest, Verdict } from '@cadastre/domain/capacity';
import { ENGINE_VERSION } from '@cadastre/domain/capacity';
import { unreachable } from '@cadastre/domain/core';
import type { AuditId, DecisionId } from '@cadastre/domain/core';
import { YIELD_RULE, claimOf } from '@cadastre/domain/instance';
import type { StoreOptions } from '../pool/store.ts';
import { auditRows, outboxRows } from './facts.ts';
import type { AuditRow, OutboxRow } from './facts.ts';
import type { AllocationBatch, AllocationItem, Idem, NewInstance } from './allocation-batch.ts';

type OfItem<T> = T & { readonly item: number };
type Columns = Readonly<Record<string, unknown>>;

/** The rows of a batch, by table, each with the index of the item it belongs to. */
export interface BatchRows {
  readonly decisions: OfItem<Columns>[];
  readonly instances: OfItem<Columns>[];
  readonly ledger: OfItem<Columns>[];
  readonly outbox: OfItem<OutboxRow>[];
  readonly audit: OfItem<AuditRow>[];
  readonly keys: OfItem<Columns>[];
  readonly releases: OfItem<Columns>[];
  readonly frees: OfItem<Columns>[];
  readonly plans: OfItem<Columns>[];
  readonly planStates: OfItem<Columns>[];
  readonly reservations: OfItem<Columns>[];
  readonly reservationStates: OfItem<Columns>[];
  nextIndex: number;
}

/** All that was decided on, for a replay; not the tenant's keys and image, which decide nothing. */
const placementRequest = (o: DecidedRequest | OrderRequest): Columns =>
  Object.fromEntries(Object.entries(o).filter(([field]) => field !== 'name' && field !== 'image' && field !== 'sshKeys'));

const decisionRow = (item: number, id: DecisionId, request: DecidedRequest, verdict: Verdict, policyVersion: string): OfItem<Columns> => ({
  item, id, tenant_id: request.tenantId, ledger_index: verdict.ledgerIndex, engine_version: ENGINE_VERSION, policy_version: policyVersion,
  request: placementRequest(request), verdict,
});

const instanceRow = (item: number, order: OrderRequest, { id, name, placement: p }: NewInstance, decisionId: string, act: ActContext, planId?: string): OfItem<Columns> => ({
  item, id, tenant_id: order.tenantId, project_id: order.projectId, order_id: order.orderId, name, datacenter_id: p.datacenterId, cluster_id: p.clusterId, pool_id: p.poolId,
  shape_id: p.shapeId, machine_id: p.machineId, rack_id: p.rackId, gpus: p.gpus, reserved_w: p.watts, milli_gpu: p.milliGpu, slice: p.milliGpu === undefined ? undefined : order.slice, cpu_milli: p.cpuMilli, ram_mib: p.ramMiB,
  legal_scope: order.legal, reservation_id: order.reservationId, plan_id: planId, image: order.image, ssh_keys: order.sshKeys,
  lease_end: order.leaseEnd, interruptible: order.interruptible, decision_id: decisionId, traceparent: act.request.traceparent,
  status_history: [{ state: 'PENDING', cause: 'PLACED', actor: act.actor.id, at: act.at }],
  conditions: [{ type: 'Placed', status: 'True', reason: 'PLACED', params: {}, observedGeneration: 1, lastTransitionTime: act.at }],
});

const ledgerRow = (item: number, index: number, fact: LedgerFact, tenantId?: string): OfItem<Columns> => ({
  item, index, kind: fact.kind, fact,
  ...(fact.kind === 'RACK' ? { rack_id: fact.rackId } : {}),
  ...(fact.kind === 'MACHINE' ? { rack_id: fact.rackId, machine_id: fact.machineId } : {}),
  ...(fact.kind === 'CLAIM' ? { decision_id: fact.decisionId } : {}),
  ...(fact.kind === 'HOLD' || fact.kind === 'UNHOLD' ? { machine_id: fact.machineId, hold_id: fact.instanceId, tenant_id: tenantId, gpus: fact.gpus, watts: fact.watts } : {}),
  ...(fact.kind === 'CLAIM' || fact.kind === 'RELEASE' ? { machine_id: fact.machineId, instance_id: fact.instanceId, tenant_id: tenantId, gpus: fact.gpus, watts: fact.watts } : {}),
});

const keyRow = (item: number, k: Idem, auditIds: readonly AuditId[]): OfItem<Columns> => ({
  item, scope: k.scope, key: k.key, fingerprint: k.fingerprint, operation: k.operation, result: k.result(auditIds) ?? null,
});

const change = (state: string, cause: string, act: ActContext): Columns => ({ state, cause, actor: act.actor.id, at: act.at });

/** Undefined for what is no answer to a caller's request. */
export const idempotencyOf = (at: AllocationItem): Idem | undefined => ('idempotency' in at ? at.idempotency : undefined);

/** What a hold kept, given back. */
export const unholdOf = ({ planId, instanceId, machineId, gpus, watts, milliGpu, cpuMilli, ramMiB }: HoldFact): Extract<LedgerFact, { kind: 'UNHOLD' }> => ({
  kind: 'UNHOLD', planId, instanceId, machineId, gpus, watts, cpuMilli, ramMiB, ...(milliGpu === undefined ? {} : { milliGpu }),
});

type Of<K extends AllocationItem['kind']> = Extract<AllocationItem, { kind: K }>;

/** Where one item writes to. */
interface Pen {
  readonly rows: BatchRows;
  readonly item: number;
  tell(noun: string, objectId: string, verb: string, tenantId: Of<'FREE'>['tenantId']): void;
  enter(fact: LedgerFact, tenantId?: string): void;
}
const penOf = (rows: BatchRows, options: StoreOptions, regionCode: string, { act }: AllocationItem, item: number): Pen => ({
  rows, item,
  tell: (noun, objectId, verb, tenantId) => {
    const { traceparent } = act.request;
    for (const o of outboxRows(options, [{ noun, objectId, verb, regionCode, tenantId, ...(traceparent === undefined ? {} : { traceparent }) }])) rows.outbox.push({ ...o, item });
  },
  enter: (fact, tenantId) => { rows.ledger.push(ledgerRow(item, rows.nextIndex++, fact, tenantId)); },
});

/** Instances with their claims, as an order or a plan makes them. */
const layInstances = ({ rows, item, tell, enter }: Pen, at: Of<'CREATE' | 'APPLY'>, decisionId: DecisionId, planId?: string): void => {
  for (const i of at.instances) {
    rows.instances.push(instanceRow(item, at.order, i, decisionId, at.act, planId));
    enter(claimOf(at.order, i.id, i.placement, decisionId), at.order.tenantId);
    tell('instance', i.id, 'created', at.order.tenantId);
  }
};

const layHold = ({ rows, item, enter }: Pen, { plan, holds, verdict, policyVersion }: Of<'HOLD'>): void => {
  rows.decisions.push(decisionRow(item, plan.decisionId, plan.request, verdict, policyVersion));
  rows.plans.push({
    item, id: plan.id, tenant_id: plan.tenantId, project_id: plan.projectId, decision_id: plan.decisionId, state: plan.state, request: plan.request, instances: plan.instances, watts: plan.watts,
    price_per_hour_minor: plan.pricePerHourMinor, grams_per_hour: plan.gramsPerHour, expires_at: plan.expiresAt,
  });
  for (const hold of holds) enter(hold, plan.tenantId);
};

/** A plan ends: what it held is free again, or is claimed by what comes next in the same item. */
const layPlanEnd = ({ rows, item, enter }: Pen, holds: readonly HoldFact[], id: string, tenantId: string, state: 'APPLIED' | 'EXPIRED'): void => {
  for (const hold of holds) enter(unholdOf(hold), tenantId);
  rows.planStates.push({ item, id, tenant_id: tenantId, state });
};

const layReservation = ({ rows, item, tell, enter }: Pen, { reservation: r, request, verdict, policyVersion, facts }: Of<'RESERVE'>): void => {
  if (r.decisionId === undefined) throw new TypeError('a reservation without its decision');
  rows.decisions.push(decisionRow(item, r.decisionId, request, verdict, policyVersion));
  rows.reservations.push({
    item, id: r.id, tenant_id: r.tenantId, project_id: r.projectId, datacenter_id: r.datacenterId, shape_id: r.shapeId, machines: r.machines, watts: r.watts, valid_from: r.from, valid_to: r.to, state: r.state,
    machine_ids: r.machineIds, decision_id: r.decisionId,
  });
  for (const fact of facts) enter(fact);
  tell('reservation', r.id, 'created', r.tenantId);
};

const layReservationEnd = ({ rows, item, tell, enter }: Pen, { reservationId, tenantId, cancelledAt }: Of<'UNRESERVE'>): void => {
  enter({ kind: 'UNRESERVE', reservationId });
  if (cancelledAt !== undefined) rows.reservationStates.push({ item, id: reservationId, tenant_id: tenantId, state: 'CANCELLED', cancelled_at: cancelledAt });
  tell('reservation', reservationId, cancelledAt === undefined ? 'ended' : 'cancelled', tenantId);
};

/** Why an instance is on its way out: what its history says. */
const causeOf = ({ authz }: ActContext): string => (authz.rule === 'lease-ended' ? 'LEASE_ENDED' : authz.rule === YIELD_RULE ? 'YIELDED' : 'RELEASE_REQUESTED');

const layGivingBack = ({ rows, item, tell, enter }: Pen, at: Of<'RELEASE' | 'FREE'>): void => {
  const row = { item, id: at.instanceId, tenant_id: at.tenantId };
  if (at.kind === 'RELEASE') {
    rows.releases.push({ ...row, generation: at.ifGeneration, change: change('TERMINATING', causeOf(at.act), at.act) });
    tell('instance', at.instanceId, at.act.authz.rule === YIELD_RULE ? 'yield-requested' : 'release-requested', at.tenantId);
    return;
  }
  enter({ kind: 'RELEASE', instanceId: at.instanceId, ...at.claim }, at.tenantId);
  rows.frees.push({ ...row, change: change('RELEASED', 'POD_GONE', at.act) });
  tell('instance', at.instanceId, 'released', at.tenantId);
};

/** Lays one item out over the tables. */
const layOut = (pen: Pen, at: AllocationItem): void => {
  const { rows, item } = pen;
  switch (at.kind) {
    case 'CREATE':
      rows.decisions.push(decisionRow(item, at.decisionId, at.order, at.verdict, at.policyVersion));
      layInstances(pen, at, at.decisionId);
      return;
    case 'REFUSE': rows.decisions.push(decisionRow(item, at.decisionId, at.order, at.verdict, at.policyVersion)); return;
    case 'REFUSE_RESERVATION': rows.decisions.push(decisionRow(item, at.decisionId, at.request, at.verdict, at.policyVersion)); return;
    case 'HOLD': layHold(pen, at); return;
    case 'APPLY':
      layPlanEnd(pen, at.holds, at.plan.id, at.plan.tenantId, 'APPLIED');
      layInstances(pen, at, at.plan.decisionId, at.plan.id);
      return;
    case 'EXPIRE': layPlanEnd(pen, at.holds, at.planId, at.tenantId, 'EXPIRED'); return;
    case 'RESERVE': layReservation(pen, at); return;
    case 'UNRESERVE': layReservationEnd(pen, at); return;
    case 'RELEASE': case 'FREE': layGivingBack(pen, at); return;
    case 'INVENTORY': for (const fact of at.facts) pen.enter(fact); return;
    default: unreachable(at);
  }
};

export const rowsOf = (options: StoreOptions, batch: AllocationBatch): BatchRows => {
  const rows: BatchRows = { decisions: [], instances: [], ledger: [], outbox: [], audit: [], keys: [], releases: [], frees: [], plans: [], planStates: [], reservations: [], reservationStates: [], nextIndex: batch.firstIndex };
  batch.items.forEach((at, item) => {
    if (at.kind !== 'INVENTORY' && at.audit.length === 0) throw new TypeError(`${at.kind} without an audit event: no event, no act`);
    const audit = auditRows(options, at.act, at.audit);
    for (const a of audit) rows.audit.push({ ...a, item });
    const key = idempotencyOf(at);
    if (key !== undefined) rows.keys.push(keyRow(item, key, audit.map(a => a.id)));
    layOut(penOf(rows, options, batch.regionCode, at, item), at);
  });
  return rows;
};
