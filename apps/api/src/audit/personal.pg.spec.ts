import { openTestStore, storeDatabase, type Site } from '@cadastre/store/testing';
import { waitFor } from '@cadastre/testing/wait';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startKeeper, type TestKeeper } from '../testing/keeper.ts';
import { providerToken, seedTenants, tenantToken } from '../testing/tenants.ts';
import { openWorld, type World } from '../testing/world.ts';

const db = storeDatabase();
let keeper: TestKeeper;
let world: World;
let s: Site;
let n = 0;
beforeAll(async () => {
  s = await seedTenants(db);
  keeper = await startKeeper();
  world = await openWorld(db, { keeper });
});
afterAll(async () => {
  await world.close();
  await keeper.stop();
});

interface Value { readonly path: string; readonly state: string; readonly value: string }
interface Node { readonly line: string; readonly personal: readonly Value[] }
const PEOPLE = { alice: { name: 'Alice Martin-Aiguille', email: 'alice.aiguille@chu.example' } } as const;
const QUERY = '($filter: AuditEventFilter) { auditEvents(filter: $filter, first: 1) { ... on AuditEventConnection { edges { node { line personal { path state value } } } } } }';
const newest = async (door: 'tenant' | 'provider', token: string, filter: object, lang = 'fr'): Promise<Node> => {
  const { data, errors } = await world[door].ask(`query${QUERY}`, { token, variables: { filter }, headers: { 'accept-language': lang } });
  expect(errors).toBeUndefined();
  const [edge] = (data['auditEvents'] as { readonly edges: readonly { readonly node: Node }[] }).edges;
  if (edge === undefined) throw new Error(`no event of ${JSON.stringify(filter)}`);
  return edge.node;
};
const alice = async (): Promise<string> => world.tenant.issuer.token({ sub: 'alice', organisation: s.tenants[0]?.code, roles: ['OWNER'], ...PEOPLE.alice });
const createProject = async (token: string): Promise<void> => {
  const code = `named-${String(++n)}`;
  const { data } = await world.tenant.ask(`mutation { createProject(input: {idempotencyKey: "${code}", code: "${code}", name: "P"}) { __typename } }`, { token });
  expect(data).toEqual({ createProject: { __typename: 'ProjectAccepted' } });
};
const CREATED = { type: 'tenancy.project.create', actorId: 'alice' };

describe('who did it', () => {
  it('is shown to an auditor, and stands nowhere in the event', async () => {
    await createProject(await alice());
    const { line, personal } = await newest('tenant', await tenantToken(world, s, 0, ['AUDITOR'], 'aude'), CREATED);
    expect(Object.fromEntries(personal.map(v => [v.path, [v.state, v.value]]))).toEqual({
      'actor.name': ['READABLE', PEOPLE.alice.name], 'actor.email': ['READABLE', PEOPLE.alice.email], 'source.address': ['READABLE', '127.0.0.1'],
    });
    for (const value of [...Object.values(PEOPLE.alice), '127.0.0.1']) expect(line).not.toContain(value);
    expect(JSON.parse(line)).toMatchObject({ actor: { id: 'alice' }, pii: { 'actor.name': { ct: expect.any(String) as string, kid: expect.stringMatching(/^[\w-]{22}$/) as string } } });
  });

  it('of a stranger who failed to log in is an address, for the provider', async () => {
    await world.tenant.ask('{ viewer { id } }', { token: 'not.a.token' });
    const { personal } = await newest('provider', await providerToken(world, ['PROVIDER_AUDITOR'], 'pascal'), { type: 'iam.login.failed' });
    expect(personal).toEqual([{ path: 'source.address', state: 'READABLE', value: '127.0.0.1' }]);
  });

  it('of the provider is no name for a tenant', async () => {
    const operator = await world.provider.issuer.token({ sub: 'olivia', roles: ['OPERATOR'], name: 'Olivia Aiguille' });
    const { data } = await world.provider.ask('mutation { createOrganisation(input: {idempotencyKey: "o", code: "nouveau", name: "N", class: PRIVATE}) { __typename ... on Problem { code } } }', { token: operator });
    expect(data).toEqual({ createOrganisation: { __typename: 'OrganisationAccepted' } });
    const theirs = await world.tenant.issuer.token({ sub: 'anne', organisation: 'nouveau', roles: ['AUDITOR'] });
    const { personal, line } = await newest('tenant', theirs, { actorId: 'olivia' });
    expect(personal.map(v => [v.path, v.state, v.value])).toEqual([
      ['actor.name', 'WITHHELD', '[réservé aux auditeurs du fournisseur]'], ['source.address', 'WITHHELD', '[réservé aux auditeurs du fournisseur]'],
    ]);
    expect(line).not.toContain('Aiguille');
    const own = await newest('provider', await providerToken(world, ['PROVIDER_AUDITOR'], 'pascal'), { actorId: 'olivia' });
    expect(own.personal.map(v => v.value)).toEqual(['Olivia Aiguille', '127.0.0.1']);
  });

  it('is not known while the keeper is away: the act is done, the event says so, and so does the log', async () => {
    await keeper.kill();
    // Another person: the first one's key is at hand and would be used.
    const bob = await world.tenant.issuer.token({ sub: 'bob', organisation: s.tenants[0]?.code, roles: ['OWNER'], name: 'Bob Aiguille' });
    await createProject(bob);
    const aude = await tenantToken(world, s, 0, ['AUDITOR'], 'aude');
    const before = await newest('tenant', aude, { ...CREATED, actorId: 'bob' }, 'en');
    expect(JSON.parse(before.line)).toMatchObject({ pii: { 'actor.name': { unavailable: true }, 'source.address': { unavailable: true } } });
    expect(before.personal).toContainEqual({ path: 'actor.name', state: 'NOT_RECORDED', value: '[not recorded — keeper of keys away]' });
    expect((await newest('tenant', aude, CREATED, 'en')).personal).toContainEqual({ path: 'actor.name', state: 'KEEPER_AWAY', value: '[unreadable for now — keeper of keys away]' });
    await keeper.comeBack();
    await waitFor(async () => (await newest('tenant', aude, CREATED)).personal.every(v => v.state === 'READABLE'), { what: 'the keeper\'s return' });
    const store = openTestStore(db, 'provider');
    const rows = await waitFor(async () => {
      const found = await store.read('system', q => q.rows({ text: "SELECT type, convert_from(body, 'UTF8')::jsonb->'numbers'->>'values' AS values FROM audit_event WHERE target_kind = 'keeper' AND target_id = 'door-tenant' ORDER BY seq" }));
      return found.length > 1 && found;
    }, { what: 'both events' });
    await store.close();
    expect(rows).toEqual([{ type: 'audit.log.degraded', values: null }, { type: 'audit.log.resumed', values: expect.stringMatching(/^[1-9]\d*$/) as string }]);
  });
});
