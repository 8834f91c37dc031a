import * as check from '../core/check.ts';
import { at, fault } from '../core/check.ts';
import type { Faults, Instant, Problem, Result } from '../core/index.ts';
import { faults, no, ok, problem } from '../core/index.ts';
import { admitsFor, breachesAt } from '../law/admit.ts';
import type { LawRefusal } from '../law/model.ts';
import { requirementsOf } from '../law/requirement.ts';
import { CURRENCY } from '../link/decide.ts';
import { resilienceOf } from '../link/resilience.ts';
import { TENANT_CLASSES } from '../organisation/model.ts';
import { DATA_CLASSES } from '../project/model.ts';
import { SKILL } from '../staff/decide.ts';
import { measure, startOf, sum, warningsOf } from './measure.ts';
import type { ComparisonInput, ScoredSite, SiteComparison, SiteFacts, Workload, WorkloadYear } from './model.ts';
import { CRITERIA, WORKLOAD_PURPOSES } from './model.ts';
import { score } from './score.ts';
import { dominates, sensitivity, smallestFlip, weightedSum } from './sensitivity.ts';

/**
 * The same workload on several sites: whom the law admits, how each admitted site does on every criterion, who comes first with these weights, and
 * how far the weights may move before somebody else does. A pure function of what is declared and assumed; the order of the sites does not matter.
 */
export const compareSites = (input: ComparisonInput): Result<SiteComparison, Faults> => {
  const list = faults(problemsOf(input));
  if (list !== undefined) return no(list);
  const { workload, weights, currency } = input;
  const sites = [...input.sites].sort((a, b) => (a.code < b.code ? -1 : 1));
  const [from, to] = [startOf(workload.years[0]?.year ?? 0), startOf((workload.years.at(-1)?.year ?? 0) + 1)];
  const judged = sites.map(site => ({ site, missing: missingAt(site, workload, from, to) }));
  const ranking = rank(judged.filter(j => j.missing.length === 0).map(j => j.site), input);
  const [winner, ...rivals] = ranking;
  const ranges = winner === undefined || rivals.length === 0 ? [] : sensitivity(winner, rivals, weights);
  const flip = smallestFlip(ranges);
  return ok({
    workload, currency, weights, from, to, ranking, sensitivity: ranges, dominant: winner !== undefined && dominates(winner, rivals),
    excluded: judged.filter(j => j.missing.length > 0).map(({ site: { datacenterId, code, name, assumed }, missing }) => ({ datacenterId, code, name, missing, assumed })),
    ...(winner === undefined ? {} : { winner: winner.code }), ...(flip === undefined ? {} : { smallestFlip: flip }),
  });
};

/** What the law wants of the site through the last year: all that is missing on the first day, otherwise the first thing that lapses. */
const missingAt = (site: SiteFacts, { legalScope, tenantClass }: Workload, from: Instant, to: Instant): readonly Problem[] => {
  const needs = requirementsOf(legalScope, tenantClass, site.law.country);
  const now = breachesAt(site.law, needs, from);
  const later = admitsFor(site.law, needs, from, to);
  return (now.length > 0 ? now : later.ok ? [] : [later.error]).map(unlawful);
};

const unlawful = ({ params: { what, required, has, rule, validUntil } }: LawRefusal): Problem =>
  problem('SITE_UNLAWFUL', { what: what ?? '', required: required ?? '', has: has ?? '', rule: rule ?? '', until: validUntil ?? 'none' });

/** `sites` in order of code: the sort is stable, so that equal sums stay in it. */
const rank = (sites: readonly SiteFacts[], { workload, weights }: ComparisonInput): readonly ScoredSite[] => {
  const measures = sites.map(s => measure(s, workload));
  const scores = score(measures, workload);
  const whole = sum(CRITERIA.map(c => weights[c]));
  const scored = sites.flatMap((site, n) => {
    const [m, s] = [measures[n], scores[n]];
    return m === undefined || s === undefined ? [] : [{ site, measures: m, scores: s, points: weightedSum(s, weights) }];
  });
  return scored.sort((a, b) => b.points - a.points).map(({ site: { datacenterId, code, name, links, assumptions, assumed }, measures: m, scores: s, points }, n) => ({
    datacenterId, code, name, rank: n + 1, totalMilli: Math.floor(points / whole), level: scored.filter(o => o.points === points).length > 1, scores: s, measures: m,
    warnings: warningsOf(m, workload, resilienceOf(links)), assumptions, assumed,
  }));
};

