import { readFileSync } from 'node:fs';
import { parseProgramme, type Programme } from '../../../apps/cli/src/apply/file.ts';
import { emptyCapacity, fold, inventoryFacts, type CapacityState, type Inventory } from '@cadastre/domain/capacity';
import type { CarrierId, Id, IdKind, Ids, Instant } from '@cadastre/domain/core';
import type { SiteCapacity } from '@cadastre/domain/forecast';
import type { Hall } from '@cadastre/domain/hall';
import type { Link } from '@cadastre/domain/link';
import type { PowerNode } from '@cadastre/domain/powernode';
import type { PowerPhase } from '@cadastre/domain/powerphase';
import type { Quota } from '@cadastre/domain/quota';
import type { Rack } from '@cadastre/domain/rack';
import type { Shape } from '@cadastre/domain/shape';
import type { StaffCoverage } from '@cadastre/domain/staff';

const FOLDER = new URL('../../../examples/programmes/', import.meta.url);

/** A file of examples/programmes, read as `cadastre apply` reads it. */
export const programmeOf = (name: string): Programme => {
  const read = parseProgramme(readFileSync(new URL(`${name}.yaml`, FOLDER), 'utf8'), 'fr');
  if ('faults' in read) throw new Error(read.faults.join('\n'));
  return read.programme;
};

/** Ids that a reader knows again: `rack_H1/A01`. Real ones are TypeIDs; nothing here asks more of an id than to be one. */
export const idOf = <K extends IdKind>(kind: K, name: string): Id<K> => `${kind}_${name}` as Id<K>;

export const countingIds = (): Ids => {
  let n = 0;
  return { next: kind => idOf(kind, String(++n)) };
};

/** The rows of one region: whole where a story reads more of them than the engine. */
export interface Rows extends Inventory {
  readonly halls: readonly Hall[];
  readonly powerNodes: readonly PowerNode[];
  readonly phases: readonly PowerPhase[];
  readonly racks: readonly Rack[];
  readonly shapes: readonly Shape[];
  readonly staff: readonly StaffCoverage[];
  readonly links: readonly Link[];
}

/** A file may leave the fraction of a second out; every instant of the model is text of one form. */
const instant = (text: string): Instant => new Date(text).toISOString();

type Present<T> = { [K in keyof T]: Exclude<T[K], undefined> };
/** What a file leaves out is not there, rather than there and undefined. */
const present = <T extends object>(x: T): Present<T> => Object.fromEntries(Object.entries(x).filter(([, v]) => v !== undefined)) as Present<T>;

type Region = Programme['regions'][number];
type Site = Region['datacenters'][number];
const common = { generation: 1 } as const;

const racksOf = (region: Region, d: Site): readonly Rack[] =>
  d.halls.flatMap(h => h.racks.flatMap(({ names, machines: _, position, assumed = [], ...group }) => names.map((name, n): Rack => ({
    ...present(group), ...common, assumed, id: idOf('rack', `${h.name}/${name}`), hallId: idOf('hall', `${d.code}/${h.name}`), datacenterId: idOf('datacenter', d.code), regionId: idOf('region', region.code), name, position: position + n,
  }))));

/** As the controller leaves them: of each shape as many as the pool wants are ready in it, in the order of the file; the others wait for a pool. */
const machinesOf = (d: Site): Inventory['machines'] => {
  const pools = d.clusters.flatMap(c => c.pools.map(p => ({ ...p, clusterId: idOf('cluster', c.name), left: p.target })));
  return d.halls.flatMap(h => h.racks.flatMap(({ names, machines, state }) => names.flatMap(rack => Array.from({ length: machines?.perRack ?? 0 }, (_, n) => {
    const shape = machines?.shape ?? '';
    const pool = state === 'INSTALLED' ? pools.find(p => p.shape === shape && p.left > 0) : undefined;
    if (pool !== undefined) pool.left -= 1;
    return {
      id: idOf('machine', `${rack}-m${String(n + 1).padStart(2, '0')}`), rackId: idOf('rack', `${h.name}/${rack}`), shapeId: idOf('shape', shape), name: `${rack}-m${String(n + 1).padStart(2, '0')}`,
      state: pool === undefined ? 'REGISTERED' as const : 'AVAILABLE' as const, ...(pool === undefined ? {} : { poolId: idOf('pool', pool.name), clusterId: pool.clusterId }),
      ...(machines?.nvlinkDomain === undefined ? {} : { nvlinkDomain: `${h.name}-${rack}`.toLowerCase() }),
    };
  }))));
};

const quotasOf = (region: Region): readonly Quota[] => region.quotas.map(({ name, parent, organisation, project: _, limits, budgets }): Quota => ({
  ...common, id: idOf('quota', name), regionId: idOf('region', region.code), name, limits: limits as Quota['limits'], budgets: budgets.map(b => ({ carryOverPct: 0, ...present(b) })),
  ...(parent === undefined ? {} : { parentId: idOf('quota', parent) }), ...(organisation === undefined ? {} : { tenantId: idOf('organisation', organisation) }),
}));

const networkOf = (d: Site): readonly Link[] => d.links.map(({ carrier, toDatacenter, assumed = [], ...l }): Link => ({
  ...present(l), ...common, assumed, id: idOf('link', l.name), datacenterId: idOf('datacenter', d.code), carrierId: carrier as CarrierId, ...(toDatacenter === undefined ? {} : { toDatacenterId: idOf('datacenter', toDatacenter) }),
}));

