import { asSuperuser, openTestStore, storeDatabase, type Site } from '@cadastre/store/testing';
import type { Role } from '@cadastre/domain/core';
import { waitFor } from '@cadastre/testing/wait';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { providerToken, seedTenants, tenantToken } from '../testing/tenants.ts';
import { openWorld, type World } from '../testing/world.ts';

type Data = Readonly<Record<string, unknown>>;

const db = storeDatabase();
let world: World;
let s: Site;
const HOUR = 3_600_000;
const inHours = (n: number): string => new Date(Date.now() + n * HOUR).toISOString();
beforeAll(async () => {
  s = await seedTenants(db);
  world = await openWorld(db);
  await alice('mutation { createProject(input: {idempotencyKey: "p1", code: "secret", name: "Secret"}) { __typename } }');
});
afterAll(async () => { await world.close(); });

const askAt = (door: 'tenant' | 'provider', token: Promise<string>) => async (document: string, variables: object = {}): Promise<Data> => {
  const { data, errors } = await world[door].ask(document, { token: await token, variables, headers: { 'accept-language': 'en' } });
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data;
};
type Ask = ReturnType<typeof askAt>;
const ofProvider = (sub: string, ...roles: Role[]): Ask => (...args) => askAt('provider', providerToken(world, roles, sub))(...args);
const ofTenant = (sub: string, roles: Role[], n = 0): Ask => (...args) => askAt('tenant', tenantToken(world, s, n, roles, sub))(...args);
const colette = ofProvider('colette', 'COMPLIANCE');
const cyril = ofProvider('cyril', 'COMPLIANCE');
const pascal = ofProvider('pascal', 'PROVIDER_AUDITOR');
const alice = ofTenant('alice', ['OWNER', 'ENGINEER']);
const aude = ofTenant('aude', ['AUDITOR']);
const etienne = ofTenant('etienne', ['VIEWER']);

const MANDATE = 'id organisationId subject { directory id } target { kind id } legalAct state proposedBy { directory id } approvedBy { directory id } revokedBy { id } uses { count lastAt } generation';
const PROBLEM = '... on Problem { code message path }';
let keys = 0;
const act = async (ask: Ask, what: 'propose' | 'approve' | 'revoke', input: object): Promise<Data> => {
  const name = what[0]!.toUpperCase() + what.slice(1);
  const document = `mutation ($input: ${name}MandateInput!) { ${what}Mandate(input: $input) { __typename ${PROBLEM} ... on MandateAccepted { mandate { ${MANDATE} } receipt { auditEventId } } } }`;
  return (await ask(document, { input: { idempotencyKey: `m-${String(++keys)}`, ...input } }))[`${what}Mandate`] as Data;
};
const wanted = (over: object = {}) => ({ subjectId: 'pascal', legalAct: 'réquisition 2026-114', from: inHours(-1), to: inHours(1), expiresAt: inHours(24), ...over });
const propose = async (over: object = {}, ask = colette): Promise<Data> => await act(ask, 'propose', wanted({ ...(ask === colette ? { organisationId: s.tenants[0]!.id } : {}), ...over }));
const idOf = (a: Data): string => {
  if (a['mandate'] === undefined) throw new Error(JSON.stringify(a));
  return (a['mandate'] as { id: string }).id;
};
const granted = async (over: object = {}): Promise<string> => {
  const id = idOf(await propose(over));
  expect(await act(cyril, 'approve', { id, generation: 1 })).toMatchObject({ mandate: { state: 'ACTIVE' } });
  return id;
};
const read = async (ask: Ask, mandateId: string | null, filter: object = {}): Promise<Data & { readonly edges?: readonly { readonly node: { readonly type: string; readonly line: string } }[] }> =>
  (await ask(`query ($m: ID, $f: AuditEventFilter) { auditEvents(mandateId: $m, filter: $f, first: 100) { __typename ${PROBLEM} ... on AuditEventConnection { totalCount edges { node { type line } } } } }`, { m: mandateId, f: filter }))['auditEvents'] as Data;
const typesOf = (a: { readonly edges?: readonly { readonly node: { readonly type: string } }[] }): readonly string[] => (a.edges ?? []).map(e => e.node.type);

