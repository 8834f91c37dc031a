/** Integer watts (power in everything that is stored, hashed or compared; no floats). */
export type Watts = number;
/** Instants are RFC 3339 UTC with milliseconds, `2026-11-24T10:00:00.000Z`: comparable as text, JSON-safe. */
export type Instant = string;
/** The clock comes in through the door: `Date.now` is a lint error in this library. */
export interface Clock {
  now(): Instant;
}
/** ISO 3166-1 alpha-2, upper case. */
export type CountryCode = string;
/** Later than anything that is dated: the end of what has none. Comparable as text like every instant. */
export const FAR_FUTURE: Instant = '9999-12-31T23:59:59.999Z';
