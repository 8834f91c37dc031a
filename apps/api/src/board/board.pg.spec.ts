import { openTestStore, storeDatabase, type Site } from '@cadastre/store/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDoor, type TestDoor } from '../testing/door.ts';
import { foreseenSite, seedDecisions, type SeededDecision } from '../testing/foresight.ts';

const db = storeDatabase();
let s: Site;
let door: TestDoor;

/** Monday of week 3 is 18 January 2027. */
const at = (day: number, clock: string): string => `2027-01-${String(day)}T${clock}:00.000Z`;
const nextDay = (day: number, clock: string): string => at(day + 1, clock);
/** One machine of 8 GPUs for a day: 192 GPU-hours. */
const refused = (day: number, clock: string, reason: string, over: Partial<SeededDecision> = {}): SeededDecision => ({ at: at(day, clock), reason, leaseEnd: nextDay(day, clock), ...over });

beforeAll(async () => {
  s = await foreseenSite(db);
  door = await startDoor('provider', db);
  await seedDecisions(db, s, [
    // Asked three times, each within an hour of the one before: once.
    refused(18, '10:00', 'RACK_POWER'), refused(18, '10:40', 'RACK_POWER'), refused(18, '11:40', 'POWER_PHASE'),
    // The same again, more than an hour later: another.
    refused(18, '12:41', 'POWER_PHASE'),
    // Another organisation, another count, another size are other asks.
    refused(18, '10:10', 'RACK_POWER', { tenant: 1 }), refused(18, '10:20', 'NO_CAPACITY', { count: 10 }), refused(18, '10:30', 'NO_CAPACITY', { more: { gpusPerInstance: 1 } }),
    // A slice for 90 minutes: 0.375 GPU-hours, which round down to none.
    { at: at(18, '10:30'), reason: 'STAFFING', leaseEnd: at(18, '12:00'), more: { milliGpu: 250 } },
    // Refused, and placed when it was repeated.
    refused(19, '09:00', 'COOLING', { count: 2 }), { at: at(19, '09:30'), count: 2, leaseEnd: nextDay(19, '09:00') },
    // Placed, and the next one refused.
    { at: at(20, '09:00'), count: 3, leaseEnd: nextDay(20, '09:00') }, refused(20, '09:30', 'TENANT_CLASS', { count: 3 }),
    // The last minute of week 3, repeated in week 4: counted there, once.
    refused(24, '23:59', 'WAITING_FOR_QUOTA', { count: 4 }), refused(25, '00:10', 'WAITING_FOR_QUOTA', { count: 4 }),
    // A reservation of two machines for two days of a later month: 768 GPU-hours. The order of two machines an hour before is another ask.
    refused(27, '08:00', 'RESERVED_FOR_OTHERS', { count: 2 }),
    { at: at(27, '08:30'), reason: 'RESERVED_FOR_OTHERS', more: { count: undefined, machines: 2, from: '2027-03-01T00:00:00.000Z', to: '2027-03-03T00:00:00.000Z' } },
    // A lease that was over before it was asked for asks for no hours; one without an end neither.
    refused(26, '08:00', 'MISCONFIGURED', { leaseEnd: at(25, '00:00'), count: 5 }), { at: at(26, '09:00'), reason: 'MISCONFIGURED', count: 6 },
  ]);
}, 60_000);
afterAll(() => door.stop());

const board = async (args: string, lang = 'en'): Promise<Record<string, unknown>> => {
  const { data, errors } = await door.ask<{ limitingBoard: Record<string, unknown> }>(
    `{ limitingBoard(${args}) { __typename ... on Problem { code path message } ... on LimitingBoard { region { id } cells { week resource orders gpuHours reasons { reason orders gpuHours } } } } }`,
    { token: await door.token('pascal'), headers: { 'accept-language': lang } },
  );
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data.limitingBoard;
};
interface Cell { readonly week: string; readonly resource: string; readonly orders: number; readonly gpuHours: number; readonly reasons: readonly unknown[] }
const cells = async (from: string, to: string): Promise<readonly Cell[]> => (await board(`regionId: "${s.regionId}", from: "${from}", to: "${to}"`))['cells'] as readonly Cell[];

describe('the board of the limiting resource', () => {
  it('adds up what each resource blocked, week by week, and a repeated ask once', async () => {
    const all = await cells('2027-01-01T00:00:00Z', '2027-02-01T00:00:00Z');
    expect(all.map(c => [c.week, c.resource, c.orders, c.gpuHours])).toEqual([
      ['2027-W03', 'GPUS', 2, 1_944], ['2027-W03', 'POWER', 3, 576], ['2027-W03', 'LAW', 1, 576], ['2027-W03', 'STAFF', 1, 0], ['2027-W04', 'GPUS', 2, 1_152], ['2027-W04', 'QUOTA', 1, 768], ['2027-W04', 'NONE', 2, 0],
    ]);
    expect(all.find(c => c.resource === 'POWER')?.reasons).toEqual([{ reason: 'POWER_PHASE', orders: 2, gpuHours: 384 }, { reason: 'RACK_POWER', orders: 1, gpuHours: 192 }]);
  });

  it('looks at [from, to), and still knows a repetition that comes just after', async () => {
    expect(await cells('2027-01-18T00:00:00Z', '2027-01-18T10:00:00Z')).toEqual([]);
    // 10:00 is asked again at 10:40, after the end of what is looked at: not the last of its kind.
    expect(await cells('2027-01-18T10:00:00Z', '2027-01-18T10:20:00Z')).toMatchObject([{ resource: 'POWER', orders: 1 }]);
  });

  it('refuses in data what it cannot answer', async () => {
    expect(await board('regionId: "region_x", from: "2027-01-01T00:00:00Z", to: "2027-01-02T00:00:00Z"')).toMatchObject({ __typename: 'NotFound', path: ['regionId'] });
    expect(await board(`regionId: "${s.regionId}", from: "2027-01-02T00:00:00Z", to: "2027-01-02T00:00:00Z"`)).toMatchObject({ __typename: 'ValidationFailed', code: 'INTERVAL_REVERSED' });
  });

  it('is not for the tenant\'s door', async () => {
    const tenant = openTestStore(db, 'tenant');
    await expect(tenant.read({ tenant: s.tenants[0]!.id }, q => q.rows({ text: "SELECT * FROM app_unplaced('r', now(), now())" }))).rejects.toThrow('permission denied');
    await tenant.close();
  });
});
