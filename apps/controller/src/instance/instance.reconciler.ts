import type { InstanceId } from '@cadastre/domain/core';
import { isId } from '@cadastre/domain/core';
import type { InstanceStatus, InstanceStep } from '@cadastre/domain/instance';
import { planInstance, statusOfInstance } from '@cadastre/domain/instance';
import type { Act, Lease, Reconciler } from '../loop/reconciler.ts';
import type { InstanceHands } from './execute.ts';
import { executeInstance } from './execute.ts';
import type { InstanceSeen } from './observe.ts';
import { observeInstance } from './observe.ts';

// Kubernetes refused for a reason that may pass (a quota not counted yet, a webhook that is down); not worth a tighter loop.
const AFTER_REFUSAL_MS = 3_000;

// What runs can wait for the timer; an order that was begun, or given back, should not wait for it after a short outage.
const SILENT_MS = 2_000;
const isUnsettled = ({ record }: InstanceSeen): boolean => record !== null && record.instance.status !== 'RELEASED' && (record.instance.desired !== 'RUNNING' || record.instance.status !== 'READY');

const took = (acts: readonly Act<InstanceStep>[], what: InstanceStep['do']): boolean => acts.some(a => a.step.do === what && a.did.as === 'done');

export const instanceReconciler = (hands: InstanceHands, lease: Lease, everySeconds: number): Reconciler<InstanceId, InstanceSeen, InstanceStep, InstanceStatus> => ({
  noun: 'instance',
  // The pods of our own that no live row asks for are keys too: that is how leftovers are found.
  timer: { everySeconds, keys: async () => [...new Set([...(await hands.rows.liveIds()), ...ownersSeen(hands)])] },
  lease,
  observe: id => observeInstance(hands.rows, hands.connections, id),
  plan: seen => planInstance(seen.snapshot),
  execute: (seen, step, assumes) => executeInstance(hands, seen, step, assumes),
  reaches: ({ record }, step) => (step.do === 'free' ? null : step.do === 'delete' ? step.what.clusterId : (record?.instance.clusterId ?? null)),
  tenant: seen => seen.record?.instance.tenantId,
  statusOf: (seen, acts, now) => {
    const refusal = acts.map(a => a.did).find(d => d.as === 'refused');
    return statusOfInstance(seen.snapshot, { appliedPod: took(acts, 'applyPod'), freed: took(acts, 'free'), refused: refusal?.refused ?? null }, now);
  },
  commit: (seen, status) => (seen.record === null ? Promise.resolve('saved') : hands.rows.save(seen.record, status)),
  restless: (seen, acts) => {
    if (acts.some(a => a.did.as === 'refused')) return { afterMs: AFTER_REFUSAL_MS, because: 'Kubernetes refused' };
    return seen.snapshot.view === 'UNREACHABLE' && isUnsettled(seen) ? { afterMs: SILENT_MS, because: 'the cluster does not answer' } : null;
  },
  wakes: ({ snapshot: { view }, record }) =>
    record !== null && record.instance.desired === 'RUNNING' && view !== 'UNREACHABLE' && view.namespace === 'NOT_READY'
      ? [{ noun: 'project', key: record.project.id }]
      : [],
  traceparent: seen => seen.record?.instance.traceparent,
});

const ownersSeen = (hands: InstanceHands): readonly InstanceId[] =>
  hands.connections.all().flatMap(c => [...c.podOwners.owners(), ...c.serviceOwners.owners()]).filter(id => isId('instance', id));
