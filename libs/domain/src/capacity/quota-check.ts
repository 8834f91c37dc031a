import { demandOf, fits, howMany, times } from '../quota/index.ts';
import type { QuotaDemand } from '../quota/index.ts';
import type { PlacementRequest, Refusal } from './model.ts';
import type { Scope } from './scope.ts';
import type { CapacityState } from './state.ts';

/**
 * What one instance of the order counts for at most: which machine it gets is not known yet, so the watts are those of the largest that serves it, and of
 * several shapes that would do it counts for each. What is claimed in the end is never more.
 */
export const demandOfEach = (s: CapacityState, r: PlacementRequest, { need, candidates, groups }: Scope): QuotaDemand => {
  const of = (shapeCode: string): QuotaDemand => demandOf({ shapeCode, gpus: need.gpus, watts: candidates.mostW, ...(r.milliGpu === undefined ? {} : { milliGpu: r.milliGpu }) });
  const codes = (r.orShapeIds ?? []).length === 0 ? [r.shapeCode] : [...new Set([r.shapeCode, ...groups.map(g => s.shapeCodes.get(s.shapes.key(g.tally.shape)) ?? '')])].sort();
  return [...new Map(codes.flatMap(of).map(d => [d.dimension, d])).values()];
};

/** Whether the project's quota, and the cohort above it, can take the order. Undefined: yes, or nothing limits it. */
export const quotaRefusal = (s: CapacityState, r: PlacementRequest, scope: Scope): (Refusal & { readonly wouldFit: number }) | undefined => {
  const node = s.quota.nodeOf(r.tenantId, r.projectId);
  const { usage } = s.quota;
  if (node === undefined || usage === undefined) return undefined;
  const each = demandOfEach(s, r, scope);
  const fit = fits(usage, node, times(each, r.count));
  if (fit.fits) return undefined;
  const wouldFit = Math.min(r.count - 1, howMany(usage, node, each));
  return { reason: fit.reason, candidates: r.count, params: { ...fit.params, quota: node.quota.name }, wouldFit: Math.max(0, wouldFit) };
};
