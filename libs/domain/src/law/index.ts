export * from './model.ts';
export * from './requirement.ts';
export * from './coverage.ts';
export * from './admit.ts';
export * from './tenancy.ts';
