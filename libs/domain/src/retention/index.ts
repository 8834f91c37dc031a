export * from './model.ts';
export * from './decide.ts';
