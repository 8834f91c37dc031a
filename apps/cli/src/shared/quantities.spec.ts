import { describe, expect, it } from 'vitest';
import { count, instant, lastWeeks, past, thousandths, watts } from './quantities.ts';

describe('quantities as people type them', () => {
  it.each([
    ['8MW', 8_000_000], ['2.3MW', 2_300_000], ['2,3 MW', 2_300_000], ['150kW', 150_000], ['10200', 10_200], ['10200W', 10_200], ['0.5GW', 500_000_000], ['0', 0],
  ] as const)('%s', (typed, w) => { expect(watts(typed, 'en')).toBe(w); });
  it.each(['', 'MW', '-1', '0.5', '1.0001kW', '1e6', '8 mW'])('"%s" is no number of whole watts', typed => { expect(() => watts(typed, 'en')).toThrow('8MW'); });
  it.each([['1.2', 1_200], ['1', 1_000], ['1,05', 1_050], ['1.234', 1_234]] as const)('PUE %s', (typed, milli) => { expect(thousandths(typed, 'en')).toBe(milli); });
  it.each(['', '1.2345', 'x'])('"%s" is no PUE', typed => { expect(() => thousandths(typed, 'en')).toThrow('1.2'); });
  it.each(['', '1.5', '-2'])('"%s" is no count', typed => { expect(() => count(typed, 'fr')).toThrow('8'); });
});

describe('the last weeks', () => {
  it.each([
    { reason: 'on a Monday', now: '2027-01-18T00:00:00Z', weeks: 1, from: '2027-01-18', to: '2027-01-25' },
    { reason: 'on a Sunday', now: '2027-01-24T23:59:59Z', weeks: 1, from: '2027-01-18', to: '2027-01-25' },
    { reason: 'eight of them', now: '2027-01-20T12:00:00Z', weeks: 8, from: '2026-11-30', to: '2027-01-25' },
  ])('$reason', ({ now, weeks, from, to }) => {
    expect(lastWeeks(weeks, Date.parse(now))).toEqual({ from: `${from}T00:00:00.000Z`, to: `${to}T00:00:00.000Z` });
  });
});

describe('instants', () => {
  it.each([
    ['2027-07-01', '2027-07-01T00:00:00.000Z'], ['2028-02-29', '2028-02-29T00:00:00.000Z'], ['2027-07-01T08:00:00Z', '2027-07-01T08:00:00.000Z'], ['2027-07-01T08:00+02:00', '2027-07-01T06:00:00.000Z'],
  ] as const)('%s', (typed, at) => { expect(instant(typed, 'fr')).toBe(at); });
  it.each(['', 'demain', '2027-02-30', '2027-13-01', '01/07/2027', '2027-07-01 08:00', '2027-07-01T08:00'])('"%s" is no instant: no zone, no such day or no date', typed => { expect(() => instant(typed, 'fr')).toThrow('2027-07-01'); });
});

describe('what is over', () => {
  const now = Date.parse('2026-11-28T08:30:00Z');
  it.each([
    ['2h', '2026-11-28T06:30:00.000Z'], ['45m', '2026-11-28T07:45:00.000Z'], ['7d', '2026-11-21T08:30:00.000Z'], ['7j', '2026-11-21T08:30:00.000Z'],
    ['2026-07-01', '2026-07-01T00:00:00.000Z'], ['2026-07-01T08:00:00Z', '2026-07-01T08:00:00.000Z'],
  ] as const)('%s', (typed, at) => { expect(past(typed, 'fr', now)).toBe(at); });
  it.each(['', '2', 'h', '-2h', '2w', 'hier'])('"%s" is told with examples of all kinds', typed => { expect(() => past(typed, 'fr', now)).toThrow('2h, 7d, 2026-07-01'); });
});
