import type { Directory, MandateId } from '@cadastre/domain/core';
import { isId, no, problem } from '@cadastre/domain/core';
import { actedSince, decideApproveMandate, decideProposeMandate, decideRevokeMandate, isSubject, stateAt, type By, type DecideMandate, type Mandate, type ProposeMandate } from '@cadastre/domain/mandate';
import * as mandates from '@cadastre/store/mandate';
import * as organisations from '@cadastre/store/organisation';
import type { Stored } from '@cadastre/store/sql';
import type { ApproveMandateInput, RevokeMandateInput, ProposeMandateInput as ProviderInput } from '../generated/provider.ts';
import type { ProposeMandateInput as TenantInput } from '../generated/tenant.ts';
import { changeOutcome, created, idOrNone, outcome, updated } from '../shared/input.ts';
import { listById, type ListArgs } from '../shared/lists.ts';
import { allow, mutate, type Policy } from '../shared/mutate.ts';
import { hasRole, type Viewer } from '../shared/viewer.ts';

/** At the provider's door its compliance people, at the tenant's its owners; whom the decision lets approve depends on who proposed. */
const LIST: Policy = { operation: 'mandates', roles: ['COMPLIANCE', 'PROVIDER_AUDITOR', 'OWNER', 'AUDITOR'] };
const PROPOSE: Policy = { operation: 'proposeMandate', roles: ['COMPLIANCE', 'OWNER'] };
const APPROVE: Policy = { operation: 'approveMandate', roles: ['COMPLIANCE', 'OWNER', 'AUDITOR'] };
const REVOKE: Policy = { operation: 'revokeMandate', roles: ['COMPLIANCE', 'OWNER'] };

const person = (directory: Directory | undefined, id: string | undefined): object | null => (directory === undefined || id === undefined ? null : { directory, id });

const mandateData = (viewer: Viewer) => (m: Stored<Mandate>): { readonly id: string } => {
  const { id, tenantId, legalAct, from, to, expiresAt, generation, createdAt } = m;
  return {
    __typename: 'Mandate', id, organisationId: tenantId, legalAct, from, to, expiresAt, generation, createdAt,
    subject: person(m.subjectDirectory, m.subjectId), target: m.targetKind === undefined ? null : { kind: m.targetKind, id: m.targetId }, state: stateAt(m, viewer.door.clock.now()),
    proposedBy: person(m.proposedDirectory, m.proposedBy), approvedBy: person(m.approvedDirectory, m.approvedBy), approvedAt: m.approvedAt ?? null,
    revokedBy: person(m.revokedDirectory, m.revokedBy), revokedAt: m.revokedAt ?? null, uses: { count: m.useCount, lastAt: m.lastUsedAt ?? null },
  } as { readonly id: string };
};

const load = async (viewer: Viewer, id: MandateId): Promise<Stored<Mandate> | undefined> => await viewer.door.store.read(viewer.scope, q => mandates.get(q, id));

/** For `node(id)`: those who may list them, and the person whom it lets read. */
export const loadMandate = async (viewer: Viewer, text: string): Promise<object | undefined> => {
  const id = idOrNone('mandate', text);
  const found = id === undefined ? undefined : await load(viewer, id);
  if (found === undefined) return undefined;
  return hasRole(viewer, LIST.roles) || isSubject(found, { directory: viewer.door.name, id: viewer.actor.id }) ? mandateData(viewer)(found) : undefined;
};

/** MandateConnection, or Forbidden. */
export const listMandates = async (viewer: Viewer, args: ListArgs): Promise<object> => {
  const refused = await allow(viewer, LIST, { kind: 'mandate', id: viewer.organisation?.id ?? 'provider' });
  if (refused !== undefined) return refused;
  const connection = await listById(viewer, args, request => viewer.door.store.read(viewer.scope, q => mandates.page(q, request)), items => items.map(mandateData(viewer)));
  return { __typename: 'MandateConnection', ...connection };
};

const accept = async (viewer: Viewer, id: MandateId): Promise<object> => {
  const found = await load(viewer, id);
  return { __typename: 'MandateAccepted', mandate: found === undefined ? undefined : mandateData(viewer)(found) };
};
const by = (viewer: Viewer): By => ({ actor: viewer.actor, now: viewer.door.clock.now() });

const wantedOf = (viewer: Viewer, input: TenantInput | ProviderInput) => {
  const { subjectId, targetKind, targetId, legalAct, from, to, expiresAt } = input;
  const subject = { directory: 'subjectDirectory' in input ? input.subjectDirectory : viewer.door.name, id: subjectId };
  const organisationId = 'organisationId' in input ? input.organisationId : viewer.organisation?.id ?? '';
  if ((targetKind == null) !== (targetId == null)) {
    const field = targetKind == null ? 'targetKind' : 'targetId';
    return no([problem('REQUIRED', { field }, { path: [field] })] as const);
  }
  return created<ProposeMandate>({ organisationId, subject, ...(targetKind == null || targetId == null ? {} : { target: { kind: targetKind, id: targetId } }), legalAct, from, to, expiresAt }, { organisationId: 'organisation' });
};

export const proposeMandate = async (viewer: Viewer, input: TenantInput | ProviderInput): Promise<object> =>
  mutate<MandateId>(viewer, {
    policy: PROPOSE, type: 'audit.mandate.propose', target: { kind: 'mandate', id: 'new', parent: 'organisationId' in input ? input.organisationId : viewer.organisation?.id ?? '' }, input,
    decide: async q => {
      const wanted = wantedOf(viewer, input);
      if (!wanted.ok) return wanted;
      const { organisationId, subject, from } = wanted.value;
      const [organisation, acted] = await Promise.all([organisations.get(q, organisationId), mandates.acted(q, organisationId, subject, actedSince(from, viewer.door.clock.now()))]);
      return outcome(decideProposeMandate(wanted.value, { organisation, acted }, { ...by(viewer), ids: viewer.door.ids }), d => mandates.insert(d.next), d => d.next.id);
    },
    accept: id => accept(viewer, id),
  });

const named = (id: string) => ({ kind: 'mandate', id: isId('mandate', id) ? id : 'none' });

export const approveMandate = async (viewer: Viewer, input: ApproveMandateInput): Promise<object> =>
  mutate<MandateId>(viewer, {
    policy: APPROVE, type: 'audit.mandate.approve', target: named(input.id), input,
    decide: async q => {
      const wanted = updated<DecideMandate>(input, { id: 'mandate' });
      if (!wanted.ok) return wanted;
      const { id } = wanted.value;
      return changeOutcome(decideApproveMandate(wanted.value, { mandate: await mandates.get(q, id) }, by(viewer)), d => mandates.change(id, d.changes, d));
    },
    accept: id => accept(viewer, id),
  });

export const revokeMandate = async (viewer: Viewer, input: RevokeMandateInput): Promise<object> =>
  mutate<MandateId>(viewer, {
    policy: REVOKE, type: 'audit.mandate.revoke', target: named(input.id), input,
    decide: async q => {
      const wanted = updated<DecideMandate>(input, { id: 'mandate' });
      if (!wanted.ok) return wanted;
      const { id } = wanted.value;
      return changeOutcome(decideRevokeMandate(wanted.value, { mandate: await mandates.get(q, id) }, by(viewer)), d => mandates.change(id, d.changes, d));
    },
    accept: id => accept(viewer, id),
  });
