import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { AllocateReply, AllocateRequest, LedgerEntry, PlacementRequest, Verdict } from '@cadastre/domain/capacity';
import { decide, emptyCapacity, fold, snapshot } from '@cadastre/domain/capacity';
import type { InstanceId, OrganisationId } from '@cadastre/domain/core';
import { systemClock } from '@cadastre/platform/clock';
import { createLogger, silentLogger } from '@cadastre/platform/log';
import * as instances from '@cadastre/store/instance';
import * as ledger from '@cadastre/store/ledger';
import { acquireLease, renewLease } from '@cadastre/store/lease';
import type { Lease } from '@cadastre/store/lease';
import type { Store } from '@cadastre/store/pool';
import { storeDatabase } from '@cadastre/store/testing';
import { waitFor } from '@cadastre/testing/wait';
import { RegionLoop } from './loop.ts';
import { lineTo } from './testing/mute.ts';
import type { Site } from './testing/world.ts';
import { IDLE_W, MAX_W, accepted, addMachine, buildSite, createRequest, freeRequest, ids, releaseRequest, setMachineState, storeAs } from './testing/world.ts';

// CADASTRE_SPEC_LOG=1 shows what the loop says while a test fails.
const log = process.env['CADASTRE_SPEC_LOG'] === undefined ? silentLogger() : createLogger({ process: 'allocator', version: '0' });
const CLAIM_W = MAX_W - IDLE_W;
const db = storeDatabase();
let reader: Store;
const running: { loop: RegionLoop; store: Store; done: Promise<unknown> }[] = [];
let sites = 0;

beforeAll(() => {
  reader = storeAs(db.url, 'allocator');
});
afterAll(async () => {
  await reader.close();
});
afterEach(async () => {
  for (const { loop, store, done } of running.splice(0)) {
    loop.stop();
    await done;
    await store.close();
  }
});

const newSite = (racks: number, perRack: number, maxPowerW?: number): Promise<Site> =>
  buildSite(db.url, { code: `r${String(++sites)}`, racks, perRack, ...(maxPowerW === undefined ? {} : { maxPowerW }) });

const leaseOf = async (s: Site, holder: string): Promise<Lease> => {
  const lease = await acquireLease(reader, { regionId: s.regionId, holder, ttlMs: 60_000 });
  if (!lease.ok) throw new Error(`the lease is held by ${lease.error.holder}`);
  return lease.value;
};

/** A loop that leads, without NATS around it. */
const lead = async (s: Site, more: { readonly url?: string; readonly lease?: Lease; readonly onStatement?: (q: { text: string; pid: number }) => void | Promise<void> } = {}): Promise<RegionLoop> => {
  const store = storeAs(more.url ?? db.url, 'allocator', more.onStatement === undefined ? {} : { onStatement: more.onStatement });
  const loop = new RegionLoop({ store, region: { id: s.regionId, code: s.code }, lease: more.lease ?? (await leaseOf(s, 'spec')), ids, clock: systemClock, log, host: 'spec', version: '0' });
  const done = loop.run();
  running.push({ loop, store, done });
  expect(await loop.ready).toBe(true);
  return loop;
};
const ask = (loop: RegionLoop, request: AllocateRequest): Promise<AllocateReply> => loop.submit(request, undefined);

const ledgerOf = (s: Site): Promise<readonly LedgerEntry[]> => reader.read('system', q => ledger.after(q, s.regionId, 0));
const claims = async (s: Site): Promise<number> => (await ledgerOf(s)).filter(e => e.fact.kind === 'CLAIM').length;
const instance = (id: InstanceId) => reader.read('system', q => instances.get(q, id));
const count = async (tenant: OrganisationId, table: 'gpu_instance' | 'audit_event' | 'placement_decision' | 'idempotency_record' | 'outbox', where = 'true'): Promise<number> => {
  const own = storeAs(db.url, 'tenant');
  try {
    return (await own.read({ tenant }, q => q.rows<{ n: number }>({ text: `SELECT count(*) AS n FROM ${table} WHERE ${where}` })))[0]?.n ?? -1;
  } finally {
    await own.close();
  }
};
const folded = async (s: Site): Promise<ReturnType<typeof snapshot>> => {
  const state = emptyCapacity();
  for (const entry of await ledgerOf(s)) expect(fold(state, entry).ok).toBe(true);
  return snapshot(state);
};
const used = async (s: Site): Promise<readonly { gpus: number; watts: number }[]> =>
  reader.read('system', q => q.rows({ text: 'SELECT gpus_allocated AS gpus, reserved_w AS watts FROM machine_capacity WHERE region_id = $1 ORDER BY machine_id', values: [s.regionId] }));

