import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InstanceId } from '@cadastre/domain/core';
import { kubeRequestOf } from '@cadastre/domain/audit';
import { objectName } from '@cadastre/domain/instance';
import { judgeKubeRequest, kubeRequestOfLine } from '@cadastre/domain/kubeaudit';
import { namespaceName } from '@cadastre/domain/project';
import { NAMESPACES, NETWORK_POLICIES, NODES, PODS, SERVICES } from '@cadastre/kube/client';
import { actOf, storeDatabase } from '@cadastre/store/testing';
import * as clusters from '@cadastre/store/cluster';
import { commit } from '@cadastre/store/commit';
import { actsOf } from '@cadastre/store/kubeaudit';
import * as outbox from '@cadastre/store/outbox';
import * as shapes from '@cadastre/store/shape';
import { waitFor } from '@cadastre/testing/wait';
import type { Running } from './leader/leader.ts';
import type { Rig } from './testing/rig.ts';
import { buildRig, machinesOf } from './testing/rig.ts';

const given = (key: string): string => {
  const value = process.env[key];
  if (value === undefined) throw new Error(`${key} is unset: npm test brings the real servers up`);
  return value;
};
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const db = storeDatabase();
let rig: Rig;
let running: Running;

beforeAll(async () => {
  rig = await buildRig(db, { natsUrl: given('CADASTRE_TEST_NATS_URL'), kubeconfig: given('CADASTRE_TEST_PRODUCT_KUBECONFIG'), adminKubeconfig: given('CADASTRE_TEST_KUBECONFIG') });
  const cut = await commit(rig.stores.provider, {
    scope: 'system', act: actOf('provider'), outbox: [], audit: [{ type: 'dcim.shape.update', phase: 'completed', outcome: 'success', target: { kind: 'shape', id: rig.site.shapeId } }],
    writes: [shapes.update(rig.site.shapeId, { sliceProfiles: [{ name: '2g.35gb', milliGpu: 285, memoryMiB: 35_840 }, { name: 'half', milliGpu: 500, memoryMiB: 72_192 }] }, { ifGeneration: 1 })],
  });
  expect(cut.ok).toBe(true);
  running = await rig.startController();
});
afterAll(async () => {
  const list = await rig.admin.list(NODES);
  for (const n of list.ok ? list.value.items : []) if (rig.site.machines.some(m => m.name === n.metadata?.name)) await rig.admin.delete({ kind: NODES, name: n.metadata?.name ?? '' });
  const tenant = rig.site.tenants[0];
  if (tenant !== undefined) await rig.admin.delete({ kind: NAMESPACES, name: namespaceName({ id: tenant.projectId, code: 'p1' }) });
  await running.close();
  await rig.close();
});

const namespace = (): string => {
  const tenant = rig.site.tenants[0];
  return tenant === undefined ? '' : namespaceName({ id: tenant.projectId, code: 'p1' });
};
const becomes = (id: InstanceId, status: string): Promise<unknown> =>
  waitFor(async () => {
    const i = await rig.instance(id);
    if (i?.status === status) return i;
    const pod = await podOf(id);
    throw new Error(JSON.stringify([i?.status, i?.conditions.map(c => [c.type, c.status, c.reason]), pod.ok ? pod.value.status : pod.error.code]));
  }, { what: `${id} ${status}`, timeoutMs: 30_000 });
const podOf = (id: InstanceId) => rig.admin.get({ kind: PODS, namespace: namespace(), name: objectName(id) });

