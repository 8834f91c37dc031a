import type { LedgerFact } from '@cadastre/domain/capacity';
import type {
  CertificationId, ClusterId, DatacenterId, Id, IdKind, MachineId, OrganisationId, PoolId, PowerNodeId, ProjectId, QuotaId, RackId, RegionId, ReservationId, ShapeId,
} from '@cadastre/domain/core';

/** As long as a TypeID, and readable: ids are most of what a region weighs. */
export const idOf = <K extends IdKind>(kind: K, n: number): Id<K> => `${kind}_01k${String(n).padStart(23, '0')}` as Id<K>;

export const NOW = '2026-12-01T00:00:00.000Z';
/** When the reserved year begins. */
export const RESERVED_FROM = '2027-04-01T00:00:00.000Z';
export const REGION: RegionId = idOf('region', 1);

interface ShapeOf { readonly code: string; readonly gpus: number; readonly idleW: number; readonly maxW: number; readonly cpuMilli: number; readonly ramMiB: number; readonly sliceable: boolean; readonly rackScale: boolean }
/** b300-8 is more than a rack of 150 kW carries sixteen times: its racks run out of power before they run out of GPUs. */
const SHAPES: readonly ShapeOf[] = [
  { code: 'h200-8', gpus: 8, idleW: 1_900, maxW: 8_800, cpuMilli: 192_000, ramMiB: 2_097_152, sliceable: false, rackScale: false },
  { code: 'gb300-4', gpus: 4, idleW: 2_000, maxW: 8_400, cpuMilli: 144_000, ramMiB: 983_040, sliceable: false, rackScale: true },
  { code: 'b300-8', gpus: 8, idleW: 2_500, maxW: 11_000, cpuMilli: 224_000, ramMiB: 2_097_152, sliceable: false, rackScale: false },
  { code: 'l40-4', gpus: 4, idleW: 700, maxW: 2_300, cpuMilli: 96_000, ramMiB: 786_432, sliceable: true, rackScale: false },
];
/** By block of racks: every hall has every shape. */
const BLOCKS = [0, 0, 1, 0, 2, 0, 1, 0, 3, 0] as const;
export const shapeIdOf = (code: string): ShapeId => idOf('shape', SHAPES.findIndex((x) => x.code === code) + 1);

const PER_RACK = 16;
const PER_ROW = 20;
const PER_BLOCK = 4;
const PER_HALL = 360;
const HALLS = 10;
const PUE_MILLI = 1_200;

export const ORGANISATIONS = 64;
export const PROJECTS = 8;
export const organisationOf = (n: number): OrganisationId => idOf('organisation', n + 1);
export const projectOf = (organisation: number, n: number): ProjectId => idOf('project', organisation * PROJECTS + n + 1);
/** The project that may not have a GPU. */
export const WITHOUT_QUOTA = { organisation: ORGANISATIONS, project: 0 } as const;
/** A site whose contract is not energised: it stands, and takes nothing. */
export const DARK_SITE: DatacenterId = idOf('datacenter', 900);

/**
 * A region of so many machines: sites of 10 halls of 360 racks of 16, every shape in every hall, a power tree on two sides (grid connection ▸ transformers ▸
 * UPS ▸ busways ▸ rack feeds), contracts in phases, certifications, a cohort tree of quotas, some machines held or failed, a few reserved racks. One rack in
 * fifty stands at a site without power. Only the size decides what it is.
 */
export function* worldOf(machines: number): Iterable<LedgerFact> {
  const racks = Math.ceil(machines / PER_RACK);
  const dark = Math.max(1, Math.floor(racks / 50));
  yield* certifications();
  yield { kind: 'QUOTAS', quotas: [...quotas(machines)] };
  const lit = racks - dark;
  for (let site = 0, from = 0; from < lit; site++, from += HALLS * PER_HALL) yield* siteOf({ id: idOf('datacenter', site + 1), number: site, from, racks: Math.min(HALLS * PER_HALL, lit - from), lit: true }, machines);
  yield* siteOf({ id: DARK_SITE, number: 900, from: lit, racks: dark, lit: false }, machines);
}

interface Site { readonly id: DatacenterId; readonly number: number; readonly from: number; readonly racks: number; readonly lit: boolean }

