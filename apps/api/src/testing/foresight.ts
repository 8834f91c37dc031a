import { asSuperuser, countingIds, type Site } from '@cadastre/store/testing';
import type { TestDatabase } from '@cadastre/testing/database';
import { seedTenants } from './tenants.ts';

/** An instance as the allocator would have left it, without an allocator: rows alone, because what is asked of them is how they are counted. */
export interface SeededInstance {
  readonly id?: string;
  readonly tenant?: number;
  readonly machine: number;
  readonly watts: number;
  readonly leaseEnd: string;
  readonly interruptible?: boolean;
  readonly createdAt?: string;
}

/** A decision on an order: refused for a reason, or placed. */
export interface SeededDecision {
  readonly at: string;
  readonly tenant?: number;
  readonly reason?: string;
  readonly count?: number;
  readonly leaseEnd?: string;
  readonly more?: object;
}

const text = (value: unknown): string => `'${String(value).replaceAll("'", "''")}'`;
const json = (value: unknown): string => `${text(JSON.stringify(value))}::jsonb`;

/**
 * Two racks of 150 kW on feeds A1 and B1 with four machines each (1,000 W idle, 9,000 W full, 8 GPUs); 400 kW contracted and energised; two transformers of 200 kW; two
 * tenants, both public bodies, with a pilot each.
 */
export const foreseenSite = async (db: TestDatabase): Promise<Site> => {
  const s = await seedTenants(db);
  const ids = countingIds();
  const [grid, ta, tb, a1, b1] = [0, 1, 2, 3, 4].map(() => ids.next('powernode'));
  const nodeRow = (id: string | undefined, name: string, kind: string, parent: string | undefined, side: string, kw: number): string =>
    `(${text(id)}, ${text(s.datacenterId)}, '${name}', '${kind}', ${parent === undefined ? 'NULL' : text(parent)}, '${side}', ${String(kw * 1_000)})`;
  await asSuperuser(db, `INSERT INTO power_node (id, datacenter_id, name, kind, parent_id, side, capacity_w) VALUES ${[
    nodeRow(grid, 'GRID', 'GRID_CONNECTION', undefined, 'NONE', 400), nodeRow(ta, 'TA', 'TRANSFORMER', grid, 'A', 200), nodeRow(tb, 'TB', 'TRANSFORMER', grid, 'B', 200),
    nodeRow(a1, 'A1', 'BUSWAY', ta, 'A', 200), nodeRow(b1, 'B1', 'BUSWAY', tb, 'B', 200),
  ].join(', ')};
    DELETE FROM power_phase;
    INSERT INTO power_phase (id, datacenter_id, name, contracted_w, state, valid_from) VALUES ('${ids.next('phase')}', '${s.datacenterId}', 'phase 1', 400000, 'ENERGISED', '2026-01-01T00:00:00Z'),
      ('${ids.next('phase')}', '${s.datacenterId}', 'phase 2', 1200000, 'CONTRACTED', '2028-01-01T00:00:00Z');
    UPDATE rack SET feed_a = 'A1', feed_b = 'B1';
    INSERT INTO rack_capacity (rack_id, region_id, max_power_w, used_w) SELECT id, region_id, max_power_w, 4000 FROM rack;
    INSERT INTO machine_capacity (machine_id, region_id, rack_id, gpus_total, idle_w, energised) SELECT id, region_id, rack_id, 8, 1000, true FROM machine`);
  return s;
};

const tenantOf = (s: Site, n = 0) => {
  const tenant = s.tenants[n];
  if (tenant === undefined) throw new Error('no such tenant');
  return tenant;
};

export const seedInstances = async (db: TestDatabase, s: Site, instances: readonly SeededInstance[]): Promise<readonly string[]> => {
  const ids = countingIds();
  const out: string[] = [];
  for (const [n, i] of instances.entries()) {
    const [id, decision, tenant, machine] = [i.id ?? ids.next('instance'), ids.next('decision'), tenantOf(s, i.tenant), s.machines[i.machine]];
    out.push(id);
    await asSuperuser(db, `INSERT INTO placement_decision (id, region_id, tenant_id, ledger_index, engine_version, policy_version, request, verdict)
      VALUES ('${decision}', '${s.regionId}', '${tenant.id}', 1, '2', '1', ${json({ count: 1 })}, ${json({ outcome: 'PLACED' })});
      INSERT INTO gpu_instance (id, tenant_id, project_id, order_id, name, region_id, datacenter_id, cluster_id, pool_id, shape_id, machine_id, rack_id, gpus, reserved_w, image, ssh_keys, lease_end,
        interruptible, desired, status, decision_id, created_at)
      VALUES ('${id}', '${tenant.id}', '${tenant.projectId}', '${ids.next('order')}', 'i-${String(n)}', '${s.regionId}', '${s.datacenterId}', '${s.clusterId}', '${s.poolId}', '${s.shapeId}',
        '${machine?.id ?? ''}', '${machine?.rackId ?? ''}', 8, ${String(i.watts)}, 'image', '{key}', ${text(i.leaseEnd)}, ${String(i.interruptible ?? false)}, 'RUNNING', 'READY', '${decision}',
        ${text(i.createdAt ?? '2027-01-01T00:00:00Z')});
      UPDATE rack_capacity SET used_w = used_w + ${String(i.watts)} WHERE rack_id = '${machine?.rackId ?? ''}'`);
  }
  return out;
};

export const seedDecisions = async (db: TestDatabase, s: Site, decisions: readonly SeededDecision[]): Promise<void> => {
  const ids = countingIds();
  const rows = decisions.map(d => {
    const tenant = tenantOf(s, d.tenant);
    const request = { projectId: tenant.projectId, shapeId: s.shapeId, count: d.count ?? 1, leaseEnd: d.leaseEnd, datacenterId: null, poolId: null, ...d.more };
    const verdict = d.reason === undefined ? { outcome: 'PLACED' } : { outcome: 'REFUSED', reasons: [{ reason: d.reason }] };
    return `('${ids.next('decision')}', '${s.regionId}', '${tenant.id}', 1, '2', '1', ${json(request)}, ${json(verdict)}, ${text(d.at)})`;
  });
  await asSuperuser(db, `INSERT INTO placement_decision (id, region_id, tenant_id, ledger_index, engine_version, policy_version, request, verdict, created_at) VALUES ${rows.join(', ')}`);
};
