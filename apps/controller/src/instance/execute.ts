import type { InstanceId } from '@cadastre/domain/core';
import { unreachable } from '@cadastre/domain/core';
import type { InstancePlace, InstanceStep, Located } from '@cadastre/domain/instance';
import { podOf, serviceOf } from '@cadastre/domain/instance';
import { namespaceName } from '@cadastre/domain/project';
import { PODS, SERVICES } from '@cadastre/kube/client';
import type { Connection } from '../connection/connection.ts';
import type { Connections } from '../connection/connections.ts';
import { didOf } from '../connection/did.ts';
import type { Did } from '../loop/reconciler.ts';
import type { InstanceSeen } from './observe.ts';
import type { InstanceRecord, InstanceRows } from './rows.ts';

/** Tells the region's allocator that an instance's GPUs are free. */
export type Free = (regionCode: string, instanceId: InstanceId) => Promise<Did>;

export interface InstanceHands {
  readonly rows: InstanceRows;
  readonly connections: Connections;
  readonly free: Free;
  /** Of an interruptible instance that gives way. */
  readonly noticeSeconds: number;
}

const NO_CLIENT: Did = { as: 'again', because: 'the cluster has no client any more' };
// The plan saw nothing under the name: the write may create and may not take over.
const CREATE = { observed: { object: undefined } } as const;

export const executeInstance = async (hands: InstanceHands, { record }: InstanceSeen, step: InstanceStep, assumes: { readonly generation: number }): Promise<Did> => {
  switch (step.do) {
    case 'delete': return remove(hands.connections.get(step.what.clusterId), step.what);
    case 'applyService': return create(hands, record, (c, place) => c.kube.apply(SERVICES, serviceOf(place), CREATE));
    case 'applyPod': {
      // Kubernetes cannot compare with a row of ours, so the row is read again at the last moment: an order released since the look
      // gets no pod. What slips through the rest of the gap is a stray of a released instance, which the next resync removes.
      const now = record === null ? null : await hands.rows.generation(record.instance.id);
      if (now !== assumes.generation) return { as: 'again', because: 'the order changed since the look' };
      return create(hands, record, (c, place) => c.kube.apply(PODS, podOf(place), CREATE));
    }
    case 'free': return record === null ? { as: 'done' } : hands.free(record.regionCode, record.instance.id);
    default: return unreachable(step);
  }
};

const create = async (
  hands: InstanceHands, record: InstanceRecord | null, write: (c: Connection, place: InstancePlace) => ReturnType<Connection['kube']['apply']>,
): Promise<Did> => {
  const c = record === null ? undefined : hands.connections.get(record.instance.clusterId);
  if (record === null || c === undefined) return NO_CLIENT;
  return didOf(await write(c, { ...record, namespace: namespaceName(record.project), noticeSeconds: hands.noticeSeconds }));
};

const remove = async (c: Connection | undefined, { kind, namespace, name, uid }: Located): Promise<Did> => {
  if (c === undefined) return NO_CLIENT;
  return didOf(await (kind === 'Pod' ? c.kube.delete({ kind: PODS, namespace, name }, { uid }) : c.kube.delete({ kind: SERVICES, namespace, name }, { uid })));
};
