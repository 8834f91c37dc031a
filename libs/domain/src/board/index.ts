export * from './model.ts';
export { boardOf } from './board.ts';
