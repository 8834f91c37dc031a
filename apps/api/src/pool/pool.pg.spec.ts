import type { DatacenterId } from '@cadastre/domain/core';
import * as clusters from '@cadastre/store/cluster';
import { commit } from '@cadastre/store/commit';
import { actOf } from '@cadastre/store/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { operator, type Data } from '../testing/operator.ts';
import { declared, declareSite, RACK, SHAPE, type DeclaredSite } from '../testing/site.ts';

const provider = operator();
let site: DeclaredSite & { readonly clusterId: string; readonly racks: readonly string[] };

const MACHINES = '... on MachinesAccepted { count machineIds receipt { auditEventId } }';
const MACHINE = '... on MachineAccepted { machine { id state positionU generation units rack { name machineCount } shape { code } gpusAllocated conditions { type } } }';
const POOL = '... on NodePoolAccepted { nodePool { id generation target paused labels { key value } taints { key effect } readyMachines cluster { name simulated datacenter { code } } shape { code } } }';
const row = (n: number, more: object = {}) => ({ rackId: site.racks[0], shapeId: site.shapeId, name: `h1-a01-m${String(n)}`, serial: `SIM-${String(n)}`, simulated: true, ...more });
const createMachines = (machines: readonly object[]) => provider.mutate('createMachines', { machines }, MACHINES);
const createPool = (name: string, more: object = {}) => provider.mutate('createNodePool', { clusterId: site.clusterId, shapeId: site.shapeId, name, target: 4, maximum: 8, ...more }, POOL);

beforeAll(async () => {
  const base = await declareSite(provider, 'fr-pools');
  const racks = [
    await declared(provider, 'createRack', 'rack', { ...RACK, hallId: base.hallId, name: 'A01' }),
    await declared(provider, 'createRack', 'rack', { ...RACK, hallId: base.hallId, name: 'A02', position: 2, maxPowerW: 6_000 }),
    await declared(provider, 'createRack', 'rack', { ...RACK, hallId: base.hallId, name: 'A03', position: 3, units: 7 }),
  ];
  // Written past the door: all specs of a run share one NATS, and registering would answer for the controller in another spec's stead.
  const { store, ids } = provider.door.door;
  const clusterId = ids.next('cluster');
  await commit(store, {
    scope: 'system', act: actOf(), outbox: [], audit: [{ type: 'platform.cluster.register', phase: 'completed', outcome: 'success', target: { kind: 'cluster', id: clusterId } }],
    writes: [clusters.insert({ id: clusterId, datacenterId: base.datacenterId as DatacenterId, name: 'sim', provider: 'SIMULATED', endpoint: 'https://10.1.1.1', conditions: [], observedGeneration: 0, generation: 1 }, { sealed: 'sealed' })],
  });
  site = { ...base, racks, clusterId };
});

describe('machines', () => {
  it('are declared together or not at all', async () => {
    expect(await createMachines(Array.from({ length: 7 }, (_, n) => row(n)))).toMatchObject({
      __typename: 'ValidationFailed', code: 'RACK_UNITS_EXCEEDED', path: ['machines', '0', 'rackId'], message: 'The machines of rack A01 would take 56 units; it has 48.',
    });
    expect(await provider.ask('query($id: ID) { machines(datacenterId: $id) { totalCount } }', { id: site.datacenterId })).toEqual({ machines: { totalCount: 0 } });
    expect(await createMachines(Array.from({ length: 5 }, (_, n) => row(n, { positionU: 1 + 8 * n })))).toMatchObject({ __typename: 'MachinesAccepted', count: 5, machineIds: { length: 5 } });
  });

  it.each([
    { reason: 'taller than its rack', more: () => ({ rackId: site.racks[2] }), said: { code: 'MACHINE_TALLER_THAN_RACK', message: 'The machine takes 8 units; rack A03 has 7.' } },
    { reason: 'where another one is', more: () => ({ positionU: 3 }), said: { code: 'UNITS_OVERLAP', path: ['positionU'] } },
    { reason: 'under a name that exists', more: () => ({ name: 'h1-a01-m0' }), said: { __typename: 'Conflict', code: 'ALREADY_EXISTS', path: ['name'] } },
    { reason: 'in a rack that is not there', more: () => ({ rackId: 'rack_01h455vb4pex5vsknk084sn02q' }), said: { __typename: 'NotFound', path: ['rackId'] } },
    { reason: 'of what is no shape', more: () => ({ shapeId: site.racks[0] }), said: { __typename: 'ValidationFailed', code: 'BAD_ID', path: ['shapeId'] } },
    { reason: 'with a NUL in its serial', more: () => ({ serial: 'a\0b' }), said: { __typename: 'ValidationFailed', path: ['serial'] } },
  ])('one $reason is refused', async ({ more, said }) => { expect(await provider.mutate('createMachine', row(90, more()), MACHINE)).toMatchObject(said); });

  it('more than the rack\'s power at idle are refused with the watts', async () => {
    const three = Array.from({ length: 3 }, (_, n) => row(50 + n, { rackId: site.racks[1] }));
    expect(await createMachines(three)).toMatchObject({ code: 'RACK_IDLE_POWER_EXCEEDED', message: 'The machines of rack A02 would draw 7,800 W with no load; the rack takes 6,000 W.' });
  });

  it('go into maintenance and keep what they are', async () => {
    const made = (await provider.mutate('createMachine', row(60, { rackId: site.racks[1], positionU: null }), MACHINE))['machine'] as Data;
    expect(made).toMatchObject({ state: 'REGISTERED', positionU: null, generation: 1, units: 8, rack: { name: 'A02', machineCount: 1 }, shape: { code: 'fr-pools-shape' }, gpusAllocated: 0, conditions: [] });
    const change = (more: object) => provider.mutate('updateMachine', { id: made['id'], ...more }, MACHINE, 'tina');
    expect(await change({ generation: 1, state: 'MAINTENANCE', positionU: 10 })).toMatchObject({ machine: { state: 'MAINTENANCE', positionU: 10, generation: 2 } });
    expect(await change({ generation: 1, state: 'AVAILABLE' })).toMatchObject({ __typename: 'Conflict', code: 'STALE_GENERATION' });
    expect(await change({ generation: 2, state: 'ALLOCATED' })).toMatchObject({ __typename: 'ValidationFailed', code: 'UNKNOWN_VALUE' });
  });
});

