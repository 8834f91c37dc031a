import type { DatacenterId, Instant, RegionId } from '../core/index.ts';
import type { TenantClass } from '../organisation/model.ts';

export const DATACENTER_STATUSES = ['PLANNED', 'BUILDING', 'OPEN', 'CLOSING'] as const;
export type DatacenterStatus = (typeof DATACENTER_STATUSES)[number];

export interface Datacenter {
  readonly id: DatacenterId;
  readonly regionId: RegionId;
  /** Same alphabet as a region's code; unique in the region. */
  readonly code: string;
  readonly name: string;
  readonly commune: string;
  /** Millionths of a degree, WGS 84. */
  readonly latitudeE6?: number;
  readonly longitudeE6?: number;
  readonly buildingOwner: string;
  readonly leaseFrom?: Instant;
  readonly leaseTo?: Instant;
  /** Classes of organisation that may run here; never empty. */
  readonly admittedTenantClasses: readonly TenantClass[];
  /** Power usage effectiveness in thousandths: 1200 is 1.2. At least 1000. ISO/IEC 30134-2. */
  readonly pueMilli: number;
  /**
   * True: racks go on after the loss of either feed, so each side must be able to carry everything alone (N-1). False: only what is drawn while nothing
   * is lost counts; more fits, and the loss of a side stops what it carried.
   */
  readonly feedLossTolerated: boolean;
  /** Grams CO2e a kWh of the grid that feeds it, for estimates; absent: not declared, and no carbon is shown. */
  readonly gridGramsPerKwh?: number;
  readonly logLocation: string;
  readonly adminLocation: string;
  readonly status: DatacenterStatus;
  /** Names of the fields above whose value is an assumption, not a fact; shown wherever the value is. */
  readonly assumed: readonly string[];
  readonly generation: number;
}
