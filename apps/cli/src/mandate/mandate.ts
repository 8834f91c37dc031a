import { environment } from '../shared/environment.ts';
import { findId } from '../shared/find.ts';
import { mutate, query, text, type Row } from '../shared/graphql.ts';
import { printObject } from '../shared/output.ts';
import { openSession, type GlobalOptions, type Session } from '../shared/session.ts';

export interface ProposeOptions extends GlobalOptions {
  readonly subject: string;
  readonly act: string;
  readonly from: string;
  readonly to: string;
  readonly expires: string;
  readonly organisation?: string;
  readonly directory?: string;
  /** `kind:id` */
  readonly object?: string;
}

export interface ReadMandateOptions extends GlobalOptions {
  readonly generation?: string;
}

const MANDATE = 'id organisationId subject { directory id } target { kind id } legalAct from to expiresAt state proposedBy { directory id } approvedBy { directory id } revokedBy { directory id } uses { count lastAt } generation';
const ACCEPTED = `... on MandateAccepted { mandate { ${MANDATE} } receipt { auditEventId } }`;

const print = (session: Session, answer: Row): void => { printObject(process.stdout, answer, session.output); };

/** Both doors have the verb: with `--organisation` it is the provider's, else the tenant's unless `--door` says otherwise. */
const open = (options: GlobalOptions & { readonly organisation?: string }) => openSession(options, environment, options.organisation === undefined ? 'tenant' : 'provider');

/** `cadastre mandate propose`: nothing is read under it until somebody else approves it. */
export const proposeMandate = async (options: ProposeOptions): Promise<void> => {
  const session = await open(options);
  const [targetKind, ...rest] = options.object?.split(':') ?? [];
  const targetId = targetKind === undefined ? undefined : rest.join(':');
  const input = {
    ...(options.organisation === undefined ? {} : { organisationId: await findId(session, 'organisations', options.organisation, 'code') }),
    ...(options.directory === undefined ? {} : { subjectDirectory: options.directory }),
    subjectId: options.subject, targetKind, targetId, legalAct: options.act, from: options.from, to: options.to, expiresAt: options.expires,
  };
  print(session, await mutate(session, 'proposeMandate', input, ACCEPTED));
};

/** `cadastre mandate approve ID`: by another person than who proposed it and than who will read. */
export const approveMandate = (id: string, options: ReadMandateOptions): Promise<void> => decide('approveMandate', id, options);

/** `cadastre mandate revoke ID`: from then on nothing is read under it. */
export const revokeMandate = (id: string, options: ReadMandateOptions): Promise<void> => decide('revokeMandate', id, options);

const decide = async (what: 'approveMandate' | 'revokeMandate', id: string, options: ReadMandateOptions): Promise<void> => {
  const session = await open(options);
  const read = options.generation === undefined ? (await query(session, 'query ($id: ID!) { node(id: $id) { ... on Mandate { generation } } }', { id }))['node'] as Row | null : null;
  print(session, await mutate(session, what, { id, generation: Number(options.generation ?? text(read?.['generation'] ?? '1')) }, ACCEPTED));
};