describe('a node pool', () => {
  it('is created, scaled, paused and resumed; each step has its wake-up and its audit event', async () => {
    const made = await createPool('gpu', { labels: [{ key: 'example.org/team', value: 'physics' }], taints: [{ key: 'gpu', effect: 'NoSchedule' }] });
    expect(made).toMatchObject({ nodePool: { target: 4, paused: false, labels: [{ key: 'example.org/team', value: 'physics' }], taints: [{ key: 'gpu', effect: 'NoSchedule' }], cluster: { name: 'sim', simulated: true, datacenter: { code: 'dc-1' } } } });
    const id = String((made['nodePool'] as Data)['id']);
    expect(await provider.mutate('scaleNodePool', { id, generation: 1, target: 2 }, POOL)).toMatchObject({ nodePool: { target: 2, generation: 2 } });
    expect(await provider.mutate('pauseNodePool', { id, generation: 2, paused: true }, POOL)).toMatchObject({ nodePool: { paused: true, generation: 3 } });
    expect(await provider.mutate('pauseNodePool', { id, generation: 3, paused: false }, POOL)).toMatchObject({ nodePool: { paused: false, generation: 4 } });
    expect((await provider.rows('SELECT verb, region_code FROM outbox WHERE object_id = $1 ORDER BY seq', [id])).map(r => `${String(r['region_code'])} ${String(r['verb'])}`)).toEqual([
      'fr-pools created', 'fr-pools scaled', 'fr-pools paused', 'fr-pools resumed',
    ]);
    expect((await provider.rows('SELECT type FROM audit_event WHERE target_id = $1 ORDER BY seq', [id])).map(r => r['type'])).toEqual(['platform.pool.create', 'platform.pool.scale', 'platform.pool.pause', 'platform.pool.pause']);
  });

  it.each([
    { reason: 'a target above every machine that exists', more: () => ({ target: 7 }), said: { code: 'TARGET_ABOVE_MACHINES', message: 'The target is 7; the pool\'s racks hold 6 machines of the shape.' } },
    { reason: 'a target above its maximum', more: () => ({ maximum: 3 }), said: { code: 'POOL_BOUNDS' } },
    { reason: 'racks that hold too few', more: () => ({ rackIds: [site.racks[1]], target: 2 }), said: { code: 'TARGET_ABOVE_MACHINES' } },
    { reason: 'a class that the site does not admit', more: () => ({ tenantClasses: ['RESEARCH'] }), said: { code: 'UNKNOWN_VALUE', path: ['tenantClasses', '0'] } },
    { reason: 'a name that is taken', more: () => ({ name: 'gpu' }), said: { __typename: 'Conflict', code: 'ALREADY_EXISTS' } },
    { reason: 'a cluster that is not there', more: () => ({ clusterId: 'cluster_01h455vb4pex5vsknk084sn02q' }), said: { __typename: 'NotFound' } },
    { reason: 'a label of ours', more: () => ({ labels: [{ key: 'cadastre.cloud/tenant', value: 'x' }] }), said: { code: 'BAD_FORMAT', path: ['labels', '0', 'key'] } },
  ])('with $reason is refused', async ({ more, said }) => { expect(await createPool('other', more())).toMatchObject(said); });

  it('beyond its maximum is not scaled', async () => {
    const [{ id, generation } = {}] = await provider.rows("SELECT id, generation FROM node_pool WHERE name = 'gpu'");
    expect(await provider.mutate('scaleNodePool', { id, generation, target: 9 }, POOL)).toMatchObject({ __typename: 'ValidationFailed', code: 'POOL_BOUNDS', path: ['target'] });
  });
});

