import { describe, expect, it } from 'vitest';
import type { CertificationId } from '../core/index.ts';
import { countingIds, datacenter, inWords, region } from '../datacenter/site.fixture.ts';
import type { AddCertification, UpdateCertification } from './decide.ts';
import { decideAddCertification, decideUpdateCertification } from './decide.ts';
import type { Certification } from './model.ts';

const FROM = '2026-01-01T00:00:00.000Z';
const TO = '2029-01-01T00:00:00.000Z';
const wanted: AddCertification = { kind: 'HDS', datacenterId: datacenter.id, holder: 'Opérateur', from: FROM, to: TO, assumed: [] };
const { datacenterId: _, ...nowhere } = wanted;
const add = (input: AddCertification = wanted, taken = false, place: { readonly regionCode: string } | undefined = { regionCode: 'fr-valence' }) =>
  decideAddCertification(input, { place, taken }, { ids: countingIds() });
const held: Certification = { ...wanted, id: 'certification_c' as CertificationId, generation: 3 };
const update = (over: Partial<UpdateCertification>) => decideUpdateCertification({ id: held.id, generation: 3, ...over }, { certification: held, regionCode: 'fr-valence' });

describe('a certification is added', () => {
  it.each([
    { reason: 'to a datacenter', result: add(), said: ['ok'] },
    { reason: 'to a region', result: add({ ...nowhere, regionId: region.id }), said: ['ok'] },
    { reason: 'of a scheme nobody thought of', result: add({ ...wanted, kind: 'C5_2020' }), said: ['ok'] },
    { reason: 'to both, so that nobody knows which', result: add({ ...wanted, regionId: region.id }), said: ['EXACTLY_ONE '] },
    { reason: 'to neither', result: add(nowhere), said: ['EXACTLY_ONE '] },
    { reason: 'to a datacenter that is not there', result: decideAddCertification(wanted, { place: undefined, taken: false }, { ids: countingIds() }), said: ['NOT_FOUND datacenterId'] },
    { reason: 'that ends before it begins', result: add({ ...wanted, from: TO, to: FROM }), said: ['INTERVAL_REVERSED to'] },
    { reason: 'that ends when it begins', result: add({ ...wanted, to: FROM }), said: ['INTERVAL_REVERSED to'] },
    { reason: 'a second time', result: add(wanted, true), said: [`ALREADY_EXISTS from value=HDS ${FROM}`] },
    { reason: 'in small letters, with half a digest', result: add({ ...wanted, kind: 'hds', evidence: { document: 'certificat.pdf', sha256: 'ab' } }), said: ['BAD_FORMAT kind value=hds expected=[A-Z][A-Z0-9_]{1,30}', 'BAD_FORMAT evidence.sha256 value=ab expected=[0-9a-f]{64}'] },
  ])('$reason', ({ result, said }) => { expect(inWords(result)).toEqual(said); });
});

describe('a certification is changed', () => {
  it.each([
    { reason: 'it ends sooner, whatever runs there: the register says what is so', result: update({ to: '2026-06-01T00:00:00.000Z' }), said: ['ok'] },
    { reason: 'it ends before it began', result: update({ to: '2025-01-01T00:00:00.000Z' }), said: ['INTERVAL_REVERSED to'] },
    { reason: 'somebody was faster', result: update({ generation: 2, to: FROM }), said: ['STALE_GENERATION generation asked=2 current=3'] },
    { reason: 'its end is taken away', result: update({ to: null }), said: ['REQUIRED to'] },
  ])('$reason', ({ result, said }) => { expect(inWords(result)).toEqual(said); });

  it('says to the audit log how its end moved, and wakes whoever depends on it', () => {
    const decided = update({ to: '2026-06-01T00:00:00.000Z', holder: 'Autre' });
    expect(decided.ok && { change: decided.value.audit[0]?.change, events: decided.value.events }).toEqual({
      change: [{ path: 'holder' }, { path: 'to', from: TO, to: '2026-06-01T00:00:00.000Z' }],
      events: [{ noun: 'certification', objectId: held.id, verb: 'updated', regionCode: 'fr-valence' }],
    });
  });
});
