import type { OrganisationId } from '@cadastre/domain/core';
import type { Placement } from '@cadastre/domain/capacity';
import type { OrderPlan, PlanState } from '@cadastre/domain/plan';
import { CARBON_METHOD, CARBON_UNCERTAINTY_PCT } from '@cadastre/domain/plan';
import { demandOf, type Quota } from '@cadastre/domain/quota';
import * as decisions from '@cadastre/store/decision';
import type { Reader } from '@cadastre/store/pool';
import * as quotas from '@cadastre/store/quota';
import * as regions from '@cadastre/store/region';
import type { Stored } from '@cadastre/store/sql';
import { decisionsData } from '../shared/explain.ts';
import { CATALOGUES, render } from '../shared/messages/render.ts';
import { named, type Named } from '../shared/remedy.ts';
import { tenantOf, type Viewer } from '../shared/viewer.ts';

const CURRENCY = 'EUR';

/** Plans as the schema has them; as many statements for a hundred as for one. */
export const plansData = async (viewer: Viewer, q: Reader, list: readonly Stored<OrderPlan>[]): Promise<readonly { readonly id: string }[]> => {
  const placements = list.flatMap(p => p.instances.map(i => i.placement));
  const now = viewer.door.clock.now();
  const [names, regionsOf, found, nodes] = await Promise.all([
    named(q, { shapes: placements.map(p => p.shapeId), datacenters: placements.map(p => p.datacenterId) }), regions.byIds(q, list.map(p => p.regionId)),
    decisions.byIds(q, list.map(p => p.decisionId)), nodesOf(q, tenantOf(viewer).id),
  ]);
  const said = new Map((await decisionsData(viewer, q, [...found.values()])).map(d => [d.id, d]));
  return list.map(p => ({
    ...p, __typename: 'Plan', state: stateAt(p, now), region: regionsOf.get(p.regionId), decision: said.get(p.decisionId), pricePerHourMinor: p.pricePerHourMinor ?? null, currency: CURRENCY,
    gramsCo2ePerHour: p.gramsPerHour ?? null, carbonMethod: CARBON_METHOD, carbonUncertaintyPct: CARBON_UNCERTAINTY_PCT, quota: stateAt(p, now) === 'HELD' ? quotaData(p, names, nodes) : [],
    instances: p.instances.map(i => ({ id: i.id, ...placeData(i.placement, names) })), requiresApproval: false, diagnostics: diagnosticsOf(viewer, p, found.get(p.decisionId)),
  }));
};

const stateAt = (p: OrderPlan, now: string): PlanState => (p.state === 'HELD' && p.expiresAt <= now ? 'EXPIRED' : p.state);

const placeData = (p: Placement, names: Named): object => ({
  shape: names.shapes.get(p.shapeId)?.code ?? p.shapeId, datacenter: names.datacenters.get(p.datacenterId)?.code ?? p.datacenterId, datacenterId: p.datacenterId,
  gpus: p.gpus, milliGpu: p.milliGpu ?? null, cpuMilli: p.cpuMilli, ramMiB: p.ramMiB, watts: p.watts,
});

interface Node {
  readonly quota: Quota;
  readonly used: ReadonlyMap<string, number>;
}
/** The organisation's nodes of every region, which are few, with what lives under each. */
const nodesOf = async (q: Reader, tenantId: OrganisationId): Promise<readonly Node[]> => {
  const { items } = await quotas.page(q, { first: 1_000, tenantId });
  const used = await quotas.usedBy(q, items);
  return items.map(quota => ({ quota, used: used.get(quota.id) ?? new Map<string, number>() }));
};

/** By the project's node where it has one, else the organisation's: the one that the allocator charges. */
const quotaData = (p: OrderPlan, names: Named, nodes: readonly Node[]): readonly object[] => {
  const here = nodes.filter(n => n.quota.regionId === p.regionId);
  const node = here.find(n => n.quota.projectId === p.projectId) ?? here.find(n => n.quota.projectId === undefined);
  const asked = new Map<string, number>();
  for (const { placement: x } of p.instances) {
    const demand = demandOf({ shapeCode: names.shapes.get(x.shapeId)?.code ?? '', gpus: x.gpus, watts: x.watts, ...(x.milliGpu === undefined ? {} : { milliGpu: x.milliGpu }) });
    for (const { dimension, amount } of demand) asked.set(dimension, (asked.get(dimension) ?? 0) + amount);
  }
  return (node?.quota.limits ?? []).map(({ dimension, nominal }) => {
    const [used, more] = [node?.used.get(dimension) ?? 0, asked.get(dimension) ?? 0];
    return { quota: node?.quota.name, dimension, nominal, used, asked: more, after: used + more };
  });
};

const diagnosticsOf = ({ lang }: Viewer, p: OrderPlan, decision: decisions.Decision | undefined): readonly object[] => {
  const said = (code: 'PRICE_UNKNOWN' | 'CARBON_UNKNOWN' | 'WIDER_THAN_WISHED', params = {}): object => ({ code, message: render(lang, CATALOGUES[lang].diagnostics[code], params) });
  const level = decision?.verdict.outcome === 'PLACED' ? decision.verdict.topology : undefined;
  const wished = p.request.topology?.level;
  return p.state === 'REFUSED' ? [] : [
    ...(p.pricePerHourMinor === undefined ? [said('PRICE_UNKNOWN')] : []), ...(p.gramsPerHour === undefined ? [said('CARBON_UNKNOWN')] : []),
    ...(wished === undefined || level === undefined || level === wished ? [] : [said('WIDER_THAN_WISHED', { level, wished })]),
  ];
};
