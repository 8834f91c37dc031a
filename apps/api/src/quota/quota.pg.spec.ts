import { storeDatabase, type Site } from '@cadastre/store/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { providerToken, seedTenants, tenantToken } from '../testing/tenants.ts';
import { openWorld, type World } from '../testing/world.ts';

type Member = Readonly<Record<string, unknown>>;
const db = storeDatabase();
let world: World;
let s: Site;
let [operator, auditor, owner, stranger] = ['', '', '', ''];
let keys = 0;

const GRANT = `mutation($input: GrantQuotaInput!) { grantQuota(input: $input) { __typename
  ... on QuotaAccepted { quota { id name parent organisation { code } project limits { dimension nominal borrowingLimit lendingLimit } budgets { dimension perPeriod period carryOverPct } used { dimension amount } generation } receipt { auditEventId } }
  ... on Problem { code message suggestion path } ... on ValidationFailed { faults { code path } } } }`;
const grant = async (input: object, token = operator): Promise<Member> => {
  const { data, errors } = await world.provider.ask<{ grantQuota: Member }>(GRANT, { token, variables: { input: { idempotencyKey: `key-${String((keys += 1))}`, regionId: s.regionId, ...input } }, headers: { 'accept-language': 'en' } });
  expect(errors).toBeUndefined();
  return data.grantQuota;
};
const mine = async (token: string): Promise<unknown> => {
  const { data, errors } = await world.tenant.ask<{ quotas: { edges: readonly { node: Member }[]; totalCount: number } }>(
    '{ quotas { totalCount edges { node { name project region { code } limits { dimension nominal } budgets { dimension perPeriod } used { dimension amount } } } } }', { token });
  expect(errors).toBeUndefined();
  return { total: data.quotas.totalCount, names: data.quotas.edges.map(e => e.node['name']) };
};

beforeAll(async () => {
  s = await seedTenants(db);
  world = await openWorld(db);
  [operator, auditor, owner, stranger] = await Promise.all([providerToken(world, ['OPERATOR']), providerToken(world, ['PROVIDER_AUDITOR'], 'pascal'), tenantToken(world, s, 0, ['OWNER']), tenantToken(world, s, 1, ['OWNER'])]);
});
afterAll(() => world.close());

describe('quotas', () => {
  it('are granted to a cohort, an organisation under it and its project, and each reads as it was written', async () => {
    const code = s.tenants[0]?.code ?? '';
    const limits = [{ dimension: 'GPU', nominal: 16, borrowingLimit: 8, lendingLimit: null }, { dimension: `GPU:s-${s.regionCode}`, nominal: 8 }];
    const budgets = [{ dimension: 'KWH', perPeriod: 75_000, period: 'QUARTER', carryOverPct: 50 }];
    expect(await grant({ name: 'all' })).toMatchObject({ __typename: 'QuotaAccepted', quota: { parent: null, organisation: null, project: null, limits: [], used: [] } });
    expect(await grant({ name: 'lab', parent: 'all', organisation: code, limits, budgets })).toMatchObject({
      __typename: 'QuotaAccepted', receipt: { auditEventId: expect.stringMatching(/^audit_/) as string },
      quota: { name: 'lab', parent: 'all', organisation: { code }, project: null, budgets, generation: 1,
        limits: [{ dimension: 'GPU', nominal: 16, borrowingLimit: 8, lendingLimit: null }, { dimension: `GPU:s-${s.regionCode}`, nominal: 8, borrowingLimit: null, lendingLimit: null }] },
    });
    expect(await grant({ name: 'lab-p1', parent: 'lab', organisation: code, project: 'p1', limits: [{ dimension: 'GPU', nominal: 4 }] })).toMatchObject({ __typename: 'QuotaAccepted', quota: { project: 'p1' } });
  });

  it('are replaced whole, by whoever read the last generation', async () => {
    const code = s.tenants[0]?.code;
    expect(await grant({ name: 'lab-p1', organisation: code, project: 'p1', generation: 1, limits: [{ dimension: 'WATTS', nominal: 50_000 }] })).toMatchObject({ __typename: 'QuotaAccepted', quota: { parent: null, limits: [{ dimension: 'WATTS' }], generation: 2 } });
    expect(await grant({ name: 'lab-p1', organisation: code, project: 'p1', generation: 1 })).toMatchObject({ __typename: 'Conflict', code: 'STALE_GENERATION' });
    expect(await grant({ name: 'lab-p1', organisation: code, project: 'p1' })).toMatchObject({ __typename: 'Conflict', code: 'STALE_GENERATION' });
  });

  it.each([
    { reason: 'negative borrowing', input: () => ({ name: 'x', limits: [{ dimension: 'GPU', nominal: 1, borrowingLimit: -1 }] }), said: { code: 'BELOW_MINIMUM', path: ['limits', '0', 'borrowingLimit'], message: 'borrowingLimit is -1; the minimum is 0.' } },
    { reason: 'a circle', input: () => ({ name: 'all', generation: 1, parent: 'all' }), said: { code: 'QUOTA_COHORT_CYCLE', path: ['parent'], message: 'Quota "all" would stand above itself: all.' } },
    { reason: 'under another organisation', input: () => ({ name: 'x', parent: 'lab', organisation: s.tenants[1]?.code, project: 'p1' }), said: { code: 'QUOTA_PARENT_MISMATCH', path: ['parent'], message: 'Quota "x" cannot stand under "lab".' } },
    { reason: 'a project that the organisation has not', input: () => ({ name: 'x', organisation: s.tenants[1]?.code, project: 'p9' }), said: { __typename: 'NotFound', path: ['project'] } },
    { reason: 'twice for one project', input: () => ({ name: 'x', organisation: s.tenants[0]?.code, project: 'p1' }), said: { __typename: 'Conflict', code: 'ALREADY_EXISTS', path: ['project'] } },
    { reason: 'a dimension that is none', input: () => ({ name: 'x', limits: [{ dimension: 'GPUS', nominal: 1 }] }), said: { code: 'UNKNOWN_VALUE', path: ['limits', '0', 'dimension'] } },
    { reason: 'in no region', input: () => ({ name: 'x', regionId: 'region_01h455vb4pex5vsknk084sn02q' }), said: { __typename: 'NotFound', path: ['regionId'] } },
  ])('are refused: $reason', async ({ input, said }) => { expect(await grant(input())).toMatchObject(said); });

  it('are granted by nobody but an operator', async () => {
    expect(await grant({ name: 'y' }, auditor)).toMatchObject({ __typename: 'Forbidden', code: 'FORBIDDEN' });
  });

  it('are seen by those whom they bound, and no cohort by anybody but the provider', async () => {
    expect([await mine(owner), await mine(stranger)]).toEqual([{ total: 2, names: ['lab', 'lab-p1'] }, { total: 0, names: [] }]);
    const all = await world.provider.ask<{ quotas: { totalCount: number } }>(`{ quotas(regionId: "${s.regionId}") { totalCount } }`, { token: operator });
    expect(all.data.quotas.totalCount).toBe(3);
  });

  it('stand in the log of the organisation that they bound', async () => {
    const { data } = await world.tenant.ask<{ auditEvents: { edges: readonly { node: Member }[] } }>('{ auditEvents(filter: { type: "tenancy.quota.grant" }) { ... on AuditEventConnection { edges { node { type outcome } } } } }', { token: await tenantToken(world, s, 0, ['AUDITOR']) });
    expect(data.auditEvents.edges.map(e => e.node)).toEqual(Array.from({ length: 3 }, () => ({ type: 'tenancy.quota.grant', outcome: 'success' })));
  });
});