describe('a site on a real API server', () => {
  it('connects its cluster, and names a credential that cannot be opened', async () => {
    await waitFor(async () => {
      const c = await rig.stores.controller.read('system', q => clusters.get(q, rig.clusterId));
      return c?.conditions.some(x => x.type === 'Ready' && x.status === 'True') === true && c.kubernetesVersion?.startsWith('v1.') === true;
    }, { what: 'the cluster Ready' });
    await waitFor(async () => (await rig.stores.controller.read('system', q => clusters.get(q, rig.site.clusterId)))?.conditions.some(c => c.reason === 'CLUSTER_BAD_KUBECONFIG'), { what: 'the other one refused' });
  });

  it('tries a credential for the door: what answers, what does not, and what is none', async () => {
    const good = await readFile(given('CADASTRE_TEST_PRODUCT_KUBECONFIG'), 'utf8');
    const elsewhere = good.replace(/127\.0\.0\.1:\d+/, '127.0.0.1:1');
    // Without its authority the server's certificate is anybody's.
    const distrusted = good.replace(/"certificate-authority-data": *"[^"]*"/, '"tls-server-name": ""');
    const told = await Promise.all([good, elsewhere, distrusted, 'not a kubeconfig'].map(k => rig.probe(k)));
    expect(told.map(t => (t.ok ? t.endpoint : t.code))).toEqual(['https://asked', 'CLUSTER_UNREACHABLE', 'CLUSTER_BAD_CERTIFICATE', 'CLUSTER_BAD_KUBECONFIG']);
  });

  it('takes machines from the lowest place up to the target and makes them simulated nodes', async () => {
    await waitFor(async () => (await machinesOf(rig)).filter(m => m.endsWith('AVAILABLE pool')).length === 3, { what: 'three machines available', timeoutMs: 20_000 });
    expect(await machinesOf(rig)).toEqual(['n0-0 AVAILABLE pool', 'n0-1 AVAILABLE pool', 'n1-0 AVAILABLE pool', 'n1-1 REGISTERED -']);
    const first = rig.site.machines[0];
    const node = await rig.admin.get({ kind: NODES, name: first?.name ?? '' });
    expect(node.ok && [node.value.metadata?.labels?.['cadastre.cloud/simulated'], node.value.metadata?.labels?.['cadastre.cloud/machine'], node.value.metadata?.labels?.['team'], node.value.status?.allocatable?.['nvidia.com/gpu']])
      .toEqual(['true', first?.id, 'x', '8']);
  });

  it('brings slices to READY beside each other on one machine, under the resource that Kubernetes knows them by', async () => {
    const asked = [{ milliGpu: 285, slice: '2g.35gb' }, { milliGpu: 500, slice: 'half' }, { milliGpu: 500, slice: 'half' }];
    const ids: InstanceId[] = [];
    for (const more of asked) ids.push(...await waitFor(() => rig.order(more), { what: 'a slice accepted', timeoutMs: 20_000 }));
    for (const id of ids) await becomes(id, 'READY');
    const pods = await Promise.all(ids.map(podOf));
    const gpus = pods.map(p => Object.entries(p.ok ? p.value.spec?.containers[0]?.resources?.limits ?? {} : {}).filter(([name]) => name.startsWith('nvidia.com/')));
    expect(gpus).toEqual([[['nvidia.com/mig-2g.35gb', '1']], [['nvidia.com/gpu.shared', '1']], [['nvidia.com/gpu.shared', '1']]]);
    expect(new Set(pods.map(p => p.ok && p.value.spec?.nodeName)).size).toBe(1);
    for (const id of ids) await rig.release(id);
    for (const id of ids) await becomes(id, 'RELEASED');
  });

  it('brings an order to READY inside its fences, and its trace with it', async () => {
    const [id] = await waitFor(() => rig.order({}, `00-${TRACE}-b7ad6b7169203331-01`), { what: 'the order accepted', timeoutMs: 20_000 });
    if (id === undefined) throw new Error('no instance');
    await becomes(id, 'READY');
    const done = await rig.instance(id);
    const states = done?.statusHistory.map(h => h.state) ?? [];
    expect([states[0], states.at(-1), done?.observedGeneration, done?.conditions.find(c => c.type === 'SshReachable')?.reason]).toEqual(['PENDING', 'READY', 1, 'SIMULATED']);
    const pod = await podOf(id);
    expect(pod.ok && [pod.value.spec?.nodeName, pod.value.spec?.containers[0]?.resources?.limits?.['nvidia.com/gpu']]).toEqual([rig.site.machines.find(m => m.id === done?.machineId)?.name, '8']);
    const policies = await rig.admin.list(NETWORK_POLICIES, { namespace: namespace() });
    expect(policies.ok && policies.value.items.map(p => p.metadata?.name).sort()).toEqual(['cadastre-allow', 'cadastre-deny-all']);
    const told = await rig.stores.controller.read('system', q => outbox.after(q, outbox.START, 100, { objectId: id }));
    expect(told.map(e => e.verb)).toEqual(expect.arrayContaining(['created', 'ready']));
    expect(told.map(e => e.traceparent?.split('-')[1])).toEqual(told.map(() => TRACE));
  });

  it('makes a lost pod again, one at a time, and says so', async () => {
    const [id] = await rig.order();
    if (id === undefined) throw new Error('no instance');
    await becomes(id, 'READY');
    const before = await podOf(id);
    await rig.admin.delete({ kind: PODS, namespace: namespace(), name: objectName(id) }, { graceSeconds: 0 });
    await waitFor(async () => (await rig.instance(id))?.statusHistory.some(h => h.state === 'REPAIRING'), { what: 'REPAIRING' });
    await becomes(id, 'READY');
    const after = await podOf(id);
    expect(before.ok && after.ok && before.value.metadata?.uid !== after.value.metadata?.uid).toBe(true);
    await rig.release(id);
    await becomes(id, 'RELEASED');
    expect([(await podOf(id)).ok, (await rig.admin.get({ kind: SERVICES, namespace: namespace(), name: objectName(id) })).ok]).toEqual([false, false]);
  });

  it("leaves a stranger's pod of our name alone, says so, and goes on when it is gone", async () => {
    await running.close();
    const [id] = await rig.order();
    if (id === undefined) throw new Error('no instance');
    const ref = { kind: PODS, namespace: namespace(), name: objectName(id) };
    await rig.createAsStranger(PODS, {
      metadata: { name: ref.name, namespace: ref.namespace },
      spec: {
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
        containers: [{ name: 'x', image: 'y', securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } }],
      },
    });
    const before = await rig.admin.get(ref);
    running = await rig.startController();
    await waitFor(async () => (await rig.instance(id))?.conditions.some(c => c.type === 'Ready' && c.reason === 'NOT_OURS'), { what: 'NOT_OURS' });
    const after = await rig.admin.get(ref);
    expect(after.ok && before.ok && [after.value.metadata?.uid, after.value.metadata?.labels, after.value.metadata?.managedFields?.some(f => f.manager === 'cadastre')])
      .toEqual([before.ok && before.value.metadata?.uid, undefined, false]);
    await rig.removeAsStranger(ref.namespace, ref.name);
    await becomes(id, 'READY');
    await rig.release(id);
    await becomes(id, 'RELEASED');
  });

  it('gives idle machines back when the pool shrinks, and keeps the one with an instance', async () => {
    await rig.scale(1);
    await waitFor(async () => (await machinesOf(rig)).filter(m => m.endsWith(' pool')).length === 1, { what: 'one machine left', timeoutMs: 20_000 });
    expect((await machinesOf(rig)).filter(m => m.endsWith(' pool'))).toEqual([expect.stringContaining('ALLOCATED')]);
    const nodes = await rig.admin.list(NODES, { labels: { 'cadastre.cloud/pool': rig.poolId } });
    expect(nodes.ok && nodes.value.items.length).toBe(1);
  });
});

