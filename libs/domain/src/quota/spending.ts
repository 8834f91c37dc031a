import type { Instant, QuotaId } from '../core/index.ts';
import type { BudgetFit, Period, Spending } from './budget.ts';
import { budgetsOf, fitsBudget, periodsOf, spentIn } from './budget.ts';
import type { BudgetDimension, QuotaBudget } from './model.ts';
import type { QuotaNode } from './tree.ts';

/**
 * What is spent of each budget, and promised to leases that run: by node, dimension and beginning of the period. Mutable like `QuotaUsage`, and a
 * pure function of the leases that were charged. Nothing is forgotten when a lease ends: the period that paid for it has paid.
 */
export type BudgetUsage = Map<QuotaId, Map<BudgetDimension, Map<Instant, number>>>;
export const nothingSpent = (): BudgetUsage => new Map();

/** Charges a lease to every budget from its node to the root: each period that it touches pays its part. */
export const spend = (usage: BudgetUsage, node: QuotaNode, lease: Spending): void => { pay(usage, node, lease, 1); };

/** A lease ends early: what was promised beyond `at` comes back. Before it began: all of it. */
export const endEarly = (usage: BudgetUsage, node: QuotaNode, lease: Spending, at: Instant): void => {
  if (at >= lease.to) return;
  pay(usage, node, lease, -1);
  if (at > lease.from) pay(usage, node, { ...lease, to: at }, 1);
};

/** `endEarly` taken back: what came back is promised again. */
export const resume = (usage: BudgetUsage, node: QuotaNode, lease: Spending, at: Instant): void => {
  if (at >= lease.to) return;
  if (at > lease.from) pay(usage, node, { ...lease, to: at }, -1);
  pay(usage, node, lease, 1);
};

const pay = (usage: BudgetUsage, node: QuotaNode, lease: Spending, sign: 1 | -1): void => {
  for (const { node: at, budget } of budgetsOf(node)) spendOn(usage, at, budget, lease, sign);
};
/** One budget alone: for one that begins while leases run. */
export const spendOn = (usage: BudgetUsage, node: QuotaNode, budget: QuotaBudget, lease: Spending, sign: 1 | -1): void => {
  for (const period of periodsOf(budget.period, lease)) add(usage, node.quota.id, budget.dimension, period, sign * spentIn(budget.dimension, lease, period));
};

const add = (usage: BudgetUsage, id: QuotaId, dimension: BudgetDimension, { from }: Period, amount: number): void => {
  const byDimension = usage.get(id) ?? new Map<BudgetDimension, Map<Instant, number>>();
  const byPeriod = byDimension.get(dimension) ?? new Map<Instant, number>();
  usage.set(id, byDimension.set(dimension, byPeriod.set(from, (byPeriod.get(from) ?? 0) + amount)));
};

const NONE: ReadonlyMap<Instant, number> = new Map();
export const spentOf = (usage: BudgetUsage, node: QuotaNode, dimension: BudgetDimension): ReadonlyMap<Instant, number> => usage.get(node.quota.id)?.get(dimension) ?? NONE;

/** Whether every budget from the node to the root can pay for a lease. What can never be stands before what has to wait; `quota` names the node. */
export const fitsBudgets = (usage: BudgetUsage, node: QuotaNode, lease: Spending): Extract<BudgetFit, { fits: true }> | (Extract<BudgetFit, { fits: false }> & { readonly quota: string }) => {
  const refused = budgetsOf(node).flatMap(({ node: at, budget }) => {
    const fit = fitsBudget(budget, lease, spentOf(usage, at, budget.dimension));
    return fit.fits ? [] : [{ ...fit, quota: at.quota.name }];
  });
  return refused.find(r => r.reason === 'EXCEEDS_MAX_QUOTA') ?? refused[0] ?? { fits: true };
};
