import { describe, expect, it } from 'vitest';
import type { OrganisationId } from '../core/index.ts';
import { countingIds, inWords } from '../datacenter/site.fixture.ts';
import type { CreateOrganisation } from './decide.ts';
import { decideCreateOrganisation } from './decide.ts';
import type { Organisation } from './model.ts';

const id = (text: string) => text as OrganisationId;
const member = (name: string, over: Partial<Organisation> = {}): readonly [OrganisationId, Organisation] => [id(name), { id: id(name), code: name, name, class: 'RESEARCH', memberIds: [], generation: 1, ...over }];
const there = new Map([member('organisation_a'), member('organisation_b'), member('organisation_c', { class: 'CONSORTIUM' })]);
const create = (over: Partial<CreateOrganisation> = {}, taken = false) =>
  decideCreateOrganisation({ code: 'chu-valence', name: 'CHU', class: 'PUBLIC_BODY', memberIds: [], ...over }, { taken, members: there }, { ids: countingIds() });
const consortium = (...memberIds: string[]) => create({ class: 'CONSORTIUM', memberIds: memberIds.map(id) });

describe('an organisation is created', () => {
  it.each([
    { reason: 'as it should be', result: create(), said: ['ok'] },
    { reason: 'a consortium of two', result: consortium('organisation_a', 'organisation_b'), said: ['ok'] },
    { reason: 'a consortium that has nobody yet', result: consortium(), said: ['ok'] },
    { reason: 'a member twice', result: consortium('organisation_a', 'organisation_a'), said: ['DUPLICATE memberIds.1 value=organisation_a other=1'] },
    { reason: 'a member that is not there', result: consortium('organisation_x'), said: ['NOT_FOUND memberIds.0'] },
    { reason: 'a consortium in a consortium', result: consortium('organisation_c'), said: ['WRONG_STATE memberIds.0 value=organisation_c expected=PUBLIC_BODY,RESEARCH,PRIVATE'] },
    { reason: 'members of what is no consortium', result: create({ memberIds: [id('organisation_a')] }), said: ['ABOVE_MAXIMUM memberIds value=1 limit=0'] },
    { reason: 'under a code that is taken', result: create({}, true), said: ['ALREADY_EXISTS code value=chu-valence'] },
    { reason: 'under no name', result: create({ name: '' }), said: ['REQUIRED name'] },
  ])('$reason', ({ result, said }) => { expect(inWords(result)).toEqual(said); });

  it('stands in its own audit log', () => {
    expect(create()).toMatchObject({ value: { next: { id: 'organisation_1' }, audit: [{ type: 'iam.organisation.create', tenant: 'organisation_1' }] } });
  });
});
