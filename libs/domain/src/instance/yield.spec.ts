import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { InstanceId, MachineId, RackId } from '../core/index.ts';
import type { MixingPolicy, SharedSite, Training } from './mixing.ts';
import { tradeOf } from './mixing.ts';
import type { Interruptible, Shortage, YieldPolicy } from './yield.ts';
import { planYield } from './yield.ts';

const RUNS = { numRuns: Number(process.env['CADASTRE_PROPERTY_RUNS'] ?? 500) };
const at = (minute: number): string => `2026-11-24T10:${String(minute).padStart(2, '0')}:00.000Z`;
/** `minute`: when it began. */
const job = (name: string, minute: number, gpus: number, over: { readonly m?: string; readonly r?: string; readonly watts?: number; readonly borrowed?: boolean } = {}): Interruptible => ({
  instanceId: name as InstanceId, machineId: (over.m ?? 'm1') as MachineId, rackId: (over.r ?? 'r1') as RackId, gpus, watts: over.watts ?? gpus * 1_000, createdAt: at(minute), borrowed: over.borrowed ?? false,
});
const machine = (id: string, gpus: number, watts = 0): Shortage => ({ scope: 'MACHINE', id, gpus, watts });
const rack = (id: string, watts: number): Shortage => ({ scope: 'RACK', id, gpus: 0, watts });
const recent: YieldPolicy = { noticeSeconds: 120, order: 'MOST_RECENT_FIRST' };
const borrowed: YieldPolicy = { noticeSeconds: 300, order: 'BORROWED_FIRST' };
const said = (alternatives: readonly (readonly Shortage[])[], running: readonly Interruptible[], policy = recent): readonly string[] => {
  const plan = planYield(alternatives, running, policy);
  return plan.outcome === 'YIELDS'
    ? [`place ${String(plan.alternative)}`, ...plan.yielding.map(y => `${y.instanceId} ${y.because} in ${String(y.noticeSeconds)}s for ${y.at.map(a => a.id).join('+')}`)]
    : ['not enough', ...plan.missing.map(s => `${s.id} ${String(s.gpus)} GPUs ${String(s.watts)} W`)];
};

describe('who gives way', () => {
  it.each([
    { reason: 'nobody when nothing is missing', got: said([[machine('m1', 0)]], [job('a', 1, 4)]), is: ['place 0'] },
    { reason: 'the most recent first', got: said([[machine('m1', 2)]], [job('old', 1, 2), job('new', 2, 2)]), is: ['place 0', 'new MOST_RECENT in 120s for m1'] },
    { reason: 'as many as it takes', got: said([[machine('m1', 3)]], [job('a', 1, 2), job('b', 2, 2), job('c', 3, 2)]), is: ['place 0', 'c MOST_RECENT in 120s for m1', 'b MOST_RECENT in 120s for m1'] },
    { reason: 'not those whom a later and bigger one made unnecessary', got: said([[machine('m1', 8)]], [job('big', 1, 8), job('b', 2, 1), job('c', 3, 1)]), is: ['place 0', 'big MOST_RECENT in 120s for m1'] },
    { reason: 'nobody elsewhere', got: said([[machine('m1', 2)]], [job('here', 1, 2), job('there', 9, 2, { m: 'm2' })]), is: ['place 0', 'here MOST_RECENT in 120s for m1'] },
    { reason: 'for watts of a rack, whatever the machine', got: said([[rack('r1', 1_500)]], [job('a', 1, 1, { m: 'm1', watts: 2_000 }), job('b', 2, 1, { m: 'm2', watts: 500 })]), is: ['place 0', 'a MOST_RECENT in 120s for r1'] },
    { reason: 'one who helps in two places spares another', got: said([[machine('m1', 2), rack('r1', 2_000)]], [job('both', 1, 2), job('rackmate', 2, 2, { m: 'm2' })]), is: ['place 0', 'both MOST_RECENT in 120s for m1+r1'] },
    { reason: 'where it costs the fewest GPUs', got: said([[machine('m1', 2)], [machine('m2', 2)]], [job('eight', 9, 8), job('two', 1, 2, { m: 'm2' })]), is: ['place 1', 'two MOST_RECENT in 120s for m2'] },
    { reason: 'at the first of two places that cost the same', got: said([[machine('m2', 2)], [machine('m1', 2)]], [job('a', 1, 2), job('b', 2, 2, { m: 'm2' })]), is: ['place 0', 'b MOST_RECENT in 120s for m2'] },
    { reason: 'before the recent, whoever runs on lent quota', got: said([[machine('m1', 2)]], [job('lent', 1, 2, { borrowed: true }), job('own', 9, 2)], borrowed), is: ['place 0', 'lent RUNS_ON_LENT_QUOTA in 300s for m1'] },
    { reason: 'a policy that does not ask for that takes the recent', got: said([[machine('m1', 2)]], [job('lent', 1, 2, { borrowed: true }), job('own', 9, 2)]), is: ['place 0', 'own MOST_RECENT in 120s for m1'] },
    { reason: 'nobody when all together are not enough: nobody is disturbed for nothing', got: said([[machine('m1', 9)], [machine('m1', 5)]], [job('a', 1, 4)]), is: ['not enough', 'm1 1 GPUs 0 W'] },
    { reason: 'nobody where no place is proposed', got: said([], [job('a', 1, 4)]), is: ['not enough'] },
  ])('$reason', ({ got, is }) => { expect(got).toEqual(is); });
});

