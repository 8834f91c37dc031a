import { asSuperuser, storeDatabase, type Site } from '@cadastre/store/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDoor, type TestDoor } from '../testing/door.ts';
import { foreseenSite, seedInstances } from '../testing/foresight.ts';

type Data = Readonly<Record<string, unknown>>;

const db = storeDatabase();
let s: Site;
let door: TestDoor;

beforeAll(async () => {
  s = await foreseenSite(db);
  door = await startDoor('provider', db);
  // One lease that ends in the middle of a day, one that is long over and was never given back.
  await seedInstances(db, s, [{ machine: 0, watts: 8_000, leaseEnd: '2099-03-10T15:00:00Z' }, { machine: 4, watts: 3_000, leaseEnd: '2020-01-01T00:00:00Z' }]);
}, 60_000);
afterAll(() => door.stop());

const FIELDS = `__typename ... on Problem { code path } ... on CapacityForecast { datacenter { id } treeDeclared intervals { from to phaseName phaseState contractedW energisedW itW committedItW freeItW limiting
  limitingFreeW limitingName fits { shape machines gpus bounds { resource machines freeW name } } mustBuild { racks racksPlanned coolingW distributionW } } }`;
const forecast = async (from: string, to: string, more = ''): Promise<Data> => {
  const { data, errors } = await door.ask<Data>(`{ capacityForecast(datacenterId: "${s.datacenterId}", from: "${from}", to: "${to}"${more}) { ${FIELDS} } }`, { token: await door.token('pascal') });
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data['capacityForecast'] as Data;
};
const intervals = async (from: string, to: string, more = ''): Promise<readonly Data[]> => (await forecast(from, to, more))['intervals'] as readonly Data[];

describe('the forecast of a datacenter', () => {
  it('counts what stands, what is held until its day is over, and the calendar', async () => {
    const list = await intervals('2099-03-01T00:00:00Z', '2099-04-01T00:00:00Z');
    expect(list.map(i => [i['from'], i['committedItW'], i['phaseName'], i['phaseState'], i['contractedW'], i['energisedW']])).toEqual([
      ['2099-03-01T00:00:00.000Z', 16_000, 'phase 2', 'CONTRACTED', 1_200_000, 400_000], ['2099-03-11T00:00:00.000Z', 8_000, 'phase 2', 'CONTRACTED', 1_200_000, 400_000],
    ]);
    // Two racks of 48 units with four machines of 4 units each take eight more of them, whatever the watts; N-1 leaves 200 kW of either transformer.
    expect(list[1]).toMatchObject({
      itW: 1_000_000, freeItW: 992_000, limiting: 'POWER_NODE', limitingFreeW: 192_000, limitingName: 'TA', mustBuild: { racks: 5, racksPlanned: 0, coolingW: 0, distributionW: 800_000 },
      fits: [{ machines: 16, gpus: 128, bounds: [{ resource: 'RACKS', machines: 16 }, { resource: 'POWER_NODE', machines: 21, name: 'TA' }, { resource: 'PHASE', machines: 110 }, { resource: 'COOLING', machines: 554, name: 'H1' }] }],
    });
  });

  it('says what is sure when only energised phases count', async () => {
    expect(await intervals('2099-05-01T00:00:00Z', '2099-06-01T00:00:00Z', ', atLeast: ENERGISED, rackW: 100000')).toMatchObject([{ phaseName: 'phase 1', itW: 333_333, mustBuild: { racks: 1, distributionW: 133_333 } }]);
  });

  it('holds a lease that is over and was not given back', async () => {
    const now = new Date(door.door.clock.now());
    const [first] = await intervals(now.toISOString(), new Date(now.getTime() + 1_000).toISOString());
    expect(first).toMatchObject({ committedItW: 19_000 });
  });

  it('keeps what dated reservations keep', async () => {
    const [one, two] = s.machines;
    await asSuperuser(db, `INSERT INTO reservation (id, tenant_id, project_id, region_id, shape_id, machines, watts, valid_from, valid_to, state, machine_ids)
      VALUES ('${door.door.ids.next('reservation')}', '${s.tenants[0]!.id}', '${s.tenants[0]!.projectId}', '${s.regionId}', '${s.shapeId}', 2, 18000, '2099-02-01T00:00:00Z', '2099-05-01T00:00:00Z', 'SCHEDULED',
        ARRAY['${one!.id}', '${two!.id}'])`);
    // 8,000 W above idle on each of two machines; of one of them the project's own instance holds them already.
    expect((await intervals('2099-01-01T00:00:00Z', '2099-06-01T00:00:00Z')).map(i => [String(i['from']).slice(0, 10), i['committedItW']])).toEqual([
      ['2099-01-01', 16_000], ['2099-02-01', 24_000], ['2099-03-11', 16_000], ['2099-05-01', 8_000],
    ]);
  });

  it('refuses in data what it cannot answer', async () => {
    expect(await forecast('2027-02-01T00:00:00Z', '2027-01-01T00:00:00Z')).toMatchObject({ __typename: 'ValidationFailed', code: 'INTERVAL_REVERSED', path: ['to'] });
    expect(await forecast('2027-01-01T00:00:00Z', '2027-02-01T00:00:00Z', ', shapes: ["b300"]')).toMatchObject({ __typename: 'ValidationFailed', code: 'UNKNOWN_VALUE', path: ['shapes', '0'] });
    const { data } = await door.ask<Data>('{ capacityForecast(datacenterId: "x", from: "2027-01-01T00:00:00Z", to: "2027-02-01T00:00:00Z") { __typename } }', { token: await door.token('tina') });
    expect(data).toEqual({ capacityForecast: { __typename: 'NotFound' } });
  });
});
