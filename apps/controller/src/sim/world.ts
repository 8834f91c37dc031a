import type { ClusterId, InstanceId, ProjectId } from '@cadastre/domain/core';
import type { GpuInstance } from '@cadastre/domain/instance';
import { INSTANCE_LABEL } from '@cadastre/domain/instance';
import type { Project } from '@cadastre/domain/project';
import { namespaceName } from '@cadastre/domain/project';
import type { Shape } from '@cadastre/domain/shape';
import type { Pod } from '@cadastre/kube/client';
import { isOurs, NODES, PODS, RESOURCE_QUOTAS, SERVICE_ACCOUNTS } from '@cadastre/kube/client';
import type { FakeKube } from '@cadastre/kube/fake';
import { fakeKube } from '@cadastre/kube/fake';
import type { Connections } from '../connection/connections.ts';
import type { InstanceRecord, InstanceRows } from '../instance/rows.ts';
import type { ProjectRows } from '../project/rows.ts';
import type { LaggingConnection } from './caches.ts';
import { laggingConnection } from './caches.ts';

export const NOW = '2026-11-24T10:00:00.000Z';
const CLUSTER = 'cluster_01h455vb4pex5vsknk084sn02q' as ClusterId;
export const PROJECT = { id: 'project_01h455vb4pex5vsknk084sn02q' as ProjectId, tenantId: 'organisation_1', code: 'imagerie', conditions: [], observedGeneration: 0, generation: 1 } as unknown as Project;
export const NAMESPACE = namespaceName(PROJECT);
const SHAPE = { id: 'shape_1', code: 'h200-8', gpus: 8, cpuMilli: 192_000, ramMiB: 2_097_152, nvmeGiB: 30_000 } as unknown as Shape;
const NODE = 'node-1';

export const instanceId = (n: number): InstanceId => `instance_01h455vb4pex5vsknk084sn0${String(n).padStart(2, '0')}` as InstanceId;

/** One cluster, one project, some orders: rows in memory, objects in the fake, caches that lag. */
export interface World {
  readonly kube: FakeKube;
  readonly connection: LaggingConnection;
  readonly connections: Connections;
  readonly rows: InstanceRows;
  readonly projects: ProjectRows;
  readonly instances: Map<InstanceId, GpuInstance>;
  /** Freed instances whose pod existed at that moment: must stay empty. */
  readonly freedTooEarly: InstanceId[];
  free(id: InstanceId): Promise<'freed' | 'refused'>;
}

export const makeWorld = async (): Promise<World> => {
  const kube = fakeKube();
  kube.server.createAs('kubelet', NODES, {
    metadata: { name: NODE, labels: { 'app.kubernetes.io/managed-by': 'cadastre' } }, status: { conditions: [{ type: 'Ready', status: 'True' }] },
  });
  const connection = laggingConnection(CLUSTER, kube);
  const connections: Connections = {
    get: id => (id === CLUSTER ? connection : undefined), all: () => [connection], put: () => Promise.resolve(), drop: () => Promise.resolve(), close: () => Promise.resolve(),
  };
  const instances = new Map<InstanceId, GpuInstance>();
  const freedTooEarly: InstanceId[] = [];
  await Promise.all(connection.lagging.map(c => c.catchUp()));
  return {
    kube, connection, connections, instances, freedTooEarly, rows: rowsIn(instances), projects: projectsIn(instances),
    free: async id => {
      const i = instances.get(id);
      if (i?.desired !== 'RELEASED') return 'refused';
      if ((await pods(kube)).some(p => instanceOf(p) === id)) freedTooEarly.push(id);
      if (i.status !== 'RELEASED') {
        instances.set(id, { ...i, status: 'RELEASED', statusHistory: [...i.statusHistory, { state: 'RELEASED', cause: 'FREE', actor: 'allocator', at: NOW }] });
      }
      return 'freed';
    },
  };
};

const rowsIn = (instances: Map<InstanceId, GpuInstance>): InstanceRows => ({
  load: id => {
    const instance = instances.get(id);
    const record: InstanceRecord | null = instance === undefined ? null : { instance, project: PROJECT, machineName: NODE, simulated: true, shape: SHAPE, taints: [], regionCode: 'fr' };
    return Promise.resolve(record);
  },
  liveIds: () => Promise.resolve([...instances.values()].filter(i => i.status !== 'RELEASED').map(i => i.id)),
  generation: id => Promise.resolve(instances.get(id)?.generation ?? null),
  // What the database promises: nothing is written when the generation or the state moved since the look.
  save: (before, status) => {
    const now = instances.get(before.instance.id);
    if (now?.generation !== before.instance.generation || now.status !== before.instance.status) return Promise.resolve('stale');
    instances.set(now.id, status.next);
    return Promise.resolve('saved');
  },
});

