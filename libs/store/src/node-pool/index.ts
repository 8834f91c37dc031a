import type { ClusterId, DatacenterId, PoolId } from '@cadastre/domain/core';
import type { NodePool } from '@cadastre/domain/pool';
import type { NodePool as Row } from '../generated/client.ts';
import type { Reader } from '../pool/index.ts';
import { changeDesire, changeStatus, insertRows, readsOf, table } from '../sql/table.ts';
import type { Changes, Fenced, Stored } from '../sql/table.ts';

export { declared, racks } from './declared.ts';

export const NODE_POOL = table<Row, NodePool>('node_pool', 'pool', {
  id: 'plain', clusterId: 'plain', datacenterId: 'plain', name: 'plain', shapeId: 'plain', rackIds: 'plain', target: 'plain', minimum: 'plain', maximum: 'plain', purpose: 'plain',
  labels: 'plain', taints: 'plain', tenantClasses: 'enums', drainPolicy: 'plain', paused: 'plain', readyMachines: 'plain', conditions: 'plain', observedGeneration: 'plain',
  generation: 'plain', createdAt: 'instant',
});

export const { get, byIds, page } = readsOf<NodePool, PoolId, { readonly clusterId?: ClusterId; readonly datacenterId?: DatacenterId; readonly name?: string }>(NODE_POOL);

export const list = async (q: Reader): Promise<readonly Stored<NodePool>[]> =>
  (await q.rows({ name: 'cad_pool_list', text: `SELECT ${NODE_POOL.select('t')} FROM node_pool t ORDER BY t.id` })).map(NODE_POOL.read);

/** Machines that a pool could take beyond those it has: the ceiling that TARGET_ABOVE_MACHINES names is this plus `members`. */
export const reach = async (q: Reader, id: PoolId): Promise<{ readonly members: number; readonly free: number }> => {
  const [row] = await q.rows<{ members: number; free: number }>({
    text: `SELECT (SELECT count(*) FROM machine m WHERE m.pool_id = p.id) AS members,
        (SELECT count(*) FROM machine m JOIN rack r ON r.id = m.rack_id AND r.state = 'INSTALLED' WHERE m.datacenter_id = p.datacenter_id AND m.shape_id = p.shape_id
          AND m.pool_id IS NULL AND m.state IN ('REGISTERED', 'AVAILABLE') AND (cardinality(p.rack_ids) = 0 OR m.rack_id = ANY(p.rack_ids))) AS free
      FROM node_pool p WHERE p.id = $1`,
    values: [id],
  });
  return row ?? { members: 0, free: 0 };
};

export const insert = (pool: NodePool) => insertRows(NODE_POOL, [pool]);
export const update = (
  id: PoolId, changes: Changes<NodePool, 'target' | 'minimum' | 'maximum' | 'purpose' | 'labels' | 'taints' | 'tenantClasses' | 'drainPolicy' | 'paused' | 'rackIds'>, fence: Fenced,
) => changeDesire(NODE_POOL, id, changes, fence);
export const observe = (id: PoolId, changes: Changes<NodePool, 'readyMachines' | 'conditions' | 'observedGeneration'>, fence: Fenced) => changeStatus(NODE_POOL, id, changes, fence);
