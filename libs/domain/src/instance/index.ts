export * from './model.ts';
export * from './decide.ts';
export * from './order.ts';
export * from './plan.ts';
export * from './status.ts';
export * from './lease.ts';
export * from './builders.ts';
