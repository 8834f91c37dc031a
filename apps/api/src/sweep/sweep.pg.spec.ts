import { readFileSync } from 'node:fs';
import { coursesOf, DOORS, EVENT_SCHEMA, EVERY_REQUEST, ROUTES, type AuditType, type Course } from '@cadastre/domain/audit';
import type { IdKind } from '@cadastre/domain/core';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { createIds } from '@cadastre/platform/ids';
import { commit } from '@cadastre/store/commit';
import type { Store } from '@cadastre/store/pool';
import * as exports from '@cadastre/store/auditexport';
import * as quotas from '@cadastre/store/quota';
import * as reservations from '@cadastre/store/reservation';
import { actOf, asSuperuser, openTestStore, storeDatabase, type Site } from '@cadastre/store/testing';
import { waitFor } from '@cadastre/testing/wait';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAllocator, type TestAllocator } from '../testing/allocator.ts';
import type { Answer, TestDoor } from '../testing/door.ts';
import { providerToken, seedTenants, SSH_KEY, tenantToken } from '../testing/tenants.ts';
import { openWorld, type World } from '../testing/world.ts';
import { callsOf, type Call } from './documents.ts';

// What no one may forget for a new field: who is let in, what a stranger sees, and that every attempt is written down. Fields come from the
// schemas, so a field without a test does not exist. `exceptions.json` lists `door.field` that are excused; the goal is that it stays empty.
const EXCUSED = JSON.parse(readFileSync(new URL('./exceptions.json', import.meta.url), 'utf8')) as readonly string[];

const db = storeDatabase();
const ids = createIds();
let world: World;
let allocator: TestAllocator;
let s: Site;
const stores: Store[] = [];
/** Of tenant 0: what a stranger would like to see. */
const owned = new Map<IdKind, string>();
const tokens = { owner: '', stranger: '', billing: '', operator: '', technician: '', compliance: '' };

// Ever faster than real time, so that no failed login falls under the sampling of a second.
let ticks = 0;
const clock = { now: () => new Date(Date.now() + (ticks += 60)).toISOString() };

beforeAll(async () => {
  s = await seedTenants(db);
  stores.push(openTestStore(db, 'provider'), openTestStore(db, 'tenant'), openTestStore(db, 'allocator'));
  world = await openWorld(db, { clock });
  tokens.owner = await tenantToken(world, s, 0, ['OWNER', 'ENGINEER', 'AUDITOR']);
  tokens.stranger = await tenantToken(world, s, 1, ['OWNER', 'ENGINEER', 'AUDITOR']);
  tokens.billing = await tenantToken(world, s, 0, ['BILLING'], 'bill');
  tokens.operator = await providerToken(world, ['OPERATOR', 'PROVIDER_AUDITOR', 'COMPLIANCE']);
  tokens.technician = await providerToken(world, ['SITE_TECHNICIAN'], 'tina');
  tokens.compliance = await providerToken(world, ['COMPLIANCE'], 'carole');
  // A token's first use is a login, and an event of its own: not of the request that is swept.
  for (const token of [tokens.owner, tokens.stranger, tokens.billing]) await world.tenant.ask('{ viewer { id } }', { token });
  for (const token of [tokens.operator, tokens.compliance, tokens.technician]) await world.provider.ask('{ viewer { id } }', { token });
  allocator = startAllocator(db, s.regionCode);
  await furnish();
}, 60_000);
afterAll(async () => {
  await allocator.kill();
  await world.close();
  for (const store of stores) await store.close();
});

