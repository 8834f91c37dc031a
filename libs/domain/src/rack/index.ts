export * from './model.ts';
export * from './decide.ts';
export * from './import.ts';
export * from './standing.ts';
