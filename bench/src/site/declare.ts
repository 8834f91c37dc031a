import pg from 'pg';
import type { Ids } from '@cadastre/domain/core';
import { createIds } from '@cadastre/platform/ids';

/** What is declared for a benchmark: fictitious, simulated hardware. */
export interface Wish {
  readonly datacenters: number;
  readonly shapes: number;
  readonly projects: number;
  readonly machines: number;
}

export interface Declared {
  readonly tenantId: string;
  readonly projectIds: readonly string[];
  readonly shapes: readonly string[];
  readonly machineIds: readonly string[];
}

const MACHINES_PER_RACK = 30;
/** The organisation of the development user `alice`. */
const ORGANISATION = 'chu-valence';
const IDLE_W = 100;
const MAX_W = 1_000;

/**
 * Rows as the provider door would have written them, put in at once as superuser: declaring 120,000 machines is not what is measured. The allocator
 * finds them and brings them into its ledger itself.
 */
export const declare = async (superuserUrl: string, wish: Wish): Promise<Declared> => {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    const declared = await rows(client, createIds(), wish);
    await client.query('vacuum analyze');
    return declared;
  } finally {
    await client.end();
  }
};

const rows = async (client: pg.Client, ids: Ids, wish: Wish): Promise<Declared> => {
  const region = ids.next('region');
  await client.query(
    `insert into region (id, code, name_fr, name_en, country, jurisdiction, operator_name, capital_chain)
     values ($1, 'bench', 'Banc d''essai (simulé)', 'Benchmark (simulated)', 'FR', 'EU-FR', 'Banc d''essai', '{}')`, [region]);
  const shapes = Array.from({ length: wish.shapes }, (_, n) => ({ id: ids.next('shape'), code: `bench-${String(n + 1)}` }));
  for (const shape of shapes) {
    await client.query(
      `insert into shape (id, code, gpu_model, gpus, gpu_memory_mib, cpu_milli, ram_mib, nvme_gib, nic_mbps, units, cooling_kinds, idle_w, max_w, peak_fp16_tflops)
       values ($1, $2, 'SIMULATED', 1, 81920, 16000, 131072, 1024, 25000, 1, '{AIR}', $3, $4, 100)`, [shape.id, shape.code, IDLE_W, MAX_W]);
  }
  const tenantId = ids.next('organisation');
  await client.query(`insert into organisation (id, code, name, class) values ($1, $2, 'Centre hospitalier (fictif)', 'PUBLIC_BODY')`, [tenantId, ORGANISATION]);
  const projectIds = Array.from({ length: wish.projects }, () => ids.next('project'));
  for (const [n, id] of projectIds.entries()) {
    await client.query(
      `insert into project (id, tenant_id, code, name, stage, legal_scope) values ($1, $2, $3, $4, 'TRIAL', '{"jurisdictions":[],"certifications":[],"dataClass":"ORDINARY"}')`,
      [id, tenantId, `bench-${String(n + 1)}`, `Banc d'essai ${String(n + 1)}`]);
  }
  const machineIds: string[] = [];
  for (let n = 0; n < wish.datacenters; n++) {
    const share = Math.ceil((wish.machines - machineIds.length) / (wish.datacenters - n));
    machineIds.push(...(await datacenter(client, ids, { n, region, shapeIds: shapes.map((s) => s.id), machines: share })));
  }
  return { tenantId, projectIds, shapes: shapes.map((s) => s.code), machineIds };
};

interface Site { readonly n: number; readonly region: string; readonly shapeIds: readonly string[]; readonly machines: number }

/** One hall, one cluster, one pool per shape; the machines of a rack are of one shape, the racks take turns. */
const datacenter = async (client: pg.Client, ids: Ids, site: Site): Promise<readonly string[]> => {
  const [id, hall, cluster] = [ids.next('datacenter'), ids.next('hall'), ids.next('cluster')];
  const name = `dc${String(site.n + 1)}`;
  await client.query(
    `insert into datacenter (id, region_id, code, name, commune, building_owner, admitted_tenant_classes, pue_milli, log_location, admin_location, status)
     values ($1, $2, $3, $4, 'Valence', 'Banc d''essai', '{PUBLIC_BODY,RESEARCH,PRIVATE,CONSORTIUM}', 1200, 'FR', 'FR', 'OPEN')`, [id, site.region, name, `Site simulé ${name}`]);
  await client.query(
    `insert into power_phase (id, datacenter_id, name, contracted_w, state, valid_from) values ($1, $2, 'phase-1', 500000000, 'ENERGISED', '2020-01-01T00:00:00Z')`, [ids.next('phase'), id]);
  await client.query(`insert into hall (id, datacenter_id, name, cooling_kinds, cooling_capacity_w) values ($1, $2, 'h1', '{AIR}', 2000000000)`, [hall, id]);
  await client.query(
    `insert into cluster (id, datacenter_id, name, provider, endpoint, sealed_credential) values ($1, $2, 'bench', 'SIMULATED', 'https://127.0.0.1:1', 'none')`, [cluster, id]);
  const pools = site.shapeIds.map(() => ids.next('pool'));
  for (const [n, pool] of pools.entries()) {
    await client.query(
      `insert into node_pool (id, cluster_id, datacenter_id, name, shape_id, target, minimum, maximum, purpose)
       values ($1, $2, $3, $4, $5, $6, 0, $6, 'MIXED')`, [pool, cluster, id, `p${String(n + 1)}`, site.shapeIds[n], site.machines]);
  }
  const racks = Array.from({ length: Math.ceil(site.machines / MACHINES_PER_RACK) }, () => ids.next('rack'));
  await client.query(
    `insert into rack (id, hall_id, datacenter_id, region_id, name, "row", position, units, max_power_w, cooling_kind, cooling_capacity_w, state)
     select r, $2, $3, $4, 'r' || n, 'a', n, 48, 150000, 'AIR', 150000, 'INSTALLED' from unnest($1::text[]) with ordinality as u(r, n)`, [racks, hall, id, site.region]);
  const machines = Array.from({ length: site.machines }, () => ids.next('machine'));
  await client.query(
    `insert into machine (id, rack_id, datacenter_id, region_id, name, units, shape_id, serial, simulated, state, pool_id, cluster_id)
     select m, ($2::text[])[1 + (n - 1) / ${MACHINES_PER_RACK}], $3, $4, $5 || '-m' || n, 1,
            ($6::text[])[1 + ((n - 1) / ${MACHINES_PER_RACK}) % cardinality($6::text[])], 'SIM-' || $5 || '-' || n, true, 'AVAILABLE',
            ($7::text[])[1 + ((n - 1) / ${MACHINES_PER_RACK}) % cardinality($7::text[])], $8
     from unnest($1::text[]) with ordinality as u(m, n)`,
    [machines, racks, id, site.region, name, site.shapeIds, pools, cluster]);
  return machines;
};
