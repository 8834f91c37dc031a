import { compareSites as compare, wattsOf, type ComparisonInput, type ExcludedSite, type ScoredSite, type SiteComparison, type SiteFacts, type WorkloadYear } from '@cadastre/domain/comparison';
import { CRITERIA, MAX_SITES } from '@cadastre/domain/comparison';
import type { DatacenterId, Faults, Problem, Result } from '@cadastre/domain/core';
import { faults, isId, no, ok, problem } from '@cadastre/domain/core';
import type { Shape } from '@cadastre/domain/shape';
import * as shapes from '@cadastre/store/shape';
import type { DatacenterView } from '@cadastre/store/place';
import type { Reader } from '@cadastre/store/pool';
import type { ComparedSiteInput, ComparedWorkloadInput, CompareSitesInput } from '../generated/provider.ts';
import { faultsData, problemData } from '../shared/problems.ts';
import { unstorable } from '../shared/storable.ts';
import type { Viewer } from '../shared/viewer.ts';
import { factsOf, type FoundSite } from './facts.ts';
import { noteOf } from './note.ts';

export const compareSites = async (viewer: Viewer, input: CompareSitesInput): Promise<object> => {
  const { length } = input.sites;
  const odd = faults([...unstorable(input), ...(length > MAX_SITES ? [problem('ABOVE_MAXIMUM', { field: 'sites', value: length, limit: MAX_SITES }, { path: ['sites'] })] : [])]);
  if (odd !== undefined) return faultsData(viewer.lang, odd);
  const asked = await viewer.door.store.read(viewer.scope, q => load(q, input));
  if (!asked.ok) return faultsData(viewer.lang, asked.error);
  const compared = compare(asked.value.input);
  if (!compared.ok) return faultsData(viewer.lang, compared.error);
  return comparisonData(viewer, compared.value, asked.value.views);
};

interface Asked {
  readonly input: ComparisonInput;
  readonly views: ReadonlyMap<DatacenterId, DatacenterView>;
}

const load = async (q: Reader, { workload, currency, weights, sites }: CompareSitesInput): Promise<Result<Asked, Faults>> => {
  const ids = sites.flatMap(s => (isId('datacenter', s.datacenterId) ? [s.datacenterId] : []));
  const [found, shape] = await Promise.all([factsOf(q, ids), workload.shape == null ? undefined : shapes.page(q, { first: 1, code: workload.shape }).then(p => p.items[0])]);
  const missing = sites.flatMap((s, n) => (found.some(f => f.datacenterId === s.datacenterId) ? [] : [problem('NOT_FOUND', { noun: 'datacenter', id: s.datacenterId }, { path: ['sites', String(n), 'datacenterId'] })]));
  const noShape = workload.shape != null && shape === undefined ? [problem('NOT_FOUND', { noun: 'shape', id: workload.shape }, { path: ['workload', 'shape'] })] : [];
  const years = workload.years.map((y, n) => yearOf(y, n, shape));
  const candidates = sites.flatMap((s, n) => found.filter(f => f.datacenterId === s.datacenterId).map(f => candidate(f, s, n)));
  const list = faults([...missing, ...noShape, ...[...years, ...candidates].flatMap(y => (y.ok ? [] : y.error))]);
  if (list !== undefined) return no(list);
  return ok({
    views: new Map(found.map(f => [f.datacenterId, f.view])),
    input: {
      currency, sites: candidates.flatMap(s => (s.ok ? [s.value] : [])), workload: { ...plain(workload), years: years.flatMap(y => (y.ok ? [y.value] : [])) },
      weights: { CONNECTIVITY: weights.connectivity, STAFF: weights.staff, POWER: weights.power, LAW: weights.law, PRICE: weights.price, CARBON: weights.carbon },
    },
  });
};

/** A site with what is assumed of it; the grid may be declared instead. */
const candidate = ({ view, ...facts }: FoundSite, { energyMinorPerMWh, hostingMinorPerKWMonth, trafficMinorPerTbOut, gridGramsPerKwh }: ComparedSiteInput, n: number): Result<SiteFacts, readonly Problem[]> => {
  const grams = gridGramsPerKwh ?? view.gridGramsPerKwh;
  if (grams === undefined) return no([problem('REQUIRED', { field: 'gridGramsPerKwh' }, { path: ['sites', String(n), 'gridGramsPerKwh'] })]);
  return ok({ ...facts, assumptions: { energyMinorPerMWh, hostingMinorPerKWMonth, trafficMinorPerTbOut: trafficMinorPerTbOut ?? 0, gridGramsPerKwh: grams } });
};

/** Null is what a client sends for what it leaves out. */
const plain = ({ name, purpose, tenantClass, legalScope, skill, requiredResponseMinutes }: ComparedWorkloadInput) => ({
  name, purpose: purpose ?? 'MIXED', tenantClass,
  legalScope: { jurisdictions: legalScope?.jurisdictions ?? [], certifications: legalScope?.certifications ?? [], dataClass: legalScope?.dataClass ?? 'ORDINARY' },
  ...(skill == null ? {} : { skill }), ...(requiredResponseMinutes == null ? {} : { requiredResponseMinutes }),
});

/** Watts as they are, or of the machines that the GPUs need. */
const yearOf = ({ year, gpus, itW, dataInTb, dataOutTb }: ComparedWorkloadInput['years'][number], n: number, shape: Shape | undefined): Result<WorkloadYear, readonly Problem[]> => {
  const path = (field: string) => ({ path: ['workload', 'years', String(n), field] });
  if (itW != null && gpus == null) return ok({ year, itW, dataInTb, dataOutTb });
  if (itW != null || gpus == null) return no([problem('REQUIRED', { field: 'itW' }, path('itW'))]);
  if (gpus < 1) return no([problem('BELOW_MINIMUM', { field: 'gpus', value: gpus, limit: 1 }, path('gpus'))]);
  return shape === undefined ? no([problem('REQUIRED', { field: 'shape' }, { path: ['workload', 'shape'] })]) : ok({ year, gpus, itW: wattsOf(gpus, shape), dataInTb, dataOutTb });
};

const comparisonData = (viewer: Viewer, c: SiteComparison, views: ReadonlyMap<DatacenterId, DatacenterView>): object => {
  const words = (list: readonly Problem[]): readonly object[] => list.map(p => ({ ...problemData(viewer.lang, p), __typename: 'SiteWarning' }));
  const ranked = ({ datacenterId, scores, warnings, ...site }: ScoredSite): object =>
    ({ ...site, datacenter: views.get(datacenterId), scores: CRITERIA.map(criterion => ({ criterion, scoreMilli: scores[criterion] })), warnings: words(warnings) });
  const excluded = ({ datacenterId, missing }: ExcludedSite): object => ({ datacenter: views.get(datacenterId), missing: words(missing) });
  return { __typename: 'SiteComparison', ...c, ranking: c.ranking.map(ranked), excluded: c.excluded.map(excluded), note: noteOf(viewer.lang, c) };
};
