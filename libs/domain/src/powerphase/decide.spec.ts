import { describe, expect, it } from 'vitest';
import type { InstanceId } from '../core/index.ts';
import { countingIds, datacenter, inWords, powerPhase } from '../datacenter/site.fixture.ts';
import type { CalendarSeen, PhaseRow, SetPowerPhase } from './decide.ts';
import { decideSetPowerCalendar, decideSetPowerPhase } from './decide.ts';

const NOW = '2026-06-01T00:00:00.000Z';
const FROM = '2026-01-01T00:00:00.000Z';
const ONE = powerPhase('one');
const draw = { usedW: 2_000_000, racks: ['A01'], leases: [{ instanceId: 'instance_1' as InstanceId, watts: 500_000, leaseEnd: '2027-01-01T00:00:00.000Z' }] };
const seen: CalendarSeen = { datacenter, regionCode: 'fr-valence', phases: [ONE], draw };
const row = (over: Partial<PhaseRow> = {}): PhaseRow => ({ name: 'one', contractedW: 8_000_000, state: 'ENERGISED', from: FROM, assumed: [], ...over });
const by = { ids: countingIds(), now: NOW };
const set = (over: Partial<SetPowerPhase>, more: Partial<CalendarSeen> = {}) => decideSetPowerPhase({ ...row(), datacenterId: datacenter.id, ...over }, { ...seen, ...more }, by);
const evidence = { document: 'Convention de raccordement n° 12', sha256: 'a'.repeat(64) };

describe('a phase is set', () => {
  it.each([
    { reason: 'a new one', result: set({ name: 'two', contractedW: 40_000_000, from: '2027-01-01T00:00:00.000Z', state: 'AUTHORISED' }), said: ['ok'] },
    { reason: 'with its evidence', result: set({ evidence }), said: ['ok'] },
    { reason: 'with half a digest', result: set({ evidence: { ...evidence, sha256: 'AB' } }), said: ['BAD_FORMAT evidence.sha256 value=AB expected=[0-9a-f]{64}'] },
    { reason: 'that ends before it begins', result: set({ to: FROM }), said: ['INTERVAL_REVERSED to'] },
    { reason: 'of no power', result: set({ contractedW: 0 }), said: ['BELOW_MINIMUM contractedW value=0 limit=1'] },
    { reason: 'smaller than the one it begins in', result: set({ name: 'two', contractedW: 1, from: NOW }), said: ['PHASES_CONTRADICT contractedW value=1 limit=8000000 other=one'] },
    { reason: 'down to what runs', result: set({ contractedW: 2_400_000 }), said: ['ok'] },
    { reason: 'below what runs: who, and the least', result: set({ contractedW: 2_399_999 }), said: [`WOULD_BREAK_RUNNING contractedW value=${NOW} count=1 running=instance_1`] },
    { reason: 'a state goes back under what runs', result: set({ state: 'CONTRACTED' }), said: [`WOULD_BREAK_RUNNING state value=${NOW} count=1 running=instance_1`] },
    { reason: 'a state goes back and nothing runs', result: set({ state: 'NEGOTIATING' }, { draw: { usedW: 0, racks: [], leases: [] } }), said: ['ok'] },
    { reason: 'an end comes before that of a lease', result: set({ to: '2026-12-31T00:00:00.000Z' }), said: ['WOULD_BREAK_RUNNING to value=2026-12-31T00:00:00.000Z count=1 running=instance_1'] },
    { reason: 'an end after that of every lease', result: set({ to: '2027-01-01T00:00:00.000Z' }), said: ['ok'] },
    { reason: 'a beginning is put off under what runs', result: set({ from: '2026-07-01T00:00:00.000Z' }), said: [`WOULD_BREAK_RUNNING from value=${NOW} count=1 running=instance_1`] },
    { reason: 'somebody was faster', result: set({ generation: 2 }), said: ['STALE_GENERATION generation asked=2 current=3'] },
    { reason: 'in no datacenter', result: set({}, { datacenter: undefined }), said: ['NOT_FOUND datacenterId'] },
  ])('$reason', ({ result, said }) => { expect(inWords(result)).toEqual(said); });

  it('keeps the id of its name, one generation later', () => {
    expect(set({ contractedW: 9_000_000 })).toMatchObject({ value: { next: { phase: { id: ONE.id, generation: 4 } }, events: [{ verb: 'updated' }], audit: [{ change: [{ path: 'contractedW', from: 8_000_000, to: 9_000_000 }] }] } });
  });
});

describe('a calendar is replaced at once', () => {
  const all = (phases: readonly PhaseRow[], more: Partial<CalendarSeen> = {}) => decideSetPowerCalendar({ datacenterId: datacenter.id, phases }, { ...seen, ...more }, by);
  it.each([
    { reason: 'the same again', result: all([row()]), said: ['ok'] },
    { reason: 'under another name: no step between is judged', result: all([row({ name: 'eins' })]), said: ['ok'] },
    { reason: 'to nothing while something runs', result: all([]), said: [`WOULD_BREAK_RUNNING phases value=${NOW} count=1 running=instance_1`] },
    { reason: 'to nothing while nothing runs', result: all([], { draw: { usedW: 0, racks: [], leases: [] } }), said: ['ok'] },
    { reason: 'with a name twice', result: all([row(), row()]), said: ['DUPLICATE phases.1.name value=one other=1'] },
    { reason: 'with a contradiction', result: all([row(), row({ name: 'two', contractedW: 7, from: NOW })]), said: ['PHASES_CONTRADICT phases.1.contractedW value=7 limit=8000000 other=one'] },
    { reason: 'with two faults', result: all([row({ contractedW: -1 }), row({ name: '' })]), said: ['BELOW_MINIMUM phases.0.contractedW value=-1 limit=1', 'REQUIRED phases.1.name'] },
  ])('$reason', ({ result, said }) => { expect(inWords(result)).toEqual(said); });

  it('writes what differs, removes what is not named, leaves the rest', () => {
    const two = powerPhase('two', { contractedW: 40_000_000, from: '2027-01-01T00:00:00.000Z' });
    const result = all([row(), row({ name: 'three', contractedW: 80_000_000, from: '2028-01-01T00:00:00.000Z' })], { phases: [ONE, two] });
    expect(result).toMatchObject({ value: { next: { created: [{ name: 'three' }], updated: [], unchanged: [{ id: ONE.id, generation: 3 }], removed: [{ name: 'two' }] }, events: [{ verb: 'created' }, { verb: 'removed' }] } });
  });
});
