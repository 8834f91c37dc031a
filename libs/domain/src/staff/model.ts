import type { DatacenterId, StaffId } from '../core/index.ts';

export const WEEKDAYS = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** People of one skill who can be on site: a line of a site's rota, repeated every week. */
export interface StaffCoverage {
  readonly id: StaffId;
  readonly datacenterId: DatacenterId;
  /** Unique in the datacenter. */
  readonly name: string;
  /** What they can do: `HANDS`, `GPU_REPAIR`, `HIGH_VOLTAGE`…; `[A-Z][A-Z0-9_]{1,30}`. */
  readonly skill: string;
  /** Days on which the hours begin. Empty: suspended. */
  readonly days: readonly Weekday[];
  /** Local minute of the day at which the hours begin, 0 to 1439. */
  readonly fromMinute: number;
  /** Local minute at which they end, 1 to 1440. Not after `fromMinute`: on the following day, so that a night is one line. */
  readonly toMinute: number;
  /** Minutes from a call within the hours to somebody on site. */
  readonly responseMinutes: number;
  readonly assumed: readonly string[];
  readonly generation: number;
}
