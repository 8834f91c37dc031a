import { createIds } from '@cadastre/platform/ids';
import { asRows, asSuperuser, openTestStore, seedSite, site, storeDatabase } from '@cadastre/store/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDoor, type TestDoor } from '../testing/door.ts';

const db = storeDatabase();
const s = site(createIds(), { racks: 1, machinesPerRack: 1 });
let door: TestDoor;
let token: string;
beforeAll(async () => {
  const [tenant, provider] = [openTestStore(db, 'tenant'), openTestStore(db, 'provider')];
  await seedSite(provider, tenant, s);
  await Promise.all([tenant.close(), provider.close()]);
  door = await startDoor('tenant', db);
  token = await door.token('alice', { organisation: s.tenants[0]?.code });
  await door.ask('{ viewer { id } }', { token });
});
afterAll(() => door.stop());

const freeze = (): Promise<void> => asSuperuser(db, `UPDATE audit_control SET state = 'FROZEN', reason = 'the spec says so'`);
const thaw = (): Promise<void> => asSuperuser(db, `UPDATE audit_control SET state = 'OPEN', reason = NULL, server_started = pg_postmaster_start_time()`);
const count = async (): Promise<readonly number[]> => (await asRows<{ n: number }>(db, 'SELECT count(*)::int AS n FROM audit_event UNION ALL SELECT count(*)::int FROM project UNION ALL SELECT count(*)::int FROM outbox UNION ALL SELECT count(*)::int FROM idempotency_record')).map(r => r.n);
const CREATE = 'mutation ($input: CreateProjectInput!) { createProject(input: $input) { __typename ... on ProjectAccepted { project { code } } ... on Problem { code message retryable } } }';
const create = async (code: string, lang = 'fr') => (await door.ask(CREATE, { token, variables: { input: { idempotencyKey: `k-${code}`, code, name: code } }, headers: { 'accept-language': lang } })).data['createProject'];

describe('while the audit log takes no event', () => {
  it.each([['fr', 'journal d’audit'], ['en', 'audit log']])('a mutation is refused as retryable data (%s), and nothing of it is done', async (lang, words) => {
    await freeze();
    const before = await count();
    expect(await create('cold', lang)).toEqual({ __typename: 'Conflict', code: 'AUDIT_FROZEN', message: expect.stringContaining(words) as string, retryable: true });
    expect(await count()).toEqual(before);
  });

  it('a refusal that could not be recorded is the same refusal', async () => {
    await freeze();
    expect(await create('not a code')).toMatchObject({ code: 'AUDIT_FROZEN' });
  });

  it('ordinary reading goes on and says so; a reading that is an event does not', async () => {
    await freeze();
    expect((await door.ask('{ viewer { auditTrail { state since } } projects(first: 5) { totalCount } }', { token })).data).toMatchObject({ viewer: { auditTrail: { state: 'FROZEN' } }, projects: { totalCount: 1 } });
    const auditor = await door.token('aude', { organisation: s.tenants[0]?.code, roles: ['AUDITOR'] });
    const read = await door.ask('{ auditEvents(first: 5) { ... on AuditEventConnection { totalCount } } }', { token: auditor });
    expect(read.errors?.[0]?.extensions).toMatchObject({ code: 'AUDIT_FROZEN' });
  });

  it('a server that started again is frozen until the notary has compared it, whatever its row says', async () => {
    await asSuperuser(db, `UPDATE audit_control SET state = 'OPEN', server_started = pg_postmaster_start_time() - interval '1 h'`);
    expect(await create('restarted')).toMatchObject({ code: 'AUDIT_FROZEN' });
    expect((await door.ask('{ viewer { auditTrail { state } } }', { token })).data).toMatchObject({ viewer: { auditTrail: { state: 'FROZEN' } } });
  });

  it('and the same act with the same key is done afterwards', async () => {
    await freeze();
    expect(await create('cold')).toMatchObject({ code: 'AUDIT_FROZEN' });
    await thaw();
    expect(await create('cold')).toMatchObject({ __typename: 'ProjectAccepted', project: { code: 'cold' } });
  });
});
