import { fromBase64, fromUtf8 } from '@cadastre/tlog';
import type { Json, JsonObject } from './json.ts';
import { parseStrict } from './json.ts';

/** The first check that does not hold; `reason` is a word of docs/audit-bundle.md. */
export class Fails extends Error {
  override readonly name = 'Fails';
  readonly reason: string;
  constructor(reason: string, because: string) {
    super(because);
    this.reason = reason;
  }
}

/** Whatever goes wrong inside of a check has its reason. */
export const check = async <T>(reason: string, work: () => T | Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw error instanceof Fails ? error : new Fails(reason, error instanceof Error ? error.message : String(error));
  }
};
export const must: (holds: boolean, what: string) => asserts holds = (holds, what) => {
  if (!holds) throw new Error(what);
};

const MAX_JSON = 2 ** 20;
/** A JSON file: one object on one line. */
export const jsonFile = (bytes: Uint8Array): JsonObject => {
  const text = fromUtf8(bytes);
  must(text !== undefined && bytes.length <= MAX_JSON && text.endsWith('\n'), 'not one line of UTF-8 of at most 1 MiB');
  must(text.indexOf('\n') === text.length - 1, 'not one line');
  return parseStrict(text.slice(0, -1));
};

export const objectIn = (value: Json | undefined, ...fields: readonly string[]): JsonObject => {
  must(typeof value === 'object' && value !== null && !Array.isArray(value), 'not an object');
  const object = value as JsonObject;
  must(fields.length === 0 || Object.keys(object).join() === fields.join(), 'other fields than these');
  return object;
};
export const listIn = (value: Json | undefined): readonly Json[] => {
  must(Array.isArray(value), 'not a list');
  return value as readonly Json[];
};
export const textIn = (value: Json | undefined): string => {
  must(typeof value === 'string', 'not a text');
  return value;
};
export const sizeIn = (value: Json | undefined): number => {
  must(typeof value === 'number' && value >= 0, 'not a size');
  // The rules let a zero be written -0.
  return value + 0;
};
export const base64In = (value: Json | undefined, bytes?: number): Uint8Array => {
  const out = fromBase64(textIn(value));
  must(out !== undefined && (bytes === undefined ? out.length > 0 : out.length === bytes), 'not base64 of the right length');
  return out;
};
export const hashesIn = (value: Json | undefined): readonly Uint8Array[] => listIn(value).map(h => base64In(h, 32));

/** A pattern without groups. */
export const INSTANT = String.raw`[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z`;
const WHOLE = new RegExp(`^${INSTANT}$`);
/** Milliseconds, with days counted on from the first of the month. */
export const instantIn = (value: Json | undefined): number => {
  const text = textIn(value);
  must(WHOLE.test(text), 'not an instant');
  const n = (from: number, to: number): number => Number(text.slice(from, to));
  return new Date(0).setUTCFullYear(n(0, 4), n(5, 7) - 1, n(8, 10)) + ((n(11, 13) * 60 + n(14, 16)) * 60 + n(17, 19)) * 1_000 + n(20, 23);
};
