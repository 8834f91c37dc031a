import { describe, expect, it } from 'vitest';
import type { OrganisationId } from '../core/index.ts';
import { year } from './law.fixture.ts';
import type { Tenancy } from './tenancy.ts';
import { tenancyOf } from './tenancy.ts';

const tenancy = (code: string, over: Partial<Tenancy> = {}): Tenancy =>
  ({ organisationId: `organisation_${code}` as OrganisationId, code, class: 'PUBLIC_BODY', instances: 2, first: year(2026), last: year(2027), ...over });
/** A class a line: its count, its organisations, from when to when. */
const told = (list: readonly Tenancy[]) => tenancyOf(list, ['PUBLIC_BODY', 'RESEARCH']).classes.map(c => `${c.class} ${String(c.instances)} ${c.organisations.map(o => o.code).join('+')} ${c.first.slice(0, 4)}-${c.last?.slice(0, 4) ?? 'now'}`);

describe('who ran at a site', () => {
  it.each([
    { reason: 'nobody', list: [], is: [] },
    { reason: 'by class, its organisations in order', list: [tenancy('mairie'), tenancy('chu', { first: year(2025), instances: 3 })], is: ['PUBLIC_BODY 5 chu+mairie 2025-2027'] },
    { reason: 'one that still runs leaves the end open', list: [tenancy('mairie'), { ...tenancy('chu'), last: undefined }].map(t => (t.last === undefined ? (({ last: _, ...rest }) => rest)(t) : t) as Tenancy), is: ['PUBLIC_BODY 4 chu+mairie 2026-now'] },
  ])('$reason', ({ list, is }) => { expect(told(list)).toEqual(is); });

  it('a class that is not admitted is named: an empty list is the proof', () => {
    const foreign = (list: readonly Tenancy[]) => tenancyOf(list, ['PUBLIC_BODY', 'RESEARCH']).foreignClasses;
    expect([foreign([tenancy('mairie')]), foreign([tenancy('mairie'), tenancy('acme', { class: 'PRIVATE' })])]).toEqual([[], ['PRIVATE']]);
  });
});
