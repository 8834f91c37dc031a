import type { Change, Decided } from '../audit/decision.ts';
import { alreadyExists, amended, current, notFound, unless } from '../audit/decision.ts';
import type { AuditFact } from '../audit/model.ts';
import type { Place } from '../core/check.ts';
import * as check from '../core/check.ts';
import { at, fault, within, wouldBreak } from '../core/check.ts';
import type { DatacenterId, Faults, Ids, InstanceId, MachineId, Problem, RackId, RegionId, Result, ShapeId } from '../core/index.ts';
import { problem } from '../core/index.ts';
import type { Patch } from '../core/patch.ts';
import { changed } from '../core/patch.ts';
import type { Rack } from '../rack/model.ts';
import type { Standing } from '../rack/standing.ts';
import { outOfTop, overlap, tooHungry, tooMany, tooTall } from '../rack/standing.ts';
import type { Shape } from '../shape/model.ts';
import type { Machine, MachineState } from './model.ts';

export interface CreateMachine {
  readonly rackId: RackId;
  readonly shapeId: ShapeId;
  readonly name: string;
  readonly serial: string;
  readonly positionU?: number;
  readonly nvlinkDomain?: string;
  readonly simulated: boolean;
}
const NEEDED = ['serial', 'state'] as const;
const CHANGEABLE = [...NEEDED, 'positionU', 'nvlinkDomain'] as const;
type Changeable = (typeof CHANGEABLE)[number];
export interface UpdateMachine extends Patch<Pick<Machine, Changeable>> {
  readonly id: MachineId;
  readonly generation: number;
}
export const MAX_MACHINES_PER_CALL = 5_000;

/** A rack as a new machine finds it. */
export interface RackFrame {
  readonly rack: Rack;
  readonly regionCode: string;
  /** Its machines that are not retired. */
  readonly machines: readonly Standing[];
}
export interface MachinesSeen {
  readonly racks: ReadonlyMap<RackId, RackFrame>;
  readonly shapes: ReadonlyMap<ShapeId, Shape>;
  /** Names of the input that a machine of the same datacenter has. */
  readonly takenNames: readonly { readonly datacenterId: DatacenterId; readonly name: string }[];
  readonly takenSerials: readonly string[];
}

export const decideCreateMachine = (input: CreateMachine, seen: MachinesSeen, by: { readonly ids: Ids }): Decided<Machine> => {
  const rows = [{ input, place: at() }];
  return unless(rowFaults(rows, seen), () => {
    const [next] = newMachines(rows, seen, by.ids) as [Machine];
    const regionCode = seen.racks.get(next.rackId)?.regionCode ?? '_';
    return { next, events: [event(next, regionCode, 'created')], audit: [fact(next, regionCode, 'dcim.machine.create')] };
  });
};

/** All of them or none. One audit event a datacenter with the count, one wake-up a machine. */
export const decideCreateMachines = (inputs: readonly CreateMachine[], seen: MachinesSeen, by: { readonly ids: Ids }): Decided<readonly Machine[]> => {
  const whole = at('machines');
  if (inputs.length === 0) return unless([fault('REQUIRED', whole)], () => ({ next: [], events: [], audit: [] }));
  if (inputs.length > MAX_MACHINES_PER_CALL) {
    return unless([fault('TOO_MANY_ROWS', whole, { value: inputs.length, limit: MAX_MACHINES_PER_CALL })], () => ({ next: [], events: [], audit: [] }));
  }
  const rows = inputs.map((input, n) => ({ input, place: at('machines', n) }));
  return unless(rowFaults(rows, seen), () => {
    const next = newMachines(rows, seen, by.ids);
    const codes = new Map([...seen.racks.values()].map(f => [f.rack.regionId, f.regionCode]));
    const code = (regionId: RegionId): string => codes.get(regionId) ?? '_';
    return { next, events: next.map(m => event(m, code(m.regionId), 'created')), audit: countFacts(next, code) };
  });
};

const domain = (place: Place, { nvlinkDomain }: Pick<Machine, 'nvlinkDomain'>): check.Found => (nvlinkDomain === undefined ? [] : check.labelWord(within(place, 'nvlinkDomain'), nvlinkDomain));

interface Row {
  readonly input: CreateMachine;
  readonly place: Place;
}

const newMachines = (rows: readonly Row[], seen: MachinesSeen, ids: Ids): readonly Machine[] =>
  rows.flatMap(({ input }) => {
    const rack = seen.racks.get(input.rackId)?.rack;
    const shape = seen.shapes.get(input.shapeId);
    if (rack === undefined || shape === undefined) return [];
    return [{ ...input, id: ids.next('machine'), datacenterId: rack.datacenterId, regionId: rack.regionId, units: shape.units, state: 'REGISTERED' as const, conditions: [], generation: 1 }];
  });

