import type { MachineId, RackId } from '@cadastre/domain/core';
import {
  decideCreateMachine, decideCreateMachines, decideUpdateMachine, MAX_MACHINES_PER_CALL, type CreateMachine, type MachineInUse, type MachinesSeen, type RackFrame, type UpdateMachine,
} from '@cadastre/domain/machine';
import * as machines from '@cadastre/store/machine';
import { viewMachines, viewRacks, type MachineView } from '@cadastre/store/place';
import type { Reader } from '@cadastre/store/pool';
import * as racks from '@cadastre/store/rack';
import * as shapes from '@cadastre/store/shape';
import type { Page } from '@cadastre/store/sql';
import type { CreateMachineInput, CreateMachinesInput, UpdateMachineInput } from '../generated/provider.ts';
import { changeOutcome, created, EMPTY, filterIds, idOrNone, outcome, updated, type Filter } from '../shared/input.ts';
import { listById, type ListArgs } from '../shared/lists.ts';
import { mutate, type Policy } from '../shared/mutate.ts';
import { conditionsData } from '../shared/problems.ts';
import type { Viewer } from '../shared/viewer.ts';

const CREATE: Policy = { operation: 'createMachine', roles: ['OPERATOR'] };
const CREATE_ALL: Policy = { operation: 'createMachines', roles: ['OPERATOR'] };
const UPDATE: Policy = { operation: 'updateMachine', roles: ['OPERATOR', 'SITE_TECHNICIAN'] };

const machineData = (viewer: Viewer, m: MachineView): object => ({ __typename: 'Machine', ...m, conditions: conditionsData(viewer, m.conditions) });

export const loadMachine = async (viewer: Viewer, text: string): Promise<object | undefined> => {
  const id = idOrNone('machine', text);
  if (id === undefined) return undefined;
  const [view] = await viewer.door.store.read(viewer.scope, async q => viewMachines(q, [...(await machines.byIds(q, [id])).values()]));
  return view === undefined ? undefined : machineData(viewer, view);
};

export const listMachines = (viewer: Viewer, args: ListArgs, filter: Filter<'rackId' | 'poolId' | 'datacenterId'>): Promise<object> =>
  listById<MachineView>(viewer, args, request => viewer.door.store.read(viewer.scope, async (q): Promise<Page<MachineView>> => {
    const by = filterIds(filter, { rackId: 'rack', poolId: 'pool', datacenterId: 'datacenter' });
    if (by === undefined) return EMPTY;
    const page = await machines.page(q, { ...request, ...by });
    return { ...page, items: await viewMachines(q, page.items) };
  }), items => items.map(m => machineData(viewer, m)));

const accept = async (viewer: Viewer, id: string): Promise<object> => ({ __typename: 'MachineAccepted', machine: await loadMachine(viewer, id) });

/** Racks with what stands in them; three statements and those of their places, whatever the number. */
const framesOf = async (q: Reader, ids: readonly RackId[]): Promise<ReadonlyMap<RackId, RackFrame>> => {
  const [found, standing] = await Promise.all([racks.byIds(q, ids), racks.standing(q, ids)]);
  const views = await viewRacks(q, [...found.values()]);
  return new Map(views.map(v => [v.id, { rack: v, regionCode: v.hall.datacenter.region.code, machines: standing.get(v.id) ?? [] }]));
};

const seenBy = async (q: Reader, rows: readonly CreateMachine[]): Promise<MachinesSeen> => {
  const [frames, kinds] = await Promise.all([framesOf(q, rows.map(r => r.rackId)), shapes.byIds(q, rows.map(r => r.shapeId))]);
  const names = rows.flatMap(({ rackId, name }) => {
    const rack = frames.get(rackId)?.rack;
    return rack === undefined ? [] : [{ datacenterId: rack.datacenterId, name }];
  });
  const taken = await machines.taken(q, names, rows.map(r => r.serial));
  return { racks: frames, shapes: kinds, takenNames: taken.names, takenSerials: taken.serials };
};

const REFERENCES = { rackId: 'rack', shapeId: 'shape' } as const;

export const createMachine = (viewer: Viewer, input: CreateMachineInput): Promise<object> =>
  mutate<MachineId>(viewer, {
    policy: CREATE, type: 'dcim.machine.create', target: { kind: 'machine', id: input.name, parent: input.rackId }, input,
    decide: async q => {
      const wanted = created<CreateMachine>(input, REFERENCES);
      if (!wanted.ok) return wanted;
      return outcome(decideCreateMachine(wanted.value, await seenBy(q, [wanted.value]), viewer.door), d => machines.insert([d.next]), d => d.next.id);
    },
    accept: id => accept(viewer, id),
  });

const withoutNulls = <T extends object>(row: T): T => Object.fromEntries(Object.entries(row).filter(([, v]) => v !== null)) as T;

/** A constant number of statements whatever the number of machines. */
export const createMachines = (viewer: Viewer, input: CreateMachinesInput): Promise<object> =>
  mutate<{ readonly machineIds: readonly MachineId[] }>(viewer, {
    policy: CREATE_ALL, type: 'dcim.machine.create', target: { kind: 'machine', id: `${String(input.machines.length)} machines` }, input,
    decide: async q => {
      const wanted = created<{ readonly machines: readonly CreateMachine[] }>({ machines: input.machines.map(withoutNulls) }, { machines: REFERENCES });
      if (!wanted.ok) return wanted;
      // Too many are refused before they are looked up: the look would be as long as the list.
      const rows = wanted.value.machines;
      const decided = decideCreateMachines(rows, await seenBy(q, rows.length > MAX_MACHINES_PER_CALL ? [] : rows), viewer.door);
      return outcome(decided, d => machines.insert(d.next), d => ({ machineIds: d.next.map(m => m.id) }));
    },
    accept: ({ machineIds }) => Promise.resolve({ __typename: 'MachinesAccepted', count: machineIds.length, machineIds }),
  });

const inUse = async (q: Reader, id: MachineId, serial: string | null | undefined): Promise<MachineInUse | undefined> => {
  const machine = await machines.get(q, id);
  if (machine === undefined) return undefined;
  const [frames, shape, instances, taken] = await Promise.all([
    framesOf(q, [machine.rackId]), shapes.get(q, machine.shapeId), machines.instances(q, id), machines.taken(q, [], serial == null ? [] : [serial]),
  ]);
  const frame = frames.get(machine.rackId);
  return frame === undefined || shape === undefined ? undefined : { machine, shape, frame, instances, serialTaken: taken.serials.some(s => s !== machine.serial) };
};

export const updateMachine = (viewer: Viewer, input: UpdateMachineInput): Promise<object> =>
  mutate<MachineId>(viewer, {
    policy: UPDATE, type: 'dcim.machine.update', target: { kind: 'machine', id: input.id }, input,
    decide: async q => {
      const wanted = updated<UpdateMachine>(input, { id: 'machine' });
      if (!wanted.ok) return wanted;
      const { id, serial } = wanted.value;
      return changeOutcome(decideUpdateMachine(wanted.value, await inUse(q, id, serial)), d => machines.update(d.next.id, d.changes, d));
    },
    accept: id => accept(viewer, id),
  });
