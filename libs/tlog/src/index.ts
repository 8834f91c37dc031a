export * from './merkle/index.ts';
export * from './note/index.ts';
export * from './tile/index.ts';
