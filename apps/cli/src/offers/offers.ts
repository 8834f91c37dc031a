import { query, type Row } from '../shared/graphql.ts';
import { at, type Column } from '../shared/column.ts';
import { printRows } from '../shared/output.ts';
import { openSession, type GlobalOptions } from '../shared/session.ts';
import { environment } from '../shared/environment.ts';
import { leaseEnd } from '../shared/wish.ts';

/** Everything that the door says of an offer. */
export const SELECTION = `region { code } datacenter { code } shape { code gpuModel gpus } available free total pricePerHourMinor currency next { at because sentence } closedBy { reason message } simulated freshness at`;
const COLUMNS: readonly Column[] = [
  { title: { fr: 'FORME', en: 'SHAPE' }, value: at('shape.code') },
  { title: { fr: 'GPU', en: 'GPUS' }, value: at('shape.gpus') },
  { title: { fr: 'MODÈLE', en: 'MODEL' }, value: at('shape.gpuModel') },
  { title: { fr: 'RÉGION', en: 'REGION' }, value: at('region.code') },
  { title: { fr: 'SITE', en: 'SITE' }, value: at('datacenter.code') },
  { title: { fr: 'DISPONIBLES', en: 'AVAILABLE' }, value: at('available') },
  { title: { fr: 'LIBRES', en: 'FREE' }, value: at('free') },
  { title: { fr: 'TOTAL', en: 'TOTAL' }, value: at('total') },
  { title: { fr: 'CENTIMES/H', en: 'CENTS/H' }, value: at('pricePerHourMinor') },
  { title: { fr: 'PLUS TARD', en: 'LATER' }, value: row => (row['closedBy'] == null ? [at('next.at')(row).slice(0, 10), at('next.because')(row)].join(' ').trim() : at('closedBy.reason')(row)) },
  { title: { fr: 'FRAÎCHEUR', en: 'FRESHNESS' }, value: at('freshness') },
  { title: { fr: 'SIMULÉ', en: 'SIMULATED' }, value: row => (row['simulated'] === true ? 'simulé/simulated' : '') },
];

export interface OffersOptions extends GlobalOptions {
  readonly gpu?: string;
  readonly region?: string;
  readonly until?: string;
  readonly jurisdiction?: readonly string[];
  readonly certification?: readonly string[];
  readonly dataClass?: string;
}

/** `cadastre offers [--gpu H200:8] [--region CODE] [--certification HDS]`: what could be ordered at once, now, under a law. */
export const offers = async (options: OffersOptions): Promise<void> => {
  const session = await openSession(options, environment, 'tenant');
  const { region, until, jurisdiction, certification, dataClass } = options;
  const law = jurisdiction ?? certification ?? dataClass;
  const data = await query(session, `query ($region: String, $until: DateTime, $legalScope: LegalScopeInput) { offers(region: $region, until: $until, legalScope: $legalScope) { ${SELECTION} } }`, {
    region, until: until === undefined ? undefined : leaseEnd(until),
    legalScope: law === undefined ? undefined : { jurisdictions: jurisdiction ?? [], certifications: certification ?? [], dataClass: dataClass ?? 'ORDINARY' },
  });
  const rows = (data['offers'] as readonly Row[]).filter(matches(options.gpu));
  printRows(process.stdout, rows, COLUMNS, session.output, session.lang);
};

/** `H200`, `H200:8` or a shape's code: the part before the colon is looked for in the model and the code, the part after is the GPU count. */
const matches = (gpu: string | undefined) => (row: Row): boolean => {
  if (gpu === undefined) return true;
  const [model = '', count] = gpu.split(':');
  const wanted = model.toLowerCase();
  const named = at('shape.code')(row).toLowerCase().includes(wanted) || at('shape.gpuModel')(row).toLowerCase().includes(wanted);
  return named && (count === undefined || at('shape.gpus')(row) === count);
};
