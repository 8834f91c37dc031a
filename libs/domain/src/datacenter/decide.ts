import type { Change, Decided } from '../audit/decision.ts';
import { alreadyExists, amended, current, notFound, unless } from '../audit/decision.ts';
import type { AuditFact } from '../audit/model.ts';
import * as check from '../core/check.ts';
import { at, fault, wouldBreak } from '../core/check.ts';
import type { DatacenterId, Faults, Ids, Instant, Problem, Result } from '../core/index.ts';
import type { Patch } from '../core/patch.ts';
import { changed } from '../core/patch.ts';
import type { TenantClass } from '../organisation/model.ts';
import { TENANT_CLASSES } from '../organisation/model.ts';
import type { PowerNode } from '../powernode/model.ts';
import type { Draw } from '../powernode/tree.ts';
import { newOverloads, overloads, treeOf } from '../powernode/tree.ts';
import type { SiteDraw } from '../powerphase/calendar.ts';
import { shortfall } from '../powerphase/calendar.ts';
import type { PowerPhase } from '../powerphase/model.ts';
import type { Region } from '../region/model.ts';
import type { Datacenter } from './model.ts';
import { DATACENTER_STATUSES } from './model.ts';

export type CreateDatacenter = Omit<Datacenter, 'id' | 'generation'>;
const NEEDED = ['name', 'buildingOwner', 'admittedTenantClasses', 'pueMilli', 'feedLossTolerated', 'logLocation', 'adminLocation', 'status', 'assumed'] as const;
const OPTIONAL = ['leaseFrom', 'leaseTo', 'gridGramsPerKwh'] as const;
const CHANGEABLE = [...NEEDED, ...OPTIONAL] as const;
type Changeable = (typeof CHANGEABLE)[number];
export interface UpdateDatacenter extends Patch<Pick<Datacenter, Changeable>> {
  readonly id: DatacenterId;
  readonly generation: number;
}
/** Fields whose value may be an assumption. */
export const DATACENTER_FACTS = [
  'name', 'commune', 'latitudeE6', 'longitudeE6', 'buildingOwner', 'leaseFrom', 'leaseTo', 'admittedTenantClasses', 'pueMilli', 'feedLossTolerated', 'gridGramsPerKwh', 'logLocation', 'adminLocation', 'status',
] as const;

const MIN_PUE_MILLI = 1_000;
/** No building ever ran at 10: beyond it the unit was mistaken. */
const MAX_PUE_MILLI = 10_000;
/** Twice what a grid of lignite alone emits: beyond it the unit was mistaken. Also a CHECK in the database. */
const MAX_GRID_GRAMS = 3_000;

/** `taken`: the region has a datacenter with this code. */
export const decideCreateDatacenter = (
  input: CreateDatacenter, seen: { readonly region: Region | undefined; readonly taken: boolean }, by: { readonly ids: Ids },
): Decided<Datacenter> => {
  const { region } = seen;
  if (region === undefined) return notFound('region', input.regionId, 'regionId');
  const found = [
    ...check.code(at('code'), input.code),
    ...check.text(at('commune'), input.commune, 120),
    ...coordinates(input),
    ...facts(input),
    ...(seen.taken ? [alreadyExists('datacenter', input.code, at('code'))] : []),
  ];
  return unless(found, () => {
    const next: Datacenter = { ...input, id: by.ids.next('datacenter'), generation: 1 };
    return { next, events: [event(next, region, 'created')], audit: [fact(next, region, 'dcim.datacenter.create')] };
  });
};

/** What draws power in the datacenter, and from what. */
export interface PowerInside {
  readonly nodes: readonly PowerNode[];
  readonly draws: readonly Draw[];
  readonly phases: readonly PowerPhase[];
  readonly draw: SiteDraw;
  readonly now: Instant;
}

/** Who has instances in the datacenter that are not released. */
export interface TenantsInside {
  readonly class: TenantClass;
  readonly instances: number;
}

export const decideUpdateDatacenter = (
  input: UpdateDatacenter, seen: { readonly datacenter: Datacenter; readonly region: Region; readonly inside: readonly TenantsInside[]; readonly power: PowerInside } | undefined,
): Result<Change<Datacenter, Changeable>, Faults> => {
  const found = current('datacenter', input, seen?.datacenter, NEEDED);
  if (seen === undefined || !found.ok) return found.ok ? notFound('datacenter', input.id, 'id') : found;
  const amend = amended(found.value, input, CHANGEABLE);
  const { next } = amend;
  return unless([...facts(next), ...shutOut(next, seen.inside), ...closedOverHeads(next, seen.inside), ...unpowered(found.value, next, seen.power)], () => ({
    ...amend,
    events: [event(next, seen.region, 'updated')],
    audit: [{
      ...fact(next, seen.region, 'dcim.datacenter.update'),
      change: changed(found.value, next, CHANGEABLE, ['admittedTenantClasses', 'feedLossTolerated', 'status', 'leaseFrom', 'leaseTo', 'assumed']),
    }],
  }));
};

