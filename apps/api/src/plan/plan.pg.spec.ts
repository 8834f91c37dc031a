import { asSuperuser, storeDatabase, type Site } from '@cadastre/store/testing';
import { waitFor } from '@cadastre/testing/wait';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAllocator, type TestAllocator } from '../testing/allocator.ts';
import { providerToken, seedTenants, SSH_KEY, tenantToken } from '../testing/tenants.ts';
import { openWorld, type World } from '../testing/world.ts';

// Eight machines of eight GPUs: what is planned, what is ordered from it, and what is told of either.
const db = storeDatabase();
let world: World;
let allocator: TestAllocator;
let s: Site;
let [engineer, stranger, operator] = ['', '', ''];
type Member = Readonly<Record<string, unknown>> & { readonly __typename: string };

const PLAN = `id state projectId expiresAt decisionId region { code } pricePerHourMinor currency watts gramsCo2ePerHour carbonMethod carbonUncertaintyPct requiresApproval
  quota { quota dimension nominal used asked after } instances { id shape datacenter gpus milliGpu watts } diagnostics { code message } decision { id outcome placements { datacenter shape gpus watts } }`;
const REFUSED = 'reasons { reason candidates message numbers { name value } } wouldFit decisionId forEver counterfactuals { change count shape datacenter level at because leaseEnd sentence }';
const members = (...names: readonly string[]): string => names.map(n => `... on ${n} { ${REFUSED} }`).join(' ');
const PROBLEMS = `... on Problem { code message suggestion retryable path } ... on ValidationFailed { faults { code path } } ${members('NotEnoughCapacity', 'PowerRefused', 'LegalScopeRefused', 'QuotaExceeded')}`;
let keys = 0;
const mutate = async (field: 'planGpuInstances' | 'createGpuInstances', input: object, { token = engineer, lang = 'fr' } = {}): Promise<Member> => {
  const accepted = field === 'planGpuInstances' ? `... on PlanAccepted { plan { ${PLAN} } receipt { auditEventId } }` : '... on GpuInstancesAccepted { decisionId instances { id name gpus milliGpu cpuMilli ramMiB reservedW planId legalScope { dataClass } } }';
  const a = await world.tenant.ask<Readonly<Record<string, Member>>>(`mutation($input: ${field === 'planGpuInstances' ? 'Plan' : 'Create'}GpuInstancesInput!) { ${field}(input: $input) { __typename ${PROBLEMS} ${accepted} } }`, {
    token, variables: { input: { idempotencyKey: `key-${String((keys += 1))}`, ...input } }, headers: { 'accept-language': lang },
  });
  expect(a.errors, a.text).toBeUndefined();
  return a.data[field] as Member;
};
const where = (more: object = {}) => ({ projectId: s.tenants[0]!.projectId, shape: `s-${s.regionCode}`, leaseEnd: '2027-03-01T00:00:00Z', ...more });
const naming = (name: string) => ({ name, image: 'registry.example.fr/cuda:13.1', sshKeys: [SSH_KEY] });
const plan = (more: object = {}, by = {}): Promise<Member> => mutate('planGpuInstances', where(more), by);
const planOf = (m: Member) => m['plan'] as Readonly<Record<string, unknown>> & { readonly id: string; readonly instances: readonly { readonly id: string }[]; readonly decisionId: string };

beforeAll(async () => {
  s = await seedTenants(db);
  await asSuperuser(db, `UPDATE shape SET price_per_hour_minor = 2000, slice_profiles = '[{"name": "1g", "milliGpu": 125, "memoryMiB": 18000}]' WHERE id = '${s.shapeId}'`);
  await asSuperuser(db, `INSERT INTO quota (id, region_id, name, tenant_id, project_id, limits, budgets) VALUES ('quota_01h455vb4pex5vsknk084sn02q', '${s.regionId}', 'stage', '${s.tenants[1]!.id}', '${s.tenants[1]!.projectId}', '[{"dimension": "GPU", "nominal": 16}]', '[]')`);
  world = await openWorld(db);
  [engineer, stranger, operator] = await Promise.all([tenantToken(world, s, 0, ['ENGINEER']), tenantToken(world, s, 1, ['ENGINEER']), providerToken(world, ['OPERATOR', 'PROVIDER_AUDITOR'])]);
  allocator = startAllocator(db, s.regionCode);
  await waitFor(async () => (await plan({ count: 600 })).__typename === 'ValidationFailed' && (await plan({ count: 100 })).__typename === 'NotEnoughCapacity', { what: 'an answer of the allocator', timeoutMs: 20_000 });
}, 60_000);
afterAll(async () => {
  await allocator.kill();
  await world.close();
});

