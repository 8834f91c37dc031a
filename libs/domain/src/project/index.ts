export * from './model.ts';
export * from './decide.ts';
export * from './tighten.ts';
export * from './plan.ts';
export * from './status.ts';
export * from './builders.ts';
