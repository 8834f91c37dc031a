import { setTimeout as pause } from 'node:timers/promises';
import { environment } from '../shared/environment.ts';
import { EXIT, Stop } from '../shared/exit.ts';
import { findId } from '../shared/find.ts';
import { mutate, query, text, type Row } from '../shared/graphql.ts';
import { at } from '../shared/column.ts';
import { printObject, printRows } from '../shared/output.ts';
import { openSession, type GlobalOptions, type Session } from '../shared/session.ts';
import { download } from './download.ts';
import { exportWords, stepWord } from './words.ts';

export interface ExportOptions extends GlobalOptions {
  readonly from?: string;
  readonly to?: string;
  readonly view?: readonly string[];
  readonly age?: readonly string[];
  /** At the provider door: whose log. */
  readonly organisation?: string;
  readonly out?: string;
  /** An export that was asked for before. */
  readonly id?: string;
  readonly wait?: boolean;
}

const SELECTION = 'id from to views ageRecipients fileName downloadPath bytes sha256 expiresAt first end operation { state progressMilli steps { name state } failure { code message suggestion } }';
const POLL_MS = 1_000;
/** Longer than a heartbeat, a round of witnesses and a writing of millions of events; the export goes on without us. */
const WAIT_MS = 1_800_000;

// Rounded down to the minute, so that who asks twice at once asks for the same.
const MINUTE = 60_000;
const overSince = (now: number): string => new Date(Math.floor((now - 3 * MINUTE) / MINUTE) * MINUTE).toISOString();

/** `cadastre audit export`: asks for a bundle, waits until it is there, takes it down and says how to verify it. */
export const exportBundle = async (options: ExportOptions): Promise<void> => {
  const session = await openSession(options, environment, options.organisation === undefined ? 'tenant' : 'provider');
  const id = options.id ?? (await ask(session, options));
  if (options.wait === false) {
    process.stdout.write(`${id}\n`);
    return;
  }
  const done = await waitFor(session, id);
  const file = options.out ?? text(done['fileName']);
  await download(session, { downloadPath: text(done['downloadPath']), bytes: Number(done['bytes']), sha256: text(done['sha256']) }, file);
  if (session.output !== 'table') {
    printObject(process.stdout, { id, file, bytes: done['bytes'], sha256: done['sha256'], from: done['from'], to: done['to'], first: done['first'], end: done['end'] }, session.output);
    return;
  }
  const words = exportWords(session.lang);
  process.stdout.write(`${[words.written(file, text(done['bytes'])), ...(file.endsWith('.age') ? [words.decrypt(file)] : []), words.verify(file.replace(/\.age$/, ''))].join('\n')}\n`);
};

const ask = async (session: Session, { from, to = overSince(Date.now()), view = [], age = [], organisation }: ExportOptions): Promise<string> => {
  if (from === undefined) throw new Stop(EXIT.usage, exportWords(session.lang).noPeriod);
  const whose = organisation === undefined ? {} : { organisationId: await findId(session, 'organisations', organisation, 'code') };
  // Each asking is a new one: what is exported twice is the same bytes, and the log says that it was asked for twice.
  const made = await mutate(session, 'createAuditExport', { from, to, views: view, ageRecipients: age, ...whose, idempotencyKey: `cli-${crypto.randomUUID()}` }, '... on AuditExportAccepted { auditExport { id } }');
  return text((made['auditExport'] as Row)['id']);
};

const waitFor = async (session: Session, id: string): Promise<Row> => {
  const words = exportWords(session.lang);
  for (const end = Date.now() + WAIT_MS; Date.now() < end;) {
    const found = (await query(session, `query ($id: ID!) { auditExport(id: $id) { ${SELECTION} } }`, { id }))['auditExport'] as Row | null;
    if (found === null) throw new Stop(EXIT.refused, words.failed('NOT_FOUND'));
    const operation = found['operation'] as Row;
    show(session, operation);
    if (operation['state'] === 'SUCCEEDED') return found;
    if (operation['state'] === 'CANCELLED') throw new Stop(EXIT.refused, words.cancelled);
    const failure = operation['failure'] as Row | null;
    if (failure !== null) throw new Stop(EXIT.refused, words.failed(`${text(failure['code'])}: ${text(failure['message'])}\n→ ${text(failure['suggestion'])}`));
    await pause(POLL_MS);
  }
  throw new Stop(EXIT.unreachable, words.late(id));
};

/** One line that is written over, on a terminal only. */
const show = ({ lang }: Session, operation: Row): void => {
  if (!process.stderr.isTTY) return;
  const step = (operation['steps'] as readonly Row[]).find(s => s['state'] === 'RUNNING');
  const ended = operation['state'] !== 'RUNNING' && operation['state'] !== 'PENDING';
  process.stderr.write(`\r\u001b[K${ended ? '' : `${String(Math.floor(Number(operation['progressMilli']) / 10))} % ${step === undefined ? '' : stepWord(lang, text(step['name']))}`}`);
};

const EVENTS = `query ($filter: AuditEventFilter, $first: Int) { auditEvents(filter: $filter, first: $first) {
  ... on AuditEventConnection { edges { node { id time type phase outcome reason traceId actorId targetKind targetId line } } } ... on Problem { code message suggestion } } }`;

export interface ListOptions extends GlobalOptions {
  readonly type?: string;
  readonly actor?: string;
  readonly target?: string;
  readonly outcome?: string;
  readonly reason?: string;
  readonly trace?: string;
  readonly from?: string;
  readonly to?: string;
  readonly first?: string;
}

/** `cadastre audit list`: the newest events; with `-o json` each with its stored line. */
export const listEvents = async ({ type, actor, target, outcome, reason, trace, from, to, first, ...options }: ListOptions): Promise<void> => {
  const session = await openSession(options, environment, 'tenant');
  const filter = { type, actorId: actor, targetId: target, outcome, reason, traceId: trace, from, to };
  const page = (await query(session, EVENTS, { filter, first: Number(first ?? '50') }))['auditEvents'] as Row;
  if (typeof page['code'] === 'string') throw new Stop(EXIT.refused, `${text(page['code'])}: ${text(page['message'])}\n→ ${text(page['suggestion'])}`);
  const rows = (page['edges'] as readonly { readonly node: Row }[]).map(e => e.node);
  printRows(process.stdout, rows, [
    { title: { fr: 'QUAND', en: 'WHEN' }, value: at('time') }, { title: { fr: 'TYPE', en: 'TYPE' }, value: at('type') }, { title: { fr: 'ISSUE', en: 'OUTCOME' }, value: at('outcome') }, { title: { fr: 'RAISON', en: 'REASON' }, value: at('reason') },
    { title: { fr: 'PAR', en: 'BY' }, value: at('actorId') }, { title: { fr: 'SUR', en: 'ON' }, value: at('targetId') },
  ], session.output, session.lang);
};
