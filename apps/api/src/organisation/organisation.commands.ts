import type { OrganisationId } from '@cadastre/domain/core';
import { decideCreateOrganisation, type CreateOrganisation, type Organisation } from '@cadastre/domain/organisation';
import * as organisations from '@cadastre/store/organisation';
import type { Stored } from '@cadastre/store/sql';
import type { CreateOrganisationInput } from '../generated/provider.ts';
import { created, idOrNone, outcome } from '../shared/input.ts';
import { listById, type ListArgs } from '../shared/lists.ts';
import { mutate, type Policy } from '../shared/mutate.ts';
import type { Viewer } from '../shared/viewer.ts';

const CREATE: Policy = { operation: 'createOrganisation', roles: ['OPERATOR'] };

const organisationData = (o: Stored<Organisation>): object => ({ __typename: 'Organisation', ...o });

export const loadOrganisation = async (viewer: Viewer, text: string): Promise<object | undefined> => {
  const id = idOrNone('organisation', text);
  const found = id === undefined ? undefined : await viewer.door.store.read(viewer.scope, q => organisations.get(q, id));
  return found === undefined ? undefined : organisationData(found);
};

export const listOrganisations = (viewer: Viewer, args: ListArgs): Promise<object> =>
  listById(viewer, args, request => viewer.door.store.read(viewer.scope, q => organisations.page(q, request)), items => items.map(organisationData));

export const createOrganisation = (viewer: Viewer, input: CreateOrganisationInput): Promise<object> =>
  mutate<OrganisationId>(viewer, {
    policy: CREATE, type: 'iam.organisation.create', target: { kind: 'organisation', id: input.code }, input,
    decide: async q => {
      const wanted = created<CreateOrganisation>(input, { memberIds: 'organisation' });
      if (!wanted.ok) return wanted;
      const { code, memberIds } = wanted.value;
      const [named, members] = await Promise.all([organisations.page(q, { first: 1, code }), organisations.byIds(q, memberIds)]);
      return outcome(decideCreateOrganisation(wanted.value, { taken: named.totalCount > 0, members }, viewer.door), d => organisations.insert(d.next), d => d.next.id);
    },
    accept: async id => ({ __typename: 'OrganisationAccepted', organisation: await loadOrganisation(viewer, id) }),
  });