const rowFaults = (rows: readonly Row[], seen: MachinesSeen): readonly Problem[] => [
  ...rows.flatMap(({ input: m, place }) => [
    ...check.dnsLabel(within(place, 'name'), m.name),
    ...check.text(within(place, 'serial'), m.serial, 120),
    ...(m.positionU === undefined ? [] : check.integer(within(place, 'positionU'), m.positionU, 1, 100)),
    ...domain(place, m),
    ...references(place, m, seen),
  ]),
  ...twice(rows, 'name', r => `${seen.racks.get(r.input.rackId)?.rack.datacenterId ?? ''} ${r.input.name}`),
  ...twice(rows, 'serial', r => r.input.serial),
  ...taken(rows, seen),
  ...[...Map.groupBy(rows, r => r.input.rackId)].flatMap(([rackId, inRack]) => rackRoom(seen.racks.get(rackId), inRack, seen)),
];

const references = (place: Place, m: CreateMachine, seen: MachinesSeen): readonly Problem[] => {
  const rack = seen.racks.get(m.rackId)?.rack;
  const shape = seen.shapes.get(m.shapeId);
  return [
    ...(rack === undefined ? [problem('NOT_FOUND', { noun: 'rack', id: check.shown(m.rackId) }, within(place, 'rackId'))] : standsIn(place, rack)),
    ...(shape === undefined ? [problem('NOT_FOUND', { noun: 'shape', id: check.shown(m.shapeId) }, within(place, 'shapeId'))] : []),
    ...(rack !== undefined && shape !== undefined && !shape.coolingKinds.includes(rack.coolingKind)
      ? [fault('COOLING_NOT_ACCEPTED', within(place, 'shapeId'), { value: rack.coolingKind, known: shape.coolingKinds, shape: shape.code })]
      : []),
  ];
};

/**
 * PLANNED racks take machines, so that a site is declared before it is delivered (they stay out of capacity until the rack is INSTALLED). A CANDIDATE rack
 * may never be built and a RETIRED one is gone: a machine there is a mistake.
 */
const standsIn = (place: Place, rack: Rack): readonly Problem[] =>
  rack.state === 'INSTALLED' || rack.state === 'PLANNED' ? [] : [fault('RACK_NOT_INSTALLED', within(place, 'rackId'), { rack: rack.name, state: rack.state })];

const twice = (rows: readonly Row[], field: 'name' | 'serial', keyOf: (row: Row) => string): readonly Problem[] => {
  const first = new Map<string, number>();
  return rows.flatMap((row, n) => {
    const before = first.get(keyOf(row));
    if (before !== undefined) return [fault('DUPLICATE', within(row.place, field), { value: check.shown(row.input[field]), other: String(before + 1) })];
    first.set(keyOf(row), n);
    return [];
  });
};

const taken = (rows: readonly Row[], seen: MachinesSeen): readonly Problem[] => {
  const names = new Set(seen.takenNames.map(t => `${t.datacenterId} ${t.name}`));
  const serials = new Set(seen.takenSerials);
  return rows.flatMap(({ input, place }) => [
    ...(names.has(`${seen.racks.get(input.rackId)?.rack.datacenterId ?? ''} ${input.name}`) ? [alreadyExists('machine', check.shown(input.name), within(place, 'name'))] : []),
    ...(serials.has(input.serial) ? [alreadyExists('machine', check.shown(input.serial), within(place, 'serial'))] : []),
  ]);
};

/** Units and idle watts of a rack with all its new machines; each sum is reported once, at the first of them. */
const rackRoom = (frame: RackFrame | undefined, rows: readonly Row[], seen: MachinesSeen): readonly Problem[] => {
  const [first] = rows;
  if (frame === undefined || first === undefined) return [];
  const placed: Standing[] = [...frame.machines];
  const found: Problem[] = [];
  for (const { input, place } of rows) {
    const shape = seen.shapes.get(input.shapeId);
    if (shape === undefined) continue;
    const m = standing(input, shape);
    const put = within(place, 'positionU');
    const tall = [...tooTall(within(place, 'shapeId'), frame.rack, m), ...outOfTop(put, frame.rack, m)];
    found.push(...tall, ...(tall.length > 0 ? [] : overlap(put, frame.rack, m, placed)));
    placed.push(m);
  }
  const sums = within(first.place, 'rackId');
  // A machine taller than its rack also breaks the sum: one of the two says it.
  const units = found.some(f => f.code === 'MACHINE_TALLER_THAN_RACK') ? [] : tooMany(sums, frame.rack, placed);
  return [...found, ...units, ...tooHungry(sums, frame.rack, placed)];
};

