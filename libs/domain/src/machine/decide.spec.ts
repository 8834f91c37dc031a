import { describe, expect, it } from 'vitest';
import type { InstanceId, MachineId, PoolId, RackId, ShapeId } from '../core/index.ts';
import { countingIds, inWords, rack, shape } from '../datacenter/site.fixture.ts';
import type { Standing } from '../rack/standing.ts';
import type { CreateMachine, MachineInUse, MachinesSeen, UpdateMachine } from './decide.ts';
import { decideCreateMachine, decideCreateMachines, decideUpdateMachine } from './decide.ts';
import type { Machine, MachineState } from './model.ts';

const wanted: CreateMachine = { rackId: rack.id, shapeId: shape.id, name: 'h1-a01-m01', serial: 'SIM-1', simulated: true };
const there = (name: string, positionU?: number): Standing => ({ name, units: 8, idleW: 2_600, coolingKinds: ['COLD_PLATE'], ...(positionU === undefined ? {} : { positionU }) });
const seenWith = (over: Partial<typeof rack> = {}, machines: readonly Standing[] = [], more: Partial<MachinesSeen> = {}): MachinesSeen => ({
  racks: new Map([[rack.id, { rack: { ...rack, ...over }, regionCode: 'fr-valence', machines }]]), shapes: new Map([[shape.id, shape]]), takenNames: [], takenSerials: [], ...more,
});
const create = (over: Partial<CreateMachine> = {}, seen = seenWith()) => decideCreateMachine({ ...wanted, ...over }, seen, { ids: countingIds() });
const rows = (n: number, over: Partial<CreateMachine> = {}) => Array.from({ length: n }, (_, i) => ({ ...wanted, name: `m${String(i)}`, serial: `S${String(i)}`, ...over }));
const createAll = (list: readonly CreateMachine[], seen = seenWith()) => decideCreateMachines(list, seen, { ids: countingIds() });

describe('a machine is declared', () => {
  it.each([
    { reason: 'in an installed rack', result: create(), said: ['ok'] },
    { reason: 'in a planned rack: a site is declared before it is delivered', result: create({}, seenWith({ state: 'PLANNED' })), said: ['ok'] },
    { reason: 'in a candidate rack', result: create({}, seenWith({ state: 'CANDIDATE' })), said: ['RACK_NOT_INSTALLED rackId'] },
    { reason: 'in a retired rack', result: create({}, seenWith({ state: 'RETIRED' })), said: ['RACK_NOT_INSTALLED rackId'] },
    { reason: 'taller than its rack', result: create({}, seenWith({ units: 7 })), said: ['MACHINE_TALLER_THAN_RACK shapeId limit=7'] },
    { reason: 'sticking out of the top', result: create({ positionU: 42 }), said: ['ABOVE_MAXIMUM positionU value=42 limit=41'] },
    { reason: 'just below the top', result: create({ positionU: 41 }), said: ['ok'] },
    { reason: 'below the floor', result: create({ positionU: 0 }), said: ['BELOW_MINIMUM positionU value=0 limit=1'] },
    { reason: 'across the top unit of another', result: create({ positionU: 8 }, seenWith({}, [there('m0', 1)])), said: ['UNITS_OVERLAP positionU value=8 other=m0'] },
    { reason: 'right above another', result: create({ positionU: 9 }, seenWith({}, [there('m0', 1)])), said: ['ok'] },
    { reason: 'in a rack whose other machines have no position', result: create({ positionU: 1 }, seenWith({}, [there('m0')])), said: ['ok'] },
    { reason: 'one too many for the units', result: create({}, seenWith({}, Array.from({ length: 6 }, (_, n) => there(`m${String(n)}`)))), said: ['RACK_UNITS_EXCEEDED rackId value=56 limit=48'] },
    { reason: 'one watt too many at rest', result: create({}, seenWith({ maxPowerW: 5_199 }, [there('m0')])), said: ['RACK_IDLE_POWER_EXCEEDED rackId value=5200 limit=5199'] },
    { reason: 'exactly the rack\'s power at rest', result: create({}, seenWith({ maxPowerW: 5_200 }, [there('m0')])), said: ['ok'] },
    { reason: 'in a rack cooled otherwise', result: create({}, seenWith({ coolingKind: 'REAR_DOOR' })), said: ['COOLING_NOT_ACCEPTED shapeId value=REAR_DOOR'] },
    { reason: 'under a name that is no node\'s name', result: create({ name: 'H1_A01' }), said: ['BAD_FORMAT name value=H1_A01 expected=[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?'] },
    { reason: 'under a name that its datacenter has', result: create({}, seenWith({}, [], { takenNames: [{ datacenterId: rack.datacenterId, name: wanted.name }] })), said: ['ALREADY_EXISTS name value=h1-a01-m01'] },
    { reason: 'with a serial that exists', result: create({}, seenWith({}, [], { takenSerials: ['SIM-1'] })), said: ['ALREADY_EXISTS serial value=SIM-1'] },
    { reason: 'in no rack, of no shape', result: create({ rackId: 'rack_x' as RackId, shapeId: 'shape_x' as ShapeId }), said: ['NOT_FOUND rackId', 'NOT_FOUND shapeId'] },
  ])('$reason', ({ result, said }) => { expect(inWords(result)).toEqual(said); });

  it('takes its units from its shape and waits for a pool', () => {
    expect(create()).toMatchObject({ value: { next: { units: 8, state: 'REGISTERED', datacenterId: rack.datacenterId, regionId: rack.regionId }, events: [{ noun: 'machine', verb: 'created', regionCode: 'fr-valence' }] } });
  });
});

