import type { Counterfactual, DecidedRequest, GroupVerdict, Placement, Refusal, ReservationDecided, Verdict } from '@cadastre/domain/capacity';
import type { DatacenterId, Instant, ShapeId } from '@cadastre/domain/core';
import type { Decision } from '@cadastre/store/decision';
import * as organisations from '@cadastre/store/organisation';
import type { Reader } from '@cadastre/store/pool';
import * as regions from '@cadastre/store/region';
import type { Stored } from '@cadastre/store/sql';
import { CATALOGUES } from './messages/render.ts';
import { named, namedIn, remedyData, type Named } from './remedy.ts';
import { reasonData } from './verdict.ts';
import type { DoorName, Viewer } from './viewer.ts';

type Reading = Pick<Viewer, 'lang'> & { readonly door: { readonly name: DoorName } };
type Explained = Pick<Decision, 'ledgerIndex' | 'engineVersion' | 'policyVersion' | 'request' | 'verdict'>;

/** Decisions as `PlacementDecision` of the schema, in the order given; what they name is read in four statements however many there are. */
export const decisionsData = async (viewer: Viewer, q: Reader, list: readonly Stored<Decision>[]): Promise<readonly { readonly id: string }[]> => {
  const [names, regionsOf, owners] = await Promise.all([
    named(q, namesOf(list)), regions.byIds(q, list.map(d => d.regionId)), organisations.byIds(q, viewer.door.name === 'provider' ? list.map(d => d.tenantId) : []),
  ]);
  return list.map(d => ({ __typename: 'PlacementDecision', id: d.id, createdAt: d.createdAt, region: regionsOf.get(d.regionId), organisation: owners.get(d.tenantId), ...explained(viewer, d, names) }));
};

const namesOf = (list: readonly Explained[]): { readonly shapes: readonly ShapeId[]; readonly datacenters: readonly DatacenterId[] } => {
  const remedies = namedIn(list.flatMap(d => remediesOf(d.verdict)));
  const places = list.flatMap(d => [...d.verdict.groups, ...placementsOf(d.verdict)]);
  return {
    shapes: [...remedies.shapes, ...places.map(p => p.shapeId), ...list.flatMap(d => orShapesOf(d.request))],
    datacenters: [...remedies.datacenters, ...places.flatMap(p => p.datacenterId ?? [])],
  };
};
const remediesOf = (v: Verdict): readonly Counterfactual[] => (v.outcome === 'REFUSED' ? v.counterfactuals : []);
const placementsOf = (v: Verdict): readonly Placement[] => (v.outcome === 'PLACED' ? v.placements : []);

/** What a decision says to the audience of a door. The tenant's is a function of his own order and of what is free: see TENANT_READS of verdict.ts. */
const explained = (viewer: Reading, { ledgerIndex, engineVersion, policyVersion, request, verdict: v }: Explained, names: Named): object => {
  const refused = v.outcome === 'REFUSED' ? v : undefined;
  const reasons = (refused?.reasons ?? []).map(r => reasonData(viewer, r));
  const asked = requestData(request, names);
  return {
    outcome: v.outcome, ...(viewer.door.name === 'provider' ? { ledgerIndex } : {}), engineVersion, policyVersion, subject: isReservation(request) ? 'RESERVATION' : 'ORDER', request: asked,
    headline: reasons[0]?.message ?? CATALOGUES[viewer.lang].verdicts.placed, reasons, wouldFit: refused?.wouldFit ?? null, groups: groupsData(viewer, v.groups, names),
    placements: placementsOf(v).map(p => placementData(viewer, p, names)), topology: v.outcome === 'PLACED' ? v.topology : null,
    counterfactuals: remediesOf(v).map(c => remedyData(viewer, c, names, asked.at)), forEver: refused?.forEver ?? false,
  };
};

const isReservation = (r: DecidedRequest): r is ReservationDecided => 'machines' in r;
const orShapesOf = (r: DecidedRequest): readonly ShapeId[] => (isReservation(r) ? [] : (r.orShapeIds ?? []));

const requestData = (r: DecidedRequest, names: Named): { readonly at: Instant } & Readonly<Record<string, unknown>> => {
  const own = isReservation(r)
    ? { count: r.machines, at: r.from, leaseEnd: r.to, interruptible: false, reservationId: r.reservationId }
    : { ...r, interruptible: r.interruptible ?? false };
  return { ...own, orShapes: orShapesOf(r).map(id => names.shapes.get(id)?.code ?? id), projectId: r.projectId, shape: r.shapeCode, legalScope: r.legal, datacenterId: r.datacenterId };
};

const placementData = (viewer: Reading, p: Placement, names: Named): object => {
  const place = { datacenterId: p.datacenterId, datacenter: names.datacenters.get(p.datacenterId)?.code ?? p.datacenterId, shape: names.shapes.get(p.shapeId)?.code ?? p.shapeId };
  const size = { gpus: p.gpus, milliGpu: p.milliGpu ?? null, cpuMilli: p.cpuMilli, ramMiB: p.ramMiB, watts: p.watts };
  if (viewer.door.name === 'tenant') return { ...place, ...size };
  return { ...place, ...size, machineId: p.machineId, rackId: p.rackId, poolId: p.poolId, score: [{ name: 'fragmentation', value: p.score.fragmentation }, { name: 'rackRoom', value: p.score.rackRoom }] };
};

const groupsData = (viewer: Reading, groups: readonly GroupVerdict[], names: Named): readonly object[] =>
  (viewer.door.name === 'tenant' ? bySite(groups) : groups).map(g => ({
    datacenterId: g.datacenterId, datacenter: g.datacenterId === null ? null : (names.datacenters.get(g.datacenterId)?.code ?? g.datacenterId), shape: names.shapes.get(g.shapeId)?.code ?? g.shapeId,
    machines: g.machines, free: g.free, reasons: g.reasons.map(r => reasonData(viewer, r)), ...(viewer.door.name === 'provider' ? { poolId: g.poolId } : {}),
  }));

/** Which pools a site is cut into is the operator's business. */
const bySite = (groups: readonly GroupVerdict[]): readonly GroupVerdict[] =>
  [...Map.groupBy(groups, g => `${g.datacenterId ?? ''} ${g.shapeId}`).entries()].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, [first, ...more]]) => (first === undefined ? [] : [more.reduce(joined, { ...first, poolId: null })]));

const joined = (a: GroupVerdict, b: GroupVerdict): GroupVerdict => ({ ...a, machines: a.machines + b.machines, free: a.free + b.free, reasons: [...Map.groupBy([...a.reasons, ...b.reasons], r => r.reason).values()].flatMap(summed) });

/** Counts of machines add up; what else a check says is the same for all pools of a site, or the first one's. */
const COUNTS: readonly string[] = ['machines', 'pausedPools', 'machinesInPausedPools', 'heldMachines', 'failedMachines'];
const summed = ([first, ...more]: readonly Refusal[]): readonly Refusal[] =>
  first === undefined ? [] : [more.reduce((a, b) => ({
    ...a, candidates: a.candidates + b.candidates, params: Object.fromEntries(Object.entries(a.params).map(([k, v]) => [k, COUNTS.includes(k) && typeof v === 'number' ? v + Number(b.params[k] ?? 0) : v])),
  }), first)];
