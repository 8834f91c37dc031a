import type { Role } from '@cadastre/domain/core';
import { storeDatabase, type Site } from '@cadastre/store/testing';
import { waitFor } from '@cadastre/testing/wait';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAllocator, type TestAllocator } from '../testing/allocator.ts';
import { providerToken, seedTenants, SSH_KEY, tenantToken } from '../testing/tenants.ts';
import { openWorld, type World } from '../testing/world.ts';

type Data = Readonly<Record<string, unknown>>;
interface Finding extends Data { readonly kind: string; readonly grantId: string | null; readonly eventIds: readonly string[]; readonly uses: { readonly count: number; readonly sampleEventIds: readonly string[] } | null }

const db = storeDatabase();
let world: World;
let allocator: TestAllocator;
let s: Site;
let instance: string;
const inHours = (n: number): string => new Date(Date.now() + n * 3_600_000).toISOString();
const [FROM, TO] = [inHours(-1), inHours(1)];
let keys = 0;
const key = (): string => `t-${String(++keys)}`;

const askWith = async (door: 'tenant' | 'provider', token: string, document: string, variables: object = {}): Promise<Data> => {
  const { data, errors } = await world[door].ask(document, { token, variables, headers: { 'accept-language': 'en' } });
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data;
};
const provider = async (sub: string, role: Role, document: string, variables: object = {}): Promise<Data> => await askWith('provider', await providerToken(world, [role], sub), document, variables);
const tenant = async (sub: string, roles: readonly Role[], document: string, variables: object = {}, n = 0): Promise<Data> => await askWith('tenant', await tenantToken(world, s, n, roles, sub), document, variables);
const alice = (document: string): Promise<Data> => tenant('alice', ['OWNER', 'ENGINEER'], document);

const mandate = async (legalAct: string): Promise<string> => {
  const input = { idempotencyKey: key(), organisationId: s.tenants[0]!.id, subjectId: 'pascal', legalAct, from: inHours(-2), to: inHours(2), expiresAt: inHours(24) };
  const made = await provider('colette', 'COMPLIANCE', 'mutation ($input: ProposeMandateInput!) { proposeMandate(input: $input) { ... on MandateAccepted { mandate { id } } } }', { input });
  const { id } = (made['proposeMandate'] as { mandate: { id: string } }).mandate;
  await provider('cyril', 'COMPLIANCE', `mutation { approveMandate(input: {idempotencyKey: "${key()}", id: "${id}", generation: 1}) { ... on MandateAccepted { mandate { id } } } }`);
  return id;
};
const FIELDS = '__typename ... on Problem { code } ... on AccessTrail { complete notRecorded { code message } findings { kind summary grantId allows givenBy approvedBy legalAct endedBy endedHow uses { count first last sampleEventIds } eventIds } }';
const QUESTION = `query ($subject: String!, $object: String!, $from: DateTime!, $to: DateTime!, $mandateId: ID) { accessTrail(subject: $subject, object: $object, from: $from, to: $to, mandateId: $mandateId) { ${FIELDS} } }`;
const asked = async (subject: string, object = instance): Promise<Data & { readonly findings: readonly Finding[] }> =>
  (await tenant('aude', ['AUDITOR'], QUESTION, { subject, object, from: FROM, to: TO }))['accessTrail'] as Data & { readonly findings: readonly Finding[] };

beforeAll(async () => {
  s = await seedTenants(db);
  world = await openWorld(db);
  allocator = startAllocator(db, s.regionCode);
  instance = await waitFor(async () => {
    const made = (await alice(`mutation { createGpuInstances(input: {idempotencyKey: "order", projectId: "${s.tenants[0]!.projectId}", shape: "s-${s.regionCode}", name: "one", image: "registry.example.fr/i:1", sshKeys: ["${SSH_KEY}"], leaseEnd: "${inHours(48)}"}) { ... on GpuInstancesAccepted { instances { id } } ... on Problem { code message } } }`))['createGpuInstances'] as { instances?: readonly { id: string }[] };
    return made.instances?.[0]?.id;
  }, { what: 'an instance', timeoutMs: 50_000, everyMs: 200 });
}, 90_000);
afterAll(async () => {
  await allocator.kill();
  await world.close();
});