const projectsIn = (instances: Map<InstanceId, GpuInstance>): ProjectRows => ({
  load: () => Promise.resolve({
    project: PROJECT, clusterIds: [CLUSTER], pending: [...instances.values()].filter(i => i.status === 'PENDING').map(i => i.id),
  }),
  ids: () => Promise.resolve([PROJECT.id]),
  save: () => Promise.resolve('saved'),
});

export const order = (world: World, n: number): void => {
  const id = instanceId(n);
  world.instances.set(id, {
    id, tenantId: 'organisation_1', projectId: PROJECT.id, orderId: 'order_1', name: `i-${n}`, regionId: 'region_1', datacenterId: 'dc_1', clusterId: CLUSTER, poolId: 'pool_1',
    shapeId: 'shape_1', machineId: 'machine_1', rackId: 'rack_1', gpus: 1, reservedW: 1, image: 'img:1', sshKeys: ['ssh-ed25519 A'], leaseEnd: NOW, interruptible: false,
    desired: 'RUNNING', status: 'PENDING', statusHistory: [], conditions: [], decisionId: 'decision_1', createdAt: NOW, observedGeneration: 0, generation: 1,
  } as unknown as GpuInstance);
};

export const release = (world: World, id: InstanceId): void => {
  const i = world.instances.get(id);
  if (i === undefined || i.desired === 'RELEASED') return;
  // What the allocator writes in one statement.
  const statusHistory = [...i.statusHistory, { state: 'TERMINATING' as const, cause: 'RELEASE', actor: 'tenant', at: NOW }];
  world.instances.set(id, { ...i, desired: 'RELEASED', status: 'TERMINATING', statusHistory, generation: i.generation + 1 });
};

/** The instance a pod of ours says it is of; undefined for a stranger's. */
export const instanceOf = (pod: Pod): string | undefined => (isOurs(pod) ? pod.metadata?.labels?.[INSTANCE_LABEL] : undefined);

/** Every pod there is, past every cache; no fault is ever injected into lists. */
export const pods = async (kube: FakeKube): Promise<readonly Pod[]> => {
  const list = await kube.server.page(PODS, {}, { limit: 10_000 });
  if (!list.ok) throw new Error(list.error.message);
  return list.value.items;
};

/** Kubernetes' own controllers: a quota is counted, a service account appears. */
export const controllersOfKubernetes = async (kube: FakeKube): Promise<void> => {
  const quotas = await kube.server.page(RESOURCE_QUOTAS, {}, { limit: 100 });
  for (const q of quotas.ok ? quotas.value.items : []) {
    kube.server.updateAs('kcm', { kind: RESOURCE_QUOTAS, name: q.metadata?.name ?? '', namespace: q.metadata?.namespace ?? '' }, o => { o.status = { hard: { pods: '4096' } }; }, 'status');
  }
  const account = await kube.server.read({ kind: SERVICE_ACCOUNTS, name: 'default', namespace: NAMESPACE }, {});
  const here = await kube.server.page(RESOURCE_QUOTAS, { namespace: NAMESPACE }, { limit: 1 });
  if (!account.ok && account.error.code === 'NOT_FOUND' && here.ok && here.value.items.length > 0) {
    kube.server.createAs('kcm', SERVICE_ACCOUNTS, { metadata: { name: 'default', namespace: NAMESPACE } });
  }
};

/** One pod's next step in life, as a scheduler and a kubelet would make it. */
export const kubelet = (kube: FakeKube, pod: Pod): void => {
  const ref = { kind: PODS, name: pod.metadata?.name ?? '', namespace: pod.metadata?.namespace ?? '' };
  if (pod.metadata?.deletionTimestamp !== undefined) { kube.server.finish(ref); return; }
  if (pod.spec?.nodeName === undefined) { kube.server.updateAs('kube-scheduler', ref, o => { if (o.spec !== undefined) o.spec.nodeName = NODE; }); return; }
  kube.server.updateAs('kubelet', ref, o => { o.status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] }; }, 'status');
};
