import { copyFile, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuditFact } from '@cadastre/domain/audit';
import { kubeActOf, kubeAuditId } from '@cadastre/domain/audit';
import type { ClusterId } from '@cadastre/domain/core';
import type { Kube, Namespace } from '@cadastre/kube/client';
import { announced, NAMESPACES, openCluster, openHttp, RESOURCE_QUOTAS } from '@cadastre/kube/client';
import { pause, systemClock } from '@cadastre/platform/clock';
import { createIds } from '@cadastre/platform/ids';
import { silentLogger } from '@cadastre/platform/log';
import { recordAudit } from '@cadastre/store/commit';
import type { Store } from '@cadastre/store/pool';
import { actOf, openTestStore, seedSite, site, storeDatabase } from '@cadastre/store/testing';
import type { Site } from '@cadastre/store/testing';
import { waitFor } from '@cadastre/testing/wait';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KubeAuditDeps } from './tools.ts';
import { takeEventsOf, watchKubeAudit } from './watch.ts';
import { serveWebhook } from './webhook.ts';

const given = (key: string): string => process.env[key] ?? expect.fail(`${key} is unset: npm test brings the real servers up`);
const db = storeDatabase();
const ids = createIds();
const run = ids.next('request').slice(-8);
const named = (name: string): string => `witness-${run}-${name}`;
let s: Site;
const stores: Store[] = [];
let [controller, monitor]: readonly [Store, Store] = [] as never;
let ours: Kube;
let admin: Kube;
let thief: { readonly send: (method: 'PATCH' | 'DELETE', name: string, auditId?: string) => Promise<number>; close(): Promise<void> };

/** A change as kubectl would make it, with the product's own credential and past its client. */
const thiefWith = (kubeconfig: string): typeof thief => {
  const http = openHttp(kubeconfig, { cluster: 'thief' });
  if (!http.ok) throw new Error(http.error.message);
  return {
    send: async (method, name, auditId) => {
      const send = () => http.value.send({
        about: { cluster: 'thief', verb: 'apply', object: name }, kind: 'Namespace', method, path: `/api/v1/namespaces/${name}${method === 'PATCH' ? '?fieldManager=kubectl' : ''}`,
        ...(method === 'PATCH' ? { contentType: 'application/apply-patch+yaml', body: JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { stolen: String(Date.now()) } } }) } : {}),
      });
      const sent = await (auditId === undefined ? send() : announced({ next: () => auditId }, send));
      return sent.ok ? sent.value.status : (sent.error.status ?? 0);
    },
    close: () => http.value.close(),
  };
};

beforeAll(async () => {
  s = site(ids, { racks: 1, machinesPerRack: 1, tenants: 1 });
  stores.push(openTestStore(db, 'provider', { ids }), openTestStore(db, 'tenant', { ids }), openTestStore(db, 'controller', { ids }), openTestStore(db, 'monitor', { ids }));
  await seedSite(stores[0]!, stores[1]!, s);
  [controller, monitor] = [stores[2]!, stores[3]!];
  const [product, root] = await Promise.all([readFile(given('CADASTRE_TEST_PRODUCT_KUBECONFIG'), 'utf8'), readFile(given('CADASTRE_TEST_KUBECONFIG'), 'utf8')]);
  const [a, b] = [openCluster(product, { cluster: 'ours', limits: { announcing: 'required' } }), openCluster(root, { cluster: 'admin' })];
  if (!a.ok || !b.ok) throw new Error('no cluster');
  [ours, admin] = [a.value, b.value];
  thief = thiefWith(product);
});
afterAll(async () => {
  const list = await admin.list(NAMESPACES);
  for (const n of list.ok ? list.value.items : []) if (n.metadata?.name?.startsWith(`witness-${run}`) === true) await admin.delete({ kind: NAMESPACES, name: n.metadata.name });
  await Promise.all([ours.close(), admin.close(), thief.close(), ...stores.map(store => store.close())]);
});

const depsOf = (path: string | undefined, more: Partial<KubeAuditDeps> = {}): KubeAuditDeps => ({
  store: monitor, ids, clock: systemClock, log: silentLogger(), pause, operator: 'audit.test', users: new Set(['cadastre']), files: path === undefined ? [] : [{ cluster: s.clusterId, path }], graceMs: 1_000,
  makeAct: () => actOf('none', { actor: { kind: 'system', id: 'kubeaudit', directory: 'none', roles: [], auth: { method: 'internal' } } }), ...more,
});
const watching = async <T>(deps: KubeAuditDeps, within: () => Promise<T>): Promise<T> => {
  const stop = new AbortController();
  const running = watchKubeAudit(deps, stop.signal);
  try {
    return await within();
  } finally {
    stop.abort();
    await running;
  }
};

