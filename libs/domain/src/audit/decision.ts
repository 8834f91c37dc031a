import { at } from '../core/check.ts';
import type { Faults, IdKind, OrganisationId, Problem, Result } from '../core/index.ts';
import { faults, no, ok, problem } from '../core/index.ts';
import type { Amendment, Patch } from '../core/patch.ts';
import { amendment, nulls, patched } from '../core/patch.ts';
import type { AuditFact } from './model.ts';

/** An object changed: the key that wakes whoever looks after it, never the facts. */
export interface EventFact {
  readonly noun: string;
  readonly objectId: string;
  /** Past tense: `created`, `updated`. */
  readonly verb: string;
  /** `_` for what belongs to no region. */
  readonly regionCode: string;
  readonly tenantId?: OrganisationId;
}

/** What an act comes to: the rows to write, who is to be woken, what the audit log says. Nothing has happened yet. */
export interface Decision<Next> {
  readonly next: Next;
  readonly events: readonly EventFact[];
  readonly audit: readonly AuditFact[];
}
/** The same for an update: `changes` are the fields that differ, to be written only if the generation is still `ifGeneration`. */
export interface Change<Next, K extends keyof Next> extends Decision<Next> {
  readonly changes: Amendment<Next, K>;
  readonly ifGeneration: number;
}
export type Decided<Next> = Result<Decision<Next>, Faults>;

/** The decision, unless something was found: then all of it, so that an input is mended in one round. */
export const unless = <D>(found: readonly Problem[], decision: () => D): Result<D, Faults> => {
  const list = faults(found);
  return list === undefined ? ok(decision()) : no(list);
};

export const notFound = (noun: IdKind, id: string, ...path: readonly string[]): Result<never, Faults> =>
  no([problem('NOT_FOUND', { noun, id }, { path })]);

/**
 * The object that an update is about: there, at the generation that was read, and with no null where there must be a value (`needed`).
 * A stale generation is reported alone: the rest of the input was written with another object in view.
 */
export const current = <T extends { readonly id: string; readonly generation: number }, K extends string>(
  noun: IdKind, input: { readonly id: string; readonly generation: number } & { readonly [N in K]?: unknown }, seen: T | undefined, needed: readonly K[],
): Result<T, Faults> => {
  if (seen === undefined) return notFound(noun, input.id, 'id');
  if (seen.generation !== input.generation) {
    return no([problem('STALE_GENERATION', { noun, id: seen.id, asked: input.generation, current: seen.generation }, { path: ['generation'] })]);
  }
  const empty = faults(nulls(at(), input, needed));
  return empty === undefined ? ok(seen) : no(empty);
};

/** The object with the patch applied, one generation later, and what has to be written for it. */
export const amended = <T extends { readonly generation: number }, K extends keyof T>(before: T, patch: Patch<Pick<T, K>>, names: readonly K[]) => {
  const next: T = { ...patched(before, patch, names), generation: before.generation + 1 };
  return { next, changes: amendment(before, next, names), ifGeneration: before.generation };
};

/** The name is taken, in a place where names are unique. */
export const alreadyExists = (noun: IdKind, value: string, place: { readonly path: readonly string[]; readonly line?: number }): Problem =>
  problem('ALREADY_EXISTS', { noun, field: place.path.at(-1) ?? '', value }, place);
