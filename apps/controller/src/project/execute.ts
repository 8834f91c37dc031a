import { unreachable } from '@cadastre/domain/core';
import type { ProjectNames, ProjectStep } from '@cadastre/domain/project';
import { limitRangeOf, namespaceOf, networkPoliciesOf, quotaOf } from '@cadastre/domain/project';
import { LIMIT_RANGES, NAMESPACES, NETWORK_POLICIES, RESOURCE_QUOTAS } from '@cadastre/kube/client';
import type { Connection } from '../connection/connection.ts';
import type { Connections } from '../connection/connections.ts';
import { didOf } from '../connection/did.ts';
import type { Did } from '../loop/reconciler.ts';

export const executeProject = async (connections: Connections, project: ProjectNames, step: ProjectStep): Promise<Did> => {
  const c = connections.get(step.clusterId);
  if (c === undefined) return { as: 'again', because: 'the cluster has no client any more' };
  switch (step.do) {
    case 'applyNamespace': return didOf(await c.kube.apply(NAMESPACES, namespaceOf(project)));
    case 'applyNetworkPolicies': return applyPolicies(c, project);
    case 'applyQuota': return didOf(await c.kube.apply(RESOURCE_QUOTAS, quotaOf(project)));
    case 'applyLimitRange': return didOf(await c.kube.apply(LIMIT_RANGES, limitRangeOf(project)));
    default: return unreachable(step);
  }
};

const applyPolicies = async (c: Connection, project: ProjectNames): Promise<Did> => {
  for (const policy of networkPoliciesOf(project)) {
    const did = didOf(await c.kube.apply(NETWORK_POLICIES, policy));
    if (did.as !== 'done') return did;
  }
  return { as: 'done' };
};