describe('an order', () => {
  test('is answered after instance, claim, decision, audit event, outbox row and key are written together', async () => {
    const s = await newSite(1, 2);
    const loop = await lead(s);
    const request = createRequest(s, { count: 2, name: 'train' });
    const reply = await ask(loop, request);
    const [first, second] = accepted(reply);
    expect(await Promise.all([first, second].map(async id => (id === undefined ? undefined : (await instance(id))?.name)))).toEqual(['train-1', 'train-2']);
    expect(first === undefined ? undefined : await instance(first)).toMatchObject({ status: 'PENDING', desired: 'RUNNING', reservedW: CLAIM_W, gpus: 8, machineId: s.machineIds[0], conditions: [{ type: 'Placed', status: 'True' }] });
    expect(await used(s)).toEqual([{ gpus: 8, watts: CLAIM_W }, { gpus: 8, watts: CLAIM_W }]);
    expect(await count(s.tenantId, 'audit_event', "type = 'compute.instance.create' AND outcome = 'success'")).toBe(2);
    expect(await count(s.tenantId, 'outbox', "noun = 'instance' AND verb = 'created'")).toBe(2);
    expect(await count(s.tenantId, 'placement_decision')).toBe(1);
    expect(reply).toMatchObject({ kind: 'ACCEPTED', auditId: expect.stringMatching(/^audit_/) as string, decisionId: expect.stringMatching(/^decision_/) as string });
  });

  test('of one machine has the name as it was asked', async () => {
    const s = await newSite(1, 1);
    const [id] = accepted(await ask(await lead(s), createRequest(s, { name: 'solo' })));
    expect(id === undefined ? undefined : (await instance(id))?.name).toBe('solo');
  });

  test('that is refused for power says so with numbers, is kept, audited, and replayed for the same key', async () => {
    const s = await newSite(1, 3, 3 * IDLE_W + CLAIM_W + 1_900);
    const loop = await lead(s);
    accepted(await ask(loop, createRequest(s)));
    const request = createRequest(s);
    const reply = await ask(loop, request);
    expect(reply).toMatchObject({ kind: 'REFUSED', verdict: { wouldFit: 0, reasons: [{ reason: 'RACK_POWER', params: { askedW: CLAIM_W, freeW: 1_900, limitW: 11_700, racks: 1, freeMachines: 2 } }] } });
    expect(await ask(loop, request)).toEqual(reply);
    expect(await count(s.tenantId, 'placement_decision', "verdict->>'outcome' = 'REFUSED'")).toBe(1);
    expect(await count(s.tenantId, 'audit_event', "type = 'compute.instance.create' AND phase = 'denied' AND outcome = 'denied'")).toBe(1);
    expect(await claims(s)).toBe(1);
  });

  test('with a name that lives already is refused alone; the others of its batch are not', async () => {
    const s = await newSite(1, 4);
    const loop = await lead(s);
    accepted(await ask(loop, createRequest(s, { name: 'taken' })));
    const replies = await Promise.all([createRequest(s, { name: 'a' }), createRequest(s, { name: 'taken' }), createRequest(s, { name: 'b' }), createRequest(s, { name: 'b' })].map(r => ask(loop, r)));
    expect(replies.map(r => (r.kind === 'PROBLEM' ? r.problem.code : r.kind))).toEqual(['ACCEPTED', 'ALREADY_EXISTS', 'ACCEPTED', 'ALREADY_EXISTS']);
    expect(await claims(s)).toBe(3);
    expect(loop.ledgerIndex).toBe((await folded(s)).index);
  });

  test('for a project that does not exist is refused alone', async () => {
    const s = await newSite(1, 3);
    const loop = await lead(s);
    const replies = await Promise.all([createRequest(s), createRequest(s, { projectId: ids.next('project') }), createRequest(s)].map(r => ask(loop, r)));
    expect(replies.map(r => (r.kind === 'PROBLEM' ? r.problem.code : r.kind))).toEqual(['ACCEPTED', 'NOT_FOUND', 'ACCEPTED']);
    expect(await claims(s)).toBe(2);
  });

  test('that a CHECK of the database forbids is found among the others and refused alone', async () => {
    const s = await newSite(1, 5);
    const loop = await lead(s);
    const replies = await Promise.all([{}, {}, { sshKeys: [] }, {}, {}].map(more => ask(loop, createRequest(s, more))));
    expect(replies.map(r => (r.kind === 'PROBLEM' ? r.problem.code : r.kind))).toEqual(['ACCEPTED', 'ACCEPTED', 'BAD_FORMAT', 'ACCEPTED', 'ACCEPTED']);
    expect(await claims(s)).toBe(4);
    expect(loop.ledgerIndex).toBe((await folded(s)).index);
  });
});

