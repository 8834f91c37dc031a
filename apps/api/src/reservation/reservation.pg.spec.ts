import type { DecisionId } from '@cadastre/domain/core';
import { reserved, type ReservationAsk, type ReservationReply } from '@cadastre/domain/reservation';
import { commit } from '@cadastre/store/commit';
import * as reservations from '@cadastre/store/reservation';
import { actOf, asSuperuser, openTestStore, storeDatabase, type Site } from '@cadastre/store/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedTenants, tenantToken } from '../testing/tenants.ts';
import { openWorld, type World } from '../testing/world.ts';

type Member = Readonly<Record<string, unknown>>;
const db = storeDatabase();
let world: World;
let s: Site;
let [engineer, stranger, viewer] = ['', '', ''];
let keys = 0;
const asked: (ReservationAsk & { readonly idempotency: { readonly scope: string } })[] = [];
const closings: (() => unknown)[] = [];

const FIELDS = 'id projectId region { code } shape { code } machines watts from to state datacenterId generation';
const MEMBER = `__typename ... on ReservationAccepted { reservation { ${FIELDS} } receipt { auditEventId } } ... on Problem { code message suggestion retryable path }`;
const mutate = async (field: string, input: object, token = engineer, more = ''): Promise<Member> => {
  const type = `${field.charAt(0).toUpperCase()}${field.slice(1)}Input`;
  const { data, errors } = await world.tenant.ask<Readonly<Record<string, Member>>>(`mutation($input: ${type}!) { ${field}(input: $input) { ${MEMBER} ${more} } }`, { token, variables: { input: { idempotencyKey: `key-${String((keys += 1))}`, ...input } }, headers: { 'accept-language': 'en' } });
  expect(errors).toBeUndefined();
  return data[field] ?? {};
};
const create = (more: object = {}, token = engineer): Promise<Member> =>
  mutate('createReservation', { projectId: s.tenants[0]?.projectId, shape: `s-${s.regionCode}`, machines: 2, from: '2099-01-01T00:00:00Z', to: '2099-01-15T00:00:00Z', ...more }, token, '... on ReservationRefused { wouldFit decisionId reasons { reason candidates message numbers { name value } } }');

/** In the allocator's place: keeps up to four machines, writes the row as the allocator's role, cancels what is there. */
const standIn = async (): Promise<void> => {
  const store = openTestStore(db, 'allocator');
  const decisionId = 'decision_01h455vb4pex5vsknk084sn02q' as DecisionId;
  const where = { regionCode: s.regionCode, epoch: 1 };
  await asSuperuser(db, `INSERT INTO placement_decision (id, region_id, tenant_id, ledger_index, engine_version, policy_version, request, verdict) VALUES ('${decisionId}', '${s.regionId}', '${s.tenants[0]?.id ?? ''}', 0, '1', '1', '{}', '{}')`);
  const answer = world.tenant.door.nats.respond<(typeof asked)[number], ReservationReply>(`cad.v1.${s.regionCode}.allocate`, async ask => {
    asked.push(ask);
    const auditId = 'audit_01h455vb4pex5vsknk084sn02q' as Extract<ReservationReply, { kind: 'RESERVED' }>['auditId'];
    if (ask.kind === 'CANCEL_RESERVATION') {
      const found = await store.read('system', q => reservations.get(q, ask.reservationId));
      await commit(store, {
        scope: 'system', act: actOf('none'), outbox: [], audit: [{ type: 'compute.reservation.cancel', phase: 'completed', outcome: 'success', target: { kind: 'reservation', id: ask.reservationId } }],
        writes: [reservations.update(ask.reservationId, { state: 'CANCELLED', cancelledAt: '2098-12-01T00:00:00.000Z' }, { ifGeneration: found?.generation ?? 0 })],
      });
      return { kind: 'RESERVATION_CANCELLED', reservationId: ask.reservationId, auditId };
    }
    const { reservation } = ask;
    if (reservation.machines > 4) {
      return { kind: 'REFUSED', decisionId, auditId, verdict: { outcome: 'REFUSED', ledgerIndex: 0, wouldFit: 4, reasons: [{ reason: 'RESERVED_FOR_OTHERS', candidates: 4, params: { asked: 9, free: 8, open: 4, reserved: 4 } }], groups: [], counterfactuals: [], forEver: false } };
    }
    const { next, audit, events } = reserved(reservation, { machineIds: s.machines.slice(0, reservation.machines).map(m => m.id), decisionId, regionId: s.regionId }, where);
    const done = await commit(store, { scope: 'system', act: actOf('none'), outbox: events, audit, writes: [reservations.insert(next)] });
    if (!done.ok) throw new Error(JSON.stringify(done.error));
    return { kind: 'RESERVED', reservationId: reservation.reservationId, decisionId, auditId };
  });
  closings.push(() => answer.close(), () => store.close());
};

