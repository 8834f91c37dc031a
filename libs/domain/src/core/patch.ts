import type { Place, Found } from './check.ts';
import { fault, within } from './check.ts';

/** An update: a field that is absent stays, null empties it where it may be empty. */
export type Patch<T> = { readonly [K in keyof T]?: T[K] | null | undefined };

/** The new value. Null removes an optional field; for a field that must have a value `nulls` has already refused it. */
export const patched = <T extends object, K extends keyof T>(before: T, patch: Patch<Pick<T, K>>, names: readonly K[]): T => {
  const given = new Map<PropertyKey, unknown>(names.filter(name => patch[name] !== undefined).map(name => [name, patch[name]]));
  const next = Object.entries({ ...before, ...Object.fromEntries(given) });
  return Object.fromEntries(next.filter(([name]) => given.get(name) !== null)) as T;
};

/** Null where there must be a value. */
export const nulls = <K extends string>(place: Place, patch: { readonly [N in K]?: unknown }, names: readonly K[]): Found =>
  names.filter(name => patch[name] === null).map(name => fault('REQUIRED', within(place, name)));

/** What an update writes: only what differs; null empties an optional field. */
export type Amendment<T, K extends keyof T> = { readonly [P in K]?: T[P] | (undefined extends T[P] ? null : never) };
export const amendment = <T extends object, K extends keyof T>(before: T, next: T, names: readonly K[]): Amendment<T, K> => {
  const out: Partial<Record<K, unknown>> = {};
  for (const name of names) if (JSON.stringify(before[name]) !== JSON.stringify(next[name])) out[name] = next[name] ?? null;
  return out as Amendment<T, K>;
};

export interface Changed {
  readonly path: string;
  readonly from?: string | number;
  readonly to?: string | number;
}

/**
 * What an update changed, for the audit event. Numbers and words of closed lists are shown; of free text only that it changed, because
 * a name or an owner may be a person's.
 */
export const changed = <T extends object, K extends keyof T & string>(before: T, next: T, names: readonly K[], closed: readonly K[]): readonly Changed[] =>
  names.flatMap(path => {
    const [from, to] = [before[path], next[path]];
    if (JSON.stringify(from) === JSON.stringify(to)) return [];
    const [a, b] = [visible(from, closed.includes(path)), visible(to, closed.includes(path))];
    return [{ path, ...(a === undefined ? {} : { from: a }), ...(b === undefined ? {} : { to: b }) }];
  });

const visible = (value: unknown, isClosed: boolean): string | number | undefined => {
  if (typeof value === 'number') return value;
  if (!isClosed) return undefined;
  if (Array.isArray(value)) return value.join(',');
  return typeof value === 'string' || typeof value === 'boolean' ? String(value) : undefined;
};
