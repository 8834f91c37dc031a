import { no, ok, problem, type Faults, type Result } from '@cadastre/domain/core';
import { capacityForecast, wantedShapes, type ForecastInterval, type ShapeFit } from '@cadastre/domain/forecast';
import { MAX_RACK_POWER_W } from '@cadastre/domain/rack';
import * as datacenters from '@cadastre/store/datacenter';
import * as forecasts from '@cadastre/store/forecast';
import { viewDatacenters } from '@cadastre/store/place';
import * as shapes from '@cadastre/store/shape';
import type { QueryCapacityForecastArgs } from '../generated/provider.ts';
import { idOrNone } from '../shared/input.ts';
import { faultsData } from '../shared/problems.ts';
import type { Viewer } from '../shared/viewer.ts';

/** Open to every role of the provider: nothing in it is of a tenant but sums of watts. One snapshot, sums only. */
export const forecast = async (viewer: Viewer, args: QueryCapacityForecastArgs): Promise<object> => {
  const answer = await viewer.door.store.read(viewer.scope, async (q): Promise<Result<object, Faults>> => {
    const id = idOrNone('datacenter', args.datacenterId);
    const site = id === undefined ? undefined : await forecasts.siteCapacity(q, id, viewer.door.clock.now());
    if (id === undefined || site === undefined) return no([problem('NOT_FOUND', { noun: 'datacenter', id: args.datacenterId.slice(0, 80) }, { path: ['datacenterId'] })]);
    const wanted = wantedShapes(await shapes.list(q), args.shapes ?? undefined);
    if (!wanted.ok) return wanted;
    const found = capacityForecast(site, { from: args.from, to: args.to, atLeast: args.atLeast ?? 'NEGOTIATING', rackW: args.rackW ?? MAX_RACK_POWER_W, shapes: wanted.value });
    if (!found.ok) return found;
    const [datacenter] = await viewDatacenters(q, [...(await datacenters.byIds(q, [id])).values()]);
    return ok({ __typename: 'CapacityForecast', datacenter, treeDeclared: site.nodes.length > 0, intervals: found.value.map(intervalData) });
  });
  return answer.ok ? answer.value : faultsData(viewer.lang, answer.error);
};

const intervalData = ({ phase, limiting, fits, ...rest }: ForecastInterval): object => ({
  ...rest, phaseName: phase?.name ?? null, phaseState: phase?.state ?? null, limiting: limiting.resource, limitingFreeW: limiting.freeW, limitingName: limiting.name ?? null, fits: fits.map(fitData),
});
const fitData = ({ code, machines, gpus, bounds }: ShapeFit): object => ({ shape: code, machines, gpus, bounds: bounds.map(b => ({ ...b, name: b.name ?? null })) });
