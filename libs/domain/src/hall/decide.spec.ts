import { describe, expect, it } from 'vitest';
import { countingIds, datacenter, hall, inWords } from '../datacenter/site.fixture.ts';
import type { CreateHall, UpdateHall } from './decide.ts';
import { decideCreateHall, decideUpdateHall } from './decide.ts';
import type { CoolingKind } from './model.ts';

const { id: _id, generation: _generation, ...wanted } = hall;
const create = (over: Partial<CreateHall> = {}, taken = false) => decideCreateHall({ ...wanted, ...over }, { datacenter, regionCode: 'fr-valence', taken }, { ids: countingIds() });
const update = (over: Partial<UpdateHall>, racks: readonly { readonly name: string; readonly coolingKind: CoolingKind }[] = []) =>
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
  const racks = [{ name: 'A01', coolingKind: 'COLD_PLATE' }, { name: 'A02', coolingKind: 'COLD_PLATE' }] as const;
  it.each([
    { reason: 'a kind that no rack uses goes', result: update({ coolingKinds: ['COLD_PLATE'] }, racks), said: ['ok'] },
    { reason: 'a kind that racks use stays', result: update({ coolingKinds: ['AIR'] }, racks), said: ['WOULD_BREAK_RUNNING coolingKinds value=COLD_PLATE count=2 running=A01,A02'] },
    { reason: 'somebody was faster', result: update({ generation: 4 }), said: ['STALE_GENERATION generation asked=4 current=3'] },
  ])('$reason', ({ result, said }) => { expect(inWords(result)).toEqual(said); });
});
