import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { QuotaUsage } from './account.ts';
import { available, charge, discharge, fits, most, noUsage } from './account.ts';
import type { Quota } from './model.ts';
import { gpus, node, nodeNamed, treeOf } from './quota.fixture.ts';
import type { QuotaNode } from './tree.ts';

const RUNS = { numRuns: Number(process.env['CADASTRE_PROPERTY_RUNS'] ?? 500) };

// Small numbers, so that limits meet: most nodes bind in most worlds.
const limit = fc.option(fc.integer({ min: 0, max: 6 }), { nil: undefined, freq: 2 });
const row = fc.record({ nominal: fc.integer({ min: 0, max: 8 }), borrowingLimit: limit, lendingLimit: limit, silent: fc.integer({ min: 0, max: 4 }).map(n => n === 0), parent: fc.nat(20) });
/** A tree: each node hangs on an earlier one. Some say nothing of the dimension. */
const world: fc.Arbitrary<readonly Quota[]> = fc.array(row, { minLength: 1, maxLength: 8 }).map(rows => rows.map((r, n) => node(`n${String(n)}`, {
  ...(n === 0 ? {} : { under: `n${String(r.parent % n)}` }),
  limits: r.silent ? [] : gpus(r.nominal, { ...(r.borrowingLimit === undefined ? {} : { borrowingLimit: r.borrowingLimit }), ...(r.lendingLimit === undefined ? {} : { lendingLimit: r.lendingLimit }) }),
})));
type Ask = { readonly at: number; readonly amount: number };
const asks = fc.array(fc.record({ at: fc.nat(20), amount: fc.integer({ min: 1, max: 9 }) }), { maxLength: 12 });

const nameOf = (quotas: readonly Quota[], at: number): string => `n${String(at % quotas.length)}`;
const gpu = (amount: number) => [{ dimension: 'GPU', amount }] as const;

/** Recomputes a whole tree from what each node was charged, by the words of Kueue's documentation and with no cleverness. */
class Oracle {
  readonly #quotas: readonly Quota[];
  readonly #own: ReadonlyMap<string, number>;
  constructor(quotas: readonly Quota[], own: ReadonlyMap<string, number>) {
    this.#quotas = quotas;
    this.#own = own;
  }
  #children(q: Quota): readonly Quota[] {
    return this.#quotas.filter(c => c.parentId === q.id);
  }
  has(q: Quota): number {
    return (q.limits[0]?.nominal ?? 0) + this.#children(q).reduce((sum, c) => sum + Math.min(this.has(c), c.limits[0]?.lendingLimit ?? Infinity), 0);
  }
  keeps(q: Quota): number {
    return this.has(q) - Math.min(this.has(q), q.limits[0]?.lendingLimit ?? Infinity);
  }
  needs(q: Quota): number {
    return (this.#own.get(q.name) ?? 0) + this.#children(q).reduce((sum, c) => sum + Math.max(0, this.needs(c) - this.keeps(c)), 0);
  }
  /** No node needs more than it has and may borrow; a root cannot borrow. */
  allowed(): boolean {
    return this.#quotas.every(q => this.needs(q) <= this.has(q) + (q.parentId === undefined ? 0 : (q.limits[0]?.borrowingLimit ?? Infinity)));
  }
  /** The greatest amount that could still be charged to a node. */
  most(name: string): number {
    let amount = 0;
    while (amount < 200 && new Oracle(this.#quotas, new Map([...this.#own, [name, (this.#own.get(name) ?? 0) + amount + 1]])).allowed()) amount += 1;
    return amount;
  }
}

/** Charges what fits; answers the usage and who was charged what. */
const run = (quotas: readonly Quota[], list: readonly Ask[]): { readonly usage: QuotaUsage; readonly own: ReadonlyMap<string, number>; readonly taken: readonly Ask[] } => {
  const usage = noUsage(treeOf(...quotas));
  const own = new Map<string, number>();
  const taken = list.filter(ask => {
    const name = nameOf(quotas, ask.at);
    if (!fits(usage, nodeNamed(usage.tree, name), gpu(ask.amount)).fits) return false;
    charge(usage, nodeNamed(usage.tree, name), gpu(ask.amount));
    own.set(name, (own.get(name) ?? 0) + ask.amount);
    return true;
  });
  return { usage, own, taken };
};
const limited = (quotas: readonly Quota[]): boolean => quotas.some(q => q.limits.length > 0);

describe('whatever the tree and whatever was charged', () => {
  test('what is available, and what can ever be, is what the naive oracle finds by trying', () => {
    fc.assert(fc.property(world.filter(limited), asks, (quotas, list) => {
      const { usage, own } = run(quotas, list);
      const [now, idle] = [new Oracle(quotas, own), new Oracle(quotas, new Map())];
      expect(now.allowed()).toBe(true);
      for (const q of quotas) {
        const found = nodeNamed(usage.tree, q.name);
        expect([q.name, available(usage, found, 'GPU'), most(found, 'GPU')]).toEqual([q.name, now.most(q.name), idle.most(q.name)]);
      }
    }), RUNS);
  });

  test('others never take more than the lending limit gives them: what a node keeps and does not use is there for it', () => {
    fc.assert(fc.property(world.filter(limited), asks, (quotas, list) => {
      const { usage, own } = run(quotas, list);
      const oracle = new Oracle(quotas, own);
      for (const q of quotas.filter(x => x.parentId !== undefined)) expect(available(usage, nodeNamed(usage.tree, q.name), 'GPU')).toBeGreaterThanOrEqual(oracle.keeps(q) - oracle.needs(q));
    }), RUNS);
  });

  test('adding, then removing, restores the account exactly, also beyond the limits', () => {
    fc.assert(fc.property(world, asks, asks, (quotas, before, more) => {
      const { usage } = run(quotas, before);
      const was = structuredClone([usage.beyond, usage.own]);
      for (const ask of more) charge(usage, nodeNamed(usage.tree, nameOf(quotas, ask.at)), gpu(ask.amount));
      for (const ask of more) discharge(usage, nodeNamed(usage.tree, nameOf(quotas, ask.at)), gpu(ask.amount));
      expect([usage.beyond, usage.own]).toEqual(was);
    }), RUNS);
  });

  test('the order of claims does not matter', () => {
    fc.assert(fc.property(world, asks.chain(list => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))), (quotas, [list, shuffled]) => {
      const counted = (order: readonly Ask[]): unknown => {
        const usage = noUsage(treeOf(...quotas));
        for (const ask of order) charge(usage, nodeNamed(usage.tree, nameOf(quotas, ask.at)), gpu(ask.amount));
        return [usage.beyond, usage.own];
      };
      expect(counted(shuffled)).toEqual(counted(list));
    }), RUNS);
  });

  test('a claim touches no more than the way to the root', () => {
    fc.assert(fc.property(world, asks, (quotas, list) => {
      const { usage } = run(quotas, list);
      for (const q of quotas) {
        const way = new Set<string>();
        for (let at: QuotaNode | undefined = nodeNamed(usage.tree, q.name); at !== undefined; at = at.parent) way.add(at.quota.id);
        const before = structuredClone(usage.beyond);
        charge(usage, nodeNamed(usage.tree, q.name), gpu(3));
        for (const other of quotas.filter(x => !way.has(x.id))) for (const { slot } of nodeNamed(usage.tree, other.name).cells.values()) expect(usage.beyond[slot]).toBe(before[slot]);
        discharge(usage, nodeNamed(usage.tree, q.name), gpu(3));
      }
    }), RUNS);
  });
});
