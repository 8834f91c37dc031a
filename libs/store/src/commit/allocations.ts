import pg from 'pg';
import type { AuditId, Result } from '@cadastre/domain/core';
import { no, ok } from '@cadastre/domain/core';
import { Outage } from '../pool/outage.ts';
import type { Sql } from '../pool/session.ts';
import { INTERNAL } from '../pool/store.ts';
import type { Store } from '../pool/store.ts';
import type { AllocationBatch, BatchCommitted, BatchRefusal, ItemOutcome } from './allocation-batch.ts';
import { idempotencyOf, rowsOf } from './allocation-rows.ts';
import type { BatchRows } from './allocation-rows.ts';
import { auditValues, insertAudit, insertOutbox } from './facts.ts';
import { EXPIRY, INSERT_UNLESS_LIVE, readIdempotency } from './idempotency.ts';
import { refusalOf } from './refusal.ts';

const DECISION = 'id text, tenant_id text, ledger_index bigint, engine_version text, policy_version text, request jsonb, verdict jsonb';
const INSTANCE = `id text, tenant_id text, project_id text, order_id text, name text, datacenter_id text, cluster_id text, pool_id text, shape_id text, machine_id text, rack_id text,
  gpus int, reserved_w int, milli_gpu int, slice text, cpu_milli int, ram_mib int, legal_scope jsonb, reservation_id text, plan_id text, image text, ssh_keys text[], lease_end timestamptz, interruptible boolean, decision_id text, traceparent text, status_history jsonb, conditions jsonb`;
const LEDGER = 'index bigint, kind "LedgerKind", rack_id text, machine_id text, instance_id text, tenant_id text, gpus int, watts int, decision_id text, hold_id text, fact jsonb';
const PLAN = 'id text, tenant_id text, project_id text, decision_id text, state "PlanState", request jsonb, instances jsonb, watts int, price_per_hour_minor int, grams_per_hour int, expires_at timestamptz';
const RESERVATION = `id text, tenant_id text, project_id text, datacenter_id text, shape_id text, machines int, watts int, valid_from timestamptz, valid_to timestamptz, state "ReservationState",
  machine_ids text[], decision_id text`;
const names = (columns: string): string => columns.replaceAll(/ (text\[\]|text|int|bigint|timestamptz|boolean|jsonb|"[A-Z]\w+")(?=,|$)/g, '');
const [INSTANCE_COLUMNS, LEDGER_COLUMNS, PLAN_COLUMNS, RESERVATION_COLUMNS] = [names(INSTANCE), names(LEDGER), names(PLAN), names(RESERVATION)];

