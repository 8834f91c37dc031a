import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StaffCoverage } from './model.ts';
import { WEEKDAYS } from './model.ts';
import { worstResponseMinutes } from './worst.ts';

const WORKDAYS = WEEKDAYS.slice(0, 5);
const rota = (over: object = {}) => ({ skill: 'HANDS', days: WEEKDAYS, fromMinute: 0, toMinute: 1_440, responseMinutes: 30, ...over });
const hours = (h: number): number => h * 60;

describe('the worst moment of the week to need somebody', () => {
  it.each([
    { reason: 'nobody on the rota: nobody ever comes', rotas: [], worst: undefined },
    { reason: 'a suspended line is nobody', rotas: [rota({ days: [] })], worst: undefined },
    { reason: 'day and night, every day: the response and nothing else', rotas: [rota()], worst: 30 },
    { reason: 'office hours: Friday at 18:00 waits until Monday at 8:00', rotas: [rota({ days: WORKDAYS, fromMinute: hours(8), toMinute: hours(18) })], worst: hours(6 + 48 + 8) + 30 },
    { reason: 'nights only, 22:00 to 6:00: 6:00 waits until 22:00', rotas: [rota({ fromMinute: hours(22), toMinute: hours(6) })], worst: hours(16) + 30 },
    { reason: 'an hour a week: the whole week but that hour', rotas: [rota({ days: ['WED'], fromMinute: hours(9), toMinute: hours(10) })], worst: hours(7 * 24 - 1) + 30 },
    { reason: 'Sunday night runs into Monday morning', rotas: [rota({ days: ['SUN'], fromMinute: hours(20), toMinute: hours(8) })], worst: hours(7 * 24 - 12) + 30 },
    { reason: 'noon to noon is a whole day', rotas: [rota({ fromMinute: hours(12), toMinute: hours(12) })], worst: 30 },
    {
      reason: 'office hours on site and on call around the clock: the call, at night',
      rotas: [rota({ days: WORKDAYS, fromMinute: hours(8), toMinute: hours(18), responseMinutes: 10 }), rota({ responseMinutes: 120 })], worst: 120,
    },
    {
      reason: 'on call from far is no help when the office opens sooner',
      rotas: [rota({ fromMinute: hours(6), toMinute: hours(22), responseMinutes: 15 }), rota({ days: ['SAT'], fromMinute: hours(22), toMinute: hours(23), responseMinutes: hours(12) })],
      worst: hours(8) + 15,
    },
    { reason: 'another skill does not count', rotas: [rota({ skill: 'HIGH_VOLTAGE' })], skill: 'HANDS', worst: undefined },
    { reason: 'no skill asked: anybody', rotas: [rota({ skill: 'HIGH_VOLTAGE' })], worst: 30 },
  ])('$reason', ({ rotas, skill, worst }) => { expect(worstResponseMinutes(rotas, skill)).toBe(worst); });

  const line = fc.record({
    skill: fc.constant('HANDS'), days: fc.subarray([...WEEKDAYS]), fromMinute: fc.integer({ min: 0, max: 1_439 }), toMinute: fc.integer({ min: 1, max: 1_440 }),
    responseMinutes: fc.integer({ min: 0, max: 2_000 }),
  });
  it('is what trying all 10,080 minutes gives', () => {
    fc.assert(fc.property(fc.array(line, { maxLength: 4 }), rotas => { expect(worstResponseMinutes(rotas)).toBe(minuteByMinute(rotas)); }), { numRuns: 100 });
  });
});

/** The definition, without a thought: the wait of each line at each minute of the week, counted back from its covered minutes. */
const minuteByMinute = (rotas: readonly Pick<StaffCoverage, 'days' | 'fromMinute' | 'toMinute' | 'responseMinutes'>[]): number | undefined => {
  const arrivals = rotas.filter(r => r.days.length > 0).map(r => {
    const on = new Uint8Array(10_080);
    const end = r.toMinute > r.fromMinute ? r.toMinute : r.toMinute + 1_440;
    for (const day of r.days) for (let m = r.fromMinute; m < end; m++) on[(WEEKDAYS.indexOf(day) * 1_440 + m) % 10_080] = 1;
    const wait: number[] = [];
    // Twice around: the first time finds where Sunday's end waits for.
    for (let m = 2 * 10_080 - 1; m >= 0; m--) wait[m % 10_080] = on[m % 10_080] === 1 ? 0 : (wait[(m + 1) % 10_080] ?? 0) + 1;
    return wait.map(w => w + r.responseMinutes);
  });
  return arrivals.length === 0 ? undefined : Math.max(...Array.from({ length: 10_080 }, (_, m) => Math.min(...arrivals.map(a => a[m] ?? 0))));
};
