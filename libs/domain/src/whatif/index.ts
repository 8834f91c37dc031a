export * from './model.ts';
export { racksQuestion, racksThatFit } from './racks.ts';
export type { RacksWanted } from './racks.ts';
export { feedCut } from './cut.ts';
export type { MixingPolicy, SharedSite, Training } from './mixing.ts';
export { mixingQuestion, mixingTrade } from './mixing.ts';
