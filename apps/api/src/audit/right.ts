import type { AuditFact, AuditType } from '@cadastre/domain/audit';
import type { Problem, OrganisationId } from '@cadastre/domain/core';
import { problem } from '@cadastre/domain/core';
import { isSubject, whyNotReadable, type Mandate } from '@cadastre/domain/mandate';
import { commit, recordAudit } from '@cadastre/store/commit';
import * as mandates from '@cadastre/store/mandate';
import type { MandateScope, Scope } from '@cadastre/store/pool';
import { idOrNone } from '../shared/input.ts';
import { allow, type Policy } from '../shared/mutate.ts';
import { problemData } from '../shared/problems.ts';
import { shown } from '../shared/storable.ts';
import { hasRole, type Viewer } from '../shared/viewer.ts';

/** By what right a log is read: an auditor's role over the log of this door, or a mandate over one tenant's. */
export type Right = { readonly by: 'role' } | { readonly by: 'mandate'; readonly mandate: Mandate };
export type Granted = { readonly ok: true; readonly right: Right } | { readonly ok: false; readonly refused: object };

/**
 * Whether the viewer may read, before anything is read. Who names a mandate needs no role, but must be its subject: to everybody else it is as if there were none,
 * which an auditor is told as NotFound and who has no role at all as Forbidden.
 */
export const rightOf = async (viewer: Viewer, policy: Policy, type: AuditType, mandateId: string | null | undefined): Promise<Granted> => {
  if (mandateId == null) {
    const refused = await allow(viewer, policy, target(viewer));
    return refused === undefined ? { ok: true, right: { by: 'role' } } : { ok: false, refused };
  }
  const mandate = await ownMandate(viewer, mandateId);
  if (mandate === undefined) return { ok: false, refused: await unknown(viewer, policy, type, mandateId) };
  const why = whyNotReadable(mandate, { actor: viewer.actor, now: viewer.door.clock.now() });
  return why === undefined ? { ok: true, right: { by: 'mandate', mandate } } : { ok: false, refused: await turnedAway(viewer, policy, type, mandate, why) };
};

/** What the transaction that reads may see. */
export const scopeOf = (viewer: Viewer, right: Right): Scope | MandateScope =>
  right.by === 'role' ? viewer.scope : { mandate: right.mandate.id, reader: viewer.actor.id, ...(viewer.organisation === undefined ? {} : { tenant: viewer.organisation.id }) };

/** Whose log it is: absent for the provider's own. */
export const logOf = (viewer: Viewer, right: Right): OrganisationId | undefined => (right.by === 'mandate' ? right.mandate.tenantId : viewer.organisation?.id);

/**
 * Committed before anything is shown: who cannot be recorded reads nothing. Under a mandate the event stands in the tenant's log, names the mandate, and its use is
 * counted in the same transaction; a mandate that ended since the look is a refusal.
 */
export const recordReading = async (viewer: Viewer, policy: Policy, right: Right, fact: Pick<AuditFact, 'type' | 'numbers'>): Promise<object | undefined> => {
  const { store } = viewer.door;
  const whole: AuditFact = { ...fact, phase: 'read', outcome: 'success', ...concerned(logOf(viewer, right)) };
  if (right.by === 'role') {
    await recordAudit(store, viewer.act(policy.operation, `${policy.operation}: ${policy.roles.join('|')}`), [whole], viewer.scope);
    return undefined;
  }
  const { mandate } = right;
  const act = viewer.act(policy.operation, `${policy.operation}: mandate`, { consent: { kind: 'mandate', id: mandate.id } });
  const done = await commit(store, { scope: viewer.scope, act, writes: [mandates.use(mandate.id)], outbox: [], audit: [whole] });
  if (done.ok) return undefined;
  if (done.error.code !== 'STALE_GENERATION') throw new Error(`a reading was refused: ${JSON.stringify(done.error)}`);
  const ended = await ownMandate(viewer, mandate.id) ?? mandate;
  const why = whyNotReadable(ended, { actor: viewer.actor, now: viewer.door.clock.now() }) ?? problem('MANDATE_NOT_IN_FORCE', { state: 'EXPIRED', expiresAt: ended.expiresAt }, { path: ['mandateId'] });
  return await turnedAway(viewer, policy, fact.type, ended, why);
};

const concerned = (tenant: OrganisationId | undefined) => ({ target: { kind: 'audit', id: tenant ?? 'provider' }, ...(tenant === undefined ? {} : { tenant }) });
const target = (viewer: Viewer) => concerned(viewer.organisation?.id).target;

// A key is nobody, and no mandate is a key's; its id could still be typed as a subject.
const ownMandate = async (viewer: Viewer, text: string): Promise<Mandate | undefined> => {
  const id = idOrNone('mandate', text);
  if (id === undefined || viewer.actor.kind !== 'user') return undefined;
  const found = await viewer.door.store.read(viewer.scope, q => mandates.get(q, id));
  return found !== undefined && isSubject(found, { directory: viewer.door.name, id: viewer.actor.id }) ? found : undefined;
};

const unknown = async (viewer: Viewer, policy: Policy, type: AuditType, mandateId: string): Promise<object> => {
  if (!hasRole(viewer, policy.roles)) return await allow(viewer, policy, target(viewer)) ?? {};
  const act = viewer.act(policy.operation, `${policy.operation}: mandate`, { denied: true });
  await recordAudit(viewer.door.store, act, [{ type, phase: 'denied', outcome: 'denied', reason: 'NOT_FOUND', ...concerned(viewer.organisation?.id) }], viewer.scope);
  return problemData(viewer.lang, problem('NOT_FOUND', { noun: 'mandate', id: shown(mandateId) }, { path: ['mandateId'] }));
};

const turnedAway = async (viewer: Viewer, policy: Policy, type: AuditType, mandate: Mandate, why: Problem): Promise<object> => {
  const act = viewer.act(policy.operation, `${policy.operation}: mandate`, { denied: true, consent: { kind: 'mandate', id: mandate.id } });
  await recordAudit(viewer.door.store, act, [{ type, phase: 'denied', outcome: 'denied', reason: why.code, ...concerned(mandate.tenantId) }], viewer.scope);
  return problemData(viewer.lang, why);
};
