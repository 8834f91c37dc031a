export * from './model.ts';
export { racksQuestion, racksThatFit } from './racks.ts';
export type { RacksWanted } from './racks.ts';
export { feedCut } from './cut.ts';
