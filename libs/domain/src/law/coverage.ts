import type { Instant } from '../core/index.ts';
import type { Held } from './model.ts';

/**
 * The first instant of `[from, to)` at which nothing of this kind is valid; undefined when all of it is covered. Certifications that follow one
 * another without a gap count as one. An empty interval asks about the instant `from` alone.
 */
export const uncovered = (held: readonly Held[], kind: string, from: Instant, to: Instant): Instant | undefined => {
  let at = from;
  for (;;) {
    const reach = reachFrom(held, kind, at);
    if (reach === undefined) return at;
    if (reach >= to) return undefined;
    at = reach;
  }
};

/** The latest end among those valid at the instant. */
const reachFrom = (held: readonly Held[], kind: string, at: Instant): Instant | undefined => {
  let reach: Instant | undefined;
  for (const c of held) {
    if (c.kind === kind && c.from <= at && at < c.to && (reach === undefined || c.to > reach)) reach = c.to;
  }
  return reach;
};

/** When the last certification of the kind that is over at `at` ended; undefined when none is. */
export const lapsedAt = (held: readonly Held[], kind: string, at: Instant): Instant | undefined => {
  let last: Instant | undefined;
  for (const c of held) if (c.kind === kind && c.to <= at && (last === undefined || c.to > last)) last = c.to;
  return last;
};

/** The first instant after `at` at which a certification begins or ends: until then every answer stays what it is. */
export const nextChange = (held: readonly Held[], at: Instant): Instant | undefined => {
  let next: Instant | undefined;
  for (const c of held) {
    for (const instant of [c.from, c.to]) if (instant > at && (next === undefined || instant < next)) next = instant;
  }
  return next;
};
