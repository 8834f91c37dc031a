import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Reservation } from '@cadastre/domain/reservation';
import { commit } from '../commit/index.ts';
import type { Write } from '../commit/index.ts';
import type { Store } from '../pool/index.ts';
import { actOf, countingIds, openTestStore, seedSite, site, storeDatabase } from '../testing/index.ts';
import type { Site } from '../testing/index.ts';
import * as reservations from './index.ts';

const db = storeDatabase();
const ids = countingIds();
let [provider, tenant, allocator]: Store[] = [];
let s: Site;

const there = (store: Store | undefined): Store => {
  if (store === undefined) throw new Error('opened in beforeAll');
  return store;
};
const write = (store: Store | undefined, ...writes: readonly Write[]) =>
  commit(there(store), { scope: 'system', act: actOf('none'), writes, outbox: [], audit: [{ type: 'compute.reservation.create', phase: 'completed', outcome: 'success', target: { kind: 'reservation', id: 'x' } }] });
const reservation = (more: Partial<Reservation> = {}): Reservation => {
  const [t] = s.tenants;
  if (t === undefined) throw new Error('no tenant');
  return {
    id: ids.next('reservation'), tenantId: t.id, projectId: t.projectId, regionId: s.regionId, shapeId: s.shapeId, machines: 2, watts: 18_000, from: '2026-12-01T00:00:00.000Z', to: '2026-12-15T00:00:00.000Z',
    state: 'SCHEDULED', machineIds: s.machines.slice(0, 2).map(m => m.id), generation: 1, ...more,
  };
};

beforeAll(async () => {
  [provider, tenant, allocator] = [openTestStore(db, 'provider'), openTestStore(db, 'tenant'), openTestStore(db, 'allocator')];
  s = site(ids);
  await seedSite(there(provider), there(tenant), s);
});
afterAll(async () => { await Promise.all([provider, tenant, allocator].map(store => there(store).close())); });

describe('a reservation', () => {
  it('comes back as the allocator wrote it, is cancelled, and is its tenant\'s alone', async () => {
    const one = reservation();
    expect((await write(allocator, reservations.insert(one))).ok).toBe(true);
    expect(await there(allocator).read('system', q => reservations.ofRegion(q, s.regionId))).toEqual([{ ...one, createdAt: expect.any(String) as string }]);
    expect((await write(allocator, reservations.update(one.id, { state: 'CANCELLED', cancelledAt: '2026-12-02T00:00:00.000Z' }, { ifGeneration: 1 }))).ok).toBe(true);
    const seen = await Promise.all(s.tenants.map(t => there(tenant).read({ tenant: t.id }, async q => (await reservations.page(q, { first: 10 })).items.map(r => `${r.state} ${r.cancelledAt ?? ''} ${String(r.generation)}`))));
    expect(seen).toEqual([['CANCELLED 2026-12-02T00:00:00.000Z 2'], []]);
  });

  it.each([
    { reason: 'that ends before it begins', more: { to: '2026-12-01T00:00:00.000Z' }, is: 'reservation_in_order' },
    { reason: 'with fewer machines than it says', more: { machines: 3 }, is: 'reservation_machines' },
    { reason: 'that is cancelled at no instant', more: { state: 'CANCELLED' as const }, is: 'reservation_cancelled' },
    { reason: 'of no watts', more: { watts: 0 }, is: 'reservation_watts' },
  ])('$reason is refused by the database', async ({ more, is }) => {
    const done = await write(allocator, reservations.insert(reservation(more)));
    expect(done.ok ? 'ok' : done.error).toMatchObject({ code: 'LIMIT', constraint: is });
  });

  it('is written by nobody but the allocator', async () => {
    for (const store of [provider, tenant]) await expect(write(store, reservations.insert(reservation()))).rejects.toThrow(/permission denied|no tenant/);
  });
});
