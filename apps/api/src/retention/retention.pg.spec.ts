import { asRows, storeDatabase, type Site } from '@cadastre/store/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { providerToken, seedTenants, tenantToken } from '../testing/tenants.ts';
import { openWorld, type World } from '../testing/world.ts';

const db = storeDatabase();
let world: World;
let s: Site;
let [colette, cyril, olivia, aude]: string[] = [];
beforeAll(async () => {
  s = await seedTenants(db);
  world = await openWorld(db);
  [colette, cyril, olivia, aude] = await Promise.all([
    providerToken(world, ['COMPLIANCE'], 'colette'), providerToken(world, ['COMPLIANCE'], 'cyril'), providerToken(world, ['OPERATOR'], 'olivia'), tenantToken(world, s, 0, ['AUDITOR'], 'aude'),
  ]);
});
afterAll(async () => { await world.close(); });

type Data = Readonly<Record<string, unknown>>;
let keys = 0;
const does = async (what: string, type: string, answer: string, input: object, token = colette): Promise<Data> => {
  const query = `mutation($input: ${what.charAt(0).toUpperCase()}${what.slice(1)}Input!) { ${what}(input: $input) { __typename ... on Problem { code message suggestion path } ... on ${type} { ${answer} } } }`;
  const { data, errors } = await world.provider.ask(query, { token, variables: { input: { idempotencyKey: `k-${String(++keys)}`, ...input } } });
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data[what] as Data;
};
const set = (input: object, token?: string) => does('setRetention', 'RetentionAccepted', 'retention { id class months reason state proposedBy generation }', input, token);
const approve = (id: unknown, token?: string) => does('approveRetention', 'RetentionAccepted', 'retention { id months state approvedBy generation }', { id, generation: 1 }, token);
const place = (input: object, token?: string) => does('placeLegalHold', 'LegalHoldAccepted', 'legalHold { id organisationId reference about placedBy }', input, token);
const lift = (id: unknown, token?: string) => does('liftLegalHold', 'LegalHoldAccepted', 'legalHold { id liftedBy generation }', { id, generation: 1 }, token);

describe('retention at the provider\'s door', () => {
  it('below the floor is refused with the clause, above a year without a reason, and for whoever is not compliance', async () => {
    expect(await set({ class: 'SECURITY', months: 5 })).toMatchObject({ __typename: 'ValidationFailed', code: 'RETENTION_BELOW_FLOOR', message: expect.stringContaining('SecNumCloud 3.2 §12.6') as string });
    expect(await set({ class: 'SECURITY', months: 37, reason: 'long' })).toMatchObject({ code: 'RETENTION_ABOVE_CEILING' });
    expect(await set({ class: 'SECURITY', months: 24 })).toMatchObject({ code: 'REQUIRED', path: ['reason'] });
    expect(await set({ class: 'SECURITY', months: 12 }, olivia)).toMatchObject({ __typename: 'Forbidden' });
  });

  it('takes two people, and tenants see what is decided about their events', async () => {
    const { retention } = await set({ class: 'DATA_ACCESS', months: 24, reason: 'Décret n° 1' }) as { readonly retention: Data };
    expect(retention).toMatchObject({ class: 'DATA_ACCESS', months: 24, reason: 'Décret n° 1', state: 'PROPOSED', proposedBy: 'colette' });
    expect(await approve(retention['id'])).toMatchObject({ __typename: 'Conflict', code: 'SAME_PERSON' });
    expect(await approve(retention['id'], cyril)).toMatchObject({ retention: { state: 'APPROVED', approvedBy: 'cyril', generation: 2 } });
    expect(await approve(retention['id'], cyril)).toMatchObject({ __typename: 'Conflict', code: 'STALE_GENERATION' });
    expect((await world.tenant.ask('{ retentions { edges { node { class months state } } } }', { token: aude })).data).toEqual({ retentions: { edges: [{ node: { class: 'DATA_ACCESS', months: 24, state: 'APPROVED' } }] } });
    // The reason is a person's words: in the event it is sealed, and without a keeper only said to be missing.
    const events = await asRows<{ body: string }>(db, "SELECT convert_from(body, 'UTF8') AS body FROM audit_event WHERE type = 'audit.retention.set' AND outcome = 'success' ORDER BY seq");
    expect(events.map(e => JSON.parse(e.body) as Data)).toMatchObject([{ pii: { 'act.reason': { unavailable: true } } }, { change: [{ path: 'months', from: 12, to: 24 }] }]);
    expect(events.some(e => e.body.includes('Décret'))).toBe(false);
  });
});

