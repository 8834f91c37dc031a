import { describe, expect, it } from 'vitest';
import { countingIds, inWords, region } from '../datacenter/site.fixture.ts';
import type { CreateRegion, UpdateRegion } from './decide.ts';
import { decideCreateRegion, decideUpdateRegion } from './decide.ts';

const { id: _id, generation: _generation, ...wanted } = region;
const create = (over: Partial<CreateRegion> = {}, taken = false) => decideCreateRegion({ ...wanted, ...over }, { taken }, { ids: countingIds() });
const update = (over: Partial<UpdateRegion>) => decideUpdateRegion({ id: region.id, generation: 3, ...over }, { region });

describe('a region is declared', () => {
  it.each([
    { reason: 'as it should be', result: create(), said: ['ok'] },
    { reason: 'outside any bloc', result: create({ country: 'CH', jurisdiction: 'CH' }), said: ['ok'] },
    { reason: 'under the law of another country', result: create({ jurisdiction: 'US' }), said: ['ok'] },
    { reason: 'with a capital in its code', result: create({ code: 'FR-Valence' }), said: ['BAD_FORMAT code value=FR-Valence expected=[a-z][a-z0-9-]{1,30}'] },
    { reason: 'in a country that does not exist', result: create({ country: 'ZZ' }), said: ['BAD_FORMAT country value=ZZ expected=ISO 3166-1 alpha-2'] },
    { reason: 'in a country written small', result: create({ country: 'fr' }), said: ['BAD_FORMAT country value=fr expected=ISO 3166-1 alpha-2'] },
    { reason: 'under a law of nowhere', result: create({ jurisdiction: 'EU-ZZ' }), said: ['BAD_FORMAT jurisdiction value=EU-ZZ expected=EU-FR'] },
    { reason: 'under a code that is taken', result: create({}, true), said: ['ALREADY_EXISTS code value=fr-valence'] },
    {
      reason: 'with several faults, all told', result: create({ code: 'x', nameFr: '', capitalChain: ['A', ' '] }),
      said: ['BAD_FORMAT code value=x expected=[a-z][a-z0-9-]{1,30}', 'REQUIRED nameFr', 'REQUIRED capitalChain.1'],
    },
  ])('$reason', ({ result, said }) => { expect(inWords(result)).toEqual(said); });

  it('wakes by its code and leaves one audit event', () => {
    expect(create()).toMatchObject({
      ok: true,
      value: {
        next: { id: 'region_1', generation: 1 }, events: [{ noun: 'region', objectId: 'region_1', verb: 'created', regionCode: 'fr-valence' }],
        audit: [{ type: 'dcim.region.create', outcome: 'success', target: { kind: 'region', id: 'region_1' } }],
      },
    });
  });
});

describe('a region is changed', () => {
  it.each([
    { reason: 'in its name', result: update({ nameEn: 'Valence (FR)' }), said: ['ok'] },
    { reason: 'not at all', result: update({}), said: ['ok'] },
    { reason: 'to no name', result: update({ nameFr: null }), said: ['REQUIRED nameFr'] },
    { reason: 'after somebody else did', result: update({ generation: 2 }), said: ['STALE_GENERATION generation asked=2 current=3'] },
    { reason: 'though it is not there', result: decideUpdateRegion({ id: region.id, generation: 1 }, { region: undefined }), said: ['NOT_FOUND id'] },
  ])('$reason', ({ result, said }) => { expect(inWords(result)).toEqual(said); });

  it('writes what differs, one generation later; names of people stay out of the audit event', () => {
    expect(update({ operatorName: 'Autre', nameFr: 'Valence' })).toMatchObject({
      ok: true, value: { changes: { operatorName: 'Autre' }, ifGeneration: 3, next: { generation: 4 }, audit: [{ change: [{ path: 'operatorName' }] }] },
    });
    const decided = update({ operatorName: 'Autre', nameFr: 'Valence' });
    expect(JSON.stringify(decided.ok && decided.value.audit)).not.toContain('Autre');
    expect(decided.ok && Object.keys(decided.value.changes)).toEqual(['operatorName']);
  });
});
