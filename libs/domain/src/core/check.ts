import { nearest } from './near.ts';
import type { Params, Problem, ProblemCode } from './problem.ts';
import { problem } from './problem.ts';

/** Where a value stands: its path in the input, and its line when it came from a file. */
export interface Place {
  readonly path: readonly string[];
  readonly line?: number;
}
export const at = (...path: readonly (string | number)[]): Place => ({ path: path.map(String) });
/** A field of the thing that stands at `place`. */
export const within = (place: Place, ...path: readonly (string | number)[]): Place => ({ ...place, path: [...place.path, ...path.map(String)] });

const SHOWN = 80;
/** What a message may repeat of a value: short, and on one line. */
export const shown = (value: string | number): string => {
  const text = String(value).replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ');
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
};

/** A fault at a place. `field` is always among the params: the last word of the path that is not an index. */
export const fault = (code: ProblemCode, place: Place, params: Params = {}): Problem =>
  problem(code, { field: place.path.findLast(word => !/^\d+$/.test(word)) ?? '', ...params }, place);

const NAMED = 20;
/**
 * A change that would take away what something stands on: how many depend on it, and the first of them. `least`: the smallest value that
 * would not, where there is one.
 */
export const wouldBreak = (place: Place, value: string | number, running: readonly string[], more: { readonly count?: number; readonly least?: number } = {}): Problem =>
  fault('WOULD_BREAK_RUNNING', place, { value, count: more.count ?? running.length, running: running.slice(0, NAMED), least: more.least ?? 'none' });

export type Found = readonly Problem[];
export const NONE: Found = [];

/** Text that people read: not blank, at most `limit` characters, on one line. */
export const text = (place: Place, value: string, limit: number): Found => {
  if (value.trim() === '') return [fault('REQUIRED', place)];
  if (value.length > limit) return [fault('TOO_LONG', place, { length: value.length, limit })];
  // Half of a surrogate pair is no text: the database's JSON refuses it, and a name that comes back changed is another name.
  if (!value.isWellFormed()) return [fault('BAD_FORMAT', place, { value: shown(value.toWellFormed()), expected: 'well-formed Unicode' })];
  return /[\p{Cc}\p{Zl}\p{Zp}]/u.test(value) ? [fault('BAD_FORMAT', place, { value: shown(value), expected: 'one line' })] : NONE;
};

/** Text with an alphabet; `expected` shows it to people. */
export const form = (place: Place, value: string, pattern: RegExp, expected: string): Found => {
  if (value === '') return [fault('REQUIRED', place)];
  return pattern.test(value) ? NONE : [fault('BAD_FORMAT', place, { value: shown(value), expected })];
};

/** Names that end up in subjects, labels and tokens; also a CHECK in the database. */
export const code = (place: Place, value: string): Found => form(place, value, /^[a-z][a-z0-9-]{1,30}$/, '[a-z][a-z0-9-]{1,30}');
/** RFC 1123 label: the name of a Kubernetes object. */
export const dnsLabel = (place: Place, value: string): Found => form(place, value, /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?');
/** Value of a Kubernetes label, not empty. */
export const labelWord = (place: Place, value: string): Found =>
  form(place, value, /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/, '[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?');

/** A whole number between two bounds, both included. */
export const integer = (place: Place, value: number, min: number, max: number): Found => {
  if (!Number.isInteger(value)) return [fault('NOT_AN_INTEGER', place, { value: String(value) })];
  if (value < min) return [fault('BELOW_MINIMUM', place, { value, limit: min })];
  return value > max ? [fault('ABOVE_MAXIMUM', place, { value, limit: max })] : NONE;
};

/** One of a closed list, with what was probably meant. */
export const oneOf = (place: Place, value: string, known: readonly string[]): Found =>
  known.includes(value) ? NONE : [fault('UNKNOWN_VALUE', place, { value: shown(value), near: nearest(value, known), known })];

/** A list of words from a closed list: not empty unless `atLeast` is 0, none twice. */
export const words = (place: Place, values: readonly string[], known: readonly string[], atLeast: 0 | 1): Found =>
  values.length < atLeast ? [fault('REQUIRED', place)] : [...values.flatMap((v, n) => oneOf(within(place, n), v, known)), ...distinct(place, values)];

/** Names of fields, as in `assumed`. */
export const fields = (place: Place, values: readonly string[], known: readonly string[]): Found => [
  ...values.flatMap((v, n) => (known.includes(v) ? NONE : [unknownField(within(place, n), v, known)])),
  ...distinct(place, values),
];
export const unknownField = (place: Place, name: string, known: readonly string[]): Problem =>
  fault('UNKNOWN_FIELD', place, { field: shown(name), near: nearest(name, known), known });

/** No value twice; one fault for each repetition, at the repetition. */
export const distinct = (place: Place, values: readonly string[]): Found =>
  values.flatMap((v, n) => (values.indexOf(v) < n ? [fault('DUPLICATE', within(place, n), { value: shown(v), other: String(values.indexOf(v) + 1) })] : NONE));
