import { asSuperuser, storeDatabase, type Site } from '@cadastre/store/testing';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { providerToken, seedTenants, tenantToken } from '../testing/tenants.ts';
import { openWorld, type World } from '../testing/world.ts';

const db = storeDatabase();
const RECIPIENT = await identityToRecipient(await generateX25519Identity());
let world: World;
let s: Site;
let tokens: Readonly<Record<'aude' | 'alice' | 'basile' | 'pascal' | 'olivia', string>>;
beforeAll(async () => {
  s = await seedTenants(db);
  world = await openWorld(db);
  const [aude, alice, basile, pascal, olivia] = await Promise.all([
    tenantToken(world, s, 0, ['AUDITOR'], 'aude'), tenantToken(world, s, 0, ['OWNER'], 'alice'), tenantToken(world, s, 1, ['AUDITOR'], 'basile'), providerToken(world, ['PROVIDER_AUDITOR'], 'pascal'), providerToken(world, ['OPERATOR'], 'olivia'),
  ]);
  tokens = { aude, alice, basile, pascal, olivia };
  await asSuperuser(db, `INSERT INTO audit_log (origin, kind, tenant_id, root, frontier) VALUES ('audit.test/t/${s.tenants[0]!.id}', 'TENANT', '${s.tenants[0]!.id}', sha256(''), ''), ('audit.test/provider', 'PROVIDER', NULL, sha256(''), '')`);
});
afterAll(async () => { await world.close(); });

const PERIOD = { from: '2026-10-01T00:00:00Z', to: '2026-11-01T00:00:00Z' };
const PROBLEM = '... on Problem { code path retryable message suggestion }';
const ACCEPTED = `__typename ... on AuditExportAccepted { auditExport { id from to views ageRecipients organisationId requestedBy fileName downloadPath operation { id } } operation { id kind state progressMilli cancellable notCancellableBecause steps { name state } } receipt { auditEventId } } ${PROBLEM}`;
const CANCELLED = `__typename ... on AuditExportCancelled { operation { state cancellable notCancellableBecause steps { name state } } } ${PROBLEM}`;
let keys = 0;
const create = async (token: string, input: object, door: 'tenant' | 'provider' = 'tenant') => {
  const a = await world[door].ask(`mutation ($input: CreateAuditExportInput!) { createAuditExport(input: $input) { ${ACCEPTED} } }`, { token, variables: { input: { idempotencyKey: `k${String((keys += 1))}`, ...PERIOD, ...input } } });
  expect(a.errors, a.text).toBeUndefined();
  return a.data['createAuditExport'] as Readonly<Record<string, unknown>> & { readonly auditExport: { readonly id: string } };
};
const cancel = async (token: string, id: string) =>
  (await world.tenant.ask(`mutation ($input: CancelAuditExportInput!) { cancelAuditExport(input: $input) { ${CANCELLED} } }`, { token, variables: { input: { idempotencyKey: `k${String((keys += 1))}`, id } } })).data['cancelAuditExport'];
const eventTypes = async (token: string): Promise<readonly string[]> => {
  const a = await world.tenant.ask('{ auditEvents(first: 100) { ... on AuditEventConnection { edges { node { type outcome reason } } } } }', { token });
  return (a.data['auditEvents'] as { edges: readonly { node: { type: string; outcome: string; reason: string | null } }[] }).edges.map(e => `${e.node.type} ${e.node.outcome}${e.node.reason === null ? '' : ` ${e.node.reason}`}`);
};

