import { request } from 'node:https';
import type { Kubernetes } from './kubernetes.ts';

interface Rule { readonly apiGroups: readonly string[]; readonly resources: readonly string[]; readonly verbs: readonly string[] }

const WRITE = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];
const READ = ['get', 'list', 'watch'];

/**
 * What the product may do in a cluster, and nothing else. No `secrets`, no `roles`, no `impersonate`: a stolen
 * credential can end tenants' pods, it cannot read their secrets or make itself an administrator.
 * The same rules serve a k3s or kind cluster (docs/operations.md).
 */
export const PRODUCT_RULES: readonly Rule[] = [
  { apiGroups: [''], resources: ['namespaces', 'nodes', 'pods', 'services', 'resourcequotas', 'limitranges'], verbs: WRITE },
  // Only the simulated machine provider reports node status; a real node reports its own.
  { apiGroups: [''], resources: ['nodes/status'], verbs: ['get', 'update', 'patch'] },
  { apiGroups: [''], resources: ['pods/status', 'pods/log', 'events', 'serviceaccounts'], verbs: READ },
  { apiGroups: [''], resources: ['pods/eviction'], verbs: ['create'] },
  { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create', 'patch', ...READ] },
  { apiGroups: ['networking.k8s.io'], resources: ['networkpolicies'], verbs: WRITE },
  { apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs: WRITE },
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: WRITE },
];

export const PRODUCT_USER = 'cadastre';

export function productRole(): object {
  return { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'cadastre-controller' }, rules: PRODUCT_RULES };
}

export function productBinding(): object {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', metadata: { name: 'cadastre-controller' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cadastre-controller' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: PRODUCT_USER }],
  };
}

/** Gives the product's user its rights; safe to repeat at every start. */
export async function grantProduct(cluster: Pick<Kubernetes, 'server' | 'adminTls'>): Promise<void> {
  await apply(cluster, '/apis/rbac.authorization.k8s.io/v1/clusterroles/cadastre-controller', productRole());
  await apply(cluster, '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/cadastre-controller', productBinding());
}

function apply(cluster: Pick<Kubernetes, 'server' | 'adminTls'>, path: string, object: object): Promise<void> {
  return new Promise((resolve, reject) => {
    const call = request(`${cluster.server}${path}?fieldManager=cadastre-local&force=true`, {
      method: 'PATCH', agent: false, ...cluster.adminTls, headers: { 'content-type': 'application/apply-patch+yaml' },
    }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => { body += chunk; });
      response.on('end', () => {
        const status = response.statusCode ?? 0;
        if (status < 300) resolve();
        else reject(new Error(`PATCH ${path}: ${status} ${body}`));
      });
    });
    call.on('error', reject);
    call.end(JSON.stringify(object));
  });
}
