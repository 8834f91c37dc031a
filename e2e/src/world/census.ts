import { readFileSync } from 'node:fs';
import { connectCluster, PODS, type Pod } from '@cadastre/kube/client';
import pg from 'pg';
import type { RunFile } from '../../../apps/local/src/stack/options.ts';

/** What the database and the cluster hold, read behind the product's back. */
export interface Census {
  readonly live: readonly { readonly id: string; readonly status: string; readonly machineId: string; readonly nodeName: string }[];
  readonly pods: readonly { readonly instance: string; readonly node: string; readonly phase: string }[];
  readonly violations: readonly string[];
}

export const withDatabase = async <T>(run: RunFile, use: (db: pg.Client) => Promise<T>): Promise<T> => {
  const db = new pg.Client({ connectionString: run.databaseUrl });
  await db.connect();
  try {
    return await use(db);
  } finally {
    await db.end();
  }
};

export const podsOf = async (run: RunFile): Promise<readonly Pod[]> => {
  const kube = await connectCluster(readFileSync(run.kubeconfigAdmin ?? run.kubeconfig, 'utf8'), { cluster: 'census' });
  if (!kube.ok) throw new Error(`${kube.error.code}: ${kube.error.message}`);
  try {
    const pods = await kube.value.list(PODS, { labels: { 'app.kubernetes.io/managed-by': 'cadastre' } });
    if (!pods.ok) throw new Error(`${pods.error.code}: ${pods.error.message}`);
    return pods.value.items;
  } finally {
    await kube.value.close();
  }
};

/** Each rule is a query that must find nothing: one sentence a row. */
const RULES: Readonly<Record<string, string>> = {
  'two live instances on one machine': `SELECT machine_id AS what FROM gpu_instance WHERE status <> 'RELEASED' GROUP BY machine_id HAVING count(*) > 1`,
  'a machine holds more GPUs than it has': 'SELECT machine_id AS what FROM machine_capacity WHERE gpus_allocated > gpus_total OR gpus_allocated < 0',
  'a rack draws more than its limit': 'SELECT rack_id AS what FROM rack_capacity WHERE used_w > max_power_w OR used_w < 0',
  'the capacity table differs from the claims': `
    SELECT c.machine_id AS what FROM machine_capacity c
    LEFT JOIN (SELECT machine_id, sum(gpus) AS gpus FROM gpu_instance WHERE status <> 'RELEASED' GROUP BY machine_id) i ON i.machine_id = c.machine_id
    WHERE c.gpus_allocated <> coalesce(i.gpus, 0)`,
  'an instance without exactly one claim in the ledger': `
    SELECT i.id AS what FROM gpu_instance i LEFT JOIN capacity_ledger l ON l.instance_id = i.id AND l.kind = 'CLAIM' GROUP BY i.id HAVING count(l.index) <> 1`,
  'a released instance without exactly one release in the ledger': `
    SELECT i.id AS what FROM gpu_instance i LEFT JOIN capacity_ledger l ON l.instance_id = i.id AND l.kind = 'RELEASE' WHERE i.status = 'RELEASED' GROUP BY i.id HAVING count(l.index) <> 1`,
  'a hole or a twin in a region\'s ledger': 'SELECT region_id AS what FROM capacity_ledger GROUP BY region_id HAVING count(*) <> max(index) OR min(index) <> 1',
  'an accepted order without its audit event': `
    SELECT i.id AS what FROM gpu_instance i WHERE NOT EXISTS (
      SELECT 1 FROM audit_event a WHERE a.type = 'compute.instance.create' AND a.outcome = 'success' AND a.target_id IN (i.id, i.order_id))`,
  'a state without its audit event': `
    SELECT i.id AS what FROM gpu_instance i WHERE i.status = 'READY' AND NOT EXISTS (
      SELECT 1 FROM audit_event a WHERE a.type = 'compute.instance.state' AND a.target_id = i.id)`,
  'an instance without an outbox entry': `SELECT i.id AS what FROM gpu_instance i WHERE NOT EXISTS (SELECT 1 FROM outbox o WHERE o.object_id = i.id)`,
};

const LIVE = `SELECT i.id, i.status::text, i.machine_id AS "machineId", m.name AS "nodeName" FROM gpu_instance i JOIN machine m ON m.id = i.machine_id WHERE i.status <> 'RELEASED' ORDER BY i.id`;

/** Looks at everything at once and says what breaks a rule; empty when the world is sound. */
export const takeCensus = async (run: RunFile): Promise<Census> => {
  const violations: string[] = [];
  const live = await withDatabase(run, async db => {
    for (const [rule, sql] of Object.entries(RULES)) {
      const { rows } = await db.query<{ what: string }>(sql);
      violations.push(...rows.map(r => `${rule}: ${r.what}`));
    }
    return (await db.query<Census['live'][number]>(LIVE)).rows;
  });
  const pods = (await podsOf(run)).filter(p => p.metadata?.deletionTimestamp === undefined).map(p => ({
    instance: p.metadata?.labels?.['cadastre.cloud/instance'] ?? '', node: p.spec?.nodeName ?? '', phase: p.status?.phase ?? '',
  }));
  for (const i of live) {
    const own = pods.filter(p => p.instance === i.id);
    if (own.length !== 1) violations.push(`${i.id} (${i.status}) has ${String(own.length)} pods`);
    else if (own[0]?.node !== i.nodeName) violations.push(`${i.id} was placed on ${i.nodeName} and runs on ${own[0]?.node ?? ''}`);
  }
  for (const p of pods) if (!live.some(i => i.id === p.instance)) violations.push(`a pod on ${p.node} for ${p.instance}, which no live instance is`);
  return { live, pods, violations };
};
