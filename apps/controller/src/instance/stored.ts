import type { InstanceId } from '@cadastre/domain/core';
import type { InstanceStatus } from '@cadastre/domain/instance';
import { currentTraceparent } from '@cadastre/platform/otel';
import { commit } from '@cadastre/store/commit';
import * as instances from '@cadastre/store/instance';
import * as machines from '@cadastre/store/machine';
import * as pools from '@cadastre/store/node-pool';
import type { Reader, Store } from '@cadastre/store/pool';
import * as projects from '@cadastre/store/project';
import * as regions from '@cadastre/store/region';
import * as shapes from '@cadastre/store/shape';
import type { MakeAct } from '../act.ts';
import type { InstanceRecord, InstanceRows } from './rows.ts';

export const storedInstances = (store: Store, makeAct: MakeAct): InstanceRows => ({
  load: id => store.read('system', q => loadInstance(q, id)),
  liveIds: () => store.read('system', q => allLive(q)),
  generation: async id => (await store.read('system', q => instances.holding(q, id)))?.generation ?? null,
  save: (before, status) => saveInstance(store, makeAct, before, status),
});

const loadInstance = async (q: Reader, id: InstanceId): Promise<InstanceRecord | null> => {
  const instance = await instances.get(q, id);
  if (instance === undefined) return null;
  const [project, machine, shape, pool, region] = await Promise.all([
    projects.get(q, instance.projectId), machines.get(q, instance.machineId), shapes.get(q, instance.shapeId), pools.get(q, instance.poolId), regions.get(q, instance.regionId),
  ]);
  // Foreign keys hold them; a row without them is a bug that must be loud.
  if (project === undefined || machine === undefined || shape === undefined || region === undefined) throw new Error(`${id}: project, machine, shape or region is not there`);
  return { instance, project, machineName: machine.name, simulated: machine.simulated, shape, taints: pool?.taints ?? [], regionCode: region.code };
};

const PART = 1_000;

const allLive = async (q: Reader): Promise<readonly InstanceId[]> => {
  const ids: InstanceId[] = [];
  for (;;) {
    const part = await instances.live(q, {}, ids.at(-1), PART);
    ids.push(...part.map(i => i.id));
    if (part.length < PART) return ids;
  }
};

const saveInstance = async (store: Store, makeAct: MakeAct, { instance, regionCode }: InstanceRecord, { next, verb, audit }: InstanceStatus): Promise<'saved' | 'stale'> => {
  const moved = next.status !== instance.status;
  const change = moved ? next.statusHistory.at(-1) : undefined;
  const traceparent = currentTraceparent();
  const saved = await commit(store, {
    scope: { tenant: instance.tenantId }, act: makeAct('instance.state'), audit,
    writes: [instances.observe(instance.id, {
      conditions: next.conditions, observedGeneration: next.observedGeneration,
      ...(next.readyAt === undefined ? {} : { readyAt: next.readyAt }),
      ...(moved ? { status: next.status } : {}), ...(change === undefined ? {} : { change }),
    }, { ifGeneration: instance.generation, ifStatus: instance.status })],
    outbox: [{ noun: 'instance', objectId: instance.id, verb, regionCode, tenantId: instance.tenantId, ...(traceparent === undefined ? {} : { traceparent }) }],
  });
  return saved.ok ? 'saved' : 'stale';
};