/** More are no question that a person has; a door refuses them before it reads anything. */
export const MAX_SITES = 20;
const MAX_YEARS = 30;
/** A gigawatt of IT. */
const MAX_IT_W = 1_000_000_000;
/** An exabyte a month. */
const MAX_TB = 1_000_000;
/** A thousand euros a unit. */
const MAX_PRICE = 100_000;
/** Twice what lignite emits. */
const MAX_GRAMS = 2_500;
const MAX_RESPONSE = 10_080;

const problemsOf = ({ workload, currency, weights, sites }: ComparisonInput): check.Found => [
  ...check.text(at('workload', 'name'), workload.name, 120),
  ...check.oneOf(at('workload', 'purpose'), workload.purpose, WORKLOAD_PURPOSES),
  ...check.oneOf(at('workload', 'tenantClass'), workload.tenantClass, TENANT_CLASSES),
  ...check.oneOf(at('workload', 'legalScope', 'dataClass'), workload.legalScope.dataClass, DATA_CLASSES),
  ...(workload.skill === undefined ? [] : check.form(at('workload', 'skill'), workload.skill, SKILL, '[A-Z][A-Z0-9_]{1,30}')),
  ...(workload.requiredResponseMinutes === undefined ? [] : check.integer(at('workload', 'requiredResponseMinutes'), workload.requiredResponseMinutes, 1, MAX_RESPONSE)),
  ...years(workload.years),
  ...check.form(at('currency'), currency, CURRENCY, 'ISO 4217, [A-Z]{3}'),
  ...CRITERIA.flatMap(c => check.integer(at('weights', c.toLowerCase()), weights[c], 0, 100)),
  ...(CRITERIA.every(c => weights[c] === 0) ? [fault('NO_WEIGHT', at('weights'))] : []),
  ...(sites.length === 0 ? [fault('REQUIRED', at('sites'))] : check.integer(at('sites'), sites.length, 1, MAX_SITES)),
  ...check.distinct(at('sites'), sites.map(s => s.code)),
  ...sites.flatMap((s, n) => [...assumptionFaults(s, n), ...money(s, currency, n)]),
];

/** One calendar year after the other: a gap would be a year that nobody pays for. */
const years = (list: readonly WorkloadYear[]): check.Found => {
  const place = at('workload', 'years');
  if (list.length === 0) return [fault('REQUIRED', place)];
  const first = list[0]?.year ?? 0;
  return [
    ...check.integer(place, list.length, 1, MAX_YEARS),
    ...list.flatMap((y, n) => [
      ...(n === 0 ? check.integer(check.within(place, n, 'year'), y.year, 2000, 2100) : check.integer(check.within(place, n, 'year'), y.year, first + n, first + n)),
      ...check.integer(check.within(place, n, 'itW'), y.itW, 1, MAX_IT_W),
      ...check.integer(check.within(place, n, 'dataInTb'), y.dataInTb, 0, MAX_TB), ...check.integer(check.within(place, n, 'dataOutTb'), y.dataOutTb, 0, MAX_TB),
    ]),
  ];
};

const assumptionFaults = ({ assumptions: a }: SiteFacts, n: number): check.Found => [
  ...check.integer(at('sites', n, 'energyMinorPerMWh'), a.energyMinorPerMWh, 0, MAX_PRICE), ...check.integer(at('sites', n, 'hostingMinorPerKWMonth'), a.hostingMinorPerKWMonth, 0, MAX_PRICE),
  ...check.integer(at('sites', n, 'trafficMinorPerTbOut'), a.trafficMinorPerTbOut, 0, MAX_PRICE), ...check.integer(at('sites', n, 'gridGramsPerKwh'), a.gridGramsPerKwh, 0, MAX_GRAMS),
];

const money = (site: SiteFacts, currency: string, n: number): check.Found => {
  const other = site.links.find(l => l.currency !== currency);
  return other === undefined ? [] : [fault('MIXED_CURRENCIES', at('sites', n), { where: `${site.code}/${other.name}`, currency: other.currency, expected: currency })];
};