const furnish = async (): Promise<void> => {
  const ask = async (document: string): Promise<Readonly<Record<string, unknown>>> => {
    const { data, errors } = await world.tenant.ask(document, { token: tokens.owner });
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data;
  };
  const projectId = s.tenants[0]!.projectId;
  owned.set('project', projectId);
  owned.set('organisation', s.tenants[0]!.id);
  const key = (await ask('mutation { createApiKey(input: {idempotencyKey: "f1", name: "ci", roles: ["ENGINEER"], expiresAt: "2027-01-01T00:00:00Z"}) { ... on ApiKeyCreated { apiKey { id } receipt { auditEventId } } } }'))['createApiKey'] as { apiKey: { id: string }; receipt: { auditEventId: string } };
  owned.set('apikey', key.apiKey.id);
  owned.set('audit', key.receipt.auditEventId);
  const mandate = (await ask('mutation { proposeMandate(input: {idempotencyKey: "f4", subjectId: "somebody", legalAct: "sweep", from: "2026-01-01T00:00:00Z", to: "2027-01-01T00:00:00Z", expiresAt: "2027-01-01T00:00:00Z"}) { ... on MandateAccepted { mandate { id } } } }'))['proposeMandate'] as { mandate: { id: string } };
  owned.set('mandate', mandate.mandate.id);
  await furnishRows(s.tenants[0]!);
  const placed = await waitFor(async () => {
    const made = (await ask(`mutation { createGpuInstances(input: {idempotencyKey: "f2", projectId: "${projectId}", shape: "s-${s.regionCode}", name: "one", image: "registry.example.fr/i:1", sshKeys: ["${SSH_KEY}"], leaseEnd: "2027-01-01T00:00:00Z"}) { ... on GpuInstancesAccepted { orderId decisionId instances { id } } } }`))['createGpuInstances'] as { orderId?: string; decisionId: string; instances: readonly { id: string }[] };
    return made.orderId === undefined ? undefined : { ...made, orderId: made.orderId };
  }, { what: 'an instance', timeoutMs: 20_000, everyMs: 200 });
  owned.set('instance', placed.instances[0]!.id);
  owned.set('order', placed.orderId);
  owned.set('decision', placed.decisionId);
  const planned = (await ask(`mutation { planGpuInstances(input: {idempotencyKey: "f3", projectId: "${projectId}", shape: "s-${s.regionCode}", leaseEnd: "2027-01-01T00:00:00Z"}) { ... on PlanAccepted { plan { id } } } }`))['planGpuInstances'] as { plan: { id: string } };
  owned.set('plan', planned.plan.id);
};

/** What no mutation of a tenant makes, or only an allocator with room for it. */
const furnishRows = async ({ id: tenantId, projectId }: Site['tenants'][number]): Promise<void> => {
  const [quota, reservation] = [ids.next('quota'), ids.next('reservation')];
  const [provider, , writer] = stores as [Store, Store, Store];
  const write = (store: Store, row: ReturnType<typeof quotas.insert>) =>
    commit(store, { scope: 'system', act: actOf('none'), outbox: [], writes: [row], audit: [{ type: 'tenancy.quota.grant', phase: 'completed', outcome: 'success', target: { kind: row.noun, id: row.id } }] });
  await write(provider, quotas.insert({ id: quota, regionId: s.regionId, name: 'swept', tenantId, limits: [], budgets: [], generation: 1 }));
  await write(writer, reservations.insert({
    id: reservation, tenantId, projectId, regionId: s.regionId, shapeId: s.shapeId, machines: 1, watts: 9_000, from: '2026-01-01T00:00:00.000Z', to: '2026-01-02T00:00:00.000Z', state: 'SCHEDULED',
    machineIds: [s.machines[0]!.id], generation: 1,
  }));
  const exported = ids.next('auditexport');
  await commit(stores[1]!, {
    scope: { tenant: tenantId }, act: actOf('tenant'), outbox: [], audit: [{ type: 'audit.export.create', phase: 'requested', outcome: 'success', tenant: tenantId, target: { kind: 'auditexport', id: exported } }],
    writes: [exports.insert({ id: exported, directory: 'tenant', tenantId, requestedBy: 'aude', from: '2026-01-01T00:00:00.000Z', to: '2026-01-02T00:00:00.000Z', views: [], ageRecipients: [], state: 'PENDING', step: 'RANGE', progressMilli: 0, generation: 1 })],
  });
  const alarm = ids.next('alarm');
  await asSuperuser(db, `INSERT INTO audit_alarm (id, kind, severity, origin, tenant_id, place, detail, raised_at, last_seen_at, acknowledge_by, told_at)
    VALUES ('${alarm}', 'HEARTBEAT_SILENT', 'MAJOR', 'audit.test/t/${tenantId}', '${tenantId}', '', '{}', now(), now(), now() + interval '1 day', now())`);
  owned.set('quota', quota).set('reservation', reservation).set('auditexport', exported).set('alarm', alarm);
};