describe('a legal hold', () => {
  it('is placed by one person and lifted by another; no tenant sees it', async () => {
    const { legalHold } = await place({ organisationId: s.tenants[0]?.id, reference: 'R-2026-1' }) as { readonly legalHold: Data };
    expect(legalHold).toMatchObject({ organisationId: s.tenants[0]?.id, reference: 'R-2026-1', placedBy: 'colette' });
    const owner = await tenantToken(world, s, 0, ['OWNER'], 'olga');
    const erase = async (key: string) => (await world.tenant.ask(`mutation { eraseSubject(input: {idempotencyKey: "${key}", subject: "alice", ground: UNLAWFUL}) { __typename ... on Problem { code } } }`, { token: owner })).data['eraseSubject'];
    expect(await erase('held')).toEqual({ __typename: 'Conflict', code: 'LEGAL_HOLD' });
    expect(await does('endContract', 'ContractEndAccepted', 'contractEnd { id }', { organisationId: s.tenants[0]?.id })).toMatchObject({ __typename: 'Conflict', code: 'LEGAL_HOLD' });
    const events = (await world.tenant.ask('{ auditEvents(first: 100) { ... on AuditEventConnection { edges { node { type } } } } }', { token: aude })).text;
    expect(events).not.toContain('audit.hold');
    expect(await lift(legalHold['id'])).toMatchObject({ __typename: 'Conflict', code: 'SAME_PERSON' });
    expect(await lift(legalHold['id'], cyril)).toMatchObject({ legalHold: { liftedBy: 'cyril', generation: 2 } });
    expect(await lift(legalHold['id'], cyril)).toMatchObject({ __typename: 'Conflict' });
    expect(await erase('free')).toEqual({ __typename: 'ErasureAccepted' });
  });
});

describe('the end of a contract', () => {
  const end = (input: object, token?: string) => does('endContract', 'ContractEndAccepted', 'contractEnd { id state noticeDays dueAt }', input, token);
  const decide = (what: 'approveContractEnd' | 'cancelContractEnd', id: unknown, generation: number, token?: string) => does(what, 'ContractEndAccepted', 'contractEnd { id state noticedAt dueAt approvedBy }', { id, generation }, token);

  it('is noticed 21 days ahead by two people, in the tenant\'s own log, and can be called off', async () => {
    expect(await end({ organisationId: s.tenants[1]?.id, noticeDays: 20 })).toMatchObject({ code: 'NOTICE_TOO_SHORT', message: expect.stringContaining('§19.4') as string });
    const { contractEnd } = await end({ organisationId: s.tenants[1]?.id }) as { readonly contractEnd: Data };
    expect(contractEnd).toMatchObject({ state: 'PROPOSED', noticeDays: 21, dueAt: null });
    expect(await end({ organisationId: s.tenants[1]?.id })).toMatchObject({ __typename: 'Conflict', code: 'ALREADY_EXISTS' });
    expect(await decide('approveContractEnd', contractEnd['id'], 1)).toMatchObject({ code: 'SAME_PERSON' });
    const noticed = (await decide('approveContractEnd', contractEnd['id'], 1, cyril))['contractEnd'] as { readonly noticedAt: string; readonly dueAt: string };
    expect(Date.parse(noticed.dueAt) - Date.parse(noticed.noticedAt)).toBe(21 * 86_400_000);
    const theirs = await tenantToken(world, s, 1, ['AUDITOR'], 'basile');
    const { text } = await world.tenant.ask('{ auditEvents(filter: {type: "audit.contract.end"}, first: 1) { ... on AuditEventConnection { edges { node { line } } } } contractEnds { edges { node { state dueAt } } } }', { token: theirs });
    expect(text).toContain(noticed.dueAt);
    expect(await decide('cancelContractEnd', contractEnd['id'], 2)).toMatchObject({ contractEnd: { state: 'CANCELLED' } });
    expect(await decide('cancelContractEnd', contractEnd['id'], 3)).toMatchObject({ code: 'WRONG_STATE' });
  });
});
