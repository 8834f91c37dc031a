import { describe, expect, it } from 'vitest';
import type { InstanceId } from '../core/index.ts';
import { countingIds, hall, inWords, powerNode, rack } from '../datacenter/site.fixture.ts';
import type { Draw } from '../powernode/tree.ts';
import type { CreateRack, RackInUse, RackPower, UpdateRack } from './decide.ts';
import { decideCreateRack, decideUpdateRack } from './decide.ts';
import type { Standing } from './standing.ts';

const { id: _id, generation: _generation, datacenterId: _datacenter, regionId, ...wanted } = rack;
const place = { hall, regionId, regionCode: 'fr-valence' };
const create = (over: Partial<CreateRack> = {}, taken = false) => decideCreateRack({ ...wanted, ...over }, { place, taken, nodes: [] }, { ids: countingIds() });
const update = (over: Partial<UpdateRack>, seen: Partial<RackInUse> = {}) =>
  decideUpdateRack({ id: rack.id, generation: 3, ...over }, { rack, hall, regionCode: 'fr-valence', machines: [], usedW: 0, instances: [], power: { nodes: [], draws: [], feedLossTolerated: true }, ...seen });
const machine = (name: string, positionU?: number): Standing => ({ name, units: 8, idleW: 2_600, coolingKinds: ['COLD_PLATE'], ...(positionU === undefined ? {} : { positionU }) });

const drawn: Draw = { rackId: rack.id, name: 'A01', feedA: 'BUS-A1', feedB: 'BUS-B1', usedW: 100_000 };
const power: RackPower = { nodes: [powerNode('BUS-A1', { capacityW: 100_000 }), powerNode('BUS-B1', { side: 'B', capacityW: 100_000 })], draws: [drawn], feedLossTolerated: true };

describe('a rack is declared', () => {
  it.each([
    { reason: 'of exactly 150,000 W', result: create({ maxPowerW: 150_000 }), said: ['ok'] },
    { reason: 'of 150,001 W: the limit is named', result: create({ maxPowerW: 150_001 }), said: ['RACK_POWER_LIMIT maxPowerW value=150001 limit=150000'] },
    { reason: 'of no power', result: create({ maxPowerW: 0 }), said: ['BELOW_MINIMUM maxPowerW value=0 limit=1'] },
    { reason: 'of negative power', result: create({ maxPowerW: -5 }), said: ['BELOW_MINIMUM maxPowerW value=-5 limit=1'] },
    { reason: 'of half a watt', result: create({ maxPowerW: 0.5 }), said: ['NOT_AN_INTEGER maxPowerW value=0.5'] },
    { reason: 'cooled in a way its hall does not offer', result: create({ coolingKind: 'AIR' }), said: ['COOLING_NOT_ACCEPTED coolingKind value=AIR'] },
    { reason: 'with less cooling than power: two limits, the smaller counts', result: create({ coolingCapacityW: 60_000 }), said: ['ok'] },
    { reason: 'with one feed', result: create({ feedB: '' }), said: ['REQUIRED feedB'] },
    { reason: 'under a name that is no label', result: create({ name: 'A 01' }), said: ['BAD_FORMAT name value=A 01 expected=[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?'] },
    { reason: 'under a name that its hall has', result: create({}, true), said: ['ALREADY_EXISTS name value=A01'] },
    { reason: 'in no hall', result: decideCreateRack(wanted, { place: undefined, taken: false, nodes: [] }, { ids: countingIds() }), said: ['NOT_FOUND hallId'] },
  ])('$reason', ({ result, said }) => { expect(inWords(result)).toEqual(said); });

  it('stands where its hall stands, and says how many watts of cooling are short', () => {
    expect(create({ coolingCapacityW: 60_000 })).toMatchObject({
      value: { next: { datacenterId: hall.datacenterId, regionId }, audit: [{ type: 'dcim.rack.create', numbers: { maxPowerW: 150_000, coolingShortW: 90_000 } }] },
    });
  });
});