describe('what stands on something holds it', () => {
  it('a hall keeps the cooling its racks use', async () => {
    expect(await provider.mutate('updateHall', { id: site.hallId, generation: 1, coolingKinds: ['AIR'] }, '')).toMatchObject({ __typename: 'Conflict', code: 'WOULD_BREAK_RUNNING', path: ['coolingKinds'] });
  });
  it('a shape keeps the watts its machines were counted with', async () => {
    expect(await provider.mutate('updateShape', { id: site.shapeId, generation: 1, maxW: SHAPE.maxW + 1 }, '')).toMatchObject({ code: 'WOULD_BREAK_RUNNING', path: ['maxW'] });
    expect(await provider.mutate('updateShape', { id: site.shapeId, generation: 1, peakFp16Tflops: 1 }, '... on ShapeAccepted { shape { peakFp16Tflops } }')).toMatchObject({ shape: { peakFp16Tflops: 1 } });
  });
  it('a rack with machines is not retired', async () => {
    const change = { id: site.racks[0], generation: 1, state: 'RETIRED' };
    expect(await provider.mutate('updateRack', change, '')).toMatchObject({ code: 'WOULD_BREAK_RUNNING', message: 'state cannot become RETIRED: 5 things depend on what it is now (h1-a01-m0, h1-a01-m1, h1-a01-m2, h1-a01-m3, h1-a01-m4).' });
  });
  it('a datacenter may change what nobody inside depends on', async () => {
    const changed = '... on DatacenterAccepted { datacenter { pueMilli leaseTo admittedTenantClasses region { code } } }';
    expect(await provider.mutate('updateDatacenter', { id: site.datacenterId, generation: 1, pueMilli: 1_100, admittedTenantClasses: ['PRIVATE'], leaseTo: '2036-01-01T00:00:00Z' }, changed)).toMatchObject({
      datacenter: { pueMilli: 1_100, leaseTo: '2036-01-01T00:00:00.000Z', admittedTenantClasses: ['PRIVATE'], region: { code: 'fr-pools' } },
    });
    expect(await provider.mutate('updateDatacenter', { id: site.datacenterId, generation: 2, leaseTo: null }, changed)).toMatchObject({ datacenter: { leaseTo: null } });
  });
});

it('organisations are created, and a consortium of them', async () => {
  const create = (input: object) => provider.mutate('createOrganisation', input, '... on OrganisationAccepted { organisation { id code class memberIds } }');
  const one = (await create({ code: 'chu-test', name: 'CHU', class: 'PUBLIC_BODY' }))['organisation'] as Data;
  expect(await create({ code: 'union-test', name: 'Union', class: 'CONSORTIUM', memberIds: [one['id']] })).toMatchObject({ organisation: { memberIds: [one['id']] } });
  expect(await create({ code: 'chu-test', name: 'CHU', class: 'PUBLIC_BODY' })).toMatchObject({ __typename: 'Conflict', code: 'ALREADY_EXISTS' });
  expect(await provider.ask('{ organisations { totalCount edges { node { code } } } }')).toMatchObject({ organisations: { totalCount: 2 } });
});

it('every list of the door answers with what is above its objects, and every object is found by its id', async () => {
  const above = 'datacenter { code region { code } }';
  const data = await provider.ask(`{
    regions { edges { node { id } } } datacenters { edges { node { id region { code } } } } halls { edges { node { id ${above} } } } racks { edges { node { id hall { ${above} } } } }
    machines { edges { node { id rack { hall { ${above} } } shape { code } } } } shapes { edges { node { id } } } clusters { edges { node { id ${above} } } }
    nodePools { edges { node { id cluster { ${above} } shape { code } } } } organisations { edges { node { id } } }
  }`);
  const nodes = Object.values(data).flatMap(list => (list as { readonly edges: readonly { readonly node: { readonly id: string } }[] }).edges.slice(0, 1).map(e => e.node.id));
  expect(nodes).toHaveLength(9);
  for (const id of nodes) expect(await provider.ask('query($id: ID!) { node(id: $id) { id __typename } }', { id })).toMatchObject({ node: { id } });
});
