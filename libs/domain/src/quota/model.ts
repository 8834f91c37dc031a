import type { OrganisationId, ProjectId, QuotaId, RegionId } from '../core/index.ts';

/**
 * What a limit counts, in whole units: `GPU` (of every shape), `GPU:<shape code>`, `MILLI_GPU` (thousandths of a GPU, whole GPUs included),
 * `WATTS` (at full load), `STORAGE_GIB`.
 */
export const PLAIN_DIMENSIONS = ['GPU', 'MILLI_GPU', 'WATTS', 'STORAGE_GIB'] as const;
export type QuotaDimension = (typeof PLAIN_DIMENSIONS)[number] | `GPU:${string}`;

/** The words are Kueue's (ClusterQueue and Cohort, `resourceGroups[].flavors[].resources[]`), and so is what they mean: see `account.ts`. */
export interface QuotaLimit {
  readonly dimension: QuotaDimension;
  /** What the node has of its own, 0 or more. A child's may exceed its parent's: nominals add up along the tree, a parent's is not a ceiling. */
  readonly nominal: number;
  /** How much beyond its own nominal (and its children's) the node may take from its cohort. Absent: as much as the cohort has. */
  readonly borrowingLimit?: number;
  /** How much of what it leaves unused the cohort may take. Absent: all of it. */
  readonly lendingLimit?: number;
}

export const BUDGET_DIMENSIONS = ['GPU_HOURS', 'KWH', 'EUR_MINOR'] as const;
/** EUR_MINOR: euro cents. */
export type BudgetDimension = (typeof BUDGET_DIMENSIONS)[number];
export const BUDGET_PERIODS = ['MONTH', 'QUARTER', 'YEAR'] as const;
/** Calendar periods in UTC, half-open: a quarter begins on 1 January, April, July or October. */
export type BudgetPeriod = (typeof BUDGET_PERIODS)[number];

export interface QuotaBudget {
  readonly dimension: BudgetDimension;
  /** Whole units that may be spent in a period. */
  readonly perPeriod: number;
  readonly period: BudgetPeriod;
  /** Whole percent (0 to 100) of what a period leaves unspent that the next one may spend too. */
  readonly carryOverPct: number;
}

/**
 * A node of a region's cohort tree. With `projectId` it bounds one project, with `tenantId` alone an organisation (whose projects may have nodes
 * under it), without either it is a cohort. An organisation or project that has no node in a region is not limited there.
 */
export interface Quota {
  readonly id: QuotaId;
  readonly regionId: RegionId;
  /** Unique in the region. */
  readonly name: string;
  /** Absent: the root of a tree. */
  readonly parentId?: QuotaId;
  readonly tenantId?: OrganisationId;
  /** Only with `tenantId`: the project is that organisation's. */
  readonly projectId?: ProjectId;
  /**
   * One a dimension. What one node of a tree limits is counted in the whole tree: a node that says nothing of it has none of its own and lives on
   * what the others lend. A dimension that no node of the tree names is not limited.
   */
  readonly limits: readonly QuotaLimit[];
  /** One a dimension. */
  readonly budgets: readonly QuotaBudget[];
  readonly generation: number;
}
