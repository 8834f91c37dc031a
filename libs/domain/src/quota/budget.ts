import type { Instant, Watts } from '../core/index.ts';
import type { BudgetDimension, BudgetPeriod, QuotaBudget } from './model.ts';
import type { QuotaNode } from './tree.ts';

/** Half-open, [from, to). */
export interface Period {
  readonly from: Instant;
  readonly to: Instant;
}

const MONTHS: Readonly<Record<BudgetPeriod, number>> = { MONTH: 1, QUARTER: 3, YEAR: 12 };
/** `months` counts from year 0. Written as text, because an instant is text and its calendar is UTC. */
const instantOf = (months: number): Instant => `${String(Math.floor(months / 12)).padStart(4, '0')}-${String((months % 12) + 1).padStart(2, '0')}-01T00:00:00.000Z`;
const spanFrom = (first: number, period: BudgetPeriod): Period => ({ from: instantOf(first), to: instantOf(first + MONTHS[period]) });
const firstMonthOf = (period: BudgetPeriod, at: Instant): number => {
  const months = Number(at.slice(0, 4)) * 12 + Number(at.slice(5, 7)) - 1;
  return months - (months % MONTHS[period]);
};

/** The calendar period (UTC) that an instant lies in. */
export const periodOf = (period: BudgetPeriod, now: Instant): Period => spanFrom(firstMonthOf(period, now), period);
/** Every period that [from, to) touches, in order. */
export const periodsOf = (period: BudgetPeriod, { from, to }: Period): readonly Period[] => {
  const out: Period[] = [];
  for (let first = firstMonthOf(period, from); instantOf(first) < to; first += MONTHS[period]) out.push(spanFrom(first, period));
  return out;
};

/**
 * What one period passes on to the next. What was carried into it is spent first and lapses with it: a share that could be saved up for years would one
 * day be asked for all at once, of machines that were promised to others meanwhile.
 */
const passedOn = (b: QuotaBudget, spent: number, carriedIn: number): number =>
  Math.floor((Math.max(0, b.perPeriod - Math.max(0, spent - carriedIn)) * b.carryOverPct) / 100);

/**
 * What is left to spend in a period, 0 or more. `before`: what was spent in the periods before it, oldest first, from the first that the budget was
 * granted for; the last of them is the one just before.
 */
export const budgetLeft = (budget: QuotaBudget, spent: number, before: readonly number[]): number => Math.max(0, allowance(budget, before) - spent);
const allowance = (budget: QuotaBudget, before: readonly number[]): number => budget.perPeriod + before.reduce((carried, spent) => passedOn(budget, spent, carried), 0);

/** A lease as a budget sees it: what it costs as long as it lasts. */
export interface Spending extends Period {
  readonly gpus: number;
  /** Thousandths of a GPU beside them: a slice. */
  readonly milliGpu?: number;
  /** Equal leases, each rounded up on its own; absent: one. */
  readonly count?: number;
  /** At full load, at the meter that the budget is about (with PUE where facility energy is granted). */
  readonly watts: Watts;
  /** Euro cents an hour of the whole lease. */
  readonly minorPerHour: number;
}

const HOUR_MS = 3_600_000n;
/** What an hour costs, and how many of it make one unit of the budget. */
const RATE: Readonly<Record<BudgetDimension, (s: Spending) => readonly [perHour: number, unit: bigint]>> = {
  GPU_HOURS: s => [s.gpus * 1000 + (s.milliGpu ?? 0), 1_000n], KWH: s => [s.watts, 1_000n], EUR_MINOR: s => [s.minorPerHour, 1n],
};

/** What of a lease falls into a period, in whole units, rounded up: a budget is never overspent by what rounding hides. */
export const spentIn = (dimension: BudgetDimension, lease: Spending, period: Period): number => {
  const from = lease.from > period.from ? lease.from : period.from;
  const to = lease.to < period.to ? lease.to : period.to;
  if (from >= to) return 0;
  const [perHour, unit] = RATE[dimension](lease);
  const whole = HOUR_MS * unit;
  // BigInt: 500 MW over a year, in watt-milliseconds, is beyond 2^53.
  return Number((BigInt(perHour) * BigInt(Date.parse(to) - Date.parse(from)) + whole - 1n) / whole) * (lease.count ?? 1);
};

export type BudgetFit =
  | { readonly fits: true }
  | {
      readonly fits: false;
      /** EXCEEDS: more than any period can ever give, carry-over included. WAITING: spent or promised for that period; a later one has more. */
      readonly reason: 'EXCEEDS_MAX_QUOTA' | 'WAITING_FOR_QUOTA';
      /**
       * `asked` of the period that does not suffice, from `from` to `until`: the same lease may be tried from `until` on. A later period that counts on
       * what is left of an earlier one asks for what was promised in it.
       */
      readonly params: {
        readonly dimension: BudgetDimension; readonly asked: number; readonly from: Instant; readonly until: Instant;
      } & ({ readonly max: number } | { readonly available: number });
    };

/**
 * Whether a budget can pay for a lease in every period that it touches. `spent`: by the beginning of each period what was spent in it or is promised to
 * leases that still run; a period before the first of them counts as not granted and passes nothing on.
 */
export const fitsBudget = (budget: QuotaBudget, lease: Spending, spent: ReadonlyMap<Instant, number>): BudgetFit => {
  const known = [...spent.keys(), lease.from].sort();
  const max = budget.perPeriod + Math.floor((budget.perPeriod * budget.carryOverPct) / 100);
  // On to the last period that was promised: what this lease takes may be what a later one counts on to be carried over.
  const { to: end } = periodOf(budget.period, known.at(-1) ?? lease.to);
  const periods = periodsOf(budget.period, { from: known[0] ?? lease.from, to: end > lease.to ? end : lease.to });
  let waiting: BudgetFit | undefined;
  let [carried, carriedWithout] = [0, 0];
  for (const { from, to } of periods) {
    const asked = spentIn(budget.dimension, lease, { from, to });
    const already = spent.get(from) ?? 0;
    const params = { dimension: budget.dimension, asked, from, until: to };
    if (asked > max) return { fits: false, reason: 'EXCEEDS_MAX_QUOTA', params: { ...params, max } };
    const left = Math.max(0, budget.perPeriod + carried - already);
    if (asked > left) waiting ??= { fits: false, reason: 'WAITING_FOR_QUOTA', params: { ...params, available: left } };
    if (asked === 0 && carried < carriedWithout && already > budget.perPeriod + carried) {
      waiting ??= { fits: false, reason: 'WAITING_FOR_QUOTA', params: { ...params, asked: already, available: budget.perPeriod + carried } };
    }
    carried = passedOn(budget, already + asked, carried);
    carriedWithout = passedOn(budget, already, carriedWithout);
  }
  return waiting ?? { fits: true };
};

/** The budgets that an order of this node is charged to: its own and those of every node above it. Each must pay in full; nothing is borrowed. */
export const budgetsOf = (node: QuotaNode): readonly { readonly node: QuotaNode; readonly budget: QuotaBudget }[] =>
  [...node.quota.budgets.map(budget => ({ node, budget })), ...(node.parent === undefined ? [] : budgetsOf(node.parent))];