describe('a key', () => {
  test('used fifty times in parallel makes one instance and one answer, and again later', async () => {
    const s = await newSite(1, 8);
    const loop = await lead(s);
    const request = createRequest(s);
    // Not all at once: some come while the first batch is being written, some after it.
    const first = Array.from({ length: 20 }, () => ask(loop, request));
    const later = waitFor(async () => (await claims(s)) > 0, { what: 'the first claim' }).then(() => Array.from({ length: 30 }, () => ask(loop, request)));
    const replies = [...(await Promise.all(first)), ...(await Promise.all(await later)), await ask(loop, request)];
    expect(new Set(replies.map(r => JSON.stringify(Object.entries(r).sort()))).size).toBe(1);
    expect(await count(s.tenantId, 'gpu_instance')).toBe(1);
    expect(await count(s.tenantId, 'audit_event', "type = 'compute.instance.create'")).toBe(1);
  });

  test('used again with another body is a conflict, in the same batch and afterwards', async () => {
    const s = await newSite(1, 4);
    const loop = await lead(s);
    const replies = await Promise.all([ask(loop, createRequest(s, { count: 1 }, 'same')), ask(loop, createRequest(s, { count: 2 }, 'same'))]);
    expect(replies.map(r => (r.kind === 'PROBLEM' ? r.problem.code : r.kind))).toEqual(['ACCEPTED', 'IDEMPOTENCY_CONFLICT']);
    expect(await ask(loop, createRequest(s, { count: 3 }, 'same'))).toMatchObject({ kind: 'PROBLEM', problem: { code: 'IDEMPOTENCY_CONFLICT' } });
    expect(await claims(s)).toBe(1);
  });
});

