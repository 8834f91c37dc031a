import { describe, expect, it } from 'vitest';
import type { CarrierId } from '../core/index.ts';
import { countingIds, inWords } from '../datacenter/site.fixture.ts';
import type { CreateCarrier, UpdateCarrier } from './decide.ts';
import { decideCreateCarrier, decideUpdateCarrier } from './decide.ts';

const wanted: CreateCarrier = { code: 'fibre-est', name: 'Fibre de l’Est', assumed: [] };
const create = (over: Partial<CreateCarrier> = {}, taken = false) => decideCreateCarrier({ ...wanted, ...over }, { taken }, { ids: countingIds() });
const carrier = { ...wanted, id: 'carrier_c' as CarrierId, generation: 3 };
const update = (over: Partial<UpdateCarrier>) => decideUpdateCarrier({ id: carrier.id, generation: 3, ...over }, { carrier });

describe('a carrier', () => {
  it.each([
    { reason: 'is declared', result: create(), said: ['ok'] },
    { reason: 'is declared under a code that is taken', result: create({}, true), said: ['ALREADY_EXISTS code value=fibre-est'] },
    { reason: 'is declared without a name, under no code', result: create({ code: 'Fibre Est', name: ' ' }), said: ['BAD_FORMAT code value=Fibre Est expected=[a-z][a-z0-9-]{1,30}', 'REQUIRED name'] },
    { reason: 'is renamed', result: update({ name: 'Est Fibre' }), said: ['ok'] },
    { reason: 'is renamed to nothing', result: update({ name: '' }), said: ['REQUIRED name'] },
    { reason: 'is renamed by somebody who was slower', result: update({ generation: 2 }), said: ['STALE_GENERATION generation asked=2 current=3'] },
  ])('$reason', ({ result, said }) => { expect(inWords(result)).toEqual(said); });
});
