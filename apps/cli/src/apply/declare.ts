import { listAll, mutate, text, type Row } from '../shared/graphql.ts';
import type { Session } from '../shared/session.ts';
import { difference } from './difference.ts';

/** One line of the report. */
export interface Done {
  readonly noun: string;
  readonly name: string;
  readonly what: 'created' | 'updated' | 'unchanged' | 'removed';
}

/** What declaring needs of a run. */
export interface Declaring {
  readonly session: Session;
  readonly report: (done: Done) => void;
}

export interface Declaration {
  /** Singular noun: `create<Noun>` and `update<Noun>` are its mutations. */
  readonly noun: string;
  readonly list: string;
  readonly key: 'code' | 'name';
  readonly selection: string;
  readonly wanted: Row;
  readonly updatable: readonly string[];
  readonly within?: Record<string, string>;
}

/** Creates, updates or leaves one object, and returns its id. */
export const declare = async (run: Declaring, d: Declaration): Promise<string> => {
  const found = (await listAll(run.session, d.list, d.selection, d.within)).find(r => r[d.key] === d.wanted[d.key]);
  const diff = difference(d.wanted, found, d.updatable);
  const noun = `${d.noun[0]?.toUpperCase() ?? ''}${d.noun.slice(1)}`;
  const accepted = `... on ${noun}Accepted { ${d.noun} { id } }`;
  const name = text(d.wanted[d.key]);
  if (diff.kind === 'create') {
    const result = await mutate(run.session, `create${noun}`, d.wanted, accepted);
    run.report({ noun: d.noun, name, what: 'created' });
    return text((result[d.noun] as Row)['id']);
  }
  if (diff.kind === 'update') await mutate(run.session, `update${noun}`, { ...diff.changed, id: found?.['id'], generation: found?.['generation'] }, accepted);
  run.report({ noun: d.noun, name, what: diff.kind === 'update' ? 'updated' : 'unchanged' });
  return text(found?.['id']);
};