const fresh = (kind: IdKind): string => ids.next(kind === ('node' as IdKind) ? 'project' : kind);

/** Audit events of one request, in whichever log they stand. */
const auditOf = async (requestId: string): Promise<readonly string[]> => {
  const sql = { text: "SELECT type FROM audit_event WHERE convert_from(body, 'UTF8')::jsonb->'request'->>'id' = $1", values: [requestId] };
  const [provider, tenant] = stores as [Store, Store];
  const found = await Promise.all([provider.read('system', q => q.rows<{ type: string }>(sql)), ...s.tenants.map(t => tenant.read({ tenant: t.id }, q => q.rows<{ type: string }>(sql)))]);
  return found.flat().map(r => r.type);
};
const requestOf = (a: Answer): string => a.headers.get('x-request-id') ?? '';

const swept = (name: 'tenant' | 'provider', kinds: readonly Call['kind'][]): readonly (readonly [string, Call])[] =>
  callsOf(name).filter(c => kinds.includes(c.kind) && !EXCUSED.includes(`${name}.${c.field}`)).map(c => [c.field, c] as const);
const HTTP = ['query', 'mutation'] as const;

// Each role of the provider's directory may do something: this is what technicians may.
const TECHNICIANS: readonly string[] = ['updateMachine'];

const doors = [
  { name: 'tenant', at: (): TestDoor => world.tenant, good: () => tokens.owner, weak: (_field: string) => tokens.billing, foreign: () => tokens.operator },
  { name: 'provider', at: (): TestDoor => world.provider, good: () => tokens.operator, weak: (field: string) => (TECHNICIANS.includes(field) ? tokens.compliance : tokens.technician), foreign: () => tokens.owner },
] as const;

describe.each(doors)('the $name door', ({ name, at, good, weak, foreign }) => {
  it('answers on no route that is not bound to what it leaves (libs/domain/src/audit/bindings.ts)', () => {
    const routes = at().routes.filter(r => !r.startsWith('HEAD '));
    expect(routes).toContain('POST /graphql');
    expect(routes.filter(r => ROUTES[r] === undefined)).toEqual([]);
  });

  it.each(swept(name, HTTP))('%s without a token: 401, written down', async (_, call) => {
    const a = await at().ask(call.document, { variables: call.variables(fresh) });
    expect(a).toMatchObject({ status: 401, errors: [{ extensions: { code: 'NO_TOKEN', requestId: requestOf(a) } }] });
    expect(a.headers.get('www-authenticate')).toMatch(/^Bearer /);
    expect(await auditOf(requestOf(a))).toEqual(['iam.login.failed']);
  });

  it.each(swept(name, HTTP))('%s with a token of the other directory: 401, written down', async (_, call) => {
    const a = await at().ask(call.document, { token: foreign(), variables: call.variables(fresh) });
    expect(a.status).toBe(401);
    expect(a.data).toBeFalsy();
    expect(await auditOf(requestOf(a))).toEqual(['iam.login.failed']);
  });

  it.each(swept(name, HTTP))('%s with a role that is not enough: Forbidden where the schema says that a role is needed, and written down', async (_, call) => {
    const a = await at().ask(call.document, { token: weak(call.field), variables: call.variables(fresh) });
    expect(a.errors, a.text).toBeUndefined();
    const member = (a.data[call.field] as { __typename?: string } | null)?.__typename;
    expect(member === 'Forbidden').toBe(call.guarded);
    if (call.guarded) expect(await auditOf(requestOf(a))).toEqual(['iam.access.denied']);
  });

  it.each(swept(name, ['mutation']))('%s needs a role', (_, call) => {
    expect(call.guarded).toBe(true);
  });

  it.each(swept(name, ['mutation']))('%s, whatever comes of it, is written down as what it is bound to', async (_, call) => {
    const a = await at().ask(call.document, { token: good(), variables: call.variables(fresh) });
    expect(a.errors, a.text).toBeUndefined();
    const types = await auditOf(requestOf(a));
    expect(types.length).toBeGreaterThan(0);
    expect(types.filter(t => !DOORS[name].mutations[call.field]?.some(bound => bound === t))).toEqual([]);
  });

  it.each(swept(name, ['query']))('%s leaves what it is bound to when it is sensitive, and nothing when it is not', async (_, call) => {
    const a = await at().ask(call.document, { token: good(), variables: call.variables(kind => (name === 'tenant' ? owned.get(kind) : kind === 'datacenter' ? s.datacenterId : undefined) ?? fresh(kind)) });
    expect(a.errors, a.text).toBeUndefined();
    const bound = DOORS[name].sensitive[call.field] ?? [];
    expect((await auditOf(requestOf(a))).filter(t => !bound.some(b => b === t))).toEqual([]);
  });

  it.each(swept(name, ['mutation']))('%s with an input that is none is written down', async (_, call) => {
    const a = await at().ask(call.document, { token: good(), variables: { input: { idempotencyKey: 'x', surprise: 1 } } });
    expect(a.errors).toBeDefined();
    expect(await auditOf(requestOf(a))).toEqual(['request.invalid']);
  });

  it.each(swept(name, ['subscription']))('%s without a good token closes the socket with 4401, and is written down', async (_, call) => {
    for (const token of [undefined, foreign()]) {
      const before = await failedLogins();
      expect(await closeCode(at(), call, token)).toBe(4401);
      expect(await failedLogins()).toBeGreaterThan(before);
    }
  });
});

