export * from './model.ts';
export * from './compare.ts';
export * from './watts.ts';
export * from './assumed.ts';
