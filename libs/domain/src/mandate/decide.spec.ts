import { describe, expect, it } from 'vitest';
import type { MandateId, OrganisationId, Role } from '../core/index.ts';
import { countingIds } from '../datacenter/site.fixture.ts';
import type { By, ProposeMandate } from './decide.ts';
import { actedSince, decideApproveMandate, decideExpireMandate, decideProposeMandate, decideRevokeMandate, whyNotReadable } from './decide.ts';
import type { Mandate } from './model.ts';
import { stateAt } from './model.ts';

const NOW = '2026-11-27T10:00:00.000Z';
const tenantId = 'organisation_1' as OrganisationId;
const who = (directory: 'tenant' | 'provider', id: string, ...roles: Role[]): By => ({ actor: { kind: 'user', directory, id, roles }, now: NOW });
const colette = who('provider', 'colette', 'COMPLIANCE');
const wanted: ProposeMandate = {
  organisationId: tenantId, subject: { directory: 'provider', id: 'pascal' }, legalAct: 'réquisition 2026-114', from: '2026-10-01T00:00:00.000Z', to: '2026-11-01T00:00:00.000Z', expiresAt: '2026-12-27T10:00:00.000Z',
};
const propose = (over: Partial<ProposeMandate> = {}, { by = colette, acted = false } = {}) => decideProposeMandate({ ...wanted, ...over }, { organisation: { id: tenantId }, acted }, { ...by, ids: countingIds() });
const said = (r: ReturnType<typeof propose> | ReturnType<typeof approve> | ReturnType<typeof revoke>): readonly string[] => (r.ok ? ['ok'] : r.error.map(p => `${p.code} ${p.path?.join('.') ?? ''}`.trim()));

const proposed = (over: Partial<Mandate> = {}): Mandate => ({
  id: 'mandate_1' as MandateId, tenantId, subjectDirectory: 'provider', subjectId: 'pascal', legalAct: wanted.legalAct, from: wanted.from, to: wanted.to, expiresAt: wanted.expiresAt,
  state: 'PROPOSED', proposedDirectory: 'provider', proposedBy: 'colette', useCount: 0, generation: 1, ...over,
});
const approve = (by: By, over: Partial<Mandate> = {}) => decideApproveMandate({ id: 'mandate_1' as MandateId, generation: 1 }, { mandate: proposed(over) }, by);
const revoke = (by: By, over: Partial<Mandate> = {}) => decideRevokeMandate({ id: 'mandate_1' as MandateId, generation: 1 }, { mandate: proposed(over) }, by);

describe('a mandate is proposed', () => {
  it.each([
    ['as it should be', propose(), ['ok']],
    ['for one instance', propose({ target: { kind: 'instance', id: 'instance_x' } }), ['ok']],
    ['to oneself', propose({ subject: { directory: 'provider', id: 'colette' } }), ['OWN_MANDATE subject']],
    ['to a namesake of the other directory', propose({ subject: { directory: 'tenant', id: 'colette' } }), ['ok']],
    ['to somebody who acts on the tenant', propose({}, { acted: true }), ['INCOMPATIBLE_RIGHTS subject']],
    ['to a key', propose({ subject: { directory: 'tenant', id: 'apikey_01h455vb4pex5vsknk084sn02q' } }), ['NOT_A_PERSON subject.id']],
    ['by a key', propose({}, { by: { actor: { kind: 'apikey', directory: 'provider', id: 'apikey_1', roles: ['COMPLIANCE'] }, now: NOW } }), ['NOT_A_PERSON']],
    ['without an act', propose({ legalAct: ' ' }), ['REQUIRED legalAct']],
    ['on an act of a whole page', propose({ legalAct: 'x'.repeat(201) }), ['TOO_LONG legalAct']],
    ['over a period that ends first', propose({ to: wanted.from }), ['INTERVAL_REVERSED to']],
    ['that is over already', propose({ expiresAt: NOW }), ['IN_THE_PAST expiresAt']],
    ['for longer than twelve months', propose({ expiresAt: '2027-11-29T10:00:00.000Z' }), ['ABOVE_MAXIMUM expiresAt']],
    ['over nobody\'s log', decideProposeMandate(wanted, { organisation: undefined, acted: false }, { ...colette, ids: countingIds() }), ['NOT_FOUND organisationId']],
  ])('%s', (_, result, expected) => { expect(said(result)).toEqual(expected); });

  it('and its event alone says whom, on which act, over what and until when', () => {
    const d = propose({ target: { kind: 'instance', id: 'instance_x' } });
    expect(d.ok && d.value.audit).toEqual([{
      type: 'audit.mandate.propose', phase: 'completed', outcome: 'success', tenant: tenantId, target: { kind: 'mandate', id: 'mandate_1', parent: tenantId },
      numbers: { subject: 'pascal', subjectDirectory: 'provider', legalAct: 'réquisition 2026-114', from: wanted.from, to: wanted.to, expiresAt: wanted.expiresAt, proposedBy: 'colette', proposedDirectory: 'provider', objectKind: 'instance', object: 'instance_x' },
    }]);
  });
});

