import { describe, expect, it } from 'vitest';
import { countingIds, datacenter, hall, inWords } from '../datacenter/site.fixture.ts';
import type { CooledRack, CreateHall, UpdateHall } from './decide.ts';
import { decideCreateHall, decideUpdateHall } from './decide.ts';

const { id: _id, generation: _generation, ...wanted } = hall;
const create = (over: Partial<CreateHall> = {}, taken = false) => decideCreateHall({ ...wanted, ...over }, { datacenter, regionCode: 'fr-valence', taken }, { ids: countingIds() });
const update = (over: Partial<UpdateHall>, racks: readonly CooledRack[] = []) =>
  decideUpdateHall({ id: hall.id, generation: 3, ...over }, { hall, regionCode: 'fr-valence', racks });

describe('a hall is declared', () => {
  it.each([
    { reason: 'as it should be', result: create(), said: ['ok'] },
    { reason: 'without cooling', result: create({ coolingKinds: [], coolingCapacityW: 0 }), said: ['REQUIRED coolingKinds', 'BELOW_MINIMUM coolingCapacityW value=0 limit=1'] },
    { reason: 'derated by more than everything', result: create({ deratingPct: 101 }), said: ['ABOVE_MAXIMUM deratingPct value=101 limit=100'] },
    { reason: 'derated by less than nothing', result: create({ deratingPct: -1 }), said: ['BELOW_MINIMUM deratingPct value=-1 limit=0'] },
    { reason: 'without a name', result: create({ name: '' }), said: ['REQUIRED name'] },
    { reason: 'under a name that is taken', result: create({}, true), said: ['ALREADY_EXISTS name value=H1'] },
    { reason: 'in no datacenter', result: decideCreateHall(wanted, { datacenter: undefined, regionCode: '_', taken: false }, { ids: countingIds() }), said: ['NOT_FOUND datacenterId'] },
  ])('$reason', ({ result, said }) => { expect(inWords(result)).toEqual(said); });
});

describe('a hall is changed', () => {
  const racks = [{ name: 'A01', coolingKind: 'COLD_PLATE', usedW: 100_000 }, { name: 'A02', coolingKind: 'COLD_PLATE', usedW: 0 }] as const;
  it.each([
    { reason: 'a kind that no rack uses goes', result: update({ coolingKinds: ['COLD_PLATE'] }, racks), said: ['ok'] },
    { reason: 'a kind that racks use stays', result: update({ coolingKinds: ['AIR'] }, racks), said: ['WOULD_BREAK_RUNNING coolingKinds value=COLD_PLATE count=2 running=A01,A02'] },
    { reason: 'cooling that carries off what racks give off', result: update({ coolingCapacityW: 125_000, deratingPct: 20 }, racks), said: ['ok'] },
    { reason: 'one watt less than racks give off', result: update({ coolingCapacityW: 99_999 }, racks), said: ['WOULD_BREAK_RUNNING coolingCapacityW value=99999 count=1 running=A01'] },
    { reason: 'derated to less than racks give off', result: update({ deratingPct: 99 }, racks), said: ['WOULD_BREAK_RUNNING deratingPct value=99 count=1 running=A01'] },
    { reason: 'a hall that is too warm already may get more', result: decideUpdateHall({ id: hall.id, generation: 3, coolingCapacityW: 60_000 }, { hall: { ...hall, coolingCapacityW: 50_000 }, regionCode: 'fr-valence', racks }), said: ['ok'] },
    { reason: 'somebody was faster', result: update({ generation: 4 }), said: ['STALE_GENERATION generation asked=4 current=3'] },
  ])('$reason', ({ result, said }) => { expect(inWords(result)).toEqual(said); });
});
