export * from './model.ts';
export * from './tree.ts';
export * from './decide.ts';
