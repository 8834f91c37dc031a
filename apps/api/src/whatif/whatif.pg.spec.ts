import { asSuperuser, storeDatabase, type Site } from '@cadastre/store/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDoor, type TestDoor } from '../testing/door.ts';
import { foreseenSite, seedInstances } from '../testing/foresight.ts';

type Data = Readonly<Record<string, unknown>>;

const db = storeDatabase();
let s: Site;
let door: TestDoor;
let named: readonly string[];

beforeAll(async () => {
  s = await foreseenSite(db);
  door = await startDoor('provider', db);
  named = await seedInstances(db, s, [{ machine: 0, watts: 8_000, leaseEnd: '2099-01-01T00:00:00Z' }, { machine: 4, watts: 3_000, leaseEnd: '2099-01-01T00:00:00Z' }]);
  // The second rack hangs on B alone.
  await asSuperuser(db, `UPDATE rack SET feed_a = NULL WHERE id = '${s.racks[1]!.id}'`);
}, 60_000);
afterAll(() => door.stop());

const ask = async (document: string): Promise<Data> => {
  const { data, errors } = await door.ask<Data>(document, { token: await door.token('pascal'), headers: { 'accept-language': 'en' } });
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data;
};
const nodeId = async (name: string): Promise<string> => {
  const [row] = await door.door.store.read('system', q => q.rows<{ id: string }>({ text: 'SELECT id FROM power_node WHERE name = $1', values: [name] }));
  return row?.id ?? '';
};
const cut = async (id: string): Promise<Data> =>
  (await ask(`{ feedCut(powerNodeId: "${id}") { __typename ... on Problem { code path } ... on FeedCut { name datacenter { id } dark { racks machines instances gpus watts } darkRacks { id name instanceIds } shifted { racks instances watts }
    overloaded { id name side beforeW loadW usableW overW } mustShedW } } }`))['feedCut'] as Data;
const fitting = async (args: string): Promise<Data> =>
  (await ask(`{ racksThatFit(datacenterId: "${s.datacenterId}", ${args}) { __typename ... on Problem { code path message } ... on ValidationFailed { faults { path } } ... on RacksThatFit { shape rackDrawW contractedW pueMilli feedLossTolerated racks racksBeside limitedBy
    limits { resource limitW racks freeW racksBeside name } } } }`))['racksThatFit'] as Data;

describe('what stops if a feed is cut', () => {
  it('B: the rack on B alone goes dark, the other runs on A', async () => {
    expect(await cut(await nodeId('B1'))).toEqual({
      __typename: 'FeedCut', name: 'B1', datacenter: { id: s.datacenterId }, dark: { racks: 1, machines: 4, instances: 1, gpus: 8, watts: 7_000 },
      darkRacks: [{ id: s.racks[1]!.id, name: s.racks[1]!.name, instanceIds: [named[1]] }], shifted: { racks: 1, instances: 1, watts: 12_000 }, overloaded: [], mustShedW: 0,
    });
  });
  it('A: nothing goes dark, and what B cannot carry then must be shed', async () => {
    await asSuperuser(db, "UPDATE power_node SET capacity_w = 15000 WHERE name IN ('B1', 'TB')");
    expect(await cut(await nodeId('TA'))).toMatchObject({
      dark: { racks: 0 }, darkRacks: [], shifted: { racks: 1 }, mustShedW: 4_000,
      overloaded: [{ name: 'B1', side: 'B', beforeW: 13_000, loadW: 19_000, usableW: 15_000, overW: 4_000 }, { name: 'TB', overW: 4_000 }],
    });
    await asSuperuser(db, "UPDATE power_node SET capacity_w = 200000 WHERE name IN ('B1', 'TB')");
  });
  it('of a node that is not there', async () => {
    expect(await cut(door.door.ids.next('powernode'))).toMatchObject({ __typename: 'NotFound', path: ['powerNodeId'] });
    expect(await cut('B1')).toMatchObject({ __typename: 'NotFound' });
  });
});