describe('a rack is changed', () => {
  const instances = ['instance_1', 'instance_2'] as InstanceId[];
  it.each([
    { reason: 'power above what runs', result: update({ maxPowerW: 100_000 }, { usedW: 90_000, instances }), said: ['ok'] },
    {
      reason: 'power below what runs is refused with the list', result: update({ maxPowerW: 80_000 }, { usedW: 90_000, instances }),
      said: ['WOULD_BREAK_RUNNING maxPowerW value=80000 count=2 running=instance_1,instance_2'],
    },
    {
      reason: 'cooling below what runs is refused with the list', result: update({ coolingCapacityW: 80_000 }, { usedW: 90_000, instances }),
      said: ['WOULD_BREAK_RUNNING coolingCapacityW value=80000 count=2 running=instance_1,instance_2'],
    },
    {
      reason: 'power below what its machines draw at rest', result: update({ maxPowerW: 5_000 }, { machines: [machine('m1'), machine('m2')] }),
      said: ['RACK_IDLE_POWER_EXCEEDED maxPowerW value=5200 limit=5000'],
    },
    { reason: 'away from INSTALLED with instances', result: update({ state: 'PLANNED' }, { instances }), said: ['WOULD_BREAK_RUNNING state value=PLANNED count=2 running=instance_1,instance_2'] },
    { reason: 'back to PLANNED with idle machines', result: update({ state: 'PLANNED' }, { machines: [machine('m1')] }), said: ['ok'] },
    { reason: 'retired under its machines', result: update({ state: 'RETIRED' }, { machines: [machine('m1')] }), said: ['WOULD_BREAK_RUNNING state value=RETIRED count=1 running=m1'] },
    { reason: 'retired when empty', result: update({ state: 'RETIRED' }), said: ['ok'] },
    { reason: 'cut below the sum of its machines', result: update({ units: 15 }, { machines: [machine('m1'), machine('m2')] }), said: ['RACK_UNITS_EXCEEDED units value=16 limit=15'] },
    { reason: 'cut below where a machine hangs', result: update({ units: 40 }, { machines: [machine('m1', 41)] }), said: ['BELOW_MINIMUM units value=40 limit=48'] },
    { reason: 'cut below its tallest machine', result: update({ units: 7 }, { machines: [machine('m1')] }), said: ['MACHINE_TALLER_THAN_RACK units limit=7', 'RACK_UNITS_EXCEEDED units value=8 limit=7'] },
    { reason: 'cooled in a way its machines do not take', result: update({ coolingKind: 'REAR_DOOR' }, { machines: [machine('m1')] }), said: ['COOLING_NOT_ACCEPTED coolingKind value=REAR_DOOR'] },
    { reason: 'a feed is taken away', result: update({ feedB: null }), said: ['ok'] },
    { reason: 'a feed that the tree does not have', result: update({ feedA: 'BUS-A9' }, { power }), said: ['UNKNOWN_VALUE feedA value=BUS-A9 near=BUS-A1'] },
    { reason: 'feeds swapped', result: update({ feedA: 'BUS-B1', feedB: 'BUS-A1' }, { power }), said: ['FEED_WRONG_SIDE feedA value=BUS-B1 limit=A', 'FEED_WRONG_SIDE feedB value=BUS-A1 limit=B'] },
    { reason: 'a feed is taken away and the other can carry it', result: update({ feedB: null }, { power }), said: ['ok'] },
    {
      reason: 'a feed is taken away and the other cannot carry it', result: update({ feedB: null }, { power: { ...power, feedLossTolerated: false, draws: [{ ...drawn, usedW: 100_001 }] } }),
      said: ['WOULD_BREAK_RUNNING feedB value=BUS-A1: 100001 W > 100000 W count=1 running=A01'],
    },
    { reason: 'above the product\'s limit', result: update({ maxPowerW: 150_001 }), said: ['RACK_POWER_LIMIT maxPowerW value=150001 limit=150000'] },
    { reason: 'somebody was faster', result: update({ generation: 2, state: 'RETIRED' }), said: ['STALE_GENERATION generation asked=2 current=3'] },
    { reason: 'it is not there', result: decideUpdateRack({ id: rack.id, generation: 1 }, undefined), said: ['NOT_FOUND id'] },
  ])('$reason', ({ result, said }) => { expect(inWords(result)).toEqual(said); });

  it('empties a feed with null, and writes nothing else', () => {
    const decided = update({ feedB: null });
    expect(decided.ok && decided.value.changes).toEqual({ feedB: null });
    expect(decided.ok && 'feedB' in decided.value.next).toBe(false);
  });
});
