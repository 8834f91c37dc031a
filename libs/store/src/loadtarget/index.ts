import type { DatacenterId, Instant, LoadTargetId, Watts } from '@cadastre/domain/core';
import type { LoadTarget, Sheddable, SheddingStep } from '@cadastre/domain/loadtarget';
import type { LoadTarget as Row } from '../generated/client.ts';
import type { Reader } from '../pool/index.ts';
import { changeDesire, insertRows, readsOf, table } from '../sql/table.ts';
import type { Changes, Fenced } from '../sql/table.ts';

export const LOAD_TARGET = table<Row, LoadTarget>('load_target', 'loadtarget', {
  id: 'plain', datacenterId: 'plain', targetW: 'plain', from: 'instant', to: 'instant', includeProduction: 'plain', beforeW: 'plain', stepCount: 'plain', expectedW: 'plain', shortfallW: 'plain',
  spared: 'plain', state: 'plain', plannedBy: 'plain', approvedBy: 'plain', approvedAt: 'instant', generation: 'plain', createdAt: 'instant',
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

/** Steps `offset` + 1 to `offset` + `first`, in their order; the rest stays in the database. */
export const steps = async (q: Reader, id: LoadTargetId, { first, offset }: { readonly first: number; readonly offset: number }): Promise<readonly SheddingStep[]> =>
  (await q.rows<{ step: SheddingStep }>({
    name: 'cad_load_target_steps',
    text: 'SELECT s.step FROM load_target t CROSS JOIN jsonb_array_elements(t.steps) WITH ORDINALITY AS s(step, n) WHERE t.id = $1 AND s.n > $2 AND s.n <= $2 + $3 ORDER BY s.n',
    values: [id, offset, first],
  })).map(r => r.step);

export const insert = (target: LoadTarget, its: readonly SheddingStep[]) => insertRows<LoadTarget, LoadTarget & { readonly steps: readonly SheddingStep[] }>(LOAD_TARGET, [{ ...target, steps: its }], ['steps']);
export const approve = (id: LoadTargetId, changes: Changes<LoadTarget, 'state' | 'approvedBy' | 'approvedAt'>, fence: Fenced) => changeDesire(LOAD_TARGET, id, changes, fence);
