import { asSuperuser, openTestStore, storeDatabase, type Site } from '@cadastre/store/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDoor, type TestDoor } from '../testing/door.ts';
import { foreseenSite, seedInstances } from '../testing/foresight.ts';

type Data = Readonly<Record<string, unknown>>;

const db = storeDatabase();
let s: Site;
let door: TestDoor;
let named: readonly string[];
const HOUR = 3_600_000;
const start = Date.now() + HOUR;
const after = (hours: number): string => new Date(start + hours * HOUR).toISOString();

beforeAll(async () => {
  s = await foreseenSite(db);
  door = await startDoor('provider', db);
  await asSuperuser(db, `UPDATE project SET stage = 'PRODUCTION' WHERE id = '${s.tenants[1]!.projectId}'`);
  named = await seedInstances(db, s, [
    { machine: 0, watts: 8_000, leaseEnd: after(100), interruptible: true }, { machine: 1, watts: 8_000, leaseEnd: after(100) },
    // A public body's production; and a lease that ends at the very instant the target begins.
    { machine: 4, watts: 6_000, leaseEnd: after(100), tenant: 1 }, { machine: 5, watts: 5_000, leaseEnd: after(0) },
  ]);
}, 60_000);
afterAll(() => door.stop());

const ask = async (document: string, variables: object = {}, sub = 'olivia', roles: readonly string[] = ['OPERATOR']): Promise<Data> => {
  const { data, errors } = await door.ask<Data>(document, { token: await door.issuer.token({ sub, roles }), variables, headers: { 'accept-language': 'en' } });
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data;
};
const TARGET = 'id targetW beforeW expectedW shortfallW stepCount steps { instanceId organisationId why purpose gpus watts expectedW } sparedInstances sparedW state plannedBy approvedBy generation';
const PROBLEM = '... on Problem { code message suggestion path }';
let keys = 0;
const plan = async (over: object = {}): Promise<Data> => {
  const input = { idempotencyKey: `p-${String(++keys)}`, datacenterId: s.datacenterId, targetW: 30_000, from: after(0), to: after(3), ...over };
  return (await ask(`mutation($input: PlanLoadTargetInput!) { planLoadTarget(input: $input) { __typename ${PROBLEM} ... on LoadTargetAccepted { loadTarget { ${TARGET} } receipt { auditEventId } } } }`, { input }))['planLoadTarget'] as Data;
};
const approve = async (id: string, generation: number, who: string): Promise<Data> => {
  const input = { idempotencyKey: `a-${String(++keys)}`, id, generation };
  return (await ask(`mutation($input: ApproveLoadTargetInput!) { approveLoadTarget(input: $input) { __typename ${PROBLEM} ... on LoadTargetAccepted { loadTarget { ${TARGET} } } } }`, { input }, who))['approveLoadTarget'] as Data;
};
const cancel = async (id: string, generation: number): Promise<Data> => {
  const input = { idempotencyKey: `c-${String(++keys)}`, id, generation };
  return (await ask(`mutation($input: CancelLoadTargetInput!) { cancelLoadTarget(input: $input) { __typename ${PROBLEM} ... on LoadTargetAccepted { loadTarget { state cancelledBy generation measuredW overW releasedCount steps { state noticedAt settledAt } } } } }`, { input }))['cancelLoadTarget'] as Data;
};
const planned = async (over: object = {}): Promise<Data> => {
  const answer = await plan(over);
  if (answer['loadTarget'] === undefined) throw new Error(JSON.stringify(answer));
  return answer['loadTarget'] as Data;
};

