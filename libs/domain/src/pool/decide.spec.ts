import { describe, expect, it } from 'vitest';
import type { PoolId, RackId } from '../core/index.ts';
import { cluster, countingIds, datacenter, inWords, rack, shape } from '../datacenter/site.fixture.ts';
import type { CreateNodePool, PoolRack, PoolSeen } from './decide.ts';
import { decideCreateNodePool, decidePauseNodePool, decideScaleNodePool } from './decide.ts';
import type { NodePool } from './model.ts';

const wanted: CreateNodePool = {
  clusterId: cluster.id, name: 'h200', shapeId: shape.id, rackIds: [], target: 6, minimum: 0, maximum: 24, purpose: 'MIXED', labels: [], taints: [], tenantClasses: [], drainPolicy: 'WAIT_FOR_RELEASE',
};
const holding = (over: Partial<PoolRack['rack']> = {}, machines = 6, ofShape = 6) => ({ rackIds: new Map([[rack.id, { rack: { ...rack, ...over }, machines, ofShape }]]) }).rackIds;
const create = (over: Partial<CreateNodePool> = {}, seen: Partial<PoolSeen> = {}) =>
  decideCreateNodePool({ ...wanted, ...over }, { cluster, datacenter, regionCode: 'fr-valence', shape, racks: holding(), declared: 24, taken: false, ...seen }, { ids: countingIds() });
const one = { rackIds: [rack.id] };
const label = (key: string, value = 'x') => create({ labels: [{ key, value }] });

describe('a node pool is created', () => {
  it.each([
    { reason: 'of every installed rack', result: create(), said: ['ok'] },
    { reason: 'of one rack', result: create(one), said: ['ok'] },
    { reason: 'with as many machines as there are', result: create({ target: 24 }), said: ['ok'] },
    { reason: 'with a target above every machine that exists', result: create({ target: 24 }, { declared: 23 }), said: ['TARGET_ABOVE_MACHINES target target=24 available=23'] },
    { reason: 'with a target above its maximum', result: create({ target: 25 }, { declared: 99 }), said: ['POOL_BOUNDS target target=25'] },
    { reason: 'with a target below its minimum', result: create({ minimum: 7 }), said: ['POOL_BOUNDS target target=6'] },
    { reason: 'with a minimum above its maximum', result: create({ minimum: 25 }), said: ['POOL_BOUNDS minimum target=6'] },
    { reason: 'with a negative minimum', result: create({ minimum: -1 }), said: ['BELOW_MINIMUM minimum value=-1 limit=0'] },
    { reason: 'in a planned rack: the target waits', result: create(one, { racks: holding({ state: 'PLANNED' }) }), said: ['ok'] },
    { reason: 'in a retired rack', result: create(one, { racks: holding({ state: 'RETIRED' }) }), said: ['RACK_NOT_INSTALLED rackIds.0'] },
    { reason: 'in a rack of another site', result: create(one, { racks: holding({ datacenterId: 'datacenter_x' as typeof rack.datacenterId }) }), said: ['NOT_FOUND rackIds.0'] },
    { reason: 'in a rack that is not there', result: create({ rackIds: ['rack_x' as RackId] }), said: ['NOT_FOUND rackIds.0'] },
    { reason: 'in a rack of other shapes', result: create(one, { racks: holding({}, 5, 0) }), said: ['POOL_SHAPE_MISMATCH rackIds.0'] },
    { reason: 'in an empty rack: it may be filled', result: create(one, { racks: holding({}, 0, 0) }), said: ['ok'] },
    { reason: 'in one rack twice', result: create({ rackIds: [rack.id, rack.id] }), said: ['DUPLICATE rackIds.1 value=rack_a other=1'] },
    { reason: 'for a class that the site does not admit', result: create({ tenantClasses: ['RESEARCH'] }), said: ['UNKNOWN_VALUE tenantClasses.0 value=RESEARCH near=none'] },
    { reason: 'for a class that it does', result: create({ tenantClasses: ['PRIVATE'] }), said: ['ok'] },
    { reason: 'under a name that is taken', result: create({}, { taken: true }), said: ['ALREADY_EXISTS name value=h200'] },
    { reason: 'in no cluster', result: create({}, { cluster: undefined }), said: ['NOT_FOUND clusterId'] },
    { reason: 'of no shape', result: create({}, { shape: undefined }), said: ['NOT_FOUND shapeId'] },
    { reason: 'with a label of its own', result: label('example.org/team', 'physique'), said: ['ok'] },
    { reason: 'with a label that would lie about the owner', result: label('cadastre.cloud/tenant'), said: ['BAD_FORMAT labels.0.key value=cadastre.cloud/tenant expected=not cadastre.cloud/…'] },
    { reason: 'with a label of Kubernetes\' own', result: label('topology.kubernetes.io/zone'), said: ['BAD_FORMAT labels.0.key value=topology.kubernetes.io/zone expected=not kubernetes.io/…'] },
    { reason: 'with a key of two slashes', result: label('a/b/c'), said: ['BAD_FORMAT labels.0.key value=a/b/c expected=prefix.example/name'] },
    { reason: 'with a label said twice', result: create({ labels: [{ key: 'a', value: '1' }, { key: 'a', value: '2' }] }), said: ['DUPLICATE labels.1 value=a other=1'] },
    { reason: 'with a taint of an unknown effect', result: create({ taints: [{ key: 'a', value: '', effect: 'NoSchedul' as 'NoSchedule' }] }), said: ['UNKNOWN_VALUE taints.0.effect value=NoSchedul near=NoSchedule'] },
  ])('$reason', ({ result, said }) => { expect(inWords(result)).toEqual(said); });

  it('keeps its labels by key and has observed nothing yet', () => {
    expect(create({ labels: [{ key: 'a', value: '1' }] })).toMatchObject({ value: { next: { labels: { a: '1' }, readyMachines: 0, paused: false, datacenterId: datacenter.id } } });
  });
});