describe('giving back', () => {
  test('keeps the GPUs until the pod is gone, then frees them once', async () => {
    const s = await newSite(1, 1);
    const loop = await lead(s);
    const [id] = accepted(await ask(loop, createRequest(s)));
    if (id === undefined) throw new Error('no instance');
    expect(await ask(loop, freeRequest(id))).toMatchObject({ kind: 'PROBLEM', problem: { code: 'WRONG_STATE' } });
    accepted(await ask(loop, releaseRequest(s, id)));
    expect(await instance(id)).toMatchObject({ desired: 'RELEASED', status: 'TERMINATING', generation: 2 });
    expect(await ask(loop, createRequest(s))).toMatchObject({ kind: 'REFUSED', verdict: { reasons: [{ reason: 'NO_CAPACITY' }] } });
    expect(await ask(loop, releaseRequest(s, id))).toMatchObject({ kind: 'PROBLEM', problem: { code: 'WRONG_STATE' } });
    const replies = await Promise.all(Array.from({ length: 5 }, () => ask(loop, freeRequest(id))));
    for (const r of [...replies, await ask(loop, freeRequest(id))]) expect(accepted(r)).toEqual([id]);
    expect(await instance(id)).toMatchObject({ status: 'RELEASED' });
    expect((await ledgerOf(s)).filter(e => e.fact.kind === 'RELEASE')).toHaveLength(1);
    expect(await used(s)).toEqual([{ gpus: 0, watts: 0 }]);
    accepted(await ask(loop, createRequest(s)));
    expect(await count(s.tenantId, 'audit_event', "type = 'compute.instance.release' AND outcome = 'success'")).toBe(2);
  });

  test('and freeing in one batch are done one after the other', async () => {
    const s = await newSite(1, 1);
    const loop = await lead(s);
    const [id] = accepted(await ask(loop, createRequest(s)));
    if (id === undefined) throw new Error('no instance');
    for (const r of await Promise.all([ask(loop, releaseRequest(s, id)), ask(loop, freeRequest(id))])) expect(accepted(r)).toEqual([id]);
    expect(await instance(id)).toMatchObject({ status: 'RELEASED' });
    expect(await used(s)).toEqual([{ gpus: 0, watts: 0 }]);
  });

  test("of another tenant's instance looks like one that does not exist", async () => {
    const [s, other] = [await newSite(1, 1), await newSite(1, 1)];
    const loop = await lead(s);
    const [id] = accepted(await ask(loop, createRequest(s)));
    if (id === undefined) throw new Error('no instance');
    const foreign = await ask(loop, { ...releaseRequest(s, id), tenantId: other.tenantId });
    expect(foreign).toEqual(await ask(loop, { ...releaseRequest(s, ids.next('instance')), tenantId: other.tenantId, instanceId: id }));
    expect(foreign).toMatchObject({ kind: 'PROBLEM', problem: { code: 'NOT_FOUND' } });
  });
});

describe('the fence', () => {
  test('another allocator took the region over: the first writes nothing, answers retryable, and ends', async () => {
    const s = await newSite(1, 4);
    const first = await lead(s, { lease: await leaseOf(s, 'one') });
    accepted(await ask(first, createRequest(s)));
    const held = await leaseOf(s, 'one');
    expect((await renewLease(reader, held, 1)).ok).toBe(true);
    const second = await lead(s, { lease: await waitFor(async () => leaseOf(s, 'two'), { what: 'the lease to run out' }) });
    const before = await ledgerOf(s);
    expect(await ask(first, createRequest(s))).toMatchObject({ kind: 'PROBLEM', problem: { code: 'REGION_UNAVAILABLE', retryable: true } });
    expect(await ledgerOf(s)).toEqual(before);
    expect(first.ended).toBe('LOST');
    accepted(await ask(second, createRequest(s)));
    expect((await ledgerOf(s)).at(-1)?.epoch).toBe(held.epoch + 1);
  });
});

