import type { Datacenter } from '@cadastre/domain/datacenter';
import { MAX_INSTANCES_PER_ORDER } from '@cadastre/domain/instance';
import type { Region } from '@cadastre/domain/region';
import type { Shape } from '@cadastre/domain/shape';
import * as datacenters from '@cadastre/store/datacenter';
import * as offerStore from '@cadastre/store/offer';
import type { ServedPool } from '@cadastre/store/offer';
import * as regions from '@cadastre/store/region';
import * as shapes from '@cadastre/store/shape';
import { tenantOf, type Viewer } from '../shared/viewer.ts';
import { askRegion, type RegionAnswer } from './answers.ts';

export interface OfferArguments {
  readonly shape?: string | null;
  readonly region?: string | null;
}

interface Ground {
  readonly region: Region;
  readonly datacenter: Datacenter;
  readonly shape: Shape;
  readonly pools: readonly ServedPool[];
}

/** Open to every role of the tenant: an offer is what an order of this class of organisation would find. Filters that name nothing give an empty list. */
export const offers = async (viewer: Viewer, args: OfferArguments): Promise<readonly object[]> => {
  const grounds = await groundsOf(viewer, args);
  const codes = [...new Set(grounds.map(g => g.region.code))];
  const answers = new Map(await Promise.all(codes.map(async code => [code, await askRegion(viewer.door, code, tenantOf(viewer).class)] as const)));
  return grounds.flatMap(g => offerData(g, answers.get(g.region.code)));
};

/** Shapes by place, where this class is admitted, in the order of the schema. One snapshot, four statements. */
const groundsOf = async (viewer: Viewer, { shape, region }: OfferArguments): Promise<readonly Ground[]> => {
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

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const offerData = ({ region, datacenter, shape, pools }: Ground, answer: RegionAnswer | undefined): readonly object[] => {
  const place = { region, datacenter, shape, simulated: pools.every(p => p.simulated) };
  if (answer === undefined) return [{ ...place, available: null, free: null, total: null, freshness: 'UNKNOWN', at: null }];
  const said = answer.reply.offers.filter(o => o.datacenterId === datacenter.id && o.shapeId === shape.id);
  // Left out by the allocator: pools closed to this class, or without a machine yet. Neither can be ordered.
  if (said.length === 0) return [];
  const sum = (of: (o: (typeof said)[number]) => number): number => said.reduce((n, o) => n + of(o), 0);
  return [{
    ...place, available: Math.min(MAX_INSTANCES_PER_ORDER, sum(o => o.available)), free: sum(o => o.free), total: sum(o => o.total), freshness: answer.freshness, at: answer.reply.at,
  }];
};