// Every part reads `lease`: without the row (another holder, another epoch) no part has anything to write. The row stays locked in
// share mode until the statement has committed, so that a take-over waits for it and folds a ledger that holds it. Parts of an item whose release
// was stale (each RELEASE has one key) are left out. A key that somebody else used in between ends the statement as a whole.
const BATCH = `
WITH lease AS MATERIALIZED (SELECT region_id, epoch FROM region_lease WHERE region_id = $1 AND epoch = $2 FOR SHARE),
released AS (
  UPDATE gpu_instance g SET desired = 'RELEASED', status = 'TERMINATING', status_history = g.status_history || r.change, generation = g.generation + 1, updated_at = now()
  FROM lease, json_to_recordset($8::json) AS r(item int, id text, tenant_id text, generation int, change jsonb)
  WHERE g.id = r.id AND g.tenant_id = r.tenant_id AND g.region_id = lease.region_id AND g.generation = r.generation AND g.desired <> 'RELEASED'
  RETURNING r.item),
stale AS MATERIALIZED (SELECT item FROM json_to_recordset($8::json) AS r(item int) WHERE item NOT IN (SELECT item FROM released)),
freed AS (
  UPDATE gpu_instance g SET desired = 'RELEASED', status = 'RELEASED', released_at = now(), status_history = g.status_history || r.change, updated_at = now()
  FROM lease, json_to_recordset($9::json) AS r(item int, id text, tenant_id text, change jsonb)
  WHERE g.id = r.id AND g.tenant_id = r.tenant_id AND g.status <> 'RELEASED'),
decided AS (
  INSERT INTO placement_decision (id, region_id, tenant_id, ledger_index, engine_version, policy_version, request, verdict)
  SELECT id, lease.region_id, tenant_id, ledger_index, engine_version, policy_version, request, verdict FROM lease, json_to_recordset($3::json) AS d(${DECISION})),
born AS (
  INSERT INTO gpu_instance (${INSTANCE_COLUMNS}, region_id, desired, status, observed_generation)
  SELECT ${INSTANCE_COLUMNS}, lease.region_id, 'RUNNING', 'PENDING', 0 FROM lease, json_to_recordset($4::json) AS i(${INSTANCE})),
planned AS (
  INSERT INTO plan (${PLAN_COLUMNS}, region_id) SELECT ${PLAN_COLUMNS}, lease.region_id FROM lease, json_to_recordset($12::json) AS p(${PLAN})),
settled AS (
  UPDATE plan p SET state = r.state, generation = p.generation + 1 FROM lease, json_to_recordset($13::json) AS r(id text, tenant_id text, state "PlanState")
  WHERE p.id = r.id AND p.tenant_id = r.tenant_id AND p.state = 'HELD'),
reserved AS (
  INSERT INTO reservation (${RESERVATION_COLUMNS}, region_id) SELECT ${RESERVATION_COLUMNS}, lease.region_id FROM lease, json_to_recordset($14::json) AS v(${RESERVATION})),
unreserved AS (
  UPDATE reservation v SET state = r.state, cancelled_at = r.cancelled_at, generation = v.generation + 1, updated_at = now()
  FROM lease, json_to_recordset($15::json) AS r(id text, tenant_id text, state "ReservationState", cancelled_at timestamptz) WHERE v.id = r.id AND v.tenant_id = r.tenant_id AND v.state <> 'CANCELLED'),
entered AS (
  INSERT INTO capacity_ledger (region_id, epoch, ${LEDGER_COLUMNS})
  SELECT lease.region_id, lease.epoch, ${LEDGER_COLUMNS} FROM lease, json_to_recordset($5::json) AS l(${LEDGER})),
told AS (${insertOutbox('$6', 'WHERE EXISTS (SELECT FROM lease) AND item NOT IN (SELECT item FROM stale)')}),
audited AS (${insertAudit('$7', '$16', 'WHERE EXISTS (SELECT FROM lease) AND item NOT IN (SELECT item FROM stale)')}),
kept AS (
  INSERT INTO idempotency_record (scope, key, fingerprint, operation, result, created_at, expires_at)
  SELECT scope, key, fingerprint, operation, result, now(), ${EXPIRY}
  FROM lease, json_to_recordset($10::json) AS k(item int, scope text, key text, fingerprint text, operation text, result jsonb) WHERE item NOT IN (SELECT item FROM stale)
  ${INSERT_UNLESS_LIVE} RETURNING 1),
answer AS (
  SELECT EXISTS (SELECT FROM lease) AS held, coalesce((SELECT array_agg(item) FROM stale), '{}') AS stale,
         $11::bigint - (SELECT count(*) FROM stale) AS wanted, (SELECT count(*) FROM kept) AS kept)
SELECT held, stale, CASE WHEN held AND kept <> wanted THEN app_refuse('ALREADY_DONE') END AS refused FROM answer`;

const statementOf = (batch: AllocationBatch, r: BatchRows): Sql => {
  const json = (...tables: readonly (readonly object[])[]): readonly string[] => tables.map(rows => JSON.stringify(rows));
  const [audit, bytes] = auditValues(r.audit);
  return {
    name: 'cad_allocations',
    text: BATCH,
    values: [batch.regionId, batch.epoch, ...json(r.decisions, r.instances, r.ledger, r.outbox), audit, ...json(r.releases, r.frees, r.keys), r.keys.length, ...json(r.plans, r.planStates, r.reservations, r.reservationStates), bytes],
  };
};

