import type { OrganisationId, Params, ProjectId } from '../core/index.ts';
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
  /** By `QuotaCell.slot`. Whole numbers. */
  readonly beyond: Float64Array;
  /** The same, only what was charged to the node itself: for reports. */
  readonly own: Float64Array;
}
export const noUsage = (tree: QuotaTree): QuotaUsage => ({ tree, beyond: new Float64Array(tree.slots), own: new Float64Array(tree.slots) });

const at = (counts: Float64Array, cell: QuotaCell): number => counts[cell.slot] ?? 0;

/** Charges a claim to a node, whether it fits or not: what runs is counted even when a limit was lowered under it. O(depth) a dimension. */
export const charge = (usage: QuotaUsage, node: QuotaNode, demand: QuotaDemand): void => {
  for (const { dimension, amount } of demand) move(usage, node.cells.get(dimension), amount);
};
/** Takes back what `charge` counted. */
export const discharge = (usage: QuotaUsage, node: QuotaNode, demand: QuotaDemand): void => {
  for (const { dimension, amount } of demand) move(usage, node.cells.get(dimension), -amount);
};

const move = ({ beyond, own }: QuotaUsage, cell: QuotaCell | undefined, amount: number): void => {
  // A dimension that the tree does not name is not counted: the tree that will name it is counted anew.
  if (cell === undefined) return;
  own[cell.slot] = at(own, cell) + amount;
  let left = amount;
  for (let c: QuotaCell | undefined = cell; c !== undefined && left !== 0; c = c.above) {
    const before = at(beyond, c);
    beyond[c.slot] = before + left;
    left = Math.max(0, before + left - c.kept) - Math.max(0, before - c.kept);
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
  for (const other of usage.tree.nodes.values()) {
    const cell = other.cells.get(dimension);
    if (cell !== undefined && isUnder(other, node)) sum += at(usage.own, cell);
  }
  return sum;
};
const isUnder = (node: QuotaNode, above: QuotaNode): boolean => {
  for (let n: QuotaNode | undefined = node; n !== undefined; n = n.parent) if (n === above) return true;
  return false;
};

/**
 * What the node can still take now: the rest of what it keeps for itself, and of the cohort's rest as much as its borrowing limit allows. Below 0
 * when more runs than was ever allowed, after a limit was lowered. Infinity when the tree does not name the dimension.
 */
export const available = (usage: QuotaUsage, node: QuotaNode, dimension: QuotaDimension): number => {
  const cell = node.cells.get(dimension);
  return cell === undefined ? Infinity : availableAt(usage, cell);
};
const availableAt = (usage: QuotaUsage, cell: QuotaCell): number => {
  const used = at(usage.beyond, cell);
  if (cell.above === undefined) return cell.subtree - used;
  const lent = cell.subtree - cell.kept;
  const usedOfCohort = Math.max(0, used - cell.kept);
  const ofCohort = availableAt(usage, cell.above);
  const borrowable = cell.borrowingLimit === undefined ? ofCohort : Math.min(ofCohort, lent - usedOfCohort + cell.borrowingLimit);
  return Math.max(0, cell.kept - used) + borrowable;
};

/** What the node could have at most, with nothing in use anywhere. Infinity when the tree does not name the dimension. */
export const most = (node: QuotaNode, dimension: QuotaDimension): number => {
  const cell = node.cells.get(dimension);
  return cell === undefined ? Infinity : mostAt(cell);
};
const mostAt = (cell: QuotaCell): number => {
  if (cell.above === undefined) return cell.subtree;
  const cohort = cell.kept + mostAt(cell.above);
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
  let waiting: QuotaFit | undefined;
  for (const { dimension, amount } of demand) {
    const cell = node.cells.get(dimension);
    if (cell === undefined) continue;
    const left = availableAt(usage, cell);
    if (amount <= left) continue;
    const max = mostAt(cell);
    if (amount > max) return { fits: false, reason: 'EXCEEDS_MAX_QUOTA', params: { dimension, asked: amount, max } };
    const heldByOthers = Math.max(0, max - at(usage.beyond, cell) - left);
    waiting ??= { fits: false, reason: 'WAITING_FOR_QUOTA', params: { dimension, asked: amount, available: Math.max(0, left), heldByOthers } };
  }
  return waiting ?? { fits: true };
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
    const borrowedAfter = cell.above === undefined ? 0 : Math.max(0, at(usage.beyond, cell) + amount - cell.subtree);
    return [{ dimension, asked: amount, nominal: cell.nominal, availableAfter: available(usage, node, dimension) - amount, borrowedAfter }];
  });

/** True when the node uses more of a dimension than it has without borrowing: what runs there runs on what others lend. */
export const borrows = (usage: QuotaUsage, node: QuotaNode, dimension: QuotaDimension): boolean => {
  const cell = node.cells.get(dimension);
  return cell?.above !== undefined && at(usage.beyond, cell) > cell.subtree;
};
