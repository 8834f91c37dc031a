import type { ProbeReply, ProbeRequest } from '@cadastre/domain/cluster';
import type { OpenCredential } from './credential.ts';
import { faultOf } from './credential.ts';
import { nameOfRight, RIGHTS } from './rights.ts';

// The door waits for this answer while a person waits for the door.
const PROBE_MS = 8_000;

/** Tries a credential before it becomes a cluster: connects, asks for the version and for the rights, and closes again. */
export const probeCluster = async (openCredential: OpenCredential, request: ProbeRequest): Promise<ProbeReply> => {
  const opened = await openCredential(request.sealedCredential, 'probe');
  if (!opened.ok) return opened;
  try {
    const probed = await opened.kube.probe(RIGHTS, { signal: AbortSignal.timeout(PROBE_MS) });
    if (!probed.ok) return faultOf(probed.error);
    const { missing, version } = probed.value;
    if (missing.length > 0) return { ok: false, code: 'CLUSTER_FORBIDDEN', detail: `rights missing: ${missing.map(nameOfRight).join(', ')}` };
    return { ok: true, version: version.gitVersion, endpoint: request.endpoint };
  } finally {
    await opened.kube.close();
  }
};