const standing = (m: Pick<CreateMachine, 'name' | 'positionU'>, shape: Shape): Standing => ({
  name: m.name, units: shape.units, idleW: shape.idleW, coolingKinds: shape.coolingKinds, ...(m.positionU === undefined ? {} : { positionU: m.positionU }),
});

export interface MachineInUse {
  readonly machine: Machine;
  readonly shape: Shape;
  readonly frame: RackFrame;
  /** Instances on it that are not released. */
  readonly instances: readonly InstanceId[];
  readonly serialTaken: boolean;
}

export const decideUpdateMachine = (input: UpdateMachine, seen: MachineInUse | undefined): Result<Change<Machine, Changeable>, Faults> => {
  const found = current('machine', input, seen?.machine, NEEDED);
  if (seen === undefined || !found.ok) return found.ok ? notFound('machine', input.id, 'id') : found;
  const before = found.value;
  const amend = amended(before, input, CHANGEABLE);
  const { next } = amend;
  const moved = next.positionU === before.positionU ? [] : position(next, seen);
  const serial = next.serial === before.serial ? [] : [...check.text(at('serial'), next.serial, 120), ...(seen.serialTaken ? [alreadyExists('machine', check.shown(next.serial), at('serial'))] : [])];
  const state = input.state === undefined || input.state === null ? [] : step(before, input.state, seen.instances);
  return unless([...serial, ...moved, ...domain(at(), next), ...state], () => ({
    ...amend,
    events: [event(next, seen.frame.regionCode, 'updated')],
    audit: [{
      ...fact(next, seen.frame.regionCode, next.state === before.state ? 'dcim.machine.update' : 'dcim.machine.state'),
      change: changed(before, next, CHANGEABLE, ['state']),
    }],
  }));
};

const position = (next: Machine, { frame, shape }: MachineInUse): readonly Problem[] => {
  const place = at('positionU');
  const m = standing(next, shape);
  const others = frame.machines.filter(o => o.name !== next.name);
  const bounds = next.positionU === undefined ? [] : check.integer(place, next.positionU, 1, 100);
  const tall = bounds.length > 0 ? bounds : outOfTop(place, frame.rack, m);
  return tall.length > 0 ? tall : overlap(place, frame.rack, m, others);
};

/** What a person may ask for, and from where. All other steps are the reconciler's, from what it observes. */
const ASKED: Readonly<Partial<Record<MachineState, readonly MachineState[]>>> = {
  MAINTENANCE: ['REGISTERED', 'INSPECTING', 'AVAILABLE', 'ALLOCATED', 'REPAIRING', 'MAINTENANCE'],
  AVAILABLE: ['MAINTENANCE', 'REPAIRING', 'AVAILABLE'],
  RETIRED: ['REGISTERED', 'INSPECTING', 'AVAILABLE', 'MAINTENANCE', 'REPAIRING', 'RETIRED'],
};

const step = ({ state: from, poolId }: Machine, to: MachineState, instances: readonly InstanceId[]): readonly Problem[] => {
  const place = at('state');
  const allowed = ASKED[to];
  if (allowed === undefined) return [...check.oneOf(place, to, Object.keys(ASKED))];
  if (to !== from && to !== 'AVAILABLE' && instances.length > 0) {
    return [wouldBreak(place, to, instances)];
  }
  if (!allowed.includes(from)) return [fault('WRONG_STATE', place, { noun: 'machine', state: from, value: to, expected: allowed })];
  // Its node would stay in the cluster: a pool gives a machine back only when it is scaled down, and then the node goes first.
  return to === 'RETIRED' && from !== 'RETIRED' && poolId !== undefined ? [fault('IN_USE', place, { noun: 'machine', by: poolId })] : [];
};

const event = (m: Machine, regionCode: string, verb: string) => ({ noun: 'machine', objectId: m.id, verb, regionCode });
const fact = (m: Machine, regionCode: string, type: AuditFact['type']): AuditFact => ({
  type, phase: 'completed', outcome: 'success', target: { kind: 'machine', id: m.id, parent: m.rackId, region: regionCode, datacenter: m.datacenterId },
  numbers: { simulated: String(m.simulated) },
});

const countFacts = (machines: readonly Machine[], code: (id: RegionId) => string): readonly AuditFact[] =>
  [...Map.groupBy(machines, m => m.datacenterId)].map(([datacenterId, own]) => ({
    type: 'dcim.machine.create', phase: 'completed', outcome: 'success',
    target: { kind: 'datacenter', id: datacenterId, datacenter: datacenterId, ...regionOf(own, code) },
    numbers: { machines: own.length, simulated: own.filter(m => m.simulated).length },
  }));
const regionOf = ([first]: readonly Machine[], code: (id: RegionId) => string): { readonly region?: string } => (first === undefined ? {} : { region: code(first.regionId) });
