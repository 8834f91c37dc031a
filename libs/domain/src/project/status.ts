import type { AuditFact } from '../audit/model.ts';
import type { Refused } from '../cluster/seen.ts';
import type { Condition, InstanceId, Instant, Params } from '../core/index.ts';
import { mergeConditions } from '../core/index.ts';
import type { Project } from './model.ts';
import type { ProjectSnapshot } from './plan.ts';
import { namespaceReady, strangersOf } from './plan.ts';

/** Closed list: what a project's condition may say. */
export const PROJECT_REASONS = ['NONE_NEEDED', 'NAMESPACES_READY', 'CREATING', 'NOT_OURS', 'APPLY_REFUSED', 'CLUSTER_UNREACHABLE'] as const;
export type ProjectReason = (typeof PROJECT_REASONS)[number];

export interface ProjectStatus {
  readonly next: Project;
  readonly audit: readonly AuditFact[];
}

type Verdict = readonly [status: Condition['status'], reason: ProjectReason, params: Params];

const verdict = (s: ProjectSnapshot, refused: readonly Refused[]): Verdict => {
  if (s.clusters.length === 0) return ['True', 'NONE_NEEDED', {}];
  const seen = s.clusters.flatMap(c => (c.view === 'UNREACHABLE' ? [] : [c.view]));
  const strangers = seen.flatMap(strangersOf);
  if (strangers.length > 0) return ['False', 'NOT_OURS', { objects: strangers }];
  const [first] = refused;
  if (first !== undefined) return ['False', 'APPLY_REFUSED', { code: first.code, object: first.object }];
  if (!seen.every(namespaceReady)) return ['False', 'CREATING', {}];
  const silent = s.clusters.filter(c => c.view === 'UNREACHABLE').map(c => c.clusterId);
  return silent.length > 0 ? ['Unknown', 'CLUSTER_UNREACHABLE', { clusters: silent }] : ['True', 'NAMESPACES_READY', { clusters: seen.length }];
};

export const statusOfProject = (s: ProjectSnapshot, refused: readonly Refused[], now: Instant): ProjectStatus | null => {
  const { project } = s;
  const [status, reason, params] = verdict(s, refused);
  const conditions = mergeConditions<'NamespacesReady', string>(project.conditions, [
    { type: 'NamespacesReady', status, reason, params, observedGeneration: project.generation, lastTransitionTime: now },
  ]);
  const before = project.conditions[0];
  if (project.observedGeneration === project.generation && JSON.stringify(conditions) === JSON.stringify(project.conditions)) return null;
  const fact: AuditFact = {
    type: 'tenancy.project.state', phase: 'completed', outcome: 'success', reason, tenant: project.tenantId,
    target: { kind: 'project', id: project.id },
    change: [{ path: 'conditions.NamespacesReady', to: status, ...(before === undefined ? {} : { from: before.status }) }],
  };
  return { next: { ...project, conditions, observedGeneration: project.generation }, audit: [fact] };
};

/** Instances whose wait is over in at least one cluster. Waking one too many costs a look. */
export const toWake = (s: ProjectSnapshot): readonly InstanceId[] =>
  s.clusters.some(c => c.view !== 'UNREACHABLE' && namespaceReady(c.view)) ? s.waiting : [];
