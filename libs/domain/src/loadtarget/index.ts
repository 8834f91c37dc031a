export * from './model.ts';
export { dueSteps, planShedding, SHEDDING_POLICY } from './plan.ts';
export type { SiteDraw } from './plan.ts';
export { decideApproveLoadTarget, decidePlanLoadTarget } from './decide.ts';
export type { ApproveLoadTarget, PlanLoadTarget } from './decide.ts';
