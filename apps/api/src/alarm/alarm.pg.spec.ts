import { alarmFact, type Alarm, type AlarmKind } from '@cadastre/domain/alarm';
import * as alarms from '@cadastre/store/alarm';
import { commit } from '@cadastre/store/commit';
import type { Store } from '@cadastre/store/pool';
import { actOf, asRows, countingIds, openTestStore, storeDatabase, type Site } from '@cadastre/store/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { providerToken, seedTenants, tenantToken } from '../testing/tenants.ts';
import { openWorld, type World } from '../testing/world.ts';

const db = storeDatabase();
const ids = countingIds();
const PAST = '2026-11-01T00:00:00.000Z';
let world: World;
let monitor: Store;
let s: Site;
let tokens: Readonly<Record<'aude' | 'alice' | 'basile' | 'pascal' | 'olivia' | 'camille', string>>;
beforeAll(async () => {
  s = await seedTenants(db);
  world = await openWorld(db);
  monitor = openTestStore(db, 'monitor', { auditOrigin: 'audit.test' });
  const [aude, alice, basile, pascal, olivia, camille] = await Promise.all([
    tenantToken(world, s, 0, ['AUDITOR'], 'aude'), tenantToken(world, s, 0, ['OWNER'], 'alice'), tenantToken(world, s, 1, ['AUDITOR'], 'basile'),
    providerToken(world, ['PROVIDER_AUDITOR'], 'pascal'), providerToken(world, ['OPERATOR'], 'olivia'), providerToken(world, ['COMPLIANCE'], 'camille'),
  ]);
  tokens = { aude, alice, basile, pascal, olivia, camille };
});
afterAll(async () => {
  await monitor.close();
  await world.close();
});

/** Raised by the monitor's role, as its process does it; `tenant` is the tenant's number. */
const raised = async (kind: AlarmKind, tenant: number | undefined, place = 'leaf/7'): Promise<Alarm> => {
  const tenantId = tenant === undefined ? undefined : s.tenants[tenant]?.id;
  const alarm: Alarm = {
    id: ids.next('alarm'), kind, severity: 'CRITICAL', origin: tenantId === undefined ? 'audit.test' : `audit.test/t/${tenantId}`, ...(tenantId === undefined ? {} : { tenantId }), place, leafIndex: 7, detail: { found: 'aa', places: 2 }, seen: 1,
    raisedAt: PAST, lastSeenAt: PAST, acknowledgeBy: '2026-11-01T01:00:00.000Z', generation: 1,
  };
  const done = await commit(monitor, { scope: 'system', act: actOf('none'), outbox: [], writes: [alarms.raise([alarm], PAST)], audit: [alarmFact(alarm, 'raise')] });
  expect(done.ok).toBe(true);
  return alarm;
};
const LIST = '{ alarms { ... on AlarmConnection { totalCount edges { node { id kind state overdue message recorded } } } ... on Problem { code } } }';
const list = async (door: 'tenant' | 'provider', token: string, query = LIST) => (await world[door].ask(query, { token, headers: { 'accept-language': 'fr' } })).data['alarms'] as { readonly totalCount: number; readonly edges: readonly { readonly node: { readonly id: string } }[] };
let keys = 0;
const answer = async (verb: 'acknowledge' | 'resolve', token: string, id: string, note = 'vu') => {
  const type = verb === 'acknowledge' ? 'AcknowledgeAlarmInput' : 'ResolveAlarmInput';
  const a = await world.provider.ask(`mutation ($input: ${type}!) { ${verb}Alarm(input: $input) { __typename ... on AlarmAnswered { alarm { state note acknowledgedBy resolvedBy resolution overdue } receipt { auditEventId } } ... on Problem { code } } }`, { token, variables: { input: { idempotencyKey: `k${String((keys += 1))}`, id, note } } });
  expect(a.errors, a.text).toBeUndefined();
  return a.data[`${verb}Alarm`];
};
const eventsOf = (id: string) => asRows<{ type: string; tenant_id: string | null }>(db, `SELECT type, tenant_id FROM audit_event WHERE target_id = '${id}' ORDER BY txid, seq`);

