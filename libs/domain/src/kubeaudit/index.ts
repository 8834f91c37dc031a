export * from './judge.ts';
export * from './parse.ts';
