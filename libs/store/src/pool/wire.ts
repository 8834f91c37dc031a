import pg from 'pg';

/** `2026-11-24 02:08:32.1+00` of a UTC session, as `2026-11-24T02:08:32.100Z`. */
export const instantOf = (text: string): string => {
  const day = text.slice(0, 10);
  const clock = text.slice(11, 19);
  const plus = text.indexOf('+', 19);
  const fraction = text.slice(20, plus < 0 ? undefined : plus);
  return `${day}T${clock}.${fraction.slice(0, 3).padEnd(3, '0')}Z`;
};

// Every bigint column counts things from one (sequences, epochs, transaction ids): 2^53 is 285 years at a million a second.
const integerOf = (text: string): number => {
  const n = Number(text);
  if (!Number.isSafeInteger(n)) throw new RangeError(`bigint ${text} does not fit`);
  return n;
};

const PARSERS: ReadonlyMap<number, (text: string) => unknown> = new Map<number, (text: string) => unknown>([
  [pg.types.builtins.INT8, integerOf],
  [pg.types.builtins.TIMESTAMPTZ, instantOf],
]);

// The driver's types know an enum of its own oids, which the oids of a database are not all of.
const driversOwn = pg.types.getTypeParser as unknown as (oid: number, format: string | undefined) => (text: string) => unknown;

/** Instants as RFC 3339 text, bigints as numbers, JSON as values, bytea as Buffer: what the domain types hold. */
export const WIRE_TYPES: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') => (format === 'binary' ? undefined : PARSERS.get(oid)) ?? driversOwn(oid, format),
};
