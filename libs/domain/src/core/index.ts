export * from './id.ts';
export * from './result.ts';
export * from './problem.ts';
export * from './units.ts';
export * from './condition.ts';
export * from './actor.ts';
export * from './plan.ts';
export * from './canonical.ts';
