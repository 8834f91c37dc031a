import type { RegionId } from '@cadastre/domain/core';
import type { Datacenter } from '@cadastre/domain/datacenter';
import type { Machine } from '@cadastre/domain/machine';
import type { NodePool } from '@cadastre/domain/pool';
import type { Rack } from '@cadastre/domain/rack';
import type { Shape } from '@cadastre/domain/shape';
import { DATACENTER } from '../datacenter/index.ts';
import { MACHINE } from '../machine/index.ts';
import { NODE_POOL } from '../node-pool/index.ts';
import type { Reader } from '../pool/index.ts';
import { RACK } from '../rack/index.ts';
import { SHAPE } from '../shape/index.ts';
import type { Stored } from '../sql/table.ts';

/** What the doors and the controller say that a region has: the allocator compares it with its fold of the ledger. */
export interface Inventory {
  readonly datacenters: readonly Stored<Datacenter>[];
  readonly racks: readonly Stored<Rack>[];
  readonly machines: readonly Stored<Machine>[];
  readonly pools: readonly Stored<NodePool>[];
  readonly shapes: readonly Stored<Shape>[];
}

// Rows of each table by the transaction that wrote them: every change of a row changes it. Rejected: max(updated_at), which is when a transaction began, so
// that one that commits late hides behind one that began after it.
const MARK = 'count(*), coalesce(sum(t.xmin::text::bigint), 0)';

/** Two equal answers: not a row that `ofRegion` gives has changed in between. One statement, which sends nothing of the rows themselves. */
export const versionOf = async (q: Reader, regionId: RegionId): Promise<string> => {
  const [row] = await q.rows<{ version: string }>({
    name: 'cad_inventory_version',
    text: `SELECT concat_ws(' ', (SELECT (${MARK})::text FROM datacenter t WHERE t.region_id = $1), (SELECT (${MARK})::text FROM rack t WHERE t.region_id = $1),
      (SELECT (${MARK})::text FROM machine t WHERE t.region_id = $1),
      (SELECT (${MARK})::text FROM node_pool t JOIN datacenter d ON d.id = t.datacenter_id WHERE d.region_id = $1), (SELECT (${MARK})::text FROM shape t)) AS version`,
    values: [regionId],
  });
  return row?.version ?? '';
};

/** Five statements on one snapshot, whatever the size of the region; each list in id order. */
export const ofRegion = async (q: Reader, regionId: RegionId): Promise<Inventory> => {
  const of = (text: string, name: string, values: readonly unknown[]) => q.rows({ name: `cad_inventory_${name}`, text, values });
  const [datacenters, racks, machines, pools, shapes] = await Promise.all([
    of(`SELECT ${DATACENTER.select('t')} FROM datacenter t WHERE t.region_id = $1 ORDER BY t.id`, 'datacenters', [regionId]),
    of(`SELECT ${RACK.select('t')} FROM rack t WHERE t.region_id = $1 ORDER BY t.id`, 'racks', [regionId]),
    of(`SELECT ${MACHINE.select('t')} FROM machine t WHERE t.region_id = $1 ORDER BY t.id`, 'machines', [regionId]),
    of(`SELECT ${NODE_POOL.select('t')} FROM node_pool t JOIN datacenter d ON d.id = t.datacenter_id WHERE d.region_id = $1 ORDER BY t.id`, 'pools', [regionId]),
    of(`SELECT ${SHAPE.select('t')} FROM shape t ORDER BY t.id`, 'shapes', []),
  ]);
  return {
    datacenters: datacenters.map(DATACENTER.read), racks: racks.map(RACK.read), machines: machines.map(MACHINE.read), pools: pools.map(NODE_POOL.read), shapes: shapes.map(SHAPE.read),
  };
};
