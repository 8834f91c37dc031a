import type { ProbeReply } from '@cadastre/domain/cluster';
import { CREDENTIAL_PURPOSE } from '@cadastre/domain/cluster';
import type { Kube, KubeProblem } from '@cadastre/kube/client';
import { openCluster } from '@cadastre/kube/client';
import type { SealingPrivateKey } from '@cadastre/platform/seal';
import { open } from '@cadastre/platform/seal';

type Fault = Extract<ProbeReply, { ok: false }>;

/** A client for a sealed credential, or why there can be none. Opens no connection yet. */
export type OpenCredential = (sealed: string, cluster: string) => Promise<Fault | { readonly ok: true; readonly kube: Kube }>;

export const openCredentialWith = (key: SealingPrivateKey): OpenCredential => async (sealed, cluster) => {
  const kubeconfig = await open(key, sealed, { purpose: CREDENTIAL_PURPOSE });
  if (!kubeconfig.ok) return { ok: false, code: 'CLUSTER_BAD_KUBECONFIG', detail: `the sealed credential does not open: ${kubeconfig.error.code}` };
  // Whoever changes something here without having said so first is a bug, and is stopped before it leaves.
  const client = openCluster(kubeconfig.value, { cluster, limits: { announcing: 'required' } });
  return client.ok ? { ok: true, kube: client.value } : faultOf(client.error);
};

/** A Kubernetes problem in the words of the probe. Whatever is neither the certificate nor the credential is the way there. */
export const faultOf = (p: KubeProblem): Fault => {
  const detail = p.message.slice(0, 300);
  switch (p.code) {
    case 'BAD_CERTIFICATE': return { ok: false, code: 'CLUSTER_BAD_CERTIFICATE', detail };
    case 'UNAUTHORISED': return { ok: false, code: 'CLUSTER_UNAUTHORISED', detail };
    case 'FORBIDDEN': return { ok: false, code: 'CLUSTER_FORBIDDEN', detail };
    case 'BAD_KUBECONFIG': return { ok: false, code: 'CLUSTER_BAD_KUBECONFIG', detail };
    default: return { ok: false, code: 'CLUSTER_UNREACHABLE', detail: `${p.code}: ${detail}` };
  }
};