describe('how many racks fit a phase', () => {
  const shape = (): string => `shape: "s-${s.regionCode}"`;
  it('on an empty site and beside what runs, limit by limit', async () => {
    const phase2 = await door.door.store.read('system', q => q.rows<{ id: string }>({ text: "SELECT id FROM power_phase WHERE name = 'phase 2'" }));
    expect(await fitting(`${shape()}, machinesPerRack: 10, phaseId: "${phase2[0]?.id ?? ''}"`)).toEqual({
      __typename: 'RacksThatFit', shape: `s-${s.regionCode}`, rackDrawW: 90_000, contractedW: 1_200_000, pueMilli: 1_200, feedLossTolerated: true, racks: 2, racksBeside: 2, limitedBy: 'POWER_NODE',
      limits: [
        { resource: 'PHASE', limitW: 1_000_000, racks: 11, freeW: 981_000, racksBeside: 10, name: null }, { resource: 'POWER_NODE', limitW: 200_000, racks: 2, freeW: 181_000, racksBeside: 2, name: 'TA' },
        { resource: 'COOLING', limitW: 5_000_000, racks: 55, freeW: 4_981_000, racksBeside: 55, name: 'H1' },
      ],
    });
  });
  it('at another PUE and without N-1, in the phase that gives the most now', async () => {
    expect(await fitting(`${shape()}, machinesPerRack: 10, pueMilli: 1000, feedLossTolerated: false`)).toMatchObject({ pueMilli: 1_000, feedLossTolerated: false, contractedW: 400_000, racks: 4, limitedBy: 'PHASE' });
  });
  it('refuses in data what it cannot answer', async () => {
    expect(await fitting('shape: "x", machinesPerRack: 0')).toMatchObject({ __typename: 'ValidationFailed', faults: [{ path: ['shape'] }, { path: ['machinesPerRack'] }] });
    expect(await fitting(`${shape()}, phaseId: "${door.door.ids.next('phase')}"`)).toMatchObject({ __typename: 'NotFound', path: ['phaseId'] });
  });
});

describe('training and inference on one site', () => {
  const trade = async (args: string): Promise<Data> =>
    (await ask(`{ mixingTrade(datacenterId: "${s.datacenterId}", ${args}) { __typename ... on Problem { code path } ... on ValidationFailed { faults { path } } ... on MixingTrade { gpus freeGpus inferenceGpus floorGpus
      fromFree fromTraining slotsGained pausedGpus freedBeyond lostGpuMinutes unmet jobs yielding { instanceId gpus lostSeconds } } } }`))['mixingTrade'] as Data;
  let [older, newer]: readonly string[] = [];
  beforeAll(async () => {
    [older, newer] = named;
    await asSuperuser(db, `UPDATE gpu_instance SET interruptible = true, created_at = CASE id WHEN '${older ?? ''}' THEN timestamptz '2026-01-01Z' ELSE timestamptz '2026-02-01Z' END`);
    await asSuperuser(db, 'UPDATE machine_capacity c SET gpus_allocated = 8 WHERE EXISTS (SELECT FROM gpu_instance i WHERE i.machine_id = c.machine_id)');
  });

  it('first what is free, then the most recent job that may be interrupted', async () => {
    expect(await trade('inferenceFloorPct: 80, slotMilliGpu: 500')).toEqual({
      __typename: 'MixingTrade', gpus: 64, freeGpus: 48, inferenceGpus: 0, floorGpus: 51, fromFree: 48, fromTraining: 3, slotsGained: 102, pausedGpus: 8, freedBeyond: 5, lostGpuMinutes: 0, unmet: 0, jobs: 1,
      yielding: [{ instanceId: newer, gpus: 8, lostSeconds: 0 }],
    });
  });
  it('a notice that is too short for a checkpoint costs the work since the last', async () => {
    expect(await trade('inferenceFloorPct: 100, noticeSeconds: 30, checkpointSeconds: 60, checkpointEverySeconds: 1770')).toMatchObject({
      fromTraining: 16, unmet: 0, jobs: 2, lostGpuMinutes: 480, yielding: [{ instanceId: newer, lostSeconds: 1_800 }, { instanceId: older, lostSeconds: 1_800 }],
    });
  });
  it('work in an inference pool is what the floor is for', async () => {
    await asSuperuser(db, "UPDATE node_pool SET purpose = 'INFERENCE'");
    expect(await trade('inferenceFloorPct: 25')).toMatchObject({ inferenceGpus: 16, fromFree: 0, jobs: 0, unmet: 0 });
    await asSuperuser(db, "UPDATE node_pool SET purpose = 'TRAINING'");
  });
  it('refuses in data what it cannot answer', async () => {
    expect(await trade('inferenceFloorPct: 101, slotMilliGpu: 0')).toMatchObject({ __typename: 'ValidationFailed', faults: [{ path: ['inferenceFloorPct'] }, { path: ['slotMilliGpu'] }] });
    expect((await ask(`{ mixingTrade(datacenterId: "${door.door.ids.next('datacenter')}", inferenceFloorPct: 1) { __typename ... on Problem { path } } }`))['mixingTrade']).toEqual({ __typename: 'NotFound', path: ['datacenterId'] });
  });
});
