import { EXIT, Stop } from '../shared/exit.ts';
import { environment } from '../shared/environment.ts';
import { findId } from '../shared/find.ts';
import { problemText, query, type Row } from '../shared/graphql.ts';
import { at, type Column } from '../shared/column.ts';
import { printRows } from '../shared/output.ts';
import { count, lastWeeks } from '../shared/quantities.ts';
import { openSession, type GlobalOptions } from '../shared/session.ts';

const DOCUMENT = `query ($id: ID!, $from: DateTime!, $to: DateTime!) { limitingBoard(regionId: $id, from: $from, to: $to) {
  ... on Problem { code message suggestion } ... on LimitingBoard { cells { week resource orders gpuHours reasons { reason orders gpuHours } } } } }`;

const COLUMNS: readonly Column[] = [
  { title: { fr: 'SEMAINE', en: 'WEEK' }, value: at('week') },
  { title: { fr: 'RESSOURCE', en: 'RESOURCE' }, value: at('resource') },
  { title: { fr: 'COMMANDES', en: 'ORDERS' }, value: at('orders') },
  { title: { fr: 'GPU-HEURES', en: 'GPU-HOURS' }, value: at('gpuHours') },
  { title: { fr: 'RAISONS', en: 'REASONS' }, value: row => (row['reasons'] as readonly Row[]).map(r => `${at('reason')(r)} ${at('gpuHours')(r)}`).join(', ') },
];

/** `cadastre board --region CODE`: per week, what blocked the orders that were not placed. */
export const board = async (options: GlobalOptions & { readonly region: string; readonly weeks: string }): Promise<void> => {
  const session = await openSession(options, environment, 'provider');
  const id = await findId(session, 'regions', options.region, 'code');
  const data = await query(session, DOCUMENT, { id, ...lastWeeks(Math.max(1, count(options.weeks, session.lang)), Date.now()) });
  const found = data['limitingBoard'] as Row;
  if (typeof found['code'] === 'string') throw new Stop(EXIT.refused, problemText(found));
  printRows(process.stdout, found['cells'] as readonly Row[], COLUMNS, session.output, session.lang);
};
