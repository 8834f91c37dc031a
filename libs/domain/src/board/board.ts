import type { BoardCell, LimitingResource, Unplaced } from './model.ts';
import { LIMITING_RESOURCES, RESOURCE_OF } from './model.ts';

/** By week, then by what was short, the scarcest first. Weeks and resources in which nothing was refused are left out. */
export const boardOf = (unplaced: readonly Unplaced[]): readonly BoardCell[] =>
  [...Map.groupBy(unplaced, u => `${u.week} ${RESOURCE_OF[u.reason]}`).values()].flatMap(cellOf).sort(order);

const cellOf = (group: readonly Unplaced[]): readonly BoardCell[] => {
  const [one] = group;
  if (one === undefined) return [];
  const reasons = group.map(({ reason, orders, gpuHours }) => ({ reason, orders, gpuHours })).sort((a, b) => b.gpuHours - a.gpuHours || b.orders - a.orders || (a.reason < b.reason ? -1 : 1));
  const sum = (of: (u: Unplaced) => number): number => group.reduce((n, u) => n + of(u), 0);
  return [{ week: one.week, resource: RESOURCE_OF[one.reason], orders: sum(u => u.orders), gpuHours: sum(u => u.gpuHours), reasons }];
};

const order = (a: BoardCell, b: BoardCell): number =>
  (a.week < b.week ? -1 : a.week > b.week ? 1 : 0) || b.gpuHours - a.gpuHours || b.orders - a.orders || at(a.resource) - at(b.resource);
const at = (r: LimitingResource): number => LIMITING_RESOURCES.indexOf(r);
