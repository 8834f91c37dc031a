import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AllocateReply, AllocateRequest, OrderRequest } from '@cadastre/domain/capacity';
import type { ProbeReply } from '@cadastre/domain/cluster';
import { CREDENTIAL_PURPOSE } from '@cadastre/domain/cluster';
import type { ClusterId, Ids, InstanceId, PoolId } from '@cadastre/domain/core';
import type { GpuInstance } from '@cadastre/domain/instance';
import type { Kind, Kube, KubeObject, Ref } from '@cadastre/kube/client';
import { apiVersionOf, collectionPath, nameOf, openCluster, openHttp, pathOf, PODS, refOf } from '@cadastre/kube/client';
import { systemClock } from '@cadastre/platform/clock';
import { createIds } from '@cadastre/platform/ids';
import { createLogger } from '@cadastre/platform/log';
import type { Nats } from '@cadastre/platform/nats';
import { connectNats } from '@cadastre/platform/nats';
import { loadPrivateKey, loadPublicKey, seal, writeSealingKeys } from '@cadastre/platform/seal';
import * as clusters from '@cadastre/store/cluster';
import { commit } from '@cadastre/store/commit';
import * as instances from '@cadastre/store/instance';
import { takeLead } from '@cadastre/store/leader';
import * as machines from '@cadastre/store/machine';
import * as pools from '@cadastre/store/node-pool';
import type { Store } from '@cadastre/store/pool';
import type { Site } from '@cadastre/store/testing';
import { actOf, openTestStore, seedSite, site, TEST_PASSWORD } from '@cadastre/store/testing';
import type { TestDatabase } from '@cadastre/testing/database';
import { makeActOf } from '../act.ts';
import { openCredentialWith } from '../cluster/credential.ts';
import { probeCluster } from '../cluster/probe.ts';
import type { Running } from '../leader/leader.ts';
import { startWork } from '../work.ts';

const ROOT = join(import.meta.dirname, '../../../..');

/** A site on real servers: PostgreSQL, NATS, an API server with KWOK, the real allocator as a process, and our own work in this one. */
export interface Rig {
  readonly site: Site;
  readonly clusterId: ClusterId;
  readonly poolId: PoolId;
  readonly nats: Nats;
  /** As the cluster's administrator: past all our own limits. */
  readonly admin: Kube;
  /** Somebody else with rights on the cluster creates an object: without our mark, without our field manager. */
  createAsStranger<T extends KubeObject>(kind: Kind<T>, object: T): Promise<void>;
  removeAsStranger(namespace: string, pod: string): Promise<void>;
  readonly stores: Readonly<Record<'provider' | 'tenant' | 'controller', Store>>;
  startController(): Promise<Running>;
  /** Seals a kubeconfig as the provider's door does, and asks as it does. */
  probe(kubeconfig: string): Promise<ProbeReply>;
  order(more?: Partial<OrderRequest>, traceparent?: string): Promise<readonly InstanceId[]>;
  release(id: InstanceId): Promise<void>;
  instance(id: InstanceId): Promise<GpuInstance | undefined>;
  scale(target: number): Promise<void>;
  close(): Promise<void>;
}

