import { beforeAll, describe, expect, it } from 'vitest';
import { operator, type Data } from '../testing/operator.ts';
import { declared, declareSite, RACK, type DeclaredSite } from '../testing/site.ts';

const door = operator();
let site: DeclaredSite;
beforeAll(async () => { site = await declareSite(door, 'fr-power'); });

const TREE = [
  { name: 'BUS-A1', kind: 'BUSWAY', parent: 'UPS-A', side: 'A', capacityW: 200_000 },
  { name: 'BUS-B1', kind: 'BUSWAY', parent: 'UPS-B', side: 'B', capacityW: 200_000 },
  { name: 'UPS-A', kind: 'UPS', parent: 'GRID', side: 'A', capacityW: 1_000_000, deratingPct: 10, assumed: ['deratingPct'] },
  { name: 'UPS-B', kind: 'UPS', parent: 'GRID', side: 'B', capacityW: 1_000_000, deratingPct: 10 },
  { name: 'GRID', kind: 'GRID_CONNECTION', side: 'NONE', capacityW: 8_000_000 },
];
const importing = (nodes: readonly object[]) => door.mutate('importPowerNodes', { datacenterId: site.datacenterId, nodes }, '... on PowerNodesImported { created updated unchanged receipt { auditEventId } }');
const tree = async (): Promise<ReadonlyMap<string, Data>> => {
  const answer = await door.ask('query($id: ID) { powerNodes(datacenterId: $id) { totalCount edges { node { id name kind parentName side capacityW usableW assumed generation datacenter { code } } } } }', { id: site.datacenterId });
  const nodes = (answer['powerNodes'] as { edges: readonly { node: Data }[] }).edges.map(e => e.node);
  return new Map(nodes.map(n => [String(n['name']), n]));
};
const changing = (name: string, node: Data | undefined, change: object) =>
  door.mutate('updatePowerNode', { id: node?.['id'], generation: node?.['generation'], ...change }, '... on PowerNodeAccepted { powerNode { name usableW parentName generation } }').then(answer => ({ name, ...answer }));
/** What the allocator would have written: the rack draws this. */
const drawing = (rackId: string, watts: number) =>
  door.asSuperuser(`INSERT INTO rack_capacity (rack_id, region_id, max_power_w, used_w) VALUES ('${rackId}', '${site.regionId}', 150000, ${String(watts)})`);

describe('the power tree of a datacenter', () => {
  it('comes in one call, children before parents, and a second time changes nothing', async () => {
    expect(await importing(TREE)).toMatchObject({ __typename: 'PowerNodesImported', created: 5, updated: 0, unchanged: 0, receipt: { auditEventId: expect.stringMatching(/^audit_/) as string } });
    expect(await importing(TREE)).toMatchObject({ created: 0, updated: 0, unchanged: 5 });
    expect((await tree()).get('UPS-A')).toMatchObject({ kind: 'UPS', parentName: 'GRID', side: 'A', capacityW: 1_000_000, usableW: 900_000, assumed: ['deratingPct'], generation: 1, datacenter: { code: 'dc-1' } });
    expect(await door.rows("SELECT verb, count(*) AS n FROM outbox WHERE noun = 'powernode' AND region_code = 'fr-power' GROUP BY verb")).toEqual([{ verb: 'created', n: 5 }]);
  });

  it('changes what differs of it', async () => {
    expect(await importing(TREE.map(n => (n.name === 'GRID' ? { ...n, capacityW: 9_000_000 } : n)))).toMatchObject({ created: 0, updated: 1, unchanged: 4 });
    expect((await tree()).get('GRID')).toMatchObject({ capacityW: 9_000_000, generation: 2 });
  });

  it.each([
    { reason: 'a circle', nodes: [{ name: 'X', kind: 'UPS', parent: 'Y', side: 'A', capacityW: 1 }, { name: 'Y', kind: 'UPS', parent: 'X', side: 'A', capacityW: 1 }], said: ['POWER_TREE_CYCLE nodes.0.parent'] },
    { reason: 'two parents', nodes: [{ name: 'X', kind: 'UPS', parent: 'UPS-A', side: 'A', capacityW: 1 }, { name: 'X', kind: 'UPS', parent: 'GRID', side: 'A', capacityW: 1 }], said: ['POWER_TWO_PARENTS nodes.1.parent'] },
    { reason: 'a feed with no side', nodes: [{ name: 'X', kind: 'RACK_FEED', parent: 'GRID', side: 'NONE', capacityW: 1 }], said: ['FEED_WITHOUT_SIDE nodes.0.side'] },
    { reason: 'side B under side A', nodes: [{ name: 'X', kind: 'BUSWAY', parent: 'UPS-A', side: 'B', capacityW: 1 }], said: ['POWER_SIDE_MISMATCH nodes.0.side'] },
    { reason: 'an unknown parent, and no power', nodes: [{ name: 'X', kind: 'UPS', parent: 'UPSA', side: 'A', capacityW: 0 }], said: ['BELOW_MINIMUM nodes.0.capacityW', 'UNKNOWN_VALUE nodes.0.parent'] },
  ])('refuses $reason, and writes nothing', async ({ nodes, said }) => {
    const before = await tree();
    const answer = await importing(nodes);
    expect((answer['faults'] as readonly Data[]).map(f => `${String(f['code'])} ${(f['path'] as readonly string[]).join('.')}`)).toEqual(said);
    expect(await tree()).toEqual(before);
  });

  it('refuses a node below one that it feeds', async () => {
    const nodes = await tree();
    expect(await changing('GRID', nodes.get('GRID'), { side: 'A', parentId: nodes.get('BUS-A1')?.['id'] })).toMatchObject({ __typename: 'ValidationFailed', code: 'POWER_SIDE_MISMATCH' });
    expect(await changing('UPS-A', nodes.get('UPS-A'), { parentId: nodes.get('BUS-A1')?.['id'] })).toMatchObject({ __typename: 'ValidationFailed', code: 'POWER_TREE_CYCLE', message: 'Power node UPS-A would feed itself: UPS-A, BUS-A1.' });
  });
});

