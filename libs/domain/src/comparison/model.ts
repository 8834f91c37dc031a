import type { DatacenterId, Instant, Problem, Watts } from '../core/index.ts';
import type { SiteLaw } from '../law/model.ts';
import type { Link } from '../link/model.ts';
import type { TenantClass } from '../organisation/model.ts';
import type { LegalScope } from '../project/model.ts';
import type { PhaseTerms } from '../powerphase/calendar.ts';
import type { StaffCoverage } from '../staff/model.ts';

export const CRITERIA = ['CONNECTIVITY', 'STAFF', 'POWER', 'LAW', 'PRICE', 'CARBON'] as const;
export type Criterion = (typeof CRITERIA)[number];

/** Whole percent each, 0 to 100; what counts is each one's share of their sum, which need not be 100. */
export type Weights = Readonly<Record<Criterion, number>>;

export const WORKLOAD_PURPOSES = ['TRAINING', 'INFERENCE', 'MIXED'] as const;
export type WorkloadPurpose = (typeof WORKLOAD_PURPOSES)[number];

/** What the workload needs in one calendar year. */
export interface WorkloadYear {
  readonly year: number;
  /** GPUs that it comes from, where the request counts in GPUs; the watts count. */
  readonly gpus?: number;
  /** At the machines' inlets, drawn all the year round. */
  readonly itW: Watts;
  /** Terabytes (10¹² bytes) a month, in and out of the site. */
  readonly dataInTb: number;
  readonly dataOutTb: number;
}

export interface Workload {
  readonly name: string;
  readonly purpose: WorkloadPurpose;
  /** One year after the other, at least one. */
  readonly years: readonly WorkloadYear[];
  readonly legalScope: LegalScope;
  /** Whose workload it is: a site may admit only some. */
  readonly tenantClass: TenantClass;
  /** Whoever must come when a machine fails. Absent: anybody. */
  readonly skill?: string;
  /** Absent: the sooner the better. */
  readonly requiredResponseMinutes?: number;
}

/** What nobody declares about a site, and the comparison needs. Each is an assumption of whoever asks; the note says so. */
export interface SiteAssumptions {
  /** Minor units a megawatt-hour: a price per kWh in cents has no room for what separates two contracts. */
  readonly energyMinorPerMWh: number;
  /** Minor units for a kilowatt of IT and a month: building, cooling, surveillance. */
  readonly hostingMinorPerKWMonth: number;
  /** Minor units for a terabyte that leaves the site; 0 where traffic is in the links' price. */
  readonly trafficMinorPerTbOut: number;
  /** Grams CO2e a kilowatt-hour of the grid, location-based. */
  readonly gridGramsPerKwh: number;
}

/** A candidate with what is declared of it. */
export interface SiteFacts {
  readonly datacenterId: DatacenterId;
  /** Unique among the candidates; breaks ties. */
  readonly code: string;
  readonly name: string;
  readonly pueMilli: number;
  readonly law: SiteLaw;
  readonly phases: readonly PhaseTerms[];
  /** IT watts that others draw or hold already. */
  readonly usedItW: Watts;
  readonly links: readonly Link[];
  readonly staff: readonly StaffCoverage[];
  readonly assumptions: SiteAssumptions;
  /** Declared facts that are assumptions, `links.transit-1: latencyUs`: they count, and the note names them. */
  readonly assumed: readonly string[];
}

export interface ComparisonInput {
  readonly workload: Workload;
  /** ISO 4217, of the assumptions and of the links. */
  readonly currency: string;
  readonly weights: Weights;
  readonly sites: readonly SiteFacts[];
}

/** What the model says of a site in one year of the workload. */
export interface SiteYear {
  readonly year: number;
  /** Facility watts that the workload draws there: IT × PUE. */
  readonly facilityW: Watts;
  /** Facility watts of ENERGISED contract that others leave, at the worst instant of the year. */
  readonly availableW: Watts;
  /** Megabits a second, monthly average of the larger direction. */
  readonly neededMbps: number;
  readonly energyKWh: number;
  readonly energyMinor: number;
  readonly hostingMinor: number;
  readonly trafficMinor: number;
  readonly totalMinor: number;
  /** Grams CO2e. */
  readonly carbonG: number;
}

/** The numbers that the scores are made of. */
export interface SiteMeasures {
  readonly capacityMbps: number;
  readonly capacityAfterLossMbps: number;
  readonly carriers: number;
  /** Round trip of the fastest link to the outside; absent without one. */
  readonly latencyUs?: number;
  /** A month, all links to the outside. */
  readonly linksMinor: number;
  /** Absent: nobody ever comes. */
  readonly worstResponseMinutes?: number;
  readonly years: readonly SiteYear[];
  /** Over all years, without the links, which are under connectivity. */
  readonly costMinor: number;
  readonly carbonG: number;
}

/** Thousandths, 0 to 1000: 1000 is as good as the best of the admitted sites, or as what was asked for. */
export type Scores = Readonly<Record<Criterion, number>>;

export interface ScoredSite {
  readonly datacenterId: DatacenterId;
  readonly code: string;
  readonly name: string;
  /** From 1; sites with equal totals are ranked by code, and `level` says so. */
  readonly rank: number;
  /** Weighted mean of the scores in thousandths, rounded down. */
  readonly totalMilli: number;
  /** True when another site has exactly the same weighted sum. */
  readonly level: boolean;
  readonly scores: Scores;
  readonly measures: SiteMeasures;
  readonly warnings: readonly Problem[];
  readonly assumptions: SiteAssumptions;
  readonly assumed: readonly string[];
}

/** A site that the law shuts out: named, never scored. No weight can buy it back. */
export interface ExcludedSite {
  readonly datacenterId: DatacenterId;
  readonly code: string;
  readonly name: string;
  /** SITE_UNLAWFUL, one for each thing that is missing. */
  readonly missing: readonly Problem[];
  readonly assumed: readonly string[];
}

/** Exact, in lowest terms, denominator at least 1. */
export interface Fraction {
  readonly numerator: number;
  readonly denominator: number;
}

/** How far one weight can move, the others keeping their proportions, before another site comes first. */
export interface WeightRange {
  readonly criterion: Criterion;
  /** The weight's share of the sum today. */
  readonly share: Fraction;
  /** The winner is first, or level with a rival, for every share from here… */
  readonly from: Fraction;
  /** …to here, both included. */
  readonly to: Fraction;
  /** Who comes first below `from`; absent where the winner stays first down to 0. */
  readonly below?: string;
  /** Who comes first above `to`; absent where the winner stays first up to 1. */
  readonly above?: string;
}

export interface Flip {
  readonly criterion: Criterion;
  readonly direction: 'LESS' | 'MORE';
  /** The share at which the two are level. */
  readonly at: Fraction;
  /** How far that is from today's share. */
  readonly distance: Fraction;
  /** Code of the site that comes first beyond it. */
  readonly winner: string;
}

export interface SiteComparison {
  readonly workload: Workload;
  readonly currency: string;
  readonly weights: Weights;
  readonly from: Instant;
  readonly to: Instant;
  /** Best first. */
  readonly ranking: readonly ScoredSite[];
  readonly excluded: readonly ExcludedSite[];
  /** Code of the best; absent when every site is excluded. */
  readonly winner?: string;
  /** The winner is no worse than any rival on any criterion: first for every weighting. */
  readonly dominant: boolean;
  /** In the order of the criteria; empty with fewer than two admitted sites. */
  readonly sensitivity: readonly WeightRange[];
  /** The smallest change of one weight that puts another site first; absent when no single weight can. */
  readonly smallestFlip?: Flip;
}
