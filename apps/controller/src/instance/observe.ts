import type { InstanceId } from '@cadastre/domain/core';
import type { InstanceSnapshot, InstanceView } from '@cadastre/domain/instance';
import { objectName } from '@cadastre/domain/instance';
import type { Seen } from '@cadastre/domain/cluster';
import { namespaceName, namespaceReady } from '@cadastre/domain/project';
import { keyOf, PODS, SERVICES } from '@cadastre/kube/client';
import type { Connection } from '../connection/connection.ts';
import type { Connections } from '../connection/connections.ts';
import type { Kept } from '../connection/keep.ts';
import { keep, keepPod } from '../connection/keep.ts';
import { look, SILENT } from '../connection/look.ts';
import { viewProject } from '../connection/project-view.ts';
import type { InstanceRecord, InstanceRows } from './rows.ts';

export interface InstanceSeen {
  readonly snapshot: InstanceSnapshot;
  readonly record: InstanceRecord | null;
}

type Stray = InstanceSnapshot['strays'][number];

export const observeInstance = async (rows: InstanceRows, connections: Connections, id: InstanceId): Promise<InstanceSeen> => {
  const record = await rows.load(id);
  const strays = connections.all().flatMap(c => straysIn(c, id, record));
  const at = record === null ? undefined : connections.get(record.instance.clusterId);
  const view = record === null || at === undefined ? 'UNREACHABLE' : await viewInstance(at, record);
  return { record, snapshot: { id, instance: record?.instance ?? null, simulated: record?.simulated ?? false, view, strays } };
};

const viewInstance = async (c: Connection, r: InstanceRecord): Promise<InstanceView | 'UNREACHABLE'> => {
  const project = await viewProject(c, r.project);
  if (project === 'UNREACHABLE') return 'UNREACHABLE';
  const [namespace, name] = [namespaceName(r.project), objectName(r.instance.id)];
  const [pod, service] = await Promise.all([
    look(c, c.pods, { kind: PODS, namespace, name }, keepPod), look(c, c.services, { kind: SERVICES, namespace, name }, keep),
  ]);
  if (pod === SILENT || service === SILENT) return 'UNREACHABLE';
  const node = c.nodes.get(r.machineName);
  return {
    namespaceName: namespace,
    objectName: name,
    namespace: project.namespace.as === 'STRANGER' ? 'STRANGER' : namespaceReady(project) ? 'READY' : 'NOT_READY',
    node: node === undefined ? 'ABSENT' : node.ready ? 'READY' : 'NOT_READY',
    pod: ofInstance(pod, r.instance.id),
    service: ofInstance(service, r.instance.id),
  };
};

/** Our mark alone is not enough: an object that belongs to another instance is as strange as one that belongs to nobody. */
const ofInstance = <V extends Kept>(seen: Seen<V>, id: InstanceId): Seen<V> =>
  seen.as === 'OURS' && seen.instance !== id ? { as: 'STRANGER' } : seen;

const straysIn = (c: Connection, id: InstanceId, r: InstanceRecord | null): readonly Stray[] => {
  const place = r?.instance.clusterId === c.clusterId ? keyOf(objectName(id), namespaceName(r.project)) : undefined;
  const located = (kind: Stray['kind'], key: string, kept: Kept | undefined): readonly Stray[] => {
    const [namespace, name] = key.split('/');
    if (kept === undefined || namespace === undefined || name === undefined || key === place) return [];
    return [{ kind, clusterId: c.clusterId, namespace, name, uid: kept.uid, deleting: kept.deleting }];
  };
  return [
    ...c.podOwners.keysOf(id).flatMap(key => located('Pod', key, c.pods.get(key))),
    ...c.serviceOwners.keysOf(id).flatMap(key => located('Service', key, c.services.get(key))),
  ];
};
