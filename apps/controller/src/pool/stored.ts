import type { PoolId } from '@cadastre/domain/core';
import type { Machine } from '@cadastre/domain/machine';
import type { NodePool, PoolStatus } from '@cadastre/domain/pool';
import { currentTraceparent } from '@cadastre/platform/otel';
import * as clusters from '@cadastre/store/cluster';
import type { OutboxFact, Write } from '@cadastre/store/commit';
import { commit } from '@cadastre/store/commit';
import * as datacenters from '@cadastre/store/datacenter';
import * as halls from '@cadastre/store/hall';
import * as machines from '@cadastre/store/machine';
import * as pools from '@cadastre/store/node-pool';
import type { Reader, Store } from '@cadastre/store/pool';
import * as racks from '@cadastre/store/rack';
import * as regions from '@cadastre/store/region';
import * as shapes from '@cadastre/store/shape';
import type { MakeAct } from '../act.ts';
import type { MachineRecord, PoolRecord, PoolRows } from './rows.ts';

// More free machines than any pool lacks at once; the plan picks by place in the hall, which the rows do not order by.
const CANDIDATES = 10_000;

export const storedPools = (store: Store, makeAct: MakeAct): PoolRows => ({
  load: id => store.read('system', q => loadPool(q, id)),
  ids: async () => (await store.read('system', q => pools.list(q))).map((p): PoolId => p.id),
  save: (before, status) => savePool(store, makeAct, before, status),
});

const loadPool = async (q: Reader, id: PoolId): Promise<PoolRecord | null> => {
  const pool = await pools.get(q, id);
  if (pool === undefined) return null;
  const [shape, cluster, datacenter, mine] = await Promise.all([shapes.get(q, pool.shapeId), clusters.get(q, pool.clusterId), datacenters.get(q, pool.datacenterId), machines.ofPool(q, id)]);
  if (shape === undefined || cluster === undefined || datacenter === undefined) return null;
  const region = await regions.get(q, datacenter.regionId);
  const free = mine.length < pool.target && !pool.paused ? await machines.free(q, id, CANDIDATES) : [];
  return {
    pool, shape, provider: cluster.provider, regionCode: region?.code ?? '_', datacenterCode: datacenter.code, machines: await recordsOf(q, [...mine, ...free]),
  };
};

const recordsOf = async (q: Reader, all: readonly Machine[]): Promise<readonly MachineRecord[]> => {
  const [held, inRacks] = await Promise.all([machines.holdings(q, all.map(m => m.id)), racks.byIds(q, all.map(m => m.rackId))]);
  const inHalls = await halls.byIds(q, [...inRacks.values()].map(r => r.hallId));
  return all.flatMap(machine => {
    const rack = inRacks.get(machine.rackId);
    const holding = held.get(machine.id);
    return rack === undefined ? [] : [{ machine, rack, hallName: inHalls.get(rack.hallId)?.name ?? '', claims: holding?.claims ?? 0, inLedger: holding?.inLedger ?? false }];
  });
};

const savePool = async (store: Store, makeAct: MakeAct, before: PoolRecord, status: PoolStatus): Promise<'saved' | 'stale'> => {
  const traceparent = currentTraceparent();
  const event = (noun: string, objectId: string, verb: string): OutboxFact => ({ noun, objectId, verb, regionCode: before.regionCode, ...(traceparent === undefined ? {} : { traceparent }) });
  const saved = await commit(store, {
    scope: 'system', act: makeAct('pool.state'), audit: status.audit,
    writes: [...status.machines.map(({ before: was, next }) => machineWrite(was, next)), ...(status.pool === null ? [] : [poolWrite(before.pool, status.pool)])],
    outbox: [
      ...status.machines.map(({ before: was, next }) => event('machine', next.id, verbOf(was, next))),
      ...(status.pool === null ? [] : [event('pool', before.pool.id, 'observed')]),
    ],
  });
  return saved.ok ? 'saved' : 'stale';
};

const poolWrite = (before: NodePool, { readyMachines, conditions, observedGeneration }: NodePool): Write =>
  pools.observe(before.id, { readyMachines, conditions, observedGeneration }, { ifGeneration: before.generation });

/** A move between pools is what someone else may decide too, so it moves the generation; what was seen of the node does not. */
const machineWrite = (was: Machine, { id, state, conditions, poolId, clusterId }: Machine): Write => {
  const fence = { ifGeneration: was.generation };
  return verbOf(was, { state, poolId }) === 'observed'
    ? machines.observe(id, { state, conditions }, fence)
    : machines.move(id, { state, conditions, poolId: poolId ?? null, clusterId: clusterId ?? null }, fence);
};

const verbOf = (was: Machine, next: { readonly state: Machine['state']; readonly poolId?: PoolId | undefined }): 'taken' | 'held' | 'kept' | 'returned' | 'observed' => {
  if (was.poolId !== next.poolId) return next.poolId === undefined ? 'returned' : 'taken';
  if (was.state === next.state) return 'observed';
  if (next.state === 'ERASING') return 'held';
  return was.state === 'ERASING' ? 'kept' : 'observed';
};
