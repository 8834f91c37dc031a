import type { Carrier } from '@cadastre/domain/carrier';
import type { Certification } from '@cadastre/domain/certification';
import type { Cluster } from '@cadastre/domain/cluster';
import type { Watts } from '@cadastre/domain/core';
import type { Datacenter } from '@cadastre/domain/datacenter';
import type { Hall } from '@cadastre/domain/hall';
import type { Link } from '@cadastre/domain/link';
import type { LoadTarget } from '@cadastre/domain/loadtarget';
import type { Machine } from '@cadastre/domain/machine';
import type { NodePool } from '@cadastre/domain/pool';
import type { PowerNode } from '@cadastre/domain/powernode';
import { usableW } from '@cadastre/domain/powernode';
import type { PowerPhase } from '@cadastre/domain/powerphase';
import type { Rack } from '@cadastre/domain/rack';
import type { Region } from '@cadastre/domain/region';
import type { Shape } from '@cadastre/domain/shape';
import type { StaffCoverage } from '@cadastre/domain/staff';
import type { Violation } from '@cadastre/domain/violation';
import * as carriers from '../carrier/index.ts';
import * as clusters from '../cluster/index.ts';
import * as datacenters from '../datacenter/index.ts';
import * as halls from '../hall/index.ts';
import * as machines from '../machine/index.ts';
import type { Reader } from '../pool/index.ts';
import * as powerNodes from '../powernode/index.ts';
import * as racks from '../rack/index.ts';
import * as regions from '../region/index.ts';
import * as shapes from '../shape/index.ts';
import type { Stored } from '../sql/table.ts';

/** Objects with everything above them, as the provider's door shows them. One statement a floor, whatever the number of objects. */
export type DatacenterView = Stored<Datacenter> & { readonly region: Stored<Region> };
export type HallView = Stored<Hall> & { readonly datacenter: DatacenterView };
export type RackView = Stored<Rack> & { readonly hall: HallView; readonly usedPowerW: Watts; readonly machineCount: number };
export type MachineView = Stored<Machine> & { readonly rack: RackView; readonly shape: Stored<Shape>; readonly gpusAllocated: number };
export type ClusterView = Stored<Cluster> & { readonly datacenter: DatacenterView; readonly simulated: boolean };
export type PowerNodeView = Stored<PowerNode> & { readonly datacenter: DatacenterView; readonly parentName?: string; readonly usableW: Watts };
export type PowerPhaseView = Stored<PowerPhase> & { readonly datacenter: DatacenterView };
export type LoadTargetView = Stored<LoadTarget> & { readonly datacenter: DatacenterView };
export type PoolView = Stored<NodePool> & { readonly cluster: ClusterView; readonly shape: Stored<Shape> };
export type StaffView = Stored<StaffCoverage> & { readonly datacenter: DatacenterView };
export type CertificationView = Stored<Certification> & { readonly region?: Stored<Region>; readonly datacenter?: DatacenterView };
export type ViolationView = Stored<Violation> & { readonly datacenter: DatacenterView };
export type LinkView = Stored<Link> & { readonly datacenter: DatacenterView; readonly toDatacenter?: DatacenterView; readonly carrier: Stored<Carrier> };

/** What a foreign key points at is there: its absence is a bug, or a row hidden from this role, and never an empty field. */
const there = <K, T>(found: ReadonlyMap<K, T>, id: K): T => {
  const object = found.get(id);
  if (object === undefined) throw new Error(`nothing behind the foreign key ${String(id)}`);
  return object;
};
const byId = <T extends { readonly id: string }>(views: readonly T[]): ReadonlyMap<T['id'], T> => new Map(views.map(v => [v.id, v]));

export const viewDatacenters = async (q: Reader, list: readonly Stored<Datacenter>[]): Promise<readonly DatacenterView[]> => {
  const above = await regions.byIds(q, list.map(d => d.regionId));
  return list.map(d => ({ ...d, region: there(above, d.regionId) }));
};

export const viewLoadTargets = async (q: Reader, list: readonly Stored<LoadTarget>[]): Promise<readonly LoadTargetView[]> => {
  const above = byId(await viewDatacenters(q, [...(await datacenters.byIds(q, list.map(t => t.datacenterId))).values()]));
  return list.map(t => ({ ...t, datacenter: there(above, t.datacenterId) }));
};

export const viewHalls = async (q: Reader, list: readonly Stored<Hall>[]): Promise<readonly HallView[]> => {
  const above = byId(await viewDatacenters(q, [...(await datacenters.byIds(q, list.map(h => h.datacenterId))).values()]));
  return list.map(h => ({ ...h, datacenter: there(above, h.datacenterId) }));
};

