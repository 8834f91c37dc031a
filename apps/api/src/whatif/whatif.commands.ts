import { no, ok, problem, type DatacenterId, type Faults, type IdKind, type Problem, type Result } from '@cadastre/domain/core';
import { phaseAt, type SiteCapacity } from '@cadastre/domain/forecast';
import { MAX_RACK_POWER_W } from '@cadastre/domain/rack';
import { feedCut, mixingQuestion, mixingTrade, racksQuestion, racksThatFit, type RackLimit, type RacksWanted } from '@cadastre/domain/whatif';
import * as datacenters from '@cadastre/store/datacenter';
import * as forecasts from '@cadastre/store/forecast';
import { viewDatacenters } from '@cadastre/store/place';
import type { Reader } from '@cadastre/store/pool';
import * as nodes from '@cadastre/store/powernode';
import * as shapes from '@cadastre/store/shape';
import * as whatif from '@cadastre/store/whatif';
import type { QueryMixingTradeArgs, QueryRacksThatFitArgs } from '../generated/provider.ts';
import { idOrNone } from '../shared/input.ts';
import { faultsData } from '../shared/problems.ts';
import type { Viewer } from '../shared/viewer.ts';

const DARK_SHOWN = 100;
const JOBS_SHOWN = 100;

const missing = (noun: IdKind, text: string, field: string): Problem => problem('NOT_FOUND', { noun, id: text.slice(0, 80) }, { path: [field] });
const answered = (viewer: Viewer, found: Result<object, Faults>): object => (found.ok ? found.value : faultsData(viewer.lang, found.error));
const viewed = async (q: Reader, id: DatacenterId): Promise<object | undefined> => (await viewDatacenters(q, [...(await datacenters.byIds(q, [id])).values()]))[0];

/** Open to every role of the provider. */
export const fittingRacks = async (viewer: Viewer, args: QueryRacksThatFitArgs): Promise<object> =>
  answered(viewer, await viewer.door.store.read(viewer.scope, async (q): Promise<Result<object, Faults>> => {
    const now = viewer.door.clock.now();
    const id = idOrNone('datacenter', args.datacenterId);
    const site = id === undefined ? undefined : await forecasts.siteCapacity(q, id, now);
    if (id === undefined || site === undefined) return no([missing('datacenter', args.datacenterId, 'datacenterId')]);
    const phase = phaseOf(site, args.phaseId, now);
    if (phase === undefined) return no([missing('phase', args.phaseId ?? '—', 'phaseId')]);
    const question = racksQuestion(wantedOf(args, site, phase.contractedW), await shapes.list(q));
    if (!question.ok) return question;
    const { contractedW, pueMilli, feedLossTolerated, perRack, shape } = question.value;
    const answer = racksThatFit(site, question.value, now);
    return ok({
      __typename: 'RacksThatFit', ...answer, limits: answer.limits.map(limitData), datacenter: await viewed(q, id), shape: shape.code, machinesPerRack: perRack, contractedW, pueMilli, feedLossTolerated,
    });
  }));

const phaseOf = (site: SiteCapacity, phaseId: string | null | undefined, now: string) =>
  (phaseId == null ? phaseAt(site.phases, now, 'NEGOTIATING') : site.phases.find(p => p.id === phaseId));
const wantedOf = (a: QueryRacksThatFitArgs, site: SiteCapacity, contractedW: number): RacksWanted => ({
  shape: a.shape, machinesPerRack: a.machinesPerRack ?? 1, rackW: a.rackW ?? MAX_RACK_POWER_W, rackUnits: a.rackUnits ?? 48, contractedW, pueMilli: a.pueMilli ?? site.pueMilli,
  feedLossTolerated: a.feedLossTolerated ?? site.feedLossTolerated,
});
const limitData = (l: RackLimit): object => ({ ...l, name: l.name ?? null });

/** Open to every role of the provider. */
export const cutOf = async (viewer: Viewer, text: string): Promise<object> =>
  answered(viewer, await viewer.door.store.read(viewer.scope, async (q): Promise<Result<object, Faults>> => {
    const id = idOrNone('powernode', text);
    const node = id === undefined ? undefined : await nodes.get(q, id);
    if (node === undefined) return no([missing('powernode', text, 'powerNodeId')]);
    const [tree, groups] = await Promise.all([nodes.ofDatacenter(q, node.datacenterId), whatif.fedGroups(q, node.datacenterId)]);
    const cut = feedCut(tree, groups, node.id);
    if (cut === undefined) return no([missing('powernode', text, 'powerNodeId')]);
    const dark = await whatif.racksOn(q, node.datacenterId, cut.darkFeeds, DARK_SHOWN);
    return ok({
      __typename: 'FeedCut', ...cut, ...cut.node, datacenter: await viewed(q, node.datacenterId), darkRacks: dark.map(r => ({ ...r, id: r.rackId })), overloaded: cut.overloaded.map(o => ({ ...o, id: o.nodeId })),
    });
  }));

/** Open to every role of the provider. */
export const tradeOf = async (viewer: Viewer, { datacenterId, ...args }: QueryMixingTradeArgs): Promise<object> =>
  answered(viewer, await viewer.door.store.read(viewer.scope, async (q): Promise<Result<object, Faults>> => {
    const id = idOrNone('datacenter', datacenterId);
    const datacenter = id === undefined ? undefined : await viewed(q, id);
    if (id === undefined || datacenter === undefined) return no([missing('datacenter', datacenterId, 'datacenterId')]);
    const question = mixingQuestion({
      inferenceFloorPct: args.inferenceFloorPct, noticeSeconds: args.noticeSeconds ?? 120, checkpointSeconds: args.checkpointSeconds ?? 60, checkpointEverySeconds: args.checkpointEverySeconds ?? 3_600,
      slotMilliGpu: args.slotMilliGpu ?? 1_000,
    });
    if (!question.ok) return question;
    const site = await whatif.sharedSite(q, id);
    const { yielding, lostGpuSeconds, ...trade } = mixingTrade(question.value, site, viewer.door.clock.now());
    return ok({
      __typename: 'MixingTrade', ...trade, datacenter, gpus: site.gpus, freeGpus: site.freeGpus, inferenceGpus: site.inferenceGpus, lostGpuMinutes: Math.ceil(lostGpuSeconds / 60),
      jobs: yielding.length, yielding: yielding.slice(0, JOBS_SHOWN),
    });
  }));
