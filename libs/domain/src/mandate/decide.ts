import type { Change, Decided } from '../audit/decision.ts';
import { current, notFound, unless } from '../audit/decision.ts';
import type { AuditFact, AuditType } from '../audit/model.ts';
import * as check from '../core/check.ts';
import { at, fault } from '../core/check.ts';
import type { Actor, Directory, Faults, Ids, Instant, MandateId, OrganisationId, Problem, Result, Role } from '../core/index.ts';
import { isId, no, ok, problem } from '../core/index.ts';
import type { Mandate, Person } from './model.ts';
import { ACTED_WITHIN_DAYS, ACTING_ROLES, isSubject, MAX_MANDATE_DAYS, stateAt } from './model.ts';

export interface ProposeMandate {
  readonly organisationId: OrganisationId;
  readonly subject: Person;
  readonly target?: { readonly kind: string; readonly id: string };
  readonly legalAct: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly expiresAt: Instant;
}
export interface DecideMandate {
  readonly id: MandateId;
  readonly generation: number;
}
/** Who acts, and when. */
export interface By {
  readonly actor: Pick<Actor, 'kind' | 'id' | 'directory' | 'roles'>;
  readonly now: Instant;
}

const DAY_MS = 86_400_000;
const MAX_SUBJECT = 200;
const MAX_ACT = 200;

/** From when on an act of the subject in the tenant's log makes the rights incompatible: a year, or the beginning of what would be read if that is earlier. */
export const actedSince = (from: Instant, now: Instant): Instant => {
  const year = new Date(Date.parse(now) - ACTED_WITHIN_DAYS * DAY_MS).toISOString();
  return from < year ? from : year;
};

/** `acted`: the subject has changed something of the tenant since `actedSince`, by the tenant's own log. */
export const decideProposeMandate = (
  input: ProposeMandate, seen: { readonly organisation: { readonly id: OrganisationId } | undefined; readonly acted: boolean }, by: By & { readonly ids: Ids },
): Decided<Mandate> => {
  if (seen.organisation === undefined) return notFound('organisation', input.organisationId, 'organisationId');
  const me = personOf(by.actor);
  if (!me.ok) return me;
  const { subject, target, legalAct } = input;
  const found = [
    ...check.text(at('subject', 'id'), subject.id, MAX_SUBJECT),
    ...(isId('apikey', subject.id) ? [fault('NOT_A_PERSON', at('subject', 'id'), { noun: 'mandate' })] : []),
    ...(target === undefined ? check.NONE : [...check.form(at('target', 'kind'), target.kind, /^[a-z]{2,30}$/, '[a-z]{2,30}'), ...check.text(at('target', 'id'), target.id, MAX_SUBJECT)]),
    ...check.text(at('legalAct'), legalAct, MAX_ACT),
    ...(input.from < input.to ? check.NONE : [fault('INTERVAL_REVERSED', at('to'), { from: input.from, to: input.to })]),
    ...expiry(input.expiresAt, by.now),
    ...(samePerson(subject, me.value) ? [fault('OWN_MANDATE', at('subject'))] : []),
    ...(seen.acted ? [fault('INCOMPATIBLE_RIGHTS', at('subject'), { subject: check.shown(subject.id), because: 'ACTED', roles: 'none' })] : []),
  ];
  return unless(found, () => {
    const next: Mandate = {
      id: by.ids.next('mandate'), tenantId: input.organisationId, subjectDirectory: subject.directory, subjectId: subject.id,
      ...(target === undefined ? {} : { targetKind: target.kind, targetId: target.id }),
      legalAct, from: input.from, to: input.to, expiresAt: input.expiresAt, state: 'PROPOSED', proposedDirectory: me.value.directory, proposedBy: me.value.id, useCount: 0, generation: 1,
    };
    return { next, events: [event(next, 'proposed')], audit: [mandateFact(next, 'audit.mandate.propose')] };
  });
};

/**
 * By another person than who proposed it and than who will read. What the provider's people proposed is approved by another of them, or by an owner of the tenant;
 * what the tenant's owner proposed is the tenant's own affair: another owner or an auditor of it.
 */
export const decideApproveMandate = (input: DecideMandate, seen: { readonly mandate: Mandate | undefined }, by: By): Result<Change<Mandate, 'state' | 'approvedDirectory' | 'approvedBy' | 'approvedAt'>, Faults> => {
  const found = open(input, seen.mandate, by, ['PROPOSED']);
  if (!found.ok) return found;
  const { mandate, me } = found.value;
  const need = approversOf(mandate.proposedDirectory, me.directory);
  if (!by.actor.roles.some(r => need.includes(r))) return no([problem('FORBIDDEN', { operation: 'approveMandate', have: by.actor.roles, need }, { path: ['id'] })]);
  const wrong = [
    ...(samePerson({ directory: mandate.proposedDirectory, id: mandate.proposedBy }, me) ? [problem('SAME_PERSON', { noun: 'mandate' }, { path: ['id'] })] : []),
    ...(isSubject(mandate, me) ? [problem('OWN_MANDATE', {}, { path: ['id'] })] : []),
  ];
  return unless(wrong, () => changed(mandate, { state: 'ACTIVE', approvedDirectory: me.directory, approvedBy: me.id, approvedAt: by.now } as const, 'approved', 'audit.mandate.approve', me));
};

/**
 * From that instant nothing is read under it. The provider's people may always give an access up. The tenant's may end what a tenant's person proposed or approved;
 * a mandate that rests on an order of the authorities alone is not theirs to end, but they see it and every use of it.
 */
