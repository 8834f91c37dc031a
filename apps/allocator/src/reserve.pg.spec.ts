import { describe, expect, test } from 'vitest';
import { decide } from '@cadastre/domain/capacity';
import type { Verdict } from '@cadastre/domain/capacity';
import type { Instant, MachineId } from '@cadastre/domain/core';
import type { RegionLoop } from './loop.ts';
import type { ManualClock } from './testing/lab.ts';
import { ask, manualClock, openLab, reservedBy, wordOf } from './testing/lab.ts';
import type { Site } from './testing/world.ts';
import { accepted, cancelRequest, createRequest, guestAt, ids, releaseRequest, freeRequest, reserveRequest } from './testing/world.ts';

const lab = openLab();
const available = (loop: RegionLoop): number | undefined => loop.offers({ tenantClass: 'PUBLIC_BODY' }).offers[0]?.available;
const guest = async (s: Site): Promise<Site> => guestAt(s, await lab.site(1, 1));
const machinesOf = async (s: Site): Promise<readonly MachineId[]> =>
  (await lab.rows<{ machine: MachineId }>("SELECT machine_id AS machine FROM gpu_instance WHERE region_id = $1 AND status <> 'RELEASED'", [s.regionId])).map(r => r.machine);

const HOUR = 60;
const DAY = 24 * HOUR;
/** A site of three machines, two of them reserved from tomorrow for two days. */
const reservedSite = async (): Promise<{ s: Site; clock: ManualClock; loop: RegionLoop; from: Instant; to: Instant; reservationId: ReturnType<typeof reservedBy>; pinned: readonly MachineId[] }> => {
  const s = await lab.site(1, 3);
  const clock = manualClock();
  const loop = await lab.lead(s, { clock });
  const [from, to] = [clock.in(DAY), clock.in(3 * DAY)];
  const reservationId = reservedBy(await ask(loop, reserveRequest(s, { machines: 2, from, to })));
  const pinned = (await lab.ledgerOf(s)).flatMap(e => (e.fact.kind === 'RESERVE' ? [e.fact.machineId] : []));
  return { s, clock, loop, from, to, reservationId, pinned };
};

