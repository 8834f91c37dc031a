import { EXIT, Stop } from '../shared/exit.ts';
import { listAll, query, type Row } from '../shared/graphql.ts';
import { printObject, printRows } from '../shared/output.ts';
import { openSession, type GlobalOptions } from '../shared/session.ts';
import { langOf } from '@cadastre/platform/locale';
import { say } from '../shared/words.ts';
import { doorFor, findNoun, NOUNS, type Noun } from './nouns.ts';
import { environment } from '../shared/environment.ts';
import { text } from '../shared/graphql.ts';

const nounOf = (word: string, options: GlobalOptions): Noun => {
  const noun = findNoun(word);
  if (noun !== undefined) return noun;
  throw new Stop(EXIT.usage, say(langOf(environment, options.lang), 'unknownNoun', word, Object.keys(NOUNS).join(', ')));
};

/** `cadastre get NOUN`: every object of it that the token may see. */
export const get = async (word: string, options: GlobalOptions): Promise<void> => {
  const noun = nounOf(word, options);
  const session = await openSession(options, environment, doorFor(noun));
  printRows(process.stdout, await listAll(session, noun.field, noun.list), noun.columns, session.output, session.lang);
};

/** `cadastre describe NOUN ID|CODE|NAME`: one object, whole. */
export const describe = async (word: string, which: string, options: GlobalOptions): Promise<void> => {
  const noun = nounOf(word, options);
  const session = await openSession(options, environment, doorFor(noun));
  const id = /^[a-z]+_[0-9a-hjkmnp-tv-z]{26}$/.test(which) ? which : await idOf(which);
  const selection = `${noun.list} ${noun.more?.[session.door] ?? ''}`;
  const data = await query(session, `query ($id: ID!) { node(id: $id) { ... on ${noun.type} { ${selection} } } }`, { id });
  const row = data['node'] as Row | null;
  if (row === null) throw new Stop(EXIT.refused, say(session.lang, 'notFound', which));
  printObject(process.stdout, row, session.output);

  async function idOf(wanted: string): Promise<string> {
    const rows = await listAll(session, noun.field, noun.list);
    const found = rows.find(r => r['code'] === wanted || r['name'] === wanted);
    if (found === undefined) throw new Stop(EXIT.refused, say(session.lang, 'notFound', wanted));
    return text(found['id']);
  }
};
