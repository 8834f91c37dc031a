import type { DatacenterId, HallId, RackId, RegionId, Watts } from '../core/index.ts';
import type { CoolingKind } from '../hall/model.ts';

/** The product's limit for one rack. Also a CHECK in the database. */
export const MAX_RACK_POWER_W = 150_000;
export const RACK_STATES = ['CANDIDATE', 'PLANNED', 'INSTALLED', 'RETIRED'] as const;
export type RackState = (typeof RACK_STATES)[number];

export interface Rack {
  readonly id: RackId;
  readonly hallId: HallId;
  readonly datacenterId: DatacenterId;
  readonly regionId: RegionId;
  /** Unique in the hall; Kubernetes label value. */
  readonly name: string;
  readonly row: string;
  readonly position: number;
  /** Rack units (44.45 mm, EIA-310) usable by machines. */
  readonly units: number;
  /** Watts at the rack inlet, 1 to 150,000. */
  readonly maxPowerW: Watts;
  readonly coolingKind: CoolingKind;
  readonly coolingCapacityW: Watts;
  /** Names of the power nodes of its datacenter that feed it, of side A and of side B. Labels only while the datacenter has no power node. */
  readonly feedA?: string;
  readonly feedB?: string;
  readonly state: RackState;
  readonly assumed: readonly string[];
  readonly generation: number;
}