/** As the controller does: written down, then done, then written down. */
const act = async <T>(cluster: ClusterId, work: () => Promise<T>, { most = 8 } = {}): Promise<{ readonly id: string; readonly value: T }> => {
  const id = kubeActOf(crypto.randomUUID());
  const fact = { type: 'platform.kube.apply', target: { kind: 'project', id: 'p' }, op: { id } } as const;
  await recordAudit(controller, actOf('none'), [{ ...fact, phase: 'requested', outcome: 'unknown', k8s: { cluster, auditIds: [kubeAuditId(id, 1), kubeAuditId(id, most)] } } satisfies AuditFact], 'system');
  let sent = 0;
  const value = await announced({ next: () => kubeAuditId(id, (sent += 1)) }, work);
  await recordAudit(controller, actOf('none'), [{ ...fact, phase: 'completed', outcome: 'success', numbers: { requests: sent }, k8s: { cluster } } satisfies AuditFact], 'system');
  return { id, value };
};
const namespace = (name: string): Namespace => ({ metadata: { name: named(name) } });
const apply = (name: string) => act(s.clusterId, () => ours.apply(NAMESPACES, namespace(name)));

interface Kept { readonly state: string; readonly reason: string | null; readonly verb: string; readonly resource: string }
const kept = (name: string): Promise<readonly Kept[]> => monitor.read('system', q => q.rows<Kept>({ text: 'SELECT state, reason, verb, resource FROM kube_request WHERE name = $1 ORDER BY received_at', values: [named(name)] }));
const judged = (name: string, n: number): Promise<readonly Kept[]> => waitFor(async () => {
  const rows = await kept(name);
  return rows.length === n && rows.every(r => r.state !== 'PENDING') ? rows : undefined;
}, { what: `${String(n)} of ${name}`, timeoutMs: 15_000 });
const foreignEvents = (name: string) => monitor.read('system', q => q.rows<{ e: { readonly outcome: string; readonly reason: string; readonly target: object; readonly numbers: Readonly<Record<string, unknown>> } }>({
  text: "SELECT convert_from(body, 'UTF8')::jsonb AS e FROM audit_event WHERE type = 'platform.kube.foreign' AND convert_from(body, 'UTF8')::jsonb #>> '{numbers,name}' = $1 ORDER BY seq", values: [named(name)],
}));

