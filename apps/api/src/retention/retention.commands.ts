import type { LegalHoldId, RetentionId } from '@cadastre/domain/core';
import {
  decideApproveRetention, decideLiftLegalHold, decidePlaceLegalHold, decideSetRetention, type LegalHold, type PlaceLegalHold, type RetentionClass, type RetentionPolicy, type SetRetention,
} from '@cadastre/domain/retention';
import * as organisations from '@cadastre/store/organisation';
import * as retention from '@cadastre/store/retention';
import type { Stored } from '@cadastre/store/sql';
import type { ApproveRetentionInput, LiftLegalHoldInput, PlaceLegalHoldInput, SetRetentionInput } from '../generated/provider.ts';
import { changeOutcome, created, idOrNone, outcome, updated } from '../shared/input.ts';
import { listById, type ListArgs } from '../shared/lists.ts';
import { mutate, type Policy } from '../shared/mutate.ts';
import type { Viewer } from '../shared/viewer.ts';

const of = (operation: string): Policy => ({ operation, roles: ['COMPLIANCE'] });
const [SET, APPROVE, PLACE, LIFT] = [of('setRetention'), of('approveRetention'), of('placeLegalHold'), of('liftLegalHold')];

/** GraphQL's names have no dashes: `DATA_ACCESS` is `data-access`. */
const classOf = (name: string): RetentionClass => name.toLowerCase().replaceAll('_', '-') as RetentionClass;
const policyData = ({ class: name, ...p }: Stored<RetentionPolicy>) => ({ __typename: 'Retention', reason: null, approvedBy: null, approvedAt: null, ...p, class: name.toUpperCase().replaceAll('-', '_') });
const holdData = ({ tenantId, ...h }: Stored<LegalHold>) => ({ __typename: 'LegalHold', from: null, to: null, about: null, liftedBy: null, liftedAt: null, ...h, organisationId: tenantId ?? null });
const by = (viewer: Viewer) => ({ ids: viewer.door.ids, subject: viewer.actor.id, now: viewer.door.clock.now() });

export const listRetentions = (viewer: Viewer, args: ListArgs): Promise<object> =>
  listById<Stored<RetentionPolicy>>(viewer, args, request => viewer.door.store.read(viewer.scope, q => retention.policies.page(q, request)), items => items.map(policyData));
export const loadRetention = async (viewer: Viewer, text: string): Promise<object | undefined> => {
  const id = idOrNone('retention', text);
  const found = id === undefined ? undefined : await viewer.door.store.read(viewer.scope, q => retention.policies.get(q, id));
  return found === undefined ? undefined : policyData(found);
};
export const listLegalHolds = (viewer: Viewer, args: ListArgs): Promise<object> =>
  listById<Stored<LegalHold>>(viewer, args, request => viewer.door.store.read(viewer.scope, q => retention.holds.page(q, request)), items => items.map(holdData));
export const loadLegalHold = async (viewer: Viewer, text: string): Promise<object | undefined> => {
  const id = idOrNone('hold', text);
  const found = id === undefined ? undefined : await viewer.door.store.read(viewer.scope, q => retention.holds.get(q, id));
  return found === undefined ? undefined : holdData(found);
};

const acceptPolicy = async (viewer: Viewer, id: string): Promise<object> => ({ __typename: 'RetentionAccepted', retention: await loadRetention(viewer, id) });
const acceptHold = async (viewer: Viewer, id: string): Promise<object> => ({ __typename: 'LegalHoldAccepted', legalHold: await loadLegalHold(viewer, id) });

export const setRetention = (viewer: Viewer, input: SetRetentionInput): Promise<object> =>
  mutate<RetentionId>(viewer, {
    policy: SET, type: 'audit.retention.set', target: { kind: 'retention', id: 'new', parent: classOf(input.class) }, input,
    decide: q => {
      void q;
      const wanted = created<SetRetention>({ ...input, class: classOf(input.class) });
      return Promise.resolve(wanted.ok ? outcome(decideSetRetention(wanted.value, by(viewer)), d => retention.insertPolicy(d.next), d => d.next.id) : wanted);
    },
    accept: id => acceptPolicy(viewer, id),
  });

export const approveRetention = (viewer: Viewer, input: ApproveRetentionInput): Promise<object> =>
  mutate<RetentionId>(viewer, {
    policy: APPROVE, type: 'audit.retention.set', target: { kind: 'retention', id: input.id }, input,
    decide: async q => {
      const wanted = updated<{ readonly id: RetentionId; readonly generation: number }>(input, { id: 'retention' });
      if (!wanted.ok) return wanted;
      const policy = await retention.policies.get(q, wanted.value.id);
      const before = policy === undefined ? 0 : await retention.monthsOf(q, policy.class);
      return changeOutcome(decideApproveRetention(wanted.value, { policy, before }, by(viewer)), d => retention.approvePolicy(d.next.id, d.changes, d));
    },
    accept: id => acceptPolicy(viewer, id),
  });

export const placeLegalHold = (viewer: Viewer, input: PlaceLegalHoldInput): Promise<object> =>
  mutate<LegalHoldId>(viewer, {
    policy: PLACE, type: 'audit.hold.place', target: { kind: 'hold', id: 'new', parent: input.organisationId ?? 'provider' }, input,
    decide: async q => {
      const wanted = created<PlaceLegalHold>(input, { organisationId: 'organisation' });
      if (!wanted.ok) return wanted;
      const { organisationId } = wanted.value;
      const organisation = organisationId === undefined ? undefined : await organisations.get(q, organisationId);
      return outcome(decidePlaceLegalHold(wanted.value, { organisation: organisation !== undefined }, by(viewer)), d => retention.insertHold(d.next), d => d.next.id);
    },
    accept: id => acceptHold(viewer, id),
  });

export const liftLegalHold = (viewer: Viewer, input: LiftLegalHoldInput): Promise<object> =>
  mutate<LegalHoldId>(viewer, {
    policy: LIFT, type: 'audit.hold.lift', target: { kind: 'hold', id: input.id }, input,
    decide: async q => {
      const wanted = updated<{ readonly id: LegalHoldId; readonly generation: number }>(input, { id: 'hold' });
      if (!wanted.ok) return wanted;
      return changeOutcome(decideLiftLegalHold(wanted.value, await retention.holds.get(q, wanted.value.id), by(viewer)), d => retention.liftHold(d.next.id, d.changes, d));
    },
    accept: id => acceptHold(viewer, id),
  });
