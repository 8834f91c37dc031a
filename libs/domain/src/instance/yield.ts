import type { InstanceId, Instant, MachineId, RackId, Watts } from '../core/index.ts';

/** An interruptible instance that runs. */
export interface Interruptible {
  readonly instanceId: InstanceId;
  readonly machineId: MachineId;
  readonly rackId: RackId;
  readonly gpus: number;
  /** What its claim reserves: what comes back at the rack. */
  readonly watts: Watts;
  readonly createdAt: Instant;
  /** Its tenant uses more than its own quota: it runs on what others lent. */
  readonly borrowed: boolean;
}

/** What is missing at one place. All that is missing at several is several shortages; 0: nothing of it is. */
export interface Shortage {
  readonly scope: 'MACHINE' | 'RACK' | 'SITE';
  /** Of the machine or the rack; of a site, every instance that is given counts. */
  readonly id: string;
  readonly gpus: number;
  readonly watts: Watts;
}

export interface YieldPolicy {
  /** Between the warning and the end. */
  readonly noticeSeconds: number;
  /** MOST_RECENT_FIRST: whoever has run longest is disturbed last. BORROWED_FIRST: before that, whoever runs on lent quota. Never by price. */
  readonly order: 'MOST_RECENT_FIRST' | 'BORROWED_FIRST';
}

export interface Yielding {
  readonly instanceId: InstanceId;
  readonly noticeSeconds: number;
  /** Why this one and not another. */
  readonly because: 'RUNS_ON_LENT_QUOTA' | 'MOST_RECENT';
  readonly frees: { readonly gpus: number; readonly watts: Watts };
  /** The shortages that it helps. */
  readonly at: readonly Pick<Shortage, 'scope' | 'id'>[];
}

export type YieldPlan =
  | {
      readonly outcome: 'YIELDS';
      /** Which of the alternatives is covered. */
      readonly alternative: number;
      /** In the order in which they were chosen. Empty when nothing is missing. */
      readonly yielding: readonly Yielding[];
    }
  /** Not even if all gave way. `missing`: of the alternative that comes closest, what would still be missing. */
  | { readonly outcome: 'NOT_ENOUGH'; readonly missing: readonly Shortage[] };

/**
 * Which interruptible instances give way. `alternatives`: places that would each do, with what is missing there; the one that costs the fewest GPUs is
 * taken, the first of several. In it instances are chosen in the policy's order, and those that later choices made unnecessary are dropped again, from
 * the oldest: no one gives way whose going changes nothing.
 */
export const planYield = (alternatives: readonly (readonly Shortage[])[], running: readonly Interruptible[], policy: YieldPolicy): YieldPlan => {
  const inOrder = [...running].sort((a, b) => before(a, b, policy));
  const plans = alternatives.map((missing, alternative) => ({ alternative, missing, chosen: chosenFor(missing, inOrder) }));
  const [cheapest] = plans.flatMap(p => (p.chosen === undefined ? [] : [{ ...p, chosen: p.chosen }])).sort((a, b) => cost(a.chosen) - cost(b.chosen) || a.alternative - b.alternative);
  if (cheapest === undefined) return { outcome: 'NOT_ENOUGH', missing: closest(alternatives, running) };
  return { outcome: 'YIELDS', alternative: cheapest.alternative, yielding: cheapest.chosen.map(i => told(i, cheapest.missing, policy)) };
};

/** Ties by id, so that the same world gives the same plan. */
const before = (a: Interruptible, b: Interruptible, { order }: YieldPolicy): number =>
  (order === 'BORROWED_FIRST' ? Number(b.borrowed) - Number(a.borrowed) : 0) || compare(b.createdAt, a.createdAt) || compare(a.instanceId, b.instanceId);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const stands = (i: Interruptible, s: Shortage): boolean => s.scope === 'SITE' || s.id === (s.scope === 'MACHINE' ? i.machineId : i.rackId);
const left = (s: Shortage, gone: readonly Interruptible[]): Shortage => {
  const here = gone.filter(i => stands(i, s));
  return { ...s, gpus: Math.max(0, s.gpus - here.reduce((n, i) => n + i.gpus, 0)), watts: Math.max(0, s.watts - here.reduce((n, i) => n + i.watts, 0)) };
};
const covered = (missing: readonly Shortage[], gone: readonly Interruptible[]): boolean => missing.every(s => isNothing(left(s, gone)));
const isNothing = (s: Shortage): boolean => s.gpus === 0 && s.watts === 0;
const helps = (i: Interruptible, s: Shortage): boolean => stands(i, s) && ((s.gpus > 0 && i.gpus > 0) || (s.watts > 0 && i.watts > 0));

const chosenFor = (missing: readonly Shortage[], inOrder: readonly Interruptible[]): readonly Interruptible[] | undefined => {
  const chosen: Interruptible[] = [];
  let still = missing;
  for (const i of inOrder) {
    if (still.every(isNothing)) break;
    if (!still.some(s => helps(i, s))) continue;
    chosen.push(i);
    still = still.map(s => left(s, [i]));
  }
  if (!still.every(isNothing)) return undefined;
  let kept: readonly Interruptible[] = chosen;
  for (const i of chosen.toReversed()) {
    const without = kept.filter(k => k !== i);
    if (covered(missing, without)) kept = without;
  }
  return kept;
};

const cost = (chosen: readonly Interruptible[]): number => chosen.reduce((n, i) => n + i.gpus, 0);
const closest = (alternatives: readonly (readonly Shortage[])[], running: readonly Interruptible[]): readonly Shortage[] => {
  const [best] = alternatives.map(missing => missing.map(s => left(s, running)).filter(s => !isNothing(s))).sort((a, b) => sum(a, 'gpus') - sum(b, 'gpus') || sum(a, 'watts') - sum(b, 'watts'));
  return best ?? [];
};
const sum = (list: readonly Shortage[], what: 'gpus' | 'watts'): number => list.reduce((n, s) => n + s[what], 0);

const told = (i: Interruptible, missing: readonly Shortage[], policy: YieldPolicy): Yielding => ({
  instanceId: i.instanceId, noticeSeconds: policy.noticeSeconds, because: policy.order === 'BORROWED_FIRST' && i.borrowed ? 'RUNS_ON_LENT_QUOTA' : 'MOST_RECENT',
  frees: { gpus: i.gpus, watts: i.watts }, at: missing.filter(s => helps(i, s)).map(({ scope, id }) => ({ scope, id })),
});
