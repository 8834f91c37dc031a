import { CARRIERS_WANTED } from '../link/resilience.ts';
import type { Scores, SiteMeasures, Workload } from './model.ts';
import { sum } from './measure.ts';

const FULL = 1_000;
/** Thousandths of `whole`, rounded down, never above 1000. Costs of decades times a thousand leave the exact range of a number: BigInt. */
const part = (value: number, whole: number): number => (value >= whole ? FULL : Number((BigInt(value) * BigInt(FULL)) / BigInt(whole)));
/** Least is best: the best has 1000, twice as much has 500. A value that is missing has 0. */
const least = (value: number | undefined, all: readonly (number | undefined)[]): number => {
  const known = all.filter(v => v !== undefined);
  return value === undefined ? 0 : part(Math.min(...known), value);
};
const mean = (list: readonly number[]): number => Math.floor(sum(list) / list.length);

/**
 * Each criterion of each admitted site, in thousandths. Where the request names what it needs (power, response, two carriers), the measure is
 * the need; elsewhere it is the best of the candidates, so that a score says how many times worse a site is. (Scaling between the worst and the
 * best was rejected: with two sites it would make one cent of difference a victory by 1000 to 0.)
 */
export const score = (all: readonly SiteMeasures[], workload: Workload): readonly Scores[] =>
  all.map(m => ({
    CONNECTIVITY: mean([
      m.capacityMbps === 0 ? 0 : part(m.capacityMbps, Math.max(...all.map(o => o.capacityMbps))), least(m.latencyUs, all.map(o => o.latencyUs)), part(m.carriers, CARRIERS_WANTED),
      m.carriers === 0 ? 0 : least(m.linksMinor, all.filter(o => o.carriers > 0).map(o => o.linksMinor)),
    ]),
    STAFF: staff(m, all, workload),
    // Exactly enough is half: the next machine would have no power. Twice the need in every year is full.
    POWER: mean(m.years.map(y => part(y.availableW, 2 * y.facilityW))),
    // Whoever is scored has passed; how well a law is met is not a matter of more or less.
    LAW: FULL,
    PRICE: least(m.costMinor, all.map(o => o.costMinor)),
    CARBON: least(m.carbonG, all.map(o => o.carbonG)),
  }));

const staff = (m: SiteMeasures, all: readonly SiteMeasures[], { requiredResponseMinutes: limit }: Workload): number => {
  const worst = m.worstResponseMinutes;
  return limit === undefined || worst === undefined ? least(worst, all.map(o => o.worstResponseMinutes)) : part(limit, worst);
};
