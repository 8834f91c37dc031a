import type { Instant, Problem, Watts } from '../core/index.ts';
import { problem } from '../core/index.ts';
import type { Resilience } from '../link/resilience.ts';
import { resilienceOf } from '../link/resilience.ts';
import { boundaries, contractAt, facilityW } from '../powerphase/calendar.ts';
import { worstResponseMinutes } from '../staff/worst.ts';
import type { SiteFacts, SiteMeasures, SiteYear, Workload, WorkloadYear } from './model.ts';

const HOURS = 8_760;
const MONTHS = 12;
/** Bits of a terabyte over the seconds of a month (a twelfth of 8,760 hours), in megabits a second: 8,000,000 / 2,628,000. */
const MBPS_PER_TB = { numerator: 2_000, denominator: 657 } as const;

export const startOf = (year: number): Instant => `${String(year)}-01-01T00:00:00.000Z`;

/** What is declared of a site, as numbers about this workload. Nothing is compared yet. */
export const measure = (site: SiteFacts, workload: Workload): SiteMeasures => {
  const { carrierIds, capacityMbps, capacityAfterLossMbps } = resilienceOf(site.links);
  const outside = site.links.filter(l => l.toDatacenterId === undefined && l.capacityMbps > 0);
  const response = worstResponseMinutes(site.staff, workload.skill);
  const years = workload.years.map(y => yearAt(site, y));
  return {
    capacityMbps, capacityAfterLossMbps, carriers: carrierIds.length, linksMinor: sum(outside.map(l => l.monthlyPriceMinor)), years,
    costMinor: sum(years.map(y => y.totalMinor)), carbonG: sum(years.map(y => y.carbonG)),
    ...(outside.length === 0 ? {} : { latencyUs: Math.min(...outside.map(l => l.latencyUs)) }),
    ...(response === undefined ? {} : { worstResponseMinutes: response }),
  };
};

const yearAt = (site: SiteFacts, { year, itW, dataInTb, dataOutTb }: WorkloadYear): SiteYear => {
  const { energyMinorPerMWh, hostingMinorPerKWMonth, trafficMinorPerTbOut, gridGramsPerKwh } = site.assumptions;
  const drawn = facilityW(itW, site.pueMilli);
  const energyKWh = Math.floor((drawn * HOURS) / 1_000);
  const energyMinor = Math.floor((energyKWh * energyMinorPerMWh) / 1_000);
  const hostingMinor = Math.floor((itW * hostingMinorPerKWMonth * MONTHS) / 1_000);
  const trafficMinor = dataOutTb * MONTHS * trafficMinorPerTbOut;
  return {
    year, facilityW: drawn, availableW: Math.max(0, leastContract(site, year) - facilityW(site.usedItW, site.pueMilli)),
    neededMbps: Math.ceil((Math.max(dataInTb, dataOutTb) * MBPS_PER_TB.numerator) / MBPS_PER_TB.denominator),
    energyKWh, energyMinor, hostingMinor, trafficMinor, totalMinor: energyMinor + hostingMinor + trafficMinor, carbonG: energyKWh * gridGramsPerKwh,
  };
};

/** The contract at the worst instant of the year: a phase that is energised in June is no answer to January. */
const leastContract = ({ phases }: SiteFacts, year: number): Watts => {
  const [from, to] = [startOf(year), startOf(year + 1)];
  return Math.min(...[from, ...boundaries(phases, from, to)].map(at => contractAt(phases, at)));
};

/** What should worry whoever chooses the site, in the order of the criteria: the first year of each lack, with its numbers. */
export const warningsOf = (m: SiteMeasures, workload: Workload, { warnings }: Pick<Resilience, 'warnings'>): readonly Problem[] => {
  const { requiredResponseMinutes: limit, skill } = workload;
  const narrow = m.years.find(y => y.neededMbps > m.capacityMbps);
  const short = m.years.find(y => y.facilityW > y.availableW);
  return [
    ...warnings,
    ...(narrow === undefined ? [] : [problem('BANDWIDTH_SHORT', { year: String(narrow.year), need: narrow.neededMbps, have: m.capacityMbps })]),
    ...(m.worstResponseMinutes === undefined ? [problem('NOBODY_ON_SITE', { skill: skill ?? '*' })] : []),
    ...(limit !== undefined && m.worstResponseMinutes !== undefined && m.worstResponseMinutes > limit ? [problem('RESPONSE_TOO_SLOW', { have: m.worstResponseMinutes, limit })] : []),
    ...(short === undefined ? [] : [problem('POWER_SHORT', { year: String(short.year), need: short.facilityW, have: short.availableW })]),
  ];
};

export const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);
