import { beforeAll, describe, expect, it } from 'vitest';
import { operator, type Data } from '../testing/operator.ts';
import { DATACENTER, declared, REGION, SHAPE } from '../testing/site.ts';

const door = operator();
let near: string;
let far: string;
beforeAll(async () => {
  const regionId = await declared(door, 'createRegion', 'region', { ...REGION, code: 'fr-compare' });
  const carriers = [await declared(door, 'createCarrier', 'carrier', { code: 'un', name: 'Un (fictif)' }), await declared(door, 'createCarrier', 'carrier', { code: 'deux', name: 'Deux (fictif)' })];
  near = await site(regionId, 'near', carriers, 30);
  far = await site(regionId, 'far', carriers.slice(0, 1), 120);
  await declared(door, 'createShape', 'shape', { ...SHAPE, code: 'compare-8' });
});

const site = async (regionId: string, code: string, carriers: readonly string[], responseMinutes: number): Promise<string> => {
  const datacenterId = await declared(door, 'createDatacenter', 'datacenter', { ...DATACENTER, regionId, code, name: code, assumed: ['pueMilli'] });
  for (const [n, carrierId] of carriers.entries()) {
    await door.mutate('createLink', { datacenterId, name: `transit-${String(n)}`, toName: 'Lyon', carrierId, kind: 'TRANSIT', capacityMbps: 10_000, latencyUs: 2_000, monthlyPriceMinor: 100_000, currency: 'EUR', assumed: ['latencyUs'] }, '');
  }
  await door.mutate('createStaffCoverage', { datacenterId, name: 'astreinte', skill: 'HANDS', days: ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'], fromMinute: 0, toMinute: 1_440, responseMinutes }, '');
  return datacenterId;
};

const PRICES = { energyMinorPerMWh: 10_000, hostingMinorPerKWMonth: 15_000, gridGramsPerKwh: 40 };
const WEIGHTS = { connectivity: 30, staff: 30, power: 10, law: 0, price: 20, carbon: 10 };
const YEARS = [{ year: 2027, gpus: 8, dataInTb: 30, dataOutTb: 10 }, { year: 2028, gpus: 9, dataInTb: 60, dataOutTb: 20 }];
const ask = async (over: { readonly workload?: object; readonly sites?: readonly object[]; readonly weights?: object; readonly currency?: string } = {}, lang: 'fr' | 'en' = 'en', as: 'olivia' | 'pascal' = 'olivia') => {
  const input = {
    currency: over.currency ?? 'EUR', weights: { ...WEIGHTS, ...over.weights }, sites: over.sites ?? [{ datacenterId: near, ...PRICES }, { datacenterId: far, ...PRICES }],
    workload: { name: 'essai', tenantClass: 'PUBLIC_BODY', shape: 'compare-8', years: YEARS, ...over.workload },
  };
  const document = `query($input: CompareSitesInput!) { compareSites(input: $input) { __typename ... on Problem { code message path } ... on ValidationFailed { faults { code path } }
    ... on SiteComparison { from to winner dominant note excluded { datacenter { code } missing { code message } } smallestFlip { criterion winner }
      sensitivity { criterion share { numerator denominator } from { numerator denominator } to { numerator denominator } below above }
      ranking { datacenter { code } rank totalMilli level warnings { code } assumed scores { criterion scoreMilli } measures { carriers worstResponseMinutes costMinor years { year facilityW availableW energyKWh } } } } } }`;
  return (await door.ask(document, { input }, as, lang))['compareSites'] as Data;
};

describe('sites are compared at the door', () => {
  it('from what is declared of them: GPUs become whole machines, links, rota and assumptions count', async () => {
    const found = await ask();
    expect(found).toMatchObject({
      __typename: 'SiteComparison', winner: 'near', dominant: true, smallestFlip: null, excluded: [], from: '2027-01-01T00:00:00.000Z', to: '2029-01-01T00:00:00.000Z',
      ranking: [
        { datacenter: { code: 'near' }, rank: 1, level: false, assumed: ['site.near: pueMilli', 'links.transit-0: latencyUs', 'links.transit-1: latencyUs'], measures: { carriers: 2, worstResponseMinutes: 30 } },
        { datacenter: { code: 'far' }, rank: 2, warnings: [{ code: 'TOO_FEW_CARRIERS' }, { code: 'POWER_SHORT' }], measures: { carriers: 1, worstResponseMinutes: 120 } },
      ],
    });
    // Eight GPUs are one machine of 10.2 kW, nine are two; PUE 1.2; no phase is declared.
    const [first] = found['ranking'] as readonly { readonly measures: { readonly years: readonly object[] } }[];
    expect(first?.measures.years).toEqual([{ year: 2027, facilityW: 12_240, availableW: 0, energyKWh: 107_222 }, { year: 2028, facilityW: 24_480, availableW: 0, energyKWh: 214_444 }]);
  });

  it('with a note in the reader\'s language', async () => {
    const [fr, en] = [await ask({}, 'fr'), await ask({}, 'en')];
    expect(fr['note']).toContain('# Note de décision : où placer « essai »');
    expect(en['note']).toContain('**near** comes first');
  });

  it('and the law shuts out both when they hold nothing', async () => {
    expect(await ask({ workload: { legalScope: { certifications: ['HDS'] } } })).toMatchObject({
      winner: null, ranking: [], sensitivity: [], excluded: [{ datacenter: { code: 'far' }, missing: [{ code: 'SITE_UNLAWFUL', message: 'The certification HDS is missing.' }] }, { datacenter: { code: 'near' } }],
    });
  });

  it('a provider\'s auditor may ask too: nothing is changed', async () => { expect(await ask({}, 'en', 'pascal')).toMatchObject({ winner: 'near' }); });
});

describe('what cannot be compared is a refusal', () => {
  it.each([
    { reason: 'no weight', over: () => ({ weights: { connectivity: 0, staff: 0, power: 0, law: 0, price: 0, carbon: 0 } }), code: 'NO_WEIGHT', path: ['weights'] },
    { reason: 'a datacenter that is none', over: () => ({ sites: [{ datacenterId: 'datacenter_x', ...PRICES }] }), code: 'NOT_FOUND', path: ['sites', '0', 'datacenterId'] },
    { reason: 'a datacenter twice', over: () => ({ sites: [{ datacenterId: near, ...PRICES }, { datacenterId: near, ...PRICES }] }), code: 'DUPLICATE', path: ['sites', '1'] },
    { reason: 'more sites than a question has', over: () => ({ sites: Array.from({ length: 21 }, () => ({ datacenterId: near, ...PRICES })) }), code: 'ABOVE_MAXIMUM', path: ['sites'] },
    { reason: 'a shape that is none', over: () => ({ workload: { shape: 'nothing' } }), code: 'NOT_FOUND', path: ['workload', 'shape'] },
    { reason: 'GPUs of no shape', over: () => ({ workload: { shape: null, years: YEARS.slice(0, 1) } }), code: 'REQUIRED', path: ['workload', 'shape'] },
    { reason: 'a grid of which nothing is declared or assumed', over: () => ({ sites: [{ datacenterId: near, ...PRICES, gridGramsPerKwh: null }] }), code: 'REQUIRED', path: ['sites', '0', 'gridGramsPerKwh'] },
    { reason: 'a shape that no database can hold', over: () => ({ workload: { shape: 'a\u0000' } }), code: 'BAD_FORMAT', path: ['workload', 'shape'] },
    { reason: 'neither GPUs nor watts', over: () => ({ workload: { years: [{ year: 2027, dataInTb: 1, dataOutTb: 1 }] } }), code: 'REQUIRED', path: ['workload', 'years', '0', 'itW'] },
    { reason: 'another currency than the links\'', over: () => ({ currency: 'CHF' }), code: 'MIXED_CURRENCIES', path: ['sites', '0'] },
  ])('$reason', async ({ over, code, path }) => {
    const refused = await ask(over());
    const [first] = (refused['faults'] as readonly Data[] | undefined) ?? [refused];
    expect([first?.['code'], first?.['path']]).toEqual([code, path]);
  });
});