const failedLogins = async (): Promise<number> => {
  const [row] = await stores[0]!.read('system', q => q.rows<{ n: number }>({ text: "SELECT count(*) AS n FROM audit_event WHERE type = 'iam.login.failed'" }));
  return row?.n ?? 0;
};

const closeCode = async (door: TestDoor, call: Call, token: string | undefined): Promise<number> => {
  const client = createClient({ url: `${door.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0, ...(token === undefined ? {} : { connectionParams: { authorization: `Bearer ${token}` } }) });
  const { promise, resolve } = Promise.withResolvers<number>();
  client.on('closed', e => { resolve((e as CloseEvent).code); });
  client.subscribe({ query: call.document, variables: call.variables(fresh) }, { next: () => undefined, error: () => undefined, complete: () => undefined });
  try {
    return await promise;
  } finally {
    await client.dispose();
  }
};

/** Every event of the sweep, as its bytes parse. Last of the file: what the sweep above wrote. */
const everyEvent = async (): Promise<readonly Readonly<Record<string, unknown>>[]> => {
  const sql = { text: "SELECT convert_from(body, 'UTF8') AS line FROM audit_event" };
  const [provider, tenant] = stores as [Store, Store];
  const found = await Promise.all([provider.read('system', q => q.rows<{ line: string }>(sql)), ...s.tenants.map(t => tenant.read({ tenant: t.id }, q => q.rows<{ line: string }>(sql)))]);
  return found.flat().map(r => JSON.parse(r.line) as Readonly<Record<string, unknown>>);
};

/** The kinds that a tenant owns; the rest are places that every tenant may see. */
const OWNED: readonly IdKind[] = ['project', 'instance', 'apikey', 'organisation', 'audit', 'order', 'decision', 'quota', 'reservation', 'plan', 'auditexport', 'mandate', 'alarm'];

describe('another tenant\'s ids', () => {
  const takesOwned = swept('tenant', HTTP).flatMap(([field, call]) => {
    const kinds = call.idKinds.filter(k => OWNED.includes(k));
    return call.field === 'node' ? OWNED.map(k => [`node of ${k}`, call, k] as const) : kinds.map(k => [`${field} of ${k}`, call, k] as const);
  });

  it.each(takesOwned)('%s looks exactly as if there were none', async (_, call, kind) => {
    const theirs = owned.get(kind);
    if (theirs === undefined) throw new Error(`the sweep has no ${kind} of another tenant: furnish() must make one`);
    const nobodys = fresh(kind);
    const answer = async (id: string): Promise<string> => {
      const place = { region: s.regionId, datacenter: s.datacenterId, project: s.tenants[1]!.projectId } as Readonly<Record<string, string>>;
      const a = await world.tenant.ask(call.document, { token: tokens.stranger, variables: call.variables(k => (k === kind || call.field === 'node' ? id : (place[k] ?? fresh(k)))) });
      expect(a.status).toBe(200);
      if (call.kind === 'mutation') expect((await auditOf(requestOf(a))).length).toBeGreaterThan(0);
      return JSON.stringify(a.data).replaceAll(id, 'ID');
    };
    expect(await answer(theirs)).toBe(await answer(nobodys));
  });

  it('are seen by their owner: the comparison above compares something', async () => {
    for (const kind of ['project', 'instance', 'apikey', 'audit', 'quota', 'reservation', 'decision', 'plan', 'auditexport', 'mandate', 'alarm'] as const) {
      const a = await world.tenant.ask('query ($id: ID!) { node(id: $id) { id } }', { token: tokens.owner, variables: { id: owned.get(kind) } });
      expect(a.data).toEqual({ node: { id: owned.get(kind) } });
    }
  });

  it('never come through a subscription', async () => {
    const client = createClient({ url: `${world.tenant.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0, connectionParams: { authorization: `Bearer ${tokens.stranger}` } });
    const refusals: string[] = [];
    for (const id of [owned.get('instance')!, fresh('instance')]) {
      const { promise, resolve } = Promise.withResolvers<string>();
      client.subscribe({ query: `subscription { gpuInstance(id: "${id}") { id } }` }, { next: v => { resolve(JSON.stringify(v)); }, error: e => { resolve(JSON.stringify(e).replaceAll(id, 'ID')); }, complete: () => undefined });
      refusals.push(await promise);
    }
    expect(refusals[0]).toBe(refusals[1]);

    const mine = await world.tenant.ask('mutation { createProject(input: {idempotencyKey: "last", code: "last", name: "Last"}) { ... on ProjectAccepted { project { id } } } }', { token: tokens.stranger });
    const last = (mine.data['createProject'] as { project: { id: string } }).project.id;
    const seen: string[] = [];
    const fromTheBeginning = Buffer.from('p|0|0').toString('base64url');
    for await (const r of client.iterate({ query: `subscription { events(after: "${fromTheBeginning}") { objectId } }` })) {
      const { objectId } = r.data?.['events'] as { objectId: string };
      seen.push(objectId);
      if (objectId === last) break;
    }
    expect(seen.filter(id => [...owned.values()].includes(id))).toEqual([]);
    await client.dispose();
  });
});