describe('a tenant\'s auditor', () => {
  it('asks for a period of the own log, gets an operation and a receipt, and finds it again', async () => {
    const made = await create(tokens.aude, { views: ['ocsf'], ageRecipients: [RECIPIENT] });
    const { id } = made.auditExport;
    expect(made).toMatchObject({
      __typename: 'AuditExportAccepted', auditExport: { views: ['ocsf'], ageRecipients: [RECIPIENT], organisationId: s.tenants[0]!.id, requestedBy: 'aude', downloadPath: null, fileName: `${id}.zip.age`, operation: { id } },
      operation: { id, kind: 'auditexport', state: 'PENDING', progressMilli: 0, cancellable: true, notCancellableBecause: null, steps: ['RANGE', 'WITNESS', 'TIMESTAMP', 'WRITE'].map(name => ({ name, state: 'PENDING' })) },
    });
    const found = await world.tenant.ask(`{ auditExport(id: "${id}") { id } node(id: "${id}") { __typename id } auditExports { ... on AuditExportConnection { totalCount } } }`, { token: tokens.aude });
    expect(found.data).toEqual({ auditExport: { id }, node: { __typename: 'AuditExport', id }, auditExports: { totalCount: 1 } });
    expect(await eventTypes(tokens.aude)).toContain('audit.export.create success');
    expect(await cancel(tokens.aude, id)).toMatchObject({ __typename: 'AuditExportCancelled', operation: { state: 'CANCELLED', cancellable: false, notCancellableBecause: 'ENDED' } });
    expect(await cancel(tokens.aude, id)).toMatchObject({ __typename: 'Conflict', code: 'WRONG_STATE' });
  });

  it('is told what is wrong, all of it at once, in words', async () => {
    expect(await create(tokens.aude, { from: PERIOD.to, to: PERIOD.from })).toMatchObject({ __typename: 'ValidationFailed', code: 'INTERVAL_REVERSED' });
    expect(await create(tokens.aude, { to: new Date(Date.now() - 60_000).toISOString() })).toMatchObject({ code: 'PERIOD_NOT_OVER', path: ['to'], message: expect.stringContaining('n’est close') as string });
    expect(await create(tokens.aude, { ageRecipients: [RECIPIENT, `${RECIPIENT.slice(0, -1)}${RECIPIENT.endsWith('q') ? 'p' : 'q'}`] })).toMatchObject({ code: 'BAD_AGE_RECIPIENT', path: ['ageRecipients', '1'] });
    expect(await eventTypes(tokens.aude)).toContain('audit.export.create failure BAD_AGE_RECIPIENT');
  });

  it('is told from when on a pruned log can be had', async () => {
    // As after a pruning, which the database itself allows only for what retention has passed.
    await asSuperuser(db, `ALTER TABLE audit_log DISABLE TRIGGER USER; WITH l AS (UPDATE audit_log SET size = 9, published = 9, pruned_before = 7 WHERE tenant_id = '${s.tenants[0]!.id}' RETURNING id)
      INSERT INTO audit_leaf (log_id, index, event_id, txid, seq, leaf_hash, sealed_at) SELECT id, 7, 'audit_x', 1, 1, sha256(''), '2026-10-10T00:00:00Z' FROM l; ALTER TABLE audit_log ENABLE TRIGGER USER`);
    expect(await create(tokens.aude, {})).toMatchObject({ code: 'PERIOD_PRUNED', path: ['from'], suggestion: expect.stringContaining('2026-10-10T00:03:00.000Z') as string });
    expect(await create(tokens.aude, { from: '2026-10-10T00:03:00Z' })).toMatchObject({ __typename: 'AuditExportAccepted' });
  });

  it('whose log nobody has opened yet is told so', async () => {
    expect(await create(tokens.basile, {})).toMatchObject({ __typename: 'Conflict', code: 'AUDIT_LOG_NOT_OPEN', retryable: true });
  });

  it('has four at a time', async () => {
    for (const n of [0, 1, 2]) expect(await create(tokens.aude, { from: `2026-10-1${String(n + 1)}T00:00:00Z` })).toMatchObject({ __typename: 'AuditExportAccepted' });
    expect(await create(tokens.aude, { from: '2026-10-20T00:00:00Z' })).toMatchObject({ __typename: 'Conflict', code: 'TOO_MANY_EXPORTS' });
  });

  it('alone may: an engineer\'s owner may not, and another organisation\'s auditor finds nothing', async () => {
    const { data } = await world.tenant.ask('{ auditExports { ... on AuditExportConnection { edges { node { id } } } } }', { token: tokens.aude });
    const id = (data['auditExports'] as { edges: readonly { node: { id: string } }[] }).edges[0]!.node.id;
    expect(await create(tokens.alice, {})).toMatchObject({ __typename: 'Forbidden' });
    for (const token of [tokens.alice, tokens.basile]) expect((await world.tenant.ask(`{ auditExport(id: "${id}") { id } node(id: "${id}") { id } }`, { token })).data).toEqual({ auditExport: null, node: null });
    expect(await cancel(tokens.basile, id)).toMatchObject({ __typename: 'NotFound' });
  });
});

describe('the provider\'s auditor', () => {
  it('exports the provider\'s log, and sees no tenant\'s exports', async () => {
    expect(await create(tokens.pascal, {}, 'provider')).toMatchObject({ __typename: 'AuditExportAccepted', auditExport: { organisationId: null } });
    expect((await world.provider.ask('{ auditExports { ... on AuditExportConnection { totalCount } } }', { token: tokens.pascal })).data).toEqual({ auditExports: { totalCount: 1 } });
  });
  it('gets a tenant\'s log under no mandate not at all', async () => {
    expect(await create(tokens.pascal, { organisationId: s.tenants[0]!.id }, 'provider')).toMatchObject({ __typename: 'Forbidden', code: 'MANDATE_MISSING', path: ['organisationId'] });
  });
  it('gets it under a mandate over the whole of it, and that is a use of the mandate', async () => {
    await asSuperuser(db, `INSERT INTO mandate (id, tenant_id, subject_directory, subject_id, legal_act, valid_from, valid_to, expires_at, state, proposed_directory, proposed_by, approved_directory, approved_by, approved_at)
      VALUES ('${world.provider.door.ids.next('mandate')}', '${s.tenants[0]!.id}', 'provider', 'pascal', 'audit', '2020-01-01', '2090-01-01', now() + interval '1 hour', 'ACTIVE', 'provider', 'colette', 'provider', 'cyril', now() - interval '1 hour')`);
    expect(await create(tokens.pascal, { organisationId: s.tenants[0]!.id, from: '2026-10-10T00:03:00Z' }, 'provider')).toMatchObject({ __typename: 'AuditExportAccepted', auditExport: { organisationId: s.tenants[0]!.id } });
    expect((await world.provider.ask('{ mandates { ... on MandateConnection { edges { node { uses { count } } } } } }', { token: tokens.pascal })).data).toEqual({ mandates: { edges: [{ node: { uses: { count: 1 } } }] } });
  });
  it('alone may', async () => {
    expect(await create(tokens.olivia, {}, 'provider')).toMatchObject({ __typename: 'Forbidden' });
  });
});
