import { describe, expect, it } from 'vitest';
import type { CarrierId, DatacenterId, LinkId } from '../core/index.ts';
import { countingIds, datacenter, inWords } from '../datacenter/site.fixture.ts';
import type { CreateLink, LinkEnds, UpdateLink } from './decide.ts';
import { decideCreateLink, decideUpdateLink } from './decide.ts';
import { resilienceOf } from './resilience.ts';

const [first, second] = ['carrier_1' as CarrierId, 'carrier_2' as CarrierId];
const far = 'datacenter_far' as DatacenterId;
const wanted: CreateLink = {
  datacenterId: datacenter.id, name: 'transit-1', toName: 'Lyon, point d’échange', carrierId: first, kind: 'TRANSIT', capacityMbps: 10_000, latencyUs: 2_500, monthlyPriceMinor: 180_000,
  currency: 'EUR', assumed: ['monthlyPriceMinor'],
};
const seen: LinkEnds = { datacenter, toDatacenter: { id: far }, carrier: { id: first }, regionCode: 'fr-valence', taken: false };
const create = ({ toName, ...over }: Partial<CreateLink> & { readonly toName?: string } = wanted, more: Partial<LinkEnds> = {}) => {
  const { toName: _, ...rest } = wanted;
  return decideCreateLink({ ...rest, ...over, ...(toName === undefined ? {} : { toName }) }, { ...seen, ...more }, { ids: countingIds() });
};
const link = { ...wanted, id: 'link_l' as LinkId, generation: 3 };
const update = (over: Partial<UpdateLink>) => decideUpdateLink({ id: link.id, generation: 3, ...over }, { link, regionCode: 'fr-valence' });

describe('a link is declared', () => {
  it.each([
    { reason: 'to the outside', result: create(), said: ['ok'] },
    { reason: 'to another datacenter', result: create({ toDatacenterId: far }), said: ['ok'] },
    { reason: 'to nowhere', result: create({}), said: ['REQUIRED toName'] },
    { reason: 'to two places', result: create({ toDatacenterId: far, toName: 'Lyon' }), said: ['LINK_TWO_ENDS toName'] },
    { reason: 'to where it begins', result: create({ toDatacenterId: datacenter.id }), said: ['LINK_TO_ITSELF toDatacenterId'] },
    { reason: 'to a datacenter that is not there', result: create({ toDatacenterId: far }, { toDatacenter: undefined }), said: ['NOT_FOUND toDatacenterId'] },
    { reason: 'over a carrier that is not there', result: create(wanted, { carrier: undefined }), said: ['NOT_FOUND carrierId'] },
    { reason: 'for less than nothing, in no currency', result: create({ ...wanted, monthlyPriceMinor: -1, currency: 'euro' }), said: ['BELOW_MINIMUM monthlyPriceMinor value=-1 limit=0', 'BAD_FORMAT currency value=euro expected=ISO 4217, [A-Z]{3}'] },
    { reason: 'under a name that is taken', result: create(wanted, { taken: true }), said: ['ALREADY_EXISTS name value=transit-1'] },
    { reason: 'in no datacenter', result: create(wanted, { datacenter: undefined }), said: ['NOT_FOUND datacenterId'] },
  ])('$reason', ({ result, said }) => { expect(inWords(result)).toEqual(said); });
});

describe('a link is changed', () => {
  it.each([
    { reason: 'lit no more', result: update({ capacityMbps: 0 }), said: ['ok'] },
    { reason: 'to a kind that is none', result: update({ kind: 'WAVES' as 'WAVE' }), said: ['UNKNOWN_VALUE kind value=WAVES near=WAVE'] },
    { reason: 'somebody was faster', result: update({ generation: 4 }), said: ['STALE_GENERATION generation asked=4 current=3'] },
  ])('$reason', ({ result, said }) => { expect(inWords(result)).toEqual(said); });
});

describe('how well a site is tied to the outside', () => {
  const to = (carrierId: CarrierId, capacityMbps: number, more: { readonly toDatacenterId?: DatacenterId } = {}) => ({ carrierId, capacityMbps, ...more });
  it.each([
    { reason: 'no link: cut off already', links: [], carriers: 0, capacity: 0, left: 0, warned: true },
    { reason: 'two links of one carrier fail together', links: [to(first, 10_000), to(first, 10_000)], carriers: 1, capacity: 20_000, left: 0, warned: true },
    { reason: 'two carriers: the bigger one may go', links: [to(first, 100_000), to(second, 10_000)], carriers: 2, capacity: 110_000, left: 10_000, warned: false },
    { reason: 'a link to another site is not a way out', links: [to(first, 10_000), to(second, 10_000, { toDatacenterId: far })], carriers: 1, capacity: 10_000, left: 0, warned: true },
    { reason: 'a link that is not lit is not a way out', links: [to(first, 10_000), to(second, 0)], carriers: 1, capacity: 10_000, left: 0, warned: true },
  ])('$reason', ({ links, carriers, capacity, left, warned }) => {
    const found = resilienceOf(links);
    expect([found.carrierIds.length, found.capacityMbps, found.capacityAfterLossMbps, found.warnings.map(w => [w.code, w.params['have']])])
      .toEqual([carriers, capacity, left, warned ? [['TOO_FEW_CARRIERS', carriers]] : []]);
  });
});