describe('who gave X access to Y, who approved, was it used', () => {
  it('is one call: a mandate that was used and revoked, one that never was, and what is not recorded', async () => {
    const [used, unused] = [await mandate('réquisition 2026-114'), await mandate('contrat d’audit HDS §4')];
    for (const n of [1, 2]) await provider('pascal', 'PROVIDER_AUDITOR', `{ auditEvents(mandateId: "${used}", first: ${String(n)}) { __typename } }`);
    await provider('colette', 'COMPLIANCE', `mutation { revokeMandate(input: {idempotencyKey: "${key()}", id: "${used}", generation: 2}) { __typename } }`);
    const trail = await asked('pascal');
    expect(trail).toMatchObject({ __typename: 'AccessTrail', complete: true });
    const of = (id: string): Finding => trail.findings.find(f => f.grantId === id)!;
    expect(of(used)).toMatchObject({ kind: 'MANDATE', givenBy: 'colette', approvedBy: 'cyril', legalAct: 'réquisition 2026-114', endedBy: 'colette', endedHow: 'REVOKED', uses: { count: 2 } });
    expect(of(unused)).toMatchObject({ kind: 'MANDATE', legalAct: 'contrat d’audit HDS §4', endedHow: null, uses: { count: 0, first: null, last: null, sampleEventIds: [] } });
    expect(of(unused)['summary']).toMatch(/approved by cyril on .* never used in the period\.$/);
    expect(trail.findings.map(f => f.kind)).toEqual(['SSH_KEYS', 'MANDATE', 'MANDATE']);
    expect(trail.findings[0]).toMatchObject({ grantId: instance, allows: ['1'], givenBy: 'alice', uses: null });
    expect((trail['notRecorded'] as readonly { code: string }[]).map(x => x.code)).toContain('INSTANCE_SESSIONS');
    // Each finding names its events, and they are there.
    for (const id of [...of(used).eventIds, ...of(used).uses!.sampleEventIds]) expect(await tenant('aude', ['AUDITOR'], `{ node(id: "${id}") { id } }`)).toEqual({ node: { id } });
  });

  it('finds a key, what was done with it, and by role what was done without', async () => {
    const { createApiKey } = await alice(`mutation { createApiKey(input: {idempotencyKey: "${key()}", name: "ci", roles: ["ENGINEER"], expiresAt: "${inHours(5)}"}) { ... on ApiKeyCreated { secret apiKey { id } } } }`) as { createApiKey: { secret: string; apiKey: { id: string } } };
    expect(await asked('alice')).toMatchObject({ findings: [{ kind: 'SSH_KEYS' }, { kind: 'APIKEY', grantId: createApiKey.apiKey.id, allows: ['ENGINEER'], givenBy: 'alice', uses: { count: 0 } }, { kind: 'ROLE', allows: ['ENGINEER', 'OWNER'], uses: { count: 1 } }] });
    await askWith('tenant', createApiKey.secret, `mutation { releaseGpuInstance(input: {idempotencyKey: "${key()}", id: "${instance}"}) { __typename } }`);
    await alice(`mutation { revokeApiKey(input: {idempotencyKey: "${key()}", id: "${createApiKey.apiKey.id}"}) { __typename } }`);
    const [, ofKey] = (await asked(createApiKey.apiKey.id)).findings;
    expect(ofKey).toMatchObject({ kind: 'APIKEY', endedBy: 'alice', endedHow: 'REVOKED', uses: { count: 1 } });
  });

  it('answers nothing about nobody, and that is an answer', async () => {
    expect(await asked('nobody', s.tenants[0]!.projectId)).toMatchObject({ __typename: 'AccessTrail', findings: [] });
  });

  it('is an event, and an auditor\'s question: under a mandate it is answered from what the mandate shows', async () => {
    expect(await tenant('alice', ['OWNER'], QUESTION, { subject: 'pascal', object: instance, from: FROM, to: TO })).toMatchObject({ accessTrail: { __typename: 'Forbidden' } });
    expect(await tenant('aude', ['AUDITOR'], QUESTION, { subject: '', object: instance, from: TO, to: FROM })).toMatchObject({ accessTrail: { __typename: 'ValidationFailed' } });
    const id = await mandate('à propos de soi');
    const answer = (await provider('pascal', 'PROVIDER_AUDITOR', QUESTION, { subject: 'alice', object: instance, from: FROM, to: TO, mandateId: id }))['accessTrail'] as Data & { readonly findings: readonly Finding[] };
    expect(answer).toMatchObject({ __typename: 'AccessTrail', complete: false });
    expect(answer.findings.map(f => f.kind)).toEqual(['SSH_KEYS', 'APIKEY', 'ROLE']);
    expect((await provider('pascal', 'PROVIDER_AUDITOR', QUESTION, { subject: 'alice', object: instance, from: FROM, to: TO }))['accessTrail']).toMatchObject({ findings: [] });
    expect(await tenant('basile', ['AUDITOR'], QUESTION, { subject: 'alice', object: instance, from: FROM, to: TO }, 1)).toMatchObject({ accessTrail: { findings: [] } });
  });
});
