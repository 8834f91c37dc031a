import { request } from 'node:https';
import { readFileSync } from 'node:fs';
import { expect, inject, it } from 'vitest';

interface Kubeconfig {
  readonly clusters: readonly { readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string } }[];
  readonly users: readonly { readonly user: { readonly 'client-certificate-data': string; readonly 'client-key-data': string } }[];
}

/** What the product's own identity may do, as the API server itself says. */
function mayI(verb: string, resource: string, group = ''): Promise<boolean> {
  const config = JSON.parse(readFileSync(inject('productKubeconfig'), 'utf8')) as Kubeconfig;
  const [cluster, user] = [config.clusters[0]?.cluster, config.users[0]?.user];
  if (cluster === undefined || user === undefined) throw new Error('the kubeconfig is empty');
  const pem = (text: string): string => Buffer.from(text, 'base64').toString();
  const [name = '', subresource] = resource.split('/');
  return new Promise((resolve, reject) => {
    const call = request(`${cluster.server}/apis/authorization.k8s.io/v1/selfsubjectaccessreviews`, {
      method: 'POST', agent: false, headers: { 'content-type': 'application/json' },
      ca: pem(cluster['certificate-authority-data']), cert: pem(user['client-certificate-data']), key: pem(user['client-key-data']),
    }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => { body += chunk; });
      response.on('end', () => { resolve((JSON.parse(body) as { status: { allowed: boolean } }).status.allowed); });
    });
    call.on('error', reject);
    call.end(JSON.stringify({ apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes: { verb, resource: name, group, namespace: 'default', ...(subresource === undefined ? {} : { subresource }) } } }));
  });
}

it.each([
  { verb: 'create', resource: 'pods', allowed: true, reason: 'instances are pods' },
  { verb: 'create', resource: 'nodes', allowed: true, reason: 'the simulated machine provider makes nodes' },
  { verb: 'patch', resource: 'networkpolicies', group: 'networking.k8s.io', allowed: true, reason: 'projects are closed by default' },
  { verb: 'get', resource: 'secrets', allowed: false, reason: 'a stolen credential must not read tenants\' secrets' },
  { verb: 'create', resource: 'pods/exec', allowed: false, reason: 'nobody enters a tenant\'s instance through us' },
  { verb: 'create', resource: 'clusterrolebindings', group: 'rbac.authorization.k8s.io', allowed: false, reason: 'it cannot make itself an administrator' },
  { verb: 'create', resource: 'serviceaccounts/token', allowed: false, reason: 'it cannot become someone else' },
])('the product may $verb $resource: $allowed, because $reason', async ({ verb, resource, group, allowed }) => {
  expect(await mayI(verb, resource, group)).toBe(allowed);
});
