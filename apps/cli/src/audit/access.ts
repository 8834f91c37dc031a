import { environment } from '../shared/environment.ts';
import { EXIT, Stop } from '../shared/exit.ts';
import { problemText, query, text, type Row } from '../shared/graphql.ts';
import { at, type Column } from '../shared/column.ts';
import { printObject, printRows } from '../shared/output.ts';
import { openSession, type GlobalOptions } from '../shared/session.ts';
import { say } from '../shared/words.ts';

export interface AccessOptions extends GlobalOptions {
  readonly subject: string;
  readonly object: string;
  readonly from: string;
  readonly to?: string;
  readonly mandate?: string;
}

const DOCUMENT = `query ($subject: String!, $object: String!, $from: DateTime!, $to: DateTime!, $mandateId: ID) {
  accessTrail(subject: $subject, object: $object, from: $from, to: $to, mandateId: $mandateId) {
    ... on AccessTrail {
      subject object from to complete notRecorded { code message }
      findings { kind summary grantId allows givenBy givenAt approvedBy approvedAt legalAct until endedAt endedBy endedHow uses { count first last sampleEventIds } eventIds }
    }
    ... on Problem { code message suggestion }
  }
}`;

const column = (fr: string, en: string, path: string): Column => ({ title: { fr, en }, value: at(path) });
const COLUMNS: readonly Column[] = [
  column('COMMENT', 'HOW', 'kind'), column('OCTROI', 'GRANT', 'grantId'), column('PAR', 'BY', 'givenBy'), column('LE', 'ON', 'givenAt'), column('APPROUVÉ PAR', 'APPROVED BY', 'approvedBy'), column('ACTE', 'ACT', 'legalAct'),
  column('JUSQU’AU', 'UNTIL', 'until'), column('FINI LE', 'ENDED', 'endedAt'), column('PAR', 'BY', 'endedBy'), { title: { fr: 'USAGES', en: 'USES' }, value: row => (row['uses'] === null ? '–' : at('uses.count')(row)) },
];

/** `cadastre audit access`: who gave somebody access to something, who approved, and was it used. Exit 0 also when nothing was found: that is an answer. */
export const auditAccess = async (options: AccessOptions): Promise<void> => {
  const session = await openSession(options, environment, 'tenant');
  const { subject, object, from, to = new Date().toISOString(), mandate } = options;
  const trail = (await query(session, DOCUMENT, { subject, object, from, to, mandateId: mandate }))['accessTrail'] as Row;
  if (typeof trail['code'] === 'string') throw new Stop(EXIT.refused, problemText(trail));
  if (session.output !== 'table') return void printObject(process.stdout, trail, session.output);
  const findings = trail['findings'] as readonly Row[];
  printRows(process.stdout, findings, COLUMNS, session.output, session.lang);
  const lines = [...findings.map(f => `· ${text(f['summary'])}`), ...(trail['complete'] === true ? [] : [say(session.lang, 'trailPartial')]), say(session.lang, 'trailUnknown'), ...(trail['notRecorded'] as readonly Row[]).map(n => `· ${text(n['message'])}`)];
  process.stdout.write(`\n${lines.join('\n')}\n`);
};
