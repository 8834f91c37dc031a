import { EXIT, Stop } from '../shared/exit.ts';
import { environment } from '../shared/environment.ts';
import { findId } from '../shared/find.ts';
import { problemText, query, type Row } from '../shared/graphql.ts';
import { at, type Column } from '../shared/column.ts';
import { printRows } from '../shared/output.ts';
import { watts } from '../shared/quantities.ts';
import { openSession, type GlobalOptions } from '../shared/session.ts';

export interface ForecastOptions extends GlobalOptions {
  readonly datacenter: string;
  readonly from: string;
  readonly to: string;
  readonly atLeast: string;
  readonly shape?: readonly string[];
  readonly rackPower: string;
}

const DOCUMENT = `query ($id: ID!, $from: DateTime!, $to: DateTime!, $atLeast: PowerPhaseState!, $shapes: [String!], $rackW: Int!) {
  capacityForecast(datacenterId: $id, from: $from, to: $to, atLeast: $atLeast, shapes: $shapes, rackW: $rackW) {
    ... on Problem { code message suggestion } ... on ValidationFailed { faults { message path } }
    ... on CapacityForecast { treeDeclared intervals { from to phaseName phaseState contractedW energisedW itW committedItW freeItW limiting limitingFreeW limitingName
      fits { shape machines gpus bounds { resource machines freeW name } } mustBuild { racks racksPlanned coolingW distributionW } } }
  }
}`;

const fits = (row: Row): string => (row['fits'] as readonly Row[]).map(f => `${at('machines')(f)} × ${at('shape')(f)}`).join(', ');
const first = (row: Row): string => `${at('limiting')(row)} ${at('limitingName')(row)} ${at('limitingFreeW')(row)}`.replace('  ', ' ');
const COLUMNS: readonly Column[] = [
  { title: { fr: 'DU', en: 'FROM' }, value: row => at('from')(row).slice(0, 10) },
  { title: { fr: 'AU', en: 'TO' }, value: row => at('to')(row).slice(0, 10) },
  { title: { fr: 'PHASE', en: 'PHASE' }, value: at('phaseName') },
  { title: { fr: 'ÉTAT', en: 'STATE' }, value: at('phaseState') },
  { title: { fr: 'IT W', en: 'IT W' }, value: at('itW') },
  { title: { fr: 'LIBRES W', en: 'FREE W' }, value: at('freeItW') },
  { title: { fr: 'LIMITE, W', en: 'LIMITED BY, W' }, value: first },
  { title: { fr: 'TIENNENT EN PLUS', en: 'MORE THAT FIT' }, value: fits },
  { title: { fr: 'BAIES À BÂTIR', en: 'RACKS TO BUILD' }, value: at('mustBuild.racks') },
  { title: { fr: 'FROID À BÂTIR W', en: 'COOLING TO BUILD W' }, value: at('mustBuild.coolingW') },
  { title: { fr: 'DISTRIBUTION À BÂTIR W', en: 'DISTRIBUTION TO BUILD W' }, value: at('mustBuild.distributionW') },
];

/** `cadastre forecast`: what fits a datacenter on each date, and what must be built by then. */
export const forecast = async (options: ForecastOptions): Promise<void> => {
  const session = await openSession(options, environment, 'provider');
  const id = await findId(session, 'datacenters', options.datacenter, 'code');
  const data = await query(session, DOCUMENT, {
    id, from: options.from, to: options.to, atLeast: options.atLeast, shapes: options.shape, rackW: watts(options.rackPower, session.lang),
  });
  const found = data['capacityForecast'] as Row;
  if (typeof found['code'] === 'string') throw new Stop(EXIT.refused, problemText(found));
  printRows(process.stdout, found['intervals'] as readonly Row[], COLUMNS, session.output, session.lang);
};
