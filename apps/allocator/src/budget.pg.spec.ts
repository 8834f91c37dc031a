import { describe, expect, test } from 'vitest';
import type { AllocateReply } from '@cadastre/domain/capacity';
import { PLAN_MINUTES } from '@cadastre/domain/plan';
import type { RegionLoop } from './loop.ts';
import type { ManualClock } from './testing/lab.ts';
import { ask, manualClock, openLab, planned, wordOf } from './testing/lab.ts';
import type { Site } from './testing/world.ts';
import { accepted, applyRequest, createRequest, freeRequest, planRequest, releaseRequest } from './testing/world.ts';

const lab = openLab();
const HOUR = 60;
const DAY = 24 * HOUR;

/** A tenant with 400 GPU-hours a year on a site of four machines: two machines for a day are 384. */
const granted = async (): Promise<{ s: Site; clock: ManualClock; loop: RegionLoop }> => {
  const s = await lab.site(1, 4);
  await lab.grant(s, [{ dimension: 'GPU_HOURS', perPeriod: 400, period: 'YEAR', carryOverPct: 0 }]);
  const clock = manualClock();
  return { s, clock, loop: await lab.lead(s, { clock }) };
};
const aDay = (s: Site, clock: ManualClock, count: number) => createRequest(s, { at: clock.now(), leaseEnd: clock.in(DAY), count });
const numbers = (reply: AllocateReply): unknown => (reply.kind === 'REFUSED' ? reply.verdict.reasons[0] : wordOf(reply));
const spent = async (s: Site): Promise<number> => (await lab.foldedSnapshot(s)).spent.reduce((n, r) => n + r.amount, 0);

describe('a budget', () => {
  test('pays orders, refuses with numbers what it cannot pay, and has back what a lease did not last', async () => {
    const { s, clock, loop } = await granted();
    const [id] = accepted(await ask(loop, aDay(s, clock, 2)));
    if (id === undefined) throw new Error('no instance');
    expect(await spent(s)).toBe(384);
    expect(numbers(await ask(loop, aDay(s, clock, 1)))).toMatchObject({ reason: 'WAITING_FOR_QUOTA', params: { dimension: 'GPU_HOURS', asked: 192, available: 16, until: expect.stringMatching(/-01-01T/) as string } });
    expect(numbers(await ask(loop, aDay(s, clock, 3)))).toMatchObject({ reason: 'EXCEEDS_MAX_QUOTA', params: { asked: 576, max: 400 } });
    clock.pass(HOUR);
    accepted(await ask(loop, releaseRequest(s, id)));
    accepted(await ask(loop, freeRequest(id)));
    expect((await lab.ledgerOf(s)).at(-1)?.fact).toMatchObject({ kind: 'RELEASE', at: clock.now() });
    expect(await spent(s)).toBe(192 + 8);
    expect(wordOf(await ask(loop, aDay(s, clock, 1)))).toBe('ACCEPTED');
  });

  test('is held by a plan, once; and has it back when the plan expires', async () => {
    const { s, clock, loop } = await granted();
    const asked = { at: clock.now(), leaseEnd: clock.in(DAY), count: 2 };
    const planId = planned(await ask(loop, planRequest(s, asked)));
    expect(numbers(await ask(loop, aDay(s, clock, 1)))).toMatchObject({ reason: 'WAITING_FOR_QUOTA' });
    accepted(await ask(loop, applyRequest(s, planId)));
    expect(await spent(s)).toBe(384);

    const other = await granted();
    planned(await ask(other.loop, planRequest(other.s, asked)));
    expect(await spent(other.s)).toBe(384);
    other.clock.pass(PLAN_MINUTES);
    other.loop.lookAtInventory();
    expect(wordOf(await ask(other.loop, aDay(other.s, other.clock, 2)))).toBe('ACCEPTED');
    expect(await spent(other.s)).toBe(384);
  });
});
