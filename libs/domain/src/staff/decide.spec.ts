import { describe, expect, it } from 'vitest';
import { countingIds, datacenter, inWords } from '../datacenter/site.fixture.ts';
import type { StaffId } from '../core/index.ts';
import type { CreateStaffCoverage, UpdateStaffCoverage } from './decide.ts';
import { decideCreateStaffCoverage, decideUpdateStaffCoverage } from './decide.ts';

const wanted: CreateStaffCoverage = {
  datacenterId: datacenter.id, name: 'astreinte', skill: 'HANDS', days: ['SAT', 'SUN'], fromMinute: 0, toMinute: 1_440, responseMinutes: 90, assumed: ['responseMinutes'],
};
const seen = { datacenter, regionCode: 'fr-valence', taken: false };
const create = (over: Partial<CreateStaffCoverage> = {}, more: Partial<typeof seen> = {}) => decideCreateStaffCoverage({ ...wanted, ...over }, { ...seen, ...more }, { ids: countingIds() });
const coverage = { ...wanted, id: 'staff_s' as StaffId, generation: 3 };
// What a client may send where the type says a number.
const NULL = null as unknown as number;
const update = (over: Partial<UpdateStaffCoverage>) => decideUpdateStaffCoverage({ id: coverage.id, generation: 3, ...over }, { coverage, regionCode: 'fr-valence' });

describe('a coverage is declared', () => {
  it.each([
    { reason: 'as it should be', result: create(), said: ['ok'] },
    { reason: 'over midnight', result: create({ fromMinute: 1_320, toMinute: 360 }), said: ['ok'] },
    { reason: 'suspended from the start', result: create({ days: [] }), said: ['ok'] },
    { reason: 'on a day that is none, and twice on one that is', result: create({ days: ['SAT', 'SAT', 'DIM' as 'SUN'] }), said: ['UNKNOWN_VALUE days.2 value=DIM near=none', 'DUPLICATE days.1 value=SAT other=1'] },
    { reason: 'beyond the day, after more than a week', result: create({ fromMinute: 1_440, toMinute: 0, responseMinutes: 10_081 }), said: ['ABOVE_MAXIMUM fromMinute value=1440 limit=1439', 'BELOW_MINIMUM toMinute value=0 limit=1', 'ABOVE_MAXIMUM responseMinutes value=10081 limit=10080'] },
    { reason: 'of a skill in small letters', result: create({ skill: 'hands' }), said: ['BAD_FORMAT skill value=hands expected=[A-Z][A-Z0-9_]{1,30}'] },
    { reason: 'under a name that is taken', result: create({}, { taken: true }), said: ['ALREADY_EXISTS name value=astreinte'] },
    { reason: 'in no datacenter', result: decideCreateStaffCoverage(wanted, { ...seen, datacenter: undefined }, { ids: countingIds() }), said: ['NOT_FOUND datacenterId'] },
  ])('$reason', ({ result, said }) => { expect(inWords(result).map(w => w.replace(/ near=\w+/, ' near=none'))).toEqual(said); });
});

describe('a coverage is changed', () => {
  it.each([
    { reason: 'other days', result: update({ days: ['SUN'] }), said: ['ok'] },
    { reason: 'without hours', result: update({ fromMinute: NULL }), said: ['REQUIRED fromMinute'] },
    { reason: 'somebody was faster', result: update({ generation: 2 }), said: ['STALE_GENERATION generation asked=2 current=3'] },
  ])('$reason', ({ result, said }) => { expect(inWords(result)).toEqual(said); });

  it('says what changed, and wakes whoever looks after the site', () => {
    const result = update({ responseMinutes: 60 });
    expect(result.ok && [result.value.changes, result.value.events, result.value.audit[0]?.change]).toEqual([
      { responseMinutes: 60 }, [{ noun: 'staff', objectId: 'staff_s', verb: 'updated', regionCode: 'fr-valence' }], [{ path: 'responseMinutes', from: 90, to: 60 }],
    ]);
  });
});
