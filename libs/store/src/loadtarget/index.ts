import type { DatacenterId, Instant, LoadTargetId, RegionId, Watts } from '@cadastre/domain/core';
import type { ExecutionSeen, LoadTarget, OpenStep, Sheddable, SheddingProgress, SheddingStep, SheddingStepState } from '@cadastre/domain/loadtarget';
import type { Write } from '../commit/commit.ts';
import type { LoadTarget as Row } from '../generated/client.ts';
import type { Reader } from '../pool/index.ts';
import { changeDesire, changeStatus, insertRows, readsOf, table, withoutNulls } from '../sql/table.ts';
import type { Changes, Fenced } from '../sql/table.ts';

export const LOAD_TARGET = table<Row, LoadTarget>('load_target', 'loadtarget', {
  id: 'plain', datacenterId: 'plain', targetW: 'plain', from: 'instant', to: 'instant', includeProduction: 'plain', beforeW: 'plain', stepCount: 'plain', expectedW: 'plain', shortfallW: 'plain',
  spared: 'plain', state: 'plain', plannedBy: 'plain', approvedBy: 'plain', approvedAt: 'instant', cancelledBy: 'plain', cancelledAt: 'instant', measuredW: 'plain',
  measuredAt: 'instant', reachedAt: 'instant', generation: 'plain', createdAt: 'instant',
});

export const { get, byIds, page } = readsOf<LoadTarget, LoadTargetId, { readonly datacenterId?: DatacenterId }>(LOAD_TARGET);

/** Idle watts of all machines of the datacenter that are not gone, as the ledger has them: what no instance can give up. */
export const idleW = async (q: Reader, id: DatacenterId): Promise<Watts> => {
  const [row] = await q.rows<{ watts: Watts }>({
    name: 'cad_load_target_idle',
    text: 'SELECT coalesce(sum(c.idle_w), 0)::bigint AS watts FROM machine_capacity c JOIN rack r ON r.id = c.rack_id WHERE r.datacenter_id = $1',
    values: [id],
  });
  return row?.watts ?? 0;
};

/** Instances that will still draw at an instant and that nobody is stopping or giving back. One row each: the order among them is the plan. */
export const sheddable = (q: Reader, id: DatacenterId, at: Instant): Promise<readonly Sheddable[]> =>
  q.rows<Sheddable>({ name: 'cad_load_target_sheddable', text: 'SELECT * FROM app_sheddable($1, $2)', values: [id, at] });

/** Steps `offset` + 1 to `offset` + `first`, in their order, with what has become of each; the rest stays in the database. */
export const steps = async (q: Reader, id: LoadTargetId, { first, offset }: { readonly first: number; readonly offset: number }): Promise<readonly SheddingProgress[]> =>
  (await q.rows<Pick<SheddingProgress, 'state' | 'noticedAt' | 'settledAt'> & { readonly step: SheddingStep }>({
    name: 'cad_load_target_steps',
    text: `SELECT s.step, coalesce(p.state::text, 'PENDING') AS state, p.noticed_at AS "noticedAt", p.settled_at AS "settledAt"
      FROM load_target t CROSS JOIN jsonb_array_elements(t.steps) WITH ORDINALITY AS s(step, n) LEFT JOIN load_target_step p ON p.target_id = t.id AND p.instance_id = s.step->>'instanceId'
      WHERE t.id = $1 AND s.n > $2 AND s.n <= $2 + $3 ORDER BY s.n`,
    values: [id, offset, first],
  })).map(row => {
    const { step, ...progress } = withoutNulls(row) as typeof row;
    return { ...step, ...progress };
  });

/** How many steps are released. */
export const released = async (q: Reader, id: LoadTargetId): Promise<number> => {
  const [row] = await q.rows<{ n: number }>({ name: 'cad_load_target_released', text: "SELECT count(*) AS n FROM load_target_step WHERE target_id = $1 AND state = 'RELEASED'", values: [id] });
  return row?.n ?? 0;
};

/** Targets that bound what may be placed in the region now, or until the controller has looked at them again. */
export const inForce = (q: Reader, id: RegionId): Promise<readonly Pick<LoadTarget, 'datacenterId' | 'targetW' | 'from' | 'to'>[]> =>
  q.rows({
    name: 'cad_load_target_in_force',
    text: `SELECT t.datacenter_id AS "datacenterId", t.target_w AS "targetW", t.valid_from AS "from", t.valid_to AS "to" FROM load_target t JOIN datacenter d ON d.id = t.datacenter_id
      WHERE d.region_id = $1 AND t.state::text IN ('RUNNING', 'REACHED', 'MISSED') ORDER BY t.id`,
    values: [id],
  });

/** Targets with something left to do: approved and not over, or with a notice that nothing has come of. */
export const tended = async (q: Reader): Promise<readonly LoadTargetId[]> =>
  (await q.rows<{ id: LoadTargetId }>({
    name: 'cad_load_target_tended',
    text: `SELECT t.id FROM load_target t WHERE t.state::text IN ('APPROVED', 'RUNNING', 'REACHED', 'MISSED')
      OR EXISTS (SELECT FROM load_target_step p WHERE p.target_id = t.id AND p.state = 'NOTICED') ORDER BY t.id`,
  })).map(r => r.id);

