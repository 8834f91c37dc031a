import { describe, expect, it } from 'vitest';
import { countingIds, datacenter, inWords } from '../datacenter/site.fixture.ts';
import type { RegisterCluster } from './decide.ts';
import { decideRegisterCluster } from './decide.ts';
import type { ProbeReply } from './protocol.ts';

const endpoint = 'https://10.0.0.1:6443';
const answers: ProbeReply = { ok: true, version: 'v1.37.2', endpoint };
const silent = (code: Extract<ProbeReply, { ok: false }>['code'], detail: string): ProbeReply => ({ ok: false, code, detail });
const register = (probe: ProbeReply | undefined, over: Partial<RegisterCluster> = {}, taken = false) => decideRegisterCluster(
  { datacenterId: datacenter.id, name: 'valence-sim', provider: 'SIMULATED', ...over }, { datacenter, regionCode: 'fr-valence', taken, endpoint, probe }, { ids: countingIds() },
);

describe('a cluster is registered', () => {
  it.each([
    { reason: 'that answers', result: register(answers), said: ['ok'] },
    { reason: 'that does not answer', result: register(silent('CLUSTER_UNREACHABLE', 'ECONNREFUSED')), said: ['CLUSTER_UNREACHABLE kubeconfig detail=ECONNREFUSED'] },
    { reason: 'with a bad certificate', result: register(silent('CLUSTER_BAD_CERTIFICATE', 'self-signed')), said: ['CLUSTER_BAD_CERTIFICATE kubeconfig detail=self-signed'] },
    { reason: 'with a credential it does not know', result: register(silent('CLUSTER_UNAUTHORISED', '401')), said: ['CLUSTER_UNAUTHORISED kubeconfig detail=401'] },
    { reason: 'while no controller can ask it', result: register(undefined), said: ['CLUSTER_CHECK_UNAVAILABLE kubeconfig'] },
    { reason: 'under a name that is taken', result: register(answers, {}, true), said: ['ALREADY_EXISTS name value=valence-sim'] },
    { reason: 'under a name with a dot', result: register(answers, { name: 'valence.sim' }), said: ['BAD_FORMAT name value=valence.sim expected=[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?'] },
  ])('$reason', ({ result, said }) => { expect(inWords(result)).toEqual(said); });

  it.each([
    { reason: 'silence may pass', probe: silent('CLUSTER_UNREACHABLE', ''), retryable: true },
    { reason: 'a missing controller may come back', probe: undefined, retryable: true },
    { reason: 'a certificate does not mend itself', probe: silent('CLUSTER_BAD_CERTIFICATE', ''), retryable: false },
  ])('$reason', ({ probe, retryable }) => {
    const result = register(probe);
    expect(result.ok ? undefined : result.error[0].retryable).toBe(retryable);
  });

  it('remembers its version and wakes the controller', () => {
    expect(register(answers)).toMatchObject({ value: { next: { kubernetesVersion: 'v1.37.2', endpoint, observedGeneration: 0 }, events: [{ noun: 'cluster', verb: 'registered', regionCode: 'fr-valence' }] } });
  });
});
