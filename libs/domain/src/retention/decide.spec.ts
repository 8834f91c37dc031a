import { describe, expect, it } from 'vitest';
import type { Ids, LegalHoldId, RetentionId } from '../core/index.ts';
import { decideApproveRetention, decideLiftLegalHold, decidePlaceLegalHold, decideSetRetention, type LegalHold, type RetentionPolicy } from './index.ts';

const ids: Ids = { next: kind => `${kind}_1` as never };
const by = { ids, subject: 'colette', now: '2026-03-01T00:00:00.000Z' };
const codes = (r: { readonly ok: boolean; readonly error?: readonly { readonly code: string; readonly params: object }[] }) => (r.ok ? [] : (r.error ?? []).map(p => p.code));
const set = (months: number, reason?: string) => decideSetRetention({ class: 'security', months, ...(reason === undefined ? {} : { reason }) }, by);
const policy: RetentionPolicy = { id: 'retention_1' as RetentionId, class: 'security', months: 24, reason: 'a decree', state: 'PROPOSED', proposedBy: 'colette', generation: 1 };
const hold: LegalHold = { id: 'hold_1' as LegalHoldId, reference: 'R-1', placedBy: 'colette', placedAt: by.now, generation: 1 };
const named = <I>(id: I) => ({ id, generation: 1 });

describe('retention', () => {
  it.each([[6, undefined, []], [12, undefined, []], [13, 'a decree', []], [36, 'a decree', []], [5, undefined, ['RETENTION_BELOW_FLOOR']], [37, 'a decree', ['RETENTION_ABOVE_CEILING']], [13, undefined, ['REQUIRED']], [13, ' ', ['REQUIRED']]])(
    'of %i months, with the reason %s', (months, reason, found) => {
      expect(codes(set(months, reason))).toEqual(found);
    });
  it('below the floor is refused with the clause', () => {
    expect(set(3)).toMatchObject({ error: [{ params: { value: 3, limit: 6, clause: 'SecNumCloud 3.2 §12.6' } }] });
  });
  it('is in force once another person approves it, who reads what it was before', () => {
    expect(codes(decideApproveRetention(named(policy.id), { policy, before: 12 }, by))).toEqual(['SAME_PERSON']);
    expect(codes(decideApproveRetention(named(policy.id), { policy: { ...policy, state: 'APPROVED' }, before: 12 }, { ...by, subject: 'claude' }))).toEqual(['WRONG_STATE']);
    expect(decideApproveRetention(named(policy.id), { policy, before: 12 }, { ...by, subject: 'claude' })).toMatchObject({ value: { next: { state: 'APPROVED', approvedBy: 'claude' }, audit: [{ change: [{ path: 'months', from: 12, to: 24 }], personal: { 'act.reason': 'a decree' } }] } });
  });
});

describe('a legal hold', () => {
  it('is placed by one person, and said in the provider\'s log alone', () => {
    const decided = decidePlaceLegalHold({ organisationId: 'organisation_1' as never, reference: 'R-1' }, { organisation: true }, by);
    expect(decided).toMatchObject({ ok: true, value: { next: { tenantId: 'organisation_1', reference: 'R-1' }, audit: [{ type: 'audit.hold.place', target: { parent: 'organisation_1' } }] } });
    expect(decided.ok && decided.value.audit[0]?.tenant).toBeUndefined();
  });
  it.each([
    ['of nobody', decidePlaceLegalHold({ organisationId: 'organisation_1' as never, reference: 'R-1' }, { organisation: false }, by), ['NOT_FOUND']],
    ['without a reference', decidePlaceLegalHold({ reference: '' }, { organisation: false }, by), ['REQUIRED']],
    ['that ends before it begins', decidePlaceLegalHold({ reference: 'R-1', from: by.now, to: by.now }, { organisation: false }, by), ['INTERVAL_REVERSED']],
    ['lifted by who placed it', decideLiftLegalHold(named(hold.id), hold, by), ['SAME_PERSON']],
    ['lifted twice', decideLiftLegalHold(named(hold.id), { ...hold, liftedBy: 'x', liftedAt: by.now }, { ...by, subject: 'claude' }), ['WRONG_STATE']],
  ])('is refused: %s', (_, decided, found) => {
    expect(codes(decided)).toEqual(found);
  });
  it('is lifted by another person', () => {
    expect(decideLiftLegalHold(named(hold.id), hold, { ...by, subject: 'claude' })).toMatchObject({ value: { next: { liftedBy: 'claude', liftedAt: by.now } } });
  });
});
