import type { Change, Decision } from '@cadastre/domain/audit';
import type { Faults, Id, IdKind, Problem, Result } from '@cadastre/domain/core';
import { faults, isId, no, ok, problem } from '@cadastre/domain/core';
import type { Write } from '@cadastre/store/commit';
import type { Outcome } from './mutate.ts';

/** What GraphQL hands over for a value of the domain: ids are any text, what may be absent may also be null. */
export type Wire<T> = T extends string | number | boolean
  ? (string extends T ? T : T extends Id<IdKind> ? string : T)
  : T extends readonly (infer E)[] ? readonly Wire<E>[]
    : T extends object ? { readonly [K in keyof T]?: Wire<T[K]> | null | undefined } : T;

/** Which fields hold ids, and of what. */
export type IdFields = { readonly [field: string]: IdKind | IdFields };

/** The input of a `create…` as the domain has it: ids of the right form, null the same as absent. */
export const created = <D extends object>(input: Wire<D>, ids: IdFields = {}): Result<D, Faults> => branded(without(input), ids);

/** The input of an `update…`: null stays, because it empties a field. */
export const updated = <D extends object>(input: Wire<D>, ids: IdFields): Result<D, Faults> => branded(input, ids);

const branded = <D extends object>(input: object, ids: IdFields): Result<D, Faults> => {
  const { idempotencyKey: _, ...wanted } = input as { idempotencyKey?: string };
  const list = faults(wrongIds(wanted, ids, []));
  return list === undefined ? ok(wanted as D) : no(list);
};

/** The id, or undefined for a text that cannot be one: nothing is there then, which is all that its reader may know. */
export const idOrNone = <K extends IdKind>(kind: K, text: string): Id<K> | undefined => (isId(kind, text) ? text : undefined);

const without = (input: object): object => Object.fromEntries(Object.entries(input).filter(([, v]) => v !== null));

const SHOWN = 80;
const wrongIds = (value: unknown, ids: IdFields, path: readonly string[]): readonly Problem[] => {
  if (Array.isArray(value)) return value.flatMap((item, n) => wrongIds(item, ids, [...path, String(n)]));
  if (typeof value !== 'object' || value === null) return [];
  const fields = value as Readonly<Record<string, unknown>>;
  return Object.entries(ids).flatMap(([field, kind]) => (typeof kind === 'string' ? wrongId(fields[field], kind, [...path, field]) : wrongIds(fields[field], kind, [...path, field])));
};
const wrongId = (value: unknown, kind: IdKind, path: readonly string[]): readonly Problem[] => {
  if (Array.isArray(value)) return value.flatMap((item, n) => wrongId(item, kind, [...path, String(n)]));
  return typeof value !== 'string' || isId(kind, value) ? [] : [problem('BAD_ID', { noun: kind, value: value.slice(0, SHOWN).replace(/\p{Cc}/gu, ' ') }, { path })];
};

/** A decision of the domain as an outcome of this floor: `write` makes its rows, in one statement or several, `answer` what is kept for a repeated key. */
export const outcome = <D extends Decision<unknown>, A>(decided: Result<D, Faults>, write: (decision: D) => Write | readonly Write[], answer: (decision: D) => A): Result<Outcome<A>, Faults> =>
  decided.ok ? ok({ writes: [write(decided.value)].flat(), events: decided.value.events, audit: decided.value.audit, answer: answer(decided.value) }) : decided;

/** The same for an update, whose answer is the id. */
export const changeOutcome = <T extends { readonly id: string }, K extends keyof T>(decided: Result<Change<T, K>, Faults>, write: (change: Change<T, K>) => Write): Result<Outcome<T['id']>, Faults> =>
  outcome(decided, write, d => d.next.id);

export type Filter<K extends string> = { readonly [P in K]?: string | null | undefined };
/**
 * The filters of a list as ids. Undefined when one cannot be an id: the list is then empty, as for an id that nothing has.
 */
export const filterIds = <const I extends Readonly<Record<string, IdKind>>>(
  filter: { readonly [P in keyof I]?: string | null | undefined }, kinds: I,
): { readonly [P in keyof I]?: Id<I[P]> } | undefined => {
  const out: Record<string, string> = {};
  for (const [field, kind] of Object.entries(kinds)) {
    const text = filter[field];
    if (text == null) continue;
    if (!isId(kind, text)) return undefined;
    out[field] = text;
  }
  return out as { readonly [P in keyof I]?: Id<I[P]> };
};
export const EMPTY = { items: [], totalCount: 0, hasNextPage: false } as const;
