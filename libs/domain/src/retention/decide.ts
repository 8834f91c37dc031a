import type { Change, Decision } from '../audit/decision.ts';
import { current, notFound, unless } from '../audit/decision.ts';
import type { AuditFact } from '../audit/model.ts';
import * as check from '../core/check.ts';
import { at, fault } from '../core/check.ts';
import type { Faults, Ids, Instant, LegalHoldId, OrganisationId, Problem, Result, RetentionId } from '../core/index.ts';
import { no, problem } from '../core/index.ts';
import type { LegalHold, RetentionClass, RetentionPolicy } from './model.ts';
import { RETENTION } from './model.ts';

const MAX_TEXT = 300;

export interface SetRetention {
  readonly class: RetentionClass;
  readonly months: number;
  readonly reason?: string;
}
/** Who acts, and when. */
export interface By {
  readonly ids: Ids;
  readonly subject: string;
  readonly now: Instant;
}
type Named<I> = { readonly id: I; readonly generation: number };

const monthsFaults = ({ months, reason }: SetRetention): readonly Problem[] => {
  const path = ['months'];
  if (months < RETENTION.floor) return [problem('RETENTION_BELOW_FLOOR', { field: 'months', value: months, limit: RETENTION.floor, clause: 'SecNumCloud 3.2 §12.6' }, { path })];
  if (months > RETENTION.ceiling) return [problem('RETENTION_ABOVE_CEILING', { field: 'months', value: months, limit: RETENTION.ceiling, clause: 'CNIL 2021-122' }, { path })];
  if (months > RETENTION.byDefault && (reason ?? '').trim() === '') return [fault('REQUIRED', at('reason'), {})];
  return reason === undefined ? [] : check.text(at('reason'), reason, MAX_TEXT);
};

export const decideSetRetention = (input: SetRetention, by: By): Result<Decision<RetentionPolicy>, Faults> =>
  unless(monthsFaults(input), () => {
    const next: RetentionPolicy = { ...input, id: by.ids.next('retention'), state: 'PROPOSED', proposedBy: by.subject, generation: 1 };
    return { next, events: [], audit: [retentionFact(next)] };
  });

/** `before`: months in force until now. What is shortened is pruned, so one person does not decide it. */
export const decideApproveRetention = (input: Named<RetentionId>, seen: { readonly policy: RetentionPolicy | undefined; readonly before: number }, by: Omit<By, 'ids'>): Result<Change<RetentionPolicy, 'state' | 'approvedBy' | 'approvedAt'>, Faults> => {
  const found = current('retention', input, seen.policy, []);
  if (!found.ok) return found;
  const policy = found.value;
  if (policy.state !== 'PROPOSED') return no([problem('WRONG_STATE', { noun: 'retention', state: policy.state, expected: 'PROPOSED' }, { path: ['id'] })]);
  if (policy.proposedBy === by.subject) return no([problem('SAME_PERSON', { noun: 'retention' }, { path: ['id'] })]);
  return unless([], () => {
    const changes = { state: 'APPROVED', approvedBy: by.subject, approvedAt: by.now } as const;
    const next: RetentionPolicy = { ...policy, ...changes, generation: policy.generation + 1 };
    return { next, changes, ifGeneration: policy.generation, events: [], audit: [{ ...retentionFact(next), change: [{ path: 'months', from: seen.before, to: next.months }] }] };
  });
};

const retentionFact = (p: RetentionPolicy): AuditFact => ({
  type: 'audit.retention.set', phase: 'completed', outcome: 'success', target: { kind: 'retention', id: p.id, parent: p.class }, op: { to: p.state }, numbers: { class: p.class, months: p.months },
  ...(p.reason === undefined ? {} : { personal: { 'act.reason': p.reason } }),
});

export interface PlaceLegalHold {
  readonly organisationId?: OrganisationId;
  readonly reference: string;
  readonly from?: Instant;
  readonly to?: Instant;
  readonly about?: string;
}

/** One person is enough to keep: a hold takes nothing from anybody that is not given back when it is lifted. */
export const decidePlaceLegalHold = ({ organisationId, ...input }: PlaceLegalHold, seen: { readonly organisation: boolean }, by: By): Result<Decision<LegalHold>, Faults> => {
  if (organisationId !== undefined && !seen.organisation) return notFound('organisation', organisationId, 'organisationId');
  const { from, to, about } = input;
  const reversed = from !== undefined && to !== undefined && to <= from ? [fault('INTERVAL_REVERSED', at('to'), { from, to })] : [];
  return unless([...check.text(at('reference'), input.reference, MAX_TEXT), ...(about === undefined ? [] : check.text(at('about'), about, MAX_TEXT)), ...reversed], () => {
    const next: LegalHold = { ...input, id: by.ids.next('hold'), ...(organisationId === undefined ? {} : { tenantId: organisationId }), placedBy: by.subject, placedAt: by.now, generation: 1 };
    return { next, events: [], audit: [holdFact(next, 'audit.hold.place')] };
  });
};

/** Another person than the one who placed it: what it kept may be gone a minute later. */
export const decideLiftLegalHold = (input: Named<LegalHoldId>, seen: LegalHold | undefined, by: Omit<By, 'ids'>): Result<Change<LegalHold, 'liftedBy' | 'liftedAt'>, Faults> => {
  const found = current('hold', input, seen, []);
  if (!found.ok) return found;
  const hold = found.value;
  if (hold.liftedAt !== undefined) return no([problem('WRONG_STATE', { noun: 'hold', state: 'LIFTED', expected: 'PLACED' }, { path: ['id'] })]);
  if (hold.placedBy === by.subject) return no([problem('SAME_PERSON', { noun: 'hold' }, { path: ['id'] })]);
  return unless([], () => {
    const changes = { liftedBy: by.subject, liftedAt: by.now } as const;
    const next: LegalHold = { ...hold, ...changes, generation: hold.generation + 1 };
    return { next, changes, ifGeneration: hold.generation, events: [], audit: [holdFact(next, 'audit.hold.lift')] };
  });
};

// In the provider's log, whoever's events it covers: an order to keep may be secret from whom it concerns.
const holdFact = (h: LegalHold, type: 'audit.hold.place' | 'audit.hold.lift'): AuditFact => ({
  type, phase: 'completed', outcome: 'success', target: { kind: 'hold', id: h.id, parent: h.tenantId ?? 'provider' },
  numbers: { ...(h.from === undefined ? {} : { from: h.from }), ...(h.to === undefined ? {} : { to: h.to }), ...(h.about === undefined ? {} : { about: h.about }) },
  personal: { 'act.reason': h.reference },
});
