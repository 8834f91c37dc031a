import type { Instant, OrganisationId, ProjectId, QuotaId } from '../core/index.ts';
import type { BudgetDimension, BudgetPeriod, BudgetUsage, QuotaNode, QuotaTree, Spending } from '../quota/index.ts';
import { budgetsOf, endEarly, fitsBudgets, nothingSpent, resume, spend, spendOn } from '../quota/index.ts';

/** A claim or a hold as budgets see it: absent `at`, it was claimed before the ledger said when, and spends nothing. */
export interface Leased {
  readonly tenantId: OrganisationId;
  readonly projectId: ProjectId;
  readonly gpus: number;
  readonly milliGpu: number;
  readonly watts: number;
  readonly at: Instant | undefined;
  readonly leaseEnd: Instant;
}
/** What one budget has spent, or promised, of one period. */
export interface SpentRow {
  readonly quotaId: QuotaId;
  readonly dimension: BudgetDimension;
  readonly period: BudgetPeriod;
  readonly from: Instant;
  readonly amount: number;
}

/**
 * The budgets of a region's cohort tree and what is spent of them. GPU-hours in thousandths of a GPU, kilowatt-hours of the watts that a claim reserves. Euros are
 * not spent here: the ledger has no prices. What a lease has paid stays paid when the tree is planted anew; a budget that is new begins with what runs.
 */
export class BudgetBook {
  #tree: QuotaTree | undefined;
  #usage: BudgetUsage = nothingSpent();
  /** Most regions have none: they should not pay for looking. */
  #any = false;

  plant(tree: QuotaTree, leases: Iterable<Leased>): void {
    const before = periodsOfBudgets(this.#tree);
    const now = periodsOfBudgets(tree);
    const kept: BudgetUsage = new Map();
    const fresh = new Set<string>();
    for (const [key, { id, dimension }] of now) {
      const spent = before.has(key) ? this.#usage.get(id)?.get(dimension) : undefined;
      if (!before.has(key)) fresh.add(key);
      if (spent !== undefined) kept.set(id, (kept.get(id) ?? new Map<BudgetDimension, Map<Instant, number>>()).set(dimension, spent));
    }
    [this.#tree, this.#usage, this.#any] = [tree, kept, now.size > 0];
    if (fresh.size === 0) return;
    for (const l of leases) {
      const node = tree.nodeOf(l.tenantId, l.projectId);
      const lease = spendingOf(l);
      if (node === undefined || lease === undefined) continue;
      for (const { node: at, budget } of budgetsOf(node)) if (fresh.has(keyOf(at.quota.id, budget.dimension, budget.period))) spendOn(this.#usage, at, budget, lease, 1);
    }
  }

  /** A lease begins, or one that never did is taken back: all of it. */
  promise(l: Leased, by: 1 | -1): void {
    this.#with(l, (node, lease) => {
      if (by === 1) spend(this.#usage, node, lease);
      else endEarly(this.#usage, node, lease, lease.from);
    });
  }

  /** A lease ends at an instant, or goes on as if it had not ended. */
  end(l: Leased, at: Instant, by: 1 | -1): void {
    this.#with(l, (node, lease) => {
      if (by === 1) endEarly(this.#usage, node, lease, at);
      else resume(this.#usage, node, lease, at);
    });
  }

  fits(node: QuotaNode, lease: Spending): ReturnType<typeof fitsBudgets> {
    return this.#any ? fitsBudgets(this.#usage, node, lease) : { fits: true };
  }

  /** In order of node, dimension and period; without what came back whole. */
  rows(): readonly SpentRow[] {
    const rows = [...periodsOfBudgets(this.#tree).values()].flatMap(({ id, dimension, period }) =>
      [...(this.#usage.get(id)?.get(dimension) ?? [])].filter(([, amount]) => amount !== 0).map(([from, amount]): SpentRow => ({ quotaId: id, dimension, period, from, amount })));
    const key = (r: SpentRow): string => `${r.quotaId} ${r.dimension} ${r.from}`;
    return rows.sort((a, b) => (key(a) < key(b) ? -1 : 1));
  }

  /** Replaces what was spent: after the tree was planted. */
  load(rows: readonly SpentRow[]): void {
    this.#usage = nothingSpent();
    for (const { quotaId, dimension, from, amount } of rows) {
      const of = this.#usage.get(quotaId) ?? new Map<BudgetDimension, Map<Instant, number>>();
      this.#usage.set(quotaId, of.set(dimension, (of.get(dimension) ?? new Map<Instant, number>()).set(from, amount)));
    }
  }

  #with(l: Leased, act: (node: QuotaNode, lease: Spending) => void): void {
    if (!this.#any) return;
    const node = this.#tree?.nodeOf(l.tenantId, l.projectId);
    const lease = spendingOf(l);
    if (node !== undefined && lease !== undefined) act(node, lease);
  }
}

const spendingOf = ({ gpus, milliGpu, watts, at, leaseEnd }: Leased): Spending | undefined =>
  at === undefined || at >= leaseEnd ? undefined : { gpus, milliGpu, watts, minorPerHour: 0, from: at, to: leaseEnd };

/** Another period is another budget: what was counted by months says nothing of quarters. */
const keyOf = (id: QuotaId, dimension: BudgetDimension, period: BudgetPeriod): string => `${id} ${dimension} ${period}`;
const periodsOfBudgets = (tree: QuotaTree | undefined): ReadonlyMap<string, { readonly id: QuotaId; readonly dimension: BudgetDimension; readonly period: BudgetPeriod }> =>
  new Map([...(tree?.nodes.values() ?? [])].flatMap(({ quota: { id, budgets } }) => budgets.map(({ dimension, period }) => [keyOf(id, dimension, period), { id, dimension, period }] as const)));