describe('beside the API server\'s own log', () => {
  it('every change that the controller made was announced before, under the Audit-ID that the API server wrote down', async () => {
    const ours = new Set(['cadastre']);
    const lines = (await readFile(given('CADASTRE_TEST_KUBE_AUDIT_LOG'), 'utf8')).split('\n').filter(line => line !== '');
    const mine = new Set([namespace(), ...rig.site.machines.map(m => m.name)]);
    const requests = lines.map(line => kubeRequestOfLine(line, ours)).flatMap(p => (p.kind === 'REQUEST' && (mine.has(p.request.namespace) || mine.has(p.request.name)) ? [p.request] : []));
    const acts = await rig.stores.provider.read('system', q => actsOf(q, requests.flatMap(r => kubeRequestOf(r.auditId)?.act ?? [])));
    // What concerns a tenant is in the tenant's own log, which the provider does not read.
    const tenants = await rig.stores.tenant.read({ tenant: rig.site.tenants[0]!.id }, q => actsOf(q, requests.flatMap(r => kubeRequestOf(r.auditId)?.act ?? [])));
    const known = new Map([...acts, ...tenants]);
    const judged = requests.map(r => ({ what: `${r.verb} ${r.resource} ${r.name}`, as: judgeKubeRequest({ ...r, clusterId: rig.clusterId, ageMs: 60_000, twins: 0 }, known, 0) }));
    expect(judged.filter(j => j.as !== 'ANNOUNCED')).toEqual([]);
    expect(new Set(judged.map(j => j.what.split(' ').slice(0, 2).join(' ')))).toEqual(new Set(['patch nodes', 'patch nodes/status', 'delete nodes', 'patch namespaces', 'patch networking.k8s.io/networkpolicies', 'patch resourcequotas', 'patch limitranges', 'patch pods', 'patch services', 'delete pods', 'delete services']));
    expect(new Set(requests.map(r => r.auditId)).size).toBe(requests.length);
  });
});
