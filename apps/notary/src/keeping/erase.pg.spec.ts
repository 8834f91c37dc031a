import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OrganisationId } from '@cadastre/domain/core';
import { createHash } from 'node:crypto';
import { systemClock } from '@cadastre/platform/clock';
import { createKeeper, KeeperAway, type Keeper } from '@cadastre/platform/keeper';
import { silentLogger } from '@cadastre/platform/log';
import { commit } from '@cadastre/store/commit';
import * as erasures from '@cadastre/store/erasure';
import type { Store } from '@cadastre/store/pool';
import { actOf, asRows, asSuperuser, countingIds, openTestStore, seedSite, site, storeDatabase } from '@cadastre/store/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openKeyDirectory } from '../keeper/directory.ts';
import { serveKeeper, type KeeperServer } from '../keeper/server.ts';
import { eraseWhatIsDue, type ErasureTools } from './erase.ts';

const db = storeDatabase();
const ids = countingIds();
const s = site(ids);
const folder = mkdtempSync(join(tmpdir(), 'cadastre-erase-'));
let server: KeeperServer;
let keeper: Keeper;
let [provider, tenant, notary]: Store[] = [];
const org = (n: number): OrganisationId => s.tenants[n]!.id;

beforeAll(async () => {
  [provider, tenant, notary] = [openTestStore(db, 'provider'), openTestStore(db, 'tenant'), openTestStore(db, 'notary', { ids })];
  await seedSite(provider, tenant, s);
  server = await serveKeeper({ directory: await openKeyDirectory(folder), token: 't'.repeat(40), host: '127.0.0.1', port: 0, clock: systemClock, log: silentLogger() });
  keeper = createKeeper({ url: server.url, token: 't'.repeat(40), timeoutMs: 20_000, erased: () => notary!.read('system', q => erasures.erasedKeys(q)) });
});
afterAll(async () => {
  await Promise.all([provider!.close(), tenant!.close(), notary!.close(), server.close()]);
  rmSync(folder, { recursive: true });
});

const tools = (over: Partial<ErasureTools> = {}): ErasureTools => ({ store: notary!, keeper, clock: systemClock, ids, log: silentLogger(), operator: 'audit.test', makeAct: () => actOf('none', { at: systemClock.now() }), ...over });
const ask = async (of: OrganisationId, subject: string): Promise<string> => {
  const id = ids.next('erasure');
  const done = await commit(tenant!, {
    scope: { tenant: of }, act: actOf('tenant'), outbox: [], audit: [{ type: 'audit.subject.erase', phase: 'requested', outcome: 'success', tenant: of, target: { kind: 'subject', id: subject } }],
    writes: [erasures.insert({ id, tenantId: of, subject, ground: 'OBJECTION', state: 'REQUESTED', requestedBy: 'olga', requestedAt: systemClock.now(), keys: [], generation: 1 })],
  });
  expect(done.ok).toBe(true);
  return id;
};
interface Row { readonly state: string; readonly keys: readonly string[]; readonly certificate: string | null; readonly event_id: string | null }
const rowOf = async (id: string): Promise<Row | undefined> => (await asRows<Row>(db, 'SELECT state, keys, certificate, event_id FROM subject_erasure WHERE id = $1', [id]))[0];

describe('an erasure', () => {
  it('goes on where it stopped, and names the same keys, when everything breaks between the key and the certificate', async () => {
    const { kid } = await keeper.key(org(0), 'alice');
    const id = await ask(org(0), 'alice');
    await expect(eraseWhatIsDue(tools({ keeper: { ...keeper, destroy: () => Promise.reject(new KeeperAway('away')) } }))).rejects.toThrow('away');
    expect(await rowOf(id)).toMatchObject({ state: 'ERASING', keys: [] });
    await expect(eraseWhatIsDue(tools({ keeper: { ...keeper, destroy: async request => { await keeper.destroy(request); throw new KeeperAway('the answer is lost'); } } }))).rejects.toThrow('lost');
    expect((await keeper.open(org(0), [kid])).erased).toHaveProperty([kid]);
    await eraseWhatIsDue(tools());
    const row = await rowOf(id);
    expect(row).toMatchObject({ state: 'ERASED', keys: [kid] });
    const [event] = await asRows<{ body: string }>(db, "SELECT convert_from(body, 'UTF8') AS body FROM audit_event WHERE id = $1", [row?.event_id]);
    expect(JSON.parse(event?.body ?? '{}')).toMatchObject({ phase: 'completed', numbers: { certificate_sha256: createHash('sha256').update(row?.certificate ?? '').digest('hex') } });
  });

  it('of somebody of whom nothing was ever sealed says so', async () => {
    const id = await ask(org(0), 'nobody');
    await eraseWhatIsDue(tools());
    expect(await rowOf(id)).toMatchObject({ state: 'ERASED', keys: [] });
  });

  it('waits while a hold covers the person that was placed after it was asked for', async () => {
    const { kid } = await keeper.key(org(0), 'held');
    const id = await ask(org(0), 'held');
    await asSuperuser(db, `INSERT INTO legal_hold (id, tenant_id, reference, placed_by, placed_at) VALUES ('h1', '${org(0)}', 'R-1', 'colette', now())`);
    await eraseWhatIsDue(tools());
    expect(await rowOf(id)).toMatchObject({ state: 'REQUESTED' });
    expect((await keeper.open(org(0), [kid])).keys).toHaveProperty([kid]);
    await asSuperuser(db, "UPDATE legal_hold SET lifted_by = 'cyril', lifted_at = now()");
    await eraseWhatIsDue(tools());
    expect(await rowOf(id)).toMatchObject({ state: 'ERASED', keys: [kid] });
  });
});

