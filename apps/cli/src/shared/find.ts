import { EXIT, Stop } from './exit.ts';
import { listAll, text } from './graphql.ts';
import type { Session } from './session.ts';
import { say } from './words.ts';

const ID = /^[a-z]+_[0-9a-hjkmnp-tv-z]{26}$/;

/** The id of what somebody names: an id as it is, else the object of the list with that code or name. `args` narrow the list. */
export const findId = async (session: Session, field: string, which: string, key: 'code' | 'name', args: Record<string, string> = {}): Promise<string> => {
  if (ID.test(which)) return which;
  const found = (await listAll(session, field, `id ${key}`, args)).find(row => row[key] === which);
  if (found === undefined) throw new Stop(EXIT.refused, say(session.lang, 'notFound', which));
  return text(found['id']);
};
