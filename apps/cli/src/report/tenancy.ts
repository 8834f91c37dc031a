import { EXIT, Stop } from '../shared/exit.ts';
import { listAll, problemText, query, text, type Row } from '../shared/graphql.ts';
import { at, type Column } from '../shared/column.ts';
import { printObject, printRows } from '../shared/output.ts';
import { openSession, type GlobalOptions, type Session } from '../shared/session.ts';
import { say } from '../shared/words.ts';
import { environment } from '../shared/environment.ts';

export interface TenancyOptions extends GlobalOptions {
  /** Code or id. */
  readonly datacenter: string;
  readonly from: string;
  readonly to: string;
}

const DOCUMENT = `query ($datacenterId: ID!, $from: DateTime!, $to: DateTime!) {
  tenancyReport(datacenterId: $datacenterId, from: $from, to: $to) {
    ... on TenancyReport {
      datacenter { id code } from to admittedTenantClasses foreignClasses ledgerFirstIndex ledgerLastIndex at
      classes { class instances first last organisations { organisationId code instances first last } }
    }
    ... on Problem { code message suggestion }
  }
}`;
const COLUMNS: readonly Column[] = [
  { title: { fr: 'CLASSE', en: 'CLASS' }, value: at('class') },
  { title: { fr: 'INSTANCES', en: 'INSTANCES' }, value: at('instances') },
  { title: { fr: 'ORGANISATIONS', en: 'ORGANISATIONS' }, value: row => (row['organisations'] as readonly Row[]).map(o => `${text(o['code'])} (${text(o['instances'])})`).join(', ') },
  { title: { fr: 'DEPUIS', en: 'SINCE' }, value: at('first') },
  { title: { fr: 'JUSQU’À', en: 'UNTIL' }, value: at('last') },
];

/** `cadastre report tenancy`: who ran at a datacenter, by class, and whether any of it was of a class that it does not admit. */
export const reportTenancy = async (options: TenancyOptions): Promise<void> => {
  const session = await openSession({ ...options, door: 'provider' }, environment, 'provider');
  const datacenterId = await idOf(session, options.datacenter);
  const report = (await query(session, DOCUMENT, { datacenterId, from: options.from, to: options.to }))['tenancyReport'] as Row;
  if (typeof report['code'] === 'string') throw new Stop(EXIT.refused, problemText(report));
  if (session.output !== 'table') {
    printObject(process.stdout, report, session.output);
    return;
  }
  printRows(process.stdout, report['classes'] as readonly Row[], COLUMNS, session.output, session.lang);
  process.stdout.write(`${conclusion(session, report)}\n`);
};

const conclusion = ({ lang }: Session, report: Row): string => {
  const foreign = report['foreignClasses'] as readonly string[];
  const admitted = (report['admittedTenantClasses'] as readonly string[]).join(', ');
  const rows = report['ledgerLastIndex'] == null ? '0' : `${text(report['ledgerFirstIndex'])}–${text(report['ledgerLastIndex'])}`;
  return foreign.length === 0 ? say(lang, 'tenancyClean', admitted, rows) : say(lang, 'tenancyForeign', foreign.join(', '), admitted, rows);
};

const idOf = async (session: Session, wanted: string): Promise<string> => {
  const found = (await listAll(session, 'datacenters', 'id code')).filter(d => d['id'] === wanted || d['code'] === wanted);
  if (found.length !== 1) throw new Stop(EXIT.refused, say(session.lang, 'notFound', wanted));
  return text(found[0]?.['id']);
};
