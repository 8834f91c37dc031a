import type { PoolId } from '@cadastre/domain/core';
import {
  decideCreateNodePool, decidePauseNodePool, decideScaleNodePool, type CreateNodePool, type NodePool, type PauseNodePool, type ScaleNodePool,
} from '@cadastre/domain/pool';
import * as clusters from '@cadastre/store/cluster';
import * as pools from '@cadastre/store/node-pool';
import { viewClusters, viewPools, type PoolView } from '@cadastre/store/place';
import type { Reader } from '@cadastre/store/pool';
import * as shapes from '@cadastre/store/shape';
import type { Page, Stored } from '@cadastre/store/sql';
import type { CreateNodePoolInput, PauseNodePoolInput, ScaleNodePoolInput } from '../generated/provider.ts';
import { changeOutcome, created, EMPTY, filterIds, idOrNone, outcome, updated, type Filter } from '../shared/input.ts';
import { listById, type ListArgs } from '../shared/lists.ts';
import { mutate, type Policy } from '../shared/mutate.ts';
import { conditionsData } from '../shared/problems.ts';
import type { Viewer } from '../shared/viewer.ts';

const CREATE: Policy = { operation: 'createNodePool', roles: ['OPERATOR'] };
const SCALE: Policy = { operation: 'scaleNodePool', roles: ['OPERATOR'] };
const PAUSE: Policy = { operation: 'pauseNodePool', roles: ['OPERATOR'] };

const poolData = (viewer: Viewer, p: PoolView): object => ({
  __typename: 'NodePool', ...p,
  labels: Object.entries(p.labels).map(([key, value]) => ({ key, value })),
  conditions: conditionsData(viewer, p.conditions),
  cluster: { ...p.cluster, conditions: conditionsData(viewer, p.cluster.conditions) },
});

export const loadNodePool = async (viewer: Viewer, text: string): Promise<object | undefined> => {
  const id = idOrNone('pool', text);
  if (id === undefined) return undefined;
  const [view] = await viewer.door.store.read(viewer.scope, async q => viewPools(q, [...(await pools.byIds(q, [id])).values()]));
  return view === undefined ? undefined : poolData(viewer, view);
};

export const listNodePools = (viewer: Viewer, args: ListArgs, filter: Filter<'clusterId'>): Promise<object> =>
  listById<PoolView>(viewer, args, request => viewer.door.store.read(viewer.scope, async (q): Promise<Page<PoolView>> => {
    const by = filterIds(filter, { clusterId: 'cluster' });
    if (by === undefined) return EMPTY;
    const page = await pools.page(q, { ...request, ...by });
    return { ...page, items: await viewPools(q, page.items) };
  }), items => items.map(p => poolData(viewer, p)));

const accept = async (viewer: Viewer, id: string): Promise<object> => ({ __typename: 'NodePoolAccepted', nodePool: await loadNodePool(viewer, id) });

export const createNodePool = (viewer: Viewer, input: CreateNodePoolInput): Promise<object> =>
  mutate<PoolId>(viewer, {
    policy: CREATE, type: 'platform.pool.create', target: { kind: 'pool', id: input.name, parent: input.clusterId }, input,
    decide: async q => {
      const wanted = created<CreateNodePool>(input, { clusterId: 'cluster', shapeId: 'shape', rackIds: 'rack' });
      if (!wanted.ok) return wanted;
      const { clusterId, shapeId, rackIds, name } = wanted.value;
      const [found, shape, named] = await Promise.all([clusters.byIds(q, [clusterId]), shapes.get(q, shapeId), pools.page(q, { first: 1, clusterId, name })]);
      const [cluster] = await viewClusters(q, [...found.values()]);
      const reach = { datacenterId: cluster?.datacenterId, shapeId, rackIds, simulated: cluster?.simulated ?? false };
      const [declared, racks] = await Promise.all([pools.declared(q, reach), pools.racks(q, reach)]);
      const seen = { cluster: found.get(clusterId), datacenter: cluster?.datacenter, regionCode: cluster?.datacenter.region.code ?? '_', shape, racks, declared, taken: named.totalCount > 0 };
      return outcome(decideCreateNodePool(wanted.value, seen, viewer.door), d => pools.insert(d.next), d => d.next.id);
    },
    accept: id => accept(viewer, id),
  });

interface Found {
  readonly pool: Stored<NodePool> | undefined;
  readonly view: PoolView | undefined;
  readonly regionCode: string;
}
const find = async (q: Reader, id: PoolId): Promise<Found> => {
  const found = await pools.byIds(q, [id]);
  const [view] = await viewPools(q, [...found.values()]);
  return { pool: found.get(id), view, regionCode: view?.cluster.datacenter.region.code ?? '_' };
};

export const scaleNodePool = (viewer: Viewer, input: ScaleNodePoolInput): Promise<object> =>
  mutate<PoolId>(viewer, {
    policy: SCALE, type: 'platform.pool.scale', target: { kind: 'pool', id: input.id }, input,
    decide: async q => {
      const wanted = updated<ScaleNodePool>(input, { id: 'pool' });
      if (!wanted.ok) return wanted;
      const { pool, view, regionCode } = await find(q, wanted.value.id);
      const declared = view === undefined ? 0 : await pools.declared(q, { ...view, simulated: view.cluster.simulated });
      return changeOutcome(decideScaleNodePool(wanted.value, { pool, regionCode, declared }), d => pools.update(d.next.id, d.changes, d));
    },
    accept: id => accept(viewer, id),
  });

export const pauseNodePool = (viewer: Viewer, input: PauseNodePoolInput): Promise<object> =>
  mutate<PoolId>(viewer, {
    policy: PAUSE, type: 'platform.pool.pause', target: { kind: 'pool', id: input.id }, input,
    decide: async q => {
      const wanted = updated<PauseNodePool>(input, { id: 'pool' });
      if (!wanted.ok) return wanted;
      const { pool, regionCode } = await find(q, wanted.value.id);
      return changeOutcome(decidePauseNodePool(wanted.value, { pool, regionCode }), d => pools.update(d.next.id, d.changes, d));
    },
    accept: id => accept(viewer, id),
  });
