export * from './model.ts';
export * from './plan.ts';
export * from './decide.ts';
