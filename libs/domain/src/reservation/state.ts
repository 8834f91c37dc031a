import type { Instant } from '../core/index.ts';
import type { Reservation, ReservationState } from './model.ts';

type Dated = Pick<Reservation, 'state' | 'from' | 'to' | 'cancelledAt'>;

/** What a reservation is at an instant: SCHEDULED → ACTIVE → EXPIRED by the calendar alone, CANCELLED for ever. */
export const stateAt = (r: Dated, now: Instant): ReservationState => {
  if (r.state === 'CANCELLED') return 'CANCELLED';
  if (now < r.from) return 'SCHEDULED';
  return now < r.to ? 'ACTIVE' : 'EXPIRED';
};

/** The part of [from, to) in which it holds its machines; undefined when it was cancelled before it began. */
export const holds = (r: Dated): { readonly from: Instant; readonly to: Instant } | undefined => {
  const to = r.cancelledAt !== undefined && r.cancelledAt < r.to ? r.cancelledAt : r.to;
  return r.from < to ? { from: r.from, to } : undefined;
};
