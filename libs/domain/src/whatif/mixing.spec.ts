import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { InstanceId } from '../core/index.ts';
import { inWords } from '../datacenter/site.fixture.ts';
import type { MixingPolicy, SharedSite, Training } from './mixing.ts';
import { mixingQuestion, mixingTrade } from './mixing.ts';

const RUNS = { numRuns: Number(process.env['CADASTRE_PROPERTY_RUNS'] ?? 500) };
const NOW = '2026-11-24T12:00:00.000Z';
/** `minutes`: how long it has run. */
const job = (name: string, minutes: number, gpus: number): Training => ({ instanceId: name as InstanceId, gpus, createdAt: new Date(Date.parse(NOW) - minutes * 60_000).toISOString() });
const policy: MixingPolicy = { inferenceFloorPct: 40, noticeSeconds: 120, checkpointSeconds: 60, checkpointEverySeconds: 1_800, slotMilliGpu: 250 };
const site: SharedSite = { gpus: 100, freeGpus: 4, inferenceGpus: 20, training: [job('probe', 10, 4), job('sweep', 60, 8), job('nightly', 600, 32)] };

describe('training and inference share a site by a written policy', () => {
  const trade = (by: Partial<MixingPolicy>, over: Partial<SharedSite> = {}): string => {
    const t = mixingTrade({ ...policy, ...by }, { ...site, ...over }, NOW);
    return `floor ${String(t.floorGpus)}: free ${String(t.fromFree)}, training ${String(t.fromTraining)} (${t.yielding.map(y => y.instanceId).join(' ')}), +${String(t.slotsGained)} slots, lost ${String(t.lostGpuSeconds)} GPU s, paused ${String(t.pausedGpus)}, beyond ${String(t.freedBeyond)}, unmet ${String(t.unmet)}`;
  };
  it.each([
    { reason: 'inference has its floor: nothing moves', got: trade({ inferenceFloorPct: 20 }), is: 'floor 20: free 0, training 0 (), +0 slots, lost 0 GPU s, paused 0, beyond 0, unmet 0' },
    { reason: 'inference has more than its floor: nothing moves back', got: trade({ inferenceFloorPct: 0 }), is: 'floor 0: free 0, training 0 (), +0 slots, lost 0 GPU s, paused 0, beyond 0, unmet 0' },
    { reason: 'free GPUs are enough', got: trade({ inferenceFloorPct: 23 }), is: 'floor 23: free 3, training 0 (), +12 slots, lost 0 GPU s, paused 0, beyond 0, unmet 0' },
    { reason: 'the most recent job gives way, with time to write down where it stands', got: trade({ inferenceFloorPct: 28 }), is: 'floor 28: free 4, training 4 (probe), +32 slots, lost 0 GPU s, paused 4, beyond 0, unmet 0' },
    { reason: 'without that time it loses what it has done since it began, and in the notice', got: trade({ inferenceFloorPct: 28, checkpointSeconds: 600 }), is: 'floor 28: free 4, training 4 (probe), +32 slots, lost 2880 GPU s, paused 4, beyond 0, unmet 0' },
    { reason: 'or since it last wrote, at most', got: trade({ inferenceFloorPct: 28, checkpointSeconds: 600 }, { training: [job('nightly', 600, 4)] }), is: 'floor 28: free 4, training 4 (nightly), +32 slots, lost 7680 GPU s, paused 4, beyond 0, unmet 0' },
    { reason: 'a job gives all its GPUs or none, and spares a smaller one', got: trade({ inferenceFloorPct: 29 }), is: 'floor 29: free 4, training 5 (sweep), +36 slots, lost 0 GPU s, paused 8, beyond 3, unmet 0' },
    { reason: 'a slot of two thirds of a GPU goes on one once', got: trade({ inferenceFloorPct: 23, slotMilliGpu: 667 }), is: 'floor 23: free 3, training 0 (), +3 slots, lost 0 GPU s, paused 0, beyond 0, unmet 0' },
    { reason: 'training that is not interruptible is not in the list, and never gives way', got: trade({}, { training: [job('probe', 9, 4)] }), is: 'floor 40: free 4, training 4 (probe), +32 slots, lost 0 GPU s, paused 4, beyond 0, unmet 12' },
  ])('$reason', ({ got, is }) => { expect(got).toBe(is); });

  it('all faults of a policy at once', () => {
    expect(inWords(mixingQuestion({ inferenceFloorPct: 101, noticeSeconds: -1, checkpointSeconds: 0.5, checkpointEverySeconds: 0, slotMilliGpu: 1_001 }))).toEqual([
      'ABOVE_MAXIMUM inferenceFloorPct value=101 limit=100', 'BELOW_MINIMUM noticeSeconds value=-1 limit=0', 'NOT_AN_INTEGER checkpointSeconds value=0.5', 'BELOW_MINIMUM checkpointEverySeconds value=0 limit=1', 'ABOVE_MAXIMUM slotMilliGpu value=1001 limit=1000',
    ]);
    expect(mixingQuestion(policy)).toEqual({ ok: true, value: policy });
  });
});

test('whatever runs, what gives way is enough, and without any one of them it would not be', () => {
  const jobs = fc.array(fc.integer({ min: 1, max: 16 }), { maxLength: 12 }).map(list => list.map((gpus, n) => job(`i${String(n)}`, n, gpus)));
  fc.assert(fc.property(jobs, fc.nat(20), fc.nat(100), fc.nat(100), (training, freeGpus, inferenceGpus, inferenceFloorPct) => {
    const t = mixingTrade({ ...policy, inferenceFloorPct }, { gpus: 100, freeGpus, inferenceGpus, training }, NOW);
    const due = Math.max(0, t.floorGpus - inferenceGpus - t.fromFree);
    expect([t.fromTraining + t.unmet, t.pausedGpus - t.freedBeyond]).toEqual([due, t.fromTraining]);
    if (t.unmet > 0) expect(t.yielding).toHaveLength(training.length);
    else for (const y of t.yielding) expect(t.pausedGpus - y.gpus).toBeLessThan(due);
  }), RUNS);
});
