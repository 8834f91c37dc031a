import type { Decided } from '../audit/decision.ts';
import { alreadyExists, unless } from '../audit/decision.ts';
import * as check from '../core/check.ts';
import { at, fault, within } from '../core/check.ts';
import type { Ids, OrganisationId, Problem } from '../core/index.ts';
import { problem } from '../core/index.ts';
import type { Organisation } from './model.ts';
import { TENANT_CLASSES } from './model.ts';

export type CreateOrganisation = Omit<Organisation, 'id' | 'generation'>;
const MAX_MEMBERS = 500;

/** `taken`: an organisation with this code exists. `members`: those of the named members that exist. */
export const decideCreateOrganisation = (
  input: CreateOrganisation, seen: { readonly taken: boolean; readonly members: ReadonlyMap<OrganisationId, Organisation> }, by: { readonly ids: Ids },
): Decided<Organisation> => {
  const found = [
    ...check.code(at('code'), input.code),
    ...check.text(at('name'), input.name, 200),
    ...check.oneOf(at('class'), input.class, TENANT_CLASSES),
    ...members(input, seen.members),
    ...(seen.taken ? [alreadyExists('organisation', input.code, at('code'))] : []),
  ];
  return unless(found, () => {
    const next: Organisation = { ...input, id: by.ids.next('organisation'), generation: 1 };
    return {
      next,
      // Its id is its own tenant: what the provider does to an organisation stands in that organisation's log too.
      events: [{ noun: 'organisation', objectId: next.id, verb: 'created', regionCode: '_', tenantId: next.id }],
      audit: [{
        type: 'iam.organisation.create', phase: 'completed', outcome: 'success', tenant: next.id, target: { kind: 'organisation', id: next.id },
        change: [{ path: 'class', to: next.class }], numbers: { members: next.memberIds.length },
      }],
    };
  });
};

/** Only a consortium has members, and none of them is one itself: rights would otherwise pass through chains that nobody oversees. */
const members = (input: CreateOrganisation, there: ReadonlyMap<OrganisationId, Organisation>): readonly Problem[] => {
  const place = at('memberIds');
  if (input.class !== 'CONSORTIUM') return input.memberIds.length === 0 ? [] : check.integer(place, input.memberIds.length, 0, 0);
  return [
    ...check.integer(place, input.memberIds.length, 0, MAX_MEMBERS),
    ...check.distinct(place, input.memberIds),
    ...input.memberIds.flatMap((id, n) => {
      const member = there.get(id);
      if (member === undefined) return [problem('NOT_FOUND', { noun: 'organisation', id: check.shown(id) }, within(place, n))];
      return member.class === 'CONSORTIUM' ? [fault('WRONG_STATE', within(place, n), { noun: 'organisation', state: member.class, value: member.code, expected: ['PUBLIC_BODY', 'RESEARCH', 'PRIVATE'] })] : [];
    }),
  ];
};