describe('a mandate of the provider is approved', () => {
  it.each([
    ['by another one of its compliance people', approve(who('provider', 'cyril', 'COMPLIANCE')), ['ok']],
    ['by an owner of the tenant', approve(who('tenant', 'alice', 'OWNER')), ['ok']],
    ['by an auditor of the tenant', approve(who('tenant', 'aude', 'AUDITOR')), ['FORBIDDEN id']],
    ['by an operator', approve(who('provider', 'olivia', 'OPERATOR')), ['FORBIDDEN id']],
    ['by who proposed it', approve(colette), ['SAME_PERSON id']],
    ['by its subject', approve(who('provider', 'pascal', 'COMPLIANCE')), ['OWN_MANDATE id']],
    ['by a key of an owner', approve({ actor: { kind: 'apikey', directory: 'tenant', id: 'apikey_1', roles: ['OWNER'] }, now: NOW }), ['NOT_A_PERSON']],
    ['twice', approve(who('provider', 'cyril', 'COMPLIANCE'), { state: 'ACTIVE' }), ['WRONG_STATE id']],
    ['too late', approve(who('provider', 'cyril', 'COMPLIANCE'), { expiresAt: NOW }), ['WRONG_STATE id']],
    ['as it was before', approve(who('provider', 'cyril', 'COMPLIANCE'), { generation: 2 }), ['STALE_GENERATION generation']],
  ])('%s', (_, result, expected) => { expect(said(result)).toEqual(expected); });
});

describe('a mandate of the tenant is approved', () => {
  const own = { proposedDirectory: 'tenant', proposedBy: 'alice', subjectDirectory: 'tenant', subjectId: 'etienne' } as const;
  it.each([
    ['by an auditor of it', approve(who('tenant', 'aude', 'AUDITOR'), own), ['ok']],
    ['by another owner', approve(who('tenant', 'anne', 'OWNER'), own), ['ok']],
    ['by who proposed it', approve(who('tenant', 'alice', 'OWNER'), own), ['SAME_PERSON id']],
    ['by its subject', approve(who('tenant', 'etienne', 'AUDITOR'), own), ['OWN_MANDATE id']],
    ['by the provider', approve(who('provider', 'cyril', 'COMPLIANCE'), own), ['FORBIDDEN id']],
  ])('%s', (_, result, expected) => { expect(said(result)).toEqual(expected); });
});

describe('a mandate is revoked', () => {
  it.each([
    ['by the provider', revoke(colette), ['ok']],
    ['by the tenant that approved it', revoke(who('tenant', 'alice', 'OWNER'), { state: 'ACTIVE', approvedDirectory: 'tenant', approvedBy: 'alice' }), ['ok']],
    ['by the tenant, although two of the provider granted it', revoke(who('tenant', 'alice', 'OWNER'), { state: 'ACTIVE', approvedDirectory: 'provider', approvedBy: 'cyril' }), ['FORBIDDEN id']],
    ['twice', revoke(colette, { state: 'REVOKED' }), ['WRONG_STATE id']],
  ])('%s', (_, result, expected) => { expect(said(result)).toEqual(expected); });
});

describe('under a mandate', () => {
  it.each([
    ['that is active, its subject reads', {}, ['PROVIDER_AUDITOR'], undefined],
    ['that waits for approval, nobody', { state: 'PROPOSED' }, [], 'MANDATE_NOT_IN_FORCE'],
    ['that is revoked, nobody', { state: 'REVOKED' }, [], 'MANDATE_NOT_IN_FORCE'],
    ['at the very instant of its end, nobody', { expiresAt: NOW }, [], 'MANDATE_NOT_IN_FORCE'],
    ['nobody who has become an operator', {}, ['PROVIDER_AUDITOR', 'OPERATOR'], 'INCOMPATIBLE_RIGHTS'],
  ] as const)('%s', (_, over, roles, code) => {
    expect(whyNotReadable(proposed({ state: 'ACTIVE', ...over }), who('provider', 'pascal', ...roles))?.code).toBe(code);
  });

  it('acts of a year count against its subject, and of longer where it reads further back', () => {
    expect(actedSince('2026-10-01T00:00:00.000Z', NOW)).toBe('2025-11-27T10:00:00.000Z');
    expect(actedSince('2024-01-01T00:00:00.000Z', NOW)).toBe('2024-01-01T00:00:00.000Z');
  });

  it('the end is an event of its own', () => {
    expect(decideExpireMandate(proposed({ state: 'ACTIVE' }))).toMatchObject({ changes: { state: 'EXPIRED' }, ifGeneration: 1, audit: [{ type: 'audit.mandate.expire', op: { from: 'ACTIVE', to: 'EXPIRED' } }] });
    expect([stateAt(proposed({ expiresAt: NOW }), NOW), stateAt(proposed({ state: 'REVOKED', expiresAt: NOW }), NOW)]).toEqual(['EXPIRED', 'REVOKED']);
  });
});
