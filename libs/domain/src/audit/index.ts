export * from './model.ts';
export * from './decision.ts';
