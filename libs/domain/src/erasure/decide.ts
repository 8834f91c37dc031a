import type { Change, Decision } from '../audit/decision.ts';
import { current, notFound, unless } from '../audit/decision.ts';
import type { AuditFact } from '../audit/model.ts';
import * as check from '../core/check.ts';
import { at } from '../core/check.ts';
import type { ContractEndId, Faults, Ids, Instant, OrganisationId, Problem, Result } from '../core/index.ts';
import { no, problem } from '../core/index.ts';
import type { ContractEnd, Erasure, ErasureGround } from './model.ts';
import { GROUND_CLAUSES } from './model.ts';

/** Days of notice before an organisation's data are erased: SecNumCloud 3.2 §19.4. */
export const NOTICE_FLOOR_DAYS = 21;
const NOTICE_CEILING_DAYS = 365;
const MAX_SUBJECT = 200;
const ASKED_FOR = Object.keys(GROUND_CLAUSES).filter(ground => ground !== 'CONTRACT_ENDED');
const DAY_MS = 86_400_000;

export interface EraseSubject {
  readonly subject: string;
  readonly ground: ErasureGround;
}
/** Who acts, from which directory, and when. */
export interface By {
  readonly ids: Ids;
  readonly subject: string;
  /** Absent: the provider's. */
  readonly tenant?: OrganisationId;
  readonly now: Instant;
}

/**
 * One person decides, never about themselves: an erasure cannot be undone, and the data subject is the second person by asking for it. A second signature was rejected: the regulation gives a
 * month, and what remains (the opaque id, the act, its place in the log) is what an investigation stands on.
 */
export const decideEraseSubject = (input: EraseSubject, seen: { readonly held: boolean }, by: By): Result<Decision<Erasure>, Faults> => {
  const found = [
    ...check.text(at('subject'), input.subject, MAX_SUBJECT),
    ...check.oneOf(at('ground'), input.ground, ASKED_FOR),
  ];
  const list: readonly Problem[] = found.length > 0 ? found : [
    ...(input.subject === by.subject ? [problem('OWN_TRACES', {}, { path: ['subject'] })] : []),
    ...(seen.held ? [problem('LEGAL_HOLD', {}, { path: ['subject'], retryable: true })] : []),
  ];
  return unless(list, () => {
    const next: Erasure = {
      id: by.ids.next('erasure'), ...(by.tenant === undefined ? {} : { tenantId: by.tenant }), subject: input.subject, ground: input.ground, state: 'REQUESTED', requestedBy: by.subject, requestedAt: by.now, keys: [], generation: 1,
    };
    return { next, events: [erasureEvent(next, 'requested')], audit: [erasureFact(next, 'requested')] };
  });
};

export const erasureEvent = (e: Erasure, verb: 'requested' | 'erased') => ({ noun: 'erasure', objectId: e.id, verb, regionCode: '_', ...(e.tenantId === undefined ? {} : { tenantId: e.tenantId }) });

/** About the person, so that a search for what was done to them finds it; the erasure is its parent. */
export const erasureFact = (e: Erasure, phase: 'requested' | 'completed', numbers: AuditFact['numbers'] = {}): AuditFact => ({
  type: 'audit.subject.erase', phase, outcome: 'success', ...(e.tenantId === undefined ? {} : { tenant: e.tenantId }),
  target: { kind: e.subject === undefined ? 'organisation' : 'subject', id: e.subject ?? e.tenantId ?? 'provider', parent: e.id },
  numbers: { ground: e.ground, clause: GROUND_CLAUSES[e.ground], ...numbers },
});

export interface EndContract {
  readonly organisationId: OrganisationId;
  readonly noticeDays: number;
}
export interface NamedContractEnd {
  readonly id: ContractEndId;
  readonly generation: number;
}

const noticeFaults = (days: number): readonly Problem[] =>
  days < NOTICE_FLOOR_DAYS ? [problem('NOTICE_TOO_SHORT', { field: 'noticeDays', value: days, limit: NOTICE_FLOOR_DAYS, clause: 'SecNumCloud 3.2 §19.4' }, { path: ['noticeDays'] })] : check.integer(at('noticeDays'), days, NOTICE_FLOOR_DAYS, NOTICE_CEILING_DAYS);

