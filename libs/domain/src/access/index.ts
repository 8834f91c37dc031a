export * from './model.ts';
export * from './trail.ts';
