import { beforeAll, describe, expect, it } from 'vitest';
import { operator } from '../testing/operator.ts';
import { DATACENTER, declared, declareSite, type DeclaredSite } from '../testing/site.ts';

const door = operator();
let site: DeclaredSite;
let far: string;
let carriers: readonly string[];
beforeAll(async () => {
  site = await declareSite(door, 'fr-link');
  far = await declared(door, 'createDatacenter', 'datacenter', { ...DATACENTER, regionId: site.regionId, code: 'dc-2' });
  carriers = [await declared(door, 'createCarrier', 'carrier', { code: 'rhone-fibre', name: 'Rhône Fibre (fictif)' }), await declared(door, 'createCarrier', 'carrier', { code: 'alpes-net', name: 'Alpes Net (fictif)' })];
});

const TRANSIT = { kind: 'TRANSIT', capacityMbps: 10_000, latencyUs: 2_500, monthlyPriceMinor: 180_000, currency: 'EUR' };
const create = (input: object) =>
  door.mutate('createLink', { datacenterId: site.datacenterId, ...TRANSIT, ...input }, '... on LinkAccepted { link { id name kind toName toDatacenter { code } carrier { code } } }');
const resilience = async (lang: 'fr' | 'en' = 'en') =>
  (await door.ask('query($id: ID!) { siteResilience(datacenterId: $id) { datacenter { code } carriers { code } capacityMbps capacityAfterLossMbps warnings { code message } } }', { id: site.datacenterId }, 'olivia', lang))['siteResilience'];

describe('the links of a site', () => {
  it('warn until two carriers lead to the outside', async () => {
    expect(await resilience()).toMatchObject({ carriers: [], warnings: [{ code: 'TOO_FEW_CARRIERS', message: 'No carrier leads to the outside; 2 are needed to survive the loss of one.' }] });
    expect(await create({ name: 'transit-1', toName: 'Lyon', carrierId: carriers[0] })).toMatchObject({ link: { toName: 'Lyon', toDatacenter: null, carrier: { code: 'rhone-fibre' } } });
    expect(await create({ name: 'fibre-dc-2', toDatacenterId: far, carrierId: carriers[1], kind: 'DARK_FIBRE' })).toMatchObject({ link: { toName: null, toDatacenter: { code: 'dc-2' } } });
    expect(await resilience('fr')).toMatchObject({
      datacenter: { code: 'dc-1' }, carriers: [{ code: 'rhone-fibre' }], capacityMbps: 10_000, capacityAfterLossMbps: 0,
      warnings: [{ message: 'Un seul opérateur de télécommunications mène à l’extérieur ; il en faut 2 pour survivre à la perte de l’un.' }],
    });
    await create({ name: 'transit-2', toName: 'Marseille', carrierId: carriers[1], capacityMbps: 1_000 });
    expect(await resilience()).toMatchObject({ carriers: [{ code: 'rhone-fibre' }, { code: 'alpes-net' }], capacityMbps: 11_000, capacityAfterLossMbps: 1_000, warnings: [] });
  });

  it('are refused with two far ends, with none, and to where they begin', async () => {
    const both = await create({ name: 'x', toName: 'Lyon', toDatacenterId: far, carrierId: carriers[0] });
    const none = await create({ name: 'x', carrierId: carriers[0] });
    const self = await create({ name: 'x', toDatacenterId: site.datacenterId, carrierId: carriers[0] });
    const nobody = await create({ name: 'x', toName: 'Lyon', carrierId: site.datacenterId });
    expect([both, none, self, nobody].map(r => [r['__typename'], r['code']])).toEqual([
      ['ValidationFailed', 'LINK_TWO_ENDS'], ['ValidationFailed', 'REQUIRED'], ['ValidationFailed', 'LINK_TO_ITSELF'], ['ValidationFailed', 'BAD_ID'],
    ]);
  });

  it('change, page and are found again', async () => {
    const list = (await door.ask('query($id: ID) { links(datacenterId: $id, first: 1) { totalCount pageInfo { hasNextPage } edges { node { id generation } } } }', { id: site.datacenterId }))['links'] as
      { readonly edges: readonly { readonly node: { readonly id: string; readonly generation: number } }[] };
    expect(list).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true } });
    const { id = '', generation = 0 } = list.edges[0]?.node ?? {};
    expect(await door.mutate('updateLink', { id, generation, capacityMbps: 0 }, '... on LinkAccepted { link { capacityMbps generation } }')).toMatchObject({ link: { capacityMbps: 0, generation: 2 } });
    expect(await door.ask('query($id: ID!) { node(id: $id) { __typename } }', { id })).toEqual({ node: { __typename: 'Link' } });
    expect(await resilience()).toMatchObject({ capacityMbps: 1_000, warnings: [{ code: 'TOO_FEW_CARRIERS' }] });
  });

  it('are read with as many statements for one as for many', async () => {
    const { listLinks } = await import('./link.commands.ts');
    const count = (first: number) => door.statements(viewer => listLinks(viewer, { first }, { datacenterId: site.datacenterId }));
    expect(await count(3)).toBe(await count(1));
  });
});