beforeAll(async () => {
  s = await seedTenants(db);
  world = await openWorld(db);
  [engineer, stranger, viewer] = await Promise.all([tenantToken(world, s, 0, ['ENGINEER']), tenantToken(world, s, 1, ['ENGINEER']), tenantToken(world, s, 0, ['VIEWER'])]);
});
afterAll(async () => {
  for (const close of closings) await close();
  await world.close();
});

describe('without an allocator', () => {
  it('nothing is reserved, and the caller may repeat', async () => {
    expect(await create()).toMatchObject({ __typename: 'Conflict', code: 'REGION_UNAVAILABLE', retryable: true });
  });
});

describe('a reservation', () => {
  beforeAll(standIn);
  let id = '';

  it('is asked of the allocator of its region, with its watts and the law of its project, and reads as it was asked', async () => {
    const made = await create();
    expect(made).toMatchObject({
      __typename: 'ReservationAccepted', receipt: { auditEventId: 'audit_01h455vb4pex5vsknk084sn02q' },
      reservation: { projectId: s.tenants[0]?.projectId, region: { code: s.regionCode }, shape: { code: `s-${s.regionCode}` }, machines: 2, watts: 18_000, from: '2099-01-01T00:00:00.000Z', state: 'SCHEDULED', datacenterId: null },
    });
    id = (made['reservation'] as { readonly id: string }).id;
    expect(asked.at(-1)).toMatchObject({ kind: 'RESERVE', idempotency: { scope: s.tenants[0]?.id }, reservation: { watts: 18_000, tenantClass: 'PUBLIC_BODY', legal: { dataClass: 'ORDINARY' } } });
  });

  it('is refused with the reasons when the machines are not there', async () => {
    expect(await create({ machines: 9 })).toMatchObject({ __typename: 'ReservationRefused', code: 'NOT_ENOUGH_CAPACITY', wouldFit: 4, reasons: [{ reason: 'RESERVED_FOR_OTHERS', candidates: 0, numbers: [{ name: 'asked', value: 9 }, { name: 'open', value: 4 }] }] });
  });

  it.each([
    { reason: 'in the past', more: { from: '2020-01-01T00:00:00Z' }, said: { code: 'IN_THE_PAST', path: ['from'] } },
    { reason: 'the wrong way round', more: { to: '2098-01-01T00:00:00Z' }, said: { code: 'INTERVAL_REVERSED', path: ['to'] } },
    { reason: 'too many', more: { machines: 513 }, said: { code: 'ABOVE_MAXIMUM', path: ['machines'] } },
    { reason: 'too long', more: { to: '2100-06-01T00:00:00Z' }, said: { code: 'ABOVE_MAXIMUM', path: ['to'] } },
    { reason: 'of nothing known', more: { shape: 'h20' }, said: { code: 'UNKNOWN_VALUE', path: ['shape'] } },
    { reason: 'for somebody else\'s project', more: () => ({ projectId: s.tenants[1]?.projectId }), said: { __typename: 'NotFound', path: ['projectId'] } },
  ])('is refused at the door: $reason', async ({ more, said }) => {
    const before = asked.length;
    expect(await create(typeof more === 'function' ? more() : more)).toMatchObject(said);
    expect(asked).toHaveLength(before);
  });

  it('is its tenant\'s alone, and of those with the role', async () => {
    const list = async (token: string): Promise<unknown> => (await world.tenant.ask<{ reservations: { totalCount: number } }>('{ reservations { totalCount } }', { token })).data.reservations.totalCount;
    expect([await list(engineer), await list(stranger), await list(viewer)]).toEqual([1, 0, 1]);
    expect(await create({}, viewer)).toMatchObject({ __typename: 'Forbidden' });
    expect(await mutate('cancelReservation', { id }, stranger)).toMatchObject({ __typename: 'NotFound', path: ['id'] });
    expect((await world.tenant.ask<{ reservation: unknown }>(`{ reservation(id: "${id}") { id } }`, { token: stranger })).data.reservation).toBeNull();
  });

  it('is cancelled', async () => {
    expect(await mutate('cancelReservation', { id })).toMatchObject({ __typename: 'ReservationAccepted', reservation: { state: 'CANCELLED', generation: 2 } });
    expect(await mutate('cancelReservation', { id: 'reservation_01h455vb4pex5vsknk084sn02q' })).toMatchObject({ __typename: 'NotFound' });
    expect(await mutate('cancelReservation', { id: 'nothing' })).toMatchObject({ __typename: 'NotFound' });
  });
});
