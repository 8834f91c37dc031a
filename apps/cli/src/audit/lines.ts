import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { EXIT, Stop } from '../shared/exit.ts';
import { problemText, query, type Row } from '../shared/graphql.ts';
import { openSession, type GlobalOptions } from '../shared/session.ts';
import { say } from '../shared/words.ts';
import { environment } from '../shared/environment.ts';
import { text } from '../shared/graphql.ts';

export interface LinesOptions extends GlobalOptions {
  readonly out?: string;
  readonly from?: string;
  readonly to?: string;
  /** Read under it, instead of by an auditor's role. */
  readonly mandate?: string;
}

const DOCUMENT = `query ($filter: AuditEventFilter, $after: String, $mandateId: ID) {
  auditLines(filter: $filter, first: 1000, after: $after, mandateId: $mandateId) {
    ... on AuditLines { jsonLines count endCursor hasMore }
    ... on Problem { code message suggestion }
  }
}`;

/** `cadastre audit lines`: the stored lines, byte for byte, oldest first, to a file or to standard output. */
export const auditLines = async (options: LinesOptions): Promise<void> => {
  const session = await openSession(options, environment, 'tenant');
  const out = options.out === undefined ? process.stdout : createWriteStream(options.out);
  const filter = { from: options.from, to: options.to };
  let after: string | null = null;
  let count = 0;
  for (;;) {
    const part: Row = (await query(session, DOCUMENT, { filter, after, mandateId: options.mandate }))['auditLines'] as Row;
    if (typeof part['code'] === 'string') throw new Stop(EXIT.refused, problemText(part));
    count += Number(part['count']);
    if (!out.write(text(part['jsonLines']))) await once(out, 'drain');
    after = part['endCursor'] === null ? after : text(part['endCursor']);
    if (part['hasMore'] !== true) break;
  }
  if (options.out === undefined) return;
  out.end();
  await once(out, 'finish');
  process.stderr.write(`${say(session.lang, 'exported', count, options.out)}\n`);
};
