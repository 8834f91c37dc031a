export * from './model.ts';
export * from './tree.ts';
export * from './account.ts';
export * from './budget.ts';
export * from './spending.ts';
export * from './decide.ts';
