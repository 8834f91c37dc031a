export * from './merkle/index.ts';
export * from './note/index.ts';
export * from './policy/index.ts';
export * from './proof/index.ts';
export * from './tile/index.ts';
