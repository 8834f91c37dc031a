import type { DatacenterId, HallId, PowerNodeId, PowerPhaseId, ShapeId } from '../core/index.ts';
import type { PowerNode, PowerSide } from '../powernode/model.ts';
import type { PowerPhase, PowerPhaseState } from '../powerphase/model.ts';
import type { RackGroup, SiteCapacity, SiteHall, SiteShape } from './model.ts';

const datacenterId = 'datacenter_v' as DatacenterId;
export const H1 = 'hall_1' as HallId;

/** Facility megawatts, from the first of January of a year. */
export const phase = (name: string, mw: number, state: PowerPhaseState, year: number, until?: number): PowerPhase => ({
  id: `phase_${name}` as PowerPhaseId, datacenterId, name, contractedW: mw * 1_000_000, state, from: newYear(year), ...(until === undefined ? {} : { to: newYear(until) }), assumed: [], generation: 1,
});
export const newYear = (year: number): string => `${String(year)}-01-01T00:00:00.000Z`;

/** `parent ▸ name`, both by name. */
export const node = (name: string, side: PowerSide, kw: number, parent?: string, deratingPct = 0): PowerNode => ({
  id: `powernode_${name}` as PowerNodeId, datacenterId, name, kind: 'SWITCHBOARD', ...(parent === undefined ? {} : { parentId: `powernode_${parent}` as PowerNodeId }), side,
  capacityW: kw * 1_000, deratingPct, assumed: [], generation: 1,
});

export const hall = (over: Partial<SiteHall> = {}): SiteHall => ({ id: H1, name: 'H1', coolingKinds: ['COLD_PLATE'], coolingCapacityW: 7_000_000, deratingPct: 0, ...over });
/** Empty racks of 150 kW on feeds A1 and B1. */
export const group = (racks: number, over: Partial<RackGroup> = {}): RackGroup => ({
  key: 'g1', hallId: H1, feedA: 'A1', feedB: 'B1', coolingKind: 'COLD_PLATE', state: 'INSTALLED', racks, limitW: 150_000, units: 48, idleW: 0, usedUnits: 0, ...over,
});

/** One rack is one machine: 72 GPUs in one NVLink domain. */
export const NVL72: SiteShape = { id: 'shape_n' as ShapeId, code: 'gb300-nvl72', gpus: 72, maxW: 140_000, units: 42, coolingKinds: ['COLD_PLATE'] };
export const H200: SiteShape = { id: 'shape_h' as ShapeId, code: 'h200-8', gpus: 8, maxW: 10_200, units: 8, coolingKinds: ['AIR', 'COLD_PLATE'] };

/** 8 MW, one hall, 40 racks behind two transformers. */
export const site = (over: Partial<SiteCapacity> = {}): SiteCapacity => ({
  datacenterId, pueMilli: 1_200, feedLossTolerated: true, phases: [phase('8 MW', 8, 'ENERGISED', 2027)],
  nodes: [node('GRID', 'NONE', 8_000), node('TA', 'A', 7_000, 'GRID'), node('A1', 'A', 7_000, 'TA'), node('TB', 'B', 7_000, 'GRID'), node('B1', 'B', 7_000, 'TB')],
  halls: [hall()], groups: [group(40)], holds: [], ...over,
});
