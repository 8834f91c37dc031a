import type { StaffCoverage } from './model.ts';
import { WEEKDAYS } from './model.ts';

type Rota = Pick<StaffCoverage, 'skill' | 'days' | 'fromMinute' | 'toMinute' | 'responseMinutes'>;

const DAY = 1_440;
const WEEK = 7 * DAY;
const round = (minute: number): number => ((minute % WEEK) + WEEK) % WEEK;

/**
 * Minutes from an incident at the worst moment of the week to somebody of the skill (absent: of any) on site: the wait for the next covered
 * minute, and the response from there, of whoever arrives first. Undefined when nobody ever comes. Weeks without a change of clocks.
 *
 * The wait for one line of the rota only shrinks as time passes, except at the instant where its hours end. So the worst moment is the end of
 * some line's hours, and only those are tried: a week has 10,080 minutes and a rota a few dozen ends. The property test compares both.
 */
export const worstResponseMinutes = (coverages: readonly Rota[], skill?: string): number | undefined => {
  const shifts = coverages.filter(c => skill === undefined || c.skill === skill).flatMap(shiftsOf);
  if (shifts.length === 0) return undefined;
  return Math.max(...shifts.map(ending => Math.min(...shifts.map(s => arrival(s, round(ending.begin + ending.length))))));
};

interface Shift {
  readonly begin: number;
  readonly length: number;
  readonly responseMinutes: number;
}

const shiftsOf = (c: Rota): readonly Shift[] => {
  const length = c.toMinute > c.fromMinute ? c.toMinute - c.fromMinute : c.toMinute + DAY - c.fromMinute;
  return c.days.map(day => ({ begin: WEEKDAYS.indexOf(day) * DAY + c.fromMinute, length, responseMinutes: c.responseMinutes }));
};

const arrival = (s: Shift, minute: number): number => {
  const since = round(minute - s.begin);
  return (since < s.length ? 0 : WEEK - since) + s.responseMinutes;
};
