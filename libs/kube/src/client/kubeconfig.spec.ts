import { expect, it } from 'vitest';
import { parseKubeconfig } from './kubeconfig.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const config = (cluster: object, user: object): string => JSON.stringify({
  'current-context': 'x', contexts: [{ name: 'x', context: { cluster: 'x', user: 'x' } }], clusters: [{ name: 'x', cluster }], users: [{ name: 'x', user }],
});
const SERVER = { server: 'https://k8s.example:6443/prefix' };

it('reads an inline kubeconfig', () => {
  expect(parseKubeconfig(config({ ...SERVER, 'tls-server-name': 'n' }, { token: 't' }))).toEqual({
    ok: true, value: { origin: 'https://k8s.example:6443', prefix: '/prefix', tls: expect.anything() as unknown, token: 't', serverName: 'n' },
  });
});

it.each([
  ['a program to run', SERVER, { exec: { command: 'curl' } }, 'user.exec'],
  ['a file to read and send away', SERVER, { 'token-file': '/etc/passwd' }, 'user.token-file'],
  ['the other spelling of it', SERVER, { tokenFile: '/etc/passwd' }, 'user.tokenFile'],
  ['a key file', SERVER, { 'client-key': '/k', 'client-certificate': '/c' }, 'user.client-key'],
  ['a CA file', { ...SERVER, 'certificate-authority': '/ca' }, {}, 'cluster.certificate-authority'],
  ['no check of the server', { ...SERVER, 'insecure-skip-tls-verify': true }, {}, 'cluster.insecure-skip-tls-verify'],
  ['a proxy', { ...SERVER, 'proxy-url': 'http://p' }, {}, 'cluster.proxy-url'],
  ['a plug-in', SERVER, { 'auth-provider': { name: 'oidc' } }, 'user.auth-provider'],
  ['another identity', SERVER, { as: 'root' }, 'user.as'],
  ['a password', SERVER, { username: 'u', password: 'p' }, 'user.username'],
  ['clear text', { server: 'http://k8s.example' }, { token: 't' }, 'https'],
  ['a password in the URL', { server: 'https://u:p@k8s.example' }, {}, 'password'],
  ['no URL', { server: 'k8s' }, {}, 'not a URL'],
  ['an authority that is none', { ...SERVER, 'certificate-authority-data': base64('CA') }, { token: 't' }, 'PEM'],
  ['a key that is none', SERVER, { 'client-certificate-data': base64('C'), 'client-key-data': base64('K') }, 'PEM'],
  ['half a pair', SERVER, { 'client-certificate-data': base64('C') }, 'go together'],
])('refuses %s', (_what, cluster, user, named) => {
  expect(parseKubeconfig(config(cluster, user))).toEqual({ ok: false, error: expect.stringContaining(named) as string });
});

it.each([['', 'mapping'], ['just text', 'mapping'], ['{}', 'no cluster'], ['a: [', 'cannot be read'], ['clusters: 3\n', 'cannot be read']])('refuses %j', (yaml, why) => {
  expect(parseKubeconfig(yaml)).toEqual({ ok: false, error: expect.stringContaining(why) as string });
});

it('never quotes what it could not read', () => {
  const refused = parseKubeconfig('users: [{name: x, user: {token: s3cret: : }}]');
  expect(refused.ok).toBe(false);
  expect(JSON.stringify(refused)).not.toContain('s3cret');
});
