import { describe, expect, it } from 'vitest';
import type { RackId } from '../core/index.ts';
import type { CreateDatacenter, PowerInside, TenantsInside, UpdateDatacenter } from './decide.ts';
import { decideCreateDatacenter, decideUpdateDatacenter } from './decide.ts';
import { countingIds, datacenter, inWords, powerNode, powerPhase, region } from './site.fixture.ts';

const { id: _id, generation: _generation, ...wanted } = datacenter;
const create = (over: Partial<CreateDatacenter> = {}, taken = false) => decideCreateDatacenter({ ...wanted, ...over }, { region, taken }, { ids: countingIds() });
const NOW = '2026-06-01T00:00:00.000Z';
const unpowered: PowerInside = { nodes: [], draws: [], phases: [], draw: { usedW: 0, racks: [], leases: [] }, now: NOW };
const update = (over: Partial<UpdateDatacenter>, inside: readonly TenantsInside[] = [], power = unpowered, before = datacenter) =>
  decideUpdateDatacenter({ id: datacenter.id, generation: 3, ...over }, { datacenter: before, region, inside, power });

describe('a datacenter is declared', () => {
  it.each([
    { reason: 'as it should be', result: create(), said: ['ok'] },
    { reason: 'with a PUE below one', result: create({ pueMilli: 999 }), said: ['BELOW_MINIMUM pueMilli value=999 limit=1000'] },
    { reason: 'with a PUE of exactly one', result: create({ pueMilli: 1_000 }), said: ['ok'] },
    { reason: 'admitting nobody', result: create({ admittedTenantClasses: [] }), said: ['REQUIRED admittedTenantClasses'] },
    { reason: 'admitting a class twice', result: create({ admittedTenantClasses: ['PRIVATE', 'PRIVATE'] }), said: ['DUPLICATE admittedTenantClasses.1 value=PRIVATE other=1'] },
    { reason: 'with half a position', result: create({ latitudeE6: 44_933_000 }), said: ['REQUIRED longitudeE6'] },
    { reason: 'beyond the pole', result: create({ latitudeE6: 90_000_001, longitudeE6: 0 }), said: ['ABOVE_MAXIMUM latitudeE6 value=90000001 limit=90000000'] },
    { reason: 'with a lease that ends before it begins', result: create({ leaseFrom: '2027-01-01T00:00:00.000Z', leaseTo: '2026-01-01T00:00:00.000Z' }), said: ['INTERVAL_REVERSED leaseTo'] },
    { reason: 'assuming a field that does not exist', result: create({ assumed: ['pue'] }), said: ['UNKNOWN_FIELD assumed.0 near=none'] },
    { reason: 'assuming a field with a slip', result: create({ assumed: ['pueMili'] }), said: ['UNKNOWN_FIELD assumed.0 near=pueMilli'] },
    { reason: 'under a code that is taken', result: create({}, true), said: ['ALREADY_EXISTS code value=valence-1'] },
    { reason: 'in a region that is not there', result: decideCreateDatacenter(wanted, { region: undefined, taken: false }, { ids: countingIds() }), said: ['NOT_FOUND regionId'] },
  ])('$reason', ({ result, said }) => { expect(inWords(result)).toEqual(said); });
});

describe('a datacenter is changed', () => {
  const inside: readonly TenantsInside[] = [{ class: 'PRIVATE', instances: 3 }];
  it.each([
    { reason: 'a class that runs nothing is admitted no longer', result: update({ admittedTenantClasses: ['PRIVATE'] }, inside), said: ['ok'] },
    {
      reason: 'a class that runs here stays admitted', result: update({ admittedTenantClasses: ['PUBLIC_BODY'] }, inside),
      said: ['WOULD_BREAK_RUNNING admittedTenantClasses value=PRIVATE count=3 running=PRIVATE: 3'],
    },
    { reason: 'CLOSING while instances run', result: update({ status: 'CLOSING' }, inside), said: ['ok'] },
    { reason: 'back to PLANNED while instances run', result: update({ status: 'PLANNED' }, inside), said: ['WOULD_BREAK_RUNNING status value=PLANNED count=3 running=PRIVATE: 3'] },
    { reason: 'back to PLANNED while nothing runs', result: update({ status: 'PLANNED' }), said: ['ok'] },
    { reason: 'the lease is unknown again', result: update({ leaseTo: null }), said: ['ok'] },
    { reason: 'a name cannot be emptied', result: update({ name: null }), said: ['REQUIRED name'] },
    { reason: 'somebody was faster', result: update({ generation: 1, pueMilli: 1 }), said: ['STALE_GENERATION generation asked=1 current=3'] },
  ])('$reason', ({ result, said }) => { expect(inWords(result)).toEqual(said); });

  const power: PowerInside = {
    nodes: [powerNode('BUS-A1', { capacityW: 100_000 }), powerNode('BUS-B1', { side: 'B', capacityW: 100_000 })], draws: [{ rackId: 'rack_1' as RackId, name: 'A01', feedA: 'BUS-A1', feedB: 'BUS-B1', usedW: 120_000 }],
    phases: [powerPhase('one', { contractedW: 144_000 })], draw: { usedW: 120_000, racks: ['A01'], leases: [] }, now: NOW,
  };
  const trusting = { ...datacenter, feedLossTolerated: false };
  it.each([
    { reason: 'a better PUE', result: update({ pueMilli: 1_100 }, [], power), said: ['ok'] },
    { reason: 'a worse PUE than the contract has room for', result: update({ pueMilli: 1_201 }, [], power), said: ['WOULD_BREAK_RUNNING pueMilli value=1201 count=1 running=A01'] },
    { reason: 'the loss of a feed is to be borne, and one side cannot carry all', result: update({ feedLossTolerated: true }, [], power, trusting), said: ['WOULD_BREAK_RUNNING feedLossTolerated value=true count=1 running=A01'] },
    { reason: 'the loss of a feed is to be borne, and nothing is drawn', result: update({ feedLossTolerated: true }, [], unpowered, trusting), said: ['ok'] },
    { reason: 'the loss of a feed need not be borne any more', result: update({ feedLossTolerated: false }, [], power), said: ['ok'] },
  ])('$reason', ({ result, said }) => { expect(inWords(result)).toEqual(said); });

  it('says numbers and closed words in the audit event', () => {
    expect(update({ pueMilli: 1_150, status: 'CLOSING', name: 'V1' })).toMatchObject({
      value: { audit: [{ change: [{ path: 'name' }, { path: 'pueMilli', from: 1_200, to: 1_150 }, { path: 'status', from: 'OPEN', to: 'CLOSING' }] }] },
    });
  });
});