/** The target's site as the ledger counts it at an instant: what every rack draws, what of it is on its way out, what new orders may bring it to. Undefined when there is no such target. */
export const execution = async (q: Reader, id: LoadTargetId, at: Instant): Promise<ExecutionSeen | undefined> => {
  const target = await get(q, id);
  if (target === undefined) return undefined;
  const [places, open] = await Promise.all([
    q.rows<Pick<ExecutionSeen, 'regionCode' | 'pueMilli' | 'itW' | 'goingW' | 'boundW'>>({
      name: 'cad_load_target_site',
      text: `SELECT r.code AS "regionCode", d.pue_milli AS "pueMilli", (SELECT coalesce(sum(c.used_w), 0)::bigint FROM rack_capacity c WHERE c.datacenter_id = d.id) AS "itW",
          (SELECT coalesce(sum(i.reserved_w), 0)::bigint FROM gpu_instance i WHERE i.datacenter_id = d.id AND i.desired = 'RELEASED' AND i.status <> 'RELEASED') AS "goingW",
          (SELECT coalesce(max(c.contracted_w), 0) FROM power_contract c WHERE c.datacenter_id = d.id AND c.valid_from <= $2 AND (c.valid_to IS NULL OR $2 < c.valid_to)) AS "boundW"
        FROM datacenter d JOIN region r ON r.id = d.region_id WHERE d.id = $1`,
      values: [target.datacenterId, at],
    }),
    openSteps(q, id),
  ]);
  const [place] = places;
  return place === undefined ? undefined : { now: at, target, ...place, open };
};

const openSteps = async (q: Reader, id: LoadTargetId): Promise<readonly OpenStep[]> =>
  (await q.rows<{ readonly step: SheddingStep; readonly noticedAt: Instant | null; readonly gone: boolean }>({
    name: 'cad_load_target_open',
    text: `SELECT s.step, p.noticed_at AS "noticedAt", coalesce(i.desired = 'RELEASED', true) AS gone
      FROM load_target t CROSS JOIN jsonb_array_elements(t.steps) WITH ORDINALITY AS s(step, n)
        LEFT JOIN load_target_step p ON p.target_id = t.id AND p.instance_id = s.step->>'instanceId' LEFT JOIN gpu_instance i ON i.id = s.step->>'instanceId'
      WHERE t.id = $1 AND (p.state IS NULL OR p.state = 'NOTICED') ORDER BY s.n`,
    values: [id],
  })).map(({ step, noticedAt, gone }) => ({ ...step, gone, ...(noticedAt === null ? {} : { noticedAt }) }));

export const insert = (target: LoadTarget, its: readonly SheddingStep[]) => insertRows<LoadTarget, LoadTarget & { readonly steps: readonly SheddingStep[] }>(LOAD_TARGET, [{ ...target, steps: its }], ['steps']);
export const approve = (id: LoadTargetId, changes: Changes<LoadTarget, 'state' | 'approvedBy' | 'approvedAt'>, fence: Fenced) => changeDesire(LOAD_TARGET, id, changes, fence);
/** Only before it begins: the controller may have begun it since. */
export const cancel = (id: LoadTargetId, changes: Changes<LoadTarget, 'state' | 'cancelledBy' | 'cancelledAt'>, fence: Fenced) =>
  changeStatus(LOAD_TARGET, id, changes, fence, ['generation = t.generation + 1'], ["t.state::text IN ('PROPOSED', 'APPROVED')"]);
export const observe = (id: LoadTargetId, changes: Changes<LoadTarget, 'state' | 'measuredW' | 'measuredAt' | 'reachedAt'>, fence: Fenced) => changeStatus(LOAD_TARGET, id, changes, fence);

type Settled = Exclude<SheddingStepState, 'PENDING' | 'NOTICED'>;
/** Steps that nothing had happened to: their tenants are told now, or they are skipped at once. Each once: a second time is refused. */
export const begin = (id: LoadTargetId, list: readonly SheddingStep[], at: Instant, state: 'NOTICED' | 'SKIPPED'): Write => ({
  noun: LOAD_TARGET.noun, id, rows: list.length,
  sql: {
    text: `INSERT INTO load_target_step (target_id, instance_id, state, noticed_at, settled_at)
      SELECT $1, x, $3::"SheddingStepState", CASE WHEN $3 = 'NOTICED' THEN $4::timestamptz END, CASE WHEN $3 = 'SKIPPED' THEN $4::timestamptz END FROM unnest($2::text[]) x`,
    values: [id, list.map(s => s.instanceId), state, at],
  },
});
/** What came of steps whose tenants had been told. */
export const settle = (id: LoadTargetId, list: readonly SheddingStep[], at: Instant, state: Settled): Write => ({
  noun: LOAD_TARGET.noun, id, rows: list.length,
  sql: {
    text: `UPDATE load_target_step SET state = $3::"SheddingStepState", settled_at = $4 WHERE target_id = $1 AND instance_id = ANY($2::text[]) AND state = 'NOTICED'`,
    values: [id, list.map(s => s.instanceId), state, at],
  },
});
