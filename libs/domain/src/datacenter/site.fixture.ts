import type { Cluster } from '../cluster/model.ts';
import type { DatacenterId, Faults, HallId, Id, IdKind, Ids, PowerNodeId, PowerPhaseId, Problem, RackId, RegionId, Result, ShapeId } from '../core/index.ts';
import type { Hall } from '../hall/model.ts';
import type { PowerNode } from '../powernode/model.ts';
import type { PowerPhase } from '../powerphase/model.ts';
import type { Rack } from '../rack/model.ts';
import type { Region } from '../region/model.ts';
import type { Shape } from '../shape/model.ts';
import type { Datacenter } from './model.ts';

/** Ids that count: `rack_1`, `rack_2`… */
export const countingIds = (): Ids => {
  let n = 0;
  return { next: <K extends IdKind>(kind: K) => `${kind}_${String(++n)}` as Id<K> };
};

export const region: Region = {
  id: 'region_r' as RegionId, code: 'fr-valence', nameFr: 'Valence', nameEn: 'Valence', country: 'FR', jurisdiction: 'EU-FR', operatorName: 'Opérateur', capitalChain: [], generation: 3,
};
export const datacenter: Datacenter = {
  id: 'datacenter_d' as DatacenterId, regionId: region.id, code: 'valence-1', name: 'Valence 1', commune: 'Valence', buildingOwner: 'Ville', admittedTenantClasses: ['PUBLIC_BODY', 'PRIVATE'],
  pueMilli: 1_200, feedLossTolerated: true, logLocation: 'France', adminLocation: 'France', status: 'OPEN', assumed: [], generation: 3,
};
export const hall: Hall = {
  id: 'hall_h' as HallId, datacenterId: datacenter.id, name: 'H1', coolingKinds: ['REAR_DOOR', 'COLD_PLATE'], coolingCapacityW: 6_000_000, deratingPct: 0, assumed: [], generation: 3,
};
export const powerNode = (name: string, over: Partial<PowerNode> = {}): PowerNode => ({
  id: `powernode_${name}` as PowerNodeId, datacenterId: datacenter.id, name, kind: 'BUSWAY', side: 'A', capacityW: 1_000_000, deratingPct: 0, assumed: [], generation: 3, ...over,
});
export const powerPhase = (name: string, over: Partial<PowerPhase> = {}): PowerPhase => ({
  id: `phase_${name}` as PowerPhaseId, datacenterId: datacenter.id, name, contractedW: 8_000_000, state: 'ENERGISED', from: '2026-01-01T00:00:00.000Z', assumed: [], generation: 3, ...over,
});
export const rack: Rack = {
  id: 'rack_a' as RackId, hallId: hall.id, datacenterId: datacenter.id, regionId: region.id, name: 'A01', row: 'A', position: 1, units: 48, maxPowerW: 150_000, coolingKind: 'COLD_PLATE',
  coolingCapacityW: 150_000, feedA: 'BUS-A1', feedB: 'BUS-B1', state: 'INSTALLED', assumed: [], generation: 3,
};
export const shape: Shape = {
  id: 'shape_s' as ShapeId, code: 'h200-8', gpuModel: 'NVIDIA-H200', gpus: 8, gpuMemoryMiB: 144_384, sliceProfiles: [], nvlinkDomainSize: 8, cpuMilli: 192_000, ramMiB: 2_097_152,
  nvmeGiB: 28_000, nicMbps: 3_200_000, units: 8, coolingKinds: ['AIR', 'COLD_PLATE'], idleW: 2_600, maxW: 10_200, peakFp16Tflops: 7_912, assumed: [], generation: 3,
};
export const cluster: Cluster = {
  id: 'cluster_c' as Cluster['id'], datacenterId: datacenter.id, name: 'valence-sim', provider: 'SIMULATED', endpoint: 'https://10.0.0.1:6443', conditions: [], observedGeneration: 0, generation: 1,
};

/** A decision in words: `ok`, or each fault as `CODE path` with its line and the numbers that explain it. */
export const inWords = (result: Result<unknown, Faults>): readonly string[] => (result.ok ? ['ok'] : result.error.map(faultInWords));

export const faultInWords = ({ code, path, line, params }: Problem): string => {
  const numbers = ['value', 'limit', 'near', 'other', 'count', 'running', 'asked', 'current', 'target', 'available', 'expected', 'detail'] as const;
  const told = numbers.flatMap(name => (params[name] === undefined ? [] : [`${name}=${String(params[name])}`]));
  return [`${code} ${path?.join('.') ?? ''}`, ...(line === undefined ? [] : [`line ${String(line)}`]), ...told].join(' ');
};