const facts = (d: CreateDatacenter): check.Found => [
  ...check.text(at('name'), d.name, 120),
  ...check.text(at('buildingOwner'), d.buildingOwner, 200),
  ...check.text(at('logLocation'), d.logLocation, 120),
  ...check.text(at('adminLocation'), d.adminLocation, 120),
  ...check.words(at('admittedTenantClasses'), d.admittedTenantClasses, TENANT_CLASSES, 1),
  ...check.integer(at('pueMilli'), d.pueMilli, MIN_PUE_MILLI, MAX_PUE_MILLI),
  ...(d.gridGramsPerKwh === undefined ? [] : check.integer(at('gridGramsPerKwh'), d.gridGramsPerKwh, 0, MAX_GRID_GRAMS)),
  ...check.oneOf(at('status'), d.status, DATACENTER_STATUSES),
  ...check.fields(at('assumed'), d.assumed, DATACENTER_FACTS),
  ...lease(d),
];

const lease = ({ leaseFrom, leaseTo }: CreateDatacenter): check.Found =>
  leaseFrom !== undefined && leaseTo !== undefined && leaseTo <= leaseFrom ? [fault('INTERVAL_REVERSED', at('leaseTo'), { from: leaseFrom, to: leaseTo })] : [];

/** Both or neither: half a position is a mistake that a map would hide. */
const coordinates = ({ latitudeE6, longitudeE6 }: CreateDatacenter): check.Found => {
  if (latitudeE6 === undefined && longitudeE6 === undefined) return [];
  if (latitudeE6 === undefined) return [fault('REQUIRED', at('latitudeE6'))];
  if (longitudeE6 === undefined) return [fault('REQUIRED', at('longitudeE6'))];
  return [...check.integer(at('latitudeE6'), latitudeE6, -90_000_000, 90_000_000), ...check.integer(at('longitudeE6'), longitudeE6, -180_000_000, 180_000_000)];
};

const broken = (field: string, value: string, inside: readonly TenantsInside[]): Problem =>
  wouldBreak(at(field), value, inside.map(t => `${t.class}: ${String(t.instances)}`), { count: inside.reduce((n, t) => n + t.instances, 0) });

/** Classes with running instances stay admitted: an admission is a promise of law, and the instances would be there without one. */
const shutOut = (next: Datacenter, inside: readonly TenantsInside[]): readonly Problem[] => {
  const out = inside.filter(t => t.instances > 0 && !next.admittedTenantClasses.includes(t.class));
  return out.length === 0 ? [] : [broken('admittedTenantClasses', out.map(t => t.class).join(', '), out)];
};

/** CLOSING is the way out while instances run; a site that runs them is neither planned nor being built. */
const closedOverHeads = (next: Datacenter, inside: readonly TenantsInside[]): readonly Problem[] => {
  const running = inside.filter(t => t.instances > 0);
  const open = next.status === 'OPEN' || next.status === 'CLOSING';
  return open || running.length === 0 ? [] : [broken('status', next.status, running)];
};

/** A worse PUE leaves less of the contract to machines, and N-1 leaves less of each side: what draws power now must fit either way. */
const unpowered = (before: Datacenter, next: Datacenter, { nodes, draws, phases, draw, now }: PowerInside): readonly Problem[] => {
  const short = shortfall({ phases, pueMilli: before.pueMilli }, { phases, pueMilli: next.pueMilli }, draw, now);
  const tree = treeOf(nodes);
  const over = newOverloads(overloads(tree, draws, before.feedLossTolerated), overloads(tree, draws, next.feedLossTolerated));
  return [
    ...(short === undefined ? [] : [wouldBreak(at('pueMilli'), next.pueMilli, short.running)]),
    ...(over.length === 0 ? [] : [wouldBreak(at('feedLossTolerated'), String(next.feedLossTolerated), [...new Set(over.flatMap(o => o.racks))])]),
  ];
};

const event = (d: Datacenter, region: Region, verb: string) => ({ noun: 'datacenter', objectId: d.id, verb, regionCode: region.code });
const fact = (d: Datacenter, region: Region, type: AuditFact['type']): AuditFact => ({
  type, phase: 'completed', outcome: 'success', target: { kind: 'datacenter', id: d.id, parent: d.regionId, region: region.code, datacenter: d.id },
});
