export * from './model.ts';
export * from './compare.ts';
export * from './watts.ts';