const BEHIND: readonly string[] = ['capacity_ledger_pkey', 'capacity_ledger_dense', 'capacity_ledger_claim_once', 'capacity_ledger_release_once', 'capacity_ledger_release_of_claim', 'capacity_ledger_hold_once', 'capacity_ledger_unhold_once'];

const takenNames = async (store: Store, batch: AllocationBatch): Promise<readonly number[]> => {
  const wanted = batch.items.flatMap((at, item) => (at.kind === 'CREATE' || at.kind === 'APPLY' ? at.instances.map(i => ({ item, projectId: at.order.projectId, name: i.name })) : []));
  const living = await store[INTERNAL].statement<{ project_id: string; name: string }>({
    text: "SELECT project_id, name FROM gpu_instance WHERE (project_id, name) IN (SELECT * FROM unnest($1::text[], $2::text[])) AND status <> 'RELEASED'",
    values: [wanted.map(w => w.projectId), wanted.map(w => w.name)],
  });
  const taken = new Set(living.map(l => `${l.project_id}/${l.name}`));
  const items = new Set<number>();
  for (const w of wanted) {
    const name = `${w.projectId}/${w.name}`;
    if (taken.has(name)) items.add(w.item);
    taken.add(name);
  }
  return [...items];
};

const usedKeys = async (store: Store, batch: AllocationBatch): Promise<Extract<BatchRefusal, { code: 'ALREADY_DONE' }>> => {
  const keys = batch.items.flatMap((at, item) => {
    const used = idempotencyOf(at);
    return used === undefined ? [] : [{ item, scope: used.scope, key: used.key }];
  });
  const records = await readIdempotency(store, keys);
  return { code: 'ALREADY_DONE', items: keys.flatMap(k => records.filter(r => r.scope === k.scope && r.key === k.key).map(record => ({ item: k.item, record }))) };
};

/** Undefined: not a refusal. */
const refusedBatch = async (store: Store, batch: AllocationBatch, error: unknown): Promise<BatchRefusal | undefined> => {
  if (error instanceof pg.DatabaseError && error.code === 'CAD01') return usedKeys(store, batch);
  const refusal = refusalOf(error);
  if (refusal === undefined) return undefined;
  if (refusal.code === 'LIMIT' && refusal.constraint === 'capacity_ledger_epoch') return { code: 'STALE_EPOCH' };
  if (BEHIND.includes(refusal.constraint)) return { code: 'STALE_INDEX' };
  if (refusal.constraint === 'gpu_instance_live_name') return { code: 'NAME_TAKEN', items: await takenNames(store, batch) };
  return refusal.code === 'LIMIT' || refusal.code === 'UNKNOWN_REFERENCE' ? refusal : undefined;
};

/**
 * The group commit: decisions, instances, ledger entries, outbox, audit events and idempotency records of many orders in one statement, which is one
 * transaction, conditional on the epoch. Only the allocator's role may. Throws Outage when the outcome is unknown: read the ledger before going on.
 */
export const commitAllocations = async (store: Store, batch: AllocationBatch): Promise<Result<BatchCommitted, BatchRefusal>> => {
  const { options, statement } = store[INTERNAL];
  const rows = rowsOf(options, batch);
  try {
    const [answer] = await statement<{ held: boolean; stale: readonly number[] }>(statementOf(batch, rows));
    if (answer?.held !== true) return no({ code: 'STALE_EPOCH' });
    const auditIds: AuditId[][] = batch.items.map(() => []);
    for (const a of rows.audit) auditIds[a.item]?.push(a.id);
    const stale = new Set(answer.stale);
    return ok({
      nextIndex: rows.nextIndex,
      items: auditIds.map((ids, item): ItemOutcome => (stale.has(item) ? { outcome: 'STALE_GENERATION' } : { outcome: 'DONE', auditIds: ids })),
    });
  } catch (error) {
    if (error instanceof Outage) throw error;
    const refusal = await refusedBatch(store, batch, error);
    if (refusal === undefined) throw error;
    return no(refusal);
  }
};
