import { describe, expect, it } from 'vitest';
import { readKubeconfig } from './kubeconfig.ts';

const SECRET = 'c2VjcmV0LXNlY3JldA';
const file = (over: { readonly cluster?: string; readonly user?: string; readonly current?: string; readonly more?: string } = {}): string => [
  'apiVersion: v1', 'kind: Config', `current-context: ${over.current ?? 'ops'}`,
  'contexts:', '- {name: other, context: {cluster: x, user: y}}', '- {name: ops, context: {cluster: c1, user: u1, namespace: default}}',
  'clusters:', `- {name: c1, cluster: {${over.cluster ?? 'server: "https://10.0.0.1:6443/k8s"'}}}`,
  'users:', `- {name: u1, user: {${over.user ?? `token: ${SECRET}`}}}`, ...(over.more === undefined ? [] : [over.more]),
].join('\n');
const detail = (text: string): string => {
  const read = readKubeconfig(text);
  return read.ok ? `ok ${read.value.endpoint}` : String(read.error[0].params['detail'] ?? read.error[0].code);
};

describe('a kubeconfig', () => {
  it.each([
    { reason: 'with a token', text: file(), said: 'ok https://10.0.0.1:6443/k8s' },
    { reason: 'with a client certificate', text: file({ user: `client-certificate-data: QQ==, client-key-data: ${SECRET}` }), said: 'ok https://10.0.0.1:6443/k8s' },
    { reason: 'that is no YAML', text: `token: ${SECRET}\n  - :`, said: 'not a YAML mapping' },
    { reason: 'that is a list', text: '- a', said: 'not a YAML mapping' },
    { reason: 'without a current context', text: file({ current: '""' }), said: 'current-context is missing' },
    { reason: 'whose current context is not there', text: file({ current: 'gone' }), said: 'current-context names no context' },
    { reason: 'whose cluster is not there', text: file({ current: 'other' }), said: 'the current context names no cluster' },
    { reason: 'over plain http', text: file({ cluster: 'server: "http://10.0.0.1"' }), said: 'cluster.server must be https: a credential never travels in clear' },
    { reason: 'to no address', text: file({ cluster: 'server: here' }), said: 'cluster.server is not a URL' },
    { reason: 'with a password in its address', text: file({ cluster: `server: "https://u:${SECRET}@h"` }), said: 'cluster.server must be an address and nothing else' },
    { reason: 'that trusts anybody', text: file({ cluster: 'server: "https://h", insecure-skip-tls-verify: true' }), said: 'cluster.insecure-skip-tls-verify is never accepted: give certificate-authority-data' },
    { reason: 'that runs a program', text: file({ user: 'exec: {command: aws}' }), said: 'user.exec runs a program: give a token or a client certificate' },
    { reason: 'with an auth provider', text: file({ user: 'auth-provider: {name: gcp}' }), said: 'user.auth-provider runs a program: give a token or a client certificate' },
    { reason: 'that names files', text: file({ user: 'client-certificate: /a, client-key: /b' }), said: 'user.client-certificate names a file: give its content, as kubectl config view --flatten --minify --raw prints it; user.client-key names a file: give its content, as kubectl config view --flatten --minify --raw prints it' },
    { reason: 'that impersonates', text: file({ user: `token: ${SECRET}, as: root` }), said: 'user.as is not accepted' },
    { reason: 'without a credential', text: file({ user: '' }), said: 'the user has no credential: give a token, or a client certificate with its key' },
    { reason: 'with two credentials', text: file({ user: `token: ${SECRET}, client-certificate-data: QQ==, client-key-data: QQ==` }), said: 'the user has a token and a client certificate: keep one' },
    { reason: 'with a certificate and no key', text: file({ user: 'client-certificate-data: QQ==' }), said: 'user.client-certificate-data and user.client-key-data go together' },
    { reason: 'too long', text: 'a'.repeat(256 * 1024 + 1), said: 'TOO_LONG' },
  ])('$reason', ({ text, said }) => {
    expect(detail(text)).toBe(said);
    const read = readKubeconfig(text);
    expect(JSON.stringify(read.ok ? read.value.endpoint : read.error)).not.toContain(SECRET);
  });

  it('is reduced to the context in use', () => {
    const read = readKubeconfig(file({ cluster: 'server: "https://10.0.0.1:6443/k8s", certificate-authority-data: QQ==, extensions: [x]', more: 'preferences: {colors: true}' }));
    expect(read.ok && JSON.parse(read.value.sealable)).toEqual({
      apiVersion: 'v1', kind: 'Config', 'current-context': 'cluster', contexts: [{ name: 'cluster', context: { cluster: 'cluster', user: 'cluster' } }],
      clusters: [{ name: 'cluster', cluster: { server: 'https://10.0.0.1:6443/k8s', 'certificate-authority-data': 'QQ==' } }], users: [{ name: 'cluster', user: { token: SECRET } }],
    });
  });
});