describe('a mandate of the provider', () => {
  it('is proposed by one, approved by another, and lets its subject read the tenant\'s log', async () => {
    const first = await propose();
    expect(first).toMatchObject({ mandate: { organisationId: s.tenants[0]!.id, subject: { directory: 'provider', id: 'pascal' }, target: null, state: 'PROPOSED', proposedBy: { directory: 'provider', id: 'colette' }, approvedBy: null, uses: { count: 0, lastAt: null } } });
    const id = idOf(first);
    expect(await read(pascal, id)).toMatchObject({ __typename: 'Conflict', code: 'MANDATE_NOT_IN_FORCE', message: 'This mandate does not let read: it is not approved yet.' });
    expect(await act(colette, 'approve', { id, generation: 1 })).toMatchObject({ __typename: 'Conflict', code: 'SAME_PERSON' });
    expect(await act(cyril, 'approve', { id, generation: 1 })).toMatchObject({ mandate: { state: 'ACTIVE', approvedBy: { directory: 'provider', id: 'cyril' } } });
    expect(typesOf(await read(pascal, id))).toContain('tenancy.project.create');
    expect(typesOf(await read(pascal, null))).not.toContain('tenancy.project.create');
  });

  it('may be approved by an owner of the tenant, who sees it like every mandate over the log', async () => {
    const id = idOf(await propose());
    expect(await act(aude, 'approve', { id, generation: 1 })).toMatchObject({ __typename: 'Forbidden' });
    expect(await act(alice, 'approve', { id, generation: 1 })).toMatchObject({ mandate: { state: 'ACTIVE', approvedBy: { directory: 'tenant', id: 'alice' } } });
    const { mandates } = await aude('{ mandates(first: 100) { ... on MandateConnection { totalCount edges { node { id state } } } } }') as { mandates: { edges: readonly { node: Data }[] } };
    expect(mandates.edges.map(e => e.node['id'])).toContain(id);
  });

  it('shows its period and its object and nothing else, whatever is asked for', async () => {
    expect(typesOf(await read(pascal, await granted({ to: inHours(-0.9) })))).toEqual([]);
    const project = s.tenants[0]!.projectId;
    const narrowed = await read(pascal, await granted({ targetKind: 'project', targetId: project }));
    expect(narrowed).toMatchObject({ totalCount: 1 });
    expect(typesOf(narrowed)).toEqual(['tenancy.project.create']);
  });

  it('is nobody else\'s: to an auditor there is none, to others the door is shut', async () => {
    const id = await granted();
    expect(await read(ofProvider('paula', 'PROVIDER_AUDITOR'), id)).toMatchObject({ __typename: 'NotFound', code: 'NOT_FOUND' });
    expect(await read(ofProvider('olivia', 'OPERATOR'), id)).toMatchObject({ __typename: 'Forbidden' });
    expect(await read(ofTenant('pascal', ['AUDITOR']), id)).toMatchObject({ __typename: 'NotFound' });
  });

  it('does not serve a subject who may also act', async () => {
    expect(await read(ofProvider('pascal', 'PROVIDER_AUDITOR', 'OPERATOR'), await granted())).toMatchObject({ __typename: 'Conflict', code: 'INCOMPATIBLE_RIGHTS', message: '“pascal” cannot read this log: their roles (OPERATOR) let them act.' });
  });

  it('is refused for an operator who acts on the tenant', async () => {
    const olivia = ofProvider('olivia', 'OPERATOR');
    const quota = await olivia(`mutation { grantQuota(input: {idempotencyKey: "q", regionId: "${s.regionId}", name: "q", organisation: "${s.tenants[0]!.code}"}) { __typename } }`).catch((e: unknown) => (e as Error).message);
    expect(quota).toMatchObject({ grantQuota: { __typename: 'QuotaAccepted' } });
    const tenant = openTestStore(db, 'tenant');
    expect(await tenant.read({ tenant: s.tenants[0]!.id }, q => q.rows({ text: "SELECT 1 AS n FROM audit_event WHERE actor_id = 'olivia' AND type = 'tenancy.quota.grant'" }))).toEqual([{ n: 1 }]);
    await tenant.close();
    expect(await propose({ subjectId: 'olivia' })).toMatchObject({ __typename: 'Conflict', code: 'INCOMPATIBLE_RIGHTS' });
  });

  it('ends when it is revoked: the next page is refused', async () => {
    const id = await granted();
    await read(pascal, id);
    expect(await act(alice, 'revoke', { id, generation: 2 })).toMatchObject({ __typename: 'Forbidden' });
    expect(await act(colette, 'revoke', { id, generation: 2 })).toMatchObject({ mandate: { state: 'REVOKED', revokedBy: { id: 'colette' }, uses: { count: 1 } } });
    expect(await read(pascal, id)).toMatchObject({ code: 'MANDATE_NOT_IN_FORCE', message: 'This mandate does not let read: it is revoked.' });
  });

  it('ends at its instant, before anybody has written so', async () => {
    const id = await granted();
    await asSuperuser(db, `UPDATE mandate SET expires_at = now() - interval '1 second' WHERE id = '${id}'`);
    expect(await read(pascal, id)).toMatchObject({ code: 'MANDATE_NOT_IN_FORCE' });
    expect(await pascal(`{ node(id: "${id}") { ... on Mandate { state } } }`)).toEqual({ node: { state: 'EXPIRED' } });
  });
});

