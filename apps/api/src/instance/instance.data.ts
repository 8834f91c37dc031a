import type { Refusal, Verdict } from '@cadastre/domain/capacity';
import type { DecisionId, Params } from '@cadastre/domain/core';
import { problem } from '@cadastre/domain/core';
import { objectName } from '@cadastre/domain/instance';
import { namespaceName, SSH_PORT } from '@cadastre/domain/project';
import type { ProviderInstance, TenantInstance } from '@cadastre/store/instance';
import { CATALOGUES, render } from '../shared/messages/render.ts';
import { conditionsData, problemData } from '../shared/problems.ts';
import type { Viewer } from '../shared/viewer.ts';

/** Instances as their tenant sees them. A project that many share is shaped once. */
export const tenantData = (viewer: Viewer, items: readonly TenantInstance[]): readonly object[] => {
  const projects = new Map<string, object>();
  const projectOf = ({ project }: TenantInstance): object => {
    const known = projects.get(project.id);
    if (known !== undefined) return known;
    const made = { ...project, conditions: conditionsData(viewer, project.conditions) };
    projects.set(project.id, made);
    return made;
  };
  // In place: what the store gave belongs to this request alone, and copying forty fields of each row was a tenth of a list's time.
  return items.map(i => Object.assign(i as object, { __typename: 'GpuInstance', sshEndpoint: sshEndpoint(i), project: projectOf(i), conditions: conditionsData(viewer, i.conditions) }));
};

/** The service's name inside the cluster; null until it was seen. */
const sshEndpoint = (i: TenantInstance): string | null =>
  i.conditions.some(c => c.type === 'SshReachable' && c.status === 'True') ? `${objectName(i.id)}.${namespaceName(i.project)}.svc:${String(SSH_PORT)}` : null;

export const providerData = (viewer: Viewer, items: readonly ProviderInstance[]): readonly object[] =>
  items.map(i => Object.assign(i as object, { __typename: 'GpuInstance', conditions: conditionsData(viewer, i.conditions) }));

type Refused = Extract<Verdict, { outcome: 'REFUSED' }>;

/** A verdict as the member of the union that its headline belongs to, with every reason in words and numbers. */
export const refusedData = (viewer: Viewer, asked: { readonly shape: string; readonly count: number }, decisionId: DecisionId, verdict: Refused): object => {
  const [__typename, code] = memberOf(verdict.reasons[0]);
  const params = { shape: asked.shape, asked: asked.count, wouldFit: verdict.wouldFit, tenantClass: viewer.organisation?.class ?? '' };
  const data = problemData(viewer.lang, problem(code, params));
  return { ...data, __typename, reasons: verdict.reasons.map(r => reasonData(viewer, r)), wouldFit: verdict.wouldFit, decisionId };
};

const memberOf = (headline: Refusal | undefined) => {
  switch (headline?.reason) {
    case 'RACK_POWER': case 'POWER_PHASE': case 'POWER_NODE': case 'POWER_FEED_N_MINUS_1':
      return ['PowerRefused', 'POWER_REFUSED'] as const;
    case 'TENANT_CLASS': case 'LEGAL_SCOPE': case 'CERTIFICATION_EXPIRED':
      return ['LegalScopeRefused', 'TENANT_CLASS_REFUSED'] as const;
    default:
      return ['NotEnoughCapacity', 'NOT_ENOUGH_CAPACITY'] as const;
  }
};

const reasonData = (viewer: Viewer, { reason, candidates, params }: Refusal): object => ({
  reason, candidates, message: render(viewer.lang, CATALOGUES[viewer.lang].placement[reason], params), numbers: numbersOf(params),
});
const numbersOf = (params: Params): readonly object[] => Object.entries(params).flatMap(([name, value]) => (typeof value === 'number' ? [{ name, value }] : []));
