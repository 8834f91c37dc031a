import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { openHttp } from './connect.ts';
import { connectCluster, PODS } from './index.ts';

type Fields = Record<string, string | undefined>;

/** The administrator's kubeconfig of the test server, with its cluster and user changed. */
const admin = (change: (cluster: Fields, user: Fields) => void = () => undefined): string => {
  const config = parse(readFileSync(process.env['CADASTRE_TEST_KUBECONFIG'] ?? '', 'utf8')) as { clusters: { cluster: Fields }[]; users: { user: Fields }[] };
  const [cluster, user] = [config.clusters[0]?.cluster, config.users[0]?.user];
  if (cluster === undefined || user === undefined) throw new Error('the test kubeconfig has no cluster or no user');
  change(cluster, user);
  return JSON.stringify(config);
};

it('connects to a real server and tells what it is', async () => {
  const connected = await connectCluster(admin(), { cluster: 'real', permissions: [{ verb: 'create', group: '', resource: 'pods' }] });
  if (!connected.ok) expect.fail(connected.error.message);
  expect(connected.value.probed.version.gitVersion).toMatch(/^v1\./);
  expect(connected.value.probed.missing).toEqual([]);
  await connected.value.close();
  expect(await connected.value.get({ kind: PODS, name: 'x', namespace: 'default' })).toMatchObject({ error: { code: 'CLOSED' } });
});

it('refuses a server whose certificate its authority did not sign', async () => {
  const strange = admin(cluster => { delete cluster['certificate-authority-data']; });
  expect(await connectCluster(strange, { cluster: 'real' })).toMatchObject({ ok: false, error: { code: 'BAD_CERTIFICATE', verb: 'probe' } });
});

it('refuses a certificate made for another name', async () => {
  const renamed = admin(cluster => { cluster['tls-server-name'] = 'elsewhere.example'; });
  expect(await connectCluster(renamed, { cluster: 'real' })).toMatchObject({ ok: false, error: { code: 'BAD_CERTIFICATE' } });
});

it('a token nobody issued is UNAUTHORISED', async () => {
  const forged = admin((_cluster, user) => {
    for (const field of Object.keys(user)) user[field] = undefined;
    user['token'] = 'forged';
  });
  expect(await connectCluster(forged, { cluster: 'real' })).toMatchObject({ ok: false, error: { code: 'UNAUTHORISED', status: 401 } });
});

it('a token with few rights is let in, and told what it may not do', async () => {
  const http = openHttp(admin(), { cluster: 'real' });
  if (!http.ok) expect.fail(http.error.message);
  // The account every namespace has, which may do next to nothing.
  const issued = await http.value.send({
    about: { cluster: 'real', verb: 'apply', object: '' }, kind: 'TokenRequest', method: 'POST', path: '/api/v1/namespaces/default/serviceaccounts/default/token',
    contentType: 'application/json', body: JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 600 } }),
  });
  await http.value.close();
  if (!issued.ok) expect.fail(issued.error.message);
  const { token } = (JSON.parse(issued.value.text) as { status: { token: string } }).status;
  const limited = admin((_cluster, user) => {
    for (const field of Object.keys(user)) user[field] = undefined;
    user['token'] = token;
  });
  const asked = [{ verb: 'create', group: '', resource: 'pods', namespace: 'default' }, { verb: 'patch', group: '', resource: 'nodes/status' }] as const;
  const connected = await connectCluster(limited, { cluster: 'real', permissions: asked });
  if (!connected.ok) expect.fail(connected.error.message);
  expect(connected.value.probed.missing).toEqual(asked);
  expect(await connected.value.get({ kind: PODS, name: 'x', namespace: 'default' })).toMatchObject({ error: { code: 'FORBIDDEN', status: 403 } });
  await connected.value.close();
});

it('a key that is no key is BAD_KUBECONFIG, and not quoted', async () => {
  const secret = Buffer.from('s3cret').toString('base64');
  const broken = admin((_cluster, user) => { user['client-certificate-data'] = secret; user['client-key-data'] = secret; });
  const refused = await connectCluster(broken, { cluster: 'real' });
  expect(refused).toMatchObject({ ok: false, error: { code: 'BAD_KUBECONFIG' } });
  expect(JSON.stringify(refused)).not.toContain('s3cret');
});

it('an authority that is none is BAD_KUBECONFIG', async () => {
  const broken = admin(cluster => { cluster['certificate-authority-data'] = Buffer.from('no PEM').toString('base64'); });
  expect(await connectCluster(broken, { cluster: 'real' })).toMatchObject({ ok: false, error: { code: 'BAD_KUBECONFIG' } });
});

it('a server that is not there is UNREACHABLE', async () => {
  const gone = admin(cluster => { cluster['server'] = 'https://127.0.0.1:1'; });
  expect(await connectCluster(gone, { cluster: 'real' })).toMatchObject({ ok: false, error: { code: 'UNREACHABLE' } });
});
