import { at, integer } from '../core/check.ts';
import type { Faults, InstanceId, Instant, Result } from '../core/index.ts';
import { faults, no, ok } from '../core/index.ts';

/** How training and inference share a site: written down, so that both sides know what they can count on. */
export interface MixingPolicy {
  /** Whole percent (0 to 100) of the site's GPUs, rounded down, that inference may have at the expense of interruptible training, and of nothing else. */
  readonly inferenceFloorPct: number;
  /** Between being asked to go and the end. */
  readonly noticeSeconds: number;
  /** What a job needs to write down where it stands: a notice that is long enough saves its work. */
  readonly checkpointSeconds: number;
  /** How often it does so by itself. Cadastre does not see that: what is lost is at most what was done since. */
  readonly checkpointEverySeconds: number;
  /** Thousandths of a GPU (1 to 1000) that one inference slot takes. */
  readonly slotMilliGpu: number;
}

/** An interruptible instance of whole GPUs in a pool that is not for inference. */
export interface Training {
  readonly instanceId: InstanceId;
  readonly gpus: number;
  readonly createdAt: Instant;
}

/** A site at one instant, in whole GPUs. */
export interface SharedSite {
  readonly gpus: number;
  readonly freeGpus: number;
  /** In the hands of instances in inference pools, and of slices. */
  readonly inferenceGpus: number;
  /** Most recent first. */
  readonly training: readonly Training[];
}

/** A job that gives way. */
export interface PausedTraining extends Training {
  /** Seconds of work that are done again. */
  readonly lostSeconds: number;
}

/** What a policy costs and brings at that instant: shown before anything moves. */
export interface MixingTrade {
  /** What inference may have by the policy. */
  readonly floorGpus: number;
  /** Of what it lacks to that, what it gets: from the free GPUs, and from training. */
  readonly fromFree: number;
  readonly fromTraining: number;
  /** A slot lies on one GPU: what is left over of two makes none. */
  readonly slotsGained: number;
  /** GPUs of training that stand still until they come back: each costs an hour an hour. */
  readonly pausedGpus: number;
  /** Freed with them beyond what inference lacks: a job gives all its GPUs or none. */
  readonly freedBeyond: number;
  /** GPU-seconds of work that are done again, at most. */
  readonly lostGpuSeconds: number;
  readonly yielding: readonly PausedTraining[];
  /** What inference lacks after all: no more interruptible training. */
  readonly unmet: number;
}

const DAY_S = 86_400;

/** All faults of a policy at once. */
export const mixingQuestion = (p: MixingPolicy): Result<MixingPolicy, Faults> => {
  const list = faults([
    ...integer(at('inferenceFloorPct'), p.inferenceFloorPct, 0, 100), ...integer(at('noticeSeconds'), p.noticeSeconds, 0, DAY_S), ...integer(at('checkpointSeconds'), p.checkpointSeconds, 0, DAY_S),
    ...integer(at('checkpointEverySeconds'), p.checkpointEverySeconds, 1, 365 * DAY_S), ...integer(at('slotMilliGpu'), p.slotMilliGpu, 1, 1_000),
  ]);
  return list === undefined ? ok(p) : no(list);
};

/** The trade that a policy makes on a site. Free GPUs go first; then training gives way, the most recent first, up to the floor and no further. */
export const mixingTrade = (policy: MixingPolicy, site: SharedSite, now: Instant): MixingTrade => {
  const floorGpus = Math.floor((site.gpus * policy.inferenceFloorPct) / 100);
  const lacks = Math.max(0, floorGpus - site.inferenceGpus);
  const fromFree = Math.min(Math.max(0, site.freeGpus), lacks);
  const yielding = givingWay(site.training, lacks - fromFree).map(t => ({ ...t, lostSeconds: lostBy(t, policy, now) }));
  const pausedGpus = gpusOf(yielding);
  const fromTraining = Math.min(pausedGpus, lacks - fromFree);
  return {
    floorGpus, fromFree, fromTraining, slotsGained: (fromFree + fromTraining) * Math.floor(1_000 / policy.slotMilliGpu), pausedGpus, freedBeyond: pausedGpus - fromTraining,
    lostGpuSeconds: yielding.reduce((n, y) => n + y.gpus * y.lostSeconds, 0), yielding, unmet: lacks - fromFree - fromTraining,
  };
};

const gpusOf = (list: readonly Training[]): number => list.reduce((n, t) => n + t.gpus, 0);

/** As few of the most recent as are enough, without those that an older and bigger one made unnecessary. All of them, where even that is not enough. */
const givingWay = (mostRecentFirst: readonly Training[], due: number): readonly Training[] => {
  const chosen: Training[] = [];
  let gpus = 0;
  for (const t of mostRecentFirst) {
    if (gpus >= due) break;
    chosen.push(t);
    gpus += t.gpus;
  }
  const kept = new Set(chosen);
  for (const t of chosen.toReversed()) {
    if (gpus - t.gpus < due) continue;
    kept.delete(t);
    gpus -= t.gpus;
  }
  return [...kept];
};

const lostBy = (t: Training, { noticeSeconds, checkpointSeconds, checkpointEverySeconds }: MixingPolicy, now: Instant): number =>
  checkpointSeconds <= noticeSeconds ? 0 : noticeSeconds + Math.min(checkpointEverySeconds, Math.max(0, Math.floor((Date.parse(now) - Date.parse(t.createdAt)) / 1_000)));
