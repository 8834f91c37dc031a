import type { ActContext } from '@cadastre/domain/audit';
import type { LedgerFact, OrderRequest } from '@cadastre/domain/capacity';
import { ENGINE_VERSION } from '@cadastre/domain/capacity';
import { unreachable } from '@cadastre/domain/core';
import type { AuditId } from '@cadastre/domain/core';
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
  nextIndex: number;
}

// The decision keeps what was decided on, not the tenant's keys and image.
const placementRequest = (o: OrderRequest): Columns => ({
  orderId: o.orderId, tenantId: o.tenantId, tenantClass: o.tenantClass, projectId: o.projectId, shapeId: o.shapeId, shapeCode: o.shapeCode, count: o.count,
  datacenterId: o.datacenterId, poolId: o.poolId, ...(o.gpusPerInstance === undefined ? {} : { gpusPerInstance: o.gpusPerInstance }),
});

const decisionRow = (item: number, d: Extract<AllocationItem, { kind: 'CREATE' | 'REFUSE' }>): OfItem<Columns> => ({
  item, id: d.decisionId, tenant_id: d.order.tenantId, ledger_index: d.verdict.ledgerIndex, engine_version: ENGINE_VERSION, policy_version: d.policyVersion,
  request: placementRequest(d.order), verdict: d.verdict,
});

const instanceRow = (item: number, order: OrderRequest, { id, name, placement: p }: NewInstance, decisionId: string, act: ActContext): OfItem<Columns> => ({
  item, id, tenant_id: order.tenantId, project_id: order.projectId, order_id: order.orderId, name, datacenter_id: p.datacenterId, cluster_id: p.clusterId, pool_id: p.poolId,
  shape_id: order.shapeId, machine_id: p.machineId, rack_id: p.rackId, gpus: p.gpus, reserved_w: p.reservedW, image: order.image, ssh_keys: order.sshKeys,
  lease_end: order.leaseEnd, interruptible: order.interruptible, decision_id: decisionId, traceparent: act.request.traceparent,
  status_history: [{ state: 'PENDING', cause: 'PLACED', actor: act.actor.id, at: act.at }],
  conditions: [{ type: 'Placed', status: 'True', reason: 'PLACED', params: {}, observedGeneration: 1, lastTransitionTime: act.at }],
});

const ledgerRow = (item: number, index: number, fact: LedgerFact, tenantId?: string): OfItem<Columns> => ({
  item, index, kind: fact.kind, fact,
  ...(fact.kind === 'RACK' ? { rack_id: fact.rackId } : {}),
  ...(fact.kind === 'MACHINE' ? { rack_id: fact.rackId, machine_id: fact.machineId } : {}),
  ...(fact.kind === 'CLAIM' ? { decision_id: fact.decisionId } : {}),
  ...(fact.kind === 'CLAIM' || fact.kind === 'RELEASE' ? { machine_id: fact.machineId, instance_id: fact.instanceId, tenant_id: tenantId, gpus: fact.gpus, watts: fact.watts } : {}),
});

const keyRow = (item: number, k: Idem, auditIds: readonly AuditId[]): OfItem<Columns> => ({
  item, scope: k.scope, key: k.key, fingerprint: k.fingerprint, operation: k.operation, result: k.result(auditIds) ?? null,
});

const change = (state: string, cause: string, act: ActContext): Columns => ({ state, cause, actor: act.actor.id, at: act.at });

/** Undefined for what is no answer to a caller's request. */
export const idempotencyOf = (at: AllocationItem): Idem | undefined => (at.kind === 'FREE' || at.kind === 'INVENTORY' ? undefined : at.idempotency);

/** Lays one item out over the tables. */
const layOut = (rows: BatchRows, options: StoreOptions, regionCode: string, at: AllocationItem, item: number): void => {
  const tell = (objectId: string, verb: string, tenantId: Extract<AllocationItem, { kind: 'FREE' }>['tenantId']): void => {
    const { traceparent } = at.act.request;
    for (const o of outboxRows(options, [{ noun: 'instance', objectId, verb, regionCode, tenantId, ...(traceparent === undefined ? {} : { traceparent }) }])) rows.outbox.push({ ...o, item });
  };
  const enter = (fact: LedgerFact, tenantId?: string): void => void rows.ledger.push(ledgerRow(item, rows.nextIndex++, fact, tenantId));
  const audit = auditRows(options, at.act, at.audit);
  for (const a of audit) rows.audit.push({ ...a, item });
  const key = idempotencyOf(at);
  if (key !== undefined) rows.keys.push(keyRow(item, key, audit.map(a => a.id)));
  switch (at.kind) {
    case 'CREATE':
      rows.decisions.push(decisionRow(item, at));
      for (const i of at.instances) {
        const { machineId, gpus, reservedW } = i.placement;
        rows.instances.push(instanceRow(item, at.order, i, at.decisionId, at.act));
        enter({ kind: 'CLAIM', instanceId: i.id, tenantId: at.order.tenantId, machineId, gpus, watts: reservedW, decisionId: at.decisionId }, at.order.tenantId);
        tell(i.id, 'created', at.order.tenantId);
      }
      return;
    case 'REFUSE':
      rows.decisions.push(decisionRow(item, at));
      return;
    case 'RELEASE':
      rows.releases.push({ item, id: at.instanceId, tenant_id: at.tenantId, generation: at.ifGeneration, change: change('TERMINATING', 'RELEASE_REQUESTED', at.act) });
      tell(at.instanceId, 'release-requested', at.tenantId);
      return;
    case 'FREE':
      enter({ kind: 'RELEASE', instanceId: at.instanceId, ...at.claim }, at.tenantId);
      rows.frees.push({ item, id: at.instanceId, tenant_id: at.tenantId, change: change('RELEASED', 'POD_GONE', at.act) });
      tell(at.instanceId, 'released', at.tenantId);
      return;
    case 'INVENTORY':
      for (const fact of at.facts) enter(fact);
      return;
    default:
      unreachable(at);
  }
};

export const rowsOf = (options: StoreOptions, batch: AllocationBatch): BatchRows => {
  const rows: BatchRows = { decisions: [], instances: [], ledger: [], outbox: [], audit: [], keys: [], releases: [], frees: [], nextIndex: batch.firstIndex };
  batch.items.forEach((at, item) => {
    if (at.kind !== 'INVENTORY' && at.audit.length === 0) throw new TypeError(`${at.kind} without an audit event: no event, no act`);
    layOut(rows, options, batch.regionCode, at, item);
  });
  return rows;
};
