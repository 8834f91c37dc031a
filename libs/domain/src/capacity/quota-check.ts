import { demandOf, fits, howMany, times } from '../quota/index.ts';
import type { QuotaDemand, QuotaNode } from '../quota/index.ts';
import type { PlacementRequest, Refusal } from './model.ts';
import type { Scope } from './scope.ts';
import type { CapacityState } from './state.ts';

/**
 * What one instance of the order counts for at most: which machine it gets is not known yet, so the watts are those of the largest that serves it, and of
 * several shapes that would do it counts for each. What is claimed in the end is never more.
 */
export const demandOfEach = (s: CapacityState, r: PlacementRequest, { need, candidates, groups }: Scope): QuotaDemand => {
  const of = (shapeCode: string): QuotaDemand => demandOf({ shapeCode, gpus: need.gpus, watts: candidates.mostW, ...(r.milliGpu === undefined ? {} : { milliGpu: r.milliGpu }) });
  if ((r.orShapeIds ?? []).length === 0) return of(r.shapeCode);
  const codes = [...new Set([r.shapeCode, ...groups.map(g => s.shapeCodes.get(s.shapes.key(g.tally.shape)) ?? '')])].sort();
  return [...new Map(codes.flatMap(of).map(d => [d.dimension, d])).values()];
};

type QuotaRefusal = Refusal & { readonly wouldFit: number };

/** Whether the project's quota, the cohort above it, and the budgets of both can take the order. Undefined: yes, or nothing limits it. */
export const quotaRefusal = (s: CapacityState, r: PlacementRequest, scope: Scope): QuotaRefusal | undefined => {
  const node = s.quota.nodeOf(r.tenantId, r.projectId);
  const { usage } = s.quota;
  if (node === undefined || usage === undefined) return undefined;
  const each = demandOfEach(s, r, scope);
  const fit = fits(usage, node, times(each, r.count));
  const budget = budgetRefusal(s, r, scope, node);
  if (fit.fits) return budget;
  const wouldFit = Math.min(r.count - 1, howMany(usage, node, each), budget?.wouldFit ?? Infinity);
  return { reason: fit.reason, candidates: r.count, params: { ...fit.params, quota: node.quota.name }, wouldFit: Math.max(0, wouldFit) };
};

const budgetRefusal = (s: CapacityState, r: PlacementRequest, { need, candidates }: Scope, node: QuotaNode): QuotaRefusal | undefined => {
  const fitOf = (count: number) =>
    s.quota.budgets.fits(node, { from: r.at, to: r.leaseEnd, gpus: need.gpus, milliGpu: r.milliGpu ?? 0, watts: candidates.mostW, minorPerHour: 0, count });
  const fit = fitOf(r.count);
  if (fit.fits) return undefined;
  // More instances never cost less: halving finds how many would do.
  let [low, high] = [0, r.count - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (fitOf(middle).fits) low = middle;
    else high = middle - 1;
  }
  return { reason: fit.reason, candidates: r.count, params: { ...fit.params, quota: fit.quota }, wouldFit: low };
};
