import { ALARM_KINDS } from '@cadastre/domain/alarm';
import type { Lang } from '@cadastre/platform/locale';
import { environment } from '../shared/environment.ts';
import { EXIT, Stop } from '../shared/exit.ts';
import { mutate, problemText, query, text, type Row } from '../shared/graphql.ts';
import { at, type Column } from '../shared/column.ts';
import { printObject, printRows } from '../shared/output.ts';
import { openSession, type GlobalOptions } from '../shared/session.ts';
import { say } from '../shared/words.ts';

export interface AlarmsOptions extends GlobalOptions {
  readonly kind?: string;
  readonly state?: string;
}
export interface AnswerOptions extends GlobalOptions {
  readonly note: string;
  readonly idempotencyKey?: string;
}

const FIELDS = 'id kind severity state overdue origin place seen raisedAt lastSeenAt acknowledgeBy acknowledgedAt resolvedAt recorded message suggestion';
const DOCUMENT = `query ($filter: AlarmFilter, $after: String) {
  alarms(filter: $filter, first: 100, after: $after) {
    ... on AlarmConnection { edges { node { ${FIELDS} } } pageInfo { hasNextPage endCursor } }
    ... on Problem { code message suggestion }
  }
}`;
const column = (fr: string, en: string, path: string): Column => ({ title: { fr, en }, value: at(path) });
const columns = (lang: Lang): readonly Column[] => [
  column('ID', 'ID', 'id'), column('TYPE', 'KIND', 'kind'), column('GRAVITÉ', 'SEVERITY', 'severity'), column('ÉTAT', 'STATE', 'state'),
  { title: { fr: 'RETARD', en: 'OVERDUE' }, value: row => (row['overdue'] !== true ? '' : lang === 'fr' ? 'oui' : 'yes') },
  column('LEVÉE', 'RAISED', 'raisedAt'), column('VUE', 'SEEN', 'seen'), column('CE QUI NE VA PAS', 'WHAT IS WRONG', 'message'),
];

/** `cadastre audit alarms`: alarms about the logs that the token may see, in the order in which they were raised. */
export const listAlarms = async (options: AlarmsOptions): Promise<void> => {
  const session = await openSession(options, environment, 'tenant');
  const { kind, state } = options;
  if (kind !== undefined && !ALARM_KINDS.some(known => known === kind)) throw new Stop(EXIT.usage, say(session.lang, 'unknownKind', kind, ALARM_KINDS.join(', ')));
  const filter = { kind, state };
  const rows: Row[] = [];
  for (let after: string | null = null; ;) {
    const page: Row = (await query(session, DOCUMENT, { filter, after }))['alarms'] as Row;
    if (typeof page['code'] === 'string') throw new Stop(EXIT.refused, problemText(page));
    rows.push(...(page['edges'] as readonly { readonly node: Row }[]).map(edge => edge.node));
    const info = page['pageInfo'] as Row;
    if (info['hasNextPage'] !== true) break;
    after = text(info['endCursor']);
  }
  printRows(process.stdout, rows, columns(session.lang), session.output, session.lang);
};

/** `cadastre audit alarms acknowledge|resolve ID --note …`, at the provider door. */
export const answerAlarm = async (verb: 'acknowledgeAlarm' | 'resolveAlarm', id: string, { note, idempotencyKey, ...options }: AnswerOptions): Promise<void> => {
  const session = await openSession(options, environment, 'provider');
  const answered = await mutate(session, verb, { id, note, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) }, `... on AlarmAnswered { alarm { ${FIELDS} acknowledgedBy note resolvedBy resolution } receipt { auditEventId } }`);
  printObject(process.stdout, answered, session.output);
};