function* certifications(): Iterable<LedgerFact> {
  for (const [n, certification] of ['HDS', 'SECNUMCLOUD', 'ISO27001'].entries()) {
    yield { kind: 'CERTIFICATION', certificationId: idOf('certification', n + 1) satisfies CertificationId, certification, datacenterId: null, from: '2025-01-01T00:00:00.000Z', to: '2031-01-01T00:00:00.000Z' };
  }
}

/** A cohort with all GPUs, under it organisations with a share that they lend and borrow, under them projects. */
function* quotas(machines: number): Iterable<Extract<LedgerFact, { kind: 'QUOTAS' }>['quotas'][number]> {
  const root: QuotaId = idOf('quota', 1);
  const common = { regionId: REGION, budgets: [], generation: 1 } as const;
  yield { ...common, id: root, name: 'region', limits: [{ dimension: 'GPU', nominal: machines * 8 }, { dimension: 'WATTS', nominal: machines * 12_000 }] };
  for (let o = 0; o < ORGANISATIONS; o++) {
    const id: QuotaId = idOf('quota', 1_000 + o);
    yield { ...common, id, name: `org-${o}`, parentId: root, tenantId: organisationOf(o), limits: [{ dimension: 'GPU', nominal: Math.floor((machines * 4) / ORGANISATIONS) }] };
    for (let p = 0; p < PROJECTS; p++) yield { ...common, id: idOf('quota', 10_000 + o * PROJECTS + p), name: `org-${o}-${p}`, parentId: id, tenantId: organisationOf(o), projectId: projectOf(o, p), limits: [] };
  }
  const { organisation, project } = WITHOUT_QUOTA;
  yield { ...common, id: idOf('quota', 2), name: 'nothing', parentId: root, tenantId: organisationOf(organisation), projectId: projectOf(organisation, project), limits: [{ dimension: 'GPU', nominal: 0, borrowingLimit: 0 }] };
}

function* siteOf(at: Site, machines: number): Iterable<LedgerFact> {
  const { id: datacenterId, number, racks } = at;
  const name = `site-${number}`;
  yield {
    kind: 'SITE', datacenterId, name, country: 'FR', jurisdiction: 'EU-FR', tenantClasses: ['PUBLIC_BODY', 'RESEARCH'], status: 'OPEN', pueMilli: PUE_MILLI, feedLossTolerated: true, responseMinutes: 120, gridGramsPerKwh: 32,
  };
  const contractedW = Math.ceil((racks * 138_000 * PUE_MILLI) / 1_000);
  const phase = { kind: 'PHASE', datacenterId } as const;
  yield { ...phase, phaseId: idOf('phase', number * 10 + 1), name: 'phase-1', contractedW: Math.ceil(contractedW * 0.6), energised: at.lit, from: '2026-01-01T00:00:00.000Z', to: null };
  yield { ...phase, phaseId: idOf('phase', number * 10 + 2), name: 'phase-2', contractedW, energised: at.lit, from: '2026-09-01T00:00:00.000Z', to: null };
  yield { ...phase, phaseId: idOf('phase', number * 10 + 3), name: 'phase-3', contractedW: contractedW * 2, energised: at.lit, from: '2029-01-01T00:00:00.000Z', to: null };
  const grid = idOf('powernode', number * 100_000);
  yield { kind: 'POWER_NODE', powerNodeId: grid, datacenterId, name: 'grid', parentId: null, side: 'NONE', usableW: racks * 145_000 };
  for (let hall = 0; hall * PER_HALL < racks; hall++) yield* hallOf(at, hall, grid, machines);
}

