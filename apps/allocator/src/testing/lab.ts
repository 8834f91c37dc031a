import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { AllocateReply, AllocateRequest, LedgerEntry, Verdict } from '@cadastre/domain/capacity';
import { emptyCapacity, fold, snapshot } from '@cadastre/domain/capacity';
import type { CapacityState } from '@cadastre/domain/capacity';
import type { DecisionId, Instant, PlanId, ReservationId } from '@cadastre/domain/core';
import type { OrderPlan } from '@cadastre/domain/plan';
import type { QuotaBudget } from '@cadastre/domain/quota';
import { systemClock } from '@cadastre/platform/clock';
import type { Logger } from '@cadastre/platform/log';
import { silentLogger } from '@cadastre/platform/log';
import * as decisions from '@cadastre/store/decision';
import * as ledger from '@cadastre/store/ledger';
import { acquireLease } from '@cadastre/store/lease';
import type { Lease } from '@cadastre/store/lease';
import * as plans from '@cadastre/store/plan';
import type { Store } from '@cadastre/store/pool';
import { asSuperuser, storeDatabase } from '@cadastre/store/testing';
import { RegionLoop } from '../loop.ts';
import type { Site } from './world.ts';
import { buildSite, ids, storeAs } from './world.ts';

const MINUTE_MS = 60_000;

/** A clock that stands until the spec moves it. */
export interface ManualClock {
  now(): Instant;
  pass(minutes: number): void;
  /** So many minutes from now. */
  in(minutes: number): Instant;
}
export const manualClock = (): ManualClock => {
  let ms = Date.parse(systemClock.now());
  const at = (of: number): Instant => new Date(of).toISOString();
  return { now: () => at(ms), pass: minutes => { ms += minutes * MINUTE_MS; }, in: minutes => at(ms + minutes * MINUTE_MS) };
};

interface Leading {
  readonly url?: string;
  readonly lease?: Lease;
  readonly clock?: { now(): Instant };
  readonly snapshotEntries?: number;
  readonly yielding?: { readonly noticeSeconds: number };
  readonly log?: Logger;
  readonly onStatement?: (q: { text: string; pid: number }) => void | Promise<void>;
}

/** A database of the spec's own, with loops that lead its regions, without NATS around them. To be called once, at the top of a spec. */
export const openLab = () => {
  const db = storeDatabase();
  const running: { readonly loop: RegionLoop; readonly store: Store; readonly done: Promise<unknown> }[] = [];
  let reader: Store;
  let sites = 0;
  beforeAll(() => { reader = storeAs(db.url, 'allocator'); });
  afterEach(async () => {
    for (const { loop, store, done } of running.splice(0)) {
      loop.stop();
      await done;
      await store.close();
    }
  });
  afterAll(() => reader.close());

  const leaseOf = async (s: Site): Promise<Lease> => {
    const lease = await acquireLease(reader, { regionId: s.regionId, holder: 'spec', ttlMs: 60_000 });
    if (!lease.ok) throw new Error(`the lease is held by ${lease.error.holder}`);
    return lease.value;
  };
  const ledgerOf = (s: Site): Promise<readonly LedgerEntry[]> => reader.read('system', q => ledger.after(q, s.regionId, 0));
  /** What anybody gets who folds the ledger from its beginning. */
  const foldedState = async (s: Site, upTo = Infinity): Promise<CapacityState> => {
    const state = emptyCapacity();
    for (const entry of await ledgerOf(s)) if (entry.index <= upTo) expect(fold(state, entry).ok).toBe(true);
    return state;
  };
  return {
    db, leaseOf, ledgerOf, foldedState,
    site: (racks: number, perRack: number, more: Partial<Parameters<typeof buildSite>[1]> = {}): Promise<Site> => buildSite(db.url, { code: `l${String(++sites)}`, racks, perRack, ...more }),
    lead: async (s: Site, more: Leading = {}): Promise<RegionLoop> => {
      const store = storeAs(more.url ?? db.url, 'allocator', more.onStatement === undefined ? {} : { onStatement: more.onStatement });
      const loop = new RegionLoop({
        store, region: { id: s.regionId, code: s.code }, lease: more.lease ?? (await leaseOf(s)), ids, clock: more.clock ?? systemClock, log: more.log ?? silentLogger(), host: 'spec', version: '0',
        ...(more.yielding === undefined ? {} : { yielding: more.yielding }),
        ...(more.snapshotEntries === undefined ? {} : { snapshotEntries: more.snapshotEntries }),
      });
      const done = loop.run();
      running.push({ loop, store, done });
      expect(await loop.ready).toBe(true);
      return loop;
    },
    /** What the tenant of the site may spend there, granted before a loop leads. */
    grant: (s: Site, budgets: readonly QuotaBudget[]): Promise<void> => asSuperuser(db, `INSERT INTO quota (id, region_id, name, tenant_id, budgets)
      VALUES ('${ids.next('quota')}', '${s.regionId}', 'q-${s.tenantId.slice(-6)}', '${s.tenantId}', '${JSON.stringify(budgets)}')`),
    foldedSnapshot: async (s: Site) => snapshot(await foldedState(s)),
    kinds: async (s: Site): Promise<readonly string[]> => (await ledgerOf(s)).map(e => e.fact.kind),
    plan: (id: PlanId): Promise<OrderPlan | undefined> => reader.read('system', q => plans.get(q, id)),
    verdict: async (id: DecisionId): Promise<Verdict | undefined> => (await reader.read('system', q => decisions.get(q, id)))?.verdict,
    /** Rows as the allocator's role sees them. */
    rows: <T extends object>(text: string, values: readonly unknown[]): Promise<readonly T[]> => reader.read('system', q => q.rows<T>({ text, values: [...values] })),
    /** Rows as the tenant sees them: its audit log and its outbox too. */
    tenantRows: async <T extends object>(s: Site, text: string, values: readonly unknown[]): Promise<readonly T[]> => {
      const tenant = storeAs(db.url, 'tenant');
      return tenant.read({ tenant: s.tenantId }, q => q.rows<T>({ text, values: [...values] })).finally(() => tenant.close());
    },
  };
};

export const ask = (loop: RegionLoop, request: AllocateRequest): Promise<AllocateReply> => loop.submit(request, undefined);
/** What a reply says in one word: its kind, or the code of its problem. */
export const wordOf = (reply: AllocateReply): string => (reply.kind === 'PROBLEM' ? reply.problem.code : reply.kind);
export const planned = (reply: AllocateReply): PlanId => {
  if (reply.kind !== 'PLANNED') throw new Error(`not planned: ${JSON.stringify(reply)}`);
  return reply.planId;
};
export const reservedBy = (reply: AllocateReply): ReservationId => {
  if (reply.kind !== 'RESERVED') throw new Error(`not reserved: ${JSON.stringify(reply)}`);
  return reply.reservationId;
};
