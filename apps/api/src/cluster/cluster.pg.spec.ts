import { CREDENTIAL_PURPOSE, PROBE_SUBJECT, type ProbeReply, type ProbeRequest } from '@cadastre/domain/cluster';
import { loadPrivateKey, open } from '@cadastre/platform/seal';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { operator, type Data } from '../testing/operator.ts';
import { declareSite, type DeclaredSite } from '../testing/site.ts';

const provider = operator();
let site: DeclaredSite;
beforeAll(async () => { site = await declareSite(provider, 'fr-clusters'); });

const SECRET = 'a-bearer-token-that-nobody-may-see';
const ENDPOINT = 'https://10.9.8.7:6443';
const kubeconfig = (user = `token: ${SECRET}`): string =>
  `apiVersion: v1\nkind: Config\ncurrent-context: a\ncontexts: [{name: a, context: {cluster: b, user: c}}]\nclusters: [{name: b, cluster: {server: "${ENDPOINT}"}}]\nusers: [{name: c, user: {${user}}}]\n`;
const SELECTION = '... on ClusterAccepted { cluster { id name simulated endpoint kubernetesVersion conditions { type } datacenter { code region { code } } } receipt { auditEventId } }';
const register = (name: string, more: object = {}) => provider.mutate('registerCluster', { datacenterId: site.datacenterId, name, provider: 'SIMULATED', kubeconfig: kubeconfig(), ...more }, SELECTION);

// The other end of the subject, answering as the controller would: what is under test is the door's end.
let stop: (() => Promise<void>) | undefined;
const controllerAnswers = (reply: ProbeReply): readonly ProbeRequest[] => {
  const asked: ProbeRequest[] = [];
  const subscription = provider.door.door.nats.respond<ProbeRequest, ProbeReply>(PROBE_SUBJECT, request => {
    asked.push(request);
    return Promise.resolve(reply);
  }, {});
  stop = () => subscription.close();
  return asked;
};
afterEach(async () => {
  await stop?.();
  stop = undefined;
});
const clusters = async (): Promise<number> => Number(((await provider.ask('{ clusters { totalCount } }'))['clusters'] as Data)['totalCount']);

describe('registerCluster', () => {
  it('asks the cluster through the controller with the sealed credential, and keeps what answered', async () => {
    const asked = controllerAnswers({ ok: true, version: 'v1.37.2', endpoint: ENDPOINT });
    const answer = await register('sim-1');
    expect(answer).toMatchObject({ __typename: 'ClusterAccepted', cluster: { simulated: true, endpoint: ENDPOINT, kubernetesVersion: 'v1.37.2', conditions: [], datacenter: { code: 'dc-1', region: { code: 'fr-clusters' } } } });
    expect(asked).toHaveLength(1);
    expect(asked[0]?.endpoint).toBe(ENDPOINT);
    // Only the controller's key opens it, and what comes out is a kubeconfig again.
    const opened = await open(await loadPrivateKey(provider.sealingPrivateKeyFile), asked[0]?.sealedCredential ?? '', { purpose: CREDENTIAL_PURPOSE });
    expect(opened.ok && JSON.parse(opened.value)).toMatchObject({ clusters: [{ cluster: { server: ENDPOINT } }], users: [{ user: { token: SECRET } }] });
    expect(await provider.rows("SELECT noun, verb, region_code FROM outbox WHERE object_id = $1", [(answer['cluster'] as Data)['id']])).toEqual([{ noun: 'cluster', verb: 'registered', region_code: 'fr-clusters' }]);
  });

  it.each([
    { reason: 'a cluster that does not answer', reply: { ok: false, code: 'CLUSTER_UNREACHABLE', detail: 'ECONNREFUSED' }, retryable: true },
    { reason: 'a bad certificate', reply: { ok: false, code: 'CLUSTER_BAD_CERTIFICATE', detail: 'self-signed certificate' }, retryable: false },
    { reason: 'an unknown credential', reply: { ok: false, code: 'CLUSTER_UNAUTHORISED', detail: '401' }, retryable: false },
  ] as const)('refuses $reason and changes nothing', async ({ reply, retryable }) => {
    const before = await clusters();
    controllerAnswers(reply);
    const answer = await register('sim-bad');
    expect(answer).toMatchObject({ __typename: 'ValidationFailed', code: reply.code, path: ['kubeconfig'], retryable });
    expect(String(answer['message'])).toContain(reply.detail);
    expect(await clusters()).toBe(before);
  });

  it('cannot check without a controller: try again with the same key, and it works', async () => {
    const input = { idempotencyKey: 'cluster-again' };
    expect(await register('sim-2', input)).toMatchObject({ code: 'CLUSTER_CHECK_UNAVAILABLE', retryable: true, path: ['kubeconfig'] });
    const asked = controllerAnswers({ ok: true, version: 'v1.37.2', endpoint: ENDPOINT });
    const first = await register('sim-2', input);
    expect(first).toMatchObject({ __typename: 'ClusterAccepted' });
    expect(await register('sim-2', input)).toEqual(first);
    expect(asked).toHaveLength(1);
  });

  it.each([
    { reason: 'a plugin', more: { kubeconfig: kubeconfig('exec: {command: aws}') }, said: { __typename: 'ValidationFailed', code: 'CLUSTER_BAD_KUBECONFIG', path: ['kubeconfig'] } },
    { reason: 'no YAML', more: { kubeconfig: `: ${SECRET}\n - [` }, said: { code: 'CLUSTER_BAD_KUBECONFIG' } },
    { reason: 'a name that is taken', more: { name: 'sim-1' }, said: { __typename: 'Conflict', code: 'ALREADY_EXISTS', path: ['name'] } },
    { reason: 'a datacenter that is not there', more: { datacenterId: 'datacenter_01h455vb4pex5vsknk084sn02q' }, said: { __typename: 'NotFound', path: ['datacenterId'] } },
    { reason: 'two faults at once', more: { name: 'A', kubeconfig: '[]' }, said: { __typename: 'ValidationFailed', faults: [{ code: 'BAD_FORMAT' }, { code: 'CLUSTER_BAD_KUBECONFIG' }] } },
  ])('refuses $reason without asking anybody', async ({ more, said }) => {
    const asked = controllerAnswers({ ok: true, version: 'v1', endpoint: ENDPOINT });
    expect(await register('sim-3', more)).toMatchObject(said);
    expect(asked).toHaveLength(0);
  });

  it('leaves the credential nowhere but in the seal', async () => {
    const kept = await provider.rows("SELECT convert_from(body, 'UTF8') AS text FROM audit_event UNION ALL SELECT result::text FROM idempotency_record UNION ALL SELECT to_json(o)::text FROM outbox o");
    expect(kept.length).toBeGreaterThan(10);
    expect(JSON.stringify(kept)).not.toContain(SECRET);
    // The door itself can write the seal and not read it back.
    await expect(provider.rows('SELECT sealed_credential FROM cluster')).rejects.toThrow(/permission denied/);
    expect(JSON.stringify(await provider.ask('{ __type(name: "Cluster") { fields { name } } }'))).not.toMatch(/credential|kubeconfig/i);
  });
});