describe('alarms at the doors', () => {
  it('a tenant\'s auditor reads those of the own log in words, and nobody else there does', async () => {
    const own = await raised('ROW_ALTERED', 0);
    await raised('HEARTBEAT_SILENT', 1);
    await raised('LOG_FROZEN', undefined, '');
    expect(await list('tenant', tokens.aude)).toEqual({ totalCount: 1, edges: [{ node: {
      id: own.id, kind: 'ROW_ALTERED', state: 'OPEN', overdue: true, recorded: true, message: `L’événement scellé leaf/7 du journal ${own.origin} n’a plus ses octets ; 2 autres places sont touchées.`,
    } }] });
    expect(await list('tenant', tokens.alice)).toEqual({ code: 'FORBIDDEN' });
    expect((await world.tenant.ask(`{ alarm(id: "${own.id}") { id } }`, { token: tokens.basile })).data).toEqual({ alarm: null });
    expect((await world.tenant.ask(`{ alarm(id: "${own.id}") { note } }`, { token: tokens.aude })).errors?.[0]?.message).toMatch(/note/);
  });

  it('the provider\'s people read all, by kind, state and organisation', async () => {
    expect((await list('provider', tokens.pascal)).totalCount).toBe(3);
    const by = (filter: string) => list('provider', tokens.olivia, LIST.replace('alarms {', `alarms(filter: {${filter}}) {`));
    expect([(await by('kind: LOG_FROZEN')).totalCount, (await by('state: RESOLVED')).totalCount, (await by(`organisationId: "${s.tenants[1]?.id ?? ''}"`)).totalCount, (await by('organisationId: "x"')).totalCount]).toEqual([1, 0, 1, 0]);
  });

  it('a person acknowledges, then ends with a reason; each is an event in the log concerned', async () => {
    const alarm = await raised('ROW_MISSING', 0, 'leaf/9');
    expect(await answer('resolve', tokens.olivia, alarm.id)).toEqual({ __typename: 'Conflict', code: 'WRONG_STATE' });
    expect(await answer('acknowledge', tokens.pascal, alarm.id)).toEqual({ __typename: 'Forbidden', code: 'FORBIDDEN' });
    expect(await answer('acknowledge', tokens.camille, alarm.id)).toMatchObject({ __typename: 'AlarmAnswered', alarm: { state: 'ACKNOWLEDGED', acknowledgedBy: 'camille', note: 'vu', resolvedBy: null, overdue: true } });
    expect(await answer('acknowledge', tokens.olivia, alarm.id)).toEqual({ __typename: 'Conflict', code: 'WRONG_STATE' });
    expect(await answer('resolve', tokens.olivia, alarm.id, 'restauré')).toMatchObject({ alarm: { state: 'RESOLVED', resolvedBy: 'olivia', resolution: 'restauré' } });
    const told = (await eventsOf(alarm.id)).filter(e => /^audit\.alarm/.test(e.type));
    expect(told.filter(e => e.tenant_id === s.tenants[0]?.id).map(e => e.type)).toEqual(['audit.alarm.raise', 'audit.alarm.acknowledge', 'audit.alarm.resolve']);
  });
});

describe('the table of alarms', () => {
  it('one is open for each kind, log and place, whoever raises it; ended, it may begin again', async () => {
    const alarm = await raised('TILE_ALTERED', 0, 'tile/0/000');
    const twin: Alarm = { ...alarm, id: ids.next('alarm') };
    expect(await commit(monitor, { scope: 'system', act: actOf('none'), outbox: [], writes: [alarms.raise([twin], PAST)], audit: [alarmFact(twin, 'raise')] })).toMatchObject({ ok: false, error: { code: 'ALREADY_EXISTS' } });
    expect(await alarms.raiseUntold(monitor, [twin])).toBe(0);
    await answer('acknowledge', tokens.olivia, alarm.id);
    await answer('resolve', tokens.olivia, alarm.id);
    expect(await alarms.raiseUntold(monitor, [twin])).toBe(1);
    const { open, settled } = await alarms.readAlarms(monitor);
    expect(open.find(a => a.id === twin.id)).toMatchObject({ place: 'tile/0/000' });
    expect(open.find(a => a.id === twin.id)?.toldAt).toBeUndefined();
    expect(settled.map(a => a.id)).toContain(alarm.id);
    expect((await list('provider', tokens.olivia, LIST.replace('alarms {', 'alarms(filter: {kind: TILE_ALTERED, state: OPEN}) {'))).edges).toMatchObject([{ node: { recorded: false } }]);
  });

  it('is not rewritten or emptied, by the monitor or by a door', async () => {
    for (const store of [monitor, world.provider.door.store]) {
      for (const text of ["UPDATE audit_alarm SET kind = 'SEAL_LAG'", 'UPDATE audit_alarm SET raised_at = now()', 'DELETE FROM audit_alarm']) {
        const write = { noun: 'alarm', id: 'x', sql: { text }, rows: 1 };
        await expect(commit(store, { scope: 'system', act: actOf('none'), outbox: [], writes: [write], audit: [{ type: 'audit.alarm.raise', phase: 'completed', outcome: 'success', target: { kind: 'alarm', id: 'x' } }] })).rejects.toThrow(/permission denied/);
      }
    }
  });
});
