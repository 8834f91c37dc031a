import type { ContractEndId, ErasureId } from '@cadastre/domain/core';
import {
  decideApproveContractEnd, decideCancelContractEnd, decideEndContract, decideEraseSubject, GROUND_CLAUSES, type ContractEnd, type EndContract, type Erasure, type EraseSubject, type NamedContractEnd,
} from '@cadastre/domain/erasure';
import * as erasures from '@cadastre/store/erasure';
import * as organisations from '@cadastre/store/organisation';
import type { Stored } from '@cadastre/store/sql';
import type { ApproveContractEndInput, CancelContractEndInput, EndContractInput, EraseSubjectInput } from '../generated/provider.ts';
import { changeOutcome, created, idOrNone, outcome, updated } from '../shared/input.ts';
import { listById, type ListArgs } from '../shared/lists.ts';
import { mutate, type Policy } from '../shared/mutate.ts';
import type { Viewer } from '../shared/viewer.ts';
import { certificateText } from './certificate.ts';

const ERASE: Policy = { operation: 'eraseSubject', roles: ['OWNER', 'COMPLIANCE'] };
const END: Policy = { operation: 'endContract', roles: ['COMPLIANCE'] };
const APPROVE: Policy = { operation: 'approveContractEnd', roles: ['COMPLIANCE'] };
const CANCEL: Policy = { operation: 'cancelContractEnd', roles: ['COMPLIANCE'] };

const erasureData = (viewer: Viewer) => (e: Stored<Erasure>) => ({
  __typename: 'Erasure', id: e.id, subject: e.subject ?? null, ground: e.ground, state: e.state, requestedBy: e.requestedBy, requestedAt: e.requestedAt, erasedAt: e.erasedAt ?? null,
  keyCount: e.state === 'ERASED' ? e.keys.length : null, eventId: e.eventId ?? null, certificate: e.certificate ?? null, certificateText: certificateText(viewer.lang, e, GROUND_CLAUSES[e.ground]) ?? null,
  generation: e.generation, createdAt: e.createdAt,
});
const contractEndData = ({ tenantId, ...e }: Stored<ContractEnd>) => ({
  __typename: 'ContractEnd', approvedBy: null, noticedAt: null, dueAt: null, cancelledBy: null, cancelledAt: null, endedAt: null, ...e, organisationId: tenantId,
});

export const listErasures = (viewer: Viewer, args: ListArgs): Promise<object> =>
  listById<Stored<Erasure>>(viewer, args, request => viewer.door.store.read(viewer.scope, q => erasures.page(q, request)), items => items.map(erasureData(viewer)));
export const loadErasure = async (viewer: Viewer, text: string): Promise<object | undefined> => {
  const id = idOrNone('erasure', text);
  const found = id === undefined ? undefined : await viewer.door.store.read(viewer.scope, q => erasures.get(q, id));
  return found === undefined ? undefined : erasureData(viewer)(found);
};
export const listContractEnds = (viewer: Viewer, args: ListArgs): Promise<object> =>
  listById<Stored<ContractEnd>>(viewer, args, request => viewer.door.store.read(viewer.scope, q => erasures.contractEnds.page(q, request)), items => items.map(contractEndData));
export const loadContractEnd = async (viewer: Viewer, text: string): Promise<object | undefined> => {
  const id = idOrNone('contractend', text);
  const found = id === undefined ? undefined : await viewer.door.store.read(viewer.scope, q => erasures.contractEnds.get(q, id));
  return found === undefined ? undefined : contractEndData(found);
};

export const eraseSubject = (viewer: Viewer, input: EraseSubjectInput): Promise<object> =>
  mutate<ErasureId>(viewer, {
    policy: ERASE, type: 'audit.subject.erase', target: { kind: 'subject', id: input.subject }, input,
    decide: async q => {
      const wanted = created<EraseSubject>(input);
      if (!wanted.ok) return wanted;
      const tenant = viewer.organisation?.id;
      const held = await erasures.held(q, tenant, wanted.value.subject);
      const decided = decideEraseSubject(wanted.value, { held }, { ids: viewer.door.ids, subject: viewer.actor.id, now: viewer.door.clock.now(), ...(tenant === undefined ? {} : { tenant }) });
      return outcome(decided, d => erasures.insert(d.next), d => d.next.id);
    },
    accept: async id => ({ __typename: 'ErasureAccepted', erasure: await loadErasure(viewer, id) }),
  });

const accept = async (viewer: Viewer, id: string): Promise<object> => ({ __typename: 'ContractEndAccepted', contractEnd: await loadContractEnd(viewer, id) });
const by = (viewer: Viewer) => ({ ids: viewer.door.ids, subject: viewer.actor.id, now: viewer.door.clock.now() });

export const endContract = (viewer: Viewer, input: EndContractInput): Promise<object> =>
  mutate<ContractEndId>(viewer, {
    policy: END, type: 'audit.contract.end', target: { kind: 'contractend', id: 'new', parent: input.organisationId }, input,
    decide: async q => {
      const wanted = created<EndContract>(input, { organisationId: 'organisation' });
      if (!wanted.ok) return wanted;
      const { organisationId } = wanted.value;
      const [organisation, ends, held] = await Promise.all([organisations.get(q, organisationId), erasures.contractEnds.page(q, { first: 1_000, tenantId: organisationId }), erasures.held(q, organisationId)]);
      const open = ends.items.some(e => e.state === 'PROPOSED' || e.state === 'NOTICED');
      return outcome(decideEndContract(wanted.value, { organisation: organisation !== undefined, open, held }, by(viewer)), d => erasures.insertContractEnd(d.next), d => d.next.id);
    },
    accept: id => accept(viewer, id),
  });

export const approveContractEnd = (viewer: Viewer, input: ApproveContractEndInput): Promise<object> =>
  mutate<ContractEndId>(viewer, {
    policy: APPROVE, type: 'audit.contract.end', target: { kind: 'contractend', id: input.id }, input,
    decide: async q => {
      const wanted = updated<NamedContractEnd>(input, { id: 'contractend' });
      if (!wanted.ok) return wanted;
      const decided = decideApproveContractEnd(wanted.value, await erasures.contractEnds.get(q, wanted.value.id), by(viewer));
      return changeOutcome(decided, d => erasures.changeContractEnd(d.next.id, d.changes, d));
    },
    accept: id => accept(viewer, id),
  });

export const cancelContractEnd = (viewer: Viewer, input: CancelContractEndInput): Promise<object> =>
  mutate<ContractEndId>(viewer, {
    policy: CANCEL, type: 'audit.contract.end', target: { kind: 'contractend', id: input.id }, input,
    decide: async q => {
      const wanted = updated<NamedContractEnd>(input, { id: 'contractend' });
      if (!wanted.ok) return wanted;
      const decided = decideCancelContractEnd(wanted.value, await erasures.contractEnds.get(q, wanted.value.id), by(viewer));
      return changeOutcome(decided, d => erasures.changeContractEnd(d.next.id, d.changes, d));
    },
    accept: id => accept(viewer, id),
  });
