import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Instant, MandateId } from '@cadastre/domain/core';
import type { Mandate } from '@cadastre/domain/mandate';
import { commit } from '@cadastre/store/commit';
import * as mandates from '@cadastre/store/mandate';
import type { Store } from '@cadastre/store/pool';
import { actOf, countingIds, openTestStore, seedSite, site, storeDatabase } from '@cadastre/store/testing';
import { makeActOf } from '../act.ts';
import { UNANNOUNCED } from '../loop/effects.ts';
import { reconcile } from '../loop/reconciler.ts';
import { mandateReconciler } from './mandate.reconciler.ts';
import { storedMandates } from './stored.ts';

const db = storeDatabase();
const ids = countingIds();
const s = site(ids);
const mine = s.tenants[0]!.id;
const EVERY_SECONDS = 60;
const END = new Date(Date.now() + 24 * 3_600_000).toISOString();
const seconds = (n: number): Instant => new Date(Date.parse(END) + n * 1_000).toISOString();
let stores: Readonly<Record<'provider' | 'tenant' | 'controller', Store>>;
beforeAll(async () => {
  stores = { provider: openTestStore(db, 'provider'), tenant: openTestStore(db, 'tenant'), controller: openTestStore(db, 'controller') };
  await seedSite(stores.provider, stores.tenant, s);
});
afterAll(() => Promise.all(Object.values(stores).map(store => store.close())));

const APPROVAL = { approvedDirectory: 'provider', approvedBy: 'cyril', approvedAt: '2026-01-01T00:00:00.000Z' } as const;
const granted = async (over: Partial<Mandate> = APPROVAL): Promise<MandateId> => {
  const m: Mandate = {
    id: ids.next('mandate'), tenantId: mine, subjectDirectory: 'provider', subjectId: 'pascal', legalAct: 'audit', from: '2026-01-01T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z', expiresAt: END,
    state: 'ACTIVE', proposedDirectory: 'provider', proposedBy: 'colette', useCount: 0, generation: 2, ...over,
  };
  const done = await commit(stores.provider, { scope: 'system', act: actOf('provider'), outbox: [], writes: [mandates.insert(m)], audit: [{ type: 'audit.mandate.propose', phase: 'completed', outcome: 'success', tenant: mine, target: { kind: 'mandate', id: m.id } }] });
  if (!done.ok) throw new Error(JSON.stringify(done.error));
  return m.id;
};
const at = (now: Instant) => {
  const clock = { now: () => now };
  return { clock, rows: storedMandates(stores.controller, makeActOf(ids, clock, 'test'), clock, EVERY_SECONDS) };
};
const look = (id: MandateId, now: Instant) => {
  const { clock, rows } = at(now);
  return reconcile(mandateReconciler(rows, { held: () => true }, EVERY_SECONDS), id, clock, { look: (_n, _k, _p, run) => run(), step: (_n, _w, run) => run() }, UNANNOUNCED);
};
const ends = async (id: MandateId) =>
  (await stores.tenant.read({ tenant: mine }, q => q.rows<{ body: string }>({ text: "SELECT convert_from(body, 'UTF8') AS body FROM audit_event WHERE type = 'audit.mandate.expire' AND target_id = $1", values: [id] }))).map(r => JSON.parse(r.body) as { readonly op: unknown; readonly actor: { readonly id: string } });

describe('a mandate whose time is over', () => {
  it('is listed when its end is near, looked at when it comes, and written down once in the tenant\'s log', async () => {
    const id = await granted();
    expect(await at(seconds(-120)).rows.ids()).toEqual([]);
    expect(await at(seconds(-30)).rows.ids()).toEqual([id]);
    expect((await look(id, seconds(-30))).outcome).toEqual({ kind: 'again', afterMs: 30_000, because: 'a mandate ends' });
    expect(await ends(id)).toEqual([]);
    await look(id, END);
    await look(id, seconds(60));
    expect(await ends(id)).toMatchObject([{ op: { from: 'ACTIVE', to: 'EXPIRED' }, actor: { id: 'controller' } }]);
    expect(await stores.tenant.read({ tenant: mine }, q => mandates.get(q, id))).toMatchObject({ state: 'EXPIRED', generation: 3 });
    expect(await at(seconds(60)).rows.ids()).toEqual([]);
  });

  it('a proposal that nobody approved lapses like one that was', async () => {
    const id = await granted({ state: 'PROPOSED', generation: 1 });
    await look(id, END);
    expect(await ends(id)).toMatchObject([{ op: { from: 'PROPOSED', to: 'EXPIRED' } }]);
  });

  it('one that was revoked stays revoked', async () => {
    const id = await granted({ ...APPROVAL, state: 'REVOKED', revokedBy: 'colette', revokedDirectory: 'provider', revokedAt: '2026-01-02T00:00:00.000Z' });
    expect((await look(id, seconds(60))).steps).toBe(0);
  });
});
