import type { ProjectId } from '@cadastre/domain/core';
import type { ProjectSnapshot, ProjectStatus, ProjectStep } from '@cadastre/domain/project';
import { namespaceReady, planProject, statusOfProject, toWake } from '@cadastre/domain/project';
import type { Connections } from '../connection/connections.ts';
import type { Lease, Reconciler } from '../loop/reconciler.ts';
import { executeProject } from './execute.ts';
import type { ProjectSeen } from './observe.ts';
import { observeProject } from './observe.ts';
import type { ProjectRows } from './rows.ts';

// The default service account and the quota's first count come from Kubernetes' own controllers, within a second, and nothing tells us of the first.
const FILLING_MS = 250;

const SILENT_MS = 2_000;

const filling = ({ clusters }: ProjectSnapshot): boolean => clusters.some(c => c.view !== 'UNREACHABLE' && c.view.namespace.as === 'OURS' && !namespaceReady(c.view));

export const projectReconciler = (rows: ProjectRows, connections: Connections, lease: Lease, everySeconds: number): Reconciler<ProjectId, ProjectSeen, ProjectStep, ProjectStatus> => ({
  noun: 'project',
  timer: { everySeconds, keys: () => rows.ids() },
  lease,
  observe: id => observeProject(rows, connections, id),
  plan: seen => planProject(seen.snapshot),
  execute: (seen, step) => executeProject(connections, seen.snapshot.project, step),
  reaches: (_seen, step) => step.clusterId,
  tenant: seen => seen.record.project.tenantId,
  statusOf: (seen, acts, now) => statusOfProject(seen.snapshot, acts.flatMap(a => (a.did.as === 'refused' ? [a.did.refused] : [])), now),
  commit: (seen, status) => rows.save(seen.record, status),
  restless: (seen, acts) => {
    if (acts.some(a => a.did.as === 'refused')) return null;
    if (filling(seen.snapshot) || acts.length > 0) return { afterMs: FILLING_MS, because: 'the namespace is being filled' };
    const { waiting, clusters } = seen.snapshot;
    return waiting.length > 0 && clusters.some(c => c.view === 'UNREACHABLE') ? { afterMs: SILENT_MS, because: 'a cluster does not answer and orders wait' } : null;
  },
  wakes: seen => toWake(seen.snapshot).map(key => ({ noun: 'instance', key })),
  traceparent: () => undefined,
});
