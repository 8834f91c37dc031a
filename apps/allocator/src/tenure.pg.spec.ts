import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { AllocateReply, AllocateRequest, OffersReply, OffersRequest } from '@cadastre/domain/capacity';
import { systemClock } from '@cadastre/platform/clock';
import { silentLogger } from '@cadastre/platform/log';
import type { Nats } from '@cadastre/platform/nats';
import { connectNats } from '@cadastre/platform/nats';
import * as ledger from '@cadastre/store/ledger';
import type { Store } from '@cadastre/store/pool';
import { storeDatabase } from '@cadastre/store/testing';
import { waitFor } from '@cadastre/testing/wait';
import type { Regions } from './regions.ts';
import { serveRegions } from './regions.ts';
import type { Site } from './testing/world.ts';
import { accepted, addMachine, buildSite, createRequest, ids, storeAs, urlAs } from './testing/world.ts';

const NATS = String(process.env['CADASTRE_TEST_NATS_URL']);
const LEASE_MS = 900;
const db = storeDatabase();
let reader: Store;
let door: Nats;
const open: { close(): Promise<unknown> }[] = [];
// Unique on a NATS server that other specs share.
const codeOf = (n: number): string => `t${String(process.pid)}-${String(n)}`;
let sites = 0;

beforeAll(async () => {
  reader = storeAs(db.url, 'allocator');
  door = await connectNats({ url: NATS, name: 'spec door', log: silentLogger() });
});
afterAll(async () => {
  await door.close();
  await reader.close();
});
afterEach(async () => {
  for (const x of open.splice(0).toReversed()) await x.close();
});

const newSite = (racks: number, perRack: number): Promise<Site> => buildSite(db.url, { code: codeOf(++sites), racks, perRack });

/** An allocator as main.ts builds it, in this process. */
const allocator = async (holder: string, regions: readonly string[], inventoryMs = 60_000, leaseMs = LEASE_MS): Promise<Regions> => {
  const store = storeAs(db.url, 'allocator');
  const nats = await connectNats({ url: NATS, name: holder, log: silentLogger() });
  const served = serveRegions({ store, nats, ids, clock: systemClock, log: silentLogger(), holder, host: 'spec', version: '0', regions, lookMs: 100, options: { leaseMs, inventoryMs } });
  open.push({ close: async () => { await served.close(); await nats.close(); await store.close(); } });
  return served;
};
const leads = (r: Regions, s: Site): Promise<true> => waitFor(() => r.tenure(s.regionId)?.leading === true, { what: `the lease of ${s.code}` });
const order = async (s: Site, request: AllocateRequest): Promise<AllocateReply | string> => {
  const reply = await door.request<AllocateRequest, AllocateReply>(`cad.v1.${s.code}.allocate`, request, { timeoutMs: 5_000 });
  return reply.ok ? reply.value : reply.error.code;
};
const placed = async (s: Site, request: AllocateRequest) => {
  const reply = await order(s, request);
  if (typeof reply === 'string') throw new Error(reply);
  return accepted(reply);
};
/** As a client does: what is retryable is sent again with the same key, until the region answers for good. */
const insisted = (s: Site, request: AllocateRequest): Promise<AllocateReply> =>
  waitFor(async () => {
    const reply = await order(s, request);
    return typeof reply === 'string' || (reply.kind === 'PROBLEM' && reply.problem.retryable) ? undefined : reply;
  }, { what: `a final answer of ${s.code}` });
const entries = (s: Site) => reader.read('system', q => ledger.after(q, s.regionId, 0));

describe('two allocators for one region', () => {
  test('the second waits; when the first gives the region back, it leads at once', async () => {
    const s = await newSite(1, 4);
    // Longer than the wait below: only a lease that is given back lets the second in.
    const one = await allocator('one', [s.code], 60_000, 30_000);
    await leads(one, s);
    const two = await allocator('two', [s.code], 60_000, 30_000);
    await waitFor(() => two.tenure(s.regionId)?.missing?.includes('one'), { what: 'the second to name the holder' });
    expect(await two.check.check()).toBe(`${s.code}: the lease is held by one`);
    expect(await one.check.check()).toBeUndefined();
    expect(await placed(s, createRequest(s))).toHaveLength(1);
    await open.shift()?.close();
    await leads(two, s);
    expect(await placed(s, createRequest(s))).toHaveLength(1);
    expect((await entries(s)).filter(e => e.fact.kind === 'CLAIM').map(e => e.epoch)).toEqual([1, 2]);
  });

  test('the first hangs and loses its lease: it cannot write any more, and steps down by itself', async () => {
    const s = await newSite(1, 4);
    const one = await allocator('one', [s.code]);
    await leads(one, s);
    const first = one.tenure(s.regionId);
    first?.pauseRenewals();
    const two = await allocator('two', [s.code]);
    await leads(two, s);
    expect(first?.leading).toBe(true);
    // Both listen now, which a network split can bring about: each gets each request, and the stale one's commit is refused by the epoch.
    await placed(s, createRequest(s)).catch(() => undefined);
    await waitFor(() => first?.leading === false, { what: 'the stale one to step down' });
    // While it unsubscribes it still says "try again", which may come before the new leader's answer.
    expect(accepted(await insisted(s, createRequest(s)))).toHaveLength(1);
    const written = await entries(s);
    expect(written.map(e => e.index)).toEqual(written.map((_, n) => n + 1));
    expect(new Set(written.filter(e => e.fact.kind === 'CLAIM').map(e => e.epoch))).toEqual(new Set([2]));
    expect(written.filter(e => e.fact.kind === 'CLAIM').length).toBeGreaterThanOrEqual(1);
  });
});

