import { environment } from '../shared/environment.ts';
import { findId } from '../shared/find.ts';
import { mutate, query, text, type Row } from '../shared/graphql.ts';
import { printObject } from '../shared/output.ts';
import { openSession, type GlobalOptions } from '../shared/session.ts';

export interface PlaceOptions extends GlobalOptions {
  readonly reference: string;
  /** Whose log; absent: the provider's own. */
  readonly organisation?: string;
  /** Target or actor. */
  readonly about?: string;
  readonly from?: string;
  readonly to?: string;
}

const ACCEPTED = '... on LegalHoldAccepted { legalHold { id organisationId reference about from to placedBy placedAt liftedBy liftedAt generation } receipt { auditEventId } }';

/** `cadastre audit hold place`: what it covers outlives its retention until another person lifts it. */
export const placeHold = async (options: PlaceOptions): Promise<void> => {
  const session = await openSession(options, environment, 'provider');
  const { reference, organisation, about, from, to } = options;
  const organisationId = organisation === undefined ? undefined : await findId(session, 'organisations', organisation, 'code');
  printObject(process.stdout, await mutate(session, 'placeLegalHold', { organisationId, reference, about, from, to }, ACCEPTED), session.output);
};

/** `cadastre audit hold lift ID`, by another person than who placed it. */
export const liftHold = async (id: string, options: GlobalOptions & { readonly generation?: string }): Promise<void> => {
  const session = await openSession(options, environment, 'provider');
  const read = options.generation === undefined ? (await query(session, 'query ($id: ID!) { node(id: $id) { ... on LegalHold { generation } } }', { id }))['node'] as Row | null : null;
  printObject(process.stdout, await mutate(session, 'liftLegalHold', { id, generation: Number(options.generation ?? text(read?.['generation'] ?? '1')) }, ACCEPTED), session.output);
};
