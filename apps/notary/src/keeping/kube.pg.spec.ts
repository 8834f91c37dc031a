import { randomUUID } from 'node:crypto';
import { kubeActOf, kubeAuditId } from '@cadastre/domain/audit';
import type { AuditFact } from '@cadastre/domain/audit';
import { silentLogger } from '@cadastre/platform/log';
import { recordAudit } from '@cadastre/store/commit';
import * as kubeAudit from '@cadastre/store/kubeaudit';
import type { Store } from '@cadastre/store/pool';
import { actOf, asRows, asSuperuser, countingIds, openTestStore, seedSite, site, storeDatabase, type Site } from '@cadastre/store/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { forgetKubeRequests } from './kube.ts';

const db = storeDatabase();
let s: Site;
let [controller, monitor, notary]: Store[] = [];

beforeAll(async () => {
  const [provider, tenant] = [openTestStore(db, 'provider'), openTestStore(db, 'tenant')];
  [controller, monitor, notary] = [openTestStore(db, 'controller'), openTestStore(db, 'monitor'), openTestStore(db, 'notary')];
  s = site(countingIds());
  await seedSite(provider, tenant, s);
  await Promise.all([provider.close(), tenant.close()]);
});
afterAll(() => Promise.all([controller!.close(), monitor!.close(), notary!.close()]));

/** An act that sends one request, as the controller writes it down, and the request as it was read so many days ago and judged. */
const request = async (name: string, { days, state = 'ANNOUNCED', act }: { readonly days: number; readonly state?: 'ANNOUNCED' | 'FOREIGN' | 'PENDING'; readonly act: 'concluded' | 'begun' | 'none' }): Promise<void> => {
  const id = kubeActOf(randomUUID());
  const fact = { type: 'platform.kube.apply', target: { kind: 'project', id: 'p' }, op: { id } } as const;
  const phases: readonly AuditFact[] = [
    { ...fact, phase: 'requested', outcome: 'unknown', k8s: { cluster: s.clusterId, auditIds: [kubeAuditId(id, 1), kubeAuditId(id, 8)] } },
    { ...fact, phase: 'completed', outcome: 'success', numbers: { requests: 1 }, k8s: { cluster: s.clusterId } },
  ];
  for (const told of phases.slice(0, { none: 0, begun: 1, concluded: 2 }[act])) await recordAudit(controller!, actOf('none'), [told], 'system');
  await kubeAudit.take(monitor!, s.clusterId, [{ auditId: kubeAuditId(id, 1), receivedAt: '2026-03-01T00:00:00.000000Z', verb: 'patch', resource: 'namespaces', namespace: '', name, username: 'cadastre', userAgent: 'a', sourceIp: '10.0.0.1', code: 200 }]);
  await asSuperuser(db, `UPDATE kube_request SET state = '${state}', reason = ${state === 'FOREIGN' ? "'NOT_ANNOUNCED'" : 'NULL'}, seen_at = clock_timestamp() - interval '${String(days)} days' WHERE name = '${name}'`);
};
const kept = async (): Promise<readonly string[]> => (await asRows<{ name: string }>(db, 'SELECT name FROM kube_request ORDER BY name')).map(row => row.name);

describe('what API servers wrote down', () => {
  it('goes after its days, but for what has not been judged and what an act without an end still needs', async () => {
    await request('announced', { days: 91, act: 'concluded' });
    await request('announced-late', { days: 89, act: 'concluded' });
    await request('act-not-concluded', { days: 4_000, act: 'begun' });
    await request('act-pruned', { days: 91, act: 'none' });
    await request('foreign', { days: 91, state: 'FOREIGN', act: 'none' });
    await request('not-judged', { days: 91, state: 'PENDING', act: 'concluded' });
    await forgetKubeRequests({ store: notary!, log: silentLogger() }, 90);
    expect(await kept()).toEqual(['act-not-concluded', 'announced-late', 'not-judged']);
  });

  it('stays for thirty days whatever is asked, and nobody deletes a row otherwise', async () => {
    await request('three-weeks', { days: 21, act: 'concluded' });
    await forgetKubeRequests({ store: notary!, log: silentLogger() }, 1);
    expect(await kept()).toContain('three-weeks');
    expect(await kept()).not.toContain('announced-late');
    const may = await asRows<{ role: string }>(db, "SELECT rolname AS role FROM pg_roles WHERE rolname LIKE 'cadastre_%' AND rolname <> 'cadastre_migrate' AND (has_table_privilege(rolname, 'kube_request', 'DELETE') OR has_table_privilege(rolname, 'kube_request', 'TRUNCATE'))");
    expect(may).toEqual([]);
    const callers = await asRows<{ role: string }>(db, "SELECT rolname AS role FROM pg_roles WHERE rolname LIKE 'cadastre_%' AND rolname <> 'cadastre_migrate' AND has_function_privilege(rolname, 'kube_request_prune(integer, integer)', 'EXECUTE')");
    expect(callers).toEqual([{ role: 'cadastre_notary' }]);
  });
});
