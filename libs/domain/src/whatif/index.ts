export * from './model.ts';
export { racksThatFit } from './racks.ts';
export { feedCut } from './cut.ts';
