import type { InstanceId } from '../core/index.ts';
import type { Interruptible, YieldPolicy, Yielding } from './yield.ts';
import { planYield } from './yield.ts';

/** How training and inference share a site: written down, so that both sides know what they can count on. */
export interface MixingPolicy extends YieldPolicy {
  /** Whole percent (0 to 100) of the site's GPUs, rounded down, that inference gets when it asks, at the expense of interruptible training and of nothing else. */
  readonly inferenceFloorPct: number;
}

/** An interruptible training job that runs. */
export interface Training extends Interruptible {
  /** Since it last wrote down where it stands, or began. */
  readonly sinceCheckpointSeconds: number;
  /** What writing it down takes; a notice that is long enough saves the work. */
  readonly checkpointSeconds: number;
}

/** A site at one instant, in whole GPUs. */
export interface SharedSite {
  readonly gpus: number;
  readonly freeGpus: number;
  readonly inferenceGpus: number;
  /** What inference asks beyond what it holds. */
  readonly inferenceAsks: number;
  readonly training: readonly Training[];
  /** Thousandths of a GPU that one inference slot takes. */
  readonly slotMilliGpu: number;
}

/** What a policy costs and brings at that instant: shown before anything moves. */
export interface Trade {
  /** Of what inference asks, what it gets: from the free GPUs, and from training. */
  readonly fromFree: number;
  readonly fromTraining: number;
  /** A slot lies on one GPU: what is left over of two makes none. */
  readonly slotsGained: number;
  /** Freed with the jobs that yield beyond what inference needs: a job gives all its GPUs or none. */
  readonly freedBeyond: number;
  /** GPU-seconds of work that is done again because the notice was shorter than a checkpoint. */
  readonly lostGpuSeconds: number;
  /** GPUs of training that stand still until they come back: each costs an hour an hour. */
  readonly pausedGpus: number;
  readonly yielding: readonly Yielding[];
  /** What inference asks and does not get, and why. */
  readonly unmet: number;
  readonly unmetBecause: 'NOTHING_UNMET' | 'FLOOR_REACHED' | 'NO_MORE_INTERRUPTIBLE_TRAINING';
}

/** The trade that a policy makes on a site. Free GPUs go first, whatever the floor; then training gives way, up to the floor and no further. */
export const tradeOf = (policy: MixingPolicy, site: SharedSite): Trade => {
  const fromFree = Math.min(site.freeGpus, site.inferenceAsks);
  const floor = Math.floor((site.gpus * policy.inferenceFloorPct) / 100);
  const due = Math.max(0, Math.min(site.inferenceAsks - fromFree, floor - site.inferenceGpus - fromFree));
  const has = site.training.reduce((n, t) => n + t.gpus, 0);
  const fromTraining = Math.min(due, has);
  const plan = planYield([[{ scope: 'SITE', id: 'site', gpus: fromTraining, watts: 0 }]], site.training, policy);
  const yielding = plan.outcome === 'YIELDS' ? plan.yielding : [];
  const paused = yielding.reduce((n, y) => n + y.frees.gpus, 0);
  const unmet = site.inferenceAsks - fromFree - fromTraining;
  return {
    fromFree, fromTraining, slotsGained: (fromFree + fromTraining) * Math.floor(1_000 / site.slotMilliGpu), freedBeyond: paused - fromTraining,
    lostGpuSeconds: lost(site.training, new Set(yielding.map(y => y.instanceId)), policy.noticeSeconds), pausedGpus: paused, yielding, unmet,
    unmetBecause: unmet === 0 ? 'NOTHING_UNMET' : due > has ? 'NO_MORE_INTERRUPTIBLE_TRAINING' : 'FLOOR_REACHED',
  };
};

const lost = (training: readonly Training[], gone: ReadonlySet<InstanceId>, noticeSeconds: number): number =>
  training.filter(t => gone.has(t.instanceId) && t.checkpointSeconds > noticeSeconds).reduce((n, t) => n + t.gpus * (t.sinceCheckpointSeconds + noticeSeconds), 0);