describe('beside the log of a real API server', () => {
  it('all that we announced is found, and nothing of it reported', async () => {
    await watching(depsOf(given('CADASTRE_TEST_KUBE_AUDIT_LOG')), async () => {
      await Promise.all(['a', 'b', 'c'].map(apply));
      await act(s.clusterId, async () => {
        await ours.apply(RESOURCE_QUOTAS, { metadata: { name: named('q'), namespace: named('a') }, spec: { hard: { pods: '1' } } });
        await ours.delete({ kind: NAMESPACES, name: named('b') });
      });
      expect((await judged('a', 1)).concat(await judged('b', 2), await judged('c', 1), await judged('q', 1)).map(r => `${r.verb} ${r.resource} ${r.state}`)).toEqual([
        'patch namespaces ANNOUNCED', 'patch namespaces ANNOUNCED', 'delete namespaces ANNOUNCED', 'patch namespaces ANNOUNCED', 'patch resourcequotas ANNOUNCED',
      ]);
      for (const name of ['a', 'b', 'c', 'q']) expect(await foreignEvents(name)).toEqual([]);
    });
  });

  it('a change with our credential behind our back is an event and an alarm within seconds', async () => {
    await watching(depsOf(given('CADASTRE_TEST_KUBE_AUDIT_LOG')), async () => {
      await apply('mine');
      const before = Date.now();
      expect(await thief.send('PATCH', named('mine'))).toBe(200);
      const rows = await judged('mine', 2);
      expect([rows.map(r => [r.state, r.reason]), Date.now() - before < 10_000]).toEqual([[['ANNOUNCED', null], ['FOREIGN', 'NOT_ANNOUNCED']], true]);
      expect((await foreignEvents('mine')).map(r => r.e)).toMatchObject([{
        outcome: 'failure', reason: 'NOT_ANNOUNCED', target: { kind: 'cluster', id: s.clusterId }, numbers: { verb: 'patch', resource: 'namespaces', user: 'cadastre', sourceIp: '127.0.0.1', code: 200 },
      }]);
      const alarm = await monitor.read('system', q => q.rows({ text: "SELECT kind, severity, origin, place FROM audit_alarm WHERE resolved_at IS NULL" }));
      expect(alarm).toEqual([{ kind: 'KUBE_FOREIGN', severity: 'CRITICAL', origin: 'audit.test/provider', place: `kube/${s.clusterId}` }]);
    });
  });

  it('so is one that borrows an Audit-ID of ours: used again, beyond what was announced, or of another cluster', async () => {
    await watching(depsOf(given('CADASTRE_TEST_KUBE_AUDIT_LOG')), async () => {
      const { id } = await apply('borrowed');
      const elsewhere = await act('cluster_01h455vb4pex5vsknk084sn02q' as ClusterId, () => Promise.resolve(undefined));
      await thief.send('PATCH', named('borrowed'), kubeAuditId(id, 1));
      await thief.send('PATCH', named('borrowed'), kubeAuditId(id, 2));
      await thief.send('PATCH', named('borrowed'), kubeAuditId(elsewhere.id, 1));
      expect((await judged('borrowed', 4)).map(r => r.reason)).toEqual([null, 'AUDIT_ID_REUSED', 'BEYOND_ANNOUNCED', 'OTHER_CLUSTER']);
    });
  });

  it('a change that was refused is reported too: somebody holds our credential', async () => {
    await watching(depsOf(given('CADASTRE_TEST_KUBE_AUDIT_LOG')), async () => {
      expect(await thief.send('DELETE', named('not-there'))).toBe(404);
      expect((await judged('not-there', 1)).map(r => r.reason)).toEqual(['NOT_ANNOUNCED']);
    });
  });

  it('what somebody else changes is no business of this log', async () => {
    await watching(depsOf(given('CADASTRE_TEST_KUBE_AUDIT_LOG')), async () => {
      await admin.apply(NAMESPACES, namespace('theirs'));
      // What comes after it in the same file has been judged, so it has been read.
      await apply('after');
      await judged('after', 1);
      expect(await kept('theirs')).toEqual([]);
    });
  });

  it('a rotation while nobody watched, and a start in between, lose nothing and report nothing twice', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kube-audit-'));
    const path = join(folder, 'audit.log');
    const real = given('CADASTRE_TEST_KUBE_AUDIT_LOG');
    // The real lines, in a file that can be rotated at will.
    const linesOf = async (name: string): Promise<string> => `${(await readFile(real, 'utf8')).split('\n').filter(l => l.includes(`"${named(name)}"`)).join('\n')}\n`;
    const change = async (name: string): Promise<string> => {
      await thief.send('PATCH', named(name));
      return await waitFor(async () => { const text = await linesOf(name); return text.includes('"patch"') ? text : undefined; }, { what: 'its line' });
    };
    try {
      await writeFile(path, await change('r1'));
      await watching(depsOf(path), () => judged('r1', 1));
      const [second, third] = [await change('r2'), await change('r3')];
      await writeFile(path, `${await readFile(path, 'utf8')}${second}`);
      await rename(path, join(folder, 'audit-2026-11-27T21-00-00.000.log'));
      await writeFile(path, third);
      await watching(depsOf(path), async () => { await Promise.all([judged('r2', 1), judged('r3', 1)]); });
      // The same lines once more under another name: kept once, told once.
      await copyFile(path, join(folder, 'copy.log'));
      await watching(depsOf(join(folder, 'copy.log')), async () => { await writeFile(path, `${third}${await change('r4')}`); await waitFor(async () => (await foreignEvents('r3')).length > 0, { what: 'r3' }); });
      expect(await Promise.all(['r1', 'r2', 'r3'].map(async n => (await foreignEvents(n)).length))).toEqual([1, 1, 1]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('the webhook', () => {
  it('takes the events of a cluster from who has the token, and says nothing to anybody else', async () => {
    const deps = depsOf(undefined);
    const server = await serveWebhook({ host: '127.0.0.1', port: 0, token: 't'.repeat(32), log: silentLogger(), take: takeEventsOf(deps), known: id => Promise.resolve(id === s.clusterId) });
    const post = async (path: string, body: string, token = 't'.repeat(32)): Promise<number> =>
      (await fetch(`${server.url}${path}`, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body })).status;
    const event = { auditID: 'x', stage: 'ResponseComplete', verb: 'delete', user: { username: 'cadastre' }, objectRef: { resource: 'pods', name: named('hook') }, responseStatus: { code: 200 }, requestReceivedTimestamp: new Date().toISOString() };
    const list = JSON.stringify({ kind: 'EventList', apiVersion: 'audit.k8s.io/v1', items: [event, { broken: true }, { ...event, user: { username: 'other' }, auditID: 'y' }] });
    try {
      const here = `/kube-audit/${s.clusterId}`;
      expect([await post(here, list, 'wrong'), await post('/kube-audit/cluster_01h455vb4pex5vsknk084sn02q', list), await post('/elsewhere', list), await post(here, '{'), await post(here, '{"items":1}'), await post(here, list), await post(here, list)])
        .toEqual([401, 404, 404, 400, 400, 200, 200]);
      await watching(deps, () => judged('hook', 1));
      expect(await foreignEvents('hook')).toHaveLength(1);
    } finally {
      await server.close();
    }
  });
});
