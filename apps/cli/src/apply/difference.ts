import type { Json, Row } from '../shared/graphql.ts';

export type Difference = { readonly kind: 'create' } | { readonly kind: 'unchanged' } | { readonly kind: 'update'; readonly changed: Row };

/**
 * What the file wants that the server does not have. Only the fields that an update can change are compared: the others are
 * the object's identity or are judged at creation, and a field that the file leaves out is left as it is.
 */
export const difference = (wanted: Row, found: Row | undefined, updatable: readonly string[]): Difference => {
  if (found === undefined) return { kind: 'create' };
  const changed = Object.fromEntries(updatable.filter(f => wanted[f] !== undefined && !same(wanted[f], found[f])).map(f => [f, wanted[f] as Json]));
  return Object.keys(changed).length === 0 ? { kind: 'unchanged' } : { kind: 'update', changed };
};

const same = (a: Json | undefined, b: Json | undefined): boolean => JSON.stringify(plain(a)) === JSON.stringify(plain(b));

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;
/** One instant has many spellings; the server answers in one of them. */
const plain = (value: Json | undefined): Json => (typeof value === 'string' && INSTANT.test(value) && !Number.isNaN(Date.parse(value)) ? new Date(value).toISOString() : (value ?? null));