describe('a reservation', () => {
  test('pins machines in the ledger, with its row and its decision', async () => {
    const { s, from, to, reservationId, pinned } = await reservedSite();
    expect(new Set(pinned).size).toBe(2);
    const [row] = await lab.rows<{ decision: string }>('SELECT state, machines, machine_ids AS pinned, decision_id AS decision FROM reservation WHERE id = $1', [reservationId]);
    expect(row).toMatchObject({ state: 'SCHEDULED', machines: 2, pinned });
    expect((await lab.ledgerOf(s)).flatMap(e => (e.fact.kind === 'RESERVE' ? [e.fact] : [])).map(f => [f.from, f.to, f.gpus, f.tenantId])).toEqual([[from, to, 8, s.tenantId], [from, to, 8, s.tenantId]]);
    expect(await lab.tenantRows(s, 'SELECT 1 FROM placement_decision WHERE id = $1', [row?.decision])).toHaveLength(1);
    expect(await lab.tenantRows(s, "SELECT 1 FROM outbox WHERE object_id = $1 AND verb = 'created'", [reservationId])).toHaveLength(1);
  });

  test.each([
    { reason: 'an order that ends as it begins', order: (r: { from: Instant; to: Instant }) => ({ count: 3, leaseEnd: r.from }), said: 'ACCEPTED' },
    { reason: 'an order that still runs then, beside it', order: () => ({ count: 1 }), said: 'ACCEPTED' },
    { reason: 'an order that still runs then, and needs its machines', order: () => ({ count: 2 }), said: 'RESERVED_FOR_OTHERS' },
    { reason: 'an order of its own tenant that does not name it', order: () => ({ count: 2, own: true }), said: 'RESERVED_FOR_OTHERS' },
  ])('stands in the way of what overlaps it: $reason', async ({ order, said }) => {
    const { s, clock, loop, from, to } = await reservedSite();
    const { own, ...more } = { own: false, leaseEnd: to, ...order({ from, to }) };
    const reply = await ask(loop, createRequest(own ? s : await guest(s), { at: clock.now(), ...more }));
    expect(reply.kind === 'REFUSED' ? reply.verdict.reasons[0]?.reason : wordOf(reply)).toBe(said);
  });

  test('in force, serves the orders that name it, on its machines, and no more of them than it has', async () => {
    const { s, clock, loop, to, reservationId, pinned } = await reservedSite();
    clock.pass(DAY);
    const drawn = { at: clock.now(), leaseEnd: to, reservationId };
    accepted(await ask(loop, createRequest(s, { ...drawn, count: 2 })));
    expect((await machinesOf(s)).toSorted()).toEqual(pinned.toSorted());
    expect(wordOf(await ask(loop, createRequest(s, drawn)))).toBe('REFUSED');
    expect(wordOf(await ask(loop, createRequest(await guest(s), { ...drawn })))).toBe('REFUSED');
    expect(available(loop)).toBe(1);
  });

  test('that cannot be had is refused with what could, and the decision is kept', async () => {
    const s = await lab.site(1, 2);
    const clock = manualClock();
    const loop = await lab.lead(s, { clock });
    const reply = await ask(loop, reserveRequest(s, { machines: 3, from: clock.in(DAY), to: clock.in(2 * DAY) }));
    expect(reply).toMatchObject({ kind: 'REFUSED', verdict: { wouldFit: 2, counterfactuals: [{ change: 'FEWER', count: 2 }] } });
    expect(reply.kind === 'REFUSED' ? await lab.verdict(reply.decisionId) : undefined).toEqual(reply.kind === 'REFUSED' ? reply.verdict : {});
    expect(await lab.kinds(s)).not.toContain('RESERVE');
  });

  test('given back frees its machines once; a second time and a foreign one are refused', async () => {
    const { s, clock, loop, to, reservationId } = await reservedSite();
    expect(wordOf(await ask(loop, cancelRequest(await guest(s), reservationId)))).toBe('NOT_FOUND');
    expect((await Promise.all([ask(loop, cancelRequest(s, reservationId)), ask(loop, cancelRequest(s, reservationId))])).map(wordOf)).toEqual(['RESERVATION_CANCELLED', 'WRONG_STATE']);
    expect((await lab.kinds(s)).filter(k => k === 'UNRESERVE')).toHaveLength(1);
    expect(wordOf(await ask(loop, createRequest(await guest(s), { at: clock.now(), count: 3, leaseEnd: to })))).toBe('ACCEPTED');
  });

  test('that is over is given back without being asked; what was drawn from it keeps its machine until its pod is gone', async () => {
    const { s, clock, loop, reservationId } = await reservedSite();
    clock.pass(DAY);
    accepted(await ask(loop, createRequest(s, { at: clock.now(), leaseEnd: clock.in(2 * DAY), reservationId, count: 1 })));
    clock.pass(2 * DAY);
    loop.lookAtInventory();
    expect(accepted(await ask(loop, createRequest(await guest(s), { at: clock.now(), leaseEnd: clock.in(DAY), count: 2 })))).toHaveLength(2);
    expect(wordOf(await ask(loop, createRequest(await guest(s), { at: clock.now(), leaseEnd: clock.in(DAY) })))).toBe('REFUSED');
    expect(await lab.kinds(s)).toContain('UNRESERVE');
    expect(await lab.tenantRows(s, "SELECT 1 FROM audit_event WHERE type = 'compute.reservation.end' AND target_id = $1", [reservationId])).toHaveLength(1);
  });

  test('of a batch whose lease is lost leaves nothing in memory or in the ledger', async () => {
    const s = await lab.site(1, 2);
    const clock = manualClock();
    let cut = false;
    const loop = await lab.lead(s, {
      clock,
      onStatement: q => {
        if (!cut || !q.text.includes('WITH lease AS')) return;
        cut = false;
        throw Object.assign(new Error('cut'), { code: 'ECONNRESET' });
      },
    });
    const request = reserveRequest(s, { machines: 2, from: clock.in(DAY), to: clock.in(2 * DAY) });
    cut = true;
    expect(await ask(loop, request)).toMatchObject({ kind: 'PROBLEM', problem: { code: 'REGION_UNAVAILABLE', retryable: true } });
    expect(await lab.kinds(s)).not.toContain('RESERVE');
    expect(reservedBy(await ask(loop, request))).toMatch(/^reservation_/);
    expect((await lab.kinds(s)).filter(k => k === 'RESERVE')).toHaveLength(2);
  });
});

describe('the mix of work', () => {
  test('enters the ledger when it has changed, and whoever folds it judges alike', async () => {
    const s = await lab.site(1, 4);
    const loop = await lab.lead(s);
    const [id] = accepted(await ask(loop, createRequest(s, { gpusPerInstance: 2 })));
    // The first claim makes a kind known: entered before anything else is decided, without waiting for the timer.
    const reply = await ask(loop, createRequest(s, { gpusPerInstance: 1 }));
    if (reply.kind !== 'ACCEPTED' || reply.decisionId === undefined || id === undefined) throw new Error('not placed');
    const kinds = await lab.kinds(s);
    expect(kinds.slice(kinds.indexOf('CLAIM'), kinds.indexOf('CLAIM') + 3)).toEqual(['CLAIM', 'MIX', 'CLAIM']);
    const verdict = await lab.verdict(reply.decisionId) as Extract<Verdict, { outcome: 'PLACED' }>;
    const [row] = await lab.tenantRows<{ request: Parameters<typeof decide>[1] }>(s, 'SELECT request FROM placement_decision WHERE id = $1', [reply.decisionId]);
    if (row === undefined) throw new Error('no decision');
    expect(decide(await lab.foldedState(s, verdict.ledgerIndex), row.request)).toEqual(verdict);
  });

  test('is not entered again while nothing new was asked for', async () => {
    const s = await lab.site(1, 4);
    const loop = await lab.lead(s);
    const mixes = async (): Promise<number> => (await lab.kinds(s)).filter(k => k === 'MIX').length;
    const counts: number[] = [];
    for (let n = 0; n < 3; n++) {
      const [id] = accepted(await ask(loop, createRequest(s)));
      if (id === undefined) throw new Error('no instance');
      accepted(await ask(loop, releaseRequest(s, id)));
      loop.lookAtInventory();
      accepted(await ask(loop, freeRequest(id)));
      counts.push(await mixes());
    }
    expect(counts).toEqual([1, 1, 1]);
    expect(wordOf(await ask(loop, freeRequest(ids.next('instance'))))).toBe('NOT_FOUND');
  });
});
