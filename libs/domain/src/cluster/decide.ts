import type { Decided } from '../audit/decision.ts';
import { alreadyExists, notFound, unless } from '../audit/decision.ts';
import * as check from '../core/check.ts';
import { at, fault } from '../core/check.ts';
import type { DatacenterId, Ids, Problem } from '../core/index.ts';
import type { Datacenter } from '../datacenter/model.ts';
import type { Cluster, ClusterProvider } from './model.ts';
import { CLUSTER_PROVIDERS } from './model.ts';
import type { ProbeReply } from './protocol.ts';

export interface RegisterCluster {
  readonly datacenterId: DatacenterId;
  readonly name: string;
  readonly provider: ClusterProvider;
}

export interface ClusterSeen {
  readonly datacenter: Datacenter | undefined;
  readonly regionCode: string;
  /** The datacenter has a cluster with this name. */
  readonly taken: boolean;
}

/** What can be said before the cluster is asked: an operator with a typing error should not wait for a probe. */
export const clusterFaults = (input: RegisterCluster, seen: ClusterSeen): readonly Problem[] => [
  ...check.dnsLabel(at('name'), input.name),
  ...check.oneOf(at('provider'), input.provider, CLUSTER_PROVIDERS),
  ...(seen.taken ? [alreadyExists('cluster', input.name, at('name'))] : []),
];

/** `found`: what the kubeconfig's reader said. `probe`: what the cluster answered; absent when nobody was there to ask it. */
export const decideRegisterCluster = (
  input: RegisterCluster,
  seen: ClusterSeen & { readonly endpoint: string; readonly probe: ProbeReply | undefined },
  by: { readonly ids: Ids },
): Decided<Cluster> => {
  const { datacenter, probe } = seen;
  if (datacenter === undefined) return notFound('datacenter', input.datacenterId, 'datacenterId');
  return unless([...clusterFaults(input, seen), ...unanswered(seen.endpoint, probe)], () => {
    const version = probe?.ok === true ? { kubernetesVersion: probe.version } : {};
    const next: Cluster = {
      id: by.ids.next('cluster'), datacenterId: input.datacenterId, name: input.name, provider: input.provider, endpoint: seen.endpoint, ...version,
      conditions: [], observedGeneration: 0, generation: 1,
    };
    return {
      next,
      events: [{ noun: 'cluster', objectId: next.id, verb: 'registered', regionCode: seen.regionCode }],
      audit: [{
        type: 'platform.cluster.register', phase: 'completed', outcome: 'success',
        target: { kind: 'cluster', id: next.id, parent: next.datacenterId, region: seen.regionCode, datacenter: next.datacenterId },
        change: [{ path: 'provider', to: next.provider }, ...(next.kubernetesVersion === undefined ? [] : [{ path: 'kubernetesVersion', to: next.kubernetesVersion }])],
      }],
    };
  });
};

const unanswered = (endpoint: string, probe: ProbeReply | undefined): readonly Problem[] => {
  const place = at('kubeconfig');
  if (probe === undefined) return [{ ...fault('CLUSTER_CHECK_UNAVAILABLE', place, { endpoint }), retryable: true }];
  if (probe.ok) return [];
  // Silence may pass; a certificate or a credential does not mend itself.
  return [{ ...fault(probe.code, place, { endpoint, detail: check.shown(probe.detail) }), retryable: probe.code === 'CLUSTER_UNREACHABLE' }];
};