describe('a plan', () => {
  it('shows and holds what an order takes, and becomes exactly that', async () => {
    const made = await plan({ count: 2 });
    expect(made).toMatchObject({
      __typename: 'PlanAccepted',
      plan: {
        state: 'HELD', region: { code: s.regionCode }, pricePerHourMinor: 4_000, currency: 'EUR', watts: 18_000, gramsCo2ePerHour: null, carbonUncertaintyPct: 30, requiresApproval: false, quota: [],
        instances: [{ shape: `s-${s.regionCode}`, datacenter: 'dc1', gpus: 8, milliGpu: null, watts: 8_000 }, { gpus: 8 }], diagnostics: [{ code: 'CARBON_UNKNOWN' }], decision: { outcome: 'PLACED' },
      },
    });
    const { id, instances, decisionId } = planOf(made);
    const ordered = await mutate('createGpuInstances', { ...naming('pair'), planId: id });
    expect(ordered).toMatchObject({ __typename: 'GpuInstancesAccepted', decisionId, instances: [{ id: instances[0]?.id, name: 'pair-1', gpus: 8, reservedW: 8_000, planId: id, cpuMilli: 96_000 }, { id: instances[1]?.id, name: 'pair-2' }] });
    const after = await world.tenant.ask<{ plan: unknown; plans: unknown }>(`{ plan(id: "${id}") { state quota { used } } plans { totalCount } }`, { token: engineer });
    expect(after.data.plan).toEqual({ state: 'APPLIED', quota: [] });
    expect(await mutate('createGpuInstances', { ...naming('again'), planId: id })).toMatchObject({ __typename: 'Conflict', code: 'WRONG_STATE', path: ['planId'] });
  });

  it('whose name is taken says which, and is held on', async () => {
    const { id } = planOf(await plan({ gpusPerInstance: 1 }));
    await mutate('createGpuInstances', { ...naming('taken'), ...where({ gpusPerInstance: 1 }) });
    const refused = await mutate('createGpuInstances', { ...naming('taken'), planId: id }, { lang: 'en' });
    expect(refused).toMatchObject({ __typename: 'Conflict', code: 'ALREADY_EXISTS', message: 'There is already a instance with name "taken".', path: ['name'] });
    expect(await mutate('createGpuInstances', { ...naming('free'), planId: id })).toMatchObject({ __typename: 'GpuInstancesAccepted' });
  });

  it('of a slice is a share of a GPU, of its watts and of its price', async () => {
    expect(planOf(await plan({ slice: '1g', leaseEnd: '2027-01-01T00:00:00Z' }))).toMatchObject({ instances: [{ gpus: 0, milliGpu: 125, watts: 125 }], pricePerHourMinor: 32 });
  });

  it('shows what it does to the quota of the project', async () => {
    const made = await plan({ projectId: s.tenants[1]!.projectId }, { token: stranger });
    expect(planOf(made)).toMatchObject({ quota: [{ quota: 'stage', dimension: 'GPU', nominal: 16, used: 0, asked: 8, after: 8 }] });
  });

  it('of another tenant looks like none', async () => {
    const { id } = planOf(await plan({ gpusPerInstance: 1 }));
    expect(await mutate('createGpuInstances', { ...naming('theirs'), planId: id }, { token: stranger })).toMatchObject({ __typename: 'NotFound', path: ['planId'] });
    expect((await world.tenant.ask<{ plan: unknown }>(`{ plan(id: "${id}") { id } }`, { token: stranger })).data.plan).toBeNull();
  });

  it.each([
    ['a shape', { shape: 's' }, ['shape']], ['a project and a count', { projectId: 'project_01h455vb4pex5vsknk084sn02q', count: 1 }, ['projectId', 'count']], ['even what changes nothing', { interruptible: false }, ['interruptible']],
  ])('with %s said again contradicts itself', async (_, more, fields) => {
    const { id } = planOf(await plan({ gpusPerInstance: 1 }));
    expect(await mutate('createGpuInstances', { ...naming('twice'), planId: id, ...more })).toMatchObject({ __typename: 'ValidationFailed', code: 'CONTRADICTION', faults: expect.arrayContaining(fields.map(f => ({ code: 'CONTRADICTION', path: [f] }))) as unknown });
  });

  it('and an order without a plan needs where and how much', async () => {
    expect(await mutate('createGpuInstances', naming('nothing'))).toMatchObject({ __typename: 'ValidationFailed', faults: [{ code: 'REQUIRED', path: ['projectId'] }, { code: 'REQUIRED', path: ['shape'] }, { code: 'REQUIRED', path: ['leaseEnd'] }] });
  });
});

