import type { Change, Decided } from '../audit/decision.ts';
import { alreadyExists, amended, current, notFound, unless } from '../audit/decision.ts';
import type { AuditFact } from '../audit/model.ts';
import type { Place } from '../core/check.ts';
import * as check from '../core/check.ts';
import { at, fault, within, wouldBreak } from '../core/check.ts';
import type { Faults, Ids, InstanceId, Problem, RackId, Result, Watts } from '../core/index.ts';
import type { Patch } from '../core/patch.ts';
import { changed } from '../core/patch.ts';
import type { Hall } from '../hall/model.ts';
import { COOLING_KINDS } from '../hall/model.ts';
import type { PowerNode } from '../powernode/model.ts';
import type { Draw, FedRack } from '../powernode/tree.ts';
import { feedFaults, newOverloads, overloads, treeOf } from '../powernode/tree.ts';
import type { Rack } from './model.ts';
import { MAX_RACK_POWER_W, RACK_STATES } from './model.ts';
import type { Standing } from './standing.ts';
import { misfits } from './standing.ts';

export type CreateRack = Omit<Rack, 'id' | 'datacenterId' | 'regionId' | 'generation'>;
const NEEDED = ['row', 'position', 'units', 'maxPowerW', 'coolingKind', 'coolingCapacityW', 'state', 'assumed'] as const;
const CHANGEABLE = [...NEEDED, 'feedA', 'feedB'] as const;
type Changeable = (typeof CHANGEABLE)[number];
export interface UpdateRack extends Patch<Pick<Rack, Changeable>> {
  readonly id: RackId;
  readonly generation: number;
}
/** Fields whose value may be an assumption. */
export const RACK_FACTS = ['name', 'row', 'position', 'units', 'maxPowerW', 'coolingKind', 'coolingCapacityW', 'feedA', 'feedB', 'state'] as const;
/** Also CHECKs in the database. */
export const MAX_RACK_UNITS = 100;
const MAX_POSITION = 100_000;
/** Air that a rack may be given to carry off is bounded by the same sense of proportion as its power. */
const MAX_RACK_COOLING_W = 1_000_000;

/** The hall it is to stand in, and where that is. */
export interface RackPlace {
  readonly hall: Hall;
  readonly regionId: Rack['regionId'];
  readonly regionCode: string;
}

/** `taken`: the hall has a rack with this name. `nodes`: the power nodes of its datacenter. */
export const decideCreateRack = (
  input: CreateRack, seen: { readonly place: RackPlace | undefined; readonly taken: boolean; readonly nodes: readonly PowerNode[] }, by: { readonly ids: Ids },
): Decided<Rack> => {
  const { place } = seen;
  if (place === undefined) return notFound('hall', input.hallId, 'hallId');
  const found = [...rackFaults(at(), input, place.hall), ...rackFeeds(seen.nodes)(at(), input), ...(seen.taken ? [alreadyExists('rack', input.name, at('name'))] : [])];
  return unless(found, () => {
    const next = newRack(input, place, by.ids);
    return { next, events: [rackEvent(next, place.regionCode, 'created')], audit: [fact(next, place.regionCode, 'dcim.rack.create')] };
  });
};

export const newRack = (input: CreateRack, { hall, regionId }: RackPlace, ids: Ids): Rack => ({
  ...input, id: ids.next('rack'), datacenterId: hall.datacenterId, regionId, generation: 1,
});

/** The power of the datacenter that a rack stands in. */
export interface RackPower {
  readonly nodes: readonly PowerNode[];
  /** Of all its racks. */
  readonly draws: readonly Draw[];
  readonly feedLossTolerated: boolean;
}

/** What an update must not take away. */
export interface RackInUse {
  readonly rack: Rack;
  readonly hall: Hall;
  readonly regionCode: string;
  /** Its machines that are not retired. */
  readonly machines: readonly Standing[];
  /** Idle watts of its machines in the ledger plus watts of claims. */
  readonly usedW: Watts;
  /** Instances on its machines that are not released. */
  readonly instances: readonly InstanceId[];
  readonly power: RackPower;
}

export const decideUpdateRack = (input: UpdateRack, seen: RackInUse | undefined): Result<Change<Rack, Changeable>, Faults> => {
  const begun = current('rack', input, seen?.rack, NEEDED);
  if (seen === undefined || !begun.ok) return begun.ok ? notFound('rack', input.id, 'id') : begun;
  const amend = amended(begun.value, input, CHANGEABLE);
  const { next } = amend;
  const feeds = rackFeeds(seen.power.nodes)(at(), next);
  const moved = feeds.length > 0 ? feeds : overloaded(begun.value, next, seen.power);
  return unless([...rackFaults(at(), next, seen.hall), ...misfits(next, seen.machines), ...unpowered(next, seen), ...moved, ...leaving(next, seen)], () => ({
    ...amend,
    events: [rackEvent(next, seen.regionCode, 'updated')],
    audit: [{ ...fact(next, seen.regionCode, 'dcim.rack.update'), change: changed(begun.value, next, CHANGEABLE, ['coolingKind', 'state', 'assumed']) }],
  }));
};

