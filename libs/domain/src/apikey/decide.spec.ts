import { describe, expect, it } from 'vitest';
import type { ApiKeyId, Id, IdKind, OrganisationId } from '../core/index.ts';
import type { CreateApiKey } from './decide.ts';
import { decideCreateApiKey, decideRevokeApiKey } from './decide.ts';
import type { ApiKey } from './model.ts';

const now = '2026-11-24T10:00:00.000Z';
const ids = { next: <K extends IdKind>(kind: K) => `${kind}_1` as Id<K> };
const tenantId = 'organisation_1' as OrganisationId;
const wanted: CreateApiKey = { name: 'ci', roles: ['ENGINEER'], expiresAt: '2027-01-01T00:00:00.000Z', allowedCidrs: [] };
const create = (more: Partial<CreateApiKey> = {}) =>
  decideCreateApiKey({ ...wanted, ...more }, { directory: 'tenant', tenantId, roles: ['OWNER', 'ENGINEER'], made: { prefix: 'cad_x_abcdef', sha256: 'd' } }, { ids, now });
const codes = (d: ReturnType<typeof create>) => (d.ok ? [] : d.error.map(p => `${p.code} ${(p.path ?? []).join('.')}`));

describe('a new key', () => {
  it('has the digest and never the key, and tells who may see it', () => {
    const made = create();
    expect(made).toMatchObject({ ok: true, value: { next: { id: 'apikey_1', sha256: 'd', roles: ['ENGINEER'] }, events: [{ verb: 'created', tenantId }], audit: [{ type: 'iam.apikey.create', tenant: tenantId }] } });
  });

  it.each([
    ['a right that its maker lacks', { roles: ['AUDITOR'] }, ['UNKNOWN_VALUE roles.0']],
    ['no right at all', { roles: [] }, ['REQUIRED roles']],
    ['a right twice', { roles: ['OWNER', 'OWNER'] }, ['DUPLICATE roles.1']],
    ['no name', { name: ' ' }, ['REQUIRED name']],
    ['an end that is over', { expiresAt: now }, ['IN_THE_PAST expiresAt']],
    ['366 days', { expiresAt: '2027-11-25T10:00:00.000Z' }, []],
    ['a day more', { expiresAt: '2027-11-26T10:00:00.000Z' }, ['ABOVE_MAXIMUM expiresAt']],
    ['blocks of both families', { allowedCidrs: ['192.0.2.0/24', '2001:db8::/32', '::1/128', '2001:db8:0:0:0:0:0:1/64'] }, []],
    ['an address instead of a block', { allowedCidrs: ['192.0.2.1'] }, ['BAD_FORMAT allowedCidrs.0']],
    ['a byte that is none', { allowedCidrs: ['192.0.256.0/24'] }, ['BAD_FORMAT allowedCidrs.0']],
    ['33 bits of 32', { allowedCidrs: ['192.0.2.0/33'] }, ['BAD_FORMAT allowedCidrs.0']],
    ['two gaps', { allowedCidrs: ['2001::db8::/32'] }, ['BAD_FORMAT allowedCidrs.0']],
    ['nine groups', { allowedCidrs: ['1:2:3:4:5:6:7:8:9/64'] }, ['BAD_FORMAT allowedCidrs.0']],
  ])('with %s: %j', (_, more, expected) => {
    expect(codes(create(more))).toEqual(expected);
  });
});

describe('a revocation', () => {
  const key: ApiKey = { id: 'apikey_1' as ApiKeyId, directory: 'tenant', tenantId, name: 'ci', prefix: 'p', sha256: 'd', roles: ['ENGINEER'], expiresAt: now, allowedCidrs: [], generation: 3 };
  it.each([
    ['of a living key', key, true],
    ['of none', undefined, 'NOT_FOUND'],
    ['of one that is revoked', { ...key, revokedAt: now }, 'WRONG_STATE'],
  ])('%s', (_, seen, expected) => {
    const d = decideRevokeApiKey(key.id, { key: seen }, { now });
    expect(d.ok || d.error[0].code).toBe(expected);
    if (d.ok) expect(d.value).toMatchObject({ ifGeneration: 3, next: { revokedAt: now, generation: 4 }, audit: [{ type: 'iam.apikey.revoke' }] });
  });
});