const certificationsOf = (region: Region): Inventory['certifications'] => [
  ...region.certifications.map(c => ({ id: idOf('certification', `${region.code}/${c.kind}`), kind: c.kind, from: instant(c.from), to: instant(c.to) })),
  ...region.datacenters.flatMap(d => d.certifications.map(c => ({ id: idOf('certification', `${d.code}/${c.kind}`), kind: c.kind, datacenterId: idOf('datacenter', d.code), from: instant(c.from), to: instant(c.to) }))),
];

/** The rows that `cadastre apply` leaves of the programme's region, without a database. */
export const rowsOf = (p: Programme): Rows => {
  const [region] = p.regions;
  if (region === undefined) throw new Error(`${p.programme} declares no region`);
  const sites = region.datacenters;
  const of = <T>(each: (d: Site, at: { readonly datacenterId: Id<'datacenter'> }) => readonly T[]): readonly T[] => sites.flatMap(d => each(d, { datacenterId: idOf('datacenter', d.code) }));
  return {
    region, quotas: quotasOf(region), certifications: certificationsOf(region),
    datacenters: sites.map(d => ({ feedLossTolerated: true, ...present(d), id: idOf('datacenter', d.code) })),
    halls: of((d, at) => d.halls.map(({ racks: _, assumed = [], ...h }): Hall => ({ deratingPct: 0, ...present(h), ...at, ...common, assumed, id: idOf('hall', `${d.code}/${h.name}`) }))),
    powerNodes: of((d, at) => d.powerNodes.map(({ parent, assumed = [], ...n }): PowerNode => ({
      deratingPct: 0, ...present(n), ...at, ...common, assumed, id: idOf('powernode', `${d.code}/${n.name}`), ...(parent === undefined ? {} : { parentId: idOf('powernode', `${d.code}/${parent}`) }),
    }))),
    phases: of((d, at) => (d.phases ?? []).map(({ to, assumed = [], ...f }): PowerPhase => ({
      ...present(f), ...at, ...common, assumed, id: idOf('phase', `${d.code}/${f.name}`), from: instant(f.from), ...(to === undefined ? {} : { to: instant(to) }),
    }))),
    staff: of((d, at) => d.staff.map(({ assumed = [], ...c }): StaffCoverage => ({ ...c, ...at, ...common, assumed, id: idOf('staff', c.name) }))),
    links: sites.flatMap(networkOf), racks: sites.flatMap(d => racksOf(region, d)), machines: sites.flatMap(machinesOf),
    pools: of((d, at) => d.clusters.flatMap(c => c.pools.map(n => ({
      ...at, id: idOf('pool', n.name), clusterId: idOf('cluster', c.name), name: n.name, shapeId: idOf('shape', n.shape), purpose: n.purpose ?? 'MIXED' as const, tenantClasses: n.tenantClasses ?? [], paused: false,
    })))),
    shapes: p.shapes.map(({ assumed = [], ...x }): Shape => ({ sliceProfiles: [], nvlinkDomainSize: 0, ...present(x), ...common, assumed, id: idOf('shape', x.code) })),
  };
};

/** The memory of a region's allocator, folded from the facts that the rows come to. */
export const capacityOf = (rows: Inventory, s: CapacityState = emptyCapacity()): CapacityState => {
  const { facts, withheld } = inventoryFacts(s, rows);
  if (withheld.length > 0) throw new Error(`the ledger cannot follow: ${JSON.stringify(withheld)}`);
  for (const fact of facts) {
    const taken = fold(s, { index: s.index + 1, fact });
    if (!taken.ok) throw new Error(JSON.stringify(taken.error));
  }
  return s;
};

/** A datacenter as the forecast and the what-ifs see it, each rack for itself and nothing let. CANDIDATE racks are nobody's promise: they are left out. */
export const siteOf = (rows: Rows, code: string): SiteCapacity => {
  const datacenterId = idOf('datacenter', code);
  const mine = <T extends { readonly datacenterId: Id<'datacenter'> }>(list: readonly T[]): readonly T[] => list.filter(x => x.datacenterId === datacenterId);
  const [datacenter] = rows.datacenters.filter(d => d.id === datacenterId);
  if (datacenter === undefined) throw new Error(`${code} is not declared`);
  const groups = mine(rows.racks).flatMap(({ id: key, state, ...r }) => {
    if (state !== 'PLANNED' && state !== 'INSTALLED') return [];
    const shapes = rows.machines.filter(m => m.rackId === key).map(m => rows.shapes.find(x => x.id === m.shapeId));
    const sum = (of: (x: Shape) => number): number => shapes.reduce((n, x) => n + (x === undefined ? 0 : of(x)), 0);
    return [{ ...r, key, state, racks: 1, limitW: Math.min(r.maxPowerW, r.coolingCapacityW), idleW: sum(x => x.idleW), usedUnits: sum(x => x.units) }];
  });
  return { datacenterId, pueMilli: datacenter.pueMilli, feedLossTolerated: datacenter.feedLossTolerated, phases: mine(rows.phases), nodes: mine(rows.powerNodes), halls: mine(rows.halls), groups, holds: [] };
};