describe('the end of a contract', () => {
  it('destroys every key of the organisation and nobody else\'s once the notice has run, and not a day before', async () => {
    const kids = (await Promise.all(Array.from({ length: 230 }, (_, n) => keeper.key(org(1), `person-${String(n)}`)))).map(k => k.kid);
    const other = await keeper.key(org(0), 'bob');
    await asSuperuser(db, `INSERT INTO contract_end (id, tenant_id, notice_days, state, proposed_by, approved_by, noticed_at, due_at)
      VALUES ('contractend_01h455vb4pex5vsknk084sn02q', '${org(1)}', 21, 'NOTICED', 'colette', 'cyril', now() - interval '20 days', now() + interval '1 day')`);
    await eraseWhatIsDue(tools());
    expect((await keeper.open(org(1), kids)).erased).toEqual({});
    await asSuperuser(db, "UPDATE contract_end SET noticed_at = now() - interval '22 days', due_at = now() - interval '1 day'");
    // A hold over the organisation wins over the date.
    await asSuperuser(db, `INSERT INTO legal_hold (id, tenant_id, reference, placed_by, placed_at) VALUES ('h2', '${org(1)}', 'R-2', 'colette', now())`);
    await eraseWhatIsDue(tools());
    expect((await keeper.open(org(1), kids)).erased).toEqual({});
    await asSuperuser(db, "UPDATE legal_hold SET lifted_by = 'cyril', lifted_at = now() WHERE id = 'h2'");
    await eraseWhatIsDue(tools());
    expect(Object.keys((await keeper.open(org(1), kids)).erased).sort()).toEqual([...kids].sort());
    expect((await keeper.open(org(0), [other.kid])).keys).toHaveProperty([other.kid]);
    const [end] = await asRows<{ state: string }>(db, 'SELECT state FROM contract_end');
    expect(end?.state).toBe('ENDED');
    // More keys than one event can hold: each stands in one, and the certificate has all.
    const events = await asRows<{ body: string }>(db, "SELECT convert_from(body, 'UTF8') AS body FROM audit_event WHERE tenant_id = $1 AND type = 'audit.subject.erase' AND phase = 'completed'", [org(1)]);
    expect(events).toHaveLength(3);
    expect(events.flatMap(e => (JSON.parse(e.body) as { readonly change: readonly { readonly to: string }[] }).change.map(c => c.to)).sort()).toEqual([...kids].sort());
    // What the sealed events tell is what the rows tell.
    expect((await notary!.read('system', q => erasures.erasedKeys(q))).filter(k => kids.includes(k.kid))).toHaveLength(230);
    await asSuperuser(db, 'DELETE FROM subject_erasure');
    expect((await notary!.read('system', q => erasures.erasedKeys(q))).filter(k => kids.includes(k.kid))).toHaveLength(230);
  });

  it('cannot be hurried: the table wants notice and two people', async () => {
    const insert = (more: string, values: string): Promise<void> => asSuperuser(db, `INSERT INTO contract_end (id, tenant_id, notice_days, state, proposed_by${more}) VALUES ('x', '${org(0)}', ${values})`);
    await expect(insert('', "20, 'PROPOSED', 'colette'")).rejects.toThrow('contract_end_notice');
    await expect(insert(', approved_by, noticed_at, due_at', "21, 'NOTICED', 'colette', 'colette', now(), now() + interval '21 days'")).rejects.toThrow('contract_end_two_people');
    await expect(insert(', approved_by, noticed_at, due_at', "21, 'NOTICED', 'colette', 'cyril', now(), now() + interval '20 days'")).rejects.toThrow('contract_end_due');
    await expect(insert('', "21, 'NOTICED', 'colette'")).rejects.toThrow('contract_end_noticed');
  });
});
