import { describe, expect, it } from 'vitest';
import type { ContractEndId, Ids, OrganisationId } from '../core/index.ts';
import { certificateOf, decideApproveContractEnd, decideCancelContractEnd, decideEndContract, decideEraseSubject, planContractEnded, type ContractEnd } from './index.ts';

const ORG = 'organisation_01h455vb4pex5vsknk084sn02q' as OrganisationId;
const ids: Ids = { next: kind => `${kind}_1` as never };
const by = { ids, subject: 'olga', tenant: ORG, now: '2026-03-01T00:00:00.000Z' };
const erase = (input: Partial<Parameters<typeof decideEraseSubject>[0]> = {}, held = false) => decideEraseSubject({ subject: 'alice', ground: 'OBJECTION', ...input }, { held }, by);
const codes = (r: { readonly ok: boolean; readonly error?: readonly { readonly code: string }[] }) => (r.ok ? [] : (r.error ?? []).map(p => p.code));

describe('to erase somebody', () => {
  it('is asked for with its ground, and said about the person in their log', () => {
    const decided = erase();
    expect(decided).toMatchObject({ ok: true, value: {
      next: { tenantId: ORG, subject: 'alice', state: 'REQUESTED', requestedBy: 'olga' },
      audit: [{ type: 'audit.subject.erase', phase: 'requested', tenant: ORG, target: { kind: 'subject', id: 'alice', parent: 'erasure_1' }, numbers: { ground: 'OBJECTION', clause: 'GDPR:17.1.c' } }],
      events: [{ noun: 'erasure', verb: 'requested' }],
    } });
  });
  it.each([
    ['oneself', { subject: 'olga' }, false, ['OWN_TRACES']],
    ['whom a hold covers', {}, true, ['LEGAL_HOLD']],
    ['nobody', { subject: ' ' }, false, ['REQUIRED']],
    ['for a ground that only a contract\'s end has', { ground: 'CONTRACT_ENDED' as const }, false, ['UNKNOWN_VALUE']],
  ])('is refused: %s', (_, input, held, found) => {
    expect(codes(erase(input, held))).toEqual(found);
  });
});

describe('the end of a contract', () => {
  const seen = { organisation: true, open: false, held: false };
  const end = (noticeDays = 21, over: Partial<typeof seen> = {}) => decideEndContract({ organisationId: ORG, noticeDays }, { ...seen, ...over }, by);
  const proposed: ContractEnd = { id: 'contractend_1' as ContractEndId, tenantId: ORG, noticeDays: 21, state: 'PROPOSED', proposedBy: 'olga', generation: 1 };
  const named = { id: proposed.id, generation: 1 };

  it.each([
    ['with less notice than there is a right to', end(20), ['NOTICE_TOO_SHORT']], ['a second time', end(21, { open: true }), ['ALREADY_EXISTS']],
    ['under a hold', end(21, { held: true }), ['LEGAL_HOLD']], ['of nobody', end(21, { organisation: false }), ['NOT_FOUND']],
    ['approved by who proposed it', decideApproveContractEnd(named, proposed, by), ['SAME_PERSON']],
    ['cancelled when it is over', decideCancelContractEnd(named, { ...proposed, state: 'ENDED' }, by), ['WRONG_STATE']],
  ])('is refused: %s', (_, decided, found) => {
    expect(codes(decided)).toEqual(found);
  });
  it('is noticed by a second person, from when the days run', () => {
    expect(decideApproveContractEnd(named, proposed, { subject: 'claude', now: by.now })).toMatchObject({ ok: true, value: {
      next: { state: 'NOTICED', noticedAt: by.now, dueAt: '2026-03-22T00:00:00.000Z' }, audit: [{ tenant: ORG, type: 'audit.contract.end', op: { to: 'NOTICED' }, numbers: { dueAt: '2026-03-22T00:00:00.000Z' } }],
    } });
  });
  it('erases everybody once the date has come', () => {
    const planned = planContractEnded({ ...proposed, state: 'NOTICED', approvedBy: 'claude', generation: 2 }, { ids, now: '2026-03-22T00:00:00.000Z' });
    expect(planned).toMatchObject({ end: { next: { state: 'ENDED' }, ifGeneration: 2 }, erasure: { next: { tenantId: ORG, ground: 'CONTRACT_ENDED', contractEndId: proposed.id, requestedBy: 'claude' } } });
    expect(planned.erasure.next.subject).toBeUndefined();
  });
});

it('a certificate says whose, why, when, which keys and where it is proven', () => {
  const decided = erase();
  if (!decided.ok) throw new Error('refused');
  expect(certificateOf(decided.value.next, { log: `audit.test/t/${ORG}`, at: '2026-03-01T00:00:05.000Z', event: 'audit_1' as never, keys: ['b', 'a'] })).toEqual({
    clause: 'GDPR:17.1.c', erased_at: '2026-03-01T00:00:05.000Z', event: 'audit_1', id: 'erasure_1', keys: ['a', 'b'], kind: 'cadastre-erasure-certificate', log: `audit.test/t/${ORG}`,
    requested_at: by.now, requested_by: 'olga', subject: 'alice', v: 1,
  });
});
