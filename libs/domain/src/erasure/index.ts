export * from './model.ts';
export * from './decide.ts';
export * from './certificate.ts';