/** What is wrong with a rack by itself and in its hall. `place` is where it stands in the input. */
export const rackFaults = (place: Place, r: CreateRack, hall: Hall): check.Found => [
  ...check.labelWord(within(place, 'name'), r.name),
  ...check.text(within(place, 'row'), r.row, 32),
  ...check.integer(within(place, 'position'), r.position, 0, MAX_POSITION),
  ...check.integer(within(place, 'units'), r.units, 1, MAX_RACK_UNITS),
  ...power(within(place, 'maxPowerW'), r.maxPowerW),
  ...cooling(within(place, 'coolingKind'), r, hall),
  ...check.integer(within(place, 'coolingCapacityW'), r.coolingCapacityW, 1, MAX_RACK_COOLING_W),
  ...(r.feedA === undefined ? [] : check.text(within(place, 'feedA'), r.feedA, 63)),
  ...(r.feedB === undefined ? [] : check.text(within(place, 'feedB'), r.feedB, 63)),
  ...check.oneOf(within(place, 'state'), r.state, RACK_STATES),
  ...check.fields(within(place, 'assumed'), r.assumed, RACK_FACTS),
];

const power = (place: Place, value: number): check.Found =>
  Number.isInteger(value) && value > MAX_RACK_POWER_W ? [fault('RACK_POWER_LIMIT', place, { value, limit: MAX_RACK_POWER_W })] : check.integer(place, value, 1, MAX_RACK_POWER_W);

/**
 * Capacity below the rack's power is not refused: the two limits are independent, the smaller one counts, and a rack is often declared with its full
 * busway before its cooling is finished. The audit event of the rack carries the watts that are short.
 */
const cooling = (place: Place, { coolingKind }: CreateRack, hall: Hall): check.Found => {
  const unknown = check.oneOf(place, coolingKind, COOLING_KINDS);
  if (unknown.length > 0 || hall.coolingKinds.includes(coolingKind)) return unknown;
  return [fault('COOLING_NOT_ACCEPTED', place, { value: coolingKind, known: hall.coolingKinds, hall: hall.name })];
};

/** Whatever draws power now goes on drawing it, and giving off heat: a lower limit would be true on paper only. */
const unpowered = (next: Rack, { rack, usedW, instances, machines }: RackInUse): readonly Problem[] => {
  const running = instances.length > 0 ? instances : machines.map(m => m.name);
  const cooler = next.coolingCapacityW < Math.min(usedW, rack.coolingCapacityW);
  return [
    ...(next.maxPowerW < usedW ? [wouldBreak(at('maxPowerW'), next.maxPowerW, running, { least: usedW })] : []),
    ...(cooler ? [wouldBreak(at('coolingCapacityW'), next.coolingCapacityW, running, { least: usedW })] : []),
  ];
};

/** Its feeds as the power tree has them, once there is one. */
export const rackFeeds = (nodes: readonly PowerNode[]): ((place: Place, rack: FedRack) => check.Found) => {
  const tree = treeOf(nodes);
  return (place, rack) => (nodes.length === 0 ? [] : feedFaults(tree, rack, place));
};

/** Another feed, or one feed less, puts what the rack draws onto nodes that may not be able to carry it. */
const overloaded = (before: Rack, next: Rack, { nodes, draws, feedLossTolerated }: RackPower): readonly Problem[] => {
  if (before.feedA === next.feedA && before.feedB === next.feedB) return [];
  const tree = treeOf(nodes);
  const fed = draws.map((d): Draw => (d.rackId === next.id ? { rackId: d.rackId, name: d.name, usedW: d.usedW, ...feedsOf(next) } : d));
  const field = before.feedA === next.feedA ? 'feedB' : 'feedA';
  return newOverloads(overloads(tree, draws, feedLossTolerated), overloads(tree, fed, feedLossTolerated))
    .map(o => wouldBreak(at(field), `${o.node.name}: ${String(o.loadW)} W > ${String(o.usableW)} W`, o.racks));
};
const feedsOf = ({ feedA, feedB }: Rack) => ({ ...(feedA === undefined ? {} : { feedA }), ...(feedB === undefined ? {} : { feedB }) });

/**
 * INSTALLED racks alone carry instances; PLANNED and INSTALLED ones alone carry machines. So instances hold a rack INSTALLED, and machines keep
 * it from becoming a candidate again or being retired under them.
 */
const leaving = (next: Rack, { instances, machines }: RackInUse): readonly Problem[] => {
  const place = at('state');
  if (next.state !== 'INSTALLED' && instances.length > 0) return [wouldBreak(place, next.state, instances)];
  if (machines.length === 0 || next.state === 'INSTALLED' || next.state === 'PLANNED') return [];
  return [wouldBreak(place, next.state, machines.map(m => m.name))];
};

export const rackEvent = (r: Rack, regionCode: string, verb: string) => ({ noun: 'rack', objectId: r.id, verb, regionCode });
const fact = (r: Rack, regionCode: string, type: AuditFact['type']): AuditFact => ({
  type, phase: 'completed', outcome: 'success',
  target: { kind: 'rack', id: r.id, parent: r.hallId, region: regionCode, datacenter: r.datacenterId },
  numbers: { maxPowerW: r.maxPowerW, coolingShortW: Math.max(0, r.maxPowerW - r.coolingCapacityW) },
});