describe('a load target at the provider door', () => {
  // Eight machines of 1,000 W idle and claims of 22,000 W, at PUE 1.2: 36,000 W of the site. The lease that ends is not counted.
  it('is a plan of who gives way, and says why', async () => {
    expect(await planned()).toMatchObject({
      beforeW: 36_000, targetW: 30_000, expectedW: 26_400, shortfallW: 0, stepCount: 1, state: 'PROPOSED', plannedBy: 'olivia', generation: 1, sparedInstances: 1, sparedW: 6_000,
      steps: [{ instanceId: named[0], organisationId: s.tenants[0]!.id, why: 'INTERRUPTIBLE', purpose: 'MIXED', gpus: 8, watts: 8_000, expectedW: 26_400 }],
    });
  });

  it('that cannot be met says by how much, and leaves the protected alone unless it is told otherwise', async () => {
    expect(await planned({ targetW: 0 })).toMatchObject({ expectedW: 16_800, shortfallW: 16_800, stepCount: 2, sparedInstances: 1 });
    expect(await planned({ targetW: 0, includeProduction: true })).toMatchObject({ expectedW: 9_600, shortfallW: 9_600, stepCount: 3, sparedInstances: 0 });
  });

  it('shows steps in windows', async () => {
    const { id } = await planned({ targetW: 0, includeProduction: true });
    const { loadTarget } = await ask('query($id: ID!) { loadTarget(id: $id) { two: steps(first: 1, offset: 2) { why } past: steps(offset: 3) { why } none: steps(first: 0) { why } } }', { id });
    expect(loadTarget).toEqual({ two: [{ why: 'PRODUCTION' }], past: [], none: [] });
  });

  it('an order that is stricter about its data than its project is health data', async () => {
    await asSuperuser(db, `UPDATE gpu_instance SET legal_scope = legal_scope || '{"dataClass": "HEALTH"}' WHERE id = '${named[2]!}'`);
    await asSuperuser(db, `UPDATE organisation SET class = 'PRIVATE' WHERE id = '${s.tenants[1]!.id}'`);
    expect(await planned({ targetW: 0 })).toMatchObject({ sparedInstances: 1 });
    await asSuperuser(db, `UPDATE gpu_instance SET legal_scope = legal_scope || '{"dataClass": "ORDINARY"}'`);
    expect(await planned({ targetW: 0 })).toMatchObject({ sparedInstances: 0, stepCount: 3 });
    await asSuperuser(db, `UPDATE organisation SET class = 'PUBLIC_BODY'`);
  });

  it('is approved by somebody else, once', async () => {
    const { id } = await planned() as { readonly id: string };
    expect(await approve(id, 1, 'olivia')).toMatchObject({ __typename: 'Conflict', code: 'SAME_PERSON', message: 'You proposed this loadtarget yourself: somebody else has to approve it.' });
    expect(await approve(id, 2, 'oscar')).toMatchObject({ __typename: 'Conflict', code: 'STALE_GENERATION' });
    expect(await approve(id, 1, 'oscar')).toMatchObject({ loadTarget: { state: 'APPROVED', plannedBy: 'olivia', approvedBy: 'oscar', generation: 2 } });
    expect(await approve(id, 2, 'oscar')).toMatchObject({ __typename: 'Conflict', code: 'WRONG_STATE' });
    expect(await ask('query($id: ID!) { node(id: $id) { __typename id } loadTargets(first: 1) { totalCount edges { node { datacenter { id } } } } }', { id })).toMatchObject({ node: { __typename: 'LoadTarget', id }, loadTargets: { edges: [{ node: { datacenter: { id: s.datacenterId } } }] } });
  });

  it('is cancelled before it begins, once, also by who planned it', async () => {
    const { id } = await planned() as { readonly id: string };
    await approve(id, 1, 'oscar');
    expect(await cancel(id, 1)).toMatchObject({ __typename: 'Conflict', code: 'STALE_GENERATION' });
    expect(await cancel(id, 2)).toEqual({ __typename: 'LoadTargetAccepted', loadTarget: {
      state: 'CANCELLED', cancelledBy: 'olivia', generation: 3, measuredW: null, overW: null, releasedCount: 0, steps: [{ state: 'PENDING', noticedAt: null, settledAt: null }],
    } });
    expect(await cancel(id, 3)).toMatchObject({ __typename: 'Conflict', code: 'WRONG_STATE' });
    expect(await approve(id, 3, 'oscar')).toMatchObject({ __typename: 'Conflict', code: 'WRONG_STATE' });
  });

  it('shows how far it has come', async () => {
    const { id } = await planned({ targetW: 0 }) as { readonly id: string };
    await approve(id, 1, 'oscar');
    await asSuperuser(db, `UPDATE load_target SET state = 'MISSED', measured_w = 36000, measured_at = now() WHERE id = '${id}'`);
    await asSuperuser(db, `INSERT INTO load_target_step VALUES ('${id}', '${named[0]!}', 'RELEASED', now(), now())`);
    const { loadTarget } = await ask('query($id: ID!) { loadTarget(id: $id) { state measuredW overW releasedCount steps { instanceId state } } }', { id });
    expect(loadTarget).toEqual({ state: 'MISSED', measuredW: 36_000, overW: 36_000, releasedCount: 1, steps: [{ instanceId: named[0], state: 'RELEASED' }, { instanceId: named[1], state: 'PENDING' }] });
    expect(await cancel(id, 2)).toMatchObject({ __typename: 'Conflict', code: 'WRONG_STATE' });
  });

  it('refuses what cannot be', async () => {
    expect(await plan({ targetW: -1, to: after(-1) })).toMatchObject({ __typename: 'ValidationFailed', code: 'BELOW_MINIMUM' });
    expect(await plan({ from: '2020-01-01T00:00:00Z', to: '2020-01-02T00:00:00Z' })).toMatchObject({ __typename: 'ValidationFailed', code: 'IN_THE_PAST', path: ['to'] });
    expect(await plan({ datacenterId: door.door.ids.next('datacenter') })).toMatchObject({ __typename: 'NotFound' });
    expect(await approve(door.door.ids.next('loadtarget'), 1, 'oscar')).toMatchObject({ __typename: 'NotFound' });
  });

  it('is written down with its numbers, and rests on nothing but what it needs of tenants', async () => {
    const provider = openTestStore(db, 'provider');
    const [event] = await provider.read('system', q => q.rows<{ body: string }>({ text: "SELECT convert_from(body, 'UTF8') AS body FROM audit_event WHERE type = 'dcim.loadtarget.approve' AND outcome = 'success'" }));
    expect(JSON.parse(event?.body ?? '{}')).toMatchObject({ actor: { id: 'oscar' }, numbers: { targetW: 30_000, beforeW: 36_000, expectedW: 26_400, instances: 1 } });
    // Whatever the door thinks: what was proposed is not rewritten, and nobody approves their own.
    const rights = { text: "SELECT has_column_privilege('load_target', 'steps', 'UPDATE') AS steps, has_column_privilege('load_target', 'state', 'UPDATE') AS state, has_table_privilege('load_target', 'DELETE') AS gone" };
    expect(await provider.read('system', q => q.rows(rights))).toEqual([{ steps: false, state: true, gone: false }]);
    await provider.close();
    await expect(asSuperuser(db, "UPDATE load_target SET state = 'APPROVED', approved_by = planned_by, approved_at = now() WHERE state = 'PROPOSED'")).rejects.toThrow('load_target_approved');
    const tenant = openTestStore(db, 'tenant');
    await expect(tenant.read({ tenant: s.tenants[0]!.id }, q => q.rows({ text: 'SELECT 1 FROM load_target' }))).rejects.toThrow('permission denied');
    await tenant.close();
  });
});