describe('a crash between decide and commit', () => {
  test('the connection is cut before the statement arrives: nothing is written, memory is as before, the retry is placed once', async () => {
    const s = await newSite(1, 2);
    let cut = false;
    const loop = await lead(s, {
      onStatement: q => {
        if (!cut || !q.text.includes('WITH lease AS')) return;
        cut = false;
        throw Object.assign(new Error('cut'), { code: 'ECONNRESET' });
      },
    });
    const request = createRequest(s, { count: 2 });
    cut = true;
    expect(await ask(loop, request)).toMatchObject({ kind: 'PROBLEM', problem: { code: 'REGION_UNAVAILABLE', retryable: true } });
    expect(await claims(s)).toBe(0);
    expect(accepted(await ask(loop, request))).toHaveLength(2);
    expect(await claims(s)).toBe(2);
    expect(loop.ledgerIndex).toBe((await folded(s)).index);
  });

  test('the answer to a commit that happened is lost: nobody is told "accepted", and the retry gets the first answer', async () => {
    const s = await newSite(1, 2);
    const line = await lineTo(db.url);
    let deaf = false;
    const loop = await lead(s, { url: line.url, onStatement: q => { if (deaf && q.text.includes('WITH lease AS')) line.mute(); } });
    const request = createRequest(s);
    deaf = true;
    const lost = ask(loop, request);
    await waitFor(async () => (await claims(s)) === 1, { what: 'the claim to be written' });
    deaf = false;
    line.reset();
    expect(await lost).toMatchObject({ kind: 'PROBLEM', problem: { code: 'REGION_UNAVAILABLE', retryable: true } });
    // As a client does: other connections of the pool broke too, and are found out one by one.
    const again = await waitFor(async () => {
      const reply = await ask(loop, request);
      return reply.kind === 'PROBLEM' && reply.problem.retryable ? undefined : reply;
    }, { what: 'a final answer' });
    expect(again).toMatchObject({ kind: 'ACCEPTED' });
    expect(await claims(s)).toBe(1);
    expect(loop.ledgerIndex).toBe((await folded(s)).index);
    await line.close();
  });

  test('a new leader folds to the same state, and goes on where the first stopped', async () => {
    const s = await newSite(2, 3);
    const first = await lead(s);
    const [one] = accepted(await ask(first, createRequest(s, { count: 4 })));
    if (one === undefined) throw new Error('no instance');
    accepted(await ask(first, releaseRequest(s, one)));
    accepted(await ask(first, freeRequest(one)));
    const { offers } = first.offers({ tenantClass: 'PUBLIC_BODY' });
    const second = await lead(s, { lease: await leaseOf(s, 'spec') });
    // Not the index: whoever takes over enters the mix of work that has become due.
    expect(second.offers({ tenantClass: 'PUBLIC_BODY' }).offers).toEqual(offers);
    expect(offers).toMatchObject([{ available: 3, free: 3, total: 6 }]);
    expect(accepted(await ask(second, createRequest(s, { count: 3 })))).toHaveLength(3);
  });

  test('a loop that lags behind the ledger reads on and decides again', async () => {
    const s = await newSite(1, 2);
    const lease = await leaseOf(s, 'spec');
    const [one, two] = [await lead(s, { lease }), await lead(s, { lease })];
    accepted(await ask(one, createRequest(s)));
    accepted(await ask(two, createRequest(s)));
    expect(await ask(one, createRequest(s))).toMatchObject({ kind: 'REFUSED', verdict: { reasons: [{ reason: 'NO_CAPACITY' }] } });
    expect(await used(s)).toEqual([{ gpus: 8, watts: CLAIM_W }, { gpus: 8, watts: CLAIM_W }]);
  });
});

describe('a group commit', () => {
  test('takes in callers that were there a moment ago and come back one after the other', async () => {
    const s = await newSite(2, 8);
    let commits = 0;
    const loop = await lead(s, { onStatement: q => { if (q.text.includes('INTO capacity_ledger')) commits += 1; } });
    const [rounds, before] = [6, commits];
    await Promise.all([ask(loop, createRequest(s)), ask(loop, createRequest(s))]);
    expect(commits - before).toBe(1);
    for (let n = 0; n < rounds; n++) {
      const first = ask(loop, createRequest(s));
      await new Promise(resolve => setImmediate(resolve));
      await Promise.all([first, ask(loop, createRequest(s))]).then(replies => replies.map(accepted));
    }
    // Without a wait there would be two in each round. Not all need to be one: this machine may have stood still between the two.
    expect(commits - before - 1).toBeLessThan(2 * rounds);
  });
});