describe('racks on the tree', () => {
  const rack = (name: string, over: object) => door.mutate('createRack', { ...RACK, hallId: site.hallId, name, ...over }, '... on RackAccepted { rack { id feedA feedB } }');
  it.each([
    { reason: 'a feed that is not there', over: { feedA: 'BUS-A7' }, said: { code: 'UNKNOWN_VALUE', path: ['feedA'], message: '"BUS-A7" is not a value of feedA.' } },
    { reason: 'a feed of the other side', over: { feedA: 'BUS-B1' }, said: { code: 'FEED_WRONG_SIDE', path: ['feedA'], message: 'Rack R would be fed on side A by BUS-B1, which is of side B.' } },
    { reason: 'a node that has no side', over: { feedB: 'GRID' }, said: { code: 'FEED_WITHOUT_SIDE', path: ['feedB'], message: 'Rack R would be fed on side B by GRID, which has no side.' } },
  ])('refuse $reason', async ({ over, said }) => { expect(await rack('R', over)).toMatchObject(said); });

  it('keep what they draw: the racks that a smaller node would cut are named, with the least that would not', async () => {
    const id = await declared(door, 'createRack', 'rack', { ...RACK, hallId: site.hallId, name: 'R1', feedA: 'BUS-A1', feedB: 'BUS-B1' });
    await drawing(id, 120_000);
    const bus = (await tree()).get('BUS-A1');
    expect(await changing('BUS-A1', bus, { capacityW: 119_999 })).toMatchObject({
      __typename: 'Conflict', code: 'WOULD_BREAK_RUNNING', path: ['capacityW'],
      message: 'capacityW cannot become 119999 W: 1 thing depends on what it is now (R1).', suggestion: 'Give at least 120000, or release what is named first.',
    });
    expect(await changing('BUS-A1', bus, { capacityW: 120_000 })).toMatchObject({ __typename: 'PowerNodeAccepted', powerNode: { usableW: 120_000 } });
    // The other side must be able to carry it alone, unless the datacenter does not ask for that.
    const datacenter = { id: site.datacenterId, generation: 1 };
    const selection = '... on DatacenterAccepted { datacenter { feedLossTolerated generation } }';
    expect(await door.mutate('updateDatacenter', { ...datacenter, feedLossTolerated: false }, selection)).toMatchObject({ datacenter: { feedLossTolerated: false, generation: 2 } });
    expect(await changing('BUS-B1', (await tree()).get('BUS-B1'), { capacityW: 60_000 })).toMatchObject({ __typename: 'PowerNodeAccepted' });
    expect(await door.mutate('updateDatacenter', { ...datacenter, generation: 2, feedLossTolerated: true }, selection)).toMatchObject({ code: 'WOULD_BREAK_RUNNING', path: ['feedLossTolerated'] });
    // Without its A side the whole rack would hang on 60 kW.
    const removed = await door.mutate('updateRack', { id, generation: 1, feedA: null }, '... on RackAccepted { rack { feedA } }');
    expect(removed).toMatchObject({ code: 'WOULD_BREAK_RUNNING', path: ['feedA'], message: 'feedA cannot become BUS-B1: 120000 W > 60000 W: 1 thing depends on what it is now (R1).' });
  });
});

it('a machine says which NVLink domain it is of', async () => {
  const rackId = await declared(door, 'createRack', 'rack', { ...RACK, hallId: site.hallId, name: 'NV1' });
  const id = await declared(door, 'createMachine', 'machine', { rackId, shapeId: site.shapeId, name: 'nv1-m01', serial: 'NV-1', simulated: true, nvlinkDomain: 'nv1' });
  const selection = '... on MachineAccepted { machine { nvlinkDomain } }';
  expect(await door.mutate('updateMachine', { id, generation: 1, nvlinkDomain: 'no label' }, selection)).toMatchObject({ code: 'BAD_FORMAT', path: ['nvlinkDomain'] });
  expect(await door.mutate('updateMachine', { id, generation: 1, nvlinkDomain: null }, selection)).toMatchObject({ machine: { nvlinkDomain: null } });
});