describe('a mandate of the tenant', () => {
  it('lets an auditor from outside read a part, without any other right', async () => {
    expect(await read(etienne, null)).toMatchObject({ __typename: 'Forbidden' });
    const id = idOf(await propose({ subjectId: 'etienne', legalAct: 'contrat d’audit HDS §4', targetKind: 'project', targetId: s.tenants[0]!.projectId }, alice));
    expect(await act(cyril, 'approve', { id, generation: 1 })).toMatchObject({ __typename: 'NotFound' });
    expect(await act(aude, 'approve', { id, generation: 1 })).toMatchObject({ mandate: { state: 'ACTIVE' } });
    expect(await read(etienne, id)).toMatchObject({ totalCount: 1 });
    expect(await read(ofTenant('etienne', ['VIEWER'], 1), id)).toMatchObject({ __typename: 'Forbidden' });
    expect(await act(alice, 'revoke', { id, generation: 2 })).toMatchObject({ mandate: { state: 'REVOKED' } });
    expect(await read(etienne, id)).toMatchObject({ code: 'MANDATE_NOT_IN_FORCE' });
  });

  it('is no key\'s to grant', async () => {
    const { createApiKey } = await alice(`mutation { createApiKey(input: {idempotencyKey: "k", name: "k", roles: ["OWNER"], expiresAt: "${inHours(5)}"}) { ... on ApiKeyCreated { secret } } }`) as { createApiKey: { secret: string } };
    const key = askAt('tenant', Promise.resolve(createApiKey.secret));
    expect(await propose({ subjectId: 'etienne' }, key)).toMatchObject({ __typename: 'ValidationFailed', code: 'NOT_A_PERSON' });
  });
});

describe('the tenant\'s log', () => {
  it('says who let whom read, who approved, each reading with its mandate, each refusal, and the end', async () => {
    const id = await granted({ legalAct: 'histoire' });
    await read(pascal, id);
    await pascal('query ($m: ID) { auditLines(mandateId: $m, first: 1) { ... on AuditLines { count } } }', { m: id });
    await act(colette, 'revoke', { id, generation: 2 });
    await read(pascal, id);
    const story = await waitFor(async () => {
      const found = (await read(aude, null)).edges!.map(e => JSON.parse(e.node.line) as Data & { actor: { id: string }; consent?: { id: string }; target: { id: string }; authz: { rule: string } }).reverse().filter(e => e.target.id === id || e.consent?.id === id);
      return found.length >= 6 && found;
    }, { what: 'the six events' });
    expect(story.map(e => [e['type'], e.actor.id, e['phase'], e.consent?.id ?? null, e.authz.rule])).toEqual([
      ['audit.mandate.propose', 'colette', 'completed', null, 'proposeMandate: COMPLIANCE|OWNER'],
      ['audit.mandate.approve', 'cyril', 'completed', null, 'approveMandate: COMPLIANCE|OWNER|AUDITOR'],
      ['audit.events.read', 'pascal', 'read', id, 'auditEvents: mandate'],
      ['audit.events.export', 'pascal', 'read', id, 'auditLines: mandate'],
      ['audit.mandate.revoke', 'colette', 'completed', null, 'revokeMandate: COMPLIANCE|OWNER'],
      ['audit.events.read', 'pascal', 'denied', id, 'auditEvents: mandate'],
    ]);
    expect(story[1]!['numbers']).toMatchObject({ subject: 'pascal', legalAct: 'histoire', proposedBy: 'colette' });
    expect(new Set(story.map(e => e['tenant']))).toEqual(new Set([s.tenants[0]!.id]));
  });
});