export const decideEndContract = (input: EndContract, seen: { readonly organisation: boolean; readonly open: boolean; readonly held: boolean }, by: Omit<By, 'tenant'>): Result<Decision<ContractEnd>, Faults> => {
  if (!seen.organisation) return notFound('organisation', input.organisationId, 'organisationId');
  if (seen.open) return no([problem('ALREADY_EXISTS', { noun: 'contractend', field: 'organisationId', value: input.organisationId }, { path: ['organisationId'] })]);
  if (seen.held) return no([problem('LEGAL_HOLD', {}, { path: ['organisationId'], retryable: true })]);
  return unless(noticeFaults(input.noticeDays), () => {
    const next: ContractEnd = { id: by.ids.next('contractend'), tenantId: input.organisationId, noticeDays: input.noticeDays, state: 'PROPOSED', proposedBy: by.subject, generation: 1 };
    return { next, events: [contractEvent(next, 'proposed')], audit: [contractFact(next, 'requested')] };
  });
};

/** Another person's yes is the notice: its date stands in the event, in the organisation's own log. */
export const decideApproveContractEnd = (input: NamedContractEnd, seen: ContractEnd | undefined, by: { readonly subject: string; readonly now: Instant }): Result<Change<ContractEnd, 'state' | 'approvedBy' | 'noticedAt' | 'dueAt'>, Faults> => {
  const found = current('contractend', input, seen, []);
  if (!found.ok) return found;
  const end = found.value;
  if (end.state !== 'PROPOSED') return wrongState(end, 'PROPOSED');
  if (end.proposedBy === by.subject) return no([problem('SAME_PERSON', { noun: 'contractend' }, { path: ['id'] })]);
  return unless([], () => {
    const dueAt = new Date(Date.parse(by.now) + end.noticeDays * DAY_MS).toISOString();
    const changes = { state: 'NOTICED', approvedBy: by.subject, noticedAt: by.now, dueAt } as const;
    const next: ContractEnd = { ...end, ...changes, generation: end.generation + 1 };
    return { next, changes, ifGeneration: end.generation, events: [contractEvent(next, 'noticed')], audit: [contractFact(next, 'completed')] };
  });
};

/** Anybody may call it off before the date: that takes nothing from anybody. */
export const decideCancelContractEnd = (input: NamedContractEnd, seen: ContractEnd | undefined, by: { readonly subject: string; readonly now: Instant }): Result<Change<ContractEnd, 'state' | 'cancelledBy' | 'cancelledAt'>, Faults> => {
  const found = current('contractend', input, seen, []);
  if (!found.ok) return found;
  const end = found.value;
  if (end.state !== 'PROPOSED' && end.state !== 'NOTICED') return wrongState(end, 'NOTICED');
  return unless([], () => {
    const changes = { state: 'CANCELLED', cancelledBy: by.subject, cancelledAt: by.now } as const;
    const next: ContractEnd = { ...end, ...changes, generation: end.generation + 1 };
    return { next, changes, ifGeneration: end.generation, events: [contractEvent(next, 'cancelled')], audit: [contractFact(next, 'completed')] };
  });
};

/** The date has come: what the notary writes, with the erasure that follows from it. */
export const planContractEnded = (end: ContractEnd, by: { readonly ids: Ids; readonly now: Instant }): { readonly end: Change<ContractEnd, 'state' | 'endedAt'>; readonly erasure: Decision<Erasure> } => {
  const changes = { state: 'ENDED', endedAt: by.now } as const;
  const next: ContractEnd = { ...end, ...changes, generation: end.generation + 1 };
  const erasure: Erasure = { id: by.ids.next('erasure'), tenantId: end.tenantId, ground: 'CONTRACT_ENDED', state: 'REQUESTED', requestedBy: end.approvedBy ?? end.proposedBy, requestedAt: by.now, contractEndId: end.id, keys: [], generation: 1 };
  return {
    end: { next, changes, ifGeneration: end.generation, events: [contractEvent(next, 'ended')], audit: [contractFact(next, 'completed')] },
    erasure: { next: erasure, events: [erasureEvent(erasure, 'requested')], audit: [erasureFact(erasure, 'requested')] },
  };
};

const wrongState = (end: ContractEnd, expected: string): Result<never, Faults> => no([problem('WRONG_STATE', { noun: 'contractend', state: end.state, expected }, { path: ['id'] })]);
const contractEvent = (e: ContractEnd, verb: string) => ({ noun: 'contractend', objectId: e.id, verb, regionCode: '_', tenantId: e.tenantId });
const contractFact = (e: ContractEnd, phase: 'requested' | 'completed'): AuditFact => ({
  type: 'audit.contract.end', phase, outcome: 'success', tenant: e.tenantId, target: { kind: 'contractend', id: e.id, parent: e.tenantId }, op: { to: e.state },
  numbers: { noticeDays: e.noticeDays, ...(e.dueAt === undefined ? {} : { dueAt: e.dueAt }) },
});