describe('the inventory', () => {
  test('is not read again while none of its rows has changed', async () => {
    const s = await newSite(1, 2);
    let reads = 0;
    const loop = await lead(s, { onStatement: q => { if (/FROM machine t WHERE t.region_id = \$1 ORDER/.test(q.text)) reads += 1; } });
    const look = async (): Promise<number> => {
      loop.lookAtInventory();
      await ask(loop, createRequest(s));
      return reads;
    };
    const before = reads;
    expect([await look(), await look()]).toEqual([before, before]);
    await addMachine(db.url, s, 0, 'late');
    expect([await look(), await look()]).toEqual([before + 1, before + 1]);
  });

  test('a machine that is added can be ordered after the next look', async () => {
    const s = await newSite(1, 1);
    const loop = await lead(s);
    expect(await ask(loop, createRequest(s, { count: 2 }))).toMatchObject({ kind: 'REFUSED', verdict: { wouldFit: 1 } });
    await addMachine(db.url, s, 0, 'late');
    loop.lookAtInventory();
    expect(accepted(await ask(loop, createRequest(s, { count: 2 })))).toHaveLength(2);
    expect((await ledgerOf(s)).map(e => e.fact.kind)).toEqual(['SITE', 'HALL', 'PHASE', 'POOL', 'RACK', 'MACHINE', 'MACHINE', 'CLAIM', 'CLAIM']);
  });

  test('a machine that fails with its instance running lends its idle watts to nobody, and is back at once', async () => {
    // One idle machine's watts more would feed the second order.
    const s = await newSite(1, 2, 2 * IDLE_W + 2 * CLAIM_W - IDLE_W);
    const loop = await lead(s);
    const [id] = accepted(await ask(loop, createRequest(s)));
    const machineId = id === undefined ? undefined : (await instance(id))?.machineId;
    if (machineId === undefined) throw new Error('no instance');
    const states = async (): Promise<unknown> => (await ledgerOf(s)).map(e => e.fact).filter(f => f.kind === 'MACHINE' && f.machineId === machineId).map(f => f.kind === 'MACHINE' && f.state);
    const drawn = async (): Promise<unknown> => [
      await reader.read('system', q => q.rows({ text: 'SELECT used_w AS watts FROM rack_capacity WHERE region_id = $1', values: [s.regionId] })), (await folded(s)).racks.map(r => (r.fact?.maxPowerW ?? 0) - r.usedW),
    ];
    const before = await drawn();
    for (const [state, generation] of [['REPAIRING', 1], ['ALLOCATED', 2]] as const) {
      await setMachineState(db.url, machineId, state, generation);
      loop.lookAtInventory();
      expect(await ask(loop, createRequest(s))).toMatchObject({ kind: 'REFUSED', verdict: { reasons: expect.arrayContaining([expect.objectContaining({ reason: 'RACK_POWER' })]) as unknown } });
      expect(await drawn()).toEqual(before);
    }
    expect(await states()).toEqual(['ENERGISED', 'FAILED', 'ENERGISED']);
  });

  test('many orders at once fill the site to its last machine, and not beyond', async () => {
    const s = await newSite(10, 8);
    const loop = await lead(s);
    const replies = await Promise.all(Array.from({ length: 100 }, () => ask(loop, createRequest(s))));
    expect(replies.filter(r => r.kind === 'ACCEPTED')).toHaveLength(80);
    expect(replies.filter(r => r.kind === 'REFUSED')).toHaveLength(20);
    expect(await used(s)).toEqual(Array.from({ length: 80 }, () => ({ gpus: 8, watts: CLAIM_W })));
    expect(loop.ledgerIndex).toBe((await folded(s)).index);
    // Each stored decision, decided again from the ledger up to its index, is the same.
    const decisions = await reader.read('system', q => q.rows<{ request: PlacementRequest; verdict: Verdict }>({ text: 'SELECT request, verdict FROM placement_decision WHERE region_id = $1', values: [s.regionId] }));
    const all = await ledgerOf(s);
    expect(decisions).toHaveLength(100);
    for (const { request, verdict } of decisions) {
      const then = emptyCapacity();
      for (const entry of all.slice(0, verdict.ledgerIndex)) fold(then, entry);
      expect(decide(then, request)).toEqual(verdict);
    }
  });
});
