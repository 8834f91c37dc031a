export * from './model.ts';
export * from './protocol.ts';
export * from './seen.ts';
export * from './plan.ts';
export * from './status.ts';
export * from './builders.ts';
export * from './decide.ts';