/** The real allocator as a process of its own, for one region. */
export const startAllocator = (databaseUrl: string, natsUrl: string, region: string): (() => Promise<void>) => {
  const child = spawn(process.execPath, [join(ROOT, 'apps/allocator/src/main.ts')], {
    env: { ...process.env, DATABASE_URL: databaseUrl, NATS_URL: natsUrl, CADASTRE_REGIONS: region, CADASTRE_HEALTH_PORT: '0', CADASTRE_INVENTORY_SECONDS: '1', CADASTRE_LOG_LEVEL: 'warn', CADASTRE_ENV: 'development' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return () => new Promise(resolve => {
    child.once('exit', () => { resolve(); });
    child.kill('SIGTERM');
  });
};

const sealedKeys = async (kubeconfig: string) => {
  const folder = await mkdtemp(join(tmpdir(), 'cadastre-seal-'));
  const [publicFile, privateFile] = [join(folder, 'public.json'), join(folder, 'private.json')];
  await writeSealingKeys(publicFile, privateFile);
  const publicKey = await loadPublicKey(publicFile);
  const sealFor = (text: string): Promise<string> => seal(publicKey, text, { purpose: CREDENTIAL_PURPOSE });
  const sealed = await sealFor(kubeconfig);
  const privateKey = await loadPrivateKey(privateFile);
  await rm(folder, { recursive: true });
  return { sealed, sealFor, openCredential: openCredentialWith(privateKey) };
};

const strangerIn = (kubeconfig: string): Pick<Rig, 'createAsStranger' | 'removeAsStranger'> & { close(): Promise<void> } => {
  const http = openHttp(kubeconfig, { cluster: 'stranger' });
  if (!http.ok) throw new Error(http.error.message);
  const send = async (ref: Ref, method: 'POST' | 'DELETE', path: string, body: object): Promise<void> => {
    const sent = await http.value.send({
      about: { cluster: 'stranger', verb: 'apply', object: nameOf(ref) }, kind: ref.kind.kind, method, path, contentType: 'application/json', body: JSON.stringify(body),
    });
    if (!sent.ok) throw new Error(sent.error.message);
  };
  return {
    createAsStranger: (kind, object) => {
      const ref = refOf(kind, object);
      return send(ref, 'POST', `${collectionPath(kind, ref)}?fieldManager=stranger`, { ...object, apiVersion: apiVersionOf(kind), kind: kind.kind });
    },
    removeAsStranger: (namespace, name) => {
      const ref = { kind: PODS, namespace, name };
      return send(ref, 'DELETE', pathOf(ref), { gracePeriodSeconds: 0 });
    },
    close: () => http.value.close(),
  };
};

const mustSave = (done: { readonly ok: boolean }): void => { if (!done.ok) throw new Error(JSON.stringify(done)); };

type Stores = Rig['stores'];

/** A site whose machines no pool has yet; beside its own cluster, whose credential is no JWE, one that can be opened, with an empty pool. */
const plant = async (stores: Stores, ids: Ids, sealed: string): Promise<Pick<Rig, 'site' | 'clusterId' | 'poolId'>> => {
  const plain = site(ids, { racks: 2, machinesPerRack: 2, tenants: 1 });
  const s: Site = { ...plain, machines: plain.machines.map(({ poolId: _p, clusterId: _c, ...m }) => ({ ...m, state: 'REGISTERED' as const })) };
  await seedSite(stores.provider, stores.tenant, s);
  const [clusterId, poolId] = [ids.next('cluster'), ids.next('pool')];
  mustSave(await commit(stores.provider, {
    scope: 'system', act: actOf('provider'), outbox: [{ noun: 'cluster', objectId: clusterId, verb: 'registered', regionCode: '_' }],
    audit: [{ type: 'platform.cluster.register', phase: 'completed', outcome: 'success', target: { kind: 'cluster', id: clusterId } }],
    writes: [
      clusters.insert({ id: clusterId, datacenterId: s.datacenterId, name: 'real', provider: 'SIMULATED', endpoint: 'https://127.0.0.1', conditions: [], observedGeneration: 0, generation: 1 }, { sealed }),
      pools.insert({
        id: poolId, clusterId, datacenterId: s.datacenterId, name: 'gpu', shapeId: s.shapeId, rackIds: [], target: 3, minimum: 0, maximum: 4, purpose: 'MIXED', labels: { team: 'x' },
        taints: [], tenantClasses: [], drainPolicy: 'WAIT_FOR_RELEASE', paused: false, readyMachines: 0, conditions: [], observedGeneration: 0, generation: 1,
      }),
    ],
  }));
  return { site: s, clusterId, poolId };
};

/** What tenants and operators do, as their doors would ask for it. */
export const handsOn = (nats: Nats, stores: Stores, ids: Ids, { site: s, poolId }: Pick<Rig, 'site' | 'poolId'>): Pick<Rig, 'order' | 'release' | 'instance' | 'scale'> => {
  const ask = async (request: AllocateRequest, traceparent?: string): Promise<readonly InstanceId[]> => {
    const reply = await nats.request<AllocateRequest, AllocateReply>(`cad.v1.${s.regionCode}.allocate`, request, { timeoutMs: 5_000, ...(traceparent === undefined ? {} : { traceparent }) });
    if (!reply.ok) throw new Error(JSON.stringify(reply.error));
    if (reply.value.kind !== 'ACCEPTED') throw new Error(JSON.stringify(reply.value));
    return reply.value.instances;
  };
  const tenant = s.tenants[0];
  if (tenant === undefined) throw new Error('a site without a tenant');
  let keys = 0;
  const idempotency = () => ({ scope: tenant.id, key: `k${String(++keys)}`, fingerprint: createHash('sha256').update(String(keys)).digest('hex') });
  return {
    order: (more = {}, traceparent) => ask({
      kind: 'CREATE', act: actOf('tenant', traceparent === undefined ? {} : { request: { id: 'request_rig', traceparent } }), idempotency: idempotency(),
      order: {
        orderId: ids.next('order'), tenantId: tenant.id, tenantClass: 'PUBLIC_BODY', projectId: tenant.projectId, shapeId: s.shapeId, shapeCode: `s-${s.regionCode}`, count: 1,
        datacenterId: null, poolId: null, name: `train-${String(keys)}`, image: 'registry.invalid/cuda:1', sshKeys: ['ssh-ed25519 AAAA'], at: systemClock.now(),
        legal: { jurisdictions: [], certifications: [], dataClass: 'ORDINARY' }, leaseEnd: '2027-01-01T00:00:00.000Z', interruptible: false, ...more,
      },
    }, traceparent),
    release: async id => { await ask({ kind: 'RELEASE', act: actOf('tenant'), idempotency: idempotency(), tenantId: tenant.id, instanceId: id }); },
    instance: id => stores.controller.read('system', q => instances.get(q, id)),
    scale: async target => {
      const pool = await stores.provider.read('system', q => pools.get(q, poolId));
      mustSave(await commit(stores.provider, {
        scope: 'system', act: actOf('provider'), outbox: [{ noun: 'pool', objectId: poolId, verb: 'scaled', regionCode: s.regionCode }],
        audit: [{ type: 'platform.pool.scale', phase: 'completed', outcome: 'success', target: { kind: 'pool', id: poolId } }],
        writes: [pools.update(poolId, { target }, { ifGeneration: pool?.generation ?? 0 })],
      }));
    },
  };
};

export const buildRig = async (db: TestDatabase, at: { readonly natsUrl: string; readonly kubeconfig: string; readonly adminKubeconfig: string }): Promise<Rig> => {
  const ids = createIds();
  const log = createLogger({ process: 'controller', version: 'test', level: process.env['CADASTRE_TEST_LOG'] === undefined ? 'error' : 'debug' });
  const stores = { provider: openTestStore(db, 'provider', { ids }), tenant: openTestStore(db, 'tenant', { ids }), controller: openTestStore(db, 'controller', { ids, max: 8 }) };
  const { sealed, sealFor, openCredential } = await sealedKeys(await readFile(at.kubeconfig, 'utf8'));
  const planted = await plant(stores, ids, sealed);
  const nats = await connectNats({ url: at.natsUrl, name: 'rig', log });
  const stopAllocator = startAllocator(db.urlAs('cadastre_allocator', TEST_PASSWORD), at.natsUrl, planted.site.regionCode);
  const adminKubeconfig = await readFile(at.adminKubeconfig, 'utf8');
  const { close: closeStranger, ...stranger } = strangerIn(adminKubeconfig);
  const opened = openCluster(adminKubeconfig, { cluster: 'admin' });
  if (!opened.ok) throw new Error(opened.error.message);
  return {
    ...planted, ...stranger, ...handsOn(nats, stores, ids, planted), nats, admin: opened.value, stores,
    probe: async kubeconfig => probeCluster(openCredential, { endpoint: 'https://asked', sealedCredential: await sealFor(kubeconfig) }),
    startController: async () => {
      const lead = await takeLead(db.urlAs('cadastre_controller', TEST_PASSWORD), 'cadastre.controller', { signal: new AbortController().signal, applicationName: 'rig-lead' });
      if (lead === undefined) throw new Error('no lead');
      const running = await startWork({ store: stores.controller, nats, openCredential, makeAct: makeActOf(ids, systemClock, 'test'), clock: systemClock, ids, log, resyncSeconds: 2, leaseWarningSeconds: 86_400, yieldNoticeSeconds: 120 }, lead);
      return { close: async () => { await running.close(); await lead.release(); } };
    },
    close: async () => {
      await stopAllocator();
      await nats.close();
      await Promise.all([opened.value.close(), closeStranger(), ...Object.values(stores).map(store => store.close())]);
    },
  };
};

/** States and pools of the site's machines, in name order: `n0-0 AVAILABLE pool`. */
export const machinesOf = async (rig: Rig): Promise<readonly string[]> =>
  [...(await rig.stores.controller.read('system', q => machines.byIds(q, rig.site.machines.map(m => m.id)))).values()]
    .map(m => `${m.name.slice(7)} ${m.state} ${m.poolId === rig.poolId ? 'pool' : '-'}`).sort();
