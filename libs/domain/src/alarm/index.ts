export * from './model.ts';
export * from './plan.ts';
export * from './decide.ts';
export * from './conditions.ts';
export * from './scan.ts';
