export * from './model.ts';
export { planShedding, SHEDDING_POLICY } from './plan.ts';
export type { SiteDraw } from './plan.ts';
export { cappedPhases } from './cap.ts';
export { decideApproveLoadTarget, decideCancelLoadTarget, decidePlanLoadTarget } from './decide.ts';
export type { ApproveLoadTarget, CancelLoadTarget, PlanLoadTarget } from './decide.ts';
export { factsOfSettling, factsOfSkipping, factsOfWarning, nextLook, planExecution, statusOfExecution } from './execution.ts';
export type { ExecutionSeen, ExecutionStatus, ExecutionStep, OpenStep } from './execution.ts';