const world = fc.record({
  jobs: fc.array(fc.record({ minute: fc.nat(59), gpus: fc.integer({ min: 1, max: 8 }), m: fc.constantFrom('m1', 'm2', 'm3'), watts: fc.integer({ min: 0, max: 9 }), borrowed: fc.boolean() }), { maxLength: 10 })
    .map(list => list.map((j, n) => job(`i${String(n)}`, j.minute, j.gpus, { m: j.m, r: j.m === 'm3' ? 'r2' : 'r1', watts: j.watts * 500, borrowed: j.borrowed }))),
  alternatives: fc.array(fc.array(fc.oneof(
    fc.record({ m: fc.constantFrom('m1', 'm2', 'm3'), gpus: fc.nat(10), watts: fc.nat(4_000) }).map(x => machine(x.m, x.gpus, x.watts)), fc.record({ r: fc.constantFrom('r1', 'r2'), watts: fc.nat(9_000) }).map(x => rack(x.r, x.watts)),
  ), { maxLength: 3 }), { minLength: 1, maxLength: 3 }),
  policy: fc.constantFrom(recent, borrowed),
});
const isCovered = (missing: readonly Shortage[], gone: readonly Interruptible[]): boolean => missing.every(s => {
  const here = gone.filter(i => i.machineId === s.id || i.rackId === s.id);
  return here.reduce((n, i) => n + i.gpus, 0) >= s.gpus && here.reduce((n, i) => n + i.watts, 0) >= s.watts;
});

describe('whatever runs and whatever is missing', () => {
  test('what gives way is enough, and without any one of them it would not be', () => {
    fc.assert(fc.property(world, ({ jobs, alternatives, policy }) => {
      const plan = planYield(alternatives, jobs, policy);
      if (plan.outcome === 'NOT_ENOUGH') {
        for (const missing of alternatives) expect(isCovered(missing, jobs)).toBe(false);
        return;
      }
      const missing = alternatives[plan.alternative] ?? [];
      const gone = jobs.filter(j => plan.yielding.some(y => y.instanceId === j.instanceId));
      expect([gone.length, isCovered(missing, gone)]).toEqual([plan.yielding.length, true]);
      for (const one of gone) expect(isCovered(missing, gone.filter(g => g !== one))).toBe(false);
    }), RUNS);
  });

  test('the order in which instances are listed does not matter', () => {
    fc.assert(fc.property(world, ({ jobs, alternatives, policy }) => { expect(planYield(alternatives, jobs.toReversed(), policy)).toEqual(planYield(alternatives, jobs, policy)); }), RUNS);
  });
});

describe('training and inference share a site by a written policy', () => {
  const train = (name: string, minute: number, gpus: number, checkpointSeconds = 60): Training => ({ ...job(name, minute, gpus), sinceCheckpointSeconds: 1_800, checkpointSeconds });
  const site: SharedSite = { gpus: 100, freeGpus: 4, inferenceGpus: 20, inferenceAsks: 0, training: [train('nightly', 1, 32), train('sweep', 5, 8), train('probe', 9, 4)], slotMilliGpu: 250 };
  const policy: MixingPolicy = { ...recent, inferenceFloorPct: 40 };
  const trade = (over: Partial<SharedSite>, by: Partial<MixingPolicy> = {}): string => {
    const t = tradeOf({ ...policy, ...by }, { ...site, ...over });
    return `free ${String(t.fromFree)}, training ${String(t.fromTraining)} (${t.yielding.map(y => y.instanceId).join(' ')}), +${String(t.slotsGained)} slots, lost ${String(t.lostGpuSeconds)} GPU s, paused ${String(t.pausedGpus)}, beyond ${String(t.freedBeyond)}, unmet ${String(t.unmet)} ${t.unmetBecause}`;
  };
  it.each([
    { reason: 'nothing is asked: nothing moves', got: trade({}), is: 'free 0, training 0 (), +0 slots, lost 0 GPU s, paused 0, beyond 0, unmet 0 NOTHING_UNMET' },
    { reason: 'free GPUs are enough', got: trade({ inferenceAsks: 3 }), is: 'free 3, training 0 (), +12 slots, lost 0 GPU s, paused 0, beyond 0, unmet 0 NOTHING_UNMET' },
    { reason: 'the most recent job gives way, with time to write down where it stands', got: trade({ inferenceAsks: 8 }), is: 'free 4, training 4 (probe), +32 slots, lost 0 GPU s, paused 4, beyond 0, unmet 0 NOTHING_UNMET' },
    { reason: 'without that time half an hour and the notice are done again', got: trade({ inferenceAsks: 8, training: [train('probe', 9, 4, 600)] }), is: 'free 4, training 4 (probe), +32 slots, lost 7680 GPU s, paused 4, beyond 0, unmet 0 NOTHING_UNMET' },
    { reason: 'a job gives all its GPUs or none', got: trade({ inferenceAsks: 9 }), is: 'free 4, training 5 (sweep), +36 slots, lost 0 GPU s, paused 8, beyond 3, unmet 0 NOTHING_UNMET' },
    { reason: 'the floor is where training stops giving way', got: trade({ inferenceAsks: 50 }), is: 'free 4, training 16 (nightly), +80 slots, lost 0 GPU s, paused 32, beyond 16, unmet 30 FLOOR_REACHED' },
    { reason: 'a floor of nothing protects all training, but idle GPUs are used', got: trade({ inferenceAsks: 50 }, { inferenceFloorPct: 0 }), is: 'free 4, training 0 (), +16 slots, lost 0 GPU s, paused 0, beyond 0, unmet 46 FLOOR_REACHED' },
    { reason: 'training that is not interruptible is not in the list, and never gives way', got: trade({ inferenceAsks: 20, training: [train('probe', 9, 4)] }), is: 'free 4, training 4 (probe), +32 slots, lost 0 GPU s, paused 4, beyond 0, unmet 12 NO_MORE_INTERRUPTIBLE_TRAINING' },
  ])('$reason', ({ got, is }) => { expect(got).toBe(is); });
});
