import { listAll, mutate, type Row } from '../shared/graphql.ts';
import type { Declaring } from './declare.ts';
import { difference, type Difference } from './difference.ts';
import type { Programme } from './file.ts';

type Certifications = Programme['regions'][number]['certifications'];

const UPDATABLE = ['holder', 'to', 'evidence', 'assumed'] as const;
const ACCEPTED = '... on CertificationAccepted { certification { id } }';

/** Of a region or of a datacenter. One that the file leaves out stays: it was true, and the register keeps it. */
export const applyCertifications = async (run: Declaring, place: { readonly datacenterId: string } | { readonly regionId: string }, certifications: Certifications): Promise<void> => {
  if (certifications.length === 0) return;
  const found = await listAll(run.session, 'certifications', `id kind from generation ${UPDATABLE.join(' ').replace('evidence', 'evidence { document sha256 }')}`, place);
  for (const c of certifications) {
    const { wanted, old, diff } = compared(c, found);
    if (diff.kind === 'create') await mutate(run.session, 'addCertification', { ...wanted, ...place }, ACCEPTED);
    if (diff.kind === 'update') await mutate(run.session, 'updateCertification', { ...diff.changed, id: old?.['id'], generation: old?.['generation'] }, ACCEPTED);
    run.report({ noun: 'certification', name: `${c.kind} ${wanted.from}`, what: diff.kind === 'create' ? 'created' : diff.kind === 'update' ? 'updated' : 'unchanged' });
  }
};

/** The entry of the file against the one of the same kind and beginning; instants as the server writes them. */
export const compared = (c: Certifications[number], found: readonly Row[]): { readonly wanted: Certifications[number]; readonly old: Row | undefined; readonly diff: Difference } => {
  const wanted = { ...c, from: instant(c.from), to: instant(c.to) };
  const old = found.find(f => f['kind'] === wanted.kind && f['from'] === wanted.from);
  return { wanted, old, diff: difference(wanted, old, UPDATABLE) };
};

/** What is no instant goes as it is: the door says what is wrong with it. */
const instant = (text: string): string => (Number.isNaN(Date.parse(text)) ? text : new Date(text).toISOString());
