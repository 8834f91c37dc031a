import type { Inventory } from '@cadastre/domain/capacity';
import type { RegionId } from '@cadastre/domain/core';
import { cappedPhases } from '@cadastre/domain/loadtarget';
import * as certifications from '../certification/index.ts';
import { DATACENTER } from '../datacenter/index.ts';
import { HALL } from '../hall/index.ts';
import * as loadTargets from '../loadtarget/index.ts';
import { MACHINE } from '../machine/index.ts';
import { NODE_POOL } from '../node-pool/index.ts';
import type { Reader } from '../pool/index.ts';
import * as powerNodes from '../powernode/index.ts';
import * as powerPhases from '../powerphase/index.ts';
import * as quotas from '../quota/index.ts';
import { RACK } from '../rack/index.ts';
import * as regions from '../region/index.ts';
import { SHAPE } from '../shape/index.ts';
import * as staff from '../staff/index.ts';

// Rows of each table by the transaction that wrote them: every change of a row changes it. Rejected: max(updated_at), which is when a transaction began, so
// that one that commits late hides behind one that began after it.
const MARK = 'count(*), coalesce(sum(t.xmin::text::bigint), 0)';
const OF_DATACENTER = 't JOIN datacenter d ON d.id = t.datacenter_id WHERE d.region_id = $1';
/** What is read of each table, by its rows of the region. */
const TABLES = [
  'region t WHERE t.id = $1', 'datacenter t WHERE t.region_id = $1', 'rack t WHERE t.region_id = $1', 'machine t WHERE t.region_id = $1', 'shape t',
  ...['node_pool', 'hall', 'power_node', 'power_phase', 'staff_coverage', 'load_target'].map(name => `${name} ${OF_DATACENTER}`), 'certification t', 'quota t WHERE t.region_id = $1',
];

/** Two equal answers: not a row that `ofRegion` gives has changed in between. One statement, which sends nothing of the rows themselves. */
export const versionOf = async (q: Reader, regionId: RegionId): Promise<string> => {
  const [row] = await q.rows<{ version: string }>({
    name: 'cad_inventory_version', text: `SELECT concat_ws(' ', ${TABLES.map(from => `(SELECT (${MARK})::text FROM ${from})`).join(', ')}) AS version`, values: [regionId],
  });
  return row?.version ?? '';
};

/** What the doors and the controller say that a region has: a dozen statements on one snapshot, whatever its size; each list in id order. */
export const ofRegion = async (q: Reader, regionId: RegionId): Promise<Inventory> => {
  const of = (text: string, name: string, values: readonly unknown[]) => q.rows({ name: `cad_inventory_${name}`, text, values });
  const region = await regions.get(q, regionId);
  if (region === undefined) throw new Error(`no region ${regionId}`);
  const [datacenters, halls, racks, machines, pools, shapes, nodes, phases, held, coverage, cohort, caps] = await Promise.all([
    of(`SELECT ${DATACENTER.select('t')} FROM datacenter t WHERE t.region_id = $1 ORDER BY t.id`, 'datacenters', [regionId]),
    of(`SELECT ${HALL.select('t')} FROM hall ${OF_DATACENTER} ORDER BY t.id`, 'halls', [regionId]),
    of(`SELECT ${RACK.select('t')} FROM rack t WHERE t.region_id = $1 ORDER BY t.id`, 'racks', [regionId]),
    of(`SELECT ${MACHINE.select('t')} FROM machine t WHERE t.region_id = $1 ORDER BY t.id`, 'machines', [regionId]),
    of(`SELECT ${NODE_POOL.select('t')} FROM node_pool ${OF_DATACENTER} ORDER BY t.id`, 'pools', [regionId]),
    of(`SELECT ${SHAPE.select('t')} FROM shape t ORDER BY t.id`, 'shapes', []),
    powerNodes.ofRegion(q, regionId), powerPhases.ofRegion(q, regionId), certifications.ofRegion(q, regionId), staff.ofRegion(q, regionId), quotas.ofRegion(q, regionId),
    loadTargets.inForce(q, regionId),
  ]);
  return {
    region, datacenters: datacenters.map(DATACENTER.read), halls: halls.map(HALL.read), racks: racks.map(RACK.read), machines: machines.map(MACHINE.read), pools: pools.map(NODE_POOL.read),
    shapes: shapes.map(SHAPE.read), powerNodes: nodes, phases: cappedPhases(phases, caps), certifications: held, staff: coverage, quotas: cohort,
  };
};
