import type { OrganisationId, Params, ProjectId, QuotaId } from '../core/index.ts';
import type { QuotaDimension } from './model.ts';
import type { QuotaCell, QuotaNode, QuotaTree } from './tree.ts';

/** What something costs of each dimension, in whole units, none of them negative. A dimension that is left out costs nothing. */
export type QuotaDemand = readonly { readonly dimension: QuotaDimension; readonly amount: number }[];

/** The demand of GPUs of one shape. A slice gives its thousandths and no GPUs; `watts` is what the claim reserves. */
export const demandOf = (of: { readonly shapeCode: string; readonly gpus: number; readonly milliGpu?: number; readonly watts: number; readonly storageGib?: number }): QuotaDemand =>
  [
    { dimension: 'GPU' as const, amount: of.gpus },
    { dimension: `GPU:${of.shapeCode}` as const, amount: of.gpus },
    { dimension: 'MILLI_GPU' as const, amount: of.milliGpu ?? of.gpus * 1_000 },
    { dimension: 'WATTS' as const, amount: of.watts },
    { dimension: 'STORAGE_GIB' as const, amount: of.storageGib ?? 0 },
  ].filter(d => d.amount > 0);
export const times = (demand: QuotaDemand, count: number): QuotaDemand => demand.map(d => ({ ...d, amount: d.amount * count }));

/**
 * What each node has in use: its own claims, and of its children's only what goes beyond what they keep for themselves (Kueue's resource tree).
 * Kept that way a claim touches at most its own node and those above it, and none above the first that can pay from what it keeps.
 * Mutable, because the allocator counts a million claims in it; a pure function of which claims were added and not removed, in any order.
 */
export interface QuotaUsage {
  readonly tree: QuotaTree;
  /** By node and dimension; absent: 0. */
  readonly beyond: Map<QuotaId, Map<QuotaDimension, number>>;
  /** By node and dimension, only what was charged to the node itself: for reports, and to count again. */
  readonly own: Map<QuotaId, Map<QuotaDimension, number>>;
}
export const noUsage = (tree: QuotaTree): QuotaUsage => ({ tree, beyond: new Map(), own: new Map() });

const NOTHING: QuotaCell = { nominal: 0, subtree: 0, kept: 0 };
const cellOf = (node: QuotaNode, dimension: QuotaDimension): QuotaCell => node.cells.get(dimension) ?? NOTHING;
const counted = (of: QuotaUsage['beyond'], node: QuotaNode, dimension: QuotaDimension): number => of.get(node.quota.id)?.get(dimension) ?? 0;
const count = (of: QuotaUsage['beyond'], node: QuotaNode, dimension: QuotaDimension, by: number): void => {
  const row = of.get(node.quota.id) ?? new Map<QuotaDimension, number>();
  const next = (row.get(dimension) ?? 0) + by;
  // No zero stays behind: taking everything back leaves the same maps as before, which is what "restored exactly" is compared by.
  if (next === 0) row.delete(dimension);
  else row.set(dimension, next);
  if (row.size === 0) of.delete(node.quota.id);
  else of.set(node.quota.id, row);
};

/** Charges a claim to a node, whether it fits or not: what runs is counted even when a limit was lowered under it. O(depth) a dimension. */
export const charge = (usage: QuotaUsage, node: QuotaNode, demand: QuotaDemand): void => { move(usage, node, demand, 1); };
/** Takes back what `charge` counted. */
export const discharge = (usage: QuotaUsage, node: QuotaNode, demand: QuotaDemand): void => { move(usage, node, demand, -1); };

const move = (usage: QuotaUsage, node: QuotaNode, demand: QuotaDemand, sign: 1 | -1): void => {
  for (const { dimension, amount } of demand) {
    // Counted also where no node limits it: the tree may name the dimension tomorrow.
    count(usage.own, node, dimension, sign * amount);
    let at: QuotaNode | undefined = node;
    for (let left = sign * amount; at !== undefined && left !== 0; at = at.parent) {
      const { kept } = cellOf(at, dimension);
      const before = counted(usage.beyond, at, dimension);
      count(usage.beyond, at, dimension, left);
      left = Math.max(0, before + left - kept) - Math.max(0, before - kept);
    }
  }
};

/** The same claims over a tree that changed. What was charged to a node that is gone goes to the node that its owner has now, if any. */
export const recount = (tree: QuotaTree, claims: Iterable<{ readonly tenantId: OrganisationId; readonly projectId: ProjectId; readonly demand: QuotaDemand }>): QuotaUsage => {
  const usage = noUsage(tree);
  for (const c of claims) {
    const node = tree.nodeOf(c.tenantId, c.projectId);
    if (node !== undefined) charge(usage, node, c.demand);
  }
  return usage;
};

