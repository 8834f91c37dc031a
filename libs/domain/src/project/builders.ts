import { OWNER, OWNER_LABEL, label } from '../cluster/builders.ts';
import type { OrganisationId, ProjectId } from '../core/index.ts';

/** TCP port an instance's SSH server listens on: `restricted` pods run without the right to bind 22; the service maps 22 to it. */
export const SSH_PORT = 2222;

/** What the names and labels of a project's objects are made of. */
export interface ProjectNames {
  readonly id: ProjectId;
  readonly tenantId: OrganisationId;
  readonly code: string;
}

/** `cad-<code>-<last 8 of the id>`: readable, and unique although codes repeat between organisations. */
export const namespaceName = (p: Pick<ProjectNames, 'id' | 'code'>): string => `cad-${p.code}-${p.id.slice(-8)}`;

const labels = (p: ProjectNames): Record<string, string> => ({
  [OWNER_LABEL]: OWNER, [label('tenant')]: p.tenantId, [label('project')]: p.id,
});

/** Pod Security `restricted` for every project: a tenant's image gets no root, no host namespace, no host path. */
export const namespaceOf = (p: ProjectNames) => ({
  metadata: {
    name: namespaceName(p),
    labels: {
      ...labels(p),
      'pod-security.kubernetes.io/enforce': 'restricted',
      'pod-security.kubernetes.io/audit': 'restricted',
      'pod-security.kubernetes.io/warn': 'restricted',
    },
  },
});

export const DENY_ALL = 'cadastre-deny-all';
export const ALLOW = 'cadastre-allow';

/**
 * Everything is denied both ways, then two doors are opened. DNS: without names not even the tenant's own services work, and
 * the cluster's resolver is the only destination. SSH: to instance pods only, from any source, because the source that is
 * right (a site's bastion) is a later noun; another tenant's pod still cannot come, its own egress is denied.
 */
export const networkPoliciesOf = (p: ProjectNames) => {
  const metadata = (name: string) => ({ name, namespace: namespaceName(p), labels: labels(p) });
  return [
    { metadata: metadata(DENY_ALL), spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] } },
    {
      metadata: metadata(ALLOW),
      spec: {
        podSelector: { matchExpressions: [{ key: label('instance'), operator: 'Exists' }] },
        policyTypes: ['Ingress', 'Egress'],
        ingress: [{ ports: [{ protocol: 'TCP', port: SSH_PORT }] }],
        egress: [{
          to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } }, podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } }],
          ports: [{ protocol: 'UDP', port: 53 }, { protocol: 'TCP', port: 53 }],
        }],
      },
    },
  ];
};

export const QUOTA = 'cadastre';
export const LIMITS = 'cadastre';

/**
 * Guard rails, not the grant: GPUs are counted by the capacity ledger, and a second number here could only disagree with it.
 * What the ledger does not count is bounded: no port opened on the nodes, no load balancer, no volume, no flood of objects.
 */
export const quotaOf = (p: ProjectNames) => ({
  metadata: { name: QUOTA, namespace: namespaceName(p), labels: labels(p) },
  spec: { hard: { pods: '4096', services: '4096', 'services.nodeports': '0', 'services.loadbalancers': '0', persistentvolumeclaims: '0' } },
});

/** Defaults for a container that states nothing, so that one cannot take a node's CPU or memory by omission. */
export const limitRangeOf = (p: ProjectNames) => ({
  metadata: { name: LIMITS, namespace: namespaceName(p), labels: labels(p) },
  spec: { limits: [{ type: 'Container', default: { cpu: '1', memory: '1Gi' }, defaultRequest: { cpu: '100m', memory: '128Mi' } }] },
});
