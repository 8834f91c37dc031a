import { describe, expect, it } from 'vitest';
import { at } from '../core/check.ts';
import type { InstanceId } from '../core/index.ts';
import { faultInWords, powerPhase } from '../datacenter/site.fixture.ts';
import type { PhaseTerms, SiteDraw } from './calendar.ts';
import { boundaries, contractAt, contradictions, facilityW, itLimitW, shortfall } from './calendar.ts';
import type { PowerPhase } from './model.ts';

const day = (date: string): string => `${date}T00:00:00.000Z`;
const phase = (name: string, contractedW: number, from: string, over: Partial<PowerPhase> = {}): PowerPhase => powerPhase(name, { contractedW, from: day(from), ...over });
/** 8 MW since 2026, 40 MW in 2027, 80 MW in 2028; 500 MW are only talked about. */
const VALENCE = [
  phase('one', 8_000_000, '2026-01-01'), phase('two', 40_000_000, '2027-01-01'), phase('three', 80_000_000, '2028-01-01'),
  phase('later', 500_000_000, '2029-01-01', { state: 'NEGOTIATING' }),
];

describe('a contract grows with the calendar', () => {
  it.each([
    { reason: 'before the first phase there is nothing', on: '2025-12-31', watts: 0 },
    { reason: 'the first instant of a phase counts', on: '2026-01-01', watts: 8_000_000 },
    { reason: 'the greatest phase in force holds, they do not add up', on: '2027-06-01', watts: 40_000_000 },
    { reason: 'what is negotiated gives nothing', on: '2030-01-01', watts: 80_000_000 },
  ])('$reason', ({ on, watts }) => { expect(contractAt(VALENCE, day(on))).toBe(watts); });

  it('the last instant of a phase does not count', () => {
    const ends = [phase('one', 8_000_000, '2026-01-01', { to: day('2027-01-01') })];
    expect([contractAt(ends, '2026-12-31T23:59:59.999Z'), contractAt(ends, day('2027-01-01'))]).toEqual([8_000_000, 0]);
  });

  it('IT watts are what is left of the facility\'s at its PUE, rounded down; and what they need is rounded up', () => {
    expect([itLimitW(8_000_000, 1_200), facilityW(6_666_666, 1_200), facilityW(6_666_667, 1_200), itLimitW(2_000_000_000, 1_001)]).toEqual([6_666_666, 8_000_000, 8_000_001, 1_998_001_998]);
  });

  it('boundaries are where energised phases begin and end, strictly inside', () => {
    const all = [...VALENCE, phase('short', 9_000_000, '2026-03-01', { to: day('2027-01-01') })];
    expect([boundaries(all, day('2026-01-01'), day('2028-01-01')), boundaries(all, day('2027-01-01'))]).toEqual([[day('2026-03-01'), day('2027-01-01')], [day('2028-01-01')]]);
  });
});

describe('phases contradict each other', () => {
  const said = (phases: readonly PowerPhase[]) => contradictions(phases, p => at('phases', phases.indexOf(p))).map(faultInWords);
  it.each([
    { reason: 'not when they grow', phases: VALENCE, said: [] },
    { reason: 'not when the smaller one follows the end of the greater', phases: [phase('a', 9, '2026-01-01', { to: day('2027-01-01') }), phase('b', 8, '2027-01-01')], said: [] },
    { reason: 'when the smaller one begins inside the greater', phases: [phase('a', 9, '2026-01-01', { to: '2027-01-01T00:00:00.001Z' }), phase('b', 8, '2027-01-01')], said: ['PHASES_CONTRADICT phases.1.contractedW value=8 limit=9 other=a'] },
    { reason: 'in whatever order they are written', phases: [phase('b', 8, '2027-01-01'), phase('a', 9, '2026-01-01')], said: ['PHASES_CONTRADICT phases.0.contractedW value=8 limit=9 other=a'] },
    { reason: 'when two begin together and differ', phases: [phase('a', 9, '2026-01-01'), phase('b', 8, '2026-01-01')], said: ['PHASES_CONTRADICT phases.1.contractedW value=8 limit=9 other=a'] },
    { reason: 'not when two begin together and agree', phases: [phase('a', 9, '2026-01-01'), phase('b', 9, '2026-01-01')], said: [] },
    { reason: 'also when only contracted', phases: [phase('a', 9, '2026-01-01', { state: 'CONTRACTED' }), phase('b', 8, '2027-01-01')], said: ['PHASES_CONTRADICT phases.1.contractedW value=8 limit=9 other=a'] },
    { reason: 'not with what is only authorised', phases: [phase('a', 9, '2026-01-01', { state: 'AUTHORISED' }), phase('b', 8, '2027-01-01')], said: [] },
  ])('$reason', ({ phases, said: wanted }) => { expect(said(phases)).toEqual(wanted); });
});

describe('what runs keeps its power until its lease ends', () => {
  const NOW = day('2026-06-01');
  // 1 MW at rest, and two leases of half a megawatt.
  const draw: SiteDraw = {
    usedW: 2_000_000, racks: ['A01', 'A02'],
    leases: [{ instanceId: 'instance_1' as InstanceId, watts: 500_000, leaseEnd: day('2026-09-01') }, { instanceId: 'instance_2' as InstanceId, watts: 500_000, leaseEnd: day('2027-03-01') }],
  };
  const contract = (phases: readonly PhaseTerms[], pueMilli = 1_200) => ({ phases, pueMilli });
  const short = (after: readonly PhaseTerms[], site = draw, before: readonly PhaseTerms[] = VALENCE) => {
    const found = shortfall(contract(before), contract(after), site, NOW);
    return found === undefined ? 'none' : `${found.at.slice(0, 10)} ${String(found.neededW)} ${found.running.join(',')}`;
  };
  it.each([
    { reason: 'nothing changes', after: VALENCE, said: 'none' },
    { reason: 'exactly enough is left', after: [phase('one', 2_400_000, '2026-01-01')], said: 'none' },
    { reason: 'one watt too few', after: [phase('one', 2_399_999, '2026-01-01')], said: '2026-06-01 2400000 instance_1,instance_2' },
    { reason: 'the only phase is energised no longer', after: [phase('one', 8_000_000, '2026-01-01', { state: 'CONTRACTED' })], said: '2026-06-01 2400000 instance_1,instance_2' },
    { reason: 'it ends while a lease runs: that lease, and the machines at rest', after: [phase('one', 8_000_000, '2026-01-01', { to: day('2026-12-01') })], said: '2026-12-01 1800000 instance_2' },
    { reason: 'it ends the instant the last lease does', after: [phase('one', 8_000_000, '2026-01-01', { to: day('2027-03-01') })], said: 'none' },
    { reason: 'a phase of the future is given up and nothing needed it', after: VALENCE.slice(0, 1), said: 'none' },
  ])('$reason', ({ after, said }) => { expect(short(after)).toBe(said); });

  it('names racks when machines only idle', () => { expect(short([], { ...draw, usedW: 1_000_000, leases: [] })).toBe('2026-06-01 1200000 A01,A02'); });
  it('lets a site that has too little grow', () => {
    expect(short([phase('one', 2_000_000, '2026-01-01')], draw, [phase('one', 1_000_000, '2026-01-01')])).toBe('none');
  });
  it('a worse PUE counts like a smaller contract', () => {
    const phases = [phase('one', 2_400_000, '2026-01-01')];
    expect([shortfall(contract(phases), contract(phases, 1_201), draw, NOW)?.neededW, shortfall(contract(phases), contract(phases, 1_199), draw, NOW)]).toEqual([2_402_000, undefined]);
  });
});