describe('a refusal says what would do instead', () => {
  it.each([
    {
      reason: 'more than there ever was', more: { count: 100 }, is: { __typename: 'NotEnoughCapacity', forEver: true, reasons: [{ reason: 'NO_CAPACITY' }], counterfactuals: [{ change: 'FEWER' }] },
      said: /^Demandez-en \d\. Attendre n’y changera rien/,
    },
    {
      reason: 'a topology that no machine has', more: { count: 2, topology: { level: 'SAME_MACHINE', required: true } }, is: { __typename: 'ValidationFailed', code: 'TOPOLOGY_IMPOSSIBLE' }, said: /^Demandez au plus 8 GPU/,
    },
    {
      reason: 'a law that no site is under', more: { legalScope: { jurisdictions: ['CH'] } }, is: { __typename: 'LegalScopeRefused', code: 'LEGAL_SCOPE_REFUSED', forEver: true, counterfactuals: [], reasons: [{ reason: 'LEGAL_SCOPE' }] }, said: /^Attendre n’y changera rien/,
    },
    {
      reason: 'data elsewhere', more: { dataDatacenterId: 'datacenter_01h455vb4pex5vsknk084sn02q' }, is: { __typename: 'NotEnoughCapacity', reasons: [{ reason: 'VOLUME_ELSEWHERE' }] }, said: /Attendre n’y changera rien/,
    },
    { reason: 'nobody there in time', more: { maxResponseMinutes: 30 }, is: { __typename: 'NotEnoughCapacity', reasons: [{ reason: 'STAFFING', message: expect.stringContaining('personne ne couvre') as string }] }, said: /./ },
  ])('$reason', async ({ more, is, said }) => {
    const refused = await plan(more);
    expect(refused).toMatchObject(is);
    expect(refused['suggestion']).toMatch(said);
    expect(JSON.stringify(refused)).not.toMatch(/[{}] \?|« \? »|\(\?/);
  });

  it('in the words of an order that may wait, by its quota', async () => {
    const refused = await plan({ projectId: s.tenants[1]!.projectId, count: 3 }, { token: stranger, lang: 'en' });
    expect(refused).toMatchObject({ __typename: 'QuotaExceeded', code: 'QUOTA_EXCEEDED', forEver: true, reasons: [{ reason: 'EXCEEDS_MAX_QUOTA', numbers: expect.arrayContaining([{ name: 'max', value: 16 }]) as unknown }] });
    expect(refused['suggestion']).toMatch(/^Ask for one only\. Waiting changes nothing/);
  });
});

describe('a decision', () => {
  const ASK = 'subject outcome headline engineVersion policyVersion forEver wouldFit topology request { shape slice count at leaseEnd legalScope { dataClass } topology { level required } } reasons { reason message } groups { datacenter shape machines free reasons { reason } } placements { datacenter shape gpus watts } counterfactuals { sentence }';

  it('is explained to its tenant, and to nobody else\'s', async () => {
    const { decisionId } = (await plan({ count: 100, topology: { level: 'ROW', required: false } })) as unknown as { decisionId: string };
    const of = async (token: string): Promise<unknown> => (await world.tenant.ask<{ decision: unknown }>(`{ decision(id: "${decisionId}") { ${ASK} } }`, { token, headers: { 'accept-language': 'fr' } })).data.decision;
    expect(await of(engineer)).toMatchObject({
      subject: 'ORDER', outcome: 'REFUSED', request: { shape: `s-${s.regionCode}`, count: 100, topology: { level: 'ROW', required: false }, legalScope: { dataClass: 'ORDINARY' } },
      reasons: [{ reason: 'NO_CAPACITY' }], groups: [{ datacenter: 'dc1', shape: `s-${s.regionCode}`, machines: 8 }], placements: [],
    });
    expect(await of(stranger)).toBeNull();
  });

  it('is explained to the operator with every machine, which the tenant can read in his log', async () => {
    const { decisionId } = planOf(await plan({ gpusPerInstance: 1 }));
    const a = await world.provider.ask<{ decision: unknown }>(`{ decision(id: "${decisionId}") { ledgerIndex organisation { code } ${ASK} groups { poolId } placements { machineId rackId poolId score { name value } } } }`, { token: operator });
    expect(a.errors).toBeUndefined();
    expect(a.data.decision).toMatchObject({
      outcome: 'PLACED', ledgerIndex: expect.any(Number) as number, organisation: { code: s.tenants[0]?.code }, groups: [{ poolId: s.poolId }],
      placements: [{ machineId: expect.stringMatching(/^machine_/) as string, score: [{ name: 'fragmentation' }, { name: 'rackRoom' }] }],
    });
    const auditor = await tenantToken(world, s, 0, ['AUDITOR'], 'aude');
    const log = await world.tenant.ask<{ auditEvents: { edges: unknown[] } }>('{ auditEvents(filter: {type: "compute.decision.read"}) { ... on AuditEventConnection { edges { node { targetId } } } } }', { token: auditor });
    expect(log.data.auditEvents.edges).toEqual([{ node: { targetId: decisionId } }]);
  });

  it('on a reservation is explained too', async () => {
    const input = { idempotencyKey: 'r1', projectId: s.tenants[0]!.projectId, shape: `s-${s.regionCode}`, machines: 1, from: '2028-01-01T00:00:00Z', to: '2028-02-01T00:00:00Z' };
    const made = (await world.tenant.ask<{ createReservation: { reservation: { decisionId: string } } }>('mutation($input: CreateReservationInput!) { createReservation(input: $input) { ... on ReservationAccepted { reservation { decisionId } } } }', { token: engineer, variables: { input } })).data;
    const a = await world.tenant.ask<{ decision: unknown }>(`{ decision(id: "${made.createReservation.reservation.decisionId}") { subject outcome request { count at leaseEnd orShapes interruptible } placements { shape } } }`, { token: engineer });
    expect(a.data.decision).toEqual({ subject: 'RESERVATION', outcome: 'PLACED', request: { count: 1, at: '2028-01-01T00:00:00.000Z', leaseEnd: '2028-02-01T00:00:00.000Z', orShapes: [], interruptible: false }, placements: [] });
  });

  it('is listed, newest first, by outcome', async () => {
    const list = async (filter: string): Promise<readonly { outcome: string; createdAt: string }[]> =>
      (await world.tenant.ask<{ decisions: { edges: readonly { node: { outcome: string; createdAt: string } }[] } }>(`{ decisions(${filter}) { edges { node { outcome createdAt } } } }`, { token: engineer })).data.decisions.edges.map(e => e.node);
    const [all, refused] = [await list('first: 100'), await list('first: 100, outcome: REFUSED')];
    expect(all.map(d => d.createdAt)).toEqual(all.map(d => d.createdAt).sort().reverse());
    expect(new Set(refused.map(d => d.outcome))).toEqual(new Set(['REFUSED']));
    expect(refused.length).toBeLessThan(all.length);
  });
});

describe('an offer', () => {
  const offers = async (args: string): Promise<readonly Readonly<Record<string, unknown>>[]> => {
    const a = await world.tenant.ask<{ offers: readonly Readonly<Record<string, unknown>>[] }>(`{ offers(${args}) { available free total pricePerHourMinor currency next { at because } closedBy { reason message } freshness at } }`, { token: engineer });
    expect(a.errors, a.text).toBeUndefined();
    return a.data.offers;
  };
  const shape = (): string => `shape: "s-${s.regionCode}"`;

  it('has its price, and the next date', async () => {
    expect(await offers(shape())).toMatchObject([{ total: 8, pricePerHourMinor: 2_000, currency: 'EUR', freshness: 'FRESH', closedBy: null, next: { at: '2028-02-01T00:00:00.000Z', because: 'RESERVATION_ENDS' } }]);
  });

  it('of a site that the law closes says so, with nothing to be had', async () => {
    expect(await offers(`${shape()}, legalScope: {certifications: ["HDS"]}`)).toMatchObject([{ available: 0, total: 8, closedBy: { reason: 'LEGAL_SCOPE' } }]);
    expect(await offers(`${shape()}, legalScope: {jurisdictions: ["EU"]}`)).toMatchObject([{ available: expect.any(Number) as number, closedBy: null }]);
  });

  it('until a day that is over is nobody\'s', async () => {
    expect((await world.tenant.ask('{ offers(until: "2020-01-01T00:00:00Z") { at } }', { token: engineer })).errors).toMatchObject([{ extensions: { code: 'IN_THE_PAST' } }]);
  });
});
