import { objectName } from '@cadastre/domain/instance';
import { namespaceName, SSH_PORT } from '@cadastre/domain/project';
import type { ProviderInstance, TenantInstance } from '@cadastre/store/instance';
import { conditionsData } from '../shared/problems.ts';
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