describe('an allocator that runs', () => {
  test('serves a region that is created after its start, and follows rows without a wake-up', async () => {
    const code = codeOf(sites + 1);
    const one = await allocator('one', [code], 100);
    expect(await waitFor(async () => (await one.check.check()) === undefined, { what: 'the first look at the regions' })).toBe(true);
    const s = await newSite(1, 1);
    await leads(one, s);
    await addMachine(db.url, s, 0, 'late');
    const available = async (): Promise<number | undefined> => {
      const reply = await door.request<OffersRequest, OffersReply>(`cad.v1.${s.code}.offers`, { tenantClass: 'PUBLIC_BODY' }, { timeoutMs: 2_000 });
      return reply.ok ? reply.value.offers[0]?.available : undefined;
    };
    expect(await waitFor(async () => (await available()) === 2, { what: 'the offer to name both machines' })).toBe(true);
    expect(await placed(s, createRequest(s, { count: 2 }))).toHaveLength(2);
  });

  test('goes on with the trace of the request, through outbox and instance', async () => {
    const s = await newSite(1, 1);
    await leads(await allocator('one', [s.code]), s);
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
    const reply = await door.request<AllocateRequest, AllocateReply>(`cad.v1.${s.code}.allocate`, createRequest(s), { timeoutMs: 5_000, traceparent: `00-${trace}-00f067aa0ba902b7-01` });
    const [id] = reply.ok ? accepted(reply.value) : [];
    if (id === undefined) throw new Error('not placed');
    const [row] = await reader.read('system', q => q.rows<{ traceparent: string }>({ text: 'SELECT traceparent FROM gpu_instance WHERE id = $1', values: [id] }));
    const provider = storeAs(db.url, 'provider');
    const told = await provider.read('system', q => q.rows<{ traceparent: string }>({ text: "SELECT traceparent FROM outbox WHERE object_id = $1 AND verb = 'created'", values: [id] })).finally(() => provider.close());
    expect([row?.traceparent, ...told.map(t => t.traceparent)].map(t => t?.split('-')[1])).toEqual([trace, trace]);
  });

  test('answers nobody while it does not lead', async () => {
    const s = await newSite(1, 1);
    expect(await order(s, createRequest(s))).toBe('NO_RESPONDERS');
  });
});

interface Running {
  readonly child: ChildProcess;
  readonly health: string;
}
const start = async (regions: string): Promise<Running> => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
    env: { ...process.env, DATABASE_URL: urlAs(db.url, 'allocator'), NATS_URL: NATS, CADASTRE_ENV: 'development', CADASTRE_REGIONS: regions, CADASTRE_HEALTH_PORT: '0', CADASTRE_LEASE_SECONDS: '2', CADASTRE_INVENTORY_SECONDS: '1' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  open.push({ close: () => kill(child, 'SIGKILL') });
  const said: string[] = [];
  const health = new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stderr }).on('line', line => {
      said.push(line);
      const url = /"url":"([^"]+)"/.exec(line)?.[1];
      if (url !== undefined) resolve(url);
    });
    child.once('exit', code => { reject(new Error(`exit ${String(code)}: ${said.join('\n')}`)); });
  });
  return { child, health: await health };
};
const kill = (child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> =>
  new Promise(resolve => {
    if (child.exitCode !== null || child.signalCode !== null) { resolve(child.exitCode); return; }
    child.once('exit', code => { resolve(code); });
    child.kill(signal);
  });
const ready = async (r: Running): Promise<{ ready: boolean; missing: Record<string, string> }> => (await fetch(new URL('/readyz', r.health))).json() as Promise<{ ready: boolean; missing: Record<string, string> }>;

describe('the process', () => {
  test('killed in the middle of a hundred orders and started again: every acknowledged order has its claim, and a repeated key gets its first answer', async () => {
    const s = await newSite(20, 8);
    const first = await start(s.code);
    await waitFor(async () => (await ready(first)).ready, { what: 'the first process to be ready' });
    const requests = Array.from({ length: 100 }, () => createRequest(s));
    const answers = new Map<AllocateRequest, AllocateReply>();
    const asking = requests.map(async request => {
      const reply = await order(s, request);
      if (typeof reply !== 'string') answers.set(request, reply);
    });
    await waitFor(() => answers.size > 0, { what: 'the first answer', everyMs: 1 });
    await kill(first.child, 'SIGKILL');
    const second = await start(s.code);
    await waitFor(async () => (await ready(second)).ready, { what: 'the second process to be ready' });
    await Promise.all(asking);
    const again = await Promise.all(requests.map(request => insisted(s, request)));
    expect(again.map(r => r.kind)).toEqual(requests.map(() => 'ACCEPTED'));
    requests.forEach((request, n) => {
      const before = answers.get(request);
      if (before !== undefined) expect(again[n]).toEqual(before);
    });
    const claims = (await entries(s)).filter(e => e.fact.kind === 'CLAIM');
    expect(claims).toHaveLength(100);
    const metrics = await (await fetch(new URL('/metrics', second.health))).text();
    expect(metrics).toContain(`cadastre_allocator_leader{region="${s.code}"} 1`);
    expect(await kill(second.child, 'SIGTERM')).toBe(0);
  });

  test('names in /readyz whom it waits for', async () => {
    const s = await newSite(1, 1);
    await leads(await allocator('another', [s.code]), s);
    const waiting = await start(s.code);
    expect(await waitFor(async () => (await ready(waiting)).missing['lease']?.includes('another'), { what: 'the sentence about the lease' })).toBe(true);
    expect(await kill(waiting.child, 'SIGTERM')).toBe(0);
  });
});
