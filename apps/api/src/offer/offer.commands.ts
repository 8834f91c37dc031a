import type { Offer, OffersRequest } from '@cadastre/domain/capacity';
import { compare, problem } from '@cadastre/domain/core';
import type { Certification } from '@cadastre/domain/certification';
import type { Datacenter } from '@cadastre/domain/datacenter';
import { MAX_INSTANCES_PER_ORDER } from '@cadastre/domain/instance';
import { admitsFor, requirementsOf } from '@cadastre/domain/law';
import type { Region } from '@cadastre/domain/region';
import type { Shape } from '@cadastre/domain/shape';
import * as certifications from '@cadastre/store/certification';
import * as datacenters from '@cadastre/store/datacenter';
import * as offerStore from '@cadastre/store/offer';
import type { ServedPool } from '@cadastre/store/offer';
import * as regions from '@cadastre/store/region';
import * as shapes from '@cadastre/store/shape';
import type { QueryOffersArgs } from '../generated/tenant.ts';
import { badRequest } from '../shared/errors.ts';
import { remedyData, type RemedyData } from '../shared/remedy.ts';
import { reasonData, type ReasonData } from '../shared/verdict.ts';
import { tenantOf, type Viewer } from '../shared/viewer.ts';
import { askRegion, type RegionAnswer } from './answers.ts';

interface Ground {
  readonly region: Region;
  readonly datacenter: Datacenter;
  readonly shape: Shape;
  readonly pools: readonly ServedPool[];
}

/** Open to every role of the tenant: an offer is what an order of this class of organisation would find. Filters that name nothing give an empty list. */
export const offers = async (viewer: Viewer, args: QueryOffersArgs): Promise<readonly object[]> => {
  const wish = wishOf(viewer, args);
  const grounds = await groundsOf(viewer, args);
  const inRegion = new Map(grounds.map(g => [g.region.id, g.region]));
  const [answers, held] = await Promise.all([
    Promise.all([...inRegion.values()].map(async r => [r.id, await askRegion(viewer.door, r.code, wish)] as const)).then(list => new Map(list)),
    wish.legal === undefined ? [] : viewer.door.store.read(viewer.scope, q => Promise.all([...inRegion.keys()].map(id => certifications.ofRegion(q, id)))),
  ]);
  return grounds.flatMap(g => offerData(viewer, g, answers.get(g.region.id), closedBy(viewer, g, wish, held.flat())));
};

/** What the allocator is asked. An order that would be over already is nobody's. */
const wishOf = (viewer: Viewer, { legalScope, until }: QueryOffersArgs): OffersRequest => {
  const now = viewer.door.clock.now();
  if (until != null && until <= now) throw badRequest(viewer.lang, problem('IN_THE_PAST', { field: 'until', value: until, now }, { path: ['until'] }));
  const legal = legalScope == null ? undefined : { jurisdictions: legalScope.jurisdictions ?? [], certifications: legalScope.certifications ?? [], dataClass: legalScope.dataClass ?? 'ORDINARY' } as const;
  return { tenantClass: tenantOf(viewer).class, ...(legal === undefined ? {} : { legal }), ...(until == null ? {} : { until }) };
};

/** What the allocator takes where no end is named. */
const DAY_MS = 86_400_000;
/** The clause of the law asked for that the site does not meet: what an order would be refused with, by the same rules. */
const closedBy = (viewer: Viewer, { region, datacenter }: Ground, { tenantClass, legal, until }: OffersRequest, held: readonly Certification[]): ReasonData | undefined => {
  if (legal === undefined) return undefined;
  const now = viewer.door.clock.now();
  const site = {
    country: region.country, jurisdiction: region.jurisdiction, tenantClasses: datacenter.admittedTenantClasses,
    certifications: held.filter(c => c.datacenterId === datacenter.id || c.regionId === region.id),
  };
  const law = admitsFor(site, requirementsOf(legal, tenantClass, region.country), now, until ?? new Date(Date.parse(now) + DAY_MS).toISOString());
  return law.ok ? undefined : reasonData(viewer, { reason: law.error.reason, candidates: 0, params: { ...law.error.params, site: datacenter.name } });
};

/** Shapes by place, where this class is admitted, in the order of the schema. One snapshot, four statements. */
const groundsOf = async (viewer: Viewer, { shape, region }: QueryOffersArgs): Promise<readonly Ground[]> => {
  const [allRegions, allShapes, pools, sites] = await viewer.door.store.read(viewer.scope, async q => {
    const served = await offerStore.served(q);
    const [all, catalogue, places] = await Promise.all([regions.list(q), shapes.list(q), datacenters.byIds(q, served.map(p => p.datacenterId))]);
    return [all, catalogue, served, places] as const;
  });
  const byPlace = Map.groupBy(pools, p => `${p.shapeId} ${p.datacenterId}`);
  const grounds = [...byPlace.values()].flatMap((group): readonly Ground[] => {
    const datacenter = group[0] === undefined ? undefined : sites.get(group[0].datacenterId);
    const its = { shape: allShapes.find(s => s.id === group[0]?.shapeId), region: allRegions.find(r => r.id === datacenter?.regionId) };
    if (datacenter === undefined || its.shape === undefined || its.region === undefined) return [];
    return [{ datacenter, shape: its.shape, region: its.region, pools: group }];
  });
  return grounds
    .filter(g => (shape == null || g.shape.code === shape) && (region == null || g.region.code === region) && g.datacenter.admittedTenantClasses.includes(tenantOf(viewer).class))
    .sort((a, b) => compare(a.shape.code, b.shape.code) || compare(a.region.code, b.region.code) || compare(a.datacenter.code, b.datacenter.code));
};

const offerData = (viewer: Viewer, { region, datacenter, shape, pools }: Ground, answer: RegionAnswer | undefined, closed: ReasonData | undefined): readonly object[] => {
  const place = { region, datacenter, shape, simulated: pools.every(p => p.simulated), pricePerHourMinor: shape.pricePerHourMinor ?? null, currency: 'EUR', closedBy: closed ?? null };
  if (answer === undefined) return [{ ...place, available: null, free: null, total: null, next: null, freshness: 'UNKNOWN', at: null }];
  const said = answer.reply.offers.filter(o => o.datacenterId === datacenter.id && o.shapeId === shape.id);
  // Left out by the allocator: pools closed to this class, or without a machine yet. Neither can be ordered.
  if (said.length === 0) return [];
  const sum = (of: (o: Offer) => number): number => said.reduce((n, o) => n + of(o), 0);
  return [{
    ...place, available: Math.min(MAX_INSTANCES_PER_ORDER, sum(o => o.available)), free: sum(o => o.free), total: sum(o => o.total), next: nextData(viewer, said, answer.reply.at),
    freshness: answer.freshness, at: answer.reply.at,
  }];
};

/** The first date of any of the pools. */
const nextData = (viewer: Viewer, said: readonly Offer[], now: string): Pick<RemedyData, 'at' | 'because' | 'sentence'> | null => {
  const [first] = said.flatMap(o => (o.next === undefined ? [] : [o.next])).sort((a, b) => compare(a.at, b.at));
  return first === undefined ? null : remedyData(viewer, { change: 'LATER', ...first }, { shapes: new Map(), datacenters: new Map() }, now);
};