describe('the events of the sweep', () => {
  it('are what docs/audit-event.schema.json says, and end as the catalogue says', async () => {
    const validate = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true }).compile(EVENT_SCHEMA);
    const interval = 'from: "2026-01-01T00:00:00Z", to: "2027-01-01T00:00:00Z"';
    await world.provider.ask(`{ tenancyReport(datacenterId: "${s.datacenterId}", ${interval}) { __typename } }`, { token: tokens.operator });
    const events = await everyEvent();
    const faults = events.flatMap(e => {
      const course = `${String(e['phase'])}/${String(e['outcome'])}` as Course;
      const type = e['type'] as AuditType;
      return [...(validate(e) ? [] : [{ type, errors: validate.errors, e }]), ...(coursesOf(type).includes(course) ? [] : [{ type, course }])];
    });
    expect(faults).toEqual([]);
    // Not of a few: of every type that an attempt at a door leaves.
    const seen = new Set(events.map(e => e['type']));
    const reached = [...EVERY_REQUEST, ...(['tenant', 'provider'] as const).flatMap(d => Object.values(DOORS[d].mutations).flatMap(types => types[0] ?? []))];
    expect(reached.filter(t => !seen.has(t))).toEqual([]);
    expect(['audit.events.read', 'audit.events.export', 'tenancy.report.read'].filter(t => !seen.has(t))).toEqual([]);
  });
});
