import { storeDatabase, type Site } from '@cadastre/store/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { providerToken, seedTenants, tenantToken } from '../testing/tenants.ts';
import { openWorld, type World } from '../testing/world.ts';

const db = storeDatabase();
let world: World;
let s: Site;
let [owner, olivia] = ['', ''];
beforeAll(async () => {
  s = await seedTenants(db);
  world = await openWorld(db);
  [owner, olivia] = await Promise.all([tenantToken(world, s, 0, ['OWNER', 'ENGINEER']), providerToken(world, ['OPERATOR'])]);
});
afterAll(async () => { await world.close(); });

const CREATE = 'mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { __typename ... on ApiKeyCreated { secret apiKey { id prefix roles revokedAt } } ... on Problem { code path } } }';
interface Created { readonly __typename: string; readonly secret: string | null; readonly apiKey: { readonly id: string; readonly prefix: string } }
const create = async (more: object, door: 'tenant' | 'provider' = 'tenant'): Promise<Created> => {
  const input = { name: 'ci', roles: [door === 'tenant' ? 'ENGINEER' : 'OPERATOR'], expiresAt: '2027-01-01T00:00:00Z', ...more };
  return (await world[door].ask(CREATE, { token: door === 'tenant' ? owner : olivia, variables: { input } })).data['createApiKey'] as Created;
};
const whoIs = async (token: string, door: 'tenant' | 'provider' = 'tenant') => await world[door].ask('{ viewer { id roles organisation { code } } }', { token });

describe('an API key', () => {
  it('is shown once, and opens its own door with its own rights', async () => {
    const made = await create({ idempotencyKey: 'k1' });
    expect(made.secret?.startsWith(made.apiKey.prefix)).toBe(true);
    expect((await whoIs(made.secret ?? '')).data).toEqual({ viewer: { id: made.apiKey.id, roles: ['ENGINEER'], organisation: { code: s.tenants[0]!.code } } });
    expect(await create({ idempotencyKey: 'k1' })).toEqual({ ...made, secret: null });
    expect(await whoIs(made.secret ?? '', 'provider')).toMatchObject({ status: 401, errors: [{ extensions: { code: 'OTHER_DIRECTORY' } }] });
  });

  it('of the same idempotency key in parallel is one, and its secret is told once', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => create({ idempotencyKey: 'k2' })));
    expect(new Set(all.map(a => a.apiKey.id)).size).toBe(1);
    const secrets = all.flatMap(a => (a.secret === null ? [] : [a.secret]));
    expect(secrets).toHaveLength(1);
    expect((await whoIs(secrets[0] ?? '')).status).toBe(200);
  });

  it('of the provider works the same way', async () => {
    const made = await create({ idempotencyKey: 'k3' }, 'provider');
    expect((await whoIs(made.secret ?? '', 'provider')).data).toEqual({ viewer: { id: made.apiKey.id, roles: ['OPERATOR'], organisation: null } });
  });

  it('that is bound to other addresses opens nothing', async () => {
    const made = await create({ idempotencyKey: 'k4', allowedCidrs: ['192.0.2.0/24'] });
    expect(await whoIs(made.secret ?? '')).toMatchObject({ status: 401, errors: [{ extensions: { code: 'ADDRESS_NOT_ALLOWED' } }] });
  });

  it('cannot be given a right that its maker lacks', async () => {
    expect(await create({ idempotencyKey: 'k5', roles: ['AUDITOR'] })).toMatchObject({ __typename: 'ValidationFailed', code: 'UNKNOWN_VALUE', path: ['roles', '0'] });
  });

  it('opens nothing once it is revoked, and is revoked once', async () => {
    const made = await create({ idempotencyKey: 'k6' });
    const revoke = async (idempotencyKey: string) =>
      (await world.tenant.ask('mutation($input: RevokeApiKeyInput!) { revokeApiKey(input: $input) { __typename ... on ApiKeyRevoked { apiKey { revokedAt } } ... on Problem { code } } }', { token: owner, variables: { input: { idempotencyKey, id: made.apiKey.id } } })).data['revokeApiKey'];
    expect(await revoke('r1')).toMatchObject({ __typename: 'ApiKeyRevoked', apiKey: { revokedAt: expect.any(String) as string } });
    expect(await whoIs(made.secret ?? '')).toMatchObject({ status: 401, errors: [{ extensions: { code: 'REVOKED_KEY' } }] });
    expect(await revoke('r2')).toMatchObject({ __typename: 'Conflict', code: 'WRONG_STATE' });
  });

  it('never shows its digest, not even to its owner', async () => {
    const a = await world.tenant.ask('{ apiKeys { ... on ApiKeyConnection { totalCount edges { node { id name prefix roles lastUsedAt allowedCidrs } } } } }', { token: owner });
    expect(a.text).not.toMatch(/[0-9a-f]{64}/);
    expect((a.data['apiKeys'] as { totalCount: number }).totalCount).toBe(4);
  });
});