function* hallOf(at: Site, hall: number, grid: PowerNodeId, machines: number): Iterable<LedgerFact> {
  const { id: datacenterId, number } = at;
  const racks = Math.min(PER_HALL, at.racks - hall * PER_HALL);
  const hallId = idOf('hall', number * 100 + hall);
  yield { kind: 'HALL', hallId, datacenterId, name: `hall-${hall}`, coolingW: racks * 140_000 };
  const node = (offset: number): PowerNodeId => idOf('powernode', number * 100_000 + (hall + 1) * 1_000 + offset);
  const sides = ['A', 'B'] as const;
  for (const [n, side] of sides.entries()) {
    const power = { kind: 'POWER_NODE', datacenterId, side } as const;
    yield { ...power, powerNodeId: node(n), name: `tr-${hall}-${side}`, parentId: grid, usableW: racks * 142_000 };
    yield { ...power, powerNodeId: node(10 + n), name: `ups-${hall}-${side}`, parentId: node(n), usableW: racks * 140_000 };
    for (let row = 0; row * PER_ROW < racks; row++) {
      yield { ...power, powerNodeId: node(20 + row * 2 + n), name: `bus-${hall}-${row}-${side}`, parentId: node(10 + n), usableW: Math.min(PER_ROW, racks - row * PER_ROW) * 141_000 };
    }
    for (let rack = 0; rack < racks; rack++) yield { ...power, powerNodeId: node(100 + rack * 2 + n), name: `feed-${hall}-${rack}-${side}`, parentId: node(20 + Math.floor(rack / PER_ROW) * 2 + n), usableW: 150_000 };
  }
  for (const [n, shape] of SHAPES.entries()) {
    yield {
      kind: 'POOL', poolId: poolOf(number, hall, n), clusterId: clusterOf(number, hall), datacenterId, name: `${number}-${hall}-${shape.code}`, shapeId: shapeIdOf(shape.code), purpose: shape.sliceable ? 'INFERENCE' : 'MIXED', tenantClasses: [], paused: false,
    };
  }
  for (let n = 0; n < racks; n++) yield* rackOf({ at, hall, number: n, rack: at.from + hall * PER_HALL + n, feeds: [node(100 + n * 2), node(101 + n * 2)] }, machines);
}

const poolOf = (site: number, hall: number, shape: number): PoolId => idOf('pool', (site * 100 + hall) * 10 + shape);
/** A Kubernetes cluster holds about 5,000 nodes: one a hall. */
const clusterOf = (site: number, hall: number): ClusterId => idOf('cluster', site * 100 + hall);

interface Rack { readonly at: Site; readonly hall: number; readonly number: number; readonly rack: number; readonly feeds: readonly [PowerNodeId, PowerNodeId] }

function* rackOf({ at, hall, number, rack, feeds }: Rack, machines: number): Iterable<LedgerFact> {
  const row = Math.floor(number / PER_ROW);
  const shapeNumber = BLOCKS[Math.floor(number / PER_BLOCK) % BLOCKS.length] ?? 0;
  const shape = SHAPES[shapeNumber];
  if (shape === undefined) throw new Error('no shape for the row');
  const rackId: RackId = idOf('rack', rack + 1);
  yield {
    kind: 'RACK', rackId, hallId: idOf('hall', at.number * 100 + hall), datacenterId: at.id, name: `r${rack}`, row: `row-${row}`, maxPowerW: 150_000, coolingW: 150_000, feedA: feeds[0], feedB: feeds[1], usable: true,
  };
  for (let m = rack * PER_RACK; m < Math.min(machines, (rack + 1) * PER_RACK); m++) {
    yield {
      kind: 'MACHINE', machineId: machineOf(m), rackId, shapeId: shapeIdOf(shape.code), shapeCode: shape.code, name: `m${m}`, gpus: shape.gpus, idleW: shape.idleW, maxW: shape.maxW, cpuMilli: shape.cpuMilli, ramMiB: shape.ramMiB,
      sliceable: shape.sliceable, nvlinkDomain: shape.rackScale ? `nvl-${rack}` : null, poolId: poolOf(at.number, hall, shapeNumber), clusterId: clusterOf(at.number, hall),
      // One machine in 97 is being worked on, one in 89 has failed.
      state: m % 97 === 13 ? 'HELD' : m % 89 === 7 ? 'FAILED' : 'ENERGISED',
    };
  }
  // One rack in a thousand is reserved, whole, for a year that begins in spring.
  if (rack % 1_000 === 40) yield* reservationOf(rack, shape, machines);
}

const machineOf = (n: number): MachineId => idOf('machine', n + 1);

function* reservationOf(rack: number, shape: ShapeOf, machines: number): Iterable<LedgerFact> {
  const reservationId: ReservationId = idOf('reservation', rack);
  for (let m = rack * PER_RACK; m < Math.min(machines, (rack + 1) * PER_RACK); m++) {
    yield {
      kind: 'RESERVE', reservationId, tenantId: organisationOf(0), projectId: projectOf(0, 0), from: RESERVED_FROM, to: '2028-04-01T00:00:00.000Z',
      machineId: machineOf(m), gpus: shape.gpus, watts: shape.maxW - shape.idleW, cpuMilli: shape.cpuMilli, ramMiB: shape.ramMiB,
    };
  }
}
