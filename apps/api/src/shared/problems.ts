import type { Condition, Faults, Problem, ProblemCode } from '@cadastre/domain/core';
import type { Lang } from '@cadastre/platform/locale';
import { type ConditionReason } from './messages/catalogue.ts';
import { CATALOGUES, render } from './messages/render.ts';
import type { DoorName, Viewer } from './viewer.ts';

/** Codes that say more than "your input is wrong"; all others are ValidationFailed. */
const MEMBER: Partial<Record<ProblemCode, string>> = {
  NOT_FOUND: 'NotFound', FORBIDDEN: 'Forbidden', IDEMPOTENCY_CONFLICT: 'IdempotencyConflict',
  STILL_RUNNING: 'Conflict', STALE_GENERATION: 'Conflict', ALREADY_EXISTS: 'Conflict', WRONG_STATE: 'Conflict', SAME_PERSON: 'Conflict', OWN_TRACES: 'Conflict', LEGAL_HOLD: 'Conflict', IN_USE: 'Conflict', WOULD_BREAK_RUNNING: 'Conflict',
  MANDATE_NOT_IN_FORCE: 'Conflict', INCOMPATIBLE_RIGHTS: 'Conflict', OWN_MANDATE: 'Conflict',
  REGION_UNAVAILABLE: 'Conflict', TOO_MANY_PLANS: 'Conflict', CLUSTER_CHECK_UNAVAILABLE: 'Conflict', AUDIT_LOG_NOT_OPEN: 'Conflict', TOO_MANY_EXPORTS: 'Conflict', MANDATE_MISSING: 'Forbidden', EXPORT_UNPROVABLE: 'Conflict', EXPORT_STORAGE: 'Conflict', VIEW_UNAVAILABLE: 'Conflict', EXPORT_EXPIRED: 'Conflict', RANGE_UNSATISFIABLE: 'Conflict',
  AUDIT_FROZEN: 'Conflict',
};

/** Fields of the `Problem` interface, in the reader's language. */
export interface ProblemData {
  readonly __typename: string;
  readonly code: ProblemCode;
  readonly message: string;
  readonly suggestion: string;
  readonly retryable: boolean;
  readonly path: readonly string[] | null;
}

const rendered = (lang: Lang, p: Problem) => {
  const sentence = CATALOGUES[lang].problems[p.code];
  // ICU's select needs a word for "none": an empty list or text would print nothing.
  const params = { ...p.params, near: p.params['near'] === '' || p.params['near'] === undefined ? 'none' : p.params['near'] };
  return {
    code: p.code, message: render(lang, sentence.message, params), suggestion: render(lang, sentence.suggestion, params), retryable: p.retryable, path: p.path ?? null,
  };
};

/** One problem as the union member that its code belongs to. */
export const problemData = (lang: Lang, p: Problem): ProblemData => {
  const data = rendered(lang, p);
  const __typename = MEMBER[p.code] ?? 'ValidationFailed';
  return __typename === 'ValidationFailed' ? { __typename, ...data, faults: [{ ...data, line: p.line ?? null }] } as ProblemData : { __typename, ...data };
};

/** All faults of an input: one that says more than "wrong input" speaks for itself when it is alone, a list is always ValidationFailed. */
export const faultsData = (lang: Lang, list: Faults): ProblemData => {
  const [first, ...more] = list;
  if (more.length === 0 && first.line === undefined) return problemData(lang, first);
  return { __typename: 'ValidationFailed', ...rendered(lang, first), faults: list.map(p => ({ ...rendered(lang, p), line: p.line ?? null })) } as ProblemData;
};

/** Conditions in the words of the door's audience. */
export const conditionsData = (viewer: Viewer, conditions: readonly Condition[]): readonly object[] =>
  conditions.map(c => ({ ...c, message: conditionMessage(viewer.lang, viewer.door.name, c) }));

const conditionMessage = (lang: Lang, door: DoorName, c: Condition): string => {
  const said = CATALOGUES[lang].conditions[c.reason as ConditionReason] as { operator: string; tenant: string } | undefined;
  return said === undefined ? c.reason : render(lang, door === 'tenant' ? said.tenant : said.operator, c.params);
};
