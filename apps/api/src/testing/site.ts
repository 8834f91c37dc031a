import type { Data, Operator } from './operator.ts';

export interface DeclaredSite {
  readonly regionId: string;
  readonly datacenterId: string;
  readonly hallId: string;
  readonly shapeId: string;
}

const idOf = (answer: Data, noun: string): string => {
  const id = (answer[noun] as { readonly id?: string } | undefined)?.id;
  if (id === undefined) throw new Error(`no ${noun} in ${JSON.stringify(answer)}`);
  return id;
};
export const declared = async (door: Operator, field: string, noun: string, input: object): Promise<string> =>
  idOf(await door.mutate(field, input, `... on ${noun.charAt(0).toUpperCase()}${noun.slice(1)}Accepted { ${noun} { id } }`), noun);

export const REGION = { nameFr: 'Valence', nameEn: 'Valence', country: 'FR', jurisdiction: 'EU-FR', operatorName: 'Opérateur' };
export const DATACENTER = {
  name: 'Valence 1', commune: 'Valence', buildingOwner: 'Ville', admittedTenantClasses: ['PUBLIC_BODY', 'PRIVATE'], pueMilli: 1_200, logLocation: 'France', adminLocation: 'France', status: 'OPEN',
};
/** Enough for whatever a spec puts into the site: a site without an energised phase takes no order. */
export const PHASE = { name: 'phase-1', contractedW: 500_000_000, state: 'ENERGISED', from: '2020-01-01T00:00:00Z' };
export const HALL = { coolingKinds: ['REAR_DOOR', 'COLD_PLATE'], coolingCapacityW: 6_000_000 };
export const SHAPE = {
  gpuModel: 'NVIDIA-H200', gpus: 8, gpuMemoryMiB: 144_384, nvlinkDomainSize: 8, cpuMilli: 192_000, ramMiB: 2_097_152, nvmeGiB: 28_000, nicMbps: 3_200_000, units: 8,
  coolingKinds: ['AIR', 'COLD_PLATE'], idleW: 2_600, maxW: 10_200, peakFp16Tflops: 7_912,
};
export const RACK = { row: 'A', position: 1, units: 48, maxPowerW: 150_000, coolingKind: 'COLD_PLATE', coolingCapacityW: 150_000, state: 'INSTALLED' };

/** A region with one datacenter and its power phase, one hall H1 and one shape, declared through the door. */
export const declareSite = async (door: Operator, code: string): Promise<DeclaredSite> => {
  const regionId = await declared(door, 'createRegion', 'region', { ...REGION, code });
  const datacenterId = await declared(door, 'createDatacenter', 'datacenter', { ...DATACENTER, regionId, code: 'dc-1' });
  await declared(door, 'setPowerPhase', 'powerPhase', { ...PHASE, datacenterId });
  const hallId = await declared(door, 'createHall', 'hall', { ...HALL, datacenterId, name: 'H1' });
  const shapeId = await declared(door, 'createShape', 'shape', { ...SHAPE, code: `${code}-shape` });
  return { regionId, datacenterId, hallId, shapeId };
};