/** What the node and those under it use. */
export const usedUnder = (usage: QuotaUsage, node: QuotaNode, dimension: QuotaDimension): number => {
  let sum = 0;
  for (const [id, row] of usage.own) if (isUnder(usage.tree.nodes.get(id), node)) sum += row.get(dimension) ?? 0;
  return sum;
};
const isUnder = (node: QuotaNode | undefined, above: QuotaNode): boolean => {
  for (let at = node; at !== undefined; at = at.parent) if (at === above) return true;
  return false;
};

/**
 * What the node can still take now: the rest of what it keeps for itself, and of the cohort's rest as much as its borrowing limit allows. Below 0
 * when more runs than was ever allowed, after a limit was lowered. Infinity when the tree does not name the dimension.
 */
export const available = (usage: QuotaUsage, node: QuotaNode, dimension: QuotaDimension): number => {
  const cell = node.cells.get(dimension);
  if (cell === undefined) return Infinity;
  const used = counted(usage.beyond, node, dimension);
  if (node.parent === undefined) return cell.subtree - used;
  const lent = cell.subtree - cell.kept;
  const usedOfCohort = Math.max(0, used - cell.kept);
  const ofCohort = available(usage, node.parent, dimension);
  const borrowable = cell.borrowingLimit === undefined ? ofCohort : Math.min(ofCohort, lent - usedOfCohort + cell.borrowingLimit);
  return Math.max(0, cell.kept - used) + borrowable;
};

/** What the node could have at most, with nothing in use anywhere. Infinity when the tree does not name the dimension. */
export const most = (node: QuotaNode, dimension: QuotaDimension): number => {
  const cell = node.cells.get(dimension);
  if (cell === undefined) return Infinity;
  if (node.parent === undefined) return cell.subtree;
  const cohort = cell.kept + most(node.parent, dimension);
  return cell.borrowingLimit === undefined ? cohort : Math.min(cohort, cell.subtree + cell.borrowingLimit);
};

export type QuotaFit =
  | { readonly fits: true }
  | {
      readonly fits: false;
      /** Never, not even with all else idle; or once what others hold, or the node itself, comes back. */
      readonly reason: 'EXCEEDS_MAX_QUOTA' | 'WAITING_FOR_QUOTA';
      /**
       * EXCEEDS: dimension, asked, max. WAITING: dimension, asked, available, heldByOthers (what the node could have and others of the cohort use: for
       * operators, a tenant is not told what others do).
       */
      readonly params: Params & { readonly dimension: QuotaDimension; readonly asked: number };
    };

/** Whether a node can take a demand now. What can never be stands before what has to wait. */
export const fits = (usage: QuotaUsage, node: QuotaNode, demand: QuotaDemand): QuotaFit => {
  for (const { dimension, amount } of demand) {
    const max = most(node, dimension);
    if (amount > max) return { fits: false, reason: 'EXCEEDS_MAX_QUOTA', params: { dimension, asked: amount, max } };
  }
  for (const { dimension, amount } of demand) {
    const left = available(usage, node, dimension);
    if (amount <= left) continue;
    const heldByOthers = Math.max(0, most(node, dimension) - counted(usage.beyond, node, dimension) - left);
    return { fits: false, reason: 'WAITING_FOR_QUOTA', params: { dimension, asked: amount, available: Math.max(0, left), heldByOthers } };
  }
  return { fits: true };
};

/** How many times a demand fits now: the count of a counterfactual. Infinity when nothing of it is limited. */
export const howMany = (usage: QuotaUsage, node: QuotaNode, each: QuotaDemand): number =>
  Math.min(Infinity, ...each.map(d => Math.floor(Math.max(0, available(usage, node, d.dimension)) / d.amount)));

/** What a demand would do to a node: what a plan shows before anything is taken. Only dimensions that limit it. */
export interface QuotaEffect {
  readonly dimension: QuotaDimension;
  readonly asked: number;
  readonly nominal: number;
  /** Below 0: it does not fit. */
  readonly availableAfter: number;
  /** Beyond what the node has without borrowing, once it is taken: what may be asked back. */
  readonly borrowedAfter: number;
}
export const effectOf = (usage: QuotaUsage, node: QuotaNode, demand: QuotaDemand): readonly QuotaEffect[] =>
  demand.flatMap(({ dimension, amount }) => {
    const cell = node.cells.get(dimension);
    if (cell === undefined) return [];
    const borrowedAfter = node.parent === undefined ? 0 : Math.max(0, counted(usage.beyond, node, dimension) + amount - cell.subtree);
    return [{ dimension, asked: amount, nominal: cell.nominal, availableAfter: available(usage, node, dimension) - amount, borrowedAfter }];
  });

/** True when the node uses more of a dimension than it has without borrowing: what runs there runs on what others lend. */
export const borrows = (usage: QuotaUsage, node: QuotaNode, dimension: QuotaDimension): boolean => {
  const cell = node.cells.get(dimension);
  return cell !== undefined && node.parent !== undefined && counted(usage.beyond, node, dimension) > cell.subtree;
};