export const decideRevokeMandate = (input: DecideMandate, seen: { readonly mandate: Mandate | undefined }, by: By): Result<Change<Mandate, 'state' | 'revokedDirectory' | 'revokedBy' | 'revokedAt'>, Faults> => {
  const found = open(input, seen.mandate, by, ['PROPOSED', 'ACTIVE']);
  if (!found.ok) return found;
  const { mandate, me } = found.value;
  const theirs = me.directory === 'provider' || mandate.proposedDirectory === 'tenant' || mandate.approvedDirectory === 'tenant';
  if (!theirs) return no([problem('FORBIDDEN', { operation: 'revokeMandate', have: by.actor.roles, need: ['COMPLIANCE'] }, { path: ['id'] })]);
  return unless([], () => changed(mandate, { state: 'REVOKED', revokedDirectory: me.directory, revokedBy: me.id, revokedAt: by.now } as const, 'revoked', 'audit.mandate.revoke', me));
};

/** Undefined when the mandate lets this person read now; otherwise why not. The subject is compared by the caller: to everybody else there is no mandate. */
export const whyNotReadable = (m: Mandate, by: By): Problem | undefined => {
  const state = stateAt(m, by.now);
  if (state !== 'ACTIVE') return problem('MANDATE_NOT_IN_FORCE', { state, expiresAt: m.expiresAt }, { path: ['mandateId'] });
  const acting = by.actor.roles.filter(r => ACTING_ROLES.includes(r));
  return acting.length === 0 ? undefined : problem('INCOMPATIBLE_RIGHTS', { subject: check.shown(m.subjectId), because: 'ROLES', roles: acting }, { path: ['mandateId'] });
};

/** A mandate whose time is over: its own event, also when nobody tried to use it. */
export const decideExpireMandate = (m: Mandate): Change<Mandate, 'state'> => {
  const next: Mandate = { ...m, state: 'EXPIRED', generation: m.generation + 1 };
  return { next, changes: { state: 'EXPIRED' }, ifGeneration: m.generation, events: [event(next, 'expired')], audit: [{ ...mandateFact(next, 'audit.mandate.expire'), op: { from: m.state, to: 'EXPIRED' } }] };
};

const PROVIDER_APPROVERS: readonly Role[] = ['COMPLIANCE'];
const approversOf = (proposed: Directory, approving: Directory): readonly Role[] => {
  if (approving === 'provider') return proposed === 'provider' ? PROVIDER_APPROVERS : [];
  return proposed === 'provider' ? ['OWNER'] : ['OWNER', 'AUDITOR'];
};

/** Two people, not two keys: whoever holds an owner's key could otherwise approve what the owner proposed. */
const personOf = ({ kind, directory, id }: By['actor']): Result<Person, Faults> =>
  (kind === 'user' && directory !== 'none' ? ok({ directory, id }) : no([problem('NOT_A_PERSON', { noun: 'mandate' })]));

const samePerson = (a: Person, b: Person): boolean => a.directory === b.directory && a.id === b.id;

const open = (input: DecideMandate, seen: Mandate | undefined, by: By, expected: readonly Mandate['state'][]): Result<{ readonly mandate: Mandate; readonly me: Person }, Faults> => {
  const found = current('mandate', input, seen, []);
  if (!found.ok) return found;
  const me = personOf(by.actor);
  if (!me.ok) return me;
  const state = stateAt(found.value, by.now);
  if (!expected.includes(state)) return no([problem('WRONG_STATE', { noun: 'mandate', state, expected: expected.join(', ') }, { path: ['id'] })]);
  return ok({ mandate: found.value, me: me.value });
};

const expiry = (expiresAt: Instant, now: Instant): check.Found => {
  if (expiresAt <= now) return [fault('IN_THE_PAST', at('expiresAt'), { value: check.shown(expiresAt), now })];
  const days = Math.ceil((Date.parse(expiresAt) - Date.parse(now)) / DAY_MS);
  return days > MAX_MANDATE_DAYS ? [fault('ABOVE_MAXIMUM', at('expiresAt'), { value: `${String(days)} d`, limit: `${String(MAX_MANDATE_DAYS)} d` })] : [];
};

const changed = <K extends keyof Mandate>(before: Mandate, changes: { readonly [P in K]: Mandate[P] }, verb: string, type: AuditType, me: Person): Change<Mandate, K> => {
  const next: Mandate = { ...before, ...changes, generation: before.generation + 1 };
  const fact = mandateFact(next, type);
  return {
    next, changes: changes, ifGeneration: before.generation, events: [event(next, verb)],
    audit: [{ ...fact, numbers: { ...fact.numbers, byDirectory: me.directory }, op: { from: before.state, to: next.state } }],
  };
};

/** What a history is read from: everything that was granted stands in each of a mandate's events, whatever becomes of the row. */
const mandateFact = (m: Mandate, type: AuditType): AuditFact => ({
  type, phase: 'completed', outcome: 'success', tenant: m.tenantId, target: { kind: 'mandate', id: m.id, parent: m.tenantId },
  numbers: {
    subject: m.subjectId, subjectDirectory: m.subjectDirectory, legalAct: m.legalAct, from: m.from, to: m.to, expiresAt: m.expiresAt, proposedBy: m.proposedBy, proposedDirectory: m.proposedDirectory,
    objectKind: m.targetKind ?? 'organisation', object: m.targetId ?? m.tenantId,
  },
});
const event = (m: Mandate, verb: string) => ({ noun: 'mandate', objectId: m.id, verb, regionCode: '_', tenantId: m.tenantId });
