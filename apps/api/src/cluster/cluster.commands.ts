import {
  clusterFaults, CREDENTIAL_PURPOSE, decideRegisterCluster, PROBE_SUBJECT, type ClusterSeen, type ProbeReply, type ProbeRequest, type RegisterCluster,
} from '@cadastre/domain/cluster';
import type { ClusterId, Faults, Result } from '@cadastre/domain/core';
import { faults, no, ok } from '@cadastre/domain/core';
import { loadPublicKey, seal } from '@cadastre/platform/seal';
import * as clusters from '@cadastre/store/cluster';
import * as datacenters from '@cadastre/store/datacenter';
import { viewClusters, viewDatacenters, type ClusterView } from '@cadastre/store/place';
import type { Reader } from '@cadastre/store/pool';
import type { Page } from '@cadastre/store/sql';
import type { RegisterClusterInput } from '../generated/provider.ts';
import { created, EMPTY, filterIds, idOrNone, outcome, type Filter } from '../shared/input.ts';
import { listById, type ListArgs } from '../shared/lists.ts';
import { mutate, type Policy } from '../shared/mutate.ts';
import { conditionsData } from '../shared/problems.ts';
import type { Door, Viewer } from '../shared/viewer.ts';
import { readKubeconfig } from './kubeconfig.ts';

const REGISTER: Policy = { operation: 'registerCluster', roles: ['OPERATOR'] };
/** The controller gives up after 8 s; what is left is for the way there and back. */
const PROBE_TIMEOUT_MS = 10_000;

const clusterData = (viewer: Viewer, c: ClusterView): object => ({ __typename: 'Cluster', ...c, conditions: conditionsData(viewer, c.conditions) });

export const loadCluster = async (viewer: Viewer, text: string): Promise<object | undefined> => {
  const id = idOrNone('cluster', text);
  if (id === undefined) return undefined;
  const [view] = await viewer.door.store.read(viewer.scope, async q => viewClusters(q, [...(await clusters.byIds(q, [id])).values()]));
  return view === undefined ? undefined : clusterData(viewer, view);
};

export const listClusters = (viewer: Viewer, args: ListArgs, filter: Filter<'datacenterId'>): Promise<object> =>
  listById<ClusterView>(viewer, args, request => viewer.door.store.read(viewer.scope, async (q): Promise<Page<ClusterView>> => {
    const by = filterIds(filter, { datacenterId: 'datacenter' });
    if (by === undefined) return EMPTY;
    const page = await clusters.page(q, { ...request, ...by });
    return { ...page, items: await viewClusters(q, page.items) };
  }), items => items.map(c => clusterData(viewer, c)));

const look = async (q: Reader, { datacenterId, name }: RegisterCluster): Promise<ClusterSeen> => {
  const [found, named] = await Promise.all([datacenters.byIds(q, [datacenterId]), clusters.page(q, { first: 1, datacenterId, name })]);
  const [datacenter] = await viewDatacenters(q, [...found.values()]);
  return { datacenter, regionCode: datacenter?.region.code ?? '_', taken: named.totalCount > 0 };
};

/** What is known once the cluster was asked. */
interface Asked {
  readonly wanted: RegisterCluster;
  readonly endpoint: string;
  readonly sealed: string;
  readonly probe: ProbeReply | undefined;
}

/** Reads, seals, and asks the cluster through the controller, which alone can open what was sealed. Nothing of it is kept when it fails. */
const ask = async ({ door, scope }: Viewer, { kubeconfig, ...input }: RegisterClusterInput): Promise<Result<Asked, Faults>> => {
  const wanted = created<RegisterCluster>(input, { datacenterId: 'datacenter' });
  if (!wanted.ok) return wanted;
  const target = readKubeconfig(kubeconfig);
  const early = await door.store.read(scope, q => look(q, wanted.value));
  const found = faults([...clusterFaults(wanted.value, early), ...(target.ok ? [] : target.error)]);
  if (found !== undefined) return no(found);
  if (!target.ok) return target;
  const { endpoint, sealable } = target.value;
  const sealed = await seal(await publicKey(door), sealable, { purpose: CREDENTIAL_PURPOSE });
  // Of a datacenter that is not there nothing is asked: decide says so.
  if (early.datacenter === undefined) return ok({ wanted: wanted.value, endpoint, sealed, probe: undefined });
  const reply = await door.nats.request<ProbeRequest, ProbeReply>(PROBE_SUBJECT, { endpoint, sealedCredential: sealed }, { timeoutMs: PROBE_TIMEOUT_MS });
  if (!reply.ok) door.log.warn({ failure: reply.error.code, detail: reply.error.detail }, 'no controller tried the cluster');
  return ok({ wanted: wanted.value, endpoint, sealed, probe: reply.ok ? reply.value : undefined });
};

/** Read at each registration: they are rare, and a key that was replaced is used at once. */
const publicKey = (door: Door) => {
  if (door.sealingPublicKeyFile === undefined) throw new Error('the provider door has no CADASTRE_SEALING_PUBLIC_KEY');
  return loadPublicKey(door.sealingPublicKeyFile);
};

export const registerCluster = (viewer: Viewer, input: RegisterClusterInput): Promise<object> =>
  mutate<ClusterId, Asked>(viewer, {
    policy: REGISTER, type: 'platform.cluster.register', target: { kind: 'cluster', id: input.name, parent: input.datacenterId, datacenter: input.datacenterId }, input,
    prepare: () => ask(viewer, input),
    decide: async (q, { wanted, endpoint, sealed, probe }) => {
      const decided = decideRegisterCluster(wanted, { ...(await look(q, wanted)), endpoint, probe }, viewer.door);
      return outcome(decided, d => clusters.insert(d.next, { sealed }), d => d.next.id);
    },
    accept: async id => ({ __typename: 'ClusterAccepted', cluster: await loadCluster(viewer, id) }),
  });