export const viewRacks = async (q: Reader, list: readonly Stored<Rack>[]): Promise<readonly RackView[]> => {
  if (list.length === 0) return [];
  const [use, found] = await Promise.all([racks.use(q, list.map(r => r.id)), halls.byIds(q, list.map(r => r.hallId))]);
  const above = byId(await viewHalls(q, [...found.values()]));
  return list.map(r => ({ ...r, hall: there(above, r.hallId), usedPowerW: use.get(r.id)?.usedW ?? 0, machineCount: use.get(r.id)?.machines ?? 0 }));
};

export const viewMachines = async (q: Reader, list: readonly Stored<Machine>[]): Promise<readonly MachineView[]> => {
  if (list.length === 0) return [];
  const [gpus, kinds, found] = await Promise.all([
    machines.gpusAllocated(q, list.map(m => m.id)), shapes.byIds(q, list.map(m => m.shapeId)), racks.byIds(q, list.map(m => m.rackId)),
  ]);
  const above = byId(await viewRacks(q, [...found.values()]));
  return list.map(m => ({ ...m, rack: there(above, m.rackId), shape: there(kinds, m.shapeId), gpusAllocated: gpus.get(m.id) ?? 0 }));
};

export const viewClusters = async (q: Reader, list: readonly Stored<Cluster>[]): Promise<readonly ClusterView[]> => {
  const above = byId(await viewDatacenters(q, [...(await datacenters.byIds(q, list.map(c => c.datacenterId))).values()]));
  return list.map(c => ({ ...c, datacenter: there(above, c.datacenterId), simulated: c.provider === 'SIMULATED' }));
};

export const viewPools = async (q: Reader, list: readonly Stored<NodePool>[]): Promise<readonly PoolView[]> => {
  const [kinds, found] = await Promise.all([shapes.byIds(q, list.map(p => p.shapeId)), clusters.byIds(q, list.map(p => p.clusterId))]);
  const above = byId(await viewClusters(q, [...found.values()]));
  return list.map(p => ({ ...p, cluster: there(above, p.clusterId), shape: there(kinds, p.shapeId) }));
};

export const viewStaff = async (q: Reader, list: readonly Stored<StaffCoverage>[]): Promise<readonly StaffView[]> => {
  const above = byId(await viewDatacenters(q, [...(await datacenters.byIds(q, list.map(c => c.datacenterId))).values()]));
  return list.map(c => ({ ...c, datacenter: there(above, c.datacenterId) }));
};

export const viewLinks = async (q: Reader, list: readonly Stored<Link>[]): Promise<readonly LinkView[]> => {
  const ends = list.flatMap(l => (l.toDatacenterId === undefined ? [l.datacenterId] : [l.datacenterId, l.toDatacenterId]));
  const [over, found] = await Promise.all([carriers.byIds(q, list.map(l => l.carrierId)), datacenters.byIds(q, ends)]);
  const above = byId(await viewDatacenters(q, [...found.values()]));
  return list.map(l => ({
    ...l, datacenter: there(above, l.datacenterId), carrier: there(over, l.carrierId), ...(l.toDatacenterId === undefined ? {} : { toDatacenter: there(above, l.toDatacenterId) }),
  }));
};

export const viewPowerNodes = async (q: Reader, list: readonly Stored<PowerNode>[]): Promise<readonly PowerNodeView[]> => {
  const [parents, found] = await Promise.all([powerNodes.byIds(q, list.flatMap(n => n.parentId ?? [])), datacenters.byIds(q, list.map(n => n.datacenterId))]);
  const above = byId(await viewDatacenters(q, [...found.values()]));
  return list.map(n => ({
    ...n, datacenter: there(above, n.datacenterId), usableW: usableW(n), ...(n.parentId === undefined ? {} : { parentName: there(parents, n.parentId).name }),
  }));
};

export const viewPowerPhases = async (q: Reader, list: readonly Stored<PowerPhase>[]): Promise<readonly PowerPhaseView[]> => {
  const above = byId(await viewDatacenters(q, [...(await datacenters.byIds(q, list.map(p => p.datacenterId))).values()]));
  return list.map(p => ({ ...p, datacenter: there(above, p.datacenterId) }));
};

export const viewCertifications = async (q: Reader, list: readonly Stored<Certification>[]): Promise<readonly CertificationView[]> => {
  const [over, found] = await Promise.all([regions.byIds(q, list.flatMap(c => c.regionId ?? [])), datacenters.byIds(q, list.flatMap(c => c.datacenterId ?? []))]);
  const above = byId(await viewDatacenters(q, [...found.values()]));
  return list.map(c => ({
    ...c, ...(c.regionId === undefined ? {} : { region: there(over, c.regionId) }), ...(c.datacenterId === undefined ? {} : { datacenter: there(above, c.datacenterId) }),
  }));
};

export const viewViolations = async (q: Reader, list: readonly Stored<Violation>[]): Promise<readonly ViolationView[]> => {
  const above = byId(await viewDatacenters(q, [...(await datacenters.byIds(q, list.map(v => v.datacenterId))).values()]));
  return list.map(v => ({ ...v, datacenter: there(above, v.datacenterId) }));
};
