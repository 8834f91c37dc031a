import type { PlanId, ProjectId } from '@cadastre/domain/core';
import type { OrderPlan } from '@cadastre/domain/plan';
import type { Plan as Row } from '../generated/client.ts';
import { readsOf, table } from '../sql/table.ts';

/** Written by commitAllocations() alone: a plan holds capacity. */
export const PLAN = table<Row, OrderPlan>('plan', 'plan', {
  id: 'plain', tenantId: 'plain', projectId: 'plain', regionId: 'plain', decisionId: 'plain', state: 'plain', request: 'plain', instances: 'plain', watts: 'plain',
  pricePerHourMinor: 'plain', gramsPerHour: 'plain', expiresAt: 'instant', generation: 'plain', createdAt: 'instant',
});
export const { get, byIds, page } = readsOf<OrderPlan, PlanId, { readonly projectId?: ProjectId }>(PLAN);