describe('machines are declared together', () => {
  it.each([
    { reason: 'as many as the rack holds', result: createAll(rows(6)), said: ['ok'] },
    { reason: 'one more: the sum is told once', result: createAll(rows(7)), said: ['RACK_UNITS_EXCEEDED machines.0.rackId value=56 limit=48'] },
    { reason: 'more than the power at idle', result: createAll(rows(3), seenWith({ maxPowerW: 7_000 })), said: ['RACK_IDLE_POWER_EXCEEDED machines.0.rackId value=7800 limit=7000'] },
    { reason: 'none', result: createAll([]), said: ['REQUIRED machines'] },
    { reason: '5,001', result: createAll(rows(5_001)), said: ['TOO_MANY_ROWS machines value=5001 limit=5000'] },
    { reason: 'two of one name', result: createAll(rows(2, { name: 'm' })), said: ['DUPLICATE machines.1.name value=m other=1'] },
    { reason: 'two in one place', result: createAll(rows(2, { positionU: 3 })), said: ['UNITS_OVERLAP machines.1.positionU value=3 other=m0'] },
    { reason: 'two with one serial, one with a bad name', result: createAll([...rows(2, { serial: 'S' }), { ...wanted, name: '-' }]), said: ['BAD_FORMAT machines.2.name value=- expected=[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?', 'DUPLICATE machines.1.serial value=S other=1'] },
  ])('$reason', ({ result, said }) => { expect(inWords(result)).toEqual(said); });

  it('wake one by one and leave one audit event a datacenter', () => {
    expect(createAll(rows(6))).toMatchObject({ value: { events: { length: 6 }, audit: [{ type: 'dcim.machine.create', target: { kind: 'datacenter' }, numbers: { machines: 6, simulated: 6 } }] } });
  });
});

describe('a machine is changed', () => {
  const machine = (state: MachineState): Machine => ({
    ...wanted, id: 'machine_m' as MachineId, datacenterId: rack.datacenterId, regionId: rack.regionId, units: 8, state, conditions: [], generation: 3,
  });
  const change = (over: Partial<UpdateMachine>, state: MachineState = 'AVAILABLE', more: Partial<MachineInUse> = {}) =>
    decideUpdateMachine({ id: 'machine_m' as MachineId, generation: 3, ...over }, {
      machine: machine(state), shape, frame: { rack, regionCode: 'fr-valence', machines: [there(wanted.name), there('m0', 1)] }, instances: [], serialTaken: false, ...more,
    });
  const instances = ['instance_1'] as InstanceId[];
  it.each([
    { reason: 'into maintenance when idle', result: change({ state: 'MAINTENANCE' }), said: ['ok'] },
    { reason: 'into maintenance under an instance', result: change({ state: 'MAINTENANCE' }, 'ALLOCATED', { instances }), said: ['WOULD_BREAK_RUNNING state value=MAINTENANCE count=1 running=instance_1'] },
    { reason: 'retired under an instance', result: change({ state: 'RETIRED' }, 'ALLOCATED', { instances }), said: ['WOULD_BREAK_RUNNING state value=RETIRED count=1 running=instance_1'] },
    { reason: 'retired while idle', result: change({ state: 'RETIRED' }), said: ['ok'] },
    { reason: 'retired while a pool has it', result: change({ state: 'RETIRED' }, 'AVAILABLE', { machine: { ...machine('AVAILABLE'), poolId: 'pool_p' as PoolId } }), said: ['IN_USE state'] },
    { reason: 'back from maintenance, with an instance that stayed', result: change({ state: 'AVAILABLE' }, 'MAINTENANCE', { instances }), said: ['ok'] },
    { reason: 'available before it was inspected', result: change({ state: 'AVAILABLE' }, 'REGISTERED'), said: ['WRONG_STATE state value=AVAILABLE expected=MAINTENANCE,REPAIRING,AVAILABLE'] },
    { reason: 'back from retirement', result: change({ state: 'MAINTENANCE' }, 'RETIRED'), said: ['WRONG_STATE state value=MAINTENANCE expected=REGISTERED,INSPECTING,AVAILABLE,ALLOCATED,REPAIRING,MAINTENANCE'] },
    { reason: 'into a state that only observation gives', result: change({ state: 'ALLOCATED' }), said: ['UNKNOWN_VALUE state value=ALLOCATED near=none'] },
    { reason: 'to a free place', result: change({ positionU: 9 }), said: ['ok'] },
    { reason: 'onto another machine', result: change({ positionU: 8 }), said: ['UNITS_OVERLAP positionU value=8 other=m0'] },
    { reason: 'out of the top', result: change({ positionU: 48 }), said: ['ABOVE_MAXIMUM positionU value=48 limit=41'] },
    { reason: 'its place forgotten', result: change({ positionU: null }), said: ['ok'] },
    { reason: 'to a serial that exists', result: change({ serial: 'SIM-2' }, 'AVAILABLE', { serialTaken: true }), said: ['ALREADY_EXISTS serial value=SIM-2'] },
    { reason: 'to no serial', result: change({ serial: null }), said: ['REQUIRED serial'] },
    { reason: 'somebody was faster', result: change({ generation: 1 }), said: ['STALE_GENERATION generation asked=1 current=3'] },
    { reason: 'it is not there', result: decideUpdateMachine({ id: 'machine_x' as MachineId, generation: 1 }, undefined), said: ['NOT_FOUND id'] },
  ])('$reason', ({ result, said }) => { expect(inWords(result)).toEqual(said); });
});
