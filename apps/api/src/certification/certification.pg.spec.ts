import { beforeAll, describe, expect, it } from 'vitest';
import { operator } from '../testing/operator.ts';
import { declareSite, type DeclaredSite } from '../testing/site.ts';

const door = operator();
let site: DeclaredSite;
beforeAll(async () => { site = await declareSite(door, 'fr-law'); });

const HDS = { kind: 'HDS', holder: 'Opérateur', from: '2026-01-01T00:00:00.000Z', to: '2029-01-01T00:00:00.000Z' };
const EVIDENCE = { document: 'Certificat 2026-17', sha256: 'a'.repeat(64) };
const FIELDS = '... on CertificationAccepted { certification { id kind from to holder evidence { document sha256 } region { code } datacenter { code } generation } }';
const add = (input: object = {}) => door.mutate('addCertification', { ...HDS, datacenterId: site.datacenterId, ...input }, FIELDS);
const update = (input: object) => door.mutate('updateCertification', input, FIELDS);
const list = async (filter: string) => (await door.ask(`{ certifications(${filter}) { totalCount edges { node { kind to } } } }`))['certifications'];

describe('the register of certifications', () => {
  it('enters one of a datacenter and one of its region, each with where it is valid and until when', async () => {
    expect(await add({ evidence: EVIDENCE })).toMatchObject({ certification: { ...HDS, evidence: EVIDENCE, region: null, datacenter: { code: 'dc-1' }, generation: 1 } });
    expect(await add({ kind: 'ISO27001', datacenterId: null, regionId: site.regionId })).toMatchObject({ certification: { kind: 'ISO27001', region: { code: 'fr-law' }, datacenter: null, evidence: null } });
    expect([await list(`datacenterId: "${site.datacenterId}"`), await list(`regionId: "${site.regionId}"`)]).toEqual([
      { totalCount: 1, edges: [{ node: { kind: 'HDS', to: HDS.to } }] }, { totalCount: 1, edges: [{ node: { kind: 'ISO27001', to: HDS.to } }] },
    ]);
  });

  it.each([
    { reason: 'that ends before it begins', input: { kind: 'SOC2', to: '2025-01-01T00:00:00.000Z' }, said: { __typename: 'ValidationFailed', code: 'INTERVAL_REVERSED', path: ['to'] } },
    { reason: 'of no place', input: { kind: 'SOC2', datacenterId: null }, said: { __typename: 'ValidationFailed', code: 'EXACTLY_ONE', message: 'Exactly one of datacenterId, regionId is needed.' } },
    { reason: 'that the datacenter has already', input: {}, said: { __typename: 'Conflict', code: 'ALREADY_EXISTS' } },
    { reason: 'of a datacenter that is not there', input: { datacenterId: 'datacenter_01h455vb4pex5vsknk084sn02q' }, said: { __typename: 'NotFound', code: 'NOT_FOUND' } },
  ])('refuses one $reason', async ({ input, said }) => { expect(await add(input)).toMatchObject(said); });

  it('is shortened, extended and given its evidence later, each on the generation that was read', async () => {
    const { certification } = await add({ kind: 'SECNUMCLOUD' }) as { readonly certification: { readonly id: string } };
    const { id } = certification;
    expect(await update({ id, generation: 1, to: '2027-01-01T00:00:00.000Z', evidence: EVIDENCE })).toMatchObject({ certification: { to: '2027-01-01T00:00:00.000Z', evidence: EVIDENCE, generation: 2 } });
    expect(await update({ id, generation: 1, holder: 'Autre' })).toMatchObject({ __typename: 'Conflict', code: 'STALE_GENERATION' });
    expect(await update({ id, generation: 2, evidence: null })).toMatchObject({ certification: { evidence: null, generation: 3 } });
    const rows = await door.rows("SELECT verb, count(*)::int AS n FROM outbox WHERE noun = 'certification' GROUP BY 1 ORDER BY 1");
    expect(rows).toEqual([{ verb: 'created', n: 3 }, { verb: 'updated', n: 2 }]);
  });

  it('is an operator\'s to keep', async () => {
    expect(await door.mutate('addCertification', { ...HDS, kind: 'SOC2', datacenterId: site.datacenterId }, '', 'pascal')).toMatchObject({ __typename: 'Forbidden' });
  });
});
