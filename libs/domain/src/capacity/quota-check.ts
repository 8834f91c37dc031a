import { demandOf, fits, howMany, times } from '../quota/index.ts';
import type { QuotaDemand } from '../quota/index.ts';
import type { PlacementRequest, Refusal } from './model.ts';
import { wattsOf } from './need.ts';
import type { Scope } from './scope.ts';
import type { CapacityState } from './state.ts';

/** What one instance of the order counts for. Watts of the largest machine that serves it: which one it gets is not known yet. */
export const demandOfEach = (s: CapacityState, r: PlacementRequest, scope: Scope): QuotaDemand => {
  const watts = scope.candidates.racks === 0 ? 0 : maxWatts(s, scope);
  return demandOf({ shapeCode: r.shapeCode, gpus: scope.need.gpus, watts, ...(r.milliGpu === undefined ? {} : { milliGpu: r.milliGpu }) });
};

const maxWatts = (s: CapacityState, { candidates: c, need }: Scope): number => {
  const [first] = s.rackMachines[c.rack(0)] ?? [];
  return first === undefined ? 0 : Math.max(...(s.rackMachines[c.rack(0)] ?? []).filter(m => need.shapes.has(s.machineShape.get(m))).map(m => wattsOf(s, m, need)), 0);
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
