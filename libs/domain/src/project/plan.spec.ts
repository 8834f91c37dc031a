import { describe, expect, it } from 'vitest';
import { namespaceOf, networkPoliciesOf } from './builders.ts';
import type { Project } from './model.ts';
import type { ProjectSnapshot, ProjectView } from './plan.ts';
import { planProject } from './plan.ts';
import { statusOfProject, toWake } from './status.ts';

const NOW = '2026-11-24T10:00:00.000Z';
const project = { id: 'project_01h455vb4pex5vsknk084sn02q', tenantId: 'organisation_1', code: 'imagerie', conditions: [], observedGeneration: 0, generation: 1 } as unknown as Project;
const there = { as: 'OURS', uid: 'u', deleting: false } as const;
const none = { as: 'ABSENT' } as const;
const stranger = { as: 'STRANGER' } as const;
const bare: ProjectView = { namespace: none, denyAll: none, allow: none, quota: none, limits: none, serviceAccount: false };
const full: ProjectView = { namespace: there, denyAll: there, allow: there, quota: { ...there, counting: true }, limits: there, serviceAccount: true };
const snapshot = (...views: readonly (ProjectView | 'UNREACHABLE')[]): ProjectSnapshot =>
  ({ project, clusters: views.map((view, i) => ({ clusterId: `cluster_${i}` as ProjectSnapshot['clusters'][number]['clusterId'], view })), waiting: ['instance_1' as ProjectSnapshot['waiting'][number]] });

const ROWS: readonly (readonly [reason: string, snapshot: ProjectSnapshot, steps: string, verdict: string])[] = [
  ['no instance, no namespace', snapshot(), '', 'True NONE_NEEDED'],
  ['the namespace comes before what lives in it', snapshot(bare), 'applyNamespace', 'False CREATING'],
  ['the fences stand before the first pod', snapshot({ ...bare, namespace: there }), 'applyNetworkPolicies, applyQuota, applyLimitRange', 'False CREATING'],
  ['a lost fence is put up again', snapshot({ ...full, denyAll: none }), 'applyNetworkPolicies', 'False CREATING'],
  ['a quota that does not count yet admits no pod', snapshot({ ...full, quota: { ...there, counting: false } }), '', 'False CREATING'],
  ['all in place', snapshot(full), '', 'True NAMESPACES_READY'],
  ["a stranger's namespace is left alone", snapshot({ ...bare, namespace: stranger }), '', 'False NOT_OURS'],
  ["nothing is written beside a stranger's quota", snapshot({ ...bare, namespace: there, quota: stranger }), '', 'False NOT_OURS'],
  ['a namespace in deletion is waited for', snapshot({ ...bare, namespace: { ...there, deleting: true } }), '', 'False CREATING'],
  ['one silent cluster does not stop the other', snapshot('UNREACHABLE', bare), 'applyNamespace', 'False CREATING'],
  ['silence is Unknown', snapshot('UNREACHABLE', full), '', 'Unknown CLUSTER_UNREACHABLE'],
];

describe('the namespaces of a project', () => {
  it.each(ROWS)('%s', (_reason, seen, steps, verdict) => {
    const condition = statusOfProject(seen, [], NOW)?.next.conditions[0];
    expect([planProject(seen).steps.map(s => s.do).join(', '), `${condition?.status} ${condition?.reason}`]).toEqual([steps, verdict]);
  });

  it('wake those who waited, once they are ready', () => {
    expect([toWake(snapshot(bare)), toWake(snapshot(full))]).toEqual([[], ['instance_1']]);
  });

  it('are restricted and closed both ways', () => {
    expect(namespaceOf(project).metadata.name).toBe('cad-imagerie-084sn02q');
    expect(namespaceOf(project).metadata.labels['pod-security.kubernetes.io/enforce']).toBe('restricted');
    expect(networkPoliciesOf(project)[0]).toMatchObject({ spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] } });
  });
});
