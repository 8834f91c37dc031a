import { beforeAll, describe, expect, it } from 'vitest';
import { operator } from '../testing/operator.ts';
import { declareSite, type DeclaredSite } from '../testing/site.ts';

const door = operator();
let site: DeclaredSite;
beforeAll(async () => { site = await declareSite(door, 'fr-staff'); });

const WORKDAYS = ['MON', 'TUE', 'WED', 'THU', 'FRI'];
const OFFICE = { skill: 'HANDS', days: WORKDAYS, fromMinute: 480, toMinute: 1_080, responseMinutes: 15 };
const create = (input: object) => door.mutate('createStaffCoverage', { datacenterId: site.datacenterId, ...OFFICE, ...input }, '... on StaffCoverageAccepted { staffCoverage { id name days datacenter { code } generation } }');
const response = async () => (await door.ask('query($id: ID!) { staffResponse(datacenterId: $id) { skill worstResponseMinutes } }', { id: site.datacenterId }))['staffResponse'];

describe('the rota of a site', () => {
  it('says how long one waits at worst, and shrinks the wait when somebody is on call', async () => {
    expect(await response()).toEqual([]);
    expect(await create({ name: 'bureau' })).toMatchObject({ __typename: 'StaffCoverageAccepted', staffCoverage: { name: 'bureau', days: WORKDAYS, datacenter: { code: 'dc-1' } } });
    // Friday 18:00 to Monday 8:00 is 62 hours.
    expect(await response()).toEqual([{ skill: 'HANDS', worstResponseMinutes: 62 * 60 + 15 }]);
    await create({ name: 'astreinte', days: [...WORKDAYS, 'SAT', 'SUN'], fromMinute: 0, toMinute: 1_440, responseMinutes: 120 });
    await create({ name: 'haute tension', skill: 'HIGH_VOLTAGE', days: [] });
    expect(await response()).toEqual([{ skill: 'HANDS', worstResponseMinutes: 120 }, { skill: 'HIGH_VOLTAGE', worstResponseMinutes: null }]);
  });

  it('refuses a name that is taken, a minute that no day has, and a stale change', async () => {
    expect(await create({ name: 'bureau' })).toMatchObject({ __typename: 'Conflict', code: 'ALREADY_EXISTS' });
    expect(await create({ name: 'tard', toMinute: 1_441 })).toMatchObject({ __typename: 'ValidationFailed', code: 'ABOVE_MAXIMUM', path: ['toMinute'] });
    const list = (await door.ask('query($id: ID) { staffCoverages(datacenterId: $id) { totalCount edges { node { id name generation } } } }', { id: site.datacenterId }))['staffCoverages'] as
      { readonly totalCount: number; readonly edges: readonly { readonly node: { readonly id: string; readonly name: string; readonly generation: number } }[] };
    expect([list.totalCount, list.edges.map(e => e.node.name)]).toEqual([3, ['bureau', 'astreinte', 'haute tension']]);
    const { id = '', generation = 0 } = list.edges[0]?.node ?? {};
    const update = (input: object) => door.mutate('updateStaffCoverage', { id, generation, ...input }, '... on StaffCoverageAccepted { staffCoverage { responseMinutes generation } }');
    expect(await update({ responseMinutes: 5 })).toMatchObject({ staffCoverage: { responseMinutes: 5, generation: 2 } });
    expect(await update({ responseMinutes: 6 })).toMatchObject({ __typename: 'Conflict', code: 'STALE_GENERATION' });
    expect(await door.ask('query($id: ID!) { node(id: $id) { __typename } }', { id })).toEqual({ node: { __typename: 'StaffCoverage' } });
  });

  it('is an operator\'s to change, and every change and refusal is in the log', async () => {
    expect(await door.mutate('createStaffCoverage', { datacenterId: site.datacenterId, ...OFFICE, name: 'x' }, '', 'pascal')).toMatchObject({ __typename: 'Forbidden' });
    const rows = await door.rows("SELECT type, outcome, count(*)::int AS n FROM audit_event WHERE type LIKE 'dcim.staff.%' GROUP BY 1, 2 ORDER BY 1, 2");
    expect(rows).toEqual([
      { type: 'dcim.staff.create', outcome: 'failure', n: 2 }, { type: 'dcim.staff.create', outcome: 'success', n: 3 },
      { type: 'dcim.staff.update', outcome: 'failure', n: 1 }, { type: 'dcim.staff.update', outcome: 'success', n: 1 },
    ]);
  });
});