describe('a node pool is scaled and paused', () => {
  const pool: NodePool = { ...wanted, id: 'pool_p' as PoolId, datacenterId: datacenter.id, labels: {}, paused: false, readyMachines: 0, conditions: [], observedGeneration: 0, generation: 3 };
  const scale = (target: number, declared = 24, generation = 3) => decideScaleNodePool({ id: pool.id, generation, target }, { pool, regionCode: 'fr-valence', declared });
  it.each([
    { reason: 'up', result: scale(24), said: ['ok'] },
    { reason: 'to nothing', result: scale(0), said: ['ok'] },
    { reason: 'beyond its maximum', result: scale(25, 99), said: ['POOL_BOUNDS target target=25'] },
    { reason: 'beyond every machine that exists', result: scale(20, 10), said: ['TARGET_ABOVE_MACHINES target target=20 available=10'] },
    { reason: 'down, though machines were retired meanwhile', result: scale(5, 2), said: ['ok'] },
    { reason: 'after somebody else', result: scale(5, 24, 2), said: ['STALE_GENERATION generation asked=2 current=3'] },
    { reason: 'though it is not there', result: decideScaleNodePool({ id: pool.id, generation: 1, target: 1 }, { pool: undefined, regionCode: '_', declared: 0 }), said: ['NOT_FOUND id'] },
    { reason: 'paused', result: decidePauseNodePool({ id: pool.id, generation: 3, paused: true }, { pool, regionCode: 'fr-valence' }), said: ['ok'] },
    { reason: 'paused after somebody else', result: decidePauseNodePool({ id: pool.id, generation: 4, paused: true }, { pool, regionCode: 'fr-valence' }), said: ['STALE_GENERATION generation asked=4 current=3'] },
  ])('$reason', ({ result, said }) => { expect(inWords(result)).toEqual(said); });

  it('says from where to where', () => {
    expect(scale(24)).toMatchObject({ value: { changes: { target: 24 }, ifGeneration: 3, next: { generation: 4 }, audit: [{ change: [{ path: 'target', from: 6, to: 24 }] }], events: [{ verb: 'scaled' }] } });
  });
});
