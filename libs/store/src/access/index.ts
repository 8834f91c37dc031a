import type { AccessEvent, AccessQuestion, AccessSeen } from '@cadastre/domain/access';
import { INSTALLING, KEY_ENDING, KEY_MAKING, keysOf, MANDATING, namesOf, READING } from '@cadastre/domain/access';
import { isId } from '@cadastre/domain/core';
import { found, NEWEST, OLDEST } from '../audit/search.ts';
import type { AuditFilter, SearchedLog } from '../audit/search.ts';
import type { Reader } from '../pool/index.ts';

/** Events of one kind that a trail is made of; with more it says that it is not complete. */
export const MAX_TRAIL = 10_000;

type Leaf = Omit<AccessEvent, 'at'>;

/** All that the log of one tenant, or the provider's, says of the question: what gives and ends access since the log began, and what the subject and its keys did in the period. */
export const gather = async (q: Reader, log: SearchedLog, question: AccessQuestion): Promise<AccessSeen> => {
  const { subject, object, from, to } = question;
  let complete = true;
  const events = async (filter: AuditFilter, direction: typeof NEWEST): Promise<readonly AccessEvent[]> => {
    const rows = await found<{ readonly line: string; readonly at: string }>(q, 'e.txid, e.seq, convert_from(e.body, \'UTF8\') AS line, e.time_recorded AS at', { ...filter, log, first: MAX_TRAIL }, direction);
    if (rows.length > MAX_TRAIL) complete = false;
    return rows.slice(0, MAX_TRAIL).map(({ line, at }) => ({ ...(JSON.parse(line) as Leaf), at }));
  };
  const made = [
    ...(await events({ types: MANDATING, to }, OLDEST)),
    ...(await events(isId('apikey', subject) ? { targetIds: [subject], types: KEY_MAKING, to } : { actorIds: [subject], types: KEY_MAKING, to }, OLDEST)),
    ...(isId('instance', object) ? await events({ targetIds: [object], types: INSTALLING, to }, OLDEST) : []),
  ];
  const keys = keysOf(question, made);
  const grants = [...made, ...(keys.length === 0 ? [] : await events({ targetIds: keys, types: KEY_ENDING, to }, OLDEST))];
  const actorIds = [...new Set([subject, ...keys])];
  // A project or an organisation stands behind other targets: then all that they did is looked through.
  const wide = isId('organisation', object) || isId('project', object);
  const uses = [
    ...(await events(wide ? { actorIds, from, to } : { targetIds: namesOf(question, grants), actorIds, from, to }, NEWEST)),
    ...(wide ? [] : await events({ actorIds: [subject], types: READING, from, to }, NEWEST)),
  ];
  return { grants, uses: [...new Map(uses.map(e => [e.id, e])).values()], complete };
};
