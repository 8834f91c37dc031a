import type { ClusterId, DatacenterId, MachineId, PoolId, RackId, RegionId } from '@cadastre/domain/core';
import type { Machine } from '@cadastre/domain/machine';
import type { Machine as Row } from '../generated/client.ts';
import type { Write } from '../commit/commit.ts';
import type { Reader } from '../pool/index.ts';
import { changeDesire, changeStatus, insertRows, readsOf, table } from '../sql/table.ts';
import type { Changes, Fenced, Stored } from '../sql/table.ts';

export { instances, taken } from './taken.ts';

export const MACHINE = table<Row, Machine>('machine', 'machine', {
  id: 'plain', rackId: 'plain', datacenterId: 'plain', regionId: 'plain', name: 'plain', positionU: 'plain', units: 'plain', shapeId: 'plain', serial: 'plain', nvlinkDomain: 'plain', simulated: 'plain',
  state: 'plain', poolId: 'plain', clusterId: 'plain', conditions: 'plain', generation: 'plain', createdAt: 'instant',
});

export const { get, byIds, page } = readsOf<
  Machine, MachineId, { readonly rackId?: RackId; readonly poolId?: PoolId; readonly datacenterId?: DatacenterId; readonly regionId?: RegionId; readonly clusterId?: ClusterId }
>(MACHINE);

/** All machines of a pool, in id order: what its reconciler looks at. */
export const ofPool = async (q: Reader, poolId: PoolId): Promise<readonly Stored<Machine>[]> =>
  (await q.rows({ name: 'cad_machine_pool', text: `SELECT ${MACHINE.select('t')} FROM machine t WHERE t.pool_id = $1 ORDER BY t.id`, values: [poolId] })).map(MACHINE.read);

/**
 * Machines that a pool may take: of its shape, in its racks (or any INSTALLED rack of its datacenter when it names none), in no pool, and in a state that serves.
 * In name order, so that the choice is the same whoever looks.
 */
export const free = async (q: Reader, poolId: PoolId, limit: number): Promise<readonly Stored<Machine>[]> =>
  (
    await q.rows({
      name: 'cad_machine_free',
      text: `SELECT ${MACHINE.select('t')} FROM node_pool p JOIN machine t ON t.datacenter_id = p.datacenter_id AND t.shape_id = p.shape_id
        JOIN rack r ON r.id = t.rack_id AND r.state = 'INSTALLED'
        WHERE p.id = $1 AND t.pool_id IS NULL AND t.state IN ('REGISTERED', 'AVAILABLE') AND (cardinality(p.rack_ids) = 0 OR t.rack_id = ANY(p.rack_ids))
        ORDER BY t.name LIMIT $2`,
      values: [poolId, limit],
    })
  ).map(MACHINE.read);

/** GPUs that instances hold on each machine asked for; one statement. */
export const gpusAllocated = async (q: Reader, ids: readonly MachineId[]): Promise<ReadonlyMap<MachineId, number>> =>
  new Map(
    (await q.rows<{ id: MachineId; n: number }>({ name: 'cad_machine_gpus', text: 'SELECT machine_id AS id, gpus_allocated AS n FROM machine_capacity WHERE machine_id = ANY($1)', values: [[...new Set(ids)]] }))
      .map(r => [r.id, r.n]),
  );

/** Any number in one statement, all or none. */
export const insert = (machines: readonly Machine[]) => insertRows(MACHINE, machines);
export const update = (id: MachineId, changes: Changes<Machine, 'serial' | 'positionU' | 'nvlinkDomain' | 'state'>, fence: Fenced) => changeDesire(MACHINE, id, changes, fence);
/** What was seen of its node, or the step of its life that follows from it. */
export const observe = (id: MachineId, changes: Changes<Machine, 'state' | 'conditions'>, fence: Fenced) => changeStatus(MACHINE, id, changes, fence);

export interface FencedMachine extends Fenced {
  readonly id: MachineId;
}
const assign = (machines: readonly FencedMachine[], set: string, only: string, more: readonly unknown[]): Write => ({
  noun: MACHINE.noun,
  id: machines[0]?.id ?? '',
  sql: {
    text: `UPDATE machine t SET ${set}, generation = t.generation + 1, updated_at = now() FROM unnest($1::text[], $2::int[]) AS w(id, generation)
      WHERE t.id = w.id AND t.generation = w.generation AND ${only}`,
    values: [machines.map(m => m.id), machines.map(m => m.ifGeneration), ...more],
  },
  rows: machines.length,
});
/** Gives machines to a pool and makes them AVAILABLE; STALE_GENERATION when another pool was faster. */
export const assignPool = (machines: readonly FencedMachine[], { poolId, clusterId }: { readonly poolId: PoolId; readonly clusterId: ClusterId }): Write =>
  assign(machines, "pool_id = $3, cluster_id = $4, state = 'AVAILABLE'", 't.pool_id IS NULL', [poolId, clusterId]);
/** Takes machines out of a pool; refused (STALE_GENERATION) for one that instances still hold. */
export const leavePool = (machines: readonly FencedMachine[], poolId: PoolId): Write =>
  assign(
    machines, 'pool_id = NULL, cluster_id = NULL',
    't.pool_id = $3 AND NOT EXISTS (SELECT FROM machine_capacity c WHERE c.machine_id = t.id AND c.gpus_allocated > 0)', [poolId],
  );

/** A step of a machine's life that its pool's reconciler takes: into the pool, on its way out, out of it. `null` empties pool and cluster. */
export const move = (id: MachineId, changes: Changes<Machine, 'state' | 'poolId' | 'clusterId' | 'conditions'>, fence: Fenced) => changeDesire(MACHINE, id, changes, fence);

export interface Holding {
  readonly id: MachineId;
  /** Instances on it that are not released. */
  readonly claims: number;
  /** Energised in the ledger: the allocator may still place on it. */
  readonly inLedger: boolean;
}
/** What is placed on each machine, and whether more may come; one statement, one snapshot. Machines that nothing is known of are missing. */
export const holdings = async (q: Reader, ids: readonly MachineId[]): Promise<ReadonlyMap<MachineId, Holding>> =>
  new Map(
    (await q.rows<Holding>({
      name: 'cad_machine_holdings',
      text: `SELECT m.id, (SELECT count(*) FROM gpu_instance i WHERE i.machine_id = m.id AND i.status <> 'RELEASED') AS claims, coalesce(c.energised, false) AS "inLedger"
        FROM unnest($1::text[]) AS m(id) LEFT JOIN machine_capacity c ON c.machine_id = m.id`,
      values: [[...new Set(ids)]],
    })).map(h => [h.id, h]),
  );
